"""
One result observation of a C-CDA document: its code, value, day and surroundings.

What an observation does not say itself is taken from the panel around it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from labs.domain.measurands import (
    HYDROXYVITAMIN_D,
    Measurand,
    recognise_code,
)
from labs.domain.measurements import ResultStatus
from labs.formats.cda_narrative import Narrative
from labs.formats.cda_people import Authors
from labs.formats.cda_printed import PrintedValues
from labs.formats.cda_tests import Tests, coding_of
from labs.formats.cda_values import (
    MAY_HOLD_NUMBER,
    as_printed,
    bands_of,
    interval_of,
    value_of,
)
from labs.formats.cells import CellRefused, Interval, is_unit, read_status
from labs.formats.coded_tests import CodedTest, read_coded_test
from labs.formats.collection_days import CollectionDay, DatedField, collection_day
from labs.formats.gathering import NotKept, Outcome
from labs.formats.limits import MAX_SPECIMENS, QUOTED_LENGTH
from labs.formats.parsed import PatientClue, Refusal, Withdrawal
from labs.formats.reported_results import (
    ReportedResult,
    SentStatus,
    Surroundings,
    withdrawal_of,
)
from labs.formats.reported_values import NO_NUMBER, ReportedValue, unit_sent
from labs.formats.sentences import N_, TYPED_BY_PERSON
from labs.formats.specimens import other_sample
from labs.formats.spelling import as_said, plain, quoted
from labs.formats.xml_documents import Element, text_in, type_of

SPECIMEN_COLLECTION = N_("specimen collection")
PANELS_TIME = N_("effectiveTime of the panel")
RUNS_FROM_TO = N_(
    "effectiveTime runs from %(start)s to %(end)s; the first day was taken."
)
SEVERAL_VALUES = N_("The result gives several values at once.")

LABORATORY_SECTIONS = frozenset(
    {
        "30954-2",  # results
        "26436-6",  # laboratory studies
        "11502-2",  # laboratory report
        "11493-4",  # studies of a stay in hospital
        "18719-5",  # chemistry studies; the other ones are specialties, too
        "18717-9",  # blood bank
        "18720-3",  # coagulation
        "18721-1",  # monitoring of medicines
        "18722-9",  # fertility
        "18723-7",  # haematology
        "18727-8",  # serology
        "18728-6",  # toxicology
    }
)
RESULTS_TEMPLATES = frozenset(
    {
        "2.16.840.1.113883.10.20.22.2.3",
        "2.16.840.1.113883.10.20.22.2.3.1",
        "1.3.6.1.4.1.19376.1.3.3.2.1",  # IHE laboratory specialty section
        "1.3.6.1.4.1.19376.1.3.3.2.2",  # IHE laboratory report item, within it
    }
)
UNITS_CODE = "246514001"  # SNOMED CT, "units"
COMMENT_CODE = "48767-8"  # LOINC, "annotation comment"
COLLECTION_CODES = frozenset({"17636008", "33882-2"})
IS_PART, IS_SUBJECT, IS_EXCERPT = "COMP", "SUBJ", "XCRPT"
LONGEST_TITLE = 200
COLLECTION_TEMPLATE = "1.3.6.1.4.1.19376.1.3.1.2"

NOT_DONE = N_("The document says that this was not done (negationInd).")
PANEL_WITHDRAWN = N_("The panel around the result is marked as withdrawn or cancelled.")
ABOUT_SOMEONE_ELSE = N_(
    "It says that it is about someone or something beside the patient."
)
IN_OTHER_SECTION = N_(
    "It stands in the section %(name)s, which is not one of results. Check that it was "
    "measured."
)
PENDING = N_("The result is still to come, so there is no value.")


def is_results_section(section: Element) -> bool:
    """
    Answer whether a section holds laboratory results.

    One that stands in such a section is one, too, unless it names another sample than
    blood: "Urine" within the chemistry of a report.
    """
    around = section.iterancestors("section")
    return _is_called_results(section) or (
        any(map(_is_called_results, around)) and not other_sample(_names_of(section))
    )


def _is_called_results(section: Element) -> bool:
    roots = {template.get("root") for template in section.iterfind("templateId")}
    codes = {code.get("code") for code in section.iterfind("code")}
    return bool(roots & RESULTS_TEMPLATES or codes & LABORATORY_SECTIONS)


def _names_of(section: Element) -> Iterator[str]:
    """Give what a section is called: its title, then its code by name and number."""
    title = section.find("title")
    yield "" if title is None else text_in(title, LONGEST_TITLE)
    for code in section.iterfind("code"):
        yield code.get("displayName", "")
        yield code.get("code", "")


@dataclass(frozen=True, slots=True)
class Said:
    """What an observation, or the panel around it, says of itself."""

    status: str
    time: str
    collections: tuple[str, ...]
    specimen: str
    performer: str
    author: str
    accession: str = ""
    name: str = ""
    end: str = ""


class ResultReader:
    """Reads the result observations of one document."""

    def __init__(
        self, root: Element, narrative: Narrative, patient: PatientClue
    ) -> None:
        self._root = root
        self._narrative = narrative
        self._patient = patient
        self._tests = Tests(narrative)
        self._authors = Authors(root)
        self._printed = PrintedValues(root, narrative)
        self._laboratory = _laboratory_of(root)
        self._collected_apart = _collected_apart(root)
        # A panel with many results is asked by each of them.
        self._panels: dict[Element, Said] = {}
        self._sections: dict[Element, bool] = {}

    def outcomes(self) -> Iterator[Outcome]:
        """Give what each observation says that is, or may be, a laboratory result."""
        number = 0
        for element in self._root.iter("observation"):
            if not self._is_candidate(element) or self._is_panel(element):
                continue
            number += 1
            where = f"observation {number}, line {element.sourceline}"
            if outcome := self._outcome(element, where):
                yield outcome

    def _is_candidate(self, element: Element) -> bool:
        """Leave out plans, goals, the parts of other entries, and other sections."""
        if element.get("moodCode", "EVN") != "EVN":
            return False
        if _has_vitamin_d_code(element):
            return True
        if not self._stands_by_itself(element):
            return False
        return self._is_among_results(element) or self._is_named_with_value(element)

    def _is_among_results(self, element: Element) -> bool:
        section = next(element.iterancestors("section"), None)
        if section is None:
            return True
        if section not in self._sections:
            self._sections[section] = is_results_section(section) or _has_no_kind(
                section
            )
        return self._sections[section]

    def _elsewhere(self, element: Element) -> Iterator[str]:
        """
        Give why a result is held that its name alone tells, among other things.

        Countries have sections of their own for results, under codes of their own.
        """
        if self._is_among_results(element) or _has_vitamin_d_code(element):
            return
        section = next(element.iterancestors("section"))
        if any(coding_of(each).is_loinc for each in section.iterfind("code")):
            name = next(filter(None, _names_of(section)), "")
            yield IN_OTHER_SECTION % {"name": quoted(name, QUOTED_LENGTH)}

    def _stands_by_itself(self, element: Element) -> bool:
        """
        Answer whether an observation is no remark on another entry.

        A report's act has its results in it. A result may have parts, of which those
        that are called vitamin D count.
        """
        link = element.getparent()
        if link is None or link.tag != "entryRelationship":
            return True
        holder, kind = link.getparent(), link.get("typeCode", IS_PART)
        if holder is None or kind not in (IS_PART, IS_SUBJECT, IS_EXCERPT):
            return False
        is_in_report = kind != IS_SUBJECT and holder.tag == "act"
        return is_in_report or self._is_named_with_value(element)

    def _is_panel(self, element: Element) -> bool:
        """Answer whether an observation has no value but in its parts."""
        parts = element.iterfind("entryRelationship/observation")
        return element.find("value") is None and any(map(self._is_candidate, parts))

    def _is_named_with_value(self, element: Element) -> bool:
        """Answer whether an observation has a value and is called vitamin D."""
        value = element.find("value")
        if value is None or type_of(value) not in MAY_HOLD_NUMBER:
            return False
        try:
            test = read_coded_test(self._tests.concept_of(element))
        except CellRefused:
            return False
        return test.analyte.measurand in HYDROXYVITAMIN_D

    def _outcome(self, element: Element, where: str) -> Outcome | None:
        """Return a result, or why it is none; None where another test was not done."""
        try:
            test = self._tests.test_of(element)
            measurand = test.analyte.measurand
            is_done = element.get("negationInd") != "true"
            if measurand is None:
                label = test.display or test.loinc or test.local_code
                return NotKept(label or "a test without a name") if is_done else None
            if not is_done:
                return self._refused(where, NOT_DONE, element)
            return self._result(element, where, test, measurand).parsed()
        except CellRefused as refused:
            return self._refused(where, str(refused), element)

    def _refused(self, where: str, why: str, element: Element) -> Refusal:
        said, withdraws = self._said_in(element), self._withdrawal(element)
        return Refusal(where, why, said, self._patient, withdraws=withdraws)

    def _withdrawal(self, element: Element) -> Withdrawal | None:
        """Return what an observation takes back that came without its value."""
        if any(_about_others(element)):
            return None
        said = self._said_around(element)
        values = element.findall("value")
        texts = (
            " ".join((value.get("value", ""), self._narrative.text_of(value)))
            for value in values
        )
        try:
            test = self._tests.test_of(element)
            day = _collected(said, element)
            status = _status(said[0].status)
        except CellRefused:
            return None
        around = self._around(element, test, said)
        return withdrawal_of(test.analyte, day, status, around, " ".join(texts).strip())

    def _said_in(self, element: Element) -> str:
        """Return what the file says of a result that is refused."""
        name = self._tests.concept_of(element).name
        value = element.find("value")
        if value is None:
            return as_said(name)
        parts = (value.get("value", ""), value.get("unit", ""))
        text = self._narrative.text_of(value)
        return as_said(" ".join(parts), text, name)

    def _result(
        self, element: Element, where: str, test: CodedTest, measurand: Measurand
    ) -> ReportedResult:
        said = self._said_around(element)
        has_laboratory = any((self._laboratory, *(each.performer for each in said)))
        source = self._authors.source_of(element, has_laboratory=has_laboratory)
        status = _status(said[0].status)
        value = self._value(element, status)
        interval = self._interval(element)
        sent = unit_sent(
            [value.unit_text] if value.unit_text else self._units_beside(element),
            interval.unit,
            measurand,
            test.display,
            printed=self._printed.unit_of(element, value.number),
        )
        differs, rounded = self._printed.weighed(
            element, value.number, sent.unit, measurand
        )
        typed = [TYPED_BY_PERSON] if source else []
        return ReportedResult(
            where=where,
            patient=self._patient,
            collected=_collected(said, element),
            test=test,
            measurand=measurand,
            value=value,
            unit_text=sent.text,
            unit=sent.unit,
            interval=interval,
            status=status,
            around=replace(self._around(element, test, said), source=source),
            holds=(
                *sent.hold,
                *_holds(said),
                *_about_others(element),
                *self._elsewhere(element),
                differs,
            ),
            remarks=(*typed, *filter(None, [rounded])),
        )

    # The value

    def _value(self, element: Element, status: SentStatus) -> ReportedValue:
        values = element.findall("value")
        if len(values) > 1:
            raise CellRefused(SEVERAL_VALUES)
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
        """
        Return the unit that an entry beside a value of text says.

        Where the value points into a table, the next cell may be its unit.
        """
        behind = self._narrative.cell_behind(
            self._narrative.reference(element.find("value"))
        )
        texts = [behind] if is_unit(behind) else []
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

    def _said_around(self, element: Element) -> list[Said]:
        """Return what the observation says, then what each panel around it says."""
        said = [self._said(element)]
        for panel in element.iterancestors("organizer", "act", "observation"):
            if panel not in self._panels:
                self._panels[panel] = self._said(panel)
            said.append(self._panels[panel])
        return [*said, *self._said_apart(said)]

    def _said_apart(self, said: list[Said]) -> Iterator[Said]:
        """Give what a section of specimens says of a result's, where it is sure."""
        number = next(filter(None, (holder.accession for holder in said)), "")
        apart = self._collected_apart
        drawn = [each for each in apart if number in _specimen_numbers(each)]
        if not number and len(apart) == 1:
            drawn = apart
        if len(drawn) == 1 and not any(holder.collections for holder in said):
            yield Said(
                status="",
                time="",
                collections=(_time_of(drawn[0]),),
                specimen=self._drawn_of(drawn),
                performer="",
                author="",
                accession=next(_specimen_numbers(drawn[0]), ""),
            )

    def _said(self, holder: Element) -> Said:
        performer, author = (holder.findtext(path) or "" for path in _ORGANISATIONS)
        return Said(
            status=_status_word(holder),
            time=_time_of(holder),
            collections=tuple(_collections(holder)),
            specimen=self._specimen(holder),
            performer=" ".join(performer.split()),
            author=" ".join(author.split()),
            accession=_accession(holder),
            name=self._named(holder.find("code")),
            end=_end_of(holder)
            or (_time_of(holder) if holder.tag == "observation" else ""),
        )

    def _around(
        self, element: Element, test: CodedTest, said: list[Said]
    ) -> Surroundings:
        laboratories = [
            *(s.performer for s in said),
            self._laboratory,
            *(s.author for s in said),
        ]
        flags = map(self._flag, element.iterfind("interpretationCode"))
        return Surroundings(
            # Never who wrote the document.
            laboratory=next(filter(None, laboratories), ""),
            method=self._named(element.find("methodCode")),
            specimen=next(filter(None, (s.specimen for s in said)), ""),
            flag=", ".join(filter(None, flags)),
            comment=self._comment(element, test),
            accession=next(filter(None, (s.accession for s in said)), ""),
            sample=(*(s.specimen for s in said), *(s.name for s in said[1:])),
        )

    def _named(self, code: Element | None) -> str:
        if code is None:
            return ""
        original = self._narrative.text_of(code.find("originalText"))
        return code.get("displayName", "") or original or code.get("code", "")

    def _flag(self, code: Element) -> str:
        """Return a laboratory's flag; its own, without a code of the standard, too."""
        own = (self._named(each) for each in code.iterfind("translation"))
        return code.get("code", "") or self._named(code) or next(filter(None, own), "")

    def _specimen(self, holder: Element) -> str:
        for entity in holder.iterfind("specimen/specimenRole/specimenPlayingEntity"):
            code, name = entity.find("code"), entity.find("name")
            if found := self._named(code) or self._narrative.text_of(name):
                return found
        return self._specimen_collected(holder)

    def _specimen_collected(self, holder: Element) -> str:
        return self._drawn_of(_procedures(holder))

    def _drawn_of(self, procedures: Iterable[Element]) -> str:
        """Return the specimen that procedures drew, where it is only one."""
        found = {
            self._named(code)
            for procedure in procedures
            for code in procedure.iterfind(DRAWN)
        }
        return found.pop() if len(found) == 1 else ""

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
        return "\n".join(_without_repeats(filter(None, lines)))


