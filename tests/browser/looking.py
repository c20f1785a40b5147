"""Measures a page in the browser: what axe-core says of it, and what it cannot."""

from collections.abc import Iterator
from pathlib import Path
from weakref import WeakKeyDictionary

import axe_playwright_python
from playwright.sync_api import CDPSession, Page

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WHAT_COLOURS_CHANGE = ["color-contrast", "link-in-text-block"]


_RUN = """options => axe.run(document, options).then(found => found.violations.flatMap(
  rule => rule.nodes.map(node => `${rule.id} ${node.target.join(" ")} ` +
    node.any.concat(node.all, node.none).map(check => check.message).join("; "))))"""

# What lies outside the page's own width, unless its frame scrolls by itself.
_TOO_WIDE = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  return [...document.body.querySelectorAll("*")]
    .filter(each => each.getBoundingClientRect().right > room + 1)
    .map(each => `too wide: ${each.tagName}.${each.getAttribute("class") ?? ""}`)
    .slice(0, 4);
}"""

# Tab has been pressed once, so that focus by script counts as focus by keyboard.
_WITHOUT_FOCUS_SEEN = """() => {
  const looks = node => ["outlineStyle", "outlineWidth", "outlineColor", "boxShadow",
      "borderColor", "stroke", "top"].map(name => getComputedStyle(node)[name]).join();
  const around = node => [node, node.closest("label, .choice"),
      ...node.querySelectorAll("*")].filter(Boolean).map(looks).join("|");
  const stops = [...document.querySelectorAll(
      "a[href], button, input, select, textarea, summary, [tabindex='0']")]
    .filter(node => node.tabIndex >= 0 && node.checkVisibility());
  const missed = [];
  for (const node of stops) {
    document.activeElement.blur();
    const before = around(node);
    node.focus({ preventScroll: true });
    if (document.activeElement !== node) continue;
    if (around(node) !== before) continue;
    missed.push(`no focus: ${node.outerHTML.slice(0, 80)}`);
  }
  return missed;
}"""


_IS_SHOWN = "([width, ratio]) => innerWidth === width && devicePixelRatio === ratio"
_SESSIONS: WeakKeyDictionary[Page, CDPSession] = WeakKeyDictionary()


def violations(
    page: Page, rules: list[str] | None = None, *, apart_from: list[str] | None = None
) -> list[str]:
    """Return what axe-core finds, by all rules of WCAG 2.2 AA or by those named."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    kind, values = ("rule", rules) if rules else ("tag", TAGS)
    options = {
        "runOnly": {"type": kind, "values": values},
        "rules": {rule: {"enabled": False} for rule in apart_from or ()},
        "resultTypes": ["violations"],
    }
    found: list[str] = page.evaluate(_RUN, options)
    return found


def too_wide(page: Page) -> list[str]:
    """Return what makes the page scroll sideways."""
    found: list[str] = page.evaluate(_TOO_WIDE)
    return found


def without_visible_focus(page: Page) -> list[str]:
    """Return what looks the same with the focus as without."""
    page.keyboard.press("Tab")
    found: list[str] = page.evaluate(_WITHOUT_FOCUS_SEEN)
    return found


def wrong_with(page: Page) -> Iterator[str]:
    """Yield what is wrong with an open page in light, dark, and at 400 %."""
    page.emulate_media(color_scheme="light")
    zoom(page, 1)
    yield from violations(page)
    yield from without_visible_focus(page)
    page.emulate_media(color_scheme="dark")
    for line in violations(page, WHAT_COLOURS_CHANGE):
        yield f"dark: {line}"
    page.emulate_media(color_scheme="light")
    yield from wrong_when_narrow(page)


def wrong_when_narrow(page: Page) -> Iterator[str]:
    """Yield what is wrong at 400 %; a width changes no colour."""
    zoom(page, 4)
    narrow = violations(page, apart_from=WHAT_COLOURS_CHANGE)
    for line in (*too_wide(page), *narrow):
        yield f"400 %: {line}"


def zoom(page: Page, times: int) -> None:
    """
    Zoom a window of 1280 by 900 as the browser's menu does.

    The window keeps its pixels; each pixel of CSS takes more of them. At 400 % the page
    has 320 by 225 of CSS, which is the width that WCAG 1.4.10 names. A pinch
    (Emulation.setPageScaleFactor) is something else: it magnifies without reflow.
    """
    if page not in _SESSIONS:  # a zoom lasts as long as its session
        _SESSIONS[page] = page.context.new_cdp_session(page)
    _SESSIONS[page].send(
        "Emulation.setDeviceMetricsOverride",
        {
            "width": 1280 // times,
            "height": 900 // times,
            "deviceScaleFactor": times,
            "mobile": False,
        },
    )
    page.wait_for_function(_IS_SHOWN, arg=[1280 // times, times])


def press_keys(page: Page, *keys: str) -> None:
    """Press keys that a page's own script listens to: it has come once the page has."""
    for key in keys:
        page.wait_for_load_state()
        page.keyboard.press(key)
