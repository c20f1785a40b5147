"""
A report as PDF: values in, bytes out.

Same report, same bytes. The fingerprint is taken over every word and the chart, but not
over the moment, so that two prints of the same content can be told from two contents.
"""

import dataclasses
import hashlib
import json

from tracker.charts.style import LIGHT
from tracker.charts.typography import MISSING, clean, drawable
from tracker.reports.printable import data_of
from tracker.reports.typesetting import FACE, typeset
from tracker.reports.values import Direction, Notice, Paper, Picture, Report

TEMPLATE = "report.typ"
MARK_LENGTH = 12
_INKS = {ink.name.lower(): colour for ink, colour in LIGHT.items()}


def report_pdf(
    report: Report, *, paper: Paper = Paper.A4, is_archival: bool = False
) -> bytes:
    """Return the report as a tagged PDF with its fonts embedded."""
    return typeset(
        TEMPLATE,
        typeset_data(report, paper),
        pictures=typeset_pictures(report),
        made_at=report.frame.made_at,
        is_archival=is_archival,
    )


def typeset_data(report: Report, paper: Paper) -> dict[str, object]:
    """Return everything that the template reads, but for the charts themselves."""
    frame = report.frame
    bare = dataclasses.replace(
        report,
        picture=None,
        sections=tuple(
            dataclasses.replace(each, picture=None) for each in report.sections
        ),
    )
    words = data_of(bare, frame.direction)
    del words["frame"]["made_at"]
    # Not words: nothing may be put around them.
    words["frame"] |= {"language": frame.language, "direction": frame.direction}
    # Templates: isolates would stand inside their blanks.
    words["frame"] |= {"page": clean(frame.page), "content": clean(frame.content)}
    del words["frame"]["letters_missing"]
    if frame.letters_missing and MISSING in json.dumps(words, ensure_ascii=False):
        notice = Notice("", (frame.letters_missing,))
        words["notices"].append(data_of(notice, frame.direction))
    words["picture"] = _picture_data(report.picture, frame.direction)
    for section, data in zip(report.sections, words["sections"], strict=True):
        data["picture"] = _picture_data(section.picture, frame.direction)
    return {
        "paper": paper.value,
        "face": FACE,
        "inks": _INKS,
        "fingerprint": fingerprint(report),
        "report": words,
    }


def _picture_data(
    picture: Picture | None, direction: Direction
) -> dict[str, object] | None:
    if picture is None:
        return None
    return {
        "description": data_of(picture.description, direction),
        "shapes": len(picture.shapes),
    }


def typeset_pictures(report: Report) -> dict[str, str]:
    """Return each shape of each chart as SVG that the embedded face can draw."""
    charts = {"picture": report.picture} | {
        f"section_{number}": section.picture
        for number, section in enumerate(report.sections)
    }
    return {
        f"{name}_{number}": drawable(svg)
        for name, picture in charts.items()
        if picture is not None
        for number, svg in enumerate(picture.shapes)
    }


def fingerprint(report: Report) -> str:
    """Return the SHA-256 of all that the report says, but for when it was made."""
    content = dataclasses.asdict(report)
    for moment in ("made", "made_at"):
        del content["frame"][moment]
    # ASCII: a lone surrogate is escaped, not refused.
    written = json.dumps(content, ensure_ascii=True, sort_keys=True)
    return hashlib.sha256(written.encode("ascii")).hexdigest()


def short_mark(report: Report) -> str:
    """Return the beginning of the fingerprint, as it stands on every page."""
    return fingerprint(report)[:MARK_LENGTH]
