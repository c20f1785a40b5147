"""
`make fuzz`: bytes that nobody thought of, guided by the branches that they reach.

Any file ends in values and refusals or in a FileRefused with a sentence; anything else
is a finding. The corpus begins with our examples and, where they are there, with the
real samples; what was found is kept in var/fuzz and replayed by the next run.
"""

import os
import sys
from pathlib import Path

import atheris

PROJECT = Path(__file__).resolve().parents[2]
EXAMPLES = PROJECT / "tests" / "examples"
SAMPLES = PROJECT.parent / "shared" / "samples"
LARGEST_SEED = 200_000

with atheris.instrument_imports(include=["labs"]):
    from labs.formats.inspection import inspect, read_file
    from labs.formats.parsed import FileRefused


def read_one(data: bytes) -> None:
    """Read a file as the pages and the commands do."""
    try:
        read_file(data)
    except FileRefused as refused:
        if not str(refused):
            message = "A refusal without a sentence."
            raise AssertionError(message) from refused
    inspect(data, "file")


def seeds(folder: Path) -> None:
    """Lay the corpus out where libFuzzer looks for it."""
    folder.mkdir(parents=True, exist_ok=True)
    for source in (EXAMPLES, SAMPLES):
        for path in sorted(source.rglob("*")):
            if path.is_file() and path.stat().st_size <= LARGEST_SEED:
                copy = folder / f"{path.parent.name}-{path.name}"
                copy.write_bytes(path.read_bytes())


def main() -> None:
    """Run for the seconds that FUZZ_SECONDS says; end with 1 where one was found."""
    corpus = Path(os.environ.get("CALCIDIOL_VAR", PROJECT / "var")) / "fuzz"
    seeds(corpus)
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
    atheris.Setup(options, read_one)
    atheris.Fuzz()


main()
