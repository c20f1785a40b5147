"""The results of a report in full: as reported, where they stand, every version."""

from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.domain.scopes import Scope
from labs.domain.precautions import NOT_SHARED
from labs.presenters.precautions import beside_words
from labs.presenters.report_files import checks_words
from labs.presenters.results import (
    VersionWords,
    another_test_words,
    before_words,
    change_words,
    held_words,
    result_row,
    version_words,
)
from labs.presenters.words import dated_short, measurand_words, unit_words
from labs.services.judging import Judged
from tracker.charts.companions import companions_svg
from tracker.reports.values import (
    Cell,
    Column,
    Line,
    Picture,
    Row,
    Section,
    Table,
    Tone,
)
from tracker.services import measuring
from tracker.services.chart_words import hidden_words
from tracker.services.companion_charts import companions
from tracker.services.report_choices import Part
from tracker.services.report_material import Material

EMPTY: Cell = (Line("\N{EN DASH}", Tone.MUTED),)
FEWEST_TO_COMPARE = 2
COMPANIONS_WIDTH = 1000


def result_sections(material: Material) -> Iterator[Section]:
    """Yield every part of the report that is about results."""
    if not material.shares(Scope.RESULTS):
        yield Section(_("Results"), (_(NOT_SHARED),))
        return
    parts = material.choice.parts
    if Part.RESULTS in parts:
        yield _vitamin_d_section(material)
        yield from _beside_the_one_before(material)
    if Part.OTHER_TESTS in parts:
        yield from _other_tests(material)
    if Part.RESULTS in parts:
        yield from _comments(material)
        yield from _versions(material)


# 25-hydroxyvitamin D ------------------------------------------------------------------


def _vitamin_d_section(material: Material) -> Section:
    title = _("Results of 25-hydroxyvitamin D")
    found = [each for each in material.listed if each.is_25ohd]
    every = [each for each in material.record.results if each.is_25ohd]
    hidden = hidden_words(len(every) - len(found))
    if not found:
        nothing = hidden or _("No results yet.")
        return Section(title, (nothing,))
    said = (
        _("The newest first. Values as the laboratory reported them."),
        _measured(found),
        hidden,
    )
    return Section(
        title,
        (" ".join(filter(None, said)),),
        _result_table(found, material),
        remarks=tuple(
            beside_words(
                material.record.precautions, for_patient=material.is_for_patient
            )
        ),
    )


def _measured(found: Sequence[Judged]) -> str:
    """Return what was measured, where it is the same in all; else each row says it."""
    kinds = {each.measurand for each in found}
    if len(kinds) > 1:
        return ""
    return _("Measured: %(test)s.") % {"test": measurand_words(found[0].measurand)}


def _result_table(found: Sequence[Judged], material: Material) -> Table:
    """Return the table; the reader's unit has a column where anything is converted."""
    unit = material.view.unit
    rows = [(each, result_row(each, unit)) for each in found]
    has_converted = any(row.shown.is_converted for _each, row in rows)
    columns = [
        Column(_("Sample taken"), 28),
        Column(_("As reported"), 24, is_number=True),
        Column(_("In %(unit)s") % {"unit": unit_words(unit)}, 18, is_number=True),
        Column(_("Against the range of that date"), 44),
        Column(_("Laboratory's own"), 26),
        Column(_("Laboratory, method, source"), 42),
    ]
    names_test = not _measured(found)
    cells = [_result_cells(each, material, names_test=names_test) for each in found]
    if not has_converted:
        del columns[2]
        cells = [(*row[:2], *row[3:]) for row in cells]
    return Table(tuple(columns), tuple(cells))


def _result_cells(judged: Judged, material: Material, *, names_test: bool) -> Row:
    row = result_row(judged, material.view.unit)
    muted = Tone.MUTED
    value = row.reported.words
    shown = [Line(row.shown.words)]
    if row.shown.is_converted:
        shown.append(Line(_("converted"), muted))
    return (
        _day_cell(judged, row.day, row.status),
        (
            Line(value, Tone.STRUCK if row.is_withdrawn else Tone.STRONG),
            *([Line(row.test, muted)] if names_test else []),
        ),
        tuple(shown),
        tuple(_standing(judged, row.mark.words, row.mark.basis)),
        printed_cell(row.printed_interval, row.laboratory_flag),
        _laboratory_cell(judged, row.laboratory, row.method, material),
    )


def _day_cell(judged: Judged, day: str, status: str) -> Cell:
    lines = [Line(day, Tone.STRONG)]
    if judged.row.version > 1:
        number = _("version %(number)s") % {"number": judged.row.version}
        lines.append(Line(number, Tone.MUTED))
    if status:
        lines.append(Line(status))
    return tuple(lines)


def _standing(judged: Judged, words: str, basis: str) -> Iterator[Line]:
    yield Line(words, position=judged.flag.position)
    if basis:
        yield Line(basis, Tone.MUTED)
    if held := held_words(judged.row):
        yield Line(held, Tone.MUTED)


def printed_cell(interval: str, flag: str) -> Cell:
    """Return what the laboratory printed beside the value, in quotation marks."""
    printed = [f"‘{words}’" for words in (interval, flag) if words]  # noqa: RUF001
    return (Line(" ".join(printed)),) if printed else EMPTY