def _accession(holder: Element) -> str:
    """Return the number under which the laboratory knows the specimen."""
    numbers = (
        identity.get("extension", "")
        for identity in holder.iterfind("specimen/specimenRole/id")
    )
    return next(filter(None, numbers), "")


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


def _has_no_kind(section: Element) -> bool:
    """Answer whether a section does not say at all what it holds."""
    return section.find("code") is None and section.find("templateId") is None


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


def _status(word: str) -> SentStatus:
    meaning = _STATUSES.get(word.lower())
    if meaning is not None:
        return SentStatus(word, meaning)
    return SentStatus(word, *read_status(word))


def _holds(said: list[Said]) -> tuple[str, ...]:
    is_withdrawn = any(panel.status.lower() in _WITHDRAWN for panel in said[1:])
    return (PANEL_WITHDRAWN,) if is_withdrawn else ()


def _about_others(element: Element) -> Iterator[str]:
    """Give why a result is held that names a person, or a thing, beside the patient."""
    around = (element, *element.iterancestors("organizer", "act", "observation"))
    if any(holder.find("subject") is not None for holder in around):
        yield ABOUT_SOMEONE_ELSE


def _collected(said: list[Said], element: Element) -> CollectionDay:
    """Return the day of the specimen, else of the observation, else of its panel."""
    own, *panels = said
    specimens = [
        DatedField(SPECIMEN_COLLECTION, time)
        for holder in said
        for time in holder.collections
    ]
    before = [
        DatedField(PANELS_TIME, panel.end) for panel in panels if _ended(panel, own)
    ]
    again = element.findall("effectiveTime")[1:MAX_SPECIMENS]
    repeated = [DatedField("effectiveTime", time.get("value", "")) for time in again]
    fields = [*specimens, DatedField("effectiveTime", own.time), *repeated, *before]
    later = [DatedField(PANELS_TIME, panel.time) for panel in panels]
    day = collection_day(fields, later)
    return replace(day, remarks=(*day.remarks, *_several_days(element)))


