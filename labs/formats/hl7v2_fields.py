"""
What the fields of a result, its order and its patient say in an HL7 v2 message.

One function for each thing that is asked; what a field leaves open is looked for in
the next one that may hold it.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import lru_cache

from labs.domain.measurands import (
    COMPANIONS,
    HYDROXYVITAMIN_D,
    Measurand,
    allowed_units,
    mentions_vitamin_d,
    names_the_part,
    recognise_name,
)
from labs.domain.measurements import ResultStatus
from labs.domain.sentences import HELD_BARE_NAME
from labs.domain.units import UnknownUnit, parse_unit
from labs.formats.cells import (
    Analyte,
    CellRefused,
    read_status,
    text_of,
    unit_and_flag,
)
from labs.formats.coded_tests import CodedTest, Coding, Concept, read_coded_test
from labs.formats.collection_days import CollectionDay, DatedField, collection_day
from labs.formats.dates import DateRefused
from labs.formats.hl7v2_orders import Observation, Order
from labs.formats.hl7v2_segments import Segment
from labs.formats.limits import QUOTED_LENGTH
from labs.formats.parsed import PatientClue
from labs.formats.reported_results import SentStatus
from labs.formats.sentences import BIRTH_DATE_NOT_READ, N_, NAMELESS_TEST
from labs.formats.spelling import plain, quoted
from labs.formats.timestamps import read_timestamp

# What was measured --------------------------------------------------------------------

# As senders write LOINC in the place of a coding system, versions behind it left out;
# pCLOCD is LOINC with Canadian names.
_LOINC_SPELLED = re.compile(
    r"(?:LN|LNC|LOINC|pCLOCD)(?:[-_ .]?\d[\d.]*)?|(?:https?://(?:www\.)?)?loinc\.org/?"
    r"|(?:urn:oid:)?2\.16\.840\.1\.113883\.6\.1",
    re.IGNORECASE,
)
SPM_17 = N_("SPM-17 (specimen collected)")
OBX_14 = N_("OBX-14 (observed)")
OBR_7 = N_("OBR-7 (observed)")
OBR_8 = N_("OBR-8 (observation ended)")
OBR_14 = N_("OBR-14 (specimen received)")
OBR_6 = N_("OBR-6 (requested)")
OBR_22 = N_("OBR-22 (reported)")
NAMED_BY_ORDER = N_(
    "What was measured is named by the order (OBR-4) only; the result itself is called "
    "%(shown)s."
)
NAMED_BESIDE = N_("The test is named in OBX-4, beside a code without a name.")

# A result called "D3" or "total" alone, in an order of it, is that part of it.
WITHIN_THE_ORDER = "25-hydroxyvitamin D"

_read_test = lru_cache(maxsize=4096)(read_coded_test)


# What a result may be called whose order alone says what was measured.
_SAYS_NOTHING = re.compile(
    r"(?:total|result\w*|value|level|wert|ergebnis|resultat\w*|serum|plasma|spiegel"
    r"|d ?[23]|25 ?(?:oh)?(?: ?d ?[23]?)?)?"
)


def test_of(order: Order, segment: Segment) -> CodedTest:
    """
    Say what was measured; a vague name may be settled by the order's.

    Raises CellRefused for what only sounds like ours, by its own name or, where that is
    vague, by the order's: "Vitamin D" of an order of 1,25-dihydroxyvitamin D.
    """
    test = _perhaps_vitamin_d(_tested(segment), segment)
    if order.request is None or (test.analyte.measurand and not test.analyte.hold):
        return test
    if test.analyte.measurand is Measurand.UNSPECIFIED and not test.loinc:
        _read_test(_concept(order.request, 4))
    ordered = _ordered(order.request)
    if ordered is None or ordered not in HYDROXYVITAMIN_D:
        return test
    if test.analyte.measurand is None and not _may_be_meant(test, segment):
        return test
    return _by_order(test, ordered)


def _tested(segment: Segment) -> CodedTest:
    """
    Return what OBX-3 names.

    Analysers send a number of their own there, and the name beside it (OBX-4).
    """
    concept, name = _concept(segment, 3), segment.component(4, 1)
    if concept.names or any(coding.is_loinc for coding in concept.codings):
        return _read_test(concept)
    codes = _read_test(concept)
    is_clear = codes.analyte.measurand is not None and not codes.analyte.hold
    if is_clear or not _HOLDS_LETTER.search(name):
        return codes
    codings = (*concept.codings, Coding("", "", name))
    test = _read_test(Concept(codings, name))
    if codes.analyte.measurand and test.analyte.measurand is None:
        return codes
    return replace(test, remarks=(*test.remarks, NAMED_BESIDE))


_HOLDS_LETTER = re.compile(r"[^\W\d_]")


def _concept(segment: Segment, position: int) -> Concept:
    """
    Return the codes and names of a field, the laboratory's own text first.

    A test has one repetition by the standard; some systems send a second with its code
    in LOINC, or that of another test.
    """
    codings: list[Coding] = []
    texts: list[str] = []
    for repeat in segment.repeats(position)[:MOST_REPEATED]:
        names = (" ".join(name.split()) for name in segment.parts(repeat))
        parts = [*names, *[""] * 9]
        codings += (Coding(*_spelled(*parts[i : i + 3])) for i in (0, 3))
        # Short names stand before the whole one, which is the text as it was ordered.
        codings.append(Coding("", "", parts[8]))
        texts += (parts[1], parts[4], parts[8])
    return Concept(
        tuple(coding for coding in codings if coding.code or coding.display),
        next(filter(None, texts), ""),
    )


MOST_REPEATED = 4


def _spelled(code: str, name: str, system: str) -> tuple[str, str, str]:
    """Return code, system and name; a laboratory's code has its system beside it."""
    if _LOINC_SPELLED.fullmatch(system):
        return code, "LN", name
    return f"{code} ({system})" if code and system else code, system, name


