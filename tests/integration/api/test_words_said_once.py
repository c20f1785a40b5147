"""What many results of a page share is worded once, and reads as if each was alone."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from labs.domain.flags import judge
from labs.domain.measurements import Comparator, Measurement, ResultStatus
from labs.domain.quantities import Measurand
from labs.domain.targets import Target
from labs.domain.units import Unit
from labs.models import LabResult
from labs.presenters.positions import Said, position_sentences
from labs.presenters.programs import Beside, result_json
from labs.services.judging import Judged, measurement_of

TODAY = date(2026, 6, 1)


def a_range(start: date, low: str, unit: Unit, author: str) -> Target:
    return Target(
        low=Decimal(low),
        high=Decimal(low) * 2,
        unit=unit,
        starts_on=start,
        ends_on=None,
        set_by=author,
        set_at=datetime(2026, 1, 5, 23, 30, tzinfo=UTC),
    )


RANGES = [
    a_range(date(2025, 1, 1), "30.0", Unit.NG_PER_ML, "Dr Osei"),
    a_range(date(2026, 1, 5), "75", Unit.NMOL_PER_L, "Dr Lind 100%"),
]
ROWS = st.builds(
    LabResult,
    pk=st.builds(uuid4),
    value_text=st.just("28.50"),
    value=st.sampled_from([Decimal("28.500000"), Decimal(4), Decimal(150)]),
    comparator=st.sampled_from(["", *(each.value for each in Comparator)]),
    unit=st.sampled_from(["ng/mL", "nmol/L"]),
    unit_text=st.just("ng/ml"),
    measurand=st.sampled_from([each.value for each in Measurand]),
    status=st.sampled_from([each.value for each in ResultStatus]),
    collected_on=st.dates(date(2024, 1, 1), date(2026, 5, 1)),
    interval_text=st.sampled_from(["", "30-100"]),
    held_because=st.sampled_from(["", "odd_unit"]),
)


def judged(row: LabResult) -> Judged:
    measurement: Measurement = measurement_of(row)
    flag = judge(
        measurement,
        RANGES,
        collected_on=row.collected_on,
        today=TODAY,
        status=ResultStatus(row.status),
        held=bool(row.held_because),
    )
    return Judged(row, measurement, flag)


@pytest.mark.parametrize("language", ["en", "de", "ar"])
@settings(max_examples=20)
@given(rows=st.lists(ROWS, min_size=2, max_size=8))
def test_a_page_says_of_each_result_what_it_would_say_of_it_alone(
    rows: list[LabResult], language: str
) -> None:
    with translation.override(language):
        found = [judged(row) for row in rows]
        together, said = Beside(TODAY, ["Beside."], []), Said()
        for each in found:
            alone = result_json(each, Beside(TODAY, ["Beside."], []))
            assert result_json(each, together) == alone
            assert position_sentences(each, said) == position_sentences(each)
