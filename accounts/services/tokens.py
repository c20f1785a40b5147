"""Keys for programs: made, shown once, used, revoked at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from accounts.domain.audit import Action, Channel
from accounts.domain.tokens import (
    MOST_USES,
    USES_WITHIN,
    TokenPass,
    TokenScope,
    end_of,
    new_secret,
    secret_hash,
    with_what_they_need,
)
from accounts.domain.viewers import Viewer, ViewerKind
from accounts.models import ApiToken
from accounts.queries import own_patient
from accounts.services import auditing


@transaction.atomic
def make(
    *,
    name: str,
    scopes: frozenset[TokenScope],
    lasts: timedelta,
    by: Viewer,
    at: datetime,
) -> tuple[ApiToken, str]:
    """Return a new key with its secret, which is shown once and not kept."""
    secret = new_secret()
    token = ApiToken.objects.create(
        user_id=by.id,
        name=name,
        scopes=sorted(scope.value for scope in with_what_they_need(scopes)),
        secret_hash=secret_hash(secret),
        secret_end=end_of(secret),
        made_at=at,
        expires_at=at + lasts,
    )
    _record(token, Action.CREATED, by=by, at=at)
    return token, secret


@transaction.atomic
def revoke(*, token: ApiToken, by: Viewer, at: datetime) -> None:
    """End a key now; its next request is refused."""
    changed = ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(
        revoked_at=at
    )
    if changed:
        _record(token, Action.REVOKED, by=by, at=at)


@dataclass(frozen=True, slots=True)
class Shown:
    """
    What a key turned out to be: whose, and how many seconds to wait, if any.

    The language is what its owner chose; empty where nothing was chosen.
    """

    viewer: Viewer
    wait: int
    language: str


def show(secret: str) -> Shown | None:
    """
    Look a key up by its secret, before anybody is known; None where it opens nothing.

    The use is counted on the key's own row, in one statement: the shared cache would
    count all its rows at each write, and could not add one without a race.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT token_id, token_name, scopes, user_id, user_name, user_language,"
            " wait FROM app.use_token(%s, %s, make_interval(secs => %s))",
            [secret_hash(secret), MOST_USES, USES_WITHIN.total_seconds()],
        )
        found = cursor.fetchone()
    if found is None:
        return None
    token_id, token_name, scopes, user_id, user_name, language, wait = found
    opened = TokenPass(token_id, token_name, _known(scopes))
    viewer = Viewer(ViewerKind.USER, UUID(str(user_id)), user_name, Channel.API, opened)
    return Shown(viewer, wait, language)


def _known(scopes: Iterable[str]) -> frozenset[TokenScope]:
    words = set(scopes)
    return frozenset(scope for scope in TokenScope if scope.value in words)


def _record(token: ApiToken, action: Action, *, by: Viewer, at: datetime) -> None:
    own = own_patient(by)
    auditing.record(
        viewer=by,
        action=action,
        object_label="key",
        object_id=token.pk,
        patient_id=own.pk if own else None,
        at=at,
    )
