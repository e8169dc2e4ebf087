"""`mtqe serve`: the runs of a folder in the browser."""

from __future__ import annotations

import logging
import webbrowser
from pathlib import Path
from typing import Annotated, Any

import typer

from mtqe.cli.common import metric_names_given
from mtqe.errors import ConfigError
from mtqe.support.words import count


def serve(
    folder: Annotated[
        Path,
        typer.Argument(metavar="DIR", file_okay=False, help="Where the run folders are."),
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
    api: Annotated[
        bool, typer.Option("--api", help="Answer programs instead: score, check and report.")
    ] = False,
    host: Annotated[
        str,
        typer.Option(
            metavar="ADDRESS",
            help="With --api: the address to listen on. If other machines can reach it, clients "
            "must send the token in MTQE_API_TOKEN.",
        ),
    ] = "127.0.0.1",
    metric: Annotated[
        list[str] | None,
        typer.Option(
            "--metric",
            "-m",
            metavar="NAME",
            show_default="those that read no file and ask no service",
            help="With --api: offer only this metric; repeatable.",
            callback=metric_names_given,
        ),
    ] = None,
    max_segments: Annotated[
        int, typer.Option(metavar="N", min=1, help="With --api: segments of one request.")
    ] = 10_000,
    max_body: Annotated[
        float, typer.Option(metavar="MB", min=0.001, help="With --api: size of one request.")
    ] = 20.0,
    parallel: Annotated[
        int,
        typer.Option(
            metavar="N",
            min=1,
            max=64,
            help="With --api: requests to work on at once. Each keeps its own models in memory.",
        ),
    ] = 1,
    time_limit: Annotated[
        float,
        typer.Option(
            metavar="SECONDS", min=1, help="With --api: longest time from a request to its answer."
        ),
    ] = 600.0,
) -> None:
    """Show the runs of a folder, with trends, on this machine.

    With --write, mtqe writes the same pages as files that any web server can publish: the list,
    each run, and each run next to the one before it.

    With --api, mtqe scores and checks what programs send over HTTP. Examples:
    https://mtqe.github.io/mtqe/how-to/http/

    Example: mtqe serve reports --open

    Example: mtqe serve reports --write public

    Example: mtqe serve reports --api
    """
    if not folder.is_dir():
        raise typer.BadParameter(f"there is no folder {folder}; make it first", param_hint="DIR")
    if api:
        if write is not None:
            raise typer.BadParameter("--write and --api exclude each other")
        _serve_api(
            folder,
            host,
            port,
            tuple(metric or ()),
            {
                "segments": max_segments,
                "body": int(max_body * 1e6),
                "parallel": parallel,
                "seconds": time_limit,
            },
            open_page=open_page,
        )
        return
    if host != "127.0.0.1":
        raise typer.BadParameter("--host needs --api: the pages are for this machine only")
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


def _serve_api(
    folder: Path,
    host: str,
    port: int,
    metrics: tuple[str, ...],
    limits: dict[str, Any],
    *,
    open_page: bool,
) -> None:
    from mtqe.support.extras import import_extra

    for module in ("fastapi", "uvicorn", "python_multipart"):
        import_extra(module, "api", "programs that ask over HTTP", ConfigError)

    from mtqe.metrics.registry import METRICS, metric_class
    from mtqe.service import Limits, api_server, check_address, token_from_environment
    from mtqe.service.limits import OFFERED
    from mtqe.support.options import spelled

    metrics = tuple(spelled(name, METRICS) for name in metrics)
    for name in metrics:
        if metric_class(name).origin_kind == "judge":
            raise ConfigError(
                f"the service doesn't offer the metric {name!r}, as whoever may ask it would spend "
                "your money; run `mtqe judge` on runs instead."
            )
    token = token_from_environment(host)
    logging.getLogger("mtqe.service").setLevel(logging.INFO)
    server = api_server(
        folder,
        check_address(host, port),
        offered=metrics or OFFERED,
        limits=Limits(**limits),
        token=token,
    )
    guarded = "" if token is None else ", with the token in MTQE_API_TOKEN"
    typer.echo(f"mtqe over HTTP{guarded}: {server.address} (Ctrl-C ends it)")
    if open_page:
        webbrowser.open(server.address)
    server.serve_until_ended()
    typer.echo("Stopped.")
