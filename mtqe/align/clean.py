"""What is not part of the text: captions and notices before, navigation and repeats afterwards."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mtqe.align.documents.paragraphs import Paragraph
from mtqe.align.pairs import Pair, ParagraphReason, Reason
from mtqe.align.sentences import Unit
from mtqe.support.word_set import word_set

MENU_RUN = 3
"""Neighbouring units that must look like a menu for any to be taken for one."""
MENU_WIDTH = 24
"""Letters of the longest entry of a menu; a Chinese character counts as three."""
LONGEST_NOTICE = 160
"""Letters of a caption or notice that is told by its words."""
LONG_UNIT = 40
"""Letters of a sentence or paragraph that no text repeats by chance."""
NEAR = 3
"""How far apart neighbours of a copied run stood in what was copied."""
LONG_REPEAT = 80
"""Letters of a pair that no text repeats by chance; shorter ones go between other repeats."""

_WIDE = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f]")
_SENTENCE_END = re.compile(r"[.!?:;…。！？：；।؟。][\"'”’»」』)）\]]*$")
_NOTICE = re.compile(
    r"^\W{0,3}(?:©|\(c\)|copyright\b|版权|版權)|all rights reserved|保留所有权利|版权所有|版權所有|"
    r"todos los derechos reservados|tous droits réservés|alle rechte vorbehalten|"
    r"^\W{0,3}(?:advertisement|advertising|广告|廣告|publicidad|publicité|anzeige)\W{0,3}$|"
    r"(?:cookie|隐私|privacy) (?:policy|政策)|ICP[备證证]|"
    r"^(?:share (?:this|on)|分享[到至]|compartir en|partager sur|follow us|关注我们|sign up for|"
    r"subscribe to|点击(?:订阅|查看|阅读)|订阅我们|suscríbete|abonnez-vous|read more|阅读更多|"
    r"(?:相关|推荐|延伸)阅读|related (?:articles|stories)|most (?:read|popular)|leer más|"
    r"lire aussi|skip to (?:main )?content|跳[到至过].{0,4}内容|责任?编辑[:：]|"
    r"(?:accept|manage) (?:all )?cookies)",
    re.IGNORECASE,
)
_CAPTION = re.compile(
    r"^\W{0,2}(?:photo(?:graph)?s?|images?|picture|illustration|figure|caption|credit|"
    r"图片?(?:来源|说明)?|图源|圖片?|摄影|攝影|照片|foto|imagen|bild|abbildung)"
    r"(?: (?:by|credit|courtesy)\b|(?: ?\d+)? ?[:：／/|])|"
    r"[.。)/|／·—–-]\s*(?:getty images|reuters|shutterstock|afp|associated press|ap photo|"
    r"路透社|法新社|新华社|视觉中国)[)）]?$",
    re.IGNORECASE,
)

_MENU = re.compile(
    r"^(?:[^|｜›»>]{1,24}[|｜›»>]){2,}[^|｜›»>.!?。！？]{0,24}$|"
    r"^(?:[\u4e00-\u9fff]{2,5}[ \u3000]+){2,}[\u4e00-\u9fff]{2,5}$"
)
_LANGUAGES = word_set(
    "afrikaans azərbaycanca bahasa català čeština cymraeg dansk deutsch eesti english español "
    "euskara français gaeilge galego hrvatski indonesia íslenska italiano latviešu lietuvių magyar "
    "melayu nederlands norsk polski português română shqip slovenčina slovenščina srpski suomi "
    "svenska tiếng việt türkçe ελληνικά беларуская български македонски русский српски українська "
    "қазақша հայերեն עברית العربية اردو فارسی हिन्दी मराठी বাংলা ਪੰਜਾਬੀ ગુજરાતી தமிழ் తెలుగు ไทย ລາວ "
    "ქართული አማርኛ 中文 简体中文 繁體中文 简体 繁體 正體中文 日本語 한국어"
)
"""What languages call themselves."""
_CODES = word_set(
    "ar bg cs da de el en es et fi fr hr hu it ja ko lt lv nl no pl pt ro ru sk sl sv"
)
_SEPARATORS = re.compile(r"[\s|｜/／·•,，、›»>()（）\[\]–—-]+")
_NAME = r"(?:[A-ZÀ-ÖØ-ÞŁŚŻČŠŽ][\w.'’-]*)"
_PERSON = rf"{_NAME}(?: {_NAME}){{1,3}}"
_BYLINE = re.compile(
    rf"^(?:By|Von|Par|Por|Di|Door|Av|Af|Autor(?:in)?:) {_PERSON}"
    rf"(?:(?:, |,? (?:and|und|et|y|e|en|och|og) ){_PERSON}){{0,3}}"
    r"(?:,? (?:trans|edi)\w+ by .{2,40})?\W{0,2}$|"
    r"^(?i:redaktion|bearbeitung|übersetzung|lektorat|rédaction|traduction|redacción|traducción|"
    r"redazione|traduzione|reporting|editing|writing|edited|translated|translation|compiled)"
    r"(?: by|:| :|：) \S.{1,100}$|"
    r"^(?:本报|本刊|本社)?(?:特约)?(?:记者|作者|撰文|文|编辑|责编|翻译|校对)[\s:：／/|]\s*\S{2,12}$"
)

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DAY = (
    r"\d{4}\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*日?|"
    rf"{_MONTH} \d{{1,2}},? \d{{4}}|\d{{1,2}} {_MONTH} \d{{4}}"
)
_DATE = re.compile(
    rf"^\W{{0,2}}(?:{_DAY})(?:[\s,|·]*\d{{1,2}}:\d{{2}}(?::\d{{2}})?)?"
    r"(?:[\s|·]*(?:来源|來源|source)\s*[:：].{1,40})?\W{0,2}$",
    re.IGNORECASE,
)


def paragraph_reason(paragraph: Paragraph) -> ParagraphReason | None:
    """Why a paragraph is not part of the text, if its own words or markup say so."""
    if paragraph.role == "caption":
        return "caption"
    if width(paragraph.text) > LONGEST_NOTICE:
        return None
    if _CAPTION.search(paragraph.text):
        return "caption"
    if paragraph.role != "heading" and _BYLINE.match(paragraph.text):
        return "byline"
    told = (
        _NOTICE.search(paragraph.text),
        _MENU.match(paragraph.text),
        _DATE.match(paragraph.text),
        _is_language_menu(paragraph.text),
    )
    return "notice" if any(told) else None


def _is_language_menu(text: str) -> bool:
    """Whether a text is nothing but names of languages, in these languages, or their codes."""
    words = [word.casefold() for word in _SEPARATORS.split(text) if word]
    named = [word in _LANGUAGES for word in words]
    return any(named) and all(a or word in _CODES for a, word in zip(named, words, strict=True))


def without_copies(units: Sequence[Unit]) -> list[Unit]:
    """The units without later copies of long ones, and of short ones that stand with those.

    Pages that hold their body twice would else give pairs twice, or join a copy to a neighbour.
    """
    dropped: set[int] = set()
    for run in _copied_runs(units):
        if any(width(units[place].text) >= LONG_UNIT for place in run):
            dropped.update(run)
    return [unit for place, unit in enumerate(units) if place not in dropped]


def _copied_runs(units: Sequence[Unit]) -> Iterator[list[int]]:
    """Places of neighbouring units that all stood before, in the same order."""
    first: dict[str, int] = {}
    run: list[int] = []
    last = 0
    for place, unit in enumerate(units):
        before = first.setdefault(_letters(unit.text) or str(place), place)
        is_copy = before != place
        if run and not (is_copy and 1 <= before - last <= NEAR):
            yield run
            run = []
        if is_copy:
            run.append(place)
            last = before
    yield run


def judge(pairs: Sequence[Pair], source: Sequence[Unit], target: Sequence[Unit]) -> list[Pair]:
    """The pairs, each with the reason for which it is not part of the text, if there is one.

    Args:
        pairs: in the order of the source; those with a reason keep it.
        source: all units of the source, for what stands around a pair.
        target: all units of the target.
    """
    menus = _menu_places(source), _menu_places(target)
    repeated = _repeated(pairs)
    return [
        pair if pair.reason else pair.because(_reason(pair, menus, is_repeat))
        for pair, is_repeat in zip(pairs, repeated, strict=True)
    ]


def _reason(pair: Pair, menus: tuple[set[int], set[int]], is_repeat: bool) -> Reason | None:
    if menus[0].issuperset(pair.source_units) and menus[1].issuperset(pair.target_units):
        return "navigation"
    if _letters(pair.source) == _letters(pair.target):
        return "copy"
    return "repeated" if is_repeat else None


def _menu_places(units: Sequence[Unit]) -> set[int]:
    """The units that stand in a run of short ones which are no sentences."""
    found: set[int] = set()
    run: list[int] = []
    for place, unit in enumerate(units):
        run = [*run, place] if _is_entry(unit) else []
        if len(run) >= MENU_RUN:
            found.update(run)
    return found


def _is_entry(unit: Unit) -> bool:
    is_short = width(unit.text) <= MENU_WIDTH and not _SENTENCE_END.search(unit.text)
    return is_short and unit.role != "heading" and unit.sentence <= 1


def width(text: str) -> int:
    """Letters as a reader sees them; a Chinese character counts as three."""
    return len(text) + 2 * len(_WIDE.findall(text))


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalpha())


def _repeated(pairs: Sequence[Pair]) -> list[bool]:
    """Which pairs stood before: long ones, and short ones in a run of them."""
    seen: set[tuple[str, str]] = set()
    before = []
    for pair in pairs:
        key = _letters(pair.source), _letters(pair.target)
        before.append(key in seen and pair.reason is None)
        if pair.reason is None:
            seen.add(key)
    return [
        was and (len(pair.source) + len(pair.target) >= LONG_REPEAT or _is_enclosed(before, place))
        for place, (was, pair) in enumerate(zip(before, pairs, strict=True))
    ]


def _is_enclosed(flags: Sequence[bool], place: int) -> bool:
    """Whether the flags before and after are set, too, where there are any."""
    return all(flags[max(0, place - 1) : place + 2])
