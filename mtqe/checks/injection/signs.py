"""Signs of a dialogue with a language model in a folded text, in whatever language it is.

Control tokens of chat templates, speakers, tags and quotation marks that could close what a text
stands in, and answers such as a judge gives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from mtqe.checks.injection.folding import fold

Kind = Literal["token", "tag", "speaker", "answer"]

SPEAKERS = fold(
    "system|assistant|developer|human|sistema|asistente|assistente|système|système|"
    "systeem|system|asystent|systém|система|ассистент|асистент|sistem|asistan|"
    "النظام|المساعد|सिस्टम|सहायक|系统|系統|助手|システム|アシスタント|시스템|어시스턴트"
)
KEYS = fold(
    "score|scores|final_score|overall|rating|grade|points|errors|error_spans|spans|severity|"
    "verdict|quality|esa|mqm|evaluation|judgement|judgment|puntuación|calificación|nota|bewertung|"
    "punktzahl|note|punteggio|pontuação|ocena|wynik|hodnocení|skóre|оценка|балл|баллы|оцінка|puan|"
    "الدرجة|درجة|अंक|分数|分數|评分|評分|得分|点数|スコア|評価|점수|평점"
)
TAGGED = (
    "translation|translations|source|reference|hypothesis|candidate|segment|segments|system|user|"
    "assistant|human|instruction|instructions|prompt|context|target|judge|evaluation|data|input|"
    "output|answer|score|spans|task|document|text"
)

TOKEN = re.compile(
    r"<\|[^<>|\s]{1,40}\|>|</?(?:start_of_turn|end_of_turn|bos|eos|think|thinking|scratchpad)>"
    r"|<(?:system|human)_(?:start|end)>|\[/?inst\]|<</?sys>>|\[/?system(?:_prompt)?\]"
    r"|#{2,4} ?(?:instructions?|response|input|system|assistant|human|user)\b"
    r" ?(?::|(?=\n)|\Z)"
)
TAG = re.compile(rf"</?(?:{TAGGED})(?:\s[^<>\n]{{0,60}})?/?>")
CLOSING = re.compile(r"\"\s{0,5}[}\]]\s{0,5}[,}\]]")
"""The end of a JSON string and of what it stands in."""
SPEAKER = re.compile(
    rf"(?:\A|\n|[.!?。！？\"}}>])\s{{0,5}}(?P<sign>[\[(*#]{{0,3}}(?:{SPEAKERS})[\])*]{{0,3}}\s?:)"
    r"[*]{0,2}\s{0,3}[^\s\d]"
)
QUOTED_KEY = re.compile(rf"[\"'](?:{KEYS})[\"']\s{{0,3}}:\s{{0,3}}[\"'\d\[{{]")
BARE_KEY = re.compile(
    rf"(?:\A|\n|[.!?。！？{{,;]\s?|```(?:json)?\s?)(?P<sign>[*_]{{0,2}}(?:(?:final|overall|esa|mqm) )?"
    rf"(?:{KEYS})[*_]{{0,2}}\s?[:=]\s?[*_]{{0,2}}(?:\d{{1,3}}\s?/\s?100\b|100\b(?![.,]\d)))"
)


@dataclass(frozen=True)
class Sign:
    """One sign.

    Attributes:
        kind: what it is.
        start, end: where it stands in the folded text.
    """

    kind: Kind
    start: int
    end: int


def signs(text: str) -> Iterator[Sign]:
    """The signs in a folded text."""
    if "<" in text or "[" in text or "##" in text:
        for match in TOKEN.finditer(text):
            yield Sign("token", *match.span())
    if "<" in text:
        for match in TAG.finditer(text):
            yield Sign("tag", *match.span())
    if '"' in text or "'" in text:
        for match in CLOSING.finditer(text):
            yield Sign("tag", *match.span())
        for match in QUOTED_KEY.finditer(text):
            yield Sign("answer", *match.span())
    if ":" in text or "=" in text:
        for match in BARE_KEY.finditer(text):
            yield Sign("answer", *match.span("sign"))
    if ":" in text:
        for match in SPEAKER.finditer(text):
            yield Sign("speaker", *match.span("sign"))
