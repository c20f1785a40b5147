"""A file that a program sends, as a form of a page would send it."""

from typing import Any, ClassVar

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request

from accounts.api.authentication import asked
from accounts.api.fields import SOME_FAULTS, Sent, taken
from accounts.api.problems import refuse
from accounts.api.views import ProgramView
from accounts.domain.problems import Fault, Kind

MULTIPART = "multipart/form-data"
ROOM_FOR_FIELDS = 65_536
LONGEST_NAME = 200


class Upload(Sent):
    """One file, under the name that it has."""

    file = serializers.FileField(max_length=LONGEST_NAME)


class UploadView(ProgramView):
    """An address to which a file is sent."""

    parser_classes: ClassVar[list[type[BaseParser]]] = [MultiPartParser]  # type: ignore[misc]
    largest: ClassVar[int]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """Refuse what is too large before it is read."""
        super().initial(request, *args, **kwargs)
        told = str(asked(request).META.get("CONTENT_LENGTH") or "0")
        if told.isdigit() and int(told) > self.largest + ROOM_FOR_FIELDS:
            refuse(
                Kind.TOO_LARGE,
                _("A file has %(most)s bytes at most.") % {"most": self.largest},
            )

    def body(self) -> bytes:
        """Return the fields and files without the signs that part them, sent anew."""
        told = []
        for name, values in sorted(_lists(self.request.data)):
            for value in values:
                content = value.read() if hasattr(value, "read") else value.encode()
                called = getattr(value, "name", "")
                told.append(f"{name} {called} {len(content)}\n".encode() + content)
                if hasattr(value, "seek"):
                    value.seek(0)
        return b"".join(told)


def _lists(data: Any) -> list[tuple[str, list[Any]]]:  # noqa: ANN401 - a form's fields
    """Return every field with all its values; an empty body has no fields."""
    return list(data.lists()) if hasattr(data, "lists") else []


def taken_form(serializer: type[Sent], data: Any) -> dict[str, Any]:  # noqa: ANN401 - a form's fields
    """Return what a form sent; a field that stands twice is refused."""
    faults = tuple(
        Fault(f"#/{name}", _("This stands twice in the form."))
        for name, values in _lists(data)
        if len(values) > 1
    )
    if faults:
        refuse(Kind.INVALID, _(SOME_FAULTS), faults=faults)
    return taken(serializer, data)
