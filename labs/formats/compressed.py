"""A file that is compressed by itself (gzip), unpacked within a limit."""

import zlib

from labs.formats.limits import MAX_UNPACKED_BYTES, MEBIBYTE
from labs.formats.parsed import FileRefused
from labs.formats.sentences import N_

DAMAGED = N_("The compressed file (gzip) is damaged or cut off.")
TOO_LARGE = N_("The compressed file holds more than %(size)s MB when it is unpacked.")
AS_GZIP = 16 + zlib.MAX_WBITS


def unpacked(data: bytes) -> bytes:
    """Return what a gzip file holds; raise FileRefused with a sentence."""
    parts: list[bytes] = []
    length = 0
    while data:
        part = zlib.decompressobj(AS_GZIP)
        try:
            parts.append(part.decompress(data, MAX_UNPACKED_BYTES - length + 1))
        except zlib.error:
            raise FileRefused(DAMAGED) from None
        length += len(parts[-1])
        if length > MAX_UNPACKED_BYTES:
            raise FileRefused(TOO_LARGE % {"size": MAX_UNPACKED_BYTES // MEBIBYTE})
        if not part.eof:
            raise FileRefused(DAMAGED)
        data = part.unused_data
    return b"".join(parts)
