"""
Which precautions of the catalogue match a record, and what could not be checked.

Nothing here blocks, advises or reassures. What was not asked, not known, not shared or
not understood is named beside what matched, and "none matched" is said only where all
of it was answered, shared and understood. The words of rules 10, numbers 8 to 11, 15
and 16, stand in the catalogue, in vitamin_k.py and below.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TypeGuard

from accounts.domain.scopes import Scope
from labs.domain.companions import (
    CALCIUM,
    CompanionResult,
    IntervalPosition,
    is_above_interval,
    position,
)
from labs.domain.health import (
    BLOOD_THINNERS,
    CONDITIONS,
    STATES,
    TOPIC_NAMES,
    HealthAnswer,
    HealthProfile,
    HealthTopic,
    TopicAnswer,
    TopicState,
)
from labs.domain.measurements import spoken
from labs.domain.medicines import (
    ListedMedicine,
    answers_from,
    folded,
    not_checked,
    recognise_medicine,
)
from labs.domain.precaution_catalogue import (
    CATALOGUE,
    CATALOGUE_VERSION,
    PRECAUTIONS,
    SAYS_NOTHING_ABOUT_CALCIUM,
    ActsOn,
    Finding,
    Precaution,
)
from labs.domain.precaution_findings import (
    RESULT_NAMES,
    AlertReached,
    Evidence,
    MadeDifferently,
    OneResult,
    ResultsSummary,
    findings,
    not_comparable,
)
from labs.domain.schedules import listed
from labs.domain.sentences import (
    CALCIUM_ABOVE_INTERVAL,
    CALCIUM_FLAGGED_HIGH,
    N_,
    Sentence,
    Value,
)
from labs.domain.supplements import (
    ACTIVE_VITAMIN_D,
    PARENT_VITAMIN_D,
    VITAMIN_K,
    Period,
    Product,
    Substance,
    VitaminKContent,
)
from labs.domain.vitamin_k import (
    STAYS_VISIBLE,
    Meeting,
    Transition,
    label_includes,
    medicine_named,
    meetings,
    occasion,
    vitamin_k_of,
    with_antagonist,
    with_other_thinner,
)

__all__ = [
    "CATALOGUE",
    "CATALOGUE_VERSION",
    "PRECAUTIONS",
    "ActsOn",
    "AlertReached",
    "Finding",
    "HealthAnswer",
    "HealthProfile",
    "HealthTopic",
    "ListedMedicine",
    "MadeDifferently",
    "Matched",
    "NotChecked",
    "Precaution",
    "PrecautionReport",
    "ResultsSummary",
    "TopicAnswer",
    "Unchecked",
    "precautions_for",
]

EN_DASH = "\N{EN DASH}"

RESTS_ON = N_(
    "The result: %(name)s %(value)s on %(collected_on)s, its own interval "
    "'%(printed)s'."
)
RESTS_ON_MARKED = N_(
    "The result: %(name)s %(value)s on %(collected_on)s, marked '%(flag)s' by the "
    "laboratory."
)
NONE_MATCHED = N_(
    "No precaution in our list matched what you entered. The list is not complete, and "
    "no pharmacist or doctor has checked it."
)
LIST_IS_NOT_COMPLETE = N_(
    "Our list of precautions is not complete, and no pharmacist or doctor has checked "
    "it."
)
NOT_ANSWERED = N_(
    "You have not answered the questions about medicines and conditions, so this has "
    "not been checked."
)
PARTLY_ANSWERED = N_(
    "Some of the questions about medicines and conditions are not answered, so this "
    "has not been checked."
)
NOT_KNOWN = N_(
    "You told us that you do not know this, so it has not been checked: %(topics)s."
)
NOT_KNOWN_NOW = N_(
    "You told us before that you have or take this, and later that you do not know. It "
    "is checked as if you still do: %(topics)s."
)
GROWN_OLD = N_(
    "Your answers about this are more than a year old, so it has not been checked "
    "again: %(topics)s."
)
NOT_SHARED = N_("Not shared with you: not checked here.")
EARLIER_NOT_SHARED = N_("Results before %(day)s are not shared with you.")
CONTENTS_UNKNOWN = N_(
    "We do not know what %(product)s contains, so it has not been checked."
)
INTERVAL_UNKNOWN = N_(
    "Your %(name)s result of %(collected_on)s cannot be compared with an interval of "
    "its own report, so it has not been checked."
)
RESULT_HELD = N_(
    "Your %(name)s result of %(collected_on)s is held for review, so it has not been "
    "checked."
)
AGE_UNKNOWN = N_(
    "The date of birth is not known, so the rules for people under 18 have not been "
    "checked."
)
IS_OVER = N_(
    "You recorded that this is over: %(name)s. Talk to your clinician before starting, "
    "stopping or changing %(what)s."
)

PRODUCT_FOR_CLINICIAN = N_(
    "%(product)s, recorded from %(starts_on)s (%(what)s). %(label)s"
)

TRANSITION_NAMES = {
    Transition.ADDED: N_("not begun yet"),
    Transition.TAKING: N_("in use"),
    Transition.CHANGED: N_("ended, another one begun"),
    Transition.PAUSED: N_("paused"),
    Transition.RESUMED: N_("resumed"),
    Transition.ENDED: N_("ended"),
    Transition.MEDICINE_STARTED: N_("in use when the medicine was begun"),
    Transition.MEDICINE_ENDED: N_("in use when the medicine ended"),
}
GRANULOMATOUS_DISEASES = (
    N_("tuberculosis"),
    N_("histoplasmosis"),
    N_("leprosy"),
    N_("berylliosis"),
    N_("granulomatosis with polyangiitis"),
    N_("Crohn's disease"),
)
ACTS_ON_NAMES = {
    ActsOn.VITAMIN_D: N_("vitamin D"),
    ActsOn.VITAMIN_K: N_("vitamin K"),
    ActsOn.CALCIUM: N_("calcium"),
    ActsOn.MAGNESIUM: N_("magnesium"),
}


@dataclass(frozen=True, slots=True)
class Matched:
    """
    A precaution that fired, with its words for each reader.

    No words for the patient means that it is for clinicians only. The words beside a
    result travel with its flag, on every page, in the PDF, the API and e-mail.
    """

    precaution: Precaution
    patient: tuple[Sentence, ...]
    clinician: tuple[Sentence, ...]
    beside_result: tuple[Sentence, ...] = ()
    products: tuple[Product, ...] = ()
    transition: Transition | None = None
    facts: tuple[Sentence, ...] = ()
    """The results it rests on, for clinicians; no part of what is acknowledged."""
    occasion: date | None = None
    """When a product with vitamin K or the blood thinner beside it last changed."""

    def touches(self, product: Product) -> bool:
        """Whether it has to do with this product, for the page before it is saved."""
        return product in self.products or bool(
            self.precaution.acts_on & _acts_of(product)
        )


class Unchecked(StrEnum):
    """Why something was not checked."""

    NOT_ANSWERED = "not_answered"
    NOT_KNOWN = "not_known"
    GROWN_OLD = "grown_old"
    HEALTH_NOT_SHARED = "health_not_shared"
    SUPPLEMENTS_NOT_SHARED = "supplements_not_shared"
    RESULTS_NOT_SHARED = "results_not_shared"
    EARLIER_RESULTS_NOT_SHARED = "earlier_results_not_shared"
    MEDICINE_UNKNOWN = "medicine_unknown"
    CONTENTS_UNKNOWN = "contents_unknown"
    INTERVAL_UNKNOWN = "interval_unknown"
    RESULT_HELD = "result_held"
    AGE_UNKNOWN = "age_unknown"


@dataclass(frozen=True, slots=True)
class NotChecked:
    """Something that was not checked, in words, with the topics it is about."""

    why: Unchecked
    sentence: Sentence
    topics: tuple[HealthTopic, ...] = ()


@dataclass(frozen=True, slots=True)
class PrecautionReport:
    """What matched, in the order of the catalogue, and what was not checked."""

    matched: tuple[Matched, ...]
    not_checked: tuple[NotChecked, ...]

    def for_patient(self) -> tuple[Matched, ...]:
        return tuple(match for match in self.matched if match.patient)

    def beside_result(self) -> tuple[Sentence, ...]:
        """Return the lines that travel with the flag of every result, each once."""
        lines = (line for match in self.matched for line in match.beside_result)
        return _each_once(lines)

    def closing(self) -> Sentence | None:
        """
        Return the last line; None where something was not checked and says so itself.

        "None matched" is never said while anything is open, nor where only clinicians
        see what matched.
        """
        if self.not_checked:
            return None
        return Sentence(LIST_IS_NOT_COMPLETE if self.matched else NONE_MATCHED)

    def sentences_for_patient(self) -> tuple[Sentence, ...]:
        """Return everything a patient reads, never empty."""
        matched = [line for match in self.for_patient() for line in match.patient]
        return self._with_the_rest(matched)

    def sentences_for_clinician(self) -> tuple[Sentence, ...]:
        """Return everything a clinician reads, never empty."""
        matched = [line for match in self.matched for line in match.clinician]
        return self._with_the_rest(matched)

    def _with_the_rest(self, matched: list[Sentence]) -> tuple[Sentence, ...]:
        open_ends = [open_end.sentence for open_end in self.not_checked]
        closing = self.closing()
        return _each_once([*matched, *open_ends, *([closing] if closing else [])])


def _each_once(sentences: Iterable[Sentence]) -> tuple[Sentence, ...]:
    return tuple(dict.fromkeys(sentences))


def _acts_of(product: Product) -> frozenset[ActsOn]:
    """Return what a product acts on; unknown vitamin K counts as vitamin K."""
    found = {
        _ACTS_ON[substance] for substance in product.substances if substance in _ACTS_ON
    }
    if vitamin_k_of(product) is not VitaminKContent.NONE:
        found.add(ActsOn.VITAMIN_K)
    return frozenset(found)


_ACTS_ON = {
    **dict.fromkeys(PARENT_VITAMIN_D | ACTIVE_VITAMIN_D, ActsOn.VITAMIN_D),
    Substance.CALCIFEDIOL: ActsOn.VITAMIN_D,
    **dict.fromkeys(VITAMIN_K, ActsOn.VITAMIN_K),
    Substance.CALCIUM: ActsOn.CALCIUM,
    Substance.MAGNESIUM: ActsOn.MAGNESIUM,
}


def precautions_for(
    *,
    health: HealthProfile | None,
    periods: Sequence[Period] | None,
    results: ResultsSummary | None,
    on: date,
    born_on: date | None,
    medicines: Sequence[ListedMedicine] = (),
    results_from: date | None = None,
) -> PrecautionReport:
    """
    Return what matches on the day, and what was not checked.

    None for health, periods or results means that the viewer has no scope for them;
    it is never the same as an empty one. Listed medicines belong to health. Pass every
    period, also those that ended: vitamin K stays visible for a while. Results before
    `results_from` are not shared and were not looked at, a high calcium included.
    """
    record = _Record(
        health=_with_medicines(health, medicines, on),
        periods=tuple(periods or ()),
        findings=findings(results, on, born_on),
        on=on,
    )
    matched = (match for row in CATALOGUE for match in _matches(row, record))
    open_ends = (
        *_not_checked_in_health(health, medicines, record),
        *_not_checked_in_products(periods, on),
        *_not_checked_in_results(results, results_from),
        *(
            []
            if born_on
            else [NotChecked(Unchecked.AGE_UNKNOWN, Sentence(AGE_UNKNOWN))]
        ),
    )
    return PrecautionReport(matched=tuple(matched), not_checked=open_ends)


Values = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class _Record:
    """What the rows are held against."""

    health: HealthProfile
    periods: tuple[Period, ...]
    findings: Evidence
    on: date

    def products_with(self, substances: frozenset[Substance]) -> tuple[Product, ...]:
        """Return the products in use or planned that hold one of the substances."""
        return tuple(
            period.product
            for period in self.periods
            if period.product.substances & substances
            and not _has_ended(period, self.on)
        )


def _has_ended(period: Period, on: date) -> bool:
    return period.ends_on is not None and period.ends_on < on


def _with_medicines(
    health: HealthProfile | None, medicines: Sequence[ListedMedicine], on: date
) -> HealthProfile:
    """
    Return the profile with what the names of medicines stand for.

    A name that is over ends nothing: what has a yes of its own, or another name in
    use, goes on, and what ended later has its own end.
    """
    if health is None:
        return HealthProfile()
    named = answers_from(medicines, on)
    over = [each for each in named if each.ended_on and each.ended_on <= on]
    in_use = [each for each in named if each not in over]
    profile = HealthProfile((*health.answers, *in_use))
    ended = (
        replace(each, asked_on=each.ended_on or on)
        for each in over
        if _tells_an_end(each, profile, on)
    )
    return HealthProfile((*profile.answers, *ended))


def _tells_an_end(over: TopicAnswer, profile: HealthProfile, on: date) -> bool:
    state = profile.state(over.topic, on)
    known = state.ended_on or date.min
    return not state.is_yes and over.ended_on is not None and known < over.ended_on


# Rows ---------------------------------------------------------------------------------


def _matches(row: Precaution, record: _Record) -> tuple[Matched, ...]:
    if row.meets_vitamin_k:
        return _vitamin_k_matches(row, record)
    match = _match(row, record)
    return (match,) if match else ()


def _match(row: Precaution, record: _Record) -> Matched | None:
    products = record.products_with(row.substances)
    if row.substances and not products:
        return None
    states = record.health.states(row.topics, record.on)
    affirmed = [state for state in states if state.is_yes]
    over = [state for state in states if _still_speaks(state, record.on)]
    evidence = [
        item
        for kind in Finding
        if kind in row.findings
        for item in record.findings.get(kind, ())
    ]
    if (row.topics or row.findings) and not (affirmed or over or evidence):
        return None
    values = [*map(_named, affirmed), *map(_dated, evidence)]
    return Matched(
        precaution=row,
        patient=_patient_words(row, values, over),
        clinician=(Sentence(row.clinician),),
        beside_result=_beside(row, affirmed),
        products=products,
        facts=tuple(_fact(item) for item in evidence if _is_result(item)),
    )


def _is_result(item: OneResult | None) -> TypeGuard[CompanionResult]:
    return isinstance(item, CompanionResult)


def _fact(result: CompanionResult) -> Sentence:
    """Return the result that a precaution rests on, as its own report printed it."""
    values: Values = {
        "name": Sentence(RESULT_NAMES[result.measurand]),
        "value": spoken(result.measurement),
        "collected_on": result.collected_on,
    }
    if result.low is None and result.high is None:
        return Sentence(RESTS_ON_MARKED, {**values, "flag": result.flag})
    return Sentence(RESTS_ON, {**values, "printed": _printed(result)})


def _still_speaks(state: TopicState, on: date) -> bool:
    """
    Whether something that is over is still to be asked about.

    A condition that ended keeps speaking; a medicine that ended, and any yes that was
    answered anew with no, for 28 days; a pregnancy that ended is left in peace.
    """
    if state.ended_on is None or state.topic in STATES:
        return False
    is_past_condition = state.topic in CONDITIONS and state.was_yes
    return is_past_condition or on - state.ended_on <= STAYS_VISIBLE


def _named(state: TopicState) -> Values:
    """Name a condition by a curated name, never by whatever was typed."""
    typed = folded(state.detail)
    known = [Sentence(name) for name in GRANULOMATOUS_DISEASES if folded(name) in typed]
    return {"name": listed(known) if known else Sentence(TOPIC_NAMES[state.topic])}


def _dated(item: OneResult | None) -> Values:
    if item is None:
        return {}
    if isinstance(item, AlertReached):
        return {"collected_on": item.collected_on, "author": item.author}
    if isinstance(item, MadeDifferently):
        return {"collected_on": item.collected_on}
    return {
        "collected_on": item.collected_on,
        "printed": _printed(item) if is_above_interval(item) else "",
        "flag": item.flag,
    }


def _printed(result: CompanionResult) -> str:
    """Return the interval as printed, or its limits where its text was not kept."""
    bounds = [str(bound) for bound in (result.low, result.high) if bound is not None]
    return result.printed or f"{EN_DASH.join(bounds)} {result.measurement.unit}"


def high_calcium(result: CompanionResult) -> Sentence | None:
    """Return what a calcium result that is high by its own report says; else None."""
    if result.measurand not in CALCIUM:
        return None
    if position(result) is not IntervalPosition.ABOVE:
        return None
    blanks = _dated(result)
    is_marked_only = not blanks["printed"]
    template = CALCIUM_FLAGGED_HIGH if is_marked_only else CALCIUM_ABOVE_INTERVAL
    return _filled(template, blanks)


def _patient_words(
    row: Precaution, values: list[Values], over: list[TopicState]
) -> tuple[Sentence, ...]:
    if row.is_for_clinicians_only:
        return ()
    said = [_filled(_template(row, blanks), blanks) for blanks in values]
    if not row.topics and not row.findings:
        said = [Sentence(row.patient)]
    return _each_once([*said, *(_is_over(row, state) for state in over)])


def _filled(template: str, values: Values) -> Sentence:
    """Fill the blanks that the template has, so that equal words are equal."""
    return Sentence(
        template,
        {name: value for name, value in values.items() if f"%({name})s" in template},
    )


def _template(row: Precaution, blanks: Values) -> str:
    """Return the row's words; a calcium marked high without interval has its own."""
    is_marked_only = Finding.CALCIUM_HIGH in row.findings and not blanks.get("printed")
    return CALCIUM_FLAGGED_HIGH if is_marked_only else row.patient


