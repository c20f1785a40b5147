"""
Several reports as one file, to be printed in one go.

A page keeps its look and its own numbers; the tags that a screen reader needs stay with
the single files, which is why those are offered as well.
"""

import io
from collections.abc import Iterable

from pypdf import PdfWriter


def bound_pdf(reports: Iterable[tuple[str, bytes]]) -> bytes:
    """Return PDFs one after the other, each under its title in the outline."""
    written = io.BytesIO()
    with PdfWriter() as writer:
        for title, content in reports:
            writer.append(
                io.BytesIO(content), outline_item=title or None, import_outline=False
            )
        writer.write(written)
    return written.getvalue()
