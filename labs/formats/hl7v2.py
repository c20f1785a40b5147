"""
Results in HL7 v2 messages: ORU^R01, versions 2.1 to 2.8, and others of its segments.

These are OUL, by specimen, ORF, the answer to a question, and REF, a letter with
results that its sender had from a laboratory.

A value comes from OBX-5 alone; notes are kept as they are written and never read for
values. The day is the day of collection as printed, in no time zone.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

from labs.domain.measurands import Measurand
from labs.domain.measurements import ResultStatus
from labs.formats.cells import (
    CellRefused,
    DecimalMark,
    Interval,
    mark_in_use,
    read_interval,
    split_value,
)
from labs.formats.coded_tests import CodedTest
from labs.formats.gathering import NotKept, Outcome, gathered
from labs.formats.hl7v2_fields import (
    accession_of,
    collected,
    comment_of,
    flag_behind_unit,
    is_remark,
    is_share,
    label_of,
    name_in,
    patient_of,
    sample_texts,
    specimen_name,
    status_of,
    test_of,
    unit_texts,
)
from labs.formats.hl7v2_messages import Message, messages_in
from labs.formats.hl7v2_orders import Observation, Order, orders_of
from labs.formats.hl7v2_segments import Segment
from labs.formats.hl7v2_texts import texts_about_vitamin_d
from labs.formats.hl7v2_values import value_of
from labs.formats.limits import MAX_WARNINGS, QUOTED_LENGTH
from labs.formats.parsed import (
    FileRefused,
    ParsedFile,
    PatientClue,
    Refusal,
    Withdrawal,
)
from labs.formats.reported_results import (
    ReportedResult,
    SentStatus,
    Surroundings,
    withdrawal_of,
)
from labs.formats.reported_values import (
    NO_NUMBER,
    ReportedValue,
    flags_together,
    unit_sent,
)
from labs.formats.sentences import N_
from labs.formats.spelling import as_said, quoted
from labs.formats.told_twice import once_in_two_units

WAS_CANCELLED = N_("The test was cancelled, so there is no value.")
TO_COME = N_("The result is still to come, so there is no value.")
WAS_WITHDRAWN = N_(
    "The result was withdrawn without repeating its value. Withdraw "
    "the stored result by hand."
)
VERSION_NOT_KNOWN = N_("The version %(shown)s of HL7 is not one of 2.1 to 2.8.")
TYPE_MISSING = N_("The message does not name its type (MSH-9); it was read as ORU^R01.")
NO_OBX = N_("The message holds no results (OBX).")
CONTINUED = N_("The message says that another one continues it (DSC).")
MORE_WARNINGS = N_("%(more)s more warnings are not listed.")
ANOTHER_MESSAGE = N_("The message is of type %(shown)s, not ORU^R01.")

RESULTS = ("ORU", "OUL", "ORF", "REF")
ANY_RESULTS = "ORU^R01"
BY_SPECIMEN = "OUL"  # each specimen stands before its orders,
BY_ORDER = "OUL^R24"  # and in this one behind them
OF_ANOTHER = "REF"  # who sends it did not measure
VERSIONS = tuple(f"2.{minor}" for minor in range(1, 9))

NO_RESULTS = N_(
    "The file holds no results: it is an HL7 v2 message of type %(shown)s. ORU^R01 is "
    "read."
)
TEST_MESSAGE = N_(
    "The message is marked as a test of the system (MSH-11), not as real."
)
NOBODY_NAMED = N_("The message names no patient (PID).")
ORDER_CANCELLED = N_("The order of the result is marked as cancelled (OBR-25).")


def read_hl7v2(data: bytes) -> ParsedFile:
    """Return what a file of HL7 v2 messages holds; raise FileRefused."""
    file = messages_in(data)
    kinds = [_kind(message) for message in file.messages]
    if not any(kind.startswith(RESULTS) for kind in kinds):
        shown = quoted(kinds[0], QUOTED_LENGTH)
        raise FileRefused(NO_RESULTS % {"shown": shown})
    readers = [MessageReader(message, len(kinds)) for message in file.messages]
    outcomes = (outcome for reader in readers for outcome in reader.outcomes())
    said = [warning for reader in readers for warning in reader.warnings()]
    warnings = (*file.warnings, *_as_many_as_fit(said))
    parsed = gathered(_format_name(readers), outcomes, warnings, noun="result")
    if not (parsed.results or parsed.refused):
        texts = _as_many_as_fit(list(texts_about_vitamin_d(file.messages)))
        return replace(parsed, warnings=(*parsed.warnings, *texts))
    return once_in_two_units(parsed)


def _as_many_as_fit(warnings: list[str]) -> list[str]:
    more = len(warnings) - MAX_WARNINGS
    if more <= 0:
        return warnings
    return [*warnings[:MAX_WARNINGS], MORE_WARNINGS % {"more": more}]


def _kind(message: Message) -> str:
    """
    Return a message's type and event, such as ORU^R01; some write ORU_R01.

    One of no type that holds results is of these.
    """
    kind = _type_named(message)
    if not kind and any(line.startswith("OBX") for line in message.lines):
        return ANY_RESULTS
    return kind


def _type_named(message: Message) -> str:
    parts = [part for part in message.header.components(9)[:2] if part]
    return "^".join(parts).replace("_", "^").upper()


def _format_name(readers: "list[MessageReader]") -> str:
    versions = {reader.version for reader in readers if reader.version}
    version = f"v{versions.pop()}" if len(versions) == 1 else "v2"
    count = f", {len(readers)} messages" if len(readers) > 1 else ""
    kinds = {reader.kind[:3] for reader in readers}
    kind = _NAMES.get(kinds.pop(), _NAMES["ORU"]) if len(kinds) == 1 else _NAMES["ORU"]
    return f"HL7 {version} {kind}{count}"


_NAMES = {"ORU": "ORU^R01", "OUL": "OUL^R22", "ORF": "ORF^R04", "REF": "REF^I12"}


def _is_no_amount(test: CodedTest, segment: Segment) -> bool:
    return is_share(test, segment) or is_remark(test, segment)


class MessageReader:
    """Reads the results of one message."""

    def __init__(self, message: Message, messages_in_file: int) -> None:
        self.message = message
        self._header = message.header
        self._place = f"message {message.number}, " if messages_in_file > 1 else ""
        self._last_patient: tuple[Segment, PatientClue, tuple[str, ...]] | None = None
        self.version = self._header.component(12, 1)
        self.kind = _kind(message)

    def warnings(self) -> Iterator[str]:
        """Give what is to be said of the message as a whole."""
        where = self._place.removesuffix(", ")
        start = f"{where}: " if where else ""
        if not self.version.startswith(VERSIONS):
            shown = quoted(self.version, QUOTED_LENGTH)
            yield start + VERSION_NOT_KNOWN % {"shown": shown}
        if not self.kind.startswith(RESULTS):
            return
        if not _type_named(self.message):
            yield f"{start}{TYPE_MISSING}"
        names = {line[:3] for line in self.message.lines}
        if "PID" not in names:
            yield f"{start}{NOBODY_NAMED}"
        if "OBX" not in names:
            yield f"{start}{NO_OBX}"
        if "DSC" in names:
            yield f"{start}{CONTINUED}"

    def outcomes(self) -> Iterator[Outcome]:
        """Give what each result segment says."""
        if not self.kind.startswith(RESULTS):
            where = self._place.removesuffix(", ")
            shown = quoted(self.kind, QUOTED_LENGTH)
            yield Refusal(where, ANOTHER_MESSAGE % {"shown": shown})
            return
        by_specimen = self.kind.startswith(BY_SPECIMEN) and self.kind != BY_ORDER
        for order in orders_of(self.message.segments(), by_specimen=by_specimen):
            for observation in order.observations:
                yield self._outcome(order, observation)

    def _outcome(self, order: Order, observation: Observation) -> Outcome:
        where = f"{self._place}segment OBX {observation.number}"
        test = None
        try:
            test = test_of(order, observation.segment)
            measurand = test.analyte.measurand
            if measurand is None or _is_no_amount(test, observation.segment):
                return NotKept(label_of(test))
            return self._result(where, order, observation, test, measurand).parsed()
        except CellRefused as refused:
            return Refusal(
                where,
                str(refused),
                _said(observation.segment),
                self._named(order.patient),
                withdraws=self._withdrawal(order, observation, test),
            )

    def _withdrawal(
        self, order: Order, observation: Observation, test: CodedTest | None
    ) -> Withdrawal | None:
        """Return what a result takes back that came without its value."""
        if test is None or self._is_test:
            return None
        segment = observation.segment
        try:
            self._patient(order.patient)
            day = collected(order, observation)
        except CellRefused:
            return None
        status, around = status_of(order, segment), self._around(order, observation)
        value = " ".join(segment.readable(one) for one in segment.repeats(5))
        return withdrawal_of(test.analyte, day, status, around, value)

    def _result(
        self,
        where: str,
        order: Order,
        observation: Observation,
        test: CodedTest,
        measurand: Measurand,
    ) -> ReportedResult:
        segment = observation.segment
        status = status_of(order, segment)
        value = self._value(segment, status)
        interval = self._interval(segment)
        sent = unit_sent(
            [value.unit_text, *unit_texts(segment)],
            interval.unit,
            measurand,
            test.display,
        )
        patient, about_patient = self._patient(order.patient)
        return ReportedResult(
            where=where,
            patient=patient,
            collected=collected(order, observation),
            test=test,
            measurand=measurand,
            value=value,
            unit_text=sent.text,
            unit=sent.unit,
            interval=interval,
            status=status,
            around=self._around(order, observation),
            holds=(*sent.hold, *self._holds(order)),
            remarks=about_patient,
        )

    def _holds(self, order: Order) -> Iterator[str]:
        if self._is_test:
            yield TEST_MESSAGE
        if order.request is not None and order.request.component(25, 1).upper() == "X":
            yield ORDER_CANCELLED

    @property
    def _is_test(self) -> bool:
        """Whether the message tries out the system and is about nobody's result."""
        return self._header.component(11, 1).upper() in ("T", "D")

    # The value and its interval

    def _value(self, segment: Segment, status: SentStatus) -> ReportedValue:
        try:
            return value_of(segment, self._mark)
        except CellRefused as refused:
            if str(refused) == NO_NUMBER:
                raise CellRefused(
                    _WITHOUT_VALUE.get(status.meaning, NO_NUMBER)
                ) from None
            raise

    @cached_property
    def _mark(self) -> DecimalMark | None:
        """The decimal mark that the values of the message prove."""
        results = (s for s in self.message.segments() if s.name == "OBX")
        return mark_in_use(split_value(s.text(5)[:60]).number_text for s in results)

    def _interval(self, segment: Segment) -> Interval:
        """
        Return the interval as printed; its parts and repetitions in one text.

        Two bare numbers are its bounds: some analysers write 30~100.
        """
        texts = [
            " ".join(filter(None, segment.parts(repeat)))
            for repeat in segment.repeats(7)
        ]
        are_bounds = len(texts) == len(("low", "high")) and all(
            map(_BARE_NUMBER.fullmatch, texts)
        )
        between = segment.delimiters.repetition if are_bounds else "; "
        return read_interval(between.join(texts).strip(), self._mark)

    # The patient

    def _patient(self, segment: Segment | None) -> tuple[PatientClue, tuple[str, ...]]:
        """Return whose result it is; the last patient's segment is read once."""
        if segment is None:
            return PatientClue(), ()
        if self._last_patient is None or self._last_patient[0] is not segment:
            self._last_patient = (segment, *patient_of(segment))
        return self._last_patient[1:]

    def _named(self, segment: Segment | None) -> PatientClue:
        """Return whom a refused result is about, as far as that can be read."""
        try:
            return self._patient(segment)[0]
        except CellRefused:
            return PatientClue()

    # What is said around the value

    def _around(self, order: Order, observation: Observation) -> Surroundings:
        segment = observation.segment
        parts = (segment.parts(repeat)[0] for repeat in segment.repeats(8))
        flags = ", ".join(filter(None, parts))
        further = flags_together(observation.flag, flag_behind_unit(segment))
        return Surroundings(
            laboratory=self._laboratory(segment),
            method=name_in(segment, 17),
            specimen=specimen_name(order, observation),
            flag=flags_together(flags, further),
            comment=comment_of(order, observation),
            accession=accession_of(order, observation),
            sample=tuple(sample_texts(order, observation)),
        )

    def _laboratory(self, segment: Segment) -> str:
        """
        Return who measured: the performing laboratory, or who sent the message.

        Some put the place of their own at which it was done where its name belongs.
        """
        producer = segment.component(15, 2)
        is_place = _PLACE_OF_WORK.fullmatch(producer) is not None
        is_of_another = self.kind.startswith(OF_ANOTHER)
        names = (
            segment.component(23, 1),
            "" if is_place else producer,
            "" if is_of_another else self._header.component(4, 1),
            producer,
            segment.component(15, 1),
        )
        return next(filter(None, names), "")


# One word with a digit that is first, or without three letters in a row: "12C-Line4",
# "W-62". "Labor28" is a name.
_PLACE_OF_WORK = re.compile(r"(?=\S*\d)(?:\d|(?!\S*[^\W\d_]{3}))\S{1,40}")


_BARE_NUMBER = re.compile(r"\s*\d+(?:[.,]\d+)?\s*", re.ASCII)


_WITHOUT_VALUE = {
    ResultStatus.CANCELLED: WAS_CANCELLED,
    ResultStatus.REGISTERED: TO_COME,
    ResultStatus.ENTERED_IN_ERROR: (WAS_WITHDRAWN),
}


def _said(segment: Segment) -> str:
    """Return what a result segment says, where it is refused."""
    name = segment.component(3, 2) or segment.component(3, 1)
    value = " ".join((segment.text(5), segment.component(6, 1)))
    return as_said(value, name)
