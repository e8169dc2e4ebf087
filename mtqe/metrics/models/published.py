"""What is known of published models, by exact name: licence, languages, quality.

The one place that documentation, notes and ``mtqe models list`` take it from. Licences are those
that unbabel-comet's LICENSE.models.md and the models' own pages name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from mtqe.metrics import trust as scale
from mtqe.support.word_set import word_set

XLM_R = word_set(
    "af am ar as az be bg bn br bs ca cs cy da de el en eo es et eu fa fi fil fr fy ga gd gl gu ha "
    "he hi hr hu hy id is it ja jv ka kk km kn ko ku ky la lo lt lv mg mk ml mn mr ms my nb ne nl "
    "nn no om or pa pl ps pt ro ru sa sd si sk sl so sq sr su sv sw ta te th tl tr ug uk ur uz vi "
    "xh yi zh"
)
"""The languages of XLM-R (Conneau et al. 2020, table 9), which multilingual E5 starts from too."""
AFRO_XLM_R = XLM_R | word_set("ig ny pcm rn rw sn st yo zu")
"""XLM-R's, and those that AfroXLMR-large was adapted to (Alabi et al. 2022)."""
AFRO_XLM_R_76 = XLM_R | word_set(
    "ig ny pcm rn rw sn st yo zu arz bci bem bm cjk din dyu ee efi ff fon gaa guw iso kab kam kbp "
    "kg ki kj kmb kqn kr kwy lg ln loz lu lua lue lun luo mos nqo nso nus nyk rnd sg ss taq ti tiv "
    "tll tn toi ts tum tw tzm umb ve wal wo zne"
)
"""XLM-R's, and those that AfroXLMR-large-76L was adapted to, by its model card."""

MT5 = word_set(
    "af am ar az be bg bn ca ceb co cs cy da de el en eo es et eu fa fi fil fr fy ga gd gl gu ha "
    "haw he hi hmn ht hu hy id ig is it ja jv ka kk km kn ko ku ky la lb lo lt lv mg mi mk ml mn "
    "mr ms mt my nb ne nl nn no ny pa pl ps pt ro ru sd si sk sl sm sn so sq sr st su sv sw ta te "
    "tg th tr uk ur uz vi xh yi yo zh zu"
)
"""The languages of mT5 (Xue et al. 2021, table 6); its Norwegian may be of either form."""

REMBERT = MT5 | word_set("bs hr")
"""The languages of RemBERT (Chung et al. 2021), which BLEURT-20 starts from."""

Metric = Literal[
    "comet", "comet-qe", "both", "metricx", "metricx-qe", "both metricx", "bleurt", "bertscore"
]  # fmt: skip
METRICS: Mapping[Metric, tuple[str, ...]] = {
    "both": ("comet", "comet-qe"),
    "both metricx": ("metricx", "metricx-qe"),
}
"""The metrics that models for more than one are for."""
APACHE = "Apache-2.0"
NON_COMMERCIAL = "CC BY-NC-SA 4.0"
DA_1720 = "direct assessments of WMT 2017 to 2020"


@dataclass(frozen=True)
class PublishedModel:
    """One model of a hub, or of unbabel-comet's older archives.

    Attributes:
        name: exact, as `model` options have it.
        metric: the metric that it is for, or a word for two of them (see `metrics`).
        licence: licence of the weights.
        languages: languages that its encoder was trained on.
        trained_on: the human judgements behind it.
        quality: agreement with people, with what it was computed from; empty where none is given.
        order: among published models by agreement with people, 0 to 0.9, as WMT's metrics tasks of
            2020 to 2023 found it; encoders, for BERTScore, come last.
        curve: the model's name in mt-thresholds.
    """

    name: str
    metric: Metric
    licence: str
    languages: frozenset[str]
    trained_on: str
    quality: str = ""
    order: float = 0.3
    curve: str | None = None

    @property
    def trust(self) -> float:
        """How far the model's scores lead (see `mtqe.metrics.trust`)."""
        return scale.PUBLISHED + self.order

    @property
    def metrics(self) -> tuple[str, ...]:
        """The metrics that it is for."""
        return METRICS.get(self.metric, (self.metric,))

    @property
    def is_non_commercial(self) -> bool:
        """Whether the licence forbids commercial use."""
        return "NC" in self.licence


_ACCURACY = (
    "pairs within sources ordered as by MQM: .708 (en-de), .695 (he-en), .642 (zh-en); chrF .634, "
    ".641, .604 (our computation, from the scores of the WMT 2023 metrics task)"
)
_AFRICAN = "direct assessments of WMT 2017 to 2020, for African languages (Wang et al. 2024)"
_SSA = "human ratings of African languages (SSA-MTE, Li et al. 2025)"
_MQM = f"{DA_1720}, then MQM error spans"
_MLQE = "direct assessments of WMT and of MLQE-PE"
_WMT_1719 = "direct assessments of WMT 2017 to 2019"
_SEE = "see its page"

_BLEURT = "direct assessments of WMT 2015 to 2019, and made-up pairs (Pu et al. 2021)"
_METRICX = {
    "23": "direct assessments, then MQM, of WMT",
    "24": "direct assessments and MQM of WMT 2015 to 2022",
}


def _metricx(kind: str, metric: Metric, *, order: float) -> Iterator[PublishedModel]:
    """The three sizes of one kind of MetricX, and for 2024 the same in half precision."""
    year = kind[:2]
    version, endings = ("v2p0", ("",)) if year == "23" else ("v2p6", ("", "-bfloat16"))
    for number, size in enumerate(("large", "xl", "xxl")):
        for ending in endings:
            yield PublishedModel(
                f"google/metricx-{kind}-{size}-{version}{ending}",
                metric,
                APACHE,
                MT5,
                _METRICX[year],
                order=order + number / 10,
            )


