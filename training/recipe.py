"""Everything that a training run depends on; the defaults made the committed weights."""

from __future__ import annotations

from dataclasses import dataclass, field


def _rows_by_origin() -> dict[str, int]:
    return {
        "wmt20-mqm": 30000,
        "wmt21-mqm": 30000,
        "wmt21-da": 16000,
        "bio-mqm": 12000,
        "wmt21-flores-da": 4000,
        "indicmt-eval": 3000,
        "mlqe-pe": 8000,
        "mlqe-test21": 1500,
        "wmt-qe22-da": 1000,
        "wmt-qe22-mqm": 4100,
    }


def _reliabilities() -> dict[str, float]:
    """What equal translations, rated apart, have in common of the variance inside a source.

    Measured by `training.reliability` where there are such translations. WMT 2020's seem
    to be one annotation copied, so less is taken. Guessed for the sets without.
    """
    return {
        "wmt20-mqm": 0.8,
        "wmt21-mqm": 0.6,
        "wmt21-da": 0.12,
        "bio-mqm": 0.45,
        "wmt21-flores-da": 0.5,
        "indicmt-eval": 0.6,
        "mlqe-pe": 0.6,
        "mlqe-test21": 0.6,
        "wmt-qe22-da": 0.6,
        "wmt-qe22-mqm": 0.5,
    }


@dataclass(frozen=True)
class Recipe:
    """A training run.

    Attributes:
        seed: of everything random.
        steps: optimizer steps; the data are cycled.
        hypotheses: rated hypotheses a step, of all processes, in whole source groups.
        max_tokens: groups with a longer text are left out (their cost grows, their worth does not).
        first_adapted_layer: layers from here up are fine-tuned; 12 keeps the encoder frozen.
        rank: of the low-rank adapters.
        hidden_sizes: of the estimators.
        dropout: inside the estimators.
        head_rate: peak learning rate of estimators and layer mix.
        adapter_rate: peak learning rate of adapters and shifts.
        warmup: steps of linear warm-up; the rate is constant afterwards.
        cooldown: last steps, in which the rate falls linearly to 0.
        averaging: decay of the exponential moving average that is kept.
        visit: at most so many hypotheses of a source a step, drawn anew each time.
        ranking: weight of the pairwise ranking loss inside sources; 0 leaves it out.
        similarity: weight of chrF and BERTScore in what the ratings leave open, see `steady`.
        augmentation: whether degenerate hypotheses are added.
        rows: ratings taken from each data set, in whole source groups.
        reliabilities: of each data set's ratings, see `Group.reliability`.
    """

    seed: int = 1
    steps: int = 700
    hypotheses: int = 128
    max_tokens: int = 80
    first_adapted_layer: int = 6
    rank: int = 32
    hidden_sizes: tuple[int, int] = (512, 128)
    dropout: float = 0.1
    head_rate: float = 5e-4
    adapter_rate: float = 5e-4
    warmup: int = 60
    cooldown: int = 200
    averaging: float = 0.98
    ranking: float = 1.0
    similarity: float = 0.25
    visit: int = 8
    augmentation: bool = True
    rows: dict[str, int] = field(default_factory=_rows_by_origin)
    reliabilities: dict[str, float] = field(default_factory=_reliabilities)
