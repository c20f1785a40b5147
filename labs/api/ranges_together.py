"""
One range for several people at once, for programs: looked at, set, read, taken back.

It is set for all of them or for nobody. Each person comes with the place of the range
that was seen last, as on the page: where another one was set since, in whichever of
the records that are read as one, nothing is set and the answer says for whom.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID, uuid4

from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.documenting import AN_ID, ONCE, Read, documented
from accounts.api.fields import Id, Sent, taken
from accounts.api.problems import refuse
from accounts.api.views import ClinicView, counts_once
from accounts.domain.audit import Action
from accounts.domain.problems import Kind
from accounts.domain.tokens import TokenScope
from accounts.domain.words import N_
from accounts.services import auditing
from labs.api.acting import check_nobody_twice
from labs.api.shapes import RangeOut, check, values_of
from labs.api.targets import (
    TAG,
    LimitsIn,
    SetRangeOut,
    WrittenRangeOut,
    as_typed,
    seen_field,
    set_range_json,
    written_range_json,
)
from labs.forms.targets import TogetherForm
from labs.presenters.programs import range_json
from labs.services import targeting_together
from labs.services.targeting_together import (
    MOST_TOGETHER,
    Bound,
    Looked,
    SetMeanwhile,
)

if TYPE_CHECKING:
    from labs.models import Target

SET_FOR_NOBODY = N_(
    "Nothing was set. For some of the patients another range was set or a consent "
    "ended since you looked. How each stands now is in “current”."
)
LIMITS = {
    "unit": "ng/mL",
    "low": "30",
    "high": "50",
    "starts_on": "2026-01-05",
}


class Standing(StrEnum):
    """Whether a range can be set for somebody; absent and foreign look the same."""

    READY = "ready"
    CHANGED = "changed"
    NOT_SHARED = "not_shared"
    NOT_HERE = "not_here"


# What is sent -------------------------------------------------------------------------


class LookIn(LimitsIn):
    """A range, and the people for whom it is thought of."""

    patient_ids = serializers.ListField(
        child=Id(), min_length=1, max_length=MOST_TOGETHER
    )


class BoundIn(Sent):
    """A person, and the range that was seen last."""

    patient_id = Id()
    seen = seen_field()


class TogetherIn(LimitsIn):
    """A range, and the people for whom it is set, each as they were seen."""

    people = serializers.ListField(
        child=BoundIn(), min_length=1, max_length=MOST_TOGETHER
    )


# What is told -------------------------------------------------------------------------


class LookedOut(Read):
    """What a range would mean for one person, and what holds now."""

    patient_id = serializers.UUIDField()
    name = serializers.CharField(allow_blank=True)
    born_on = serializers.DateField(allow_null=True)
    stands = serializers.ChoiceField(
        choices=values_of(Standing),
        help_text="It can be set where this is “ready”; “changed” is told of those for "
        "whom something else was set since they were looked at.",
    )
    seen = serializers.IntegerField(
        allow_null=True, help_text="The number of the newest range; 0 for none."
    )
    range = SetRangeOut(allow_null=True, help_text="The range in force today.")
    is_of_another_clinic = serializers.BooleanField()
    judges = serializers.IntegerField(
        allow_null=True, help_text="How many results it would judge that are here."
    )
    follows = SetRangeOut(
        allow_null=True, help_text="The range that counts from a later day on."
    )


class LookOut(Read):
    """What a range would mean for each of these people; nothing was set."""

    range = RangeOut()
    people = LookedOut(many=True)


class SetForOut(Read):
    """A person for whom it was set, and whether it still stands."""

    patient_id = serializers.UUIDField()
    name = serializers.CharField(allow_blank=True)
    range_id = serializers.UUIDField()
    taken_back_by = serializers.CharField(allow_blank=True)
    taken_back_at = serializers.DateTimeField(allow_null=True)


class SetTogetherOut(Read):
    """One range that was set for several people at once."""

    set_together_id = serializers.UUIDField()
    range = WrittenRangeOut()
    people = SetForOut(many=True)


class RangesTakenBackOut(Read):
    """From whom a range was taken back; nobody where it was before."""

    taken_back = serializers.ListField(child=serializers.UUIDField())


# The addresses ------------------------------------------------------------------------


class TogetherView(ClinicView):
    """An address of ranges that a clinic sets for several people at once."""

    reads = TokenScope.READ_RESULTS
    writes = TokenScope.WRITE_RANGES
    also: ClassVar[frozenset[TokenScope]] = frozenset({TokenScope.READ_RESULTS})

    def form(self, sent: Mapping[str, Any], entry_id: UUID) -> TogetherForm:
        """Return the page's own form, once it takes what was sent."""
        typed = as_typed({**sent, "entry_id": entry_id})
        form = TogetherForm(typed, author=self.viewer.name, at=self.at)
        check(form)
        return form

    def looked(
        self,
        ids: Sequence[UUID],
        form: TogetherForm,
        meanwhile: frozenset[UUID] = frozenset(),
    ) -> list[dict[str, Any]]:
        """Return what holds for each of these people, and write that it was told."""
        found = targeting_together.look_at(
            ids, clinic=self.clinic, planned=form.target(), today=self.today
        )
        self.note_each([each.row.patient_id for each in found])
        by_id = {each.row.patient_id: each for each in found}
        return [_looked_json(each, by_id.get(each), meanwhile) for each in ids]

    def note_each(self, ids: list[UUID], object_id: UUID | str = "") -> None:
        """Write into each person's trail that their range was told."""
        auditing.record_for_each(
            patient_ids=ids,
            viewer=self.viewer,
            action=Action.READ,
            object_label="target",
            object_id=object_id,
            channel=self.viewer.channel,
            at=self.at,
        )

    def rows_or_404(self, together_id: UUID) -> "list[Target]":
        """Return what was set together, or answer as if nothing was."""
        rows = targeting_together.rows_set_together(together_id, clinic=self.clinic)
        if not rows:
            raise Http404
        return rows


