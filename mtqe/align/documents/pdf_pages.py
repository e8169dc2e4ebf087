"""A process that reads one PDF, so that a hostile one can only harm this process.

Used as ``python -m mtqe.align.documents.pdf_pages FILE BYTES``; prints the pages' texts as JSON.
"""

from __future__ import annotations

import json
import sys
from contextlib import suppress


def limit_memory(limit: int) -> None:
    """Let this process have at most `limit` bytes more than it has, where the system can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    with suppress(ValueError, OSError):  # macOS, which has no such limit
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def pages(path: str) -> list[str]:
    """The text of each page, with the layout's lines."""
    import pypdfium2

    with pypdfium2.PdfDocument(path) as document:
        return [page.get_textpage().get_text_range() for page in document]


def main() -> None:
    """Read the file that the command line names."""
    path, limit = sys.argv[1:]
    limit_memory(int(limit))
    sys.stdout.buffer.write(json.dumps(pages(path)).encode())


if __name__ == "__main__":
    main()
