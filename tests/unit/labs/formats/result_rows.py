"""Results as they may be stored, invented for tests of what leaves and comes back."""

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from labs.domain.measurands import Measurand
from labs.domain.measurements import Comparator, ResultStatus
from labs.domain.units import Unit
from labs.formats.cells import DecimalMark, read_analyte, read_interval, unit_reason
from labs.formats.parsed import ParsedResult, PatientClue, Source
from labs.formats.specimens import other_sample

texts = st.text(
    st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("'=+-@\n\t,;\""),
    max_size=20,
).map(str.strip)
formulas = texts.map(lambda text: "=" + text)
cells = texts | formulas | texts.map(lambda text: "'" + text)
# A result of another sample is held where it comes in: "U" is urine.
specimens = cells.filter(lambda text: not other_sample([text]))
long_texts = st.sampled_from(
    ["é\n", "\u202e,;", "=1;", "\N{GRINNING FACE}", "a\u0301 "]
)
HELD = "=The days differ: Ä says 1, \u202eB says 2."
comments = cells | long_texts.map(lambda text: (text * 4_000)[:4_000].strip())
CLOCK = "23:59:59.5-03:30"
days = st.dates(date(1900, 1, 1), date(2100, 12, 31))
numbers = st.decimals(
    min_value=Decimal(0), max_value=Decimal(100_000), places=3
) | st.decimals(min_value=Decimal(0), max_value=Decimal(1_000), places=1)


@st.composite
def results(draw: st.DrawFn) -> ParsedResult:
    """Results as they may be stored: what follows from the parts follows here too."""
    value = draw(numbers)
    comparator = draw(st.sampled_from([None, *Comparator]))
    if comparator is Comparator.LESS and not value:
        comparator = None
    printed = f"{comparator or ''}{value:f}"
    if len(printed.rpartition(".")[2]) != len("000"):
        printed = printed.replace(".", draw(st.sampled_from(".,")))
    unit = draw(st.sampled_from([Unit.NG_PER_ML, Unit.NMOL_PER_L, Unit.UG_PER_L]))
    measurand = draw(st.sampled_from([Measurand.TOTAL, Measurand.D3, Measurand.D2]))
    loinc = draw(st.sampled_from(["", "62292-8", "68438-1", "1989-3"]))
    interval = draw(st.sampled_from(["", "20-50", "20-50 ng/mL", "see comment"]))
    bounds = read_interval(interval, DecimalMark.POINT)
    reason = unit_reason(measurand, loinc, unit, bounds)
    status = draw(st.sampled_from([None, *ResultStatus]))
    held = draw(st.sampled_from(["", "", HELD]))
    return ParsedResult(
        "",
        PatientClue(draw(cells), draw(cells), draw(st.none() | days)),
        draw(days),
        printed,
        value,
        comparator,
        unit.value,
        unit,
        measurand,
        loinc=loinc,
        local_code=draw(cells),
        interval_text=interval,
        interval_low=bounds.low,
        interval_high=bounds.high,
        laboratory=draw(cells),
        method=draw(cells),
        specimen=draw(specimens),
        laboratory_flag=draw(cells),
        status=status,
        result_status=status or ResultStatus.NOT_STATED,
        comment=draw(comments),
        accession=draw(cells),
        source=draw(st.sampled_from([None, *Source])),
        collected_time_text=draw(st.sampled_from(["", "08:30", "=1", CLOCK])),
        reported_on=draw(st.none() | days),
        checked_by=draw(cells),
        hold=held or reason or read_analyte(loinc, "", measurand).hold,
    )
