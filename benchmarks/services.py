"""How near does translation over HTTP come to what a service and its limits allow?

    python benchmarks/services.py [--segments N] [--concurrency N...] [--latency S] [--faults F]

A service on loopback, in a process of its own, takes 50 ms for each request and spoils 5% of its
answers: status 500, status 429 with Retry-After, broken JSON, a connection closed halfway. mtqe
translates 10,000 segments, one a request, through the cache, as `mtqe translate` does. The limit
is concurrency / latency, as if there were no faults and no work around the requests.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import random
import tempfile
from multiprocessing.connection import Connection
from pathlib import Path
from time import perf_counter

from aiohttp import web

from mtqe.backends.base import BackendContext
from mtqe.backends.services.libretranslate import LibreTranslateBackend
from mtqe.corpus.base import Corpus, LanguagePair, Segment
from mtqe.evaluation.translate import translate
from mtqe.support.cache import Cache
from mtqe.support.progress import silent

PAIR = LanguagePair("en", "es")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--segments", type=int, default=10_000)
    parser.add_argument("--concurrency", type=int, nargs="+", default=[8, 32])
    parser.add_argument("--latency", type=float, default=0.05)
    parser.add_argument("--faults", type=float, default=0.05)
    options = parser.parse_args()
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(target=serve, args=(theirs, options.latency, options.faults))
    process.start()
    try:
        url = ours.recv()
        for concurrency in options.concurrency:
            measure(url, options.segments, concurrency, options.latency)
    finally:
        process.terminate()
        process.join()


def measure(url: str, segments: int, concurrency: int, latency: float) -> None:
    corpus = Corpus(
        "benchmark", PAIR, tuple(Segment(str(n), f"sentence {n}") for n in range(segments))
    )
    options = {"url": url, "concurrency": concurrency, "batch_size": 1}
    backend = LibreTranslateBackend(options, BackendContext("service", PAIR, Path()))
    with tempfile.TemporaryDirectory() as folder:
        cache = Cache(Path(folder))
        started = perf_counter()
        result = translate("service", backend, corpus, cache=cache, progress=silent())
        seconds = perf_counter() - started
        cache.close()
    expected = tuple(f"<sentence {n}>" for n in range(segments))
    assert result.translations.hypotheses == expected
    assert result.usage is not None
    limit = concurrency / latency
    rate = segments / seconds
    print(
        f"concurrency {concurrency}: {segments:,} segments in {seconds:.1f} s, {rate:.0f}/s, "
        f"{rate / limit:.1%} of the limit of {limit:.0f}/s; {result.usage.retries} repetitions, "
        f"median latency {result.usage.latency} s; load {os.getloadavg()[0]:.1f}",
        flush=True,
    )


def serve(pipe: Connection, latency: float, faults: float) -> None:
    """The service; sends its address through the pipe."""
    asyncio.run(_serve(pipe, latency, faults))


async def _serve(pipe: Connection, latency: float, faults: float) -> None:
    chance = random.Random(0)

    async def answer(request: web.Request) -> web.StreamResponse:
        texts = (await request.json())["q"]
        await asyncio.sleep(latency)
        whole = json.dumps({"translatedText": [f"<{text}>" for text in texts]}).encode()
        if chance.random() >= faults:
            return web.Response(body=whole, content_type="application/json")
        return await spoilt(chance.choice(("500", "429", "broken", "closed")), request, whole)

    server = web.AppRunner(web.Application())
    server.app.router.add_post("/translate", answer)
    await server.setup()
    site = web.TCPSite(server, "127.0.0.1", 0)
    await site.start()
    pipe.send(f"http://127.0.0.1:{server.addresses[0][1]}")
    await asyncio.Event().wait()


async def spoilt(how: str, request: web.Request, whole: bytes) -> web.StreamResponse:
    if how == "500":
        return web.Response(status=500)
    if how == "429":
        return web.Response(status=429, headers={"Retry-After": "0"})
    if how == "broken":
        return web.Response(body=whole[:-5], content_type="application/json")
    response = web.StreamResponse(headers={"Content-Length": str(len(whole))})
    await response.prepare(request)
    await response.write(whole[:10])
    if request.transport is not None:
        request.transport.close()
    return response


if __name__ == "__main__":
    main()