def _ended(panel: Said, own: Said) -> bool:
    """
    Answer whether a panel was over on a day before its result.

    It was drawn by then: some systems give the panel its collection and the result the
    moment of its analysis.
    """
    days = panel.end[:FULL_DAY], own.time[:FULL_DAY]
    return all(day.isdecimal() and len(day) == FULL_DAY for day in days) and (
        days[0] < days[1]
    )


FULL_DAY = len("20250310")


def _end_of(element: Element) -> str:
    """Return when something was over; empty where only its start is told."""
    time = element.find("effectiveTime")
    if time is None:
        return ""
    high = time.find("high")
    return time.get("value", "").strip() or (
        "" if high is None else high.get("value", "").strip()
    )


def _time_of(element: Element) -> str:
    """Return when something was, or began; its middle or its end where that is all."""
    time = element.find("effectiveTime")
    if time is None:
        return ""
    places = (time, *(time.find(side) for side in ("low", "center", "high")))
    texts = (place.get("value", "").strip() for place in places if place is not None)
    return next(filter(None, texts), "")


ONLY_MIDDLE = N_("effectiveTime gives only its middle, and that day was taken.")
ONLY_END = N_("effectiveTime gives only its end, and that day was taken.")


def _has_own_time(element: Element) -> bool:
    time = element.find("effectiveTime")
    return time is not None and bool(time.get("value"))


