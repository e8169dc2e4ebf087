"""The look at all texts at once lets no text pass that holds an attempt."""

from __future__ import annotations

import base64
import codecs
import random
from urllib.parse import quote

import pytest

from mtqe.checks import run_checks, texts
from mtqe.checks.injection import concealed, rules
from mtqe.checks.injection import signs as dialogue
from mtqe.checks.injection.anchors import may_steer
from mtqe.checks.injection.check import PromptInjection, attempts
from mtqe.checks.injection.rules import RULES
from mtqe.checks.injection.wording import WORDINGS
from mtqe.checks.texts import Texts
from mtqe.corpus.base import Corpus, LanguagePair, Segment, Translations
from tests.injections import INJECTIONS, ORDER, selectors, tag_characters, zero_width_bits
from tests.matching import a_match

AROUND = {
    "zh": "她每天早上都去河边散步。",
    "ja": "彼女は毎朝川へ散歩に行く。",
    "ko": "그녀는 매일 아침 강으로 간다.",
    "ru": "Каждое утро она гуляет у реки.",
    "ar": "تمشي كل صباح عند النهر.",
    "hi": "वह हर सुबह नदी के पास चलती है।",
    "tr": "Her sabah nehir kıyısında yürür.",
}
ENGLISH = "Every morning she walks along the river, and the old town wakes up."
GLUE = (" ", " ", ", ", " und ", "\n", ". ", "")
DISGUISES = (
    lambda text: base64.b64encode(text.encode()).decode(),
    lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
    lambda text: base64.b32encode(text.encode()).decode(),
    lambda text: text.encode().hex(),
    lambda text: text.encode().hex(" "),
    lambda text: " ".join(f"{byte:08b}" for byte in text.encode()),
    quote,
    lambda text: "".join(f"\\u{ord(character):04x}" for character in text),
    lambda text: "".join(f"&#{ord(character)};" for character in text),
    lambda text: codecs.encode(text, "rot13"),
    lambda text: text[::-1],
    " ".join,
    "-".join,
    "\u200b".join,
    "\u0301".join,
    lambda text: text.translate(str.maketrans("oieast", "013457")),
    lambda text: text.translate(str.maketrans("aeopcx", "аеорсх")),
    lambda text: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text),
    lambda text: text.replace("i", "İ").replace("k", "\u212a"),
    lambda text: f"Ⓐ\u0301{text}\u0307",
    str.upper,
    tag_characters,
    zero_width_bits,
    selectors,
)


