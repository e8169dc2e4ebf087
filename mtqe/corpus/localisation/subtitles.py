"""SRT and WebVTT."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mtqe.corpus.localisation.slots import Entry, Layout, Parsed, Slot
from mtqe.errors import DataError

TIME = re.compile(r"\s*(?:\d{1,4}:)?\d{1,2}:\d{1,2}[.,]\d{1,3}\s*-->.*")
"""Times as the formats have them, and as programs write them that do without leading zeros."""
HEADER = re.compile(r"WEBVTT(?:[ \t].*)?")
LINE_END = re.compile(r"(?<!\r)\r*\n")
"""Programs that write CR LF for each LF of CR LF leave two carriage returns."""
BLANK = re.compile(r"(?<!\r)\r*\n[ \t]*(?=\r*\n)")


def parse_srt(name: str, text: str, language: str) -> Parsed:
    """A cue is an entry; see `_parsed`.

    Raises:
        DataError: a block has no times, such as what follows an empty line inside a subtitle.
    """
    for start, end in _blocks(text):
        block = text[start:end]
        if block.strip() and not _cue(text, start, end):
            line = text.count("\n", 0, end - len(block.lstrip())) + 1
            raise DataError(
                f"{name}, line {line}: no times such as 00:00:01,000 --> 00:00:02,000 stand before "
                "this text; give it some, or take out the empty line above it."
            )
    return _parsed(text)


def parse_vtt(name: str, text: str, language: str) -> Parsed:
    """A cue is an entry; see `_parsed`. Notes, styles and regions are none.

    Raises:
        DataError: the first line is not that of a WebVTT file.
    """
    first = text.removeprefix("\ufeff").partition("\n")[0].rstrip("\r")
    if not HEADER.fullmatch(first):
        raise DataError(
            f"{name}, line 1: a WebVTT file begins with WEBVTT; add that, or call the file .srt."
        )
    return _parsed(text)


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """What stands between empty lines."""
    place = 0
    for end in [*(match.start() for match in BLANK.finditer(text)), len(text)]:
        yield place, end
        place = end


def _parsed(text: str) -> Parsed:
    """Cues by their number or name, else their place.

    Where numbers repeat, as in files put together, places are keys for all.
    """
    cues = [cue for start, end in _blocks(text) if (cue := _cue(text, start, end))]
    names = [cue[0] or str(number) for number, cue in enumerate(cues, 1)]
    if len(set(names)) < len(names):
        names = [str(number) for number in range(1, len(names) + 1)]
    slots, line_end = [], _line_end(text)
    for key, (_, time, start, end) in zip(names, cues, strict=True):
        words = LINE_END.sub("\n", text[start:end])
        slots.append(Slot(Entry(key, words, time=time), start, end, style=line_end))
    return Parsed(text, tuple(slots))


def _line_end(text: str) -> str:
    found = LINE_END.search(text)
    return found[0] if found else "\n"


def _cue(text: str, start: int, end: int) -> tuple[str, str, int, int] | None:
    """Name, times and the text's place of the cue in a block; None where there is no cue."""
    while start < end and text[start] in "\r\n":
        start += 1
    key = ""
    while start <= end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop
        line = text[start:stop].rstrip("\r")
        if TIME.fullmatch(line):
            begin = min(stop + 1, end)
            finish = end
            while finish > begin and text[finish - 1] in "\r\n":
                finish -= 1
            return key.strip(), line.strip(), begin, finish
        key, start = line, stop + 1
    return None


def encode_subtitle(text: str, slot: Slot) -> str:
    """A cue's lines, with the file's line ends."""
    return text.replace("\n", slot.style)


def fresh_srt(entries: Sequence[Entry], language: str) -> str:
    """A new SRT file."""
    return "".join(f"{e.key}\n{_time(e, ',')}\n{e.text}\n\n" for e in entries)


def fresh_vtt(entries: Sequence[Entry], language: str) -> str:
    """A new WebVTT file."""
    return "WEBVTT\n\n" + "".join(f"{e.key}\n{_time(e, '.')}\n{e.text}\n\n" for e in entries)


def _time(entry: Entry, mark: str) -> str:
    match = re.match(r"(\S+)\s*-->\s*(\S+)", entry.time)
    if match is None:
        raise DataError(
            "subtitles need the times of their texts; name a subtitle file with --template."
        )
    ends = [re.sub("[.,]", mark, end) for end in match.groups()]
    return " --> ".join(end if end.count(":") == 2 else f"00:{end}" for end in ends)


SRT = Layout(parse_srt, encode_subtitle, fresh_srt)
VTT = Layout(parse_vtt, encode_subtitle, fresh_vtt)
