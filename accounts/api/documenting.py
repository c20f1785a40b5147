"""
What the description of the addresses for programs says of each of them.

Every status that an address can answer stands here once, with an example.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
)
from rest_framework import serializers

from accounts.api.fields import Names, Parameters, QueryWhole
from accounts.api.paging import LONGEST_CURSOR, MOST_ROWS, USUAL_ROWS
from accounts.api.views import LONGEST_KEY
from accounts.domain.problems import Kind, Problem
from accounts.services.answers import KEY_HEADER
from accounts.services.programs import PROBLEM_TYPE

Read = serializers.Serializer[Any]
AN_ID = "0b6f7c1e-4d7a-4c53-9f0e-5a1d2c3b4e5f"  # stands for one of your own


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """A key in the Authorization header."""

    target_class = "accounts.api.authentication.KeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        """Return the scheme."""
        del auto_schema
        return {"type": "http", "scheme": "bearer", "description": KEY_WORDS}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Who is signed in on this site."""

    target_class = "accounts.api.authentication.SameSiteSession"
    name = "session"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        """Return the scheme."""
        del auto_schema
        name = settings.SESSION_COOKIE_NAME
        return {"type": "apiKey", "in": "cookie", "name": name}


KEY_WORDS = "A key that you made on the page “Keys for programs”."


class FaultOut(Read):
    """One thing that is wrong, and its place."""

    pointer = serializers.CharField()
    detail = serializers.CharField()


class ProblemOut(Read):
    """A problem by RFC 9457; some kinds carry more, by name."""

    type = serializers.ChoiceField(
        choices=[f"urn:calcidiol:problem:{kind.word}" for kind in Kind]
    )
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = FaultOut(many=True, required=False)  # type: ignore[assignment]


class PageParameters(Parameters):
    """Which page of a list."""

    limit = QueryWhole(
        min_value=1,
        max_value=MOST_ROWS,
        required=False,
        help_text=f"How many at most; {USUAL_ROWS} where nothing is said.",
    )
    cursor = serializers.CharField(
        required=False,
        max_length=LONGEST_CURSOR,
        help_text="Where the page before ended, as its “next” says.",
    )


def page_of(item: type[Read]) -> type[Read]:
    """Return the shape of a page of such items."""
    fields = {
        "__doc__": "A page of a list.",
        "items": item(many=True),
        "next": serializers.CharField(
            allow_null=True, help_text="The address of the next page; null on the last."
        ),
    }
    return type(f"{item.__name__.removesuffix('Out')}Page", (Read,), fields)


def sparse(item: type[Read]) -> type[Read]:
    """Return the shape of an item of which a program may ask for a few fields alone."""

    def get_fields(self: Read) -> Any:  # noqa: ANN401 - as the framework has it
        fields = item.get_fields(self)
        for name, field in fields.items():
            field.required = name == "id"
        return fields

    shape: type[Read] = type(
        f"Sparse{item.__name__}",
        (item,),
        {"__doc__": item.__doc__, "get_fields": get_fields},
    )
    return shape


def choosing(
    item: type[Read], base: type[Parameters] = PageParameters
) -> type[Parameters]:
    """Return the parameters of a list of which a few fields may be asked for alone."""
    names = Names(
        known=item().fields,
        required=False,
        help_text="Names of fields with commas between them; all where nothing is "
        "said. “id” is always there.",
    )
    shape = {"__doc__": base.__doc__, "fields": names}
    return type(f"{item.__name__.removesuffix('Out')}Parameters", (base,), shape)


ALWAYS = (
    Kind.NOT_SIGNED_IN,
    Kind.FORBIDDEN,
    Kind.NOT_ACCEPTABLE,
    Kind.TOO_MANY,
    Kind.FAILED,
    Kind.AWAY,
)
ADDRESSED = (Kind.NOT_FOUND,)
ASKED = (Kind.INVALID,)
WRITING = (Kind.MALFORMED, Kind.TOO_LARGE, Kind.MEDIA_TYPE, Kind.INVALID)
COUNTED_ONCE = (Kind.INVALID, Kind.KEY_USED, Kind.NOT_TOLD_AGAIN)
GUARDED = (Kind.CHANGED, Kind.PRECONDITION)
IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="The ETag of the version that was seen.",
)
ONCE = OpenApiParameter(
    KEY_HEADER,
    {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[ -~]+$"},
    OpenApiParameter.HEADER,
    description="Your own word for this request: sent again under it, it counts once.",
)


def documented(
    *,
    operation: str,
    answers: Mapping[Any, Any],  # a status, or a status with the kind of its file
    tag: str,
    request: Any = None,  # noqa: ANN401 - a serializer, or none
    asks: type[Parameters] | None = None,
    kinds: Sequence[Kind] = ADDRESSED,
    headers: Sequence[OpenApiParameter] = (),
    example: Mapping[str, Any] | None = None,
    is_scoped: bool = True,
    is_for_people: bool = False,
) -> Callable[[Any], Any]:
    """
    Describe a method of a view: what it takes, and everything it can answer.

    What is for people is done in a session, and by no key.
    """
    is_scoped = is_scoped and not is_for_people
    wanted = [*ALWAYS, *kinds, *([Kind.SCOPE] if is_scoped else [])]
    wanted += WRITING if request is not None else ()
    wanted += ASKED if asks is not None else ()
    wanted += COUNTED_ONCE if ONCE in headers else ()
    problems = {
        (status, PROBLEM_TYPE): _problem(
            [k for k in Kind if k in wanted and k.status == status]
        )
        for status in {kind.status for kind in wanted}
    }
    return extend_schema(
        operation_id=operation,
        tags=[tag],
        request=request,
        parameters=[*([asks] if asks else []), *headers],
        responses={**problems, **answers},
        examples=[] if example is None else [_body(example)],
        auth=IN_A_SESSION if is_for_people else None,
    )


# As the description has it; the library's type knows names alone.
IN_A_SESSION: Any = [{SessionScheme.name: []}]


def _body(example: Mapping[str, Any]) -> OpenApiExample:
    """Return a body that is taken as it stands, once its ids are your own."""
    return OpenApiExample("body", value=dict(example), request_only=True)


def _problem(kinds: Sequence[Kind]) -> OpenApiResponse:
    """Describe the problems of one status, with an example of each kind."""
    words = "A sentence for the person at the program."
    return OpenApiResponse(
        ProblemOut,
        description=", or: ".join(kind.title for kind in kinds),
        examples=[
            OpenApiExample(
                kind.word,
                value=Problem(kind, words).as_json(),
                media_type=PROBLEM_TYPE,
                response_only=True,
                status_codes=[str(kind.status)],
            )
            for kind in kinds
        ],
    )


BINARY = OpenApiTypes.BINARY
__all__ = [
    "AN_ID",
    "BINARY",
    "GUARDED",
    "IF_MATCH",
    "ONCE",
    "PageParameters",
    "ProblemOut",
    "Read",
    "choosing",
    "documented",
    "page_of",
    "sparse",
]