def _is_over(row: Precaution, state: TopicState) -> Sentence:
    what = [
        Sentence(name)
        for acts_on, name in ACTS_ON_NAMES.items()
        if acts_on in row.acts_on
    ]
    if not what:
        return Sentence(row.patient)
    return Sentence(IS_OVER, {"name": medicine_named(state), "what": listed(what)})


def _beside(row: Precaution, affirmed: list[TopicState]) -> tuple[Sentence, ...]:
    """Return the line beside a result; "you told us" only where it was told."""
    if not row.beside_result:
        return ()
    if affirmed:
        lines = (_filled(row.beside_result, _named(state)) for state in affirmed)
        return _each_once(lines)
    return (Sentence(SAYS_NOTHING_ABOUT_CALCIUM if row.topics else row.beside_result),)


# Vitamin K ----------------------------------------------------------------------------


def _vitamin_k_matches(row: Precaution, record: _Record) -> tuple[Matched, ...]:
    """Return a match for each product that meets the row, as each has its own words."""
    met = (
        (meeting, _vitamin_k_words(row, meeting, record))
        for meeting in meetings(record.periods, record.on)
    )
    return tuple(
        Matched(
            precaution=row,
            patient=_each_once(words),
            clinician=(Sentence(row.clinician), _for_clinician(meeting)),
            products=(meeting.product,),
            transition=meeting.transition,
            occasion=_occasion(row, meeting, record),
        )
        for meeting, words in met
        if words
    )