def _laboratory_cell(
    judged: Judged, laboratory: str, method: str, material: Material
) -> Cell:
    source = version_words(judged.row).source
    found = material.checks.get(judged.row.pk, ())
    checks = checks_words(found, viewer=material.record.viewer).lines
    if judged.row.checked_elsewhere:
        said = _("The file says that it was checked against the report by: %(who)s")
        checks = [said % {"who": judged.row.checked_elsewhere}, *checks]
    return (
        Line(laboratory),
        Line(f"{method} · {source}", Tone.MUTED),
        *(Line(words, Tone.MUTED) for words in checks),
    )


# Beside the one before ----------------------------------------------------------------


def _beside_the_one_before(material: Material) -> Iterator[Section]:
    record = material.record
    latest = record.latest
    if latest is None or len(record.series) < FEWEST_TO_COMPARE:
        return
    words = change_words(record.change)
    before = before_words(latest, record.series, record.laboratories)
    if before is None or not words:
        return
    value = before.value.words
    earlier = _("The one before: %(value)s on %(day)s.") % {
        "value": value,
        "day": before.day,
    }
    said = dict.fromkeys((earlier, *before.boundary, *words))
    yield Section(
        _("The latest result beside the one before"), tuple(filter(None, said))
    )


# Other tests --------------------------------------------------------------------------


def _other_tests(material: Material) -> Iterator[Section]:
    found = [each for each in material.listed if not each.is_25ohd]
    if not found:
        return
    columns = (
        Column(_("Sample taken"), 24),
        Column(_("Test"), 48),
        Column(_("As reported"), 30, is_number=True),
        Column(_("Laboratory's own"), 34),
        Column(_("Laboratory, method, source"), 42),
    )
    rows = tuple(_other_cells(each, material) for each in found)
    remark = _("These tests are not compared with the range.")
    apart = dict.fromkeys(another_test_words(each.measurand) for each in found)
    yield Section(
        _("Other tests"),
        table=Table(columns, rows),
        remarks=tuple(filter(None, (remark, *apart))),
        picture=_companion_picture(material),
    )


def _companion_picture(material: Material) -> Picture | None:
    """Return the small charts of the page; None where the time asked for has none."""
    chart = companions(material.record, material.view)
    if chart is None or not any(series.points for series in chart.series):
        return None
    with measuring.rendering("svg"):
        drawn = companions_svg(chart, inline=False, width=COMPANIONS_WIDTH)
    return Picture((drawn,), chart.description)


def _other_cells(judged: Judged, material: Material) -> Row:
    row = result_row(judged, material.view.unit)
    value = row.reported.words
    return (
        _day_cell(judged, row.day, row.status),
        (Line(row.test),),
        (Line(value, Tone.STRUCK if row.is_withdrawn else Tone.STRONG),),
        printed_cell(row.printed_interval, row.laboratory_flag),
        _laboratory_cell(judged, row.laboratory, row.method, material),
    )


# Comments -----------------------------------------------------------------------------


def _comments(material: Material) -> Iterator[Section]:
    words = tuple(
        words for each in material.listed for words in _comments_of(each) if words
    )
    if words:
        yield Section(_("Comments and notes, as written"), words)


def _comments_of(judged: Judged) -> Iterator[str]:
    row = judged.row
    day = dated_short(row.collected_on)
    if row.comment:
        yield _("%(day)s, the laboratory: ‘%(words)s’") % {  # noqa: RUF001
            "day": day,
            "words": row.comment,
        }
    if row.note:
        yield _("%(day)s, note of %(who)s: “%(words)s”") % {
            "day": day,
            "who": row.value_by or row.entered_by_name,
            "words": row.note,
        }


# Versions -----------------------------------------------------------------------------


def _versions(material: Material) -> Iterator[Section]:
    corrected = [each.row for each in material.listed if each.row.version > 1]
    if not corrected:
        return
    columns = (
        Column(_("Sample taken"), 24),
        Column(_("Version"), 16),
        Column(_("As reported"), 30, is_number=True),
        Column(_("Status"), 34),
        Column(_("Why this version"), 44),
        Column(_("Entered by"), 36),
    )
    rows: list[Row] = []
    for newest in corrected:
        earlier = [each for each in material.replaced if each.chain == newest.chain]
        rows.extend(_version_cells(map(version_words, (newest, *earlier))))
    counted = ngettext(
        "%(n)s result has more than one version. A correction is added; what was there "
        "before stays.",
        "%(n)s results have more than one version. A correction is added; what was "
        "there before stays.",
        len(corrected),
    )
    yield Section(
        _("Versions"),
        (counted % {"n": len(corrected)},),
        Table(columns, tuple(rows)),
    )


def _version_cells(versions: Iterable[VersionWords]) -> Iterator[Row]:
    for number, words in enumerate(versions):
        value = words.value.words
        yield (
            (Line(words.day, Tone.PLAIN if number else Tone.STRONG),),
            (Line(str(words.number)),),
            (Line(value, Tone.STRUCK if number else Tone.STRONG),),
            (Line(words.status),),
            (Line(words.reason),) if words.reason else EMPTY,
            (
                Line(words.entered_by),
                Line(words.entered_on, Tone.MUTED),
                Line(words.source, Tone.MUTED),
            ),
        )
