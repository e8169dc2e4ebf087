"""The scores of a run as JSON, for programs."""

from __future__ import annotations

import json
from typing import Any

from mtqe.run import Run

SCHEMA = 1


def scores_json(run: Run) -> str:
    """What ``--json`` prints: schema, systems with scores, metrics, and the run folder."""
    manifest = run.manifest
    content: dict[str, Any] = {
        "schema": SCHEMA,
        "systems": [
            {
                "name": system.name,
                "scores": [score.model_dump() for score in system.scores],
                "failures": system.failures,
            }
            for system in manifest.systems
        ],
        "metrics": [metric.model_dump() for metric in manifest.metrics],
        "run": str(run.folder),
    }
    return json.dumps(content, ensure_ascii=False, indent=2)