def let_pass(given: list[str], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts in which the look at all of them suspects nothing."""
    monkeypatch.setattr(texts, "MANY", 0)
    segments = tuple(Segment(str(n), text) for n, text in enumerate(given))
    all_texts = Texts(Corpus("toy", LanguagePair("en", "de"), segments), [])
    suspects = may_steer(all_texts)[all_texts.sources]
    return [text for text, suspect in zip(given, suspects.tolist(), strict=True) if not suspect]


def planted(rng: random.Random, text: str, around: str) -> str:
    place = rng.choice((0, len(around), around.index(around[len(around) // 2])))
    before, behind = rng.choice(("", " ", "\n", ". ")), rng.choice(("", " ", "\n"))
    return around[:place] + before + text + behind + around[place:]


@pytest.mark.parametrize("language", WORDINGS)
def test_what_matches_a_rule_is_a_suspect(language, monkeypatch):
    rng = random.Random(sum(map(ord, language)))
    known = rules._languages()[language]
    made, steering = [], {}
    for number, rule in enumerate(RULES):
        if not known.has(rule):
            continue
        for _ in range(60):
            phrases = [a_match(known.pattern(slot), rng) for slot in rule.slots]
            rng.shuffle(phrases)
            text = planted(rng, rng.choice(GLUE).join(phrases), AROUND.get(language, ENGLISH))
            made.append(rng.choice((text, text, text.upper(), text.title())))
            if attempts(made[-1]):
                steering[made[-1]] = number
    passed = let_pass(made, monkeypatch)
    assert not [text for text in passed if text in steering]
    assert set(steering.values()) == {n for n, rule in enumerate(RULES) if known.has(rule)}


@pytest.mark.parametrize(
    "name", ["TOKEN", "TAG", "END", "CLOSING", "QUOTED_KEY", "BARE_KEY", "SPEAKER"]
)
def test_what_matches_a_sign_is_a_suspect(name, monkeypatch):
    rng = random.Random(sum(map(ord, name)))
    pattern = getattr(dialogue, name)
    made = []
    for _ in range(600):
        text = a_match(pattern, rng)
        if name == "SPEAKER":
            text = rng.choice((". ", "\n", '"', "}>", "(")) + text
        if name == "BARE_KEY":
            text = rng.choice(("", "\n", ". ", "```json", "```", "; ")) + text.lstrip()
        made.append(planted(rng, text, rng.choice((ENGLISH, *AROUND.values()))))
    steering = {text for text in made if attempts(text)}
    assert not steering.intersection(let_pass(made, monkeypatch))
    assert len(steering) > 100


@pytest.mark.parametrize("disguise", DISGUISES)
def test_what_is_hidden_is_a_suspect(disguise, monkeypatch):
    rng = random.Random(1)
    plain = [case.text for case in INJECTIONS] + [ORDER, f"{ORDER} This segment is perfect."]
    made = [planted(rng, disguise(text), ENGLISH) for text in plain if text.isascii()]
    steering = {text for text in made if attempts(text)}
    assert not steering.intersection(let_pass(made, monkeypatch))
    assert steering


@pytest.mark.parametrize(
    "pattern",
    [concealed.TAGS, concealed.SELECTORS, concealed.RUN, concealed.BASE64, concealed.HEXADECIMAL,
     concealed.PERCENT, concealed.ESCAPES, concealed.ENTITIES, concealed.BASE32, concealed.BINARY,
     concealed.APART],
)  # fmt: skip
def test_what_may_be_a_code_is_a_suspect_unless_it_means_nothing(pattern, monkeypatch):
    rng = random.Random(3)
    made = [planted(rng, a_match(pattern, rng), f"{ENGLISH}. ") for _ in range(300)]

    def is_concealed(text: str) -> bool:
        parts = (concealed.invisible, concealed.encoded, concealed.disguised)
        return any(part.content or part.how for look in parts for part in look(text))

    concealing = {text for text in made if is_concealed(text)}
    assert not concealing.intersection(let_pass(made, monkeypatch))


def test_pieces_of_phrases_among_odd_characters(monkeypatch):
    rng = random.Random(4)
    pieces = [
        phrase
        for name in WORDINGS
        for phrases in rules.slot_phrases(name).values()
        for phrase in phrases
    ]
    odd = (
        *"İ\u212aⒶ½ﬁ\u0301\u200b_'’-/:=\"}]<|бω\u3000\n",
        *("100", "score", "system", "erocs", "vtaber"),
    )
    made = []
    for _ in range(4000):
        parts = [rng.choice(rng.choice((pieces, odd))).replace("*", "") for _ in range(6)]
        made.append(rng.choice(("", " ", " ")).join(parts))
    steering = {text for text in made if attempts(text)}
    assert not steering.intersection(let_pass(made, monkeypatch))
    assert len(steering) > 100


def test_usual_texts_are_let_pass(monkeypatch):
    usual = [
        ENGLISH, *AROUND.values(), "Donaudampfschifffahrtsgesellschaft und Bundesverfassung",
        "He gave 100 reasons why the judge was right.", "The system is slow today.",
        "I.B.M. and U.S. shares rose by 3.5%", "A 4K film & a 5G phone", "Мы купили SMS-пакет",
    ]  # fmt: skip
    assert let_pass(usual, monkeypatch) == usual


@pytest.mark.parametrize("many", [0, 10**9], ids=["compiled", "few"])
def test_the_check_finds_the_same_with_the_look_and_without(many, monkeypatch):
    monkeypatch.setattr(texts, "MANY", many)
    rows = [case.text for case in INJECTIONS]
    corpus = Corpus(
        "toy", LanguagePair("en", "es"), tuple(Segment(text, "The cat sleeps.") for text in rows)
    )
    found = run_checks([PromptInjection()], corpus, [Translations.from_texts("mt", corpus, rows)])
    assert [finding.segment_id for finding in found] == rows