class TogetherLook(TogetherView):
    """A look at what one range would mean for several people."""

    @documented(
        operation="ranges_look_together",
        tag=TAG,
        request=LookIn,
        example={
            **LIMITS,
            "reason": "Agreed at the visit.",
            "patient_ids": [AN_ID],
        },
        answers={200: LookOut},
    )
    def post(self, request: Request, clinic_id: UUID) -> Response:
        """Say what one range would mean for several people; nothing is set."""
        del clinic_id
        sent = taken(LookIn, request.data)
        ids = sent.pop("patient_ids")
        check_nobody_twice(ids, "patient_ids")
        form = self.form(sent, uuid4())
        people = self.looked(ids, form)
        return Response({"range": range_json(form.target()), "people": people})


class Together(TogetherView):
    """The setting of one range for several people."""

    @documented(
        operation="ranges_set_together",
        tag=TAG,
        request=TogetherIn,
        example={
            **LIMITS,
            "reason": "Agreed at the visit.",
            "people": [{"patient_id": AN_ID, "seen": 0}],
        },
        answers={201: SetTogetherOut},
        kinds=(Kind.NOT_FOUND, Kind.CONFLICT),
        headers=[ONCE],
    )
    @counts_once
    def post(self, request: Request, clinic_id: UUID) -> Response:
        """Set one range for several people: for all of them, or for nobody."""
        del clinic_id
        sent = taken(TogetherIn, request.data)
        bound = [Bound(**each) for each in sent.pop("people")]
        ids = [each.patient_id for each in bound]
        check_nobody_twice(ids, "people", "patient_id")
        entry_id = uuid4()
        form = self.form(sent, entry_id)
        try:
            targeting_together.set_for_all(
                bound,
                clinic=self.clinic,
                entry=form.entry(),
                entry_id=entry_id,
                by=self.viewer,
                at=self.at,
            )
        except SetMeanwhile as meanwhile:
            current = self.looked(ids, form, meanwhile.patient_ids)
            refuse(Kind.CONFLICT, _(SET_FOR_NOBODY), current=current)
        return Response(_set_json(self.rows_or_404(entry_id)), status=201)


class SetTogether(TogetherView):
    """What was set together."""

    @documented(
        operation="ranges_read_together", tag=TAG, answers={200: SetTogetherOut}
    )
    def get(self, request: Request, clinic_id: UUID, together_id: UUID) -> Response:
        """Return for whom your clinic set one range at once, and where it stands."""
        del request, clinic_id
        rows = self.rows_or_404(together_id)
        self.note_each([row.patient_id for row in rows], together_id)
        return Response(_set_json(rows))


class TogetherUndoing(ClinicView):
    """The taking back of a range that was set for several people at once."""

    writes = TokenScope.WRITE_RANGES

    @documented(
        operation="ranges_undo_together",
        tag=TAG,
        request=None,
        answers={200: RangesTakenBackOut},
        headers=[ONCE],
    )
    @counts_once
    def post(self, request: Request, clinic_id: UUID, together_id: UUID) -> Response:
        """Take back what your clinic set for several people at once."""
        del request, clinic_id
        if not targeting_together.rows_set_together(together_id, clinic=self.clinic):
            raise Http404
        taken_back = targeting_together.take_back(
            together_id, clinic=self.clinic, by=self.viewer, at=self.at
        )
        return Response({"taken_back": taken_back})


def _looked_json(
    patient_id: UUID, looked: Looked | None, meanwhile: frozenset[UUID]
) -> dict[str, Any]:
    row = looked.row if looked else None
    seen = looked if looked and looked.is_allowed else None
    return {
        "patient_id": patient_id,
        "name": row.name if row else "",
        "born_on": row.born_on if row else None,
        "stands": _standing(patient_id, looked, meanwhile),
        "seen": seen.seen if seen else None,
        "range": set_range_json(seen.now) if seen and seen.now else None,
        "is_of_another_clinic": bool(seen and seen.is_of_another_clinic),
        "judges": seen.judges if seen else None,
        "follows": set_range_json(seen.follows) if seen and seen.follows else None,
    }


def _standing(
    patient_id: UUID, looked: Looked | None, meanwhile: frozenset[UUID]
) -> Standing:
    if looked is None:
        return Standing.NOT_HERE
    if not looked.is_allowed:
        return Standing.NOT_SHARED
    return Standing.CHANGED if patient_id in meanwhile else Standing.READY


def _set_json(rows: "list[Target]") -> dict[str, Any]:
    first = rows[0]
    return {
        "set_together_id": first.together,
        "range": written_range_json(first),
        "people": [
            {
                "patient_id": row.patient_id,
                "name": row.patient.name,
                "range_id": row.pk,
                "taken_back_by": row.withdrawn_by_name,
                "taken_back_at": row.withdrawn_at,
            }
            for row in rows
        ],
    }
