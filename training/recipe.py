"""Everything that a training run depends on.

The committed weights were made from the defaults' data by `training.gpu`, see `training.plan`.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Teacher:
    """How much one set of teachers' scores counts.

    Attributes:
        weight: weight of its groups in the losses.
        epochs: how often its groups occur in one round of all data; below 1, a part of them.
    """

    weight: float
    epochs: float


def _teachers() -> dict[str, Teacher]:
    """The mean of seven strong metrics is the best teacher; prompts the noisiest."""
    return {
        "wmt22-metrics": Teacher(1.5, 2),
        "wmt20-comet": Teacher(1.0, 1),
        "wmt22-gemba": Teacher(0.8, 1),
        "flores-metrics": Teacher(1.0, 0.5),
    }


def _rows_by_origin() -> dict[str, int]:
    return {
        "wmt20-mqm": 16000,
        "wmt21-mqm": 30000,
        "wmt21-da": 4000,
        "bio-mqm": 9000,
        "wmt21-flores-da": 3000,
        "indicmt-eval": 7000,
        "mlqe-pe": 6000,
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
    """Settings of one training run.

    Attributes:
        seed: seed of everything random.
        steps: optimizer steps; the data are cycled.
        teachers: how much each set of teachers' scores counts.
        expert_share: share of experts' ratings in a target, where a teacher's whole group has them.
        hypotheses: rated hypotheses a step, of all processes, in whole source groups.
        max_tokens: groups with a longer text are left out (their cost grows, their worth does not).
        long_tokens: the largest length of texts in those few longer groups that are kept.
        long_share: share of teachers' groups between both lengths that is kept.
        first_tuned_layer: layers from here up are fine-tuned; 12 keeps the encoder frozen.
        hidden_sizes: hidden sizes of the estimators.
        dropout: inside the estimators.
        head_rate: peak learning rate of estimators and layer mix.
        encoder_rate: peak learning rate of the encoder's layers.
        warmup: steps of linear warm-up; the rate is constant afterwards.
        cooldown: last steps, in which the rate falls linearly to 0.
        averaging: decay of the exponential moving average that is kept.
        visit: largest number of hypotheses of a source per step, drawn anew each time.
        source_only: weight of the head without references.
        ranking: weight of the pairwise ranking loss inside sources; 0 leaves it out.
        similarity: weight of chrF and BERTScore in what the ratings leave open, see `steady`.
        augmentation: whether degenerate hypotheses are added.
        rows: ratings taken from each data set, in whole source groups.
        reliabilities: reliability of each data set's ratings, see `Group.reliability`.
    """

    seed: int = 1
    steps: int = 700
    hypotheses: int = 96
    max_tokens: int = 128
    long_tokens: int = 128
    long_share: float = 0.0
    first_tuned_layer: int = 4
    hidden_sizes: tuple[int, int] = (512, 128)
    dropout: float = 0.1
    head_rate: float = 8e-4
    encoder_rate: float = 2e-4
    warmup: int = 100
    cooldown: int = 800
    averaging: float = 0.99
    source_only: float = 0.5
    ranking: float = 1.0
    similarity: float = 0.25
    visit: int = 8
    augmentation: bool = True
    expert_share: float = 0.3
    teachers: dict[str, Teacher] = field(default_factory=_teachers)
    rows: dict[str, int] = field(default_factory=_rows_by_origin)
    reliabilities: dict[str, float] = field(default_factory=_reliabilities)


def second_round() -> Recipe:
    """More of the best teachers' scores, cheaply, for models that were trained before.

    Short texts give more targets a second; all translations of a source are seen together, so
    that it and its reference are encoded once for them; the lower half of the encoder stays as the
    first round left it.
    """
    return Recipe(
        steps=650,
        max_tokens=64,
        long_share=0.25,
        first_tuned_layer=6,
        head_rate=5e-4,
        encoder_rate=2e-4,
        warmup=50,
        cooldown=450,
        averaging=0.99,
        source_only=0.25,
        visit=16,
        teachers={
            "wmt22-metrics": Teacher(1.5, 1),
            "wmt20-comet": Teacher(1.0, 1),
            "wmt22-gemba": Teacher(0.8, 0.25),
        },
        rows={"wmt20-mqm": 2500, "wmt21-mqm": 4000, "indicmt-eval": 2500},
    )
