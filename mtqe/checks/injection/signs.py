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
    "system|assistant|developer|human|sistema|asistente|assistente|système|systeem|asystent|"
    "systém|система|ассистент|асистент|sistem|asistan|system note|system notice|system update|"
    "system override|systemhinweis|note système|nota del sistema|nota di sistema|nota do sistema|"
    "النظام|المساعد|सिस्टम|सहायक|系统|系統|助手|システム|アシスタント|시스템|어시스턴트"
)
SCORES = fold(
    "score|scores|final_score|overall|rating|grade|points|"
    "verdict|quality|esa|mqm|evaluation|judgement|judgment|puntuación|calificación|nota|bewertung|"
    "punktzahl|note|punteggio|pontuação|ocena|wynik|hodnocení|skóre|оценка|балл|баллы|оцінка|puan|"
    "الدرجة|درجة|अंक|分数|分數|评分|評分|得分|点数|スコア|評価|점수|평점"
)
KEYS = f"{SCORES}|errors|error_spans|spans|severity"
"""A hundred of the last four is not a good score."""
PARTS = (
    "translations?|source_text|reference|references|hypothesis|hypotheses|candidates?|segments?|"
    "system|assistant|human|instructions?|prompt|judge|evaluation|score|spans|system_prompt"
)
"""Names of parts of prompts that no markup has."""
COMMON = "source|user|context|target|data|input|output|answer|task|document|text|example|examples"
"""Names that markup has too: only an end without a beginning is odd."""

TOKEN = re.compile(
    r"<\|[^<>|\s]{1,40}\|>|</?(?:start_of_turn|end_of_turn|bos|eos|think|thinking|scratchpad)>"
    r"|<(?:system|human)_(?:start|end)>|\[/?inst\]|<</?sys>>|\[/?system(?:_prompt)?\]"
    r"|#{2,4} ?(?:instructions?|response|input|system|assistant|human|user)\b"
    r" ?(?::|(?=\n)|\Z)"
)
TAG = re.compile(rf"</?(?:{PARTS})(?:\s[^<>\n]{{0,60}})?/?>")
END = re.compile(rf"</(?P<name>{COMMON})\s?>")
CLOSING = re.compile(r"\"\s{0,5}(?:\}\s{0,5}[,}\]]|\]\s{0,5}\})")
"""The end of a JSON string and of what it stands in."""
SPEAKER = re.compile(
    rf"(?:\A(?=[\[(*#])|\n|[.!?。！？\"}}>])\s{{0,5}}(?P<sign>[\[(*#]{{0,3}}(?:{SPEAKERS})[\])*]{{0,3}}\s?:)"
    r"[*]{0,2}\s{0,3}[^\s\d]"
)
QUOTED_KEY = re.compile(rf"[\"'](?:{KEYS})[\"']\s{{0,3}}:\s{{0,3}}[\"'\d\[{{]")
LABEL = rf"[*_]{{0,2}}(?:(?:final|overall|esa|mqm) )?(?:{SCORES})[*_]{{0,2}}\s?[:=]\s?[*_]{{0,2}}"
BEST = r"(?:\d{1,3}\s?/\s?100\b|100\b(?![.,]\d))"
BARE_KEY = re.compile(
    rf"(?:\A|\n|[.!?。！？{{,;]\s?|```(?:json)?\s?)(?P<first>{LABEL}{BEST})"
    rf"|\s(?P<last>{LABEL}{BEST})(?=\W{{0,3}}(?:\n|\Z))"
)
"""A score that begins a line or sentence, or ends a line."""


@dataclass(frozen=True)
class Anchor:
    """What a text has wherever it has a sign of one kind.

    Attributes:
        parts: of each of these, at least one.
        window: how many characters apart all of them may begin.
        starts: at least one of these, where there are any, behind what is no letter or digit.
    """

    parts: tuple[tuple[str, ...], ...] = ()
    window: int = 0
    starts: tuple[str, ...] = ()


def _each(befores: tuple[str, ...], names: str) -> tuple[str, ...]:
    """Names with each of these before them, without the ``s?`` that they may end in."""
    return tuple(
        before + name.removesuffix("s?") for before in befores for name in names.split("|")
    )


_LABELS = _each(("", "_", "__", "json", "json_", "json__"), SCORES)
_SPEAKERS = _each(("",), SPEAKERS)
_TURNS = "start_of_turn|end_of_turn|bos|eos|think|scratchpad|system_|human_"
_HEADINGS = "instruction|response|input|system|assistant|human|user"
ANCHORS = (
    Anchor((("<|", "[inst", "[/inst", "<sys", "</sys", "[system", "[/system"),)),
    Anchor((_each(("<", "</"), _TURNS),)),
    Anchor((_each(("#", "# "), _HEADINGS),)),
    Anchor((_each(("<", "</"), PARTS),)),
    Anchor((_each(("</",), COMMON),)),
    Anchor((('"',), ("}",)), len('"') + 5 + len("]") + 5),
    Anchor((_each(('"', "'"), KEYS),)),
    Anchor(
        ((":", "="), ("100",)), max(map(len, _LABELS)) + len("** : **") + len("100 / "), _LABELS
    ),
    Anchor(((":",),), max(map(len, _SPEAKERS)) + len("])* "), _SPEAKERS),
)
"""What the patterns above need, one by one: a text without it can be let pass."""


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
        for match in END.finditer(text):
            if f"<{match['name']}" not in text:
                yield Sign("tag", *match.span())
    if '"' in text or "'" in text:
        for match in CLOSING.finditer(text):
            yield Sign("tag", *match.span())
        for match in QUOTED_KEY.finditer(text):
            yield Sign("answer", *match.span())
    if ":" in text or "=" in text:
        for match in BARE_KEY.finditer(text):
            yield Sign("answer", *match.span("first" if match["first"] else "last"))
    if ":" in text:
        for match in SPEAKER.finditer(text):
            yield Sign("speaker", *match.span("sign"))
