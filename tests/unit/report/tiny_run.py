"""A run of three segments and two systems with scores that can be checked by hand."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from mtqe.run import (
    SEGMENTS,
    STATISTICS,
    CorpusInfo,
    MetricInfo,
    Run,
    RunManifest,
    Score,
    SystemInfo,
    write_run,
)

NAN = float("nan")
BLEU = "nrefs:var|tok:13a|version:2.6.0"
TER = "nrefs:var|case:lc|version:2.6.0"


def tiny_run(folder: Path) -> Run:
    """`late` has no translation of the last segment; that segment has no second reference."""
    tables = {SEGMENTS: _segments(), STATISTICS: pa.table({"bleu/sum": [NAN]})}
    return write_run(folder, Run(None, _manifest(), tables))


def _manifest() -> RunManifest:
    return RunManifest(
        id="tiny",
        created="2026-01-31T12:00:00+00:00",
        versions={"mtqe": "0.1.0"},
        corpus=CorpusInfo(
            name="tiny",
            source_language="en",
            target_language="es",
            hash="0" * 64,
            segments=3,
            references="var",
            slices=("domain",),
        ),
        metrics=(
            _metric("bleu", "BLEU", BLEU, higher=True, highest=100.0),
            _metric("ter", "TER", TER, higher=False, highest=None),
        ),
        systems=(_system("exact", 60.0, 30.0, 0), _system("late", 60.04, 20.0, 1)),
    )


def _metric(
    name: str, label: str, signature: str, *, higher: bool, highest: float | None
) -> MetricInfo:
    return MetricInfo(
        name=name,
        metric=name,
        options={},
        label=label,
        signature=signature,
        higher_is_better=higher,
        range=(0.0, highest),
        decimals=1,
    )


def _system(name: str, bleu: float, ter: float, failures: int) -> SystemInfo:
    scores = {"bleu": (bleu, BLEU), "ter": (ter, TER)}
    return SystemInfo(
        name=name,
        identity={"backend": "file", "path": f"{name}.txt"},
        translated=3,
        seconds=1.5,
        failures=failures,
        scores=tuple(
            Score(
                metric=metric,
                score=score,
                signature=signature,
                segments=3 - failures,
                unscored=failures,
            )
            for metric, (score, signature) in scores.items()
        ),
    )


def _segments() -> pa.Table:
    references = [["Hola", "Buenas"], ["El gato", "Un gato"], ["4,00 $", None]]
    return pa.table(
        {
            "segment_id": ["s1", "s2", "s3"] * 2,
            "system": ["exact"] * 3 + ["late"] * 3,
            "document": pa.array(["d1", "d1", None] * 2, pa.string()),
            "source": ["Hello", "The cat", "$4.00"] * 2,
            "references": pa.array(references * 2, pa.list_(pa.string())),
            "hypothesis": pa.array(["Hola", "El gato", "4 $", "Hola", "Gato", None], pa.string()),
            "bleu": [100.00000000000004, 50.0, 30.0, 100.0, 20.0, NAN],
            "ter": [0.0, 40.0, 50.0, 0.0, 40.0, NAN],
            "failure": pa.array([None] * 5 + ["timed out after 30 s"], pa.string()),
            "metadata.domain": pa.array(["greeting", "pets", "greeting"] * 2, pa.string()),
        }
    )
