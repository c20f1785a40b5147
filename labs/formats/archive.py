"""
ZIP archives: what portals, phones and record systems pack results into.

Nothing is unpacked onto a disk. Members are read one by one within limits, told by
their content; an archive inside an archive is not opened. FHIR in several members is
read together, so that a patient in one is found by the results in another.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from labs.formats.detect import FHIR_JSON, HEAD, JSON, XML, ZIP, looks_like
from labs.formats.fhir import read_fhir_files
from labs.formats.limits import (
    MAX_ARCHIVE_BYTES,
    MAX_ARCHIVE_MEMBERS,
    MAX_MEMBER_BYTES,
    MAX_UNPACKED_BYTES,
    MEBIBYTE,
    QUOTED_LENGTH,
)
from labs.formats.parsed import FileRefused, ParsedFile, QuestionAsked, Refusal
from labs.formats.sentences import N_, NOTHING, listed
from labs.formats.spelling import quoted

MEMBER_TOO_LARGE = N_("It is larger than %(size)s MB.")
ARCHIVE_TOO_LARGE = N_("The archive is larger than %(size)s MB.")
TOO_MANY_MEMBERS = N_("The archive holds more than %(most)s files.")
UNPACKED_TOO_LARGE = N_("The archive holds more than %(size)s MB when it is unpacked.")

Reader = Callable[[bytes], ParsedFile]

BROKEN = N_("The archive is damaged or cut off.")
LEADS_OUT = N_(
    "The archive holds a name that leads out of it, %(name)s. It was not opened."
)
TWICE = N_(
    "The archive holds the name %(name)s twice, so it could be read in two ways."
)
NOTHING_READ = N_(
    "The archive holds no file of a format that is read here. It has: %(names)s."
)
NO_RECORDS = N_(
    "This Apple Health export holds no clinical records. They are in "
    "it once the phone is connected to a clinic's or a laboratory's "
    "account."
)
NESTED = N_("An archive inside an archive is not opened.")
LOCKED = N_("It is locked with a password.")
PACKED_OTHERWISE = N_("It is packed in a way that is not read here.")
NOT_READ = N_("%(count)s files of the archive were not read, among them %(names)s.")
CLINICAL_RECORDS = "/clinical-records/"
APPLE_EXPORT = "apple_health_export/"
TABLE = "a table of text"
TABLE_NAMES = (".csv", ".tsv", ".tab")
TAKE_IT_OUT = N_("Take the file out of the archive and upload it alone.")
NAMED_MEMBERS = 5

_CENTRAL = b"PK\x01\x02"
_BROKEN_MEMBER = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class _Member:
    """A file in the archive, what it looks like, and why it is not read if so."""

    info: ZipInfo
    kind: str = ""
    refused: str = ""

    @property
    def name(self) -> str:
        return quoted(self.info.filename, QUOTED_LENGTH).strip("'")

    @property
    def is_fhir(self) -> bool:
        return not self.refused and self.kind in (FHIR_JSON, JSON)


def read_archive(
    data: bytes, readers: Mapping[str, Reader], read_table: Reader
) -> ParsedFile:
    """
    Return what the members hold together; raise FileRefused with a sentence.

    `readers` reads a member by what it looks like; FHIR in JSON is read here. Where no
    member is of such a format, `read_table` reads those that are called tables.
    """
    if len(data) > MAX_ARCHIVE_BYTES:
        raise FileRefused(ARCHIVE_TOO_LARGE % {"size": MAX_ARCHIVE_BYTES // MEBIBYTE})
    with _opened(data) as archive:
        infos = _wanted(archive.infolist())
        members = [_looked_at(archive, info) for info in infos]
        if not any(member.kind in readers for member in members):
            members = [_as_table(member) for member in members]
        parsed = _read(archive, members, {**readers, TABLE: read_table})
    is_apple = any(CLINICAL_RECORDS in info.filename for info in infos)
    kind = "Apple Health export" if is_apple else "ZIP archive"
    return replace(parsed, format=f"{kind}, {parsed.format}")


# Opening ------------------------------------------------------------------------------


def _opened(data: bytes) -> ZipFile:
    # Counted before it is opened: the directory itself may be the bomb.
    if data.count(_CENTRAL) > MAX_ARCHIVE_MEMBERS:
        raise FileRefused(TOO_MANY_MEMBERS % {"most": MAX_ARCHIVE_MEMBERS})
    try:
        return ZipFile(io.BytesIO(data))
    except _BROKEN_MEMBER:
        raise FileRefused(BROKEN) from None


def _wanted(infos: list[ZipInfo]) -> list[ZipInfo]:
    """Return the members to look at; refuse names that no honest archive has."""
    seen: set[str] = set()
    for info in infos:
        shown = quoted(info.filename, QUOTED_LENGTH)
        if _leads_out(info.filename):
            raise FileRefused(LEADS_OUT % {"name": shown})
        if info.filename in seen:
            raise FileRefused(TWICE % {"name": shown})
        seen.add(info.filename)
    files = [info for info in infos if not info.is_dir() and not _is_litter(info)]
    records = [info for info in files if CLINICAL_RECORDS in info.filename]
    if not records and any(APPLE_EXPORT in info.filename for info in files):
        raise FileRefused(NO_RECORDS)
    return records or files


def _leads_out(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return ".." in parts or parts[0] == "" or parts[0].endswith(":")


def _is_litter(info: ZipInfo) -> bool:
    """Answer whether a member is what an operating system leaves behind."""
    name = info.filename
    return name.startswith("__MACOSX/") or name.rpartition("/")[2].startswith(".")


def _looked_at(archive: ZipFile, info: ZipInfo) -> _Member:
    if info.flag_bits & 1:
        return _Member(info, refused=LOCKED)
    if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        return _Member(info, refused=PACKED_OTHERWISE)
    try:
        with archive.open(info) as file:
            kind = looks_like(file.read(HEAD))
    except _BROKEN_MEMBER:
        return _Member(info, refused=BROKEN)
    if kind == ZIP:
        return _Member(info, kind, NESTED)
    return _Member(info, kind)


def _as_table(member: _Member) -> _Member:
    """Return what has no mark of its own and is called a table as one."""
    is_called_so = member.info.filename.lower().endswith(TABLE_NAMES)
    return replace(member, kind=TABLE) if not member.kind and is_called_so else member


# Reading ------------------------------------------------------------------------------


def _read(
    archive: ZipFile, members: list[_Member], readers: Mapping[str, Reader]
) -> ParsedFile:
    fhir = [member for member in members if member.is_fhir]
    others = _others(members, readers, has_fhir=bool(fhir))
    refused = tuple(Refusal(m.name, m.refused) for m in members if m.refused)
    if not (fhir or others or refused):
        raise FileRefused(NOTHING_READ % {"names": _named(members)})
    _check_size([*fhir, *others])
    parts = [_read_member(archive, member, readers) for member in others]
    if fhir:
        parts.insert(0, _read_fhir(archive, fhir))
    read = {id(member) for member in (*fhir, *others)}
    left = [m for m in members if id(m) not in read and not m.refused]
    return _together(parts, refused, left)


def _others(
    members: list[_Member], readers: Mapping[str, Reader], *, has_fhir: bool
) -> list[_Member]:
    """Return the members of other formats; plain XML only where there is no better."""
    found = [m for m in members if m.kind in readers and not (m.is_fhir or m.refused)]
    better = [member for member in found if member.kind != XML]
    return better if better or has_fhir else found


def _check_size(members: list[_Member]) -> None:
    if sum(member.info.file_size for member in members) > MAX_UNPACKED_BYTES:
        raise FileRefused(UNPACKED_TOO_LARGE % {"size": MAX_UNPACKED_BYTES // MEBIBYTE})


def _read_fhir(archive: ZipFile, members: list[_Member]) -> ParsedFile:
    """Read the members together; one that cannot be unpacked is refused by name."""
    broken: dict[str, str] = {}

    def files() -> Iterator[tuple[str, bytes]]:
        for member in members:
            try:
                yield member.name, _unpacked(archive, member)
            except FileRefused as refused:
                broken[member.name] = str(refused)

    parsed = read_fhir_files("FHIR JSON", files)
    refused = (Refusal(where, why) for where, why in broken.items())
    return replace(parsed, refused=(*parsed.refused, *refused))


def _read_member(
    archive: ZipFile, member: _Member, readers: Mapping[str, Reader]
) -> ParsedFile:
    try:
        parsed = readers[member.kind](_unpacked(archive, member))
    except QuestionAsked as asked:
        if asked.parameter != "columns":
            raise
        why = f"{asked} {TAKE_IT_OUT}"
        return ParsedFile(member.kind, refused=(Refusal(member.name, why),))
    except FileRefused as refused:
        return ParsedFile(member.kind, refused=(Refusal(member.name, str(refused)),))
    place = f"{member.name}, "
    return ParsedFile(
        parsed.format,
        tuple(replace(one, where=place + one.where) for one in parsed.results),
        tuple(replace(one, where=place + one.where) for one in parsed.companions),
        tuple(replace(one, where=place + one.where) for one in parsed.supplements),
        tuple(f"{member.name}: {warning}" for warning in parsed.warnings),
        tuple(replace(one, where=place + one.where) for one in parsed.refused),
        medicines=tuple(
            replace(one, where=place + one.where) for one in parsed.medicines
        ),
        more_refused=parsed.more_refused,
    )


def _unpacked(archive: ZipFile, member: _Member) -> bytes:
    """Return a member's bytes; what it claims of its size is not believed."""
    too_large = MEMBER_TOO_LARGE % {"size": MAX_MEMBER_BYTES // MEBIBYTE}
    if member.info.file_size > MAX_MEMBER_BYTES:
        raise FileRefused(too_large)
    try:
        with archive.open(member.info) as file:
            data = file.read(MAX_MEMBER_BYTES + 1)
    except _BROKEN_MEMBER:
        raise FileRefused(BROKEN) from None
    if len(data) > MAX_MEMBER_BYTES:
        raise FileRefused(too_large)
    return data


def _together(
    parts: list[ParsedFile], refused: tuple[Refusal, ...], left: list[_Member]
) -> ParsedFile:
    formats = dict.fromkeys(part.format for part in parts)
    not_read = NOT_READ % {"count": len(left), "names": _named(left)}
    return ParsedFile(
        " and ".join(list(formats)[:NAMED_MEMBERS]) or "nothing that could be read",
        tuple(one for part in parts for one in part.results),
        tuple(one for part in parts for one in part.companions),
        tuple(one for part in parts for one in part.supplements),
        (
            *(one for part in parts for one in part.warnings),
            *([not_read] if left else []),
        ),
        (*(one for part in parts for one in part.refused), *refused),
        medicines=tuple(one for part in parts for one in part.medicines),
        more_refused=sum(part.more_refused for part in parts),
    )


def _named(members: list[_Member]) -> str:
    names = [quoted(member.info.filename, QUOTED_LENGTH) for member in members]
    return listed(names, NAMED_MEMBERS) if names else NOTHING
