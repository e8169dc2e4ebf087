"""The scores of a run as JSON, for programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from mtqe.run import RunManifest

SCHEMA = 1


def scores_json(manifest: RunManifest, folder: Path) -> str:
    """What ``--json`` prints: schema, systems with scores, metrics, and the run folder."""
    metrics = {metric.name: metric for metric in manifest.metrics}
    content: dict[str, Any] = {
        "schema": SCHEMA,
        "systems": [
            {
                "name": system.name,
                "scores": [
                    {
                        **score.within(metrics[score.metric].range).model_dump(),
                        "label": metrics[score.metric].label,
                    }
                    for score in system.scores
                ],
                "failures": system.failures,
                "findings": dict(system.findings),
                "translated": system.translated,
                "seconds": system.seconds,
                "cost": system.cost,
                "currency": system.estimate.currency if system.estimate else "",
            }
            for system in manifest.systems
        ],
        "metrics": [metric.model_dump() for metric in manifest.metrics],
        "run": str(folder),
    }
    return json.dumps(content, ensure_ascii=False, indent=2)
