"""From what a message or a document says of one result to a ParsedResult."""

import re
from dataclasses import dataclass

from labs.domain.measurands import Measurand
from labs.domain.measurements import ResultStatus
from labs.domain.units import Unit
from labs.formats.cells import Analyte, Interval, text_of, unit_reason
from labs.formats.coded_tests import CodedTest
from labs.formats.collection_days import CollectionDay
from labs.formats.kept_texts import KeptText, kept_text
from labs.formats.limits import MAX_FIELD_LENGTHS, MAX_REASON_LENGTH
from labs.formats.parsed import ParsedResult, PatientClue, Source, Withdrawal
from labs.formats.reported_values import ReportedValue, flag_reason, flags_together
from labs.formats.second_values import weighed
from labs.formats.specimens import is_of_other_sample, sample_reason
from labs.formats.words_instead import says_not_done

_WITHDRAWN = frozenset({ResultStatus.CANCELLED, ResultStatus.ENTERED_IN_ERROR})
_CORRECTED = frozenset({ResultStatus.CORRECTED, ResultStatus.AMENDED})
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class SentStatus:
    """The sender's word for how final a result is, its meaning, and a doubt."""

    word: str = ""
    meaning: ResultStatus = ResultStatus.NOT_STATED
    hold: str = ""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is said around a value, as sent; each text is cut to its field."""

    laboratory: str = ""
    method: str = ""
    specimen: str = ""
    flag: str = ""
    comment: str = ""
    accession: str = ""
    source: Source | None = None
    sample: tuple[str, ...] = ()
    """What tells whether the sample is one of blood: specimen, panel, order."""


@dataclass(frozen=True, slots=True)
class ReportedResult:
    """One result with all its parts read, before they are weighed together."""

    where: str
    patient: PatientClue
    collected: CollectionDay
    test: CodedTest
    measurand: Measurand
    value: ReportedValue
    unit_text: str
    unit: Unit
    interval: Interval
    status: SentStatus
    around: Surroundings
    holds: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    def parsed(self) -> ParsedResult:
        """Return the result; what makes a person look again is gathered in `hold`."""
        kept = {
            field: kept_text(text, field)
            for field, text in (
                ("test_name", self.test.display),
                ("interval", self.interval.text),
                ("laboratory", self.around.laboratory),
                ("method", self.around.method),
                ("specimen", self.around.specimen),
                ("laboratory_flag", flags_together(self.around.flag, self.value.flag)),
                ("comment", self._comment()),
                ("accession", self.around.accession),
            )
        }
        return ParsedResult(
            where=self.where,
            patient=self.patient,
            collected_on=self.collected.day,
            value_text=self.value.text,
            value=self.value.number.value,
            comparator=self.value.number.comparator,
            unit_text=self.unit_text,
            unit=self.unit,
            measurand=self.measurand,
            loinc=self.test.loinc,
            local_code=self.test.local_code,
            display=kept["test_name"].text,
            interval_text=kept["interval"].text,
            interval_low=self.interval.low,
            interval_high=self.interval.high,
            laboratory=kept["laboratory"].text,
            method=kept["method"].text,
            specimen=kept["specimen"].text,
            laboratory_flag=kept["laboratory_flag"].text,
            status=text_of(self.status.word, "status") or None,
            result_status=self.status.meaning,
            comment=kept["comment"].text,
            hold=self._hold(),
            remarks=self._remarks(*kept.values()),
            accession=kept["accession"].text,
            source=self.around.source,
        )

    def _comment(self) -> str:
        """Return the comment; bands too long for the interval stay whole in it."""
        if len(self.interval.text) <= MAX_FIELD_LENGTHS["interval"]:
            return self.around.comment
        return "\n".join(filter(None, (self.around.comment, self.interval.text)))

    def _second(self) -> tuple[str, str]:
        """Return what a second unit's value says against the first, and of itself."""
        value = self.value
        return weighed(
            value.text, value.number, self.unit, value.second, self.measurand
        )

    def _hold(self) -> str:
        reasons = (
            unit_reason(self.measurand, self.test.loinc, self.unit, self.interval),
            self.test.analyte.hold,
            sample_reason(
                self.measurand,
                self.test.loinc,
                (*self.around.sample, self.test.display),
            ),
            self.collected.hold,
            self.value.hold,
            self._second()[0],
            self.status.hold,
            flag_reason(self.around.flag, self.value.number.comparator),
            *self.holds,
        )
        return " ".join(filter(None, reasons))[:MAX_REASON_LENGTH]

    def _remarks(self, *kept: KeptText) -> tuple[str, ...]:
        said = (
            *self.test.remarks,
            *self.value.remarks,
            *filter(None, [self._second()[1]]),
            *self.collected.remarks,
            *self.status.remarks,
            *self.remarks,
        )
        cuts = (remark for text in kept for remark in text.remarks)
        return tuple(dict.fromkeys((*said, *cuts)))


def withdrawal_of(
    analyte: Analyte,
    collected: CollectionDay,
    status: SentStatus,
    around: Surroundings,
    value: str,
) -> Withdrawal | None:
    """
    Return what a result without a value takes back; None where it takes back nothing.

    `value` is what stands in the place of the number, and is kept as a comment. A
    correction to "not done" cancels. What has a number, however it is written, and a
    test or a day in doubt withdraw nothing: a person looks.
    """
    if analyte.measurand is None or analyte.hold:
        return None
    meaning = status.meaning
    if meaning in _CORRECTED and says_not_done(value):
        meaning = ResultStatus.CANCELLED
    if meaning not in _WITHDRAWN or status.hold or collected.hold:
        return None
    is_of_another = is_of_other_sample(analyte.measurand, around.sample)
    if is_of_another or _DIGIT.search(value):
        return None
    said = "\n".join(filter(None, (value.strip(), around.comment)))
    return Withdrawal(
        meaning,
        analyte.measurand,
        collected.day,
        kept_text(around.laboratory, "laboratory").text,
        kept_text(around.accession, "accession").text,
        kept_text(said, "comment").text,
    )
