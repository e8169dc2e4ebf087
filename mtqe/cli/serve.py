"""`mtqe serve`: the runs of a folder in the browser."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from mtqe.support.words import count


def serve(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="DIR", exists=True, file_okay=False, help="Where the run folders are."
        ),
    ],
    port: Annotated[
        int,
        typer.Option(
            metavar="PORT", min=0, max=65535, help="Port to listen on; 0 for any free one."
        ),
    ] = 8643,
    open_page: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
    write: Annotated[
        Path | None,
        typer.Option(
            metavar="SITE",
            file_okay=False,
            show_default="serve on this machine",
            help="Write the pages into this folder instead, to be published.",
        ),
    ] = None,
) -> None:
    """Show the runs of a folder, with trends, on this machine.

    With --write, the same pages become files that any web server can publish: the list, each run,
    and each run beside the one before.

    Example: mtqe serve reports --open

    Example: mtqe serve reports --write public
    """
    from mtqe.report.serve import Folder, server, write_site

    if write is not None:
        found = write_site(Folder(folder), write)
        typer.echo(f"{write / 'index.html'}: {count(found, 'run')}")
        if open_page:
            webbrowser.open((write / "index.html").resolve().as_uri())
        return

    httpd = server(Folder(folder), port)
    address = f"http://127.0.0.1:{httpd.server_port}/"
    try:
        typer.echo(f"Runs in {folder}: {address} (Ctrl-C ends it)")
        if open_page:
            webbrowser.open(address)
        httpd.serve_forever()
    except KeyboardInterrupt:
        typer.echo("Stopped.")
    finally:
        httpd.server_close()