def _ordered(request: Segment) -> Measurand | None:
    try:
        analyte = _read_test(_concept(request, 4)).analyte
    except CellRefused:
        return None
    return None if analyte.hold else analyte.measurand


def _perhaps_vitamin_d(test: CodedTest, segment: Segment) -> CodedTest:
    """Return a test of vitamin D with unknown words in its name, held, by its unit."""
    is_named = test.analyte.measurand is None and mentions_vitamin_d(label_of(test))
    if not is_named or not _has_unit_of_vitamin_d(segment):
        return test
    return replace(test, analyte=Analyte(Measurand.UNSPECIFIED, HELD_BARE_NAME))


def _may_be_meant(test: CodedTest, segment: Segment) -> bool:
    """Answer whether a result's own name says nothing and its unit fits."""
    says_nothing = _SAYS_NOTHING.fullmatch(plain(test.display))
    return says_nothing is not None and _has_unit_of_vitamin_d(segment)


def _has_unit_of_vitamin_d(segment: Segment) -> bool:
    for text in unit_texts(segment):
        try:
            return parse_unit(text) in allowed_units(Measurand.TOTAL)
        except UnknownUnit:
            continue
    return False


def _by_order(test: CodedTest, ordered: Measurand) -> CodedTest:
    shown = quoted(label_of(test), QUOTED_LENGTH)
    part = recognise_name(f"{WITHIN_THE_ORDER} {plain(test.display)}")
    if test.analyte.measurand is None and names_the_part(test.display):
        remarks = (*test.remarks, NAMED_BY_ORDER % {"shown": shown})
        return replace(test, analyte=Analyte(part.measurand), remarks=remarks)
    if test.analyte.measurand is None:
        analyte = Analyte(Measurand.UNSPECIFIED, NAMED_BY_ORDER % {"shown": shown})
        return CodedTest(
            analyte, test.loinc, test.local_code, test.display, test.remarks
        )
    if test.analyte.measurand is not Measurand.UNSPECIFIED or test.loinc:
        return test
    remarks = (*test.remarks, NAMED_BY_ORDER % {"shown": shown})
    return CodedTest(
        Analyte(ordered), test.loinc, test.local_code, test.display, remarks
    )


