"""Everything that a training run depends on; the defaults made the committed weights."""

from __future__ import annotations

from dataclasses import dataclass, field


def _rows_by_origin() -> dict[str, int]:
    return {
        "wmt20-mqm": 20000,
        "wmt21-mqm": 18000,
        "wmt21-da": 20000,
        "bio-mqm": 8000,
        "wmt21-flores-da": 3000,
        "indicmt-eval": 1500,
        "mlqe-pe": 1500,
        "mlqe-test21": 1000,
        "wmt-qe22-da": 1000,
        "wmt-qe22-mqm": 1500,
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
        averaging: decay of the exponential moving average that is kept.
        system: how much of its system's mean is added to a rating.
        visit: at most so many hypotheses of a source a step, drawn anew each time.
        ranking: weight of the pairwise ranking loss inside sources; 0 leaves it out.
        surface: how much of the target inside a source is chrF, in standard deviations.
        augmentation: whether degenerate hypotheses are added.
        rows: ratings taken from each data set, in whole source groups.
    """

    seed: int = 1
    steps: int = 400
    hypotheses: int = 64
    max_tokens: int = 96
    first_adapted_layer: int = 6
    rank: int = 32
    hidden_sizes: tuple[int, int] = (512, 128)
    dropout: float = 0.1
    head_rate: float = 5e-4
    adapter_rate: float = 5e-4
    warmup: int = 60
    averaging: float = 0.995
    ranking: float = 1.0
    surface: float = 0.3
    system: float = 0.0
    visit: int = 32
    augmentation: bool = True
    rows: dict[str, int] = field(default_factory=_rows_by_origin)
