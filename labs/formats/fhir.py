"""
FHIR in JSON: bundles of any type, single resources, lists and files of lines.

R4 is read, and DSTU2 and STU3 in the shapes that real senders produce. A file is gone
through twice: once to keep what results refer to, once to read the results, so that a
file of lines may be larger than what fits into memory at once.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from labs.formats.fhir_elements import element_at, elements_at, text_at
from labs.formats.fhir_library import CDA_INSIDE, Library, Resource, resources_in
from labs.formats.fhir_medications import KINDS as MEDICATIONS
from labs.formats.fhir_medications import supplement_of
from labs.formats.fhir_observation import is_of_kept_test, outcomes_of
from labs.formats.fhir_repeated import Repeated
from labs.formats.fhir_texts import holds_a_document, tells_vitamin_d_in_a_text
from labs.formats.gathering import NOTHING_FOUND, Gathering, Outcome, gathered
from labs.formats.limits import (
    MAX_JSON_BYTES,
    MAX_JSON_LINES_BYTES,
    MEBIBYTE,
    QUOTED_LENGTH,
)
from labs.formats.medicine_lines import is_supplement, others_counted
from labs.formats.own_json import BESIDE_FHIR, is_own_json, read_own_json
from labs.formats.parsed import (
    FileRefused,
    ParsedFile,
    ParsedResult,
    ParsedSupplement,
    Refusal,
)
from labs.formats.running_texts import IN_A_TEXT
from labs.formats.sentences import N_, NOTHING
from labs.formats.spelling import quoted
from labs.formats.strict_json import (
    Json,
    SeveralDocuments,
    as_utf_8,
    parse_json,
)
from labs.formats.told_together import STANDS_TWICE, held
from labs.formats.told_twice import once_as_they_pass, once_in_two_units

THE_FILE = N_("file")
TOO_LARGE = N_("The %(what)s is larger than %(size)s MB. Split it.")

NAME = "FHIR JSON"
BEHIND_EACH_OTHER = f"{NAME}, one document after another"
NO_OBSERVATIONS = N_("The file holds no observations, only %(kinds)s.")
MISSING = N_(
    "Results that reports or panels name and that are not in the file: %(count)s."
)
REPEATED = N_(
    "Results that stand in the file more than once and were read once: %(count)s."
)
OLDER = N_(
    "Results and medicines that stand in the file in a newer version, too, and were "
    "not read: %(count)s."
)
SENDER_SAYS = N_("The sender's system says: %(message)s.")
NAMED_KINDS = 5
_BLANKS = b"\xef\xbb\xbf \t\r\n"
_NOT_BLANK = re.compile(b"[^" + _BLANKS + b"]")
_QUOTES = "'"

Part = Resource | Refusal
Parts = Callable[[set[str]], Iterator[Part]]


def read_fhir(data: bytes) -> ParsedFile:
    """Return what FHIR in JSON holds; raise FileRefused with a sentence."""
    if len(data) > MAX_JSON_LINES_BYTES:
        raise _too_large(THE_FILE, MAX_JSON_LINES_BYTES)
    if has_lines(data):
        return _read(FhirLines.format, lambda said: _in_lines(data, "", said))
    if len(data) > MAX_JSON_BYTES:
        raise _too_large("JSON", MAX_JSON_BYTES)
    text, assumed = as_utf_8(data)
    try:
        document = parse_json(text)
    except SeveralDocuments as several:
        parts = several.documents
        return _read(BEHIND_EACH_OTHER, lambda said: _in_turn(parts, "", said))
    warnings = (*filter(None, [assumed]), *document.warnings)
    if isinstance(document.value, dict) and is_own_json(document.value):
        return read_own_json(document.value, warnings)
    name = _format_name(document.value)
    return _read(name, lambda said: resources_in(document.value, said=said), warnings)


def read_fhir_document(
    name: str, document: Json, warnings: tuple[str, ...]
) -> ParsedFile:
    """Return what one document of FHIR holds that another drawer took apart."""
    named = _format_name(document).replace(NAME, name)
    return _read(named, lambda said: resources_in(document, said=said), warnings)


def read_fhir_files(
    name: str, files: Callable[[], Iterable[tuple[str, bytes]]]
) -> ParsedFile:
    """
    Return what several files of FHIR hold together, as in one archive.

    `files` gives names and contents, and is called twice. A file that cannot be read
    is refused by its name; the others are read.
    """
    return _read(name, lambda said: _in_files(files(), said))


class FhirLines:
    """
    FHIR in JSON of which each line is a document, read as it passes by (NDJSON).

    Nothing of a line stays in memory but what others refer to. What is said of the
    whole is known once its rows were read.
    """

    format = f"{NAME}, one a line"

    def __init__(self, data: bytes) -> None:
        if len(data) > MAX_JSON_LINES_BYTES:
            raise _too_large(THE_FILE, MAX_JSON_LINES_BYTES)
        self._data = data
        self._reader = _Reader(self._parts)
        self._gathering = Gathering("result")
        self._is_read = False

    def _parts(self, said: set[str]) -> Iterator[Part]:
        return _in_lines(self._data, "", said)

    @property
    def rows(self) -> Iterator[ParsedResult | Refusal]:
        """Give results and refusals in the file's order, each time from its start."""
        self._reader = _Reader(self._parts)
        self._gathering = Gathering("result")
        rows = self._gathering.rows(self._reader.outcomes())
        yield from once_as_they_pass(rows)
        self._is_read = True

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return what is to be said of the whole."""
        self._read_through()
        said = self._gathering.warnings(*sorted(self._reader.said))
        return (*said, *self._reader.warnings(is_empty=NOTHING_FOUND in said))

    @property
    def more_refused(self) -> int:
        """Return how many refusals were not among the rows."""
        self._read_through()
        return self._gathering.more_refused

    @property
    def supplements(self) -> tuple[ParsedSupplement, ...]:
        """Return the lines of medication lists."""
        self._read_through()
        return (*self._reader.supplements, *self._reader.medicines)

    def _read_through(self) -> None:
        if not self._is_read:
            for _ in self.rows:
                pass


def _too_large(what: str, most: int) -> FileRefused:
    return FileRefused(TOO_LARGE % {"what": what, "size": most // MEBIBYTE})


# Where the resources come from --------------------------------------------------------


def has_lines(data: bytes) -> bool:
    """Answer whether each line is a document of its own (NDJSON)."""
    first = _NOT_BLANK.search(data)
    end = data.find(b"\n", first.start()) if first else -1
    if not first or end < 0:
        return False
    next_one = _NOT_BLANK.search(data, end)
    is_whole = data[first.start() : end].rstrip()[-1:] in (b"}", b"]")
    return is_whole and next_one is not None and next_one[0] in (b"{", b"[")


def _in_lines(data: bytes, place: str, said: set[str]) -> Iterator[Part]:
    start, number = 0, 0
    while start < len(data):
        end = data.find(b"\n", start)
        end = len(data) if end < 0 else end
        number += 1
        line = data[start:end].strip(_BLANKS)
        start = end + 1
        if line:
            yield from _in_document(line, f"{place}line {number}", said)


def _in_turn(
    documents: Iterable[tuple[int, bytes]], place: str, said: set[str]
) -> Iterator[Part]:
    for line, data in documents:
        yield from _in_document(data, f"{place}line {line}", said)


def _in_files(files: Iterable[tuple[str, bytes]], said: set[str]) -> Iterator[Part]:
    for name, data in files:
        where = quoted(name, QUOTED_LENGTH).strip("'")
        if has_lines(data):
            yield from _in_lines(data, f"{where}, ", said)
        else:
            yield from _in_document(data, where, said)


def _in_document(data: bytes, where: str, said: set[str]) -> Iterator[Part]:
    """Give the resources of one document, or the reason why it is refused."""
    try:
        text, assumed = as_utf_8(data)
        document = parse_json(text)
        if is_own_json(document.value):
            said.add(BESIDE_FHIR)
            return
        found = list(resources_in(document.value, f"{where}, ", said=said))
    except SeveralDocuments as several:
        yield from _in_turn(several.documents, f"{where}, ", said)
        return
    except FileRefused as refused:
        yield Refusal(where, str(refused))
        return
    warnings = filter(None, (assumed, *document.warnings))
    said.update(f"{where}: {warning}" for warning in warnings)
    yield from found


def _format_name(document: Json) -> str:
    if not isinstance(document, dict):
        return f"{NAME}, a list of resources"
    kind = text_at(document, "resourceType", "objectType")
    bundle_type = text_at(document, "type")
    parts = (kind or "Bundle", f"({bundle_type})" if bundle_type else "")
    return f"{NAME}, {quoted(' '.join(parts), QUOTED_LENGTH).strip(_QUOTES)}"


# What they hold -----------------------------------------------------------------------


def _read(name: str, parts: Parts, warnings: tuple[str, ...] = ()) -> ParsedFile:
    reader = _Reader(parts)
    parsed = gathered(name, reader.outcomes(), (), noun="result")
    more = reader.warnings(is_empty=NOTHING_FOUND in parsed.warnings)
    said = (*warnings, *sorted(reader.said), *parsed.warnings, *more)
    return replace(
        once_in_two_units(parsed),
        warnings=said,
        supplements=tuple(reader.supplements),
        medicines=tuple(reader.medicines),
    )


class _Reader:
    """Reads the results of a file, and remembers what is to be said of the whole."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._library = Library()
        self._kinds: Counter[str] = Counter()
        self._read: set[tuple[int, int]] = set()
        self._repeated = 0
        self._copies = Repeated()
        self._older = 0
        self._others = 0
        self._messages: dict[str, None] = {}
        self._texts: list[str] = []
        self.said: set[str] = set()
        self.supplements: list[ParsedSupplement] = []
        self.medicines: list[ParsedSupplement] = []

    def outcomes(self) -> Iterator[Outcome]:
        """Give what each result says, and what was refused."""
        for part in self._parts(self.said):
            if isinstance(part, Resource):
                self._library.add(part)
                self._kinds[part.kind] += 1
                if part.kind in MEDICATIONS or is_of_kept_test(part):
                    self._copies.note(part)
        self._copies.settle()
        for part in self._parts(self.said):
            if isinstance(part, Refusal):
                yield part
            else:
                self._look_into(part)
                yield from self._outcomes_of(part)

    def _outcomes_of(self, resource: Resource) -> Iterator[Outcome]:
        if self._copies.is_overtaken(resource):
            self._older += 1
        elif resource.kind == "Observation":
            for outcome in outcomes_of(resource, self._library):
                if self._is_new(resource, outcome):
                    yield self._weighed(resource, outcome)
        elif resource.kind in MEDICATIONS:
            yield from self._refused_medicine(resource)
        elif resource.kind == "OperationOutcome":
            self._listen(resource)

    def _refused_medicine(self, resource: Resource) -> Iterator[Refusal]:
        """Keep a line of a medication list, or give why it is not handed on."""
        line = supplement_of(resource, self._library)
        if isinstance(line, Refusal):
            yield line
        elif line is None:
            self._others += 1
        else:
            kept = self.supplements if is_supplement(line.name) else self.medicines
            kept.append(line)

    def _weighed(self, resource: Resource, outcome: Outcome) -> Outcome:
        """Return an outcome; a value of which another stands there is held."""
        is_doubtful = self._copies.is_contradicted(resource)
        if is_doubtful and isinstance(outcome, ParsedResult):
            name = quoted(resource.tail, QUOTED_LENGTH)
            return held(outcome, STANDS_TWICE % {"name": name})
        return outcome

    def _listen(self, outcome: Resource) -> None:
        """Remember what a server said instead of sending results."""
        for issue in elements_at(outcome.element, "issue"):
            details = text_at(element_at(issue, "details"), "text")
            told = details or text_at(issue, "diagnostics", "code")
            if told:
                self._messages[quoted(told, QUOTED_LENGTH)] = None

    def _is_new(self, resource: Resource, outcome: Outcome) -> bool:
        """Answer whether a result of this very resource was not read before."""
        if not (isinstance(outcome, ParsedResult) and resource.id):
            return True
        # Two hashes: what was read need not stay in memory to be known again.
        key = (hash(resource.tail), hash(replace(outcome, where="")))
        is_new = key not in self._read
        self._repeated += not is_new
        self._read.add(key)
        return is_new

    def _look_into(self, resource: Resource) -> None:
        """Remember where a text tells of vitamin D, and that a document lies there."""
        if holds_a_document(resource):
            self.said.add(CDA_INSIDE)
        if len(self._texts) < NAMED_KINDS and tells_vitamin_d_in_a_text(resource):
            self._texts.append(resource.where)

    def warnings(self, *, is_empty: bool) -> Iterator[str]:
        """Give what is to be said once all was read; `is_empty` if no result was."""
        if "Observation" not in self._kinds:
            kinds = self._kinds.most_common(NAMED_KINDS)
            shown = (f"{count} {quoted(kind, 30)}" for kind, count in kinds)
            yield NO_OBSERVATIONS % {"kinds": ", ".join(shown) or NOTHING}
        if missing := self._library.missing_members:
            yield MISSING % {"count": missing}
        if self._repeated:
            yield REPEATED % {"count": self._repeated}
        if self._older:
            yield OLDER % {"count": self._older}
        yield from others_counted(self._others)
        for where in self._texts if is_empty else ():
            yield IN_A_TEXT % {"where": where}
        for message in list(self._messages)[:NAMED_KINDS]:
            yield SENDER_SAYS % {"message": message}