_REMARKS = re.compile(
    r"\b(?:comments?|commentaires?|kommentar\w*|interpretati\w*|interp|beurteilung"
    r"|bemerkung\w*|remarks?|opmerking\w*|comentarios?|commenti?)\b"
)
_BEGINS_WITH_NUMBER = re.compile(r"[^\w\s]{0,3}\s{0,3}\d", re.ASCII)


def is_remark(test: CodedTest, segment: Segment) -> bool:
    """Answer whether a result is a remark on a test by its name, and no number."""
    is_named_so = _REMARKS.search(plain(test.display)) is not None
    return is_named_so and not _BEGINS_WITH_NUMBER.match(segment.text(5).strip())


def is_share(test: CodedTest, segment: Segment) -> bool:
    """
    Answer whether a companion known by its name alone is given as a share.

    Albumin in percent is that of an electrophoresis, and no amount.
    """
    is_companion = test.analyte.measurand in COMPANIONS and not test.loinc
    return is_companion and unit_texts(segment)[:1] == ["%"]


def label_of(test: CodedTest) -> str:
    return test.display or test.loinc or test.local_code or NAMELESS_TEST


# Unit, day, status --------------------------------------------------------------------


def unit_texts(segment: Segment) -> list[str]:
    """Return what OBX-6 names as units: code and text, and the alternate ones."""
    texts: list[str] = []
    for repeat in segment.repeats(6):
        parts = [*segment.parts(repeat), *[""] * 9]
        texts += (parts[0], parts[1], parts[3], parts[4], parts[8])
    return [unit_and_flag(text)[0] for text in texts if text]


def flag_behind_unit(segment: Segment) -> str:
    """Return the flag that a sender puts behind the unit, as in "ng/mL (H)"."""
    return unit_and_flag(segment.component(6, 1))[1]


def collected(order: Order, observation: Observation) -> CollectionDay:
    segment, request = observation.segment, order.request
    specimens = [
        _dated(SPM_17, specimen, 17) for specimen in order.specimens_of(observation)
    ]
    fields = [*specimens, _dated(OBX_14, segment, 14)]
    if request is None:
        return collection_day(fields)
    fields.append(_dated(OBR_7, request, 7))
    later = (
        _dated(OBR_8, request, 8),
        _dated(OBR_14, request, 14),
        _dated(OBR_6, request, 6),
        _dated(OBR_22, request, 22),
    )
    return collection_day(fields, later)


def _dated(name: str, segment: Segment, position: int) -> DatedField:
    """Return a field of time; one of zeros alone is how some systems write none."""
    text = segment.component(position, 1)
    return DatedField(name, text if text.strip("0") else "")


PROMOTED = N_("The sender makes a preliminary result final (status U).")
PARTIAL = N_("The sender says that the result is partial (status S).")
STATUS_OF_ORDER = N_("The result has no status; it is that of its order (OBR-25).")


def status_of(order: Order, segment: Segment) -> SentStatus:
    """Return the status of a result (table 0085), or else of its order (0123)."""
    word = segment.component(11, 1)
    remarks: tuple[str, ...] = ()
    if not word and order.request is not None:
        word = order.request.component(25, 1)
        remarks = (STATUS_OF_ORDER,) if word else ()
    match word.upper():
        case "U":
            return SentStatus(word, ResultStatus.FINAL, "", (*remarks, PROMOTED))
        case "S":
            return SentStatus(word, ResultStatus.PRELIMINARY, PARTIAL, remarks)
        case "N":
            return SentStatus(word, ResultStatus.REGISTERED, "", remarks)
        case _:
            meaning, doubt = read_status(word)
            return SentStatus(word, meaning, doubt, remarks)


# The patient --------------------------------------------------------------------------