def _occasion(row: Precaution, meeting: Meeting, record: _Record) -> date | None:
    """Return the day that makes a transition one of its own; none without a thinner."""
    if not row.topics:
        return None
    states = record.health.states(row.topics, record.on)
    return occasion(meeting, states, record.on)


def _for_clinician(meeting: Meeting) -> Sentence:
    return Sentence(
        PRODUCT_FOR_CLINICIAN,
        {
            "product": meeting.product.name,
            "starts_on": meeting.starts_on,
            "what": Sentence(TRANSITION_NAMES[meeting.transition]),
            "label": label_includes(meeting.product),
        },
    )


def _vitamin_k_words(
    row: Precaution, meeting: Meeting, record: _Record
) -> list[Sentence]:
    states = record.health.states(row.topics, record.on)
    if HealthTopic.VITAMIN_K_ANTAGONIST in row.topics:
        return [
            line
            for state in states
            for line in with_antagonist(meeting, state, record.on)
        ]
    if row.topics:
        return [
            line
            for state in states
            for line in with_other_thinner(meeting, state, record.on)
        ]
    is_gone = meeting.transition in {Transition.ENDED, Transition.CHANGED}
    return (
        []
        if is_gone or _is_said(meeting, record)
        else [label_includes(meeting.product)]
    )