_MODELS = (
    PublishedModel(
        "Unbabel/wmt20-comet-da", "comet", APACHE, XLM_R, _WMT_1719, order=0.4, curve="comet20"
    ),
    PublishedModel("Unbabel/wmt20-comet-qe-da", "comet-qe", APACHE, XLM_R, _WMT_1719, order=0.3),
    PublishedModel(
        "Unbabel/wmt22-comet-da",
        "comet",
        APACHE,
        XLM_R,
        DA_1720,
        _ACCURACY,
        order=0.7,
        curve="comet22",
    ),
    PublishedModel("Unbabel/eamt22-cometinho-da", "comet", APACHE, XLM_R, DA_1720, order=0.35),
    PublishedModel("Unbabel/unite-mup", "both", APACHE, XLM_R, "direct assessments of WMT"),
    PublishedModel("Unbabel/wmt22-unite-da", "both", NON_COMMERCIAL, XLM_R, DA_1720, order=0.65),
    PublishedModel("Unbabel/unite-xl", "both", NON_COMMERCIAL, XLM_R, DA_1720),
    PublishedModel("Unbabel/unite-xxl", "both", NON_COMMERCIAL, XLM_R, DA_1720),
    PublishedModel(
        "Unbabel/wmt22-cometkiwi-da",
        "comet-qe",
        NON_COMMERCIAL,
        XLM_R,
        _MLQE,
        order=0.5,
        curve="cometkiwi22",
    ),
    PublishedModel(
        "Unbabel/wmt23-cometkiwi-da-xl", "comet-qe", NON_COMMERCIAL, XLM_R, _MLQE, order=0.55
    ),
    PublishedModel(
        "Unbabel/wmt23-cometkiwi-da-xxl", "comet-qe", NON_COMMERCIAL, XLM_R, _MLQE, order=0.6
    ),
    PublishedModel(
        "Unbabel/XCOMET-XL", "both", NON_COMMERCIAL, XLM_R, _MQM, order=0.8, curve="xcometxl"
    ),
    PublishedModel(
        "Unbabel/XCOMET-XXL", "both", NON_COMMERCIAL, XLM_R, _MQM, order=0.9, curve="xcometxxl"
    ),
    PublishedModel("myyycroft/XCOMET-lite", "both", _SEE, XLM_R, "scores of XCOMET-XXL"),
    PublishedModel("masakhane/africomet-stl", "comet", APACHE, AFRO_XLM_R, _AFRICAN),
    PublishedModel("masakhane/africomet-mtl", "both", APACHE, AFRO_XLM_R, _AFRICAN),
    PublishedModel("masakhane/africomet-qe-stl", "comet-qe", APACHE, AFRO_XLM_R, _AFRICAN),
    PublishedModel("masakhane/africomet-stl-1.1", "comet", APACHE, AFRO_XLM_R, _AFRICAN),
    PublishedModel("masakhane/africomet-qe-stl-1.1", "comet-qe", APACHE, AFRO_XLM_R, _AFRICAN),
    PublishedModel("McGill-NLP/ssa-comet-mtl", "comet", _SEE, AFRO_XLM_R_76, _SSA),
    PublishedModel("McGill-NLP/ssa-comet-qe", "comet-qe", _SEE, AFRO_XLM_R_76, _SSA),
    *_metricx("23", "metricx", order=0.6),
    *_metricx("23-qe", "metricx-qe", order=0.45),
    *_metricx("24-hybrid", "both metricx", order=0.65),
    PublishedModel(
        "lucadiliello/BLEURT-20", "bleurt", APACHE, REMBERT, _BLEURT, order=0.62, curve="bleurt20"
    ),
    *(
        PublishedModel(f"lucadiliello/BLEURT-20-D{depth}", "bleurt", APACHE, REMBERT, _BLEURT)
        for depth in (12, 6, 3)
    ),
    PublishedModel(
        "roberta-large", "bertscore", "MIT", frozenset({"en"}), "none: an encoder", order=0.15
    ),
    PublishedModel(
        "microsoft/deberta-xlarge-mnli",
        "bertscore",
        "MIT",
        frozenset({"en"}),
        "none: an encoder",
        order=0.2,
    ),
    PublishedModel("xlm-roberta-large", "bertscore", "MIT", XLM_R, "none: an encoder", order=0.1),
    PublishedModel(
        "bert-base-chinese", "bertscore", APACHE, frozenset({"zh"}), "none: an encoder", order=0.1
    ),
    PublishedModel(
        "bert-base-multilingual-cased",
        "bertscore",
        APACHE,
        frozenset(),
        "none: an encoder",
        order=0.1,
    ),
)
PUBLISHED = {model.name: model for model in _MODELS}
_BY_LAST_PART = {model.name.rpartition("/")[2]: model for model in _MODELS}


def licence_notes(metric: str, model: str) -> tuple[str, ...]:
    """A sentence for models that must not be used commercially; copies count by their name."""
    found = PUBLISHED.get(model) or _BY_LAST_PART.get(model.rstrip("/").rpartition("/")[2])
    if found is None or not found.is_non_commercial:
        return ()
    return (
        f"{metric}: the weights of {model} are licensed for non-commercial use ({found.licence}).",
    )


def suggested(metric: str, language: str) -> str | None:
    """A published model for a metric that knows a language; the best of the free ones, if any.

    Args:
        metric: the name of a metric, such as ``comet``.
        language: a primary tag, such as ``yo``.
    """
    fitting = [m for m in _MODELS if metric in m.metrics and language in m.languages]
    fitting.sort(key=lambda model: (model.is_non_commercial, -model.order))
    return fitting[0].name if fitting else None
