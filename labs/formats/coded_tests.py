"""
What was measured, out of a test's codes in several systems and its several names.

Formats of messages give a test more than one code and more than one name. A LOINC code
counts first, together with its system; then the laboratory's own words. Where they
tell different tests, the result is held and a person decides.
"""

from dataclasses import dataclass, replace

from labs.domain.measurands import LOINC_SYSTEMS, names_the_part, recognise_code
from labs.domain.quantities import HYDROXYVITAMIN_D, Measurand
from labs.domain.sentences import HELD_CODE_AND_NAME_DISAGREE
from labs.formats.cells import (
    Analyte,
    CellRefused,
    read_analyte,
    text_of,
)
from labs.formats.codes import is_code, loinc_in
from labs.formats.limits import MAX_FIELD_LENGTHS
from labs.formats.other_values import another_value
from labs.formats.sentences import N_

TWO_CODES = N_("The result has two codes, %(codes)s, that tell different tests.")

WITHOUT_SYSTEM = N_("The code %(code)s comes without its system; it was read as LOINC.")
PARTS = (Measurand.TOTAL, Measurand.D3, Measurand.D2)
LONGEST_CODE = MAX_FIELD_LENGTHS["loinc"]


@dataclass(frozen=True, slots=True)
class Coding:
    """One code of a concept: in which system, and how that system calls it."""

    code: str
    system: str = ""
    display: str = ""

    @property
    def is_loinc(self) -> bool:
        system = self.system.strip().lower().partition("|")[0].rstrip("/")
        return system.replace("//www.", "//") in LOINC_SYSTEMS

    @property
    def is_bare_loinc(self) -> bool:
        """Answer whether a code without system can only have been LOINC's."""
        return not self.system.strip() and loinc_in(self.code) != ""


@dataclass(frozen=True, slots=True)
class Concept:
    """A thing with codes of several systems and the sender's own text for it."""

    codings: tuple[Coding, ...] = ()
    text: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Return what it is called, the sender's own words first, LOINC's next."""
        by_rank = sorted(self.codings, key=lambda coding: not coding.is_loinc)
        names = (self.text, *(coding.display for coding in by_rank))
        return tuple(dict.fromkeys(name for name in names if name.strip()))

    @property
    def name(self) -> str:
        """Return its name for people; its code where it has none."""
        codes = (coding.code for coding in self.codings if coding.code)
        return next(iter(self.names), "") or next(codes, "")


@dataclass(frozen=True, slots=True)
class CodedTest:
    """What was measured, under which codes and name, and what was tolerated."""

    analyte: Analyte
    loinc: str
    local_code: str
    display: str
    remarks: tuple[str, ...] = ()


def read_coded_test(concept: Concept) -> CodedTest:
    """
    Say what was measured; raise CellRefused for a test that only sounds like ours.

    >>> vitamin_d = Coding("62292-8", "http://loinc.org")
    >>> read_coded_test(Concept((vitamin_d,), "VITD")).analyte.measurand
    <Measurand.TOTAL: 'total'>
    """
    codes, remarks = _loinc_codes(concept)
    known = [code for code in codes if recognise_code(code).basis == "code"]
    loinc = next(iter((*known, *codes)), "")
    local = tuple(
        dict.fromkeys(
            coding.code
            for coding in concept.codings
            if coding.code and coding.code not in codes
        )
    )
    analyte = _analyte(known, loinc, concept.names or local)
    display = next(iter(concept.names), "")
    if analyte.measurand is None:
        return CodedTest(analyte, loinc, " ".join(local), display)
    own_code = _joined(local, MAX_FIELD_LENGTHS["local_code"])
    return CodedTest(
        analyte,
        text_of(loinc, "loinc"),
        text_of(own_code, "local_code"),
        display,
        remarks,
    )


def _loinc_codes(concept: Concept) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the codes of LOINC; one without system only where no other is."""
    named = [c.code.strip() for c in concept.codings if c.is_loinc]
    # A laboratory's own code under LOINC's name stays its own.
    codes = tuple(dict.fromkeys(code for code in named if is_code(code)))
    if codes:
        return codes, ()
    bare = next((c.code for c in concept.codings if c.is_bare_loinc), "")
    if not bare:
        return (), ()
    return (bare,), (WITHOUT_SYSTEM % {"code": bare},)


def _analyte(known: list[str], loinc: str, names: tuple[str, ...]) -> Analyte:
    if not (loinc or names):
        return Analyte(None)
    analyte = _by_names(loinc, names or ("",), has_known_code=bool(known))
    others = {recognise_code(code).measurand for code in known}
    if len(others) > 1 and analyte.measurand is not None:
        codes = " and ".join(known[:2])
        return Analyte(
            analyte.measurand,
            TWO_CODES % {"codes": codes},
        )
    if analyte.measurand not in HYDROXYVITAMIN_D or analyte.hold:
        return analyte
    doubts = filter(None, map(another_value, names))
    return replace(analyte, hold=next(doubts, ""))


def _by_names(loinc: str, names: tuple[str, ...], *, has_known_code: bool) -> Analyte:
    """Read the code with each name and weigh what they say."""
    readings: list[Analyte] = []
    parts: list[Analyte] = []
    refused: list[CellRefused] = []
    for name in names:
        try:
            reading = read_analyte(loinc, name)
            readings.append(reading)
            if names_the_part(name):
                parts.append(reading)
        except CellRefused as refusal:
            refused.append(refusal)
    told = [reading for reading in readings if reading.measurand is not None]
    clear = [reading for reading in told if not reading.hold]
    if refused and not clear:
        raise refused[0]
    if refused:
        return Analyte(clear[0].measurand, HELD_CODE_AND_NAME_DISAGREE)
    disagreeing = [r for r in told if r.hold == HELD_CODE_AND_NAME_DISAGREE]
    # "25-OH vitamin D" says less than "25-hydroxyvitamin D3" beside it.
    parted = [r for r in parts if r in clear and r.measurand in PARTS]
    by_weight = (*(disagreeing if has_known_code else ()), *parted, *clear, *told)
    return next(iter(by_weight), Analyte(None))


def _joined(codes: tuple[str, ...], longest: int) -> str:
    """Return the local codes in one text, as many as have room."""
    text = ""
    for code in codes:
        longer = f"{text} {code}".strip()
        if len(longer) > longest:
            break
        text = longer
    return text
