"""The hand-written example files."""

from pathlib import Path

FOLDER = Path(__file__).parents[3] / "examples" / "csv"
ALL = sorted(FOLDER.iterdir())


def example(name: str) -> bytes:
    return (FOLDER / name).read_bytes()