def _is_said(meeting: Meeting, record: _Record) -> bool:
    """Whether a blood thinner's row says already that vitamin K is unknown."""
    thinners = record.health.states(BLOOD_THINNERS, record.on)
    is_unknown = vitamin_k_of(meeting.product) is VitaminKContent.UNKNOWN
    return is_unknown and any(thinner.is_yes for thinner in thinners)


# What was not checked -----------------------------------------------------------------


def _not_checked_in_health(
    health: HealthProfile | None,
    medicines: Sequence[ListedMedicine],
    record: _Record,
) -> tuple[NotChecked, ...]:
    if health is None:
        return (NotChecked(Unchecked.HEALTH_NOT_SHARED, Sentence(NOT_SHARED)),)
    unknown_names = (
        NotChecked(Unchecked.MEDICINE_UNKNOWN, not_checked(medicine.name))
        for medicine in medicines
        if medicine.ended_on is None and recognise_medicine(medicine.name) is None
    )
    return (*_unanswered(record), *_not_known_now(health, record.on), *unknown_names)


def _not_known_now(health: HealthProfile, on: date) -> tuple[NotChecked, ...]:
    """Return what an earlier yes still stands for, as nobody knows by now."""
    asked = {
        each.topic for each in health.answers if each.answer is HealthAnswer.UNKNOWN
    }
    topics = tuple(
        state.topic
        for state in health.states(asked, on)
        if state.is_held_by_an_earlier_yes
    )
    if not topics:
        return ()
    names = listed([Sentence(TOPIC_NAMES[topic]) for topic in topics])
    sentence = Sentence(NOT_KNOWN_NOW, {"topics": names})
    return (NotChecked(Unchecked.NOT_KNOWN, sentence, topics),)


