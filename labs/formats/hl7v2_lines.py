"""
The lines of HL7 v2 messages in a text that somebody or something else wrote around.

Programs and manuals write the ends of lines out, mails and logs put signs before each
line, and sources of programs write escape signs twice. None of it is of the message.
"""

import re
from collections.abc import Iterator

from labs.formats.sentences import N_

ENDS_WRITTEN = N_(
    "The ends of the lines are written out (\\r); they were read as such."
)
ENDS_LOST = N_(
    "The ends of the lines are missing; each segment was read from its name on."
)
WRITTEN_TWICE = N_("Each sign \\ is written twice; the two were read as one.")
STARTS_LEFT_OUT = N_("What stands before the segments in their lines was left out.")
LINE_OUTSIDE = N_("%(count)s line stands in no message and was not read.")
LINES_OUTSIDE = N_("%(count)s lines stand in no message and were not read.")

LINE_ENDS = re.compile("[\r\n\x0b\x1c]+")
# As programs print a message in one line: the ends of its lines as a few signs each.
_WRITTEN_ENDS = re.compile(
    r"(?:\\r\\n|\\r|\\n|\\x0[dD]|\\u000[dD]|<13>)(?=[A-Z][A-Z0-9]{2}\||\s*\Z)"
)
# As manuals print them, and as a page or a mail that makes one line of all loses them.
_NAMED_SIGN = re.compile(r"<(?:CR|LF|SB|EB|VT|FS)>", re.IGNORECASE)
_BLANK_BEFORE_SEGMENT = re.compile(
    r"[ \t]+(?=(?:PID|PD1|NK1|PV1|PV2|ORC|OBR|OBX|NTE|SPM)\|)"
)
# As JSON and the sources of programs print a message: each escape sign as two.
_HEADER, _HEADER_IN_A_TEXT = r"MSH|^~\&|", r"MSH|^~\\&|"
_ESCAPED_IN_A_TEXT = re.compile(r"\\([\\/\"])")
# As mails, logs and sources of programs have them: behind signs of their own.
_BEGINS_WITH_HEADER = re.compile(r"(?:\A|[\r\n\x0b])[ \t]*(?:MSH|FHS|BHS)[^\w\s,;]")
_HEADER_WITHIN = re.compile(r"MSH\|\^~\\{0,2}&")
_SEGMENT_WITHIN = re.compile(
    r"([^|]{0,80}?)(?<![A-Za-z0-9])([A-Z][A-Z0-9]{2}\|.*)", re.ASCII
)
_QUOTED = re.compile(r"(?<![\"'])[\"'`]\Z")
_END_IN_A_TEXT = re.compile(r"(?:\\r|\\n)+\Z")


def plain_lines(text: str) -> tuple[str, tuple[str, ...]]:
    """Return a text with its messages in lines of their own, and what was tolerated."""
    text, warnings = _with_ends(text)
    if _HEADER_WITHIN.search(text) and not _BEGINS_WITH_HEADER.search(text):
        text, said = _without_starts(text)
        warnings = (*warnings, *said)
    if _HEADER_IN_A_TEXT in text and _HEADER not in text:
        text = _ESCAPED_IN_A_TEXT.sub(r"\1", text)
        warnings = (*warnings, WRITTEN_TWICE)
    return text, warnings


def _with_ends(text: str) -> tuple[str, tuple[str, ...]]:
    """Return a text with the ends of its lines, where they are written out or lost."""
    if "<CR>" in text or "<cr>" in text:
        return _NAMED_SIGN.sub("\r", text), (ENDS_WRITTEN,)
    if LINE_ENDS.search(text.strip()):
        return text, ()
    if _WRITTEN_ENDS.search(text):
        return _WRITTEN_ENDS.sub("\r", text), (ENDS_WRITTEN,)
    if _BLANK_BEFORE_SEGMENT.search(text):
        return _BLANK_BEFORE_SEGMENT.sub("\r", text), (ENDS_LOST,)
    return text, ()


def lines_outside(count: int) -> Iterator[str]:
    """Say how many lines are in no message, where there are any."""
    if count:
        yield (LINE_OUTSIDE if count == 1 else LINES_OUTSIDE) % {"count": count}


def _without_starts(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the segments of a text, each from its name on, and what is to be said."""
    lines = [line for line in LINE_ENDS.split(text) if line.strip()]
    segments = list(_segments_within(lines))
    said = (STARTS_LEFT_OUT, *lines_outside(len(lines) - len(segments)))
    return "\r".join([*segments, ""]), said


def _segments_within(lines: list[str]) -> Iterator[str]:
    for line in lines:
        found = _SEGMENT_WITHIN.match(line)
        if found is None:
            continue
        before, segment = found[1].rstrip(), found[2]
        mark = _QUOTED.search(before)
        if mark and mark[0] in segment:
            segment = segment[: segment.rindex(mark[0])]
        yield _END_IN_A_TEXT.sub("", segment)
