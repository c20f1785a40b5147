"""
One result observation of a C-CDA document: its code, value, day and surroundings.

What an observation does not say itself is taken from the panel around it.
"""

from collections.abc import Iterator
from dataclasses import replace

from labs.domain.measurands import HYDROXYVITAMIN_D, recognise_code
from labs.domain.measurements import ResultStatus
from labs.formats.cda_narrative import Narrative
from labs.formats.cda_values import as_printed, bands_of, interval_of, value_of
from labs.formats.cells import CellRefused, Interval, read_status
from labs.formats.coded_tests import CodedTest, Coding, Concept, read_coded_test
from labs.formats.collection_days import CollectionDay, DatedField, collection_day
from labs.formats.gathering import NotKept, Outcome
from labs.formats.parsed import PatientClue, Refusal
from labs.formats.reported_results import ReportedResult, SentStatus, Surroundings
from labs.formats.reported_values import NO_NUMBER, ReportedValue, one_unit
from labs.formats.spelling import plain
from labs.formats.xml_documents import Element

LABORATORY_SECTIONS = frozenset(
    {
        "30954-2",  # results
        "26436-6",  # laboratory studies
        "11502-2",  # laboratory report
        "18719-5",  # chemistry studies
    }
)
RESULTS_TEMPLATES = frozenset(
    {
        "2.16.840.1.113883.10.20.22.2.3",
        "2.16.840.1.113883.10.20.22.2.3.1",
        "1.3.6.1.4.1.19376.1.3.3.2.1",  # IHE laboratory specialty section
    }
)
UNITS_CODE = "246514001"  # SNOMED CT, "units"
COMMENT_CODE = "48767-8"  # LOINC, "annotation comment"
COLLECTION_CODES = frozenset({"17636008", "33882-2"})
COLLECTION_TEMPLATE = "1.3.6.1.4.1.19376.1.3.1.2"

NOT_DONE = "The document says that this was not done (negationInd)."
PANEL_WITHDRAWN = "The panel around the result is marked as withdrawn or cancelled."
PENDING = "The result is still to come, so there is no value."


def is_results_section(section: Element | None) -> bool:
    """Answer whether a section holds laboratory results; a fragment may be one."""
    if section is None:
        return True
    roots = {template.get("root") for template in section.iterfind("templateId")}
    codes = {code.get("code") for code in section.iterfind("code")}
    return bool(roots & RESULTS_TEMPLATES or codes & LABORATORY_SECTIONS)