def _unanswered(record: _Record) -> tuple[NotChecked, ...]:
    """Return the topics that allow no conclusion, by why they do not."""
    open_topics = record.health.states(record.health.unanswered(record.on), record.on)
    states = [each for each in open_topics if not each.is_held_by_an_earlier_yes]
    is_partly_answered = bool(record.health.answers)
    return tuple(
        NotChecked(
            why, _open_words(why, topics, is_partly_answered=is_partly_answered), topics
        )
        for answer, why in _WHY_OPEN.items()
        if (topics := tuple(state.topic for state in states if state.answer is answer))
    )


_WHY_OPEN = {
    HealthAnswer.NOT_ASKED: Unchecked.NOT_ANSWERED,
    HealthAnswer.UNKNOWN: Unchecked.NOT_KNOWN,
    HealthAnswer.NO: Unchecked.GROWN_OLD,
}


def _open_words(
    why: Unchecked, topics: tuple[HealthTopic, ...], *, is_partly_answered: bool
) -> Sentence:
    if why is Unchecked.NOT_ANSWERED:
        return Sentence(PARTLY_ANSWERED if is_partly_answered else NOT_ANSWERED)
    names = listed([Sentence(TOPIC_NAMES[topic]) for topic in topics])
    template = NOT_KNOWN if why is Unchecked.NOT_KNOWN else GROWN_OLD
    return Sentence(template, {"topics": names})


