"""
`make screenshots`: take the pictures of the guides anew, out of the browser tests.

The tests keep many pictures; the few that the guides show are made small and kept with
the guides.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

from tests.browser.pictures import PROJECT

SHOWN_IN_GUIDES = {
    "record-light": "record",
    "record-dark": "record-dark",
    "supplement-with-precaution": "precaution",
    "shared-report": "shared-report",
    "worklist-with-panel": "worklist",
    "target-conflict": "target-conflict",
    "start-3-result": "first-result",
}
JOURNEYS = ("first_minutes", "patient_journeys", "clinic_journeys")
WIDTH, COLOURS = 960, 200


def main() -> int:
    """Walk the journeys, then keep what the guides show."""
    with tempfile.TemporaryDirectory() as taken:
        tests = [f"tests/browser/test_{name}.py" for name in JOURNEYS]
        done = subprocess.run(  # noqa: S603 - our own tests
            [sys.executable, "-m", "pytest", "-q", *tests],
            cwd=PROJECT,
            env={**os.environ, "PICTURES": taken, "REQUIRE_BROWSER": "1"},
            check=False,
        )
        if done.returncode == 0:
            for name, shown in SHOWN_IN_GUIDES.items():
                shrink(Path(taken) / f"{name}.png", guide_picture(shown))
    return done.returncode


def guide_picture(name: str) -> Path:
    return PROJECT / "docs" / "screenshots" / f"{name}.png"


def shrink(source: Path, target: Path) -> None:
    """Write a picture with fewer points and colours: it is read in a guide."""
    target.parent.mkdir(exist_ok=True)
    image = Image.open(source).convert("RGB")
    height = round(image.height * WIDTH / image.width)
    small = image.resize((WIDTH, height), Image.Resampling.LANCZOS)
    small.quantize(COLOURS, dither=Image.Dither.NONE).save(target, optimize=True)


if __name__ == "__main__":
    sys.exit(main())