class ResultReader:
    """Reads the result observations of one document."""

    def __init__(
        self, root: Element, narrative: Narrative, patient: PatientClue
    ) -> None:
        self._root = root
        self._narrative = narrative
        self._patient = patient

    def outcomes(self) -> Iterator[Outcome]:
        """Give what each observation says that is, or may be, a laboratory result."""
        number = 0
        for element in self._root.iter("observation"):
            if not self._is_candidate(element):
                continue
            number += 1
            where = f"observation {number}, line {element.sourceline}"
            yield self._outcome(element, where)

    def _is_candidate(self, element: Element) -> bool:
        """Leave out plans, goals, the parts of other entries, and other sections."""
        if element.get("moodCode", "EVN") != "EVN":
            return False
        if _has_vitamin_d_code(element):
            return True
        parent = element.getparent()
        if parent is not None and parent.tag == "entryRelationship":
            return False
        return is_results_section(next(element.iterancestors("section"), None))

    def _outcome(self, element: Element, where: str) -> Outcome:
        try:
            test = read_coded_test(_concept(element.find("code"), self._narrative))
            if test.analyte.measurand is None:
                label = test.display or test.loinc or test.local_code
                return NotKept(label or "a test without a name")
            if element.get("negationInd") == "true":
                return Refusal(where, NOT_DONE)
            return self._result(element, where, test).parsed()
        except CellRefused as refused:
            return Refusal(where, str(refused))

    def _result(self, element: Element, where: str, test: CodedTest) -> ReportedResult:
        if test.analyte.measurand is None:
            raise CellRefused(NO_NUMBER)
        status = _status(element)
        value = self._value(element, status)
        unit_text, unit = one_unit(
            [value.unit_text] if value.unit_text else self._units_beside(element)
        )
        return ReportedResult(
            where=where,
            patient=self._patient,
            collected=_collected(element),
            test=test,
            measurand=test.analyte.measurand,
            value=value,
            unit_text=unit_text,
            unit=unit,
            interval=self._interval(element),
            status=status,
            around=self._around(element, test),
            holds=_holds(element),
        )

    # The value

    def _value(self, element: Element, status: SentStatus) -> ReportedValue:
        values = element.findall("value")
        if len(values) > 1:
            raise CellRefused("The result gives several values at once.")
        if not values:
            is_open = status.meaning in (
                ResultStatus.PRELIMINARY,
                ResultStatus.REGISTERED,
            )
            raise CellRefused(PENDING if is_open else NO_NUMBER)
        value = value_of(values[0], self._narrative)
        bands = [band.text for band in bands_of(element, self._narrative)]
        return as_printed(value, self._cells_beside(element), bands)

    def _cells_beside(self, element: Element) -> tuple[str, ...]:
        """Return the cells of the rows that the observation points to."""
        places = (element.find("text"), element.find("value"), element.find("code"))
        names = [self._narrative.reference(place) for place in places]
        names += [
            self._narrative.reference(original)
            for original in element.iterfind("code/originalText")
        ]
        cells = (self._narrative.cells_beside(name) for name in names if name)
        return tuple(dict.fromkeys(cell for row in cells for cell in row))

    def _units_beside(self, element: Element) -> list[str]:
        """Return the unit that an entry beside a value of text says."""
        texts = []
        for units in element.iterfind("entryRelationship/observation"):
            code, value = units.find("code"), units.find("value")
            if code is None or code.get("code") != UNITS_CODE or value is None:
                continue
            texts.append(self._narrative.text_of(value))
            texts += [value.get("code", ""), value.get("displayName", "")]
        return texts

    def _interval(self, element: Element) -> Interval:
        return interval_of(element, self._narrative)

    # What is said around the value

    def _around(self, element: Element, test: CodedTest) -> Surroundings:
        return Surroundings(
            laboratory=_laboratory(element),
            method=self._named(element.find("methodCode")),
            specimen=self._specimen(element),
            flag=", ".join(filter(None, map(self._flag, _flags(element)))),
            comment=self._comment(element, test),
        )

    def _named(self, code: Element | None) -> str:
        if code is None:
            return ""
        original = self._narrative.text_of(code.find("originalText"))
        return code.get("displayName", "") or original or code.get("code", "")

    def _flag(self, code: Element) -> str:
        return code.get("code", "") or self._named(code)

    def _specimen(self, element: Element) -> str:
        path = "specimen/specimenRole/specimenPlayingEntity"
        for holder in _own_and_panel(element):
            for entity in holder.iterfind(path):
                code, name = entity.find("code"), entity.find("name")
                found = self._named(code) or self._narrative.text_of(name)
                if found:
                    return found
        return ""

    def _comment(self, element: Element, test: CodedTest) -> str:
        """Return the comments on the result, and its text where it says more."""
        lines = [
            self._narrative.text_of(act.find("text"))
            for act in element.iterfind("entryRelationship/act")
            if act.find(f"code[@code='{COMMENT_CODE}']") is not None
        ]
        text = self._narrative.text_of(element.find("text"))
        if plain(text) != plain(test.display):
            lines.insert(0, text)
        return "\n".join(dict.fromkeys(filter(None, lines)))


# Codes --------------------------------------------------------------------------------


def _has_vitamin_d_code(element: Element) -> bool:
    code = element.find("code")
    if code is None:
        return False
    return any(
        recognise_code(coding.get("code", ""), coding.get("codeSystem", "")).measurand
        in HYDROXYVITAMIN_D
        for coding in (code, *code.iterfind("translation"))
    )


def _concept(code: Element | None, narrative: Narrative) -> Concept:
    """Return the codes of an observation and its names, that of the code first."""
    if code is None:
        return Concept()
    codings = [_coding(part) for part in (code, *code.iterfind(".//translation"))]
    original = narrative.text_of(code.find("originalText"))
    names = [coding.display for coding in codings]
    if original:
        codings.append(Coding("", "", original))
    return Concept(tuple(codings), names[0] or original)


