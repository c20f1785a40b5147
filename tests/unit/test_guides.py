"""The guides show pictures and lead to pages that are there, and never advise."""

import re
from pathlib import Path

import pytest
from django.urls import resolve

from labs.domain.language import violations
from tests.browser.__main__ import SHOWN_IN_GUIDES

PROJECT = Path(__file__).resolve().parents[2]
GUIDES = [
    PROJECT / "README.md",
    PROJECT / "docs" / "guide-patients.md",
    PROJECT / "docs" / "guide-clinicians.md",
]
LARGEST = 160_000


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_every_link_and_picture_of_a_guide_is_there(guide: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", guide.read_text())

    assert links
    assert [link for link in links if not (guide.parent / link).exists()] == []


def test_every_picture_is_small_shown_and_made_by_the_tests() -> None:
    kept = {path.stem for path in (PROJECT / "docs" / "screenshots").glob("*.png")}
    shown = {
        Path(link).stem
        for guide in GUIDES
        for link in re.findall(r"\(((?:docs/)?screenshots/[^)]+)\)", guide.read_text())
    }

    assert kept == shown == set(SHOWN_IN_GUIDES.values())
    for name in kept:
        size = (PROJECT / "docs" / "screenshots" / f"{name}.png").stat().st_size
        assert size < LARGEST, name


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_every_address_that_a_guide_names_is_served(guide: Path) -> None:
    for address in re.findall(r"`(/[a-z/]+/)`", guide.read_text()):
        assert resolve(address).func is not None


@pytest.mark.parametrize("guide", GUIDES[1:], ids=lambda guide: guide.name)
def test_a_guide_obeys_the_rules_of_language(guide: Path) -> None:
    plain = " ".join(guide.read_text().split())

    assert violations(plain) == ()
