"""The settings of a training on a GPU."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """A run; the defaults, with 5.5 minutes of an H100, made the committed weights.

    Attributes:
        minutes: minutes of training; the learning rate falls to 0 at their end.
        steps: number of steps to take instead of counting minutes, unless 0.
        hypotheses: rated hypotheses a step, in whole groups.
        visit: number of hypotheses drawn each time from a group with more.
        tokens: padded tokens that are encoded at once.
        dropout: of the encoder's sublayers.
        first_tuned_layer: the lowest layer that is trained.
        encoder_rate: peak learning rate of the encoder.
        head_rate: peak learning rate of heads and layer mix.
        warmup: share of the time in which rates rise.
        averaging: decay of the moving average that is kept.
        source_only: weight of the head without references.
        stand_ins: share of groups in which a good translation is the others' reference.
        judged: how often development data are judged, the last time at the end.
        hidden_sizes: hidden sizes of the estimators.
        heads: attention heads of the encoder.
        epsilon: epsilon of its layer norms.
        seed: seed of everything random.
    """

    minutes: float = 8.0
    steps: int = 0
    hypotheses: int = 384
    visit: int = 12
    tokens: int = 8_192
    dropout: float = 0.1
    first_tuned_layer: int = 4
    encoder_rate: float = 2e-4
    head_rate: float = 5e-4
    warmup: float = 0.03
    averaging: float = 0.998
    source_only: float = 0.5
    stand_ins: float = 0.0
    judged: int = 3
    hidden_sizes: tuple[int, int] = (512, 128)
    heads: int = 12
    epsilon: float = 1e-12
    seed: int = 1
