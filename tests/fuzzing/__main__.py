"""
`make fuzz`: bytes that nobody thought of, guided by the branches that they reach.

Any file ends in values and refusals or in a FileRefused with a sentence; anything else
is a finding. The corpus begins with our examples and, where they are there, with the
real samples; what was found is kept in var/fuzz and replayed by the next run.

`make fuzz DRAWER=hl7v2` feeds the one reader of that format, with its own examples and
a corpus of its own: nothing is spent on telling formats apart.
"""

import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import atheris

PROJECT = Path(__file__).resolve().parents[2]
EXAMPLES = PROJECT / "tests" / "examples"
SAMPLES = PROJECT.parent / "shared" / "samples"
LARGEST_SEED = 200_000

with atheris.instrument_imports(include=["labs"]):
    from labs.formats.ccda import read_ccda
    from labs.formats.csv_table import read_csv
    from labs.formats.fhir import read_fhir
    from labs.formats.hl7v2 import read_hl7v2
    from labs.formats.inspection import inspect, read_file
    from labs.formats.parsed import FileRefused

# By the folders of their examples.
DRAWERS: dict[str, Callable[[bytes], object]] = {
    "ccda": read_ccda,
    "csv": read_csv,
    "fhir": read_fhir,
    "hl7v2": read_hl7v2,
}


def read_one(data: bytes) -> None:
    """Read a file as the pages and the commands do."""
    ends_in_a_sentence(read_file, data)
    inspect(data, "file")


def ends_in_a_sentence(read: Callable[[bytes], object], data: bytes) -> None:
    """Read a file; a refusal has to say why."""
    try:
        read(data)
    except FileRefused as refused:
        if not str(refused):
            message = "A refusal without a sentence."
            raise AssertionError(message) from refused


def seeds(folder: Path, drawer: str) -> None:
    """Lay the corpus out where libFuzzer looks for it."""
    folder.mkdir(parents=True, exist_ok=True)
    for source in (EXAMPLES / drawer, SAMPLES / drawer):
        for path in sorted(source.rglob("*")):
            if path.is_file() and path.stat().st_size <= LARGEST_SEED:
                copy = folder / f"{path.parent.name}-{path.name}"
                copy.write_bytes(path.read_bytes())


def main() -> None:
    """Run for the seconds that FUZZ_SECONDS says; end with 1 where one was found."""
    drawer = os.environ.get("DRAWER", "")
    if drawer and drawer not in DRAWERS:
        sys.exit(f"DRAWER={drawer} is none of {', '.join(DRAWERS)}.")
    var = Path(os.environ.get("CALCIDIOL_VAR", PROJECT / "var"))
    corpus = var / (f"fuzz-{drawer}" if drawer else "fuzz")
    seeds(corpus, drawer)
    seconds = os.environ.get("FUZZ_SECONDS", "60")
    options = [
        sys.argv[0],
        str(corpus),
        f"-max_total_time={seconds}",
        "-timeout=20",
        "-rss_limit_mb=2048",
        "-max_len=65536",
        f"-artifact_prefix={corpus.parent}/finding-",
    ]
    read = partial(ends_in_a_sentence, DRAWERS[drawer]) if drawer else read_one
    atheris.Setup(options, read)
    atheris.Fuzz()


main()