def _several_days(element: Element) -> tuple[str, ...]:
    start, middle, end = (
        "" if found is None else found.get("value", "")[:8]
        for found in (
            element.find(f"effectiveTime/{side}") for side in ("low", "center", "high")
        )
    )
    if not start and (middle or end) and not _has_own_time(element):
        return (ONLY_MIDDLE if middle else ONLY_END,)
    if not (start and end) or start == end:
        return ()
    return (RUNS_FROM_TO % {"start": start, "end": end},)


def _collections(holder: Element) -> Iterator[str]:
    """Give when the procedures beside a result or in its panel drew the specimen."""
    for procedure in _procedures(holder):
        yield _time_of(procedure)


def _procedures(holder: Element) -> Iterator[Element]:
    """Give what drew a specimen; some systems write an act for the procedure."""
    for link in ("entryRelationship", "component"):
        for kind in ("procedure", "act"):
            for drawing in islice(holder.iterfind(f"{link}/{kind}"), MAX_SPECIMENS):
                if _is_collection(drawing):
                    yield drawing


DRAWN = "participant/participantRole/playingEntity/code"
DRAWN_NUMBER = "participant/participantRole/id"


def _collected_apart(root: Element) -> list[Element]:
    """
    Return the collections in a section of their own, as laboratories' reports have it.

    Only by IHE's template: a list of procedures may name a blood sample of any year.
    """
    sections = (
        section
        for section in root.iter("section")
        if section.find(".//observation") is None
    )
    procedures = (each for section in sections for each in section.iter("procedure"))
    path = f"templateId[@root='{COLLECTION_TEMPLATE}']"
    found = (each for each in procedures if each.find(path) is not None)
    return list(islice(found, MAX_SPECIMENS))


