"""Every format that a whole dataset can be written in."""

from __future__ import annotations

from mtqe.corpus.dataset import UNKNOWN_LANGUAGE, Dataset
from mtqe.corpus.registry import by_extension, find_format, format_names, function, unknown_format
from mtqe.corpus.text import PathLike, label
from mtqe.corpus.writers.holds import fitted
from mtqe.errors import DataError
from mtqe.support.arguments import check_type, path_argument


def write_dataset(
    path: PathLike,
    dataset: Dataset,
    *,
    format: str | None = None,  # noqa: A002
    lossy: bool = False,
) -> tuple[str, ...]:
    """Write a dataset in the format that is named, or that the path's name stands for.

    Args:
        path: a file, or for some formats a folder or prefix.
        dataset: what to write.
        format: a name of `mtqe.corpus.registry.FORMATS`; else the path's name decides.
        lossy: leave out texts and scores that the format can't hold.

    Returns:
        What was left out, in words; ids, documents and metadata are left out unasked.

    Raises:
        DataError: the format is unknown, or can't hold a text exactly as it is.
    """
    path_argument(path, "path")
    check_type(dataset, Dataset, "dataset", "an mtqe.Dataset, such as mtqe.Dataset(corpus)")
    chosen = format or by_extension(path)
    wanted = find_format(chosen) if chosen in format_names() else None
    if wanted is None or wanted.write is None:
        raise unknown_format(path, format, "written")
    if wanted.holds.languages and UNKNOWN_LANGUAGE in (
        dataset.corpus.languages.source,
        dataset.corpus.languages.target,
    ):
        raise DataError(
            f"{label(path)}: this format names its languages; say them with --source-language and "
            "--target-language."
        )
    kept, lost = fitted(label(path), dataset, wanted.holds, lossy=lossy)
    try:
        lost += function(wanted.write)(path, kept) or ()
    except DataError as error:
        text = str(error)
        raise DataError(text if label(path) in text else f"{label(path)}: {text}") from error
    return tuple(lost)
