"""
How long each page takes while people and programs ask for all of them at once.

A patient's home, the worklist, a chart, results for a program and a report, in such
shares as a working day has, on one record of thirty results in a clinic of some
size; the same web processes as for the rates beside a plain site.
"""

import statistics
import threading
import time
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection
from typing import Any
from uuid import UUID

from tests.benchmarks.http_client import PATIENCE, ask, ask_once

MIX_SECONDS, CLIENTS = 20.0, 4
# How often each is asked for in one round of a client.
SHARES = {"home": 4, "worklist": 3, "chart": 2, "api": 4, "report": 1}
Times = dict[str, list[float]]


def pages_of(patient_id: UUID) -> dict[str, str]:
    """Return where each page of the mix is."""
    record, program = f"/patients/{patient_id}", f"/api/v1/patients/{patient_id}"
    return {
        "home": f"{record}/",
        "worklist": "/worklist/",
        "chart": f"{record}/chart.svg",
        "api": f"{program}/results?limit=100",
        "report": f"{program}/report.pdf",
    }


def mix(
    port: int, patient_id: UUID, headers: Mapping[str, str], *, size: int
) -> Iterator[dict[str, Any]]:
    """Yield a line for each page, and one for all of them."""
    pages = pages_of(patient_id)
    for path in pages.values():
        ask_once(port, path, headers)
    times, seconds = _under_load(port, pages, headers)
    note = f"{size} people, {CLIENTS} clients, 2 processes, all pages at once"
    for name, taken in times.items():
        yield _line(name, taken, seconds, size, note)
    everything = [each for taken in times.values() for each in taken]
    yield _line("all", everything, seconds, size, note)


def _under_load(
    port: int, pages: Mapping[str, str], headers: Mapping[str, str]
) -> tuple[Times, float]:
    """Have clients ask in turn; each begins at another page of the round."""
    every = [name for name, share in SHARES.items() for _ in range(share)]
    found: list[Times] = [{name: [] for name in pages} for _ in range(CLIENTS)]
    ends_at = time.monotonic() + MIX_SECONDS

    def go_round(place: int) -> None:
        web = HTTPConnection("localhost", port, timeout=PATIENCE)
        turn = place * len(every) // CLIENTS
        while time.monotonic() < ends_at:
            name = every[turn % len(every)]
            began = time.monotonic()
            ask(web, pages[name], headers)
            found[place][name].append(time.monotonic() - began)
            turn += 1
        web.close()

    clients = [
        threading.Thread(target=go_round, args=(each,)) for each in range(CLIENTS)
    ]
    began = time.monotonic()
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    seconds = time.monotonic() - began
    return {
        name: [each for times in found for each in times[name]] for name in pages
    }, seconds


def _line(
    name: str, taken: list[float], seconds: float, size: int, note: str
) -> dict[str, Any]:
    cuts = statistics.quantiles(taken, n=100)
    return {
        "name": f"http.mix.{name}.{size}",
        "requests_a_second": round(len(taken) / seconds, 1),
        "p50": round(cuts[49] * 1000, 1),
        "p95": round(cuts[94] * 1000, 1),
        "p99": round(cuts[98] * 1000, 1),
        "unit": "ms",
        "note": note,
    }
