"""
How many files a second the readers read, beside what taking them apart alone costs.

The references take the same bytes apart and understand nothing: the standard JSON
reader, lxml, and a split into fields. Ours checks, recognises, weighs and says why.
"""

import json
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from labs.formats.inspection import read_file

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
ROUNDS = 15
FILES_A_ROUND = 40


def rows() -> Iterator[dict[str, Any]]:
    """Yield a line for each format."""
    yield _compared("parse.fhir", "fhir/american_r4_searchset.json", json.loads, "json")
    yield _compared("parse.ccda", "ccda/portal_download.xml", _tree, "lxml")
    name = "hl7v2/american_reference_laboratory.hl7"
    yield _compared("parse.hl7", name, _fields, "str.split")


def _tree(data: bytes) -> object:
    return etree.fromstring(data)


def _fields(data: bytes) -> object:
    return [line.split("|") for line in data.decode().replace("\n", "\r").split("\r")]


def _compared(
    name: str, example: str, reference: Callable[[bytes], object], note: str
) -> dict[str, Any]:
    data = (EXAMPLES / example).read_bytes()
    assert read_file(data).results
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(_timed(read_file, data))
        theirs.append(_timed(reference, data))
    rate = FILES_A_ROUND / statistics.median(ours)
    raw = FILES_A_ROUND / statistics.median(theirs)
    return {
        "name": name,
        "ours": round(rate),
        "reference": round(raw),
        "unit": "files/s",
        "speedup": round(rate / raw, 3),
        "note": f"{note} alone, {len(data):,} bytes",
    }


def _timed(read: Callable[[bytes], object], data: bytes) -> float:
    """Return the processor's time; a reader waits for nothing."""
    begun = time.process_time()
    for _ in range(FILES_A_ROUND):
        read(data)
    return time.process_time() - begun
