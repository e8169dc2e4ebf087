"""How many planted faults does each check find, and how often does it raise a false alarm?

    python benchmarks/checks.py          # needs ../shared/data/human-ratings
    python benchmarks/checks.py interface  # alarms on the programs' texts of this machine
    python benchmarks/checks.py outputs [CHECK]  # alarms on real outputs [prompt-injection]
    python benchmarks/checks.py speed [SEGMENTS]  # seconds for 100,000 segments of 2 systems

Human translations in both directions are taken for a system's. Their segments are dealt into two
halves by a hash of the source: thresholds were set on one, everything here is judged on the other.
500 faults a kind are planted, spread over all pairs of languages. Prints Markdown.
"""

from __future__ import annotations

import csv
import gettext
import gzip
import hashlib
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from mtqe.checks import Check, CheckContext
from mtqe.checks.limits import ForbiddenCharacters, MaxLength
from mtqe.checks.registry import CHECKS
from mtqe.checks.terms import Glossary, WatchList
from mtqe.config import build_checks, default_checks
from mtqe.corpus.base import Corpus, LanguagePair, Segment, Translations
from mtqe.corpus.termbase import Term
from mtqe.support.scripts import main_script

sys.path.insert(0, str(Path(__file__).parent))
from faults import LIMIT, PLANTERS, Case, Pair, Planter

DATA = Path(__file__).parents[1] / "../shared/data/human-ratings"
SYSTEMS = DATA.parent / "systems"
FILES = ("train_full", "dev_full")
LEFT_OUT = "wmt17-da"
"""Lower-cased and tokenized texts: not clean."""
JUDGED = 1
PER_PAIR = 200
FAULTS = 500
LEAST = 40
"""Segments below which a pair of languages is left out."""

Texts = Sequence[tuple[str, str]]
LENGTHS = ("length", "capitalisation")
"""Checks that must see the other segments of their language pair to know what is usual."""
INTERFACES = Path("/usr/share/locale")
"""Where Debian keeps the translations of programs' texts."""
OF_FILE = 100
"""Texts of a program's file that are looked at."""
FILES_EACH = 8
"""Files of a language that are looked at."""


def human_pairs(most: int = PER_PAIR) -> dict[tuple[str, str], Texts]:
    """Sources and independent human translations of the judged half, by direction."""
    found: dict[tuple[str, str], dict[tuple[str, str], None]] = defaultdict(dict)
    for name in FILES:
        with gzip.open(DATA / f"{name}.tsv.gz", "rt", encoding="utf-8") as lines:
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                clean = row["ref_kind"] == "independent" and row["origin"] != LEFT_OUT
                if clean and half(row["src"]) == JUDGED:
                    source, target = row["lp"].split("-")
                    found[source, target][row["src"], row["ref"]] = None
                    found[target, source][row["ref"], row["src"]] = None
    rng = random.Random(1)
    return {
        pair: rng.sample(sorted(texts), min(len(texts), most))
        for pair, texts in sorted(found.items())
        if len(texts) >= LEAST
    }


def half(source: str) -> int:
    return int(hashlib.md5(source.encode(), usedforsecurity=False).hexdigest(), 16) % 2


def corpus_of(languages: tuple[str, str], sources: Sequence[str]) -> Corpus:
    segments = tuple(Segment(str(n), text) for n, text in enumerate(sources))
    return Corpus("-".join(languages), LanguagePair(*languages), segments)


def alarms(check: Check, corpus: Corpus, texts: Sequence[str | None]) -> set[int]:
    """Rows of a system's translations with a finding."""
    system = Translations.from_texts("system", corpus, texts)
    return {int(f.segment_id) for f in check.findings(corpus, [system]) if f.system}


def check_of(name: str, languages: tuple[str, str]) -> Check:
    if name == "glossary":
        return Glossary(terms=(Term("Weldbeam", ("Zvarnik",)),))
    if name == "watch-list":
        return WatchList(words=("dratt", "blast"))
    if name == "max-length":
        return MaxLength(characters=LIMIT)
    if name == "forbidden-characters":
        return ForbiddenCharacters(characters="¤§")
    return build_checks({}, CheckContext(LanguagePair(*languages), Path()), [name])[0]


