"""
What was measured, told by several codes and names of one result.

A message carries its laboratory's own code beside LOINC, in either order. A code counts
only with its system; codes and names that contradict each other hold the result.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from labs.domain.measurands import LOINC_SYSTEMS
from labs.formats.cells import Analyte, read_analyte, text_of
from labs.formats.codes import loinc_in
from labs.formats.kept_texts import kept_text
from labs.formats.limits import MAX_FIELD_LENGTHS, MAX_REASON_LENGTH, QUOTED_LENGTH
from labs.formats.spelling import quoted

_OTHER_SPELLINGS_OF_LOINC = frozenset({"lnc", "http://loinc.org/", "loinc.org"})


@dataclass(frozen=True, slots=True)
class Coding:
    """A code with the system it belongs to and the name that it has there."""

    code: str
    system: str = ""
    name: str = ""

    @property
    def is_loinc(self) -> bool:
        system = self.system.strip().casefold()
        return system in LOINC_SYSTEMS or system in _OTHER_SPELLINGS_OF_LOINC

    @property
    def loinc(self) -> str:
        """The LOINC code; one without any system is known by its check digit."""
        if self.is_loinc:
            return self.code.strip()
        return "" if self.system.strip() else loinc_in(self.code)


@dataclass(frozen=True, slots=True)
class NamedTest:
    """What was measured, and under which codes and name."""

    analyte: Analyte
    loinc: str = ""
    local_code: str = ""
    display: str = ""
    remarks: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Return what a list of tests that are not kept calls it."""
        return self.display or self.loinc or self.local_code or "a test without a name"


@lru_cache(maxsize=4096)
def named_test(codings: tuple[Coding, ...], names: tuple[str, ...] = ()) -> NamedTest:
    """
    Say what codes and names mean together; the first name is the one shown.

    Raises CellRefused for what is named like 25-hydroxyvitamin D and is another test.
    """
    loincs = tuple(dict.fromkeys(filter(None, (coding.loinc for coding in codings))))
    called = tuple(_distinct([*(coding.name for coding in codings), *names]))
    own = [c for c in codings if c.code.strip() and not c.loinc]
    analyte = analyte_of(loincs, (*called, *(coding.code for coding in own)))
    local_code = _local_code(own)
    if analyte.measurand is None:
        shown = called[0] if called else ""
        return NamedTest(analyte, "".join(loincs[:1]), local_code, shown)
    display = kept_text(called[0] if called else "", "test_name")
    return NamedTest(
        analyte,
        text_of(loincs[0] if loincs else "", "loinc"),
        local_code,
        display.text,
        (*display.remarks, *_assumed(codings)),
    )


def _distinct(texts: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(filter(None, (text.strip() for text in texts))))


def _local_code(own: Sequence[Coding]) -> str:
    """Return the laboratory's own code with its system; one too long is left out."""
    for coding in own:
        system = coding.system.strip()
        shown = f"{coding.code.strip()} ({system})" if system else coding.code.strip()
        if len(shown) <= MAX_FIELD_LENGTHS["local_code"]:
            return text_of(shown, "local_code")
    return ""


def _assumed(codings: Sequence[Coding]) -> tuple[str, ...]:
    return tuple(
        f"The code {coding.loinc} came without a code system and was read as LOINC."
        for coding in codings
        if coding.loinc and not coding.is_loinc
    )


def analyte_of(loincs: Sequence[str], names: Sequence[str]) -> Analyte:
    """Weigh every code with every name; a clear reading wins over a vague one."""
    if not loincs and not names:
        return Analyte(None)
    pairs = [(loinc, name) for loinc in loincs or [""] for name in names or [""]]
    known = [a for a in (read_analyte(*pair) for pair in pairs) if a.measurand]
    if not known:
        return Analyte(None)
    by_code = [read_analyte(loinc, "") for loinc in loincs]
    if len({a.measurand for a in by_code if a.measurand}) > 1:
        return Analyte(known[0].measurand, _codes_differ(loincs))
    # A code that is clear by itself is held only by a name that contradicts it.
    is_clear = any(a.measurand and not a.hold for a in by_code)
    return min(known, key=lambda analyte: bool(analyte.hold) != is_clear)


def _codes_differ(loincs: Sequence[str]) -> str:
    codes = " and ".join(quoted(code, QUOTED_LENGTH) for code in loincs)
    return f"The codes {codes} name different tests."[:MAX_REASON_LENGTH]