def _specimen_numbers(procedure: Element) -> Iterator[str]:
    numbers = (each.get("extension", "") for each in procedure.iterfind(DRAWN_NUMBER))
    yield from filter(None, numbers)


def _is_collection(procedure: Element) -> bool:
    codes = {code.get("code") for code in procedure.iterfind("code")}
    roots = {template.get("root") for template in procedure.iterfind("templateId")}
    return bool(codes & COLLECTION_CODES) or COLLECTION_TEMPLATE in roots


# What is said around the value --------------------------------------------------------


def _without_repeats(lines: Iterable[str]) -> list[str]:
    """Return the lines; one that an earlier one holds already is left out."""
    kept: list[str] = []
    for line in lines:
        if not any(line in earlier for earlier in kept):
            kept.append(line)
    return kept


LABORATORY_TEMPLATE = "1.3.6.1.4.1.19376.1.3.3.1.7"  # IHE, laboratory performer


def _laboratory_of(root: Element) -> str:
    """Return the one laboratory that the head of a laboratory's report names."""
    names = {
        " ".join((performer.findtext(_ORGANISATION) or "").split())
        for performer in root.iterfind("documentationOf/serviceEvent/performer")
        if performer.find(f"templateId[@root='{LABORATORY_TEMPLATE}']") is not None
    } - {""}
    return names.pop() if len(names) == 1 else ""


_ORGANISATION = "assignedEntity/representedOrganization/name"
_ORGANISATIONS = (
    f"performer/{_ORGANISATION}",
    "author/assignedAuthor/representedOrganization/name",
)
