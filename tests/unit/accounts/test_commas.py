"""Words put together by code are parted as the reader's language parts them."""

import re
from pathlib import Path

import pytest
from django.utils.translation import override

from accounts.services.commas import comma, parted

ROOT = Path(__file__).parents[3]
# What a translator sees whole may hold a comma; between two words of ours it may not.
BETWEEN_WORDS = re.compile(r'(?:\}\}|%\}|</strong>), (?:\{\{|\{%)|join:", "')
BLOCKS = re.compile(r"\{% blocktranslate.*?\{% endblocktranslate %\}", re.DOTALL)
PRESENTERS = [
    ROOT / "accounts" / "presenters.py",
    *sorted((ROOT / "labs" / "presenters").glob("*.py")),
    *sorted((ROOT / "tracker" / "services").glob("report_*.py")),
]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


@pytest.mark.parametrize(
    ("language", "words"),
    [("en-gb", "a, b"), ("de", "a, b"), ("ar", "a\N{ARABIC COMMA} b")],
)
def test_each_language_has_its_comma(language: str, words: str) -> None:
    with override(language):
        assert parted(("a", "", "b")) == words
        assert f"a{comma()}b" == words


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_parts_words_by_itself(path: Path) -> None:
    text = BLOCKS.sub("{%whole%}", path.read_text())

    assert BETWEEN_WORDS.findall(text) == []


@pytest.mark.parametrize("path", PRESENTERS, ids=lambda path: path.name)
def test_no_presenter_parts_words_by_itself(path: Path) -> None:
    assert '", ".join' not in path.read_text()
