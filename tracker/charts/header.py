"""The head of a chart: what it shows and whose it is."""

from tracker.charts.sheet import Sheet
from tracker.charts.style import Ink
from tracker.charts.typography import LONGEST_DETAIL, clean, width_of, wrapped

_LONGEST_HEADING = 120


def lay_header(sheet: Sheet) -> None:
    """Write title, subtitle and patient line; the patient stands opposite."""
    chart, sizes = sheet.chart, sheet.sizes
    title = clean(chart.title)
    patient = clean(chart.patient_line, _LONGEST_HEADING)
    sheet.y = sizes.margin
    beside = _fit_side_by_side(sheet, title, patient)
    if beside:
        _write_opposite(sheet, sheet.y + sizes.title * 0.8, patient)
    _write_lines(sheet, title, sizes.title, Ink.INK, most_lines=2, bold=True)
    if patient and not beside:
        _write_lines(sheet, patient, sizes.body, Ink.INK, most_lines=2)
    subtitle = clean(chart.subtitle, LONGEST_DETAIL)
    _write_lines(sheet, subtitle, sizes.body, Ink.MUTED, most_lines=3)
    sheet.y += sizes.line * 0.6


def _fit_side_by_side(sheet: Sheet, title: str, patient: str) -> bool:
    needed = width_of(title, sheet.sizes.title, bold=True)
    needed += width_of(patient, sheet.sizes.body) + sheet.sizes.margin
    return bool(patient) and needed <= sheet.right - sheet.left


def _write_opposite(sheet: Sheet, y: float, words: str) -> None:
    sheet.write(
        sheet.left if sheet.mirrored else sheet.right,
        y,
        words,
        size=sheet.sizes.body,
        ink=Ink.INK,
        anchor="start" if sheet.mirrored else "end",
    )


def _write_lines(
    sheet: Sheet,
    words: str,
    size: float,
    ink: Ink,
    *,
    most_lines: int,
    bold: bool = False,
) -> None:
    room = (sheet.right - sheet.left) / (1.1 if bold else 1.0)
    for line in wrapped(words, size, room, most_lines):
        sheet.y += size * 0.8
        sheet.write(
            sheet.right if sheet.mirrored else sheet.left,
            sheet.y,
            line,
            size=size,
            ink=ink,
            bold=bold,
            anchor="end" if sheet.mirrored else "start",
        )
        sheet.y += size * 0.62
