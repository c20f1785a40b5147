"""Every test of a record beside every other: one row for each day of collection."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from labs.domain.measurements import ResultStatus
from labs.domain.quantities import HYDROXYVITAMIN_D, Measurand
from labs.presenters.positions import PositionMark, own_mark, position_mark
from labs.presenters.results import SHORT_NAMES, STATUS_WORDS, another_test_words
from labs.presenters.words import as_reported, dated_short, measurand_words
from labs.services.judging import Judged

# In the order in which a specialist reads them.
COLUMNS = (
    Measurand.TOTAL,
    Measurand.D3,
    Measurand.D2,
    Measurand.UNSPECIFIED,
    Measurand.CALCIUM,
    Measurand.ADJUSTED_CALCIUM,
    Measurand.IONISED_CALCIUM,
    Measurand.PHOSPHATE,
    Measurand.ALP,
    Measurand.PTH,
    Measurand.CREATININE,
    Measurand.EGFR,
    Measurand.ALBUMIN,
    Measurand.MAGNESIUM,
    Measurand.INR,
)
HEADINGS = {
    Measurand.CALCIUM: gettext_noop("Calcium"),
    Measurand.ADJUSTED_CALCIUM: gettext_noop("Adjusted calcium"),
    Measurand.IONISED_CALCIUM: gettext_noop("Ionised calcium"),
    Measurand.PTH: gettext_noop("PTH"),
    Measurand.ALP: gettext_noop("ALP"),
}
KEPT_APART = (Measurand.DIHYDROXY, Measurand.URINE_CALCIUM)


@dataclass(frozen=True, slots=True)
class MatrixValue:
    """One value in a cell, as reported, with where it stands."""

    result_id: str
    number: str
    unit: str
    mark: PositionMark | None
    remark: str
    is_one_of_several: bool = False
    """Whether its day has more than one sample, so that it is told which this is of."""
    sample_number: str = ""
    sample_time: str = ""


@dataclass(frozen=True, slots=True)
class MatrixColumn:
    """A test; its unit stands in the head where every report used the same."""

    name: str
    unit: str


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A day of collection, with a cell for each column; an empty one holds nothing."""

    day: str
    cells: list[list[MatrixValue]]


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """A value of a test that is kept apart, with the interval of its own report."""

    day: str
    value: MatrixValue
    printed_interval: str


@dataclass(frozen=True, slots=True)
class Series:
    """A test by itself, and why it stands with no other."""

    name: str
    why_apart: str
    rows: list[SeriesRow]


@dataclass(frozen=True, slots=True)
class Matrix:
    """The whole table, the newest day first."""

    columns: list[MatrixColumn]
    rows: list[MatrixRow]
    kept_apart: list[Series]
    """Tests that are never read beside these, each by itself."""


def matrix_of(results: Iterable[Judged]) -> Matrix:
    """Return what stands; withdrawn results are in the history alone."""
    standing = [each for each in results if not each.is_withdrawn]
    found = [each for each in COLUMNS if any(r.measurand is each for r in standing)]
    columns = [_column(each, standing) for each in found]
    by_day: dict[date, list[Judged]] = defaultdict(list)
    for each in standing:
        if each.measurand in found:
            by_day[each.row.collected_on].append(each)
    return Matrix(
        columns=columns,
        rows=[_row(day, by_day[day], found, columns) for day in sorted(by_day)[::-1]],
        kept_apart=[
            _series(each, standing)
            for each in KEPT_APART
            if any(r.measurand is each for r in standing)
        ],
    )


def _series(measurand: Measurand, standing: Sequence[Judged]) -> Series:
    found = [each for each in standing if each.measurand is measurand]
    found.sort(key=lambda each: each.row.collected_on, reverse=True)
    by_day: dict[date, list[Judged]] = defaultdict(list)
    for each in found:
        by_day[each.row.collected_on].append(each)
    return Series(
        name=measurand_words(measurand),
        why_apart=another_test_words(measurand),
        rows=[
            SeriesRow(
                dated_short(each.row.collected_on),
                _value(
                    each,
                    is_unit_said=False,
                    is_one_of_several=_has_several_samples(
                        by_day[each.row.collected_on]
                    ),
                ),
                each.row.interval_text,
            )
            for each in found
        ],
    )


def _column(measurand: Measurand, standing: Sequence[Judged]) -> MatrixColumn:
    units = {
        as_reported(each.row).unit for each in standing if each.measurand is measurand
    }
    return MatrixColumn(_heading(measurand), units.pop() if len(units) == 1 else "")


def _heading(measurand: Measurand) -> str:
    if measurand in HYDROXYVITAMIN_D:
        return _("25(OH)D, %(part)s") % {"part": _(SHORT_NAMES[measurand])}
    heading = HEADINGS.get(measurand)
    return _(heading) if heading else measurand_words(measurand)


def _row(
    day: date,
    of_the_day: Sequence[Judged],
    measurands: Sequence[Measurand],
    columns: Sequence[MatrixColumn],
) -> MatrixRow:
    several = _has_several_samples(of_the_day)
    cells = [
        [
            _value(each, is_unit_said=bool(column.unit), is_one_of_several=several)
            for each in of_the_day
            if each.measurand is measurand
        ]
        for measurand, column in zip(measurands, columns, strict=True)
    ]
    return MatrixRow(dated_short(day), cells)


def _has_several_samples(of_the_day: Sequence[Judged]) -> bool:
    """Say whether a day has several samples, by their names or by a test's values."""
    tests = [each.measurand for each in of_the_day]
    named = set(filter(None, map(_sample, of_the_day)))
    return len(tests) > len(set(tests)) or len(named) > 1


def _sample(judged: Judged) -> str:
    """Return the number of a result's sample, else its time as the report has it."""
    return judged.row.accession or judged.row.collected_time_text


def _value(
    judged: Judged, *, is_unit_said: bool, is_one_of_several: bool
) -> MatrixValue:
    reported = as_reported(judged.row)
    return MatrixValue(
        result_id=str(judged.row.pk),
        number=reported.number,
        unit="" if is_unit_said else reported.unit,
        mark=_mark(judged),
        remark=_remark(judged),
        is_one_of_several=is_one_of_several,
        sample_number=judged.row.accession,
        sample_time=judged.row.collected_time_text,
    )


def _mark(judged: Judged) -> PositionMark | None:
    """Return where it stands: by the range, or a companion by its own interval."""
    if judged.is_25ohd:
        return position_mark(judged.flag)
    return own_mark(judged)


def _remark(judged: Judged) -> str:
    if judged.row.held_because:
        return _("kept for review")
    is_final = judged.status is ResultStatus.FINAL
    return "" if is_final else _(STATUS_WORDS[judged.status])