_PARTS = {
    Scope.HEALTH: Unchecked.HEALTH_NOT_SHARED,
    Scope.SUPPLEMENTS: Unchecked.SUPPLEMENTS_NOT_SHARED,
    Scope.RESULTS: Unchecked.RESULTS_NOT_SHARED,
}


def parts_not_shared(scopes: Iterable[Scope]) -> tuple[NotChecked, ...]:
    """Return what was not checked in some of the records that are read as one."""
    return tuple(
        NotChecked(why, Sentence(NOT_SHARED))
        for scope, why in _PARTS.items()
        if scope in scopes
    )


def _not_checked_in_products(
    periods: Sequence[Period] | None, on: date
) -> tuple[NotChecked, ...]:
    if periods is None:
        return (NotChecked(Unchecked.SUPPLEMENTS_NOT_SHARED, Sentence(NOT_SHARED)),)
    return tuple(
        NotChecked(
            Unchecked.CONTENTS_UNKNOWN,
            Sentence(CONTENTS_UNKNOWN, {"product": period.product.name}),
        )
        for period in periods
        if not period.product.ingredients and not _has_ended(period, on)
    )


def _not_checked_in_results(
    results: ResultsSummary | None, results_from: date | None
) -> tuple[NotChecked, ...]:
    if results is None:
        return (NotChecked(Unchecked.RESULTS_NOT_SHARED, Sentence(NOT_SHARED)),)
    earlier = (
        []
        if results_from in {None, date.min}
        else [
            NotChecked(
                Unchecked.EARLIER_RESULTS_NOT_SHARED,
                Sentence(EARLIER_NOT_SHARED, {"day": results_from}),
            )
        ]
    )
    unplaced = (
        NotChecked(
            Unchecked.RESULT_HELD if result.is_held else Unchecked.INTERVAL_UNKNOWN,
            Sentence(
                RESULT_HELD if result.is_held else INTERVAL_UNKNOWN,
                {
                    "name": Sentence(RESULT_NAMES[result.measurand]),
                    "collected_on": result.collected_on,
                },
            ),
        )
        for result in not_comparable(results)
    )
    return (*earlier, *unplaced)
