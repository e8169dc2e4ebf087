"""`mtqe serve`: the runs of a folder in the browser."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import Annotated

import typer


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
) -> None:
    """Show the runs of a folder, with trends, on this machine.

    Example: mtqe serve reports --open
    """
    from mtqe.report.serve import Folder, server

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