def cases(
    pairs: Mapping[tuple[str, str], Texts], plant: Planter
) -> dict[tuple[str, str], list[Case]]:
    """`FAULTS` cases, as evenly over the pairs of languages as they allow."""
    rng = random.Random(2)
    streams = {languages: _planted(languages, pairs, plant, rng) for languages in pairs}
    found: dict[tuple[str, str], list[Case]] = defaultdict(list)
    count = 0
    while streams and count < FAULTS:
        for languages in list(streams):
            case = next(streams[languages], None)
            if case is None:
                del streams[languages]
            elif count < FAULTS:
                found[languages].append(case)
                count += 1
    return found


def _planted(
    languages: tuple[str, str],
    pairs: Mapping[tuple[str, str], Texts],
    plant: Planter,
    rng: random.Random,
) -> Iterator[Case]:
    texts = pairs[languages]
    for source, target in texts:
        other = rng.choice([pair for pair in pairs if not {*pair} & {*languages}])
        foreign = [text for text, _ in pairs[other]]
        case = plant(Pair(source, target, languages, texts, foreign), rng)
        if case is not None and case.bad != case.good:
            yield case


def judge(
    name: str, found: Mapping[tuple[str, str], list[Case]], pairs: Mapping[tuple[str, str], Texts]
) -> Counter[str]:
    """Counts of true and false alarms on the cases of all pairs of languages."""
    counts: Counter[str] = Counter()
    for languages, listed in found.items():
        check = check_of(name, languages)
        around = pairs[languages] if name in LENGTHS else []
        corpus = corpus_of(languages, [*(c.source for c in listed), *(s for s, _ in around)])
        rest = [text for _, text in around]
        bad = alarms(check, corpus, [*(case.bad for case in listed), *rest])
        good = alarms(check, corpus, [*(case.good for case in listed), *rest])
        counts["planted"] += len(listed)
        counts["true"] += sum(row < len(listed) for row in bad)
        counts["false"] += sum(row < len(listed) for row in good)
    return counts


def false_alarms(name: str, pairs: Mapping[tuple[str, str], Texts]) -> tuple[int, int]:
    """Findings on clean human translations, and how many of those there are."""
    found = total = 0
    for languages, texts in pairs.items():
        corpus = corpus_of(languages, [source for source, _ in texts])
        check = check_of(name, languages) if name != "max-length" else MaxLength()
        found += len(alarms(check, corpus, [text for _, text in texts]))
        total += len(texts)
    return found, total


