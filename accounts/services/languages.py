"""In which language somebody reads: chosen, seen at sign-up, or none known yet."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from accounts.domain.viewers import Viewer, ViewerKind
from accounts.models import Patient, User

# Programs write and read numbers with a point, whatever language their words are in.
_PROGRAM: ContextVar[bool] = ContextVar("program", default=False)


@contextmanager
def speaking_to_program(asked_for: str, chosen: str) -> Iterator[None]:
    """
    Speak, inside the block, the language that a program asks for.

    Where it asks for none that is spoken here, it is what its owner chose, or English.
    """
    token = _PROGRAM.set(True)
    translation.activate(_best(asked_for, chosen))
    try:
        yield
    finally:
        _PROGRAM.reset(token)


def is_program_speaking() -> bool:
    """Say whether what is read now was written by a program."""
    return _PROGRAM.get()


def _best(asked_for: str, chosen: str) -> str:
    for language, _weight in parse_accept_lang_header(asked_for):
        try:
            return translation.get_supported_language_variant(language)
        except LookupError:
            continue
    return chosen if is_offered(chosen) else settings.LANGUAGE_CODE


def is_offered(language: str) -> bool:
    """Say whether the site speaks a language."""
    return language in dict(settings.LANGUAGES)


def language_of(user: object) -> str:
    """Return what somebody chose; nothing where they did not, or nobody signed in."""
    language = user.language if isinstance(user, User) else ""
    return language if is_offered(language) else ""


@transaction.atomic
def choose(language: str, *, by: Viewer) -> None:
    """Keep a person's choice for every device, message and report."""
    if by.kind is ViewerKind.USER:
        User.objects.filter(pk=by.id).update(language=language)


def speaking_to(user: User | None) -> AbstractContextManager[None]:
    """Return a block in which words are in a person's language, whoever acts."""
    return translation.override(language_of(user) or settings.LANGUAGE_CODE)


def speaking_to_viewer(viewer: Viewer) -> AbstractContextManager[None]:
    """Return the same for who waits for work that was asked for."""
    return speaking_to(User.objects.filter(pk=viewer.id).first())


def speaking_to_patient(patient: Patient) -> AbstractContextManager[None]:
    """Return the same for whose record it is; without a choice, as we are spoken to."""
    return translation.override(language_of(patient.user) or translation.get_language())


def speaking_to_address(email: str) -> AbstractContextManager[None]:
    """Return the same for who reads an address; a stranger is spoken to as we are."""
    user = User.objects.filter(email__iexact=email).first()
    return translation.override(language_of(user) or translation.get_language())
