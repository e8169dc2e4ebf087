"""The fields of requests and answers; the OpenAPI document is made from them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from mtqe.run import MetricInfo, Score

Texts = list[str | None]
Languages = Annotated[
    str | None, Field(description="A language tag, such as de or pt-BR; null if not known.")
]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class ScoreRequest(_Request):
    """Translations to score. Each list has one text per segment, in the same order."""

    systems: Annotated[
        dict[str, Texts],
        Field(description="Each system's translations; null where one is missing.", min_length=1),
    ]
    references: Annotated[
        list[str | None] | list[Texts] | dict[str, Texts] | None,
        Field(
            description="One text per segment; or several such lists, by name or in a list; or a "
            "list of texts per segment."
        ),
    ] = None
    sources: Annotated[list[str] | None, Field(description="One source text per segment.")] = None
    source_language: Languages = None
    target_language: Languages = None
    metrics: Annotated[
        list[str] | None,
        Field(
            description="Names of metrics, each once. By default those of bleu, chrf, comet and "
            "bertscore that work with what was sent.",
            min_length=1,
        ),
    ] = None
    options: Annotated[
        dict[str, dict[str, Any]],
        Field(description='Options by metric, such as {"bleu": {"lowercase": true}}.'),
    ] = {}
    name: Annotated[str, Field(description="What reports call the test set.")] = "score"
    segments: Annotated[bool, Field(description="Answer with the score of each segment.")] = False
    report: Annotated[
        bool, Field(description="Keep the run in the service's folder, with its HTML report.")
    ] = False


class CheckRequest(_Request):
    """Texts to look for mistakes in. Each list has one text per segment, in the same order."""

    sources: Annotated[list[str] | None, Field(description="One source text per segment.")] = None
    systems: Annotated[
        dict[str, Texts],
        Field(description="Each system's translations; null where one is missing."),
    ] = {}
    references: Annotated[
        list[str | None] | list[Texts] | dict[str, Texts] | None,
        Field(description="References, as for /score."),
    ] = None
    source_language: Annotated[str, Field(description="A language tag, such as en.")]
    target_language: Annotated[str, Field(description="A language tag, such as de.")]
    checks: Annotated[
        list[str],
        Field(description="Names of checks; every check that needs no file if empty."),
    ] = []
    options: Annotated[
        dict[str, bool | dict[str, Any]],
        Field(description="Options by check, as in the [checks] table of an mtqe.toml."),
    ] = {}
    name: Annotated[str, Field(description="What the answer calls the test set.")] = "check"


class LabelledScore(Score):
    """A system's score by one metric, with its 95% interval and ranks."""

    label: str


class SystemScores(BaseModel):
    """A system's scores."""

    name: str
    scores: list[LabelledScore]
    failures: Annotated[int, Field(description="Segments without a translation.")]
    findings: Annotated[dict[str, int], Field(description="Segments with a finding, by check.")]


class SegmentScores(BaseModel):
    """The scores of one segment of one system; null where it could not be scored."""

    segment: Annotated[int, Field(description="Its place in the lists that were sent, from 0.")]
    system: str
    scores: dict[str, float | None]


class ScoreAnswer(BaseModel):
    """Scores of every system by every metric."""

    schema_version: int
    verdict: Annotated[str, Field(description="Which system is best, in a sentence.")]
    remarks: Annotated[list[str], Field(description="What a reader of the scores must know.")]
    systems: list[SystemScores]
    metrics: list[MetricInfo]
    segments: list[SegmentScores] | None = None
    run: Annotated[str | None, Field(description="The id of the run, if it was kept.")] = None
    report: Annotated[str | None, Field(description="Address of its report on this service.")] = (
        None
    )


class FoundSpan(BaseModel):
    """Characters that a finding is about."""

    side: str
    start: int
    end: int


class FoundMistake(BaseModel):
    """A finding: what is wrong with a segment's translation, or with the test set itself."""

    segment: Annotated[int, Field(description="Its place in the lists that were sent, from 0.")]
    system: Annotated[str | None, Field(description="null for the test set itself.")]
    check: str
    severity: str
    message: str
    spans: list[FoundSpan]


class CheckAnswer(BaseModel):
    """All findings, in the order of the segments."""

    schema_version: int
    segments: int
    checks: Annotated[list[str], Field(description="Checks that were run.")]
    not_applied: Annotated[
        dict[str, list[str]], Field(description="Checks that had nothing to look at, by reason.")
    ]
    findings: list[FoundMistake]


class Health(BaseModel):
    """That the service answers."""

    status: str
    version: str


class Problem(BaseModel):
    """Why there is no result."""

    error: Annotated[str, Field(description="One sentence that says what to do.")]