def duplicates_and_references(pairs: Mapping[tuple[str, str], Texts]) -> Iterator[str]:
    """Faults of whole test sets, which need references: planted in a tenth of the segments."""
    for name, fault in (
        ("repeated-output", "one output for five sources"),
        ("misalignment", "50 translations one line late"),
        ("duplicates", "a segment twice"),
        ("unequal-translations", "another translation of a repeated source"),
        ("equal-translations", "the translation of another source"),
        ("reference-copy", "the source as reference"),
        ("reference-output", "references that are the system's output"),
        ("language", "a reference of the source's language"),
    ):
        counts: Counter[str] = Counter()
        for languages, texts in pairs.items():
            rows = list(texts[: min(len(texts), 150)])
            planted = set(range(min(50, len(rows) // 3)))
            counts += _test_set(name, languages, rows, planted)
        yield row_of(name, fault, counts, (counts["clean alarms"], counts["clean"]))


def _test_set(
    name: str, languages: tuple[str, str], rows: Texts, planted: set[int]
) -> Counter[str]:
    segments = [Segment(str(n), source, (target,)) for n, (source, target) in enumerate(rows)]
    number = "" if name == "unequal-translations" else " x{}"
    outputs = [target + number.format(n) for n, (_, target) in enumerate(rows)]
    spoilt, spoilt_outputs = list(segments), list(outputs)
    for n in planted:
        source, target = rows[n]
        if name == "duplicates":
            spoilt.append(Segment(f"{n} again", source, (target,)))
        elif name == "reference-copy":
            spoilt[n] = Segment(str(n), source, (source,))
        elif name == "language":
            spoilt[n] = Segment(str(n), source, (rows[(n + 1) % len(rows)][0],))
        elif name == "misalignment":
            spoilt_outputs[n] = outputs[n - 1]
        elif name == "unequal-translations":
            spoilt.append(Segment(f"{n} again", source, (target,)))
        elif name == "equal-translations":
            spoilt_outputs[n] = outputs[n + len(planted)]
        elif name == "repeated-output":
            spoilt_outputs[n] = outputs[n - n % 5]
    if name == "reference-output":
        spoilt_outputs = [target if n % 4 else outputs[n] for n, (_, target) in enumerate(rows)]
        planted = {n for n in range(len(rows)) if n % 4}
    if name == "unequal-translations":
        spoilt_outputs += [f"{rows[n][1]} otherwise" for n in sorted(planted)]
    spoilt_outputs += [rows[n][1] for n in range(len(spoilt) - len(spoilt_outputs))]
    clean = _found(name, languages, segments, outputs)
    bad = _found(name, languages, spoilt, spoilt_outputs)
    again = name in ("duplicates", "unequal-translations")
    wanted = {f"{n} again" if again else str(n) for n in planted}
    if name == "equal-translations":  # the second of two equal ones is the finding
        wanted = {str(n + len(planted)) for n in planted}
    return Counter(
        {
            "planted": len(wanted),
            "true": len(bad & wanted),
            "false": len(bad - wanted),
            "clean alarms": len(clean),
            "clean": len(segments),
        }
    )


def _found(
    name: str, languages: tuple[str, str], segments: Sequence[Segment], texts: Sequence[str]
) -> set[str]:
    corpus = Corpus("set", LanguagePair(*languages), tuple(segments))
    system = Translations.from_texts("system", corpus, texts)
    found = check_of(name, languages).findings(corpus, [system])
    return {f.segment_id for f in found if name != "language" or f.system is None}


def row_of(name: str, fault: str, counts: Counter[str], clean: tuple[int, int]) -> str:
    alarms_all = counts["true"] + counts["false"]
    precision = f"{counts['true'] / alarms_all:.3f}" if alarms_all else "none"
    recall = counts["true"] / counts["planted"]
    found, total = clean
    return (
        f"| `{name}` | {fault} | {counts['planted']:,} | {precision} | {recall:.3f} "
        f"| {found / total:.2%} of {total:,} |"
    )


def table() -> None:
    pairs = human_pairs()
    languages = sorted({language for pair in pairs for language in pair})
    texts = [text for rows in pairs.values() for row in rows for text in row]
    scripts = sorted({script for text in texts[::50] if (script := main_script(text))})
    print(f"{len(pairs)} directions, {len(languages)} languages: {', '.join(languages)}.")
    print(f"{len(scripts)} scripts: {', '.join(scripts)}.\n")
    print("| check | fault | planted | precision | recall | false alarms on clean translations |")
    print("|---|---|---:|---:|---:|---:|")
    for name, kinds in PLANTERS.items():
        clean = false_alarms(name, pairs)
        for fault, plant in kinds:
            counts = judge(name, cases(pairs, plant), pairs)
            print(row_of(name, fault, counts, clean), flush=True)
    for row in duplicates_and_references(pairs):
        print(row, flush=True)


def interface() -> None:
    """False alarms on the translations of programs' texts, each file a test set of its own."""
    sets = list(_programs())
    count = sum(len(rows) for _, rows in sets)
    languages = {language for language, _ in sets}
    print(f"{count:,} texts of {len(sets):,} files in {len(languages)} languages.\n")
    print("| check | alarms |")
    print("|---|---:|")
    for name in CHECKS:
        if name in ("glossary", "watch-list", "max-length", "forbidden-characters"):
            continue
        found = 0
        for language, rows in sets:
            languages_of = ("en", language)
            corpus = corpus_of(languages_of, [source for source, _ in rows])
            found += len(alarms(check_of(name, languages_of), corpus, [text for _, text in rows]))
        print(f"| `{name}` | {found / count:.2%} |", flush=True)


def _programs() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """A sample of texts with translations of each file, by language."""
    rng = random.Random(1)
    by_language: dict[str, list[Path]] = defaultdict(list)
    for file in sorted(INTERFACES.glob("*/LC_MESSAGES/*.mo")):
        if half(file.name) == JUDGED and not file.parts[-3].startswith("en"):
            by_language[file.parts[-3]].append(file)
    for language, files in by_language.items():
        for file in rng.sample(files, min(len(files), FILES_EACH)):
            try:
                with file.open("rb") as stream:
                    catalog: dict[object, str] = vars(gettext.GNUTranslations(stream))["_catalog"]
            except UnicodeDecodeError:  # a file in another encoding than it says
                continue
            rows = [
                (key.rpartition("\x04")[2], text)
                for key, text in catalog.items()
                if isinstance(key, str) and key and text and key != text
            ]
            if len(rows) >= LEAST:
                yield language, rng.sample(rows, min(len(rows), OF_FILE))


def outputs(name: str = "prompt-injection") -> None:
    """Alarms of a check on what real systems gave, and on the sources and references."""
    counts: Counter[str] = Counter()
    checks: dict[tuple[str, str], Check] = {}
    for languages, source, references, texts in _real_outputs():
        check = checks.get(languages) or check_of(name, languages)
        checks[languages] = check
        corpus = Corpus("set", LanguagePair(*languages), (Segment("0", source, references),))
        systems = [Translations.from_texts(str(n), corpus, [t]) for n, t in enumerate(texts)]
        for finding in check.findings(corpus, systems):
            counts["outputs" if finding.system else "segments"] += 1
            print(f"{'-'.join(languages)}: {finding.message}", flush=True)
        counts["all segments"] += 1
        counts["all outputs"] += len(texts)
    for kind in ("segments", "outputs"):
        share = counts[kind] / counts[f"all {kind}"]
        print(f"{kind}: {counts[kind]} of {counts[f'all {kind}']:,} ({share:.4%})")


def _real_outputs() -> Iterator[tuple[tuple[str, str], str, tuple[str, ...], Sequence[str]]]:
    """Distinct segments with their systems' distinct outputs, of all the data."""
    gathered: dict[tuple[str, str], tuple[dict[str, None], dict[str, None]]] = {}
    for file in sorted([*DATA.glob("*.tsv.gz"), *SYSTEMS.glob("*.tsv.gz")]):
        with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                pair = row.get("lp") or file.name.partition(".")[0]
                references, texts = gathered.setdefault((pair, row["src"]), ({}, {}))
                for column, text in row.items():
                    if text and column.startswith("ref") and column != "ref_kind":
                        references[text] = None
                    elif text and (column == "mt" or (file.parent == SYSTEMS and column not in
                                                      ("seg_id", "src"))):  # fmt: skip
                        texts[text] = None
    for (pair, source), (references, texts) in gathered.items():
        languages = pair.split("-")
        yield (languages[0], languages[1]), source, tuple(references), list(texts)


def speed(segments: int = 100_000) -> None:
    """Processor seconds of every check on so many distinct segments of two systems."""
    languages = ("de", "en")
    texts = human_pairs(most=segments)[languages]
    rows = [(f"{s} {n}", f"{t} {n}") for n in range(segments) for s, t in [texts[n % len(texts)]]]
    corpus = Corpus(
        "speed", LanguagePair(*languages),
        tuple(Segment(str(n), s, (t,)) for n, (s, t) in enumerate(rows)),
    )  # fmt: skip
    systems = [
        Translations.from_texts(name, corpus, [f"{t} {name}" for _, t in rows]) for name in "ab"
    ]
    total = 0.0
    for check in default_checks(corpus.languages):
        started = time.process_time()
        found = sum(1 for _ in check.findings(corpus, systems))
        seconds = time.process_time() - started
        total += seconds
        print(f"{check.name:20s} {seconds:6.2f} s  {found:,} findings", flush=True)
    print(f"{'all':20s} {total:6.2f} s")


if __name__ == "__main__":
    if not DATA.exists():
        sys.exit("benchmarks/checks.py needs ../shared/data/human-ratings, which is not here.")
    match sys.argv[1:]:
        case ["speed", *size]:
            speed(*map(int, size))
        case ["outputs", *names]:
            outputs(*names)
        case ["interface"]:
            interface()
        case _:
            table()
