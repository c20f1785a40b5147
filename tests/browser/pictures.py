"""
Pictures of pages, taken by the browser tests for whoever changed a page to look at.

They go to var/pictures, or to the folder that PICTURES names; none is compared.
"""

import os
from pathlib import Path

from playwright.sync_api import Page

PROJECT = Path(__file__).resolve().parents[2]


def folder() -> Path:
    return Path(os.environ.get("PICTURES", PROJECT / "var" / "pictures"))


def keep(page: Page, name: str, *, whole: bool = False) -> None:
    """Keep what the window shows, or the whole page."""
    folder().mkdir(parents=True, exist_ok=True)
    page.screenshot(
        path=folder() / f"{name}.png", full_page=whole, animations="disabled"
    )