def patient_of(segment: Segment) -> tuple[PatientClue, tuple[str, ...]]:
    """
    Return whose results these are; a birth date in doubt is left out, with why.

    The number stands in PID-3, in older versions in PID-2, or it is the alternate one.
    """
    numbers = (_number_of(segment), segment.component(2, 1), segment.component(4, 1))
    identifier = next(filter(None, numbers), "")
    born_on, remarks = _birth(segment.component(7, 1))
    clue = PatientClue(
        text_of(identifier, "patient_id"),
        text_of(_name(segment), "patient_name"),
        born_on,
    )
    return clue, remarks


_OF_A_CLINIC = ("MR", "PI", "PT", "PN", "AN")
_OF_THE_STATE = frozenset({"SS", "DL", "PPN", "NI", "XX"})


def _number_of(segment: Segment) -> str:
    """Return the number by which a clinic knows the patient, out of several (PID-3)."""
    numbers = [segment.parts(repeat) for repeat in segment.repeats(3)]
    named = [number for number in numbers if number[0]]
    named.sort(key=_rank_of_number)
    return named[0][0] if named else ""


def _rank_of_number(parts: list[str]) -> int:
    """Return how likely a number is a clinic's own; those of equal rank stay so."""
    kind = parts[4] if len(parts) > len("1234") else ""
    if kind in _OF_A_CLINIC:
        return _OF_A_CLINIC.index(kind)
    last = len(_OF_A_CLINIC)
    return last + 1 if kind in _OF_THE_STATE else last


def _birth(printed: str) -> tuple[date | None, tuple[str, ...]]:
    if not printed:
        return None, ()
    try:
        return read_timestamp(printed).day, ()
    except DateRefused as refused:
        return None, (BIRTH_DATE_NOT_READ % {"why": refused},)


def _name(segment: Segment) -> str:
    """Return given names and family name, in this order."""
    parts = [*segment.components(5), "", "", ""]
    family = next(iter(segment.subcomponents(5, 1)), "")
    return " ".join(" ".join(filter(None, (parts[1], parts[2], family))).split())


# What is said around the value --------------------------------------------------------


def name_in(segment: Segment, position: int) -> str:
    """Return the text of a coded field, else its code."""
    return segment.component(position, 2) or segment.component(position, 1)


def specimen_name(order: Order, observation: Observation) -> str:
    for specimen in order.specimens_of(observation):
        if name := name_in(specimen, 4):
            return name
    if order.request is None or _has_person_for_source(order.request):
        return ""
    code, text, *_ = [*order.request.subcomponents(15, 1), "", ""]
    return text or code or order.request.component(15, 3)


def _has_person_for_source(request: Segment) -> bool:
    """Answer whether OBR-15 holds who ordered, one field before its place (OBR-16)."""
    titles = " ".join(map(plain, request.components(15)[5:7])).split()
    return not request.field(16) and not _TITLES.isdisjoint(titles)


_TITLES = frozenset({"dr", "med", "prof", "md", "mr", "mrs", "ms", "do", "np"})


def sample_texts(order: Order, observation: Observation) -> Iterator[str]:
    """Give what tells of the sample: the specimen, its source, what was ordered."""
    for specimen in order.specimens_of(observation):
        yield from filter(None, specimen.components(4))
    if order.request is not None:
        if not _has_person_for_source(order.request):
            yield from filter(None, order.request.subcomponents(15, 1))
            yield from filter(None, order.request.components(15)[1:])
        names = [*order.request.components(4), *[""] * 5]
        yield from filter(None, (names[1], names[4]))


def comment_of(order: Order, observation: Observation) -> str:
    """Return the notes on the order and on the result, as they are written."""
    return "\n".join((*order.notes.lines, *observation.notes.lines))


def accession_of(order: Order, observation: Observation) -> str:
    """
    Return the number under which the laboratory knows the sample.

    That is its accession (SPM-30), else the order's (OBR-3), else the specimen's.
    """
    specimens = order.specimens_of(observation)
    numbers = [
        *(specimen.component(30, 1) for specimen in specimens[:1]),
        order.request.component(3, 1) if order.request else "",
    ]
    for specimen in specimens:
        numbers += [specimen.subcomponents(2, part)[0] for part in (2, 1)]
    return next(filter(None, numbers), "")
