"""Marks of a version, by which a program says what it saw before it changes it."""

import hashlib
from http import HTTPStatus
from typing import NoReturn

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.problems import refuse
from accounts.domain.problems import Kind
from accounts.domain.words import N_

WANTED = N_("Send If-Match with the ETag of the version that you saw.")


def etag_of(*parts: object) -> str:
    """
    Return the mark of a version.

    >>> etag_of("a", 1) == etag_of("a", 1), etag_of("a", 1) == etag_of("a", 2)
    (True, False)
    """
    told = "\n".join(str(part) for part in parts)
    return f'"{hashlib.sha256(told.encode()).hexdigest()[:24]}"'


def answer_with(
    told: object, mark: str, *, place: str, status: int = HTTPStatus.OK
) -> Response:
    """Answer with what is stored and its mark; what is new, with its place as well."""
    headers = {"ETag": mark}
    if status == HTTPStatus.CREATED:
        headers["Location"] = place
    return Response(told, status=status, headers=headers)


def check_saw(request: Request, current: str, stored: object) -> None:
    """Refuse where the program saw another version, or does not say; show this one."""
    header = request.headers.get("If-Match")
    if header is None:
        refuse(Kind.PRECONDITION, _(WANTED), headers={"ETag": current})
    seen = {each.strip() for each in header.split(",")}
    if current not in seen and seen != {"*"}:
        changed(current, stored)


def changed(current: str, stored: object) -> NoReturn:
    """Refuse because of a newer version, which is shown."""
    sentence = _("This was changed in the meantime. What holds now is in “current”.")
    refuse(Kind.CHANGED, sentence, headers={"ETag": current}, current=stored)
