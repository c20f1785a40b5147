"""
What is answered to a program whose request fails, by RFC 9457.

FHIR has a form of its own for the same; both are made from this.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from accounts.domain.words import N_

TYPE = "urn:calcidiol:problem:"


class Kind(Enum):
    """A kind of problem: its word, its status, its title, and FHIR's word for it."""

    MALFORMED = ("malformed", 400, N_("The request cannot be read"), "structure")
    NOT_SIGNED_IN = ("not-signed-in", 401, N_("Nobody is signed in"), "login")
    FORBIDDEN = ("forbidden", 403, N_("This is not allowed"), "forbidden")
    SCOPE = ("scope", 403, N_("The key does not open this"), "forbidden")
    NOT_FOUND = ("not-found", 404, N_("There is nothing here"), "not-found")
    METHOD = ("method", 405, N_("This address takes other methods"), "not-supported")
    NOT_ACCEPTABLE = ("not-acceptable", 406, N_("No such format here"), "not-supported")
    QUESTIONS = ("questions", 409, N_("Something has to be answered first"), "conflict")
    CONFLICT = ("conflict", 409, N_("This conflicts with what is stored"), "conflict")
    NOT_TOLD_AGAIN = (
        "not-told-again",
        409,
        N_("What was answered is not told again"),
        "conflict",
    )
    CHANGED = ("changed", 412, N_("Somebody else was quicker"), "conflict")
    TOO_LARGE = ("too-large", 413, N_("The body is too large"), "too-long")
    MEDIA_TYPE = ("media-type", 415, N_("The body has another form"), "not-supported")
    INVALID = ("invalid", 422, N_("Some of this cannot be taken"), "invalid")
    KEY_USED = (
        "key-used",
        422,
        N_("This key was used for another request"),
        "duplicate",
    )
    PRECONDITION = ("precondition", 428, N_("Say which version you saw"), "required")
    TOO_MANY = ("too-many", 429, N_("Too many requests"), "throttled")
    FAILED = ("failed", 500, N_("Something went wrong here"), "exception")
    AWAY = ("away", 503, N_("The data cannot be reached just now"), "transient")

    @property
    def word(self) -> str:
        return self.value[0]

    @property
    def status(self) -> int:
        return self.value[1]

    @property
    def title(self) -> str:
        return self.value[2]

    @property
    def issue_code(self) -> str:
        return self.value[3]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, and the place in the body where it stands."""

    pointer: str
    detail: str

    def as_json(self) -> dict[str, str]:
        return {"pointer": self.pointer, "detail": self.detail}


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem with what a program needs to go on."""

    kind: Kind
    detail: str
    faults: Sequence[Fault] = ()
    more: Mapping[str, object] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def as_json(self, translate: Callable[[str], str] = str) -> dict[str, object]:
        """Return it as application/problem+json; its details are translated already."""
        found: dict[str, object] = {
            "type": TYPE + self.kind.word,
            "title": translate(self.kind.title),
            "status": self.kind.status,
            "detail": self.detail,
        }
        if self.faults:
            found["errors"] = [each.as_json() for each in self.faults]
        return found | dict(self.more)

    def as_outcome(self) -> dict[str, object]:
        """Return it as FHIR's OperationOutcome."""
        issues = [self._issue(self.detail)]
        issues += [self._issue(each.detail, each.pointer) for each in self.faults]
        return {"resourceType": "OperationOutcome", "issue": issues}

    def _issue(self, words: str, place: str = "") -> dict[str, object]:
        issue: dict[str, object] = {
            "severity": "error",
            "code": self.kind.issue_code,
            "diagnostics": words,
        }
        return {**issue, "expression": [place]} if place else issue


def kind_of_status(status: int) -> Kind:
    """
    Return the plainest kind of a status.

    >>> kind_of_status(404).word, kind_of_status(418).word
    ('not-found', 'malformed')
    """
    return next((kind for kind in Kind if kind.status == status), Kind.MALFORMED)