def _coding(element: Element) -> Coding:
    """Return a code; one of a laboratory's own has its system beside it."""
    code, name = element.get("code", ""), element.get("displayName", "")
    system = element.get("codeSystem", "") or element.get("codeSystemName", "")
    coding = Coding(code, system, name)
    if coding.is_loinc or not (code and system):
        return coding
    return replace(coding, code=f"{code} ({element.get('codeSystemName') or system})")


# Status and day -----------------------------------------------------------------------

_STATUSES = {
    "completed": ResultStatus.FINAL,
    "active": ResultStatus.PRELIMINARY,
    "new": ResultStatus.REGISTERED,
    "held": ResultStatus.REGISTERED,
    "suspended": ResultStatus.PRELIMINARY,
    "aborted": ResultStatus.CANCELLED,
    "cancelled": ResultStatus.CANCELLED,
    "nullified": ResultStatus.ENTERED_IN_ERROR,
}
_WITHDRAWN = frozenset({"aborted", "cancelled", "nullified"})


def _status_word(element: Element) -> str:
    code = element.find("statusCode")
    return "" if code is None else code.get("code", "").strip()


def _status(element: Element) -> SentStatus:
    word = _status_word(element)
    meaning = _STATUSES.get(word.lower())
    if meaning is not None:
        return SentStatus(word, meaning)
    return SentStatus(word, *read_status(word))


def _holds(element: Element) -> tuple[str, ...]:
    is_withdrawn = any(
        _status_word(panel).lower() in _WITHDRAWN
        for panel in element.iterancestors("organizer")
    )
    return (PANEL_WITHDRAWN,) if is_withdrawn else ()


def _collected(element: Element) -> CollectionDay:
    """Return the day of the specimen, else of the observation, else of its panel."""
    specimens = [
        DatedField("specimen collection", _time_of(procedure))
        for procedure in _collections(element)
    ]
    fields = [*specimens, DatedField("effectiveTime", _time_of(element))]
    later = [
        DatedField("effectiveTime of the panel", _time_of(panel))
        for panel in element.iterancestors("organizer")
    ]
    day = collection_day(fields, later)
    return replace(day, remarks=(*day.remarks, *_several_days(element)))


def _time_of(element: Element) -> str:
    """Return when something was, or began; empty where that is not said."""
    time = element.find("effectiveTime")
    if time is None:
        return ""
    low = time.find("low")
    return time.get("value", "") or ("" if low is None else low.get("value", ""))


def _several_days(element: Element) -> tuple[str, ...]:
    low, high = (element.find(f"effectiveTime/{side}") for side in ("low", "high"))
    if low is None or high is None:
        return ()
    start, end = low.get("value", "")[:8], high.get("value", "")[:8]
    if not (start and end) or start == end:
        return ()
    return (f"effectiveTime runs from {start} to {end}; the first day was taken.",)


def _collections(element: Element) -> Iterator[Element]:
    """Give the procedures, beside a result or its panel, that drew the specimen."""
    for holder in (element, *element.iterancestors("organizer", "act")):
        for link in ("entryRelationship", "component"):
            for procedure in holder.iterfind(f"{link}/procedure"):
                if _is_collection(procedure):
                    yield procedure


def _is_collection(procedure: Element) -> bool:
    codes = {code.get("code") for code in procedure.iterfind("code")}
    roots = {template.get("root") for template in procedure.iterfind("templateId")}
    return bool(codes & COLLECTION_CODES) or COLLECTION_TEMPLATE in roots


# What is said around the value --------------------------------------------------------


def _own_and_panel(element: Element) -> tuple[Element, ...]:
    return (element, *element.iterancestors("organizer"))


def _flags(element: Element) -> list[Element]:
    return [
        code
        for code in element.iterfind("interpretationCode")
        if code.get("code") or not code.get("nullFlavor")
    ]


_ORGANISATIONS = (
    "performer/assignedEntity/representedOrganization/name",
    "author/assignedAuthor/representedOrganization/name",
)


def _laboratory(element: Element) -> str:
    """Return who measured, or who wrote the entry; never who wrote the document."""
    for path in _ORGANISATIONS:
        for holder in _own_and_panel(element):
            name = holder.findtext(path)
            if name and name.strip():
                return " ".join(name.split())
    return ""
