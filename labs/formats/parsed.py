"""
What a reader of an outside format hands on: values, refusals and remarks.

Every format ends in these shapes, so that what follows (preview, import, inspection)
need not know where a result came from. Nothing here reads a file.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from labs.domain.measurands import Measurand
from labs.domain.measurements import Comparator, ResultStatus
from labs.domain.sentences import Sentence, Value
from labs.domain.units import Unit


class Source(StrEnum):
    """Who a value came from; it stays with the value wherever it goes."""

    TYPED_BY_PATIENT = "typed_by_patient"
    TYPED_BY_CARER = "typed_by_carer"
    TYPED_BY_CLINIC = "typed_by_clinic"
    IMPORTED_FILE = "imported_file"


@dataclass(frozen=True, slots=True)
class PatientClue:
    """What the file says about whose result it is; empty where it says nothing."""

    identifier: str = ""
    name: str = ""
    born_on: date | None = None


def checked_by_words(elsewhere: str, here: Iterable[tuple[str, str]]) -> str:
    """
    Return who checked a result against the report: where it came from, then here.

    `here` are a name and a day for each check, the first one first.
    """
    return "; ".join([*filter(None, [elsewhere]), *(", ".join(each) for each in here)])


@dataclass(frozen=True, slots=True)
class ParsedResult:
    """
    One result as the file reports it.

    `value_text` is the number as printed, comparator and decimal mark included;
    `value` and `comparator` are what it means. `status` keeps the sender's word (None
    when not stated) and `result_status` is its meaning. `hold` says why the result is
    kept for review, and is empty when it is clear. `remarks` say what was tolerated.
    `source` is None where the file itself is the source; `accession` is the number
    under which the laboratory knows the sample; `checked_by` says who checked the
    result against the report where it was recorded.
    """

    where: str
    patient: PatientClue
    collected_on: date
    value_text: str
    value: Decimal
    comparator: Comparator | None
    unit_text: str
    unit: Unit | None
    measurand: Measurand
    loinc: str = ""
    local_code: str = ""
    display: str = ""
    interval_text: str = ""
    interval_low: Decimal | None = None
    interval_high: Decimal | None = None
    laboratory: str = ""
    method: str = ""
    specimen: str = ""
    laboratory_flag: str = ""
    status: str | None = None
    result_status: ResultStatus = ResultStatus.NOT_STATED
    comment: str = ""
    hold: str = ""
    remarks: tuple[str, ...] = ()
    accession: str = ""
    source: Source | None = None
    collected_time_text: str = ""
    reported_on: date | None = None
    checked_by: str = ""
    day_text: str = field(default="", compare=False)
    """The day as a table writes it; empty where it comes from no table."""


@dataclass(frozen=True, slots=True)
class ParsedSupplement:
    """A line of a medication list that names a vitamin D product, as written."""

    where: str
    patient: PatientClue
    name: str
    directions: str
    starts_on: date | None
    ends_on: date | None
    has_name: bool = field(default=True, compare=False)
    """Whether the name is one in words; else it is a code as it was sent."""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """
    What a laboratory takes back without repeating its value.

    It names the result by what corrections know it by: test, day, laboratory and the
    number of the sample. `status` is cancelled or entered in error. A value that is
    repeated all the same has to be the stored one, unless the sample is.
    """

    status: ResultStatus
    measurand: Measurand
    collected_on: date
    laboratory: str = ""
    accession: str = ""
    comment: str = ""
    value: Decimal | None = None
    unit: Unit | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """
    A part of the file that did not become a result, and why.

    `what` is what the file says there, where no result could be read from it, and
    `patient` whom it is about, as far as that was read. A line of a medication list
    is marked: it belongs to another part of a record than results do. `withdraws` is
    what it takes back, where it lacks a value for that reason.
    """

    where: str
    why: str
    what: str = field(default="", compare=False)
    patient: PatientClue = field(default=PatientClue(), compare=False)
    is_medicine: bool = field(default=False, compare=False)
    withdraws: Withdrawal | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """
    A file that was read: 25-hydroxyvitamin D apart from its companions.

    `more_refused` counts the refusals that are not named one by one.
    """

    format: str
    results: tuple[ParsedResult, ...] = ()
    companions: tuple[ParsedResult, ...] = ()
    supplements: tuple[ParsedSupplement, ...] = ()
    warnings: tuple[str, ...] = ()
    refused: tuple[Refusal, ...] = ()
    medicines: tuple[ParsedSupplement, ...] = ()  # that precautions know
    more_refused: int = 0


class FileRefused(ValueError):
    """
    A file that cannot be read at all, with a sentence that says what is missing.

    The same as a sentence of the catalogue says it in every language.
    """

    def __init__(self, words: str, sentence: Sentence | None = None) -> None:
        super().__init__(words)
        self.sentence = sentence

    @classmethod
    def because(cls, template: str, **values: Value) -> "FileRefused":
        sentence = Sentence(template, values)
        return FileRefused(str(sentence), sentence)


class QuestionAsked(FileRefused):
    """
    A file that can be read once somebody answers a question about one column.

    Reading it again with the keyword `parameter` set to one of `choices` answers it.
    `found` is what the file leaves open, without how a program answers it.
    """

    def __init__(
        self,
        question: str,
        *,
        column: str,
        parameter: str,
        choices: Sequence[str],
        found: str = "",
    ) -> None:
        super().__init__(question)
        self.found = found or question
        self.column = column
        self.parameter = parameter
        self.choices = tuple(choices)
