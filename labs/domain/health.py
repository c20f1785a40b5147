"""
Conditions and medicines that precautions look at, as somebody answered for them.

An answer is yes, no or unknown, with the day it was asked; what was never asked is its
own state and is never read as no. A no grows old after a year and is asked again; a yes
stays until it is answered anew. "I do not know" is no answer to it: the last yes keeps
counting, and that it is not known now is said beside it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from labs.domain.sentences import N_

ASKED_AGAIN_AFTER = timedelta(days=365)  # yearly: rules 4


class HealthAnswer(StrEnum):
    """What is known of one topic; only a no that was asked is a no."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    NOT_ASKED = "not_asked"


class TopicGroup(StrEnum):
    """How questions about health are grouped."""

    BLOOD_THINNER = "blood_thinner"
    CONDITION = "condition"
    STATE = "state"
    MEDICINE = "medicine"


class HealthTopic(StrEnum):
    """A condition, a state or a class of medicines."""

    VITAMIN_K_ANTAGONIST = "vitamin_k_antagonist"
    DIRECT_ORAL_ANTICOAGULANT = "direct_oral_anticoagulant"
    HEPARIN = "heparin"
    ANTIPLATELET = "antiplatelet"

    KIDNEY_DISEASE = "kidney_disease"
    DIALYSIS = "dialysis"
    KIDNEY_TRANSPLANT = "kidney_transplant"
    NEPHROTIC_SYNDROME = "nephrotic_syndrome"
    KIDNEY_STONES = "kidney_stones"
    HYPERCALCAEMIA = "hypercalcaemia"
    INHERITED_HYPERCALCAEMIA = "inherited_hypercalcaemia"
    SARCOIDOSIS = "sarcoidosis"
    GRANULOMATOUS_DISEASE = "granulomatous_disease"
    LYMPHOMA = "lymphoma"
    PRIMARY_HYPERPARATHYROIDISM = "primary_hyperparathyroidism"
    HYPOPARATHYROIDISM = "hypoparathyroidism"
    NECK_SURGERY = "neck_surgery"
    MALABSORPTION = "malabsorption"
    BARIATRIC_SURGERY = "bariatric_surgery"

    PREGNANCY = "pregnancy"
    BREASTFEEDING = "breastfeeding"

    ANTICONVULSANT = "anticonvulsant"
    STEROID_TABLETS = "steroid_tablets"
    RIFAMPICIN = "rifampicin"
    HIV_MEDICINE = "hiv_medicine"
    AZOLE = "azole"
    ORLISTAT = "orlistat"
    BILE_ACID_BINDER = "bile_acid_binder"
    THIAZIDE = "thiazide"
    DIGOXIN = "digoxin"
    LITHIUM = "lithium"
    DILTIAZEM_OR_VERAPAMIL = "diltiazem_or_verapamil"
    ACTIVE_VITAMIN_D = "active_vitamin_d"
    OTHER_VITAMIN_D_MEDICINE = "other_vitamin_d_medicine"
    ALUMINIUM_BINDER = "aluminium_binder"
    LEVOTHYROXINE = "levothyroxine"
    TETRACYCLINE_OR_QUINOLONE = "tetracycline_or_quinolone"
    BISPHOSPHONATE = "bisphosphonate"
    IRON = "iron"
    STRONG_BONE_MEDICINE = "strong_bone_medicine"
    CALCIMIMETIC = "calcimimetic"
    STATIN = "statin"
    FLUORESCEIN = "fluorescein"

    @property
    def group(self) -> TopicGroup:
        if self in BLOOD_THINNERS:
            return TopicGroup.BLOOD_THINNER
        if self in STATES:
            return TopicGroup.STATE
        return TopicGroup.CONDITION if self in CONDITIONS else TopicGroup.MEDICINE

    @property
    def ends(self) -> bool:
        """Whether it can be over; a condition keeps speaking, however long ago."""
        return self not in CONDITIONS


BLOOD_THINNERS = frozenset(
    {
        HealthTopic.VITAMIN_K_ANTAGONIST,
        HealthTopic.DIRECT_ORAL_ANTICOAGULANT,
        HealthTopic.HEPARIN,
        HealthTopic.ANTIPLATELET,
    }
)
OTHER_BLOOD_THINNERS = BLOOD_THINNERS - {HealthTopic.VITAMIN_K_ANTAGONIST}
CONDITIONS = frozenset(
    {
        HealthTopic.KIDNEY_DISEASE,
        HealthTopic.DIALYSIS,
        HealthTopic.KIDNEY_TRANSPLANT,
        HealthTopic.NEPHROTIC_SYNDROME,
        HealthTopic.KIDNEY_STONES,
        HealthTopic.HYPERCALCAEMIA,
        HealthTopic.INHERITED_HYPERCALCAEMIA,
        HealthTopic.SARCOIDOSIS,
        HealthTopic.GRANULOMATOUS_DISEASE,
        HealthTopic.LYMPHOMA,
        HealthTopic.PRIMARY_HYPERPARATHYROIDISM,
        HealthTopic.HYPOPARATHYROIDISM,
        HealthTopic.NECK_SURGERY,
        HealthTopic.MALABSORPTION,
        HealthTopic.BARIATRIC_SURGERY,
    }
)
STATES = frozenset({HealthTopic.PREGNANCY, HealthTopic.BREASTFEEDING})

TOPIC_NAMES = {
    HealthTopic.VITAMIN_K_ANTAGONIST: N_("a blood thinner of the warfarin type"),
    HealthTopic.DIRECT_ORAL_ANTICOAGULANT: N_("a direct oral anticoagulant"),
    HealthTopic.HEPARIN: N_("heparin or a similar injection"),
    HealthTopic.ANTIPLATELET: N_("a medicine against clotting of platelets"),
    HealthTopic.KIDNEY_DISEASE: N_("kidney disease"),
    HealthTopic.DIALYSIS: N_("dialysis"),
    HealthTopic.KIDNEY_TRANSPLANT: N_("a kidney transplant"),
    HealthTopic.NEPHROTIC_SYNDROME: N_("nephrotic syndrome"),
    HealthTopic.KIDNEY_STONES: N_("kidney stones, now or ever"),
    HealthTopic.HYPERCALCAEMIA: N_("high blood calcium, now or ever"),
    HealthTopic.INHERITED_HYPERCALCAEMIA: N_(
        "an inherited cause of high blood calcium (CYP24A1, Williams syndrome)"
    ),
    HealthTopic.SARCOIDOSIS: N_("sarcoidosis"),
    HealthTopic.GRANULOMATOUS_DISEASE: N_(
        "another granulomatous disease (tuberculosis, histoplasmosis, leprosy, "
        "berylliosis, granulomatosis with polyangiitis, Crohn's disease)"
    ),
    HealthTopic.LYMPHOMA: N_("lymphoma"),
    HealthTopic.PRIMARY_HYPERPARATHYROIDISM: N_("primary hyperparathyroidism"),
    HealthTopic.HYPOPARATHYROIDISM: N_("hypoparathyroidism"),
    HealthTopic.NECK_SURGERY: N_("surgery of the neck, thyroid or parathyroid"),
    HealthTopic.MALABSORPTION: N_(
        "poor absorption (coeliac disease, cystic fibrosis, inflammatory bowel "
        "disease, liver failure)"
    ),
    HealthTopic.BARIATRIC_SURGERY: N_("surgery for weight loss"),
    HealthTopic.PREGNANCY: N_("pregnancy"),
    HealthTopic.BREASTFEEDING: N_("breastfeeding"),
    HealthTopic.ANTICONVULSANT: N_("a medicine against seizures"),
    HealthTopic.STEROID_TABLETS: N_("steroid tablets"),
    HealthTopic.RIFAMPICIN: N_("rifampicin or isoniazid"),
    HealthTopic.HIV_MEDICINE: N_("a medicine against HIV"),
    HealthTopic.AZOLE: N_("an azole medicine against fungi"),
    HealthTopic.ORLISTAT: N_("orlistat"),
    HealthTopic.BILE_ACID_BINDER: N_("a medicine that binds bile acids"),
    HealthTopic.THIAZIDE: N_("a thiazide water tablet"),
    HealthTopic.DIGOXIN: N_("digoxin"),
    HealthTopic.LITHIUM: N_("lithium"),
    HealthTopic.DILTIAZEM_OR_VERAPAMIL: N_("diltiazem or verapamil"),
    HealthTopic.ACTIVE_VITAMIN_D: N_(
        "an active vitamin D medicine (calcitriol, alfacalcidol, paricalcitol)"
    ),
    HealthTopic.OTHER_VITAMIN_D_MEDICINE: N_(
        "another vitamin D medicine (calcifediol, calcipotriol)"
    ),
    HealthTopic.ALUMINIUM_BINDER: N_("a phosphate binder with aluminium"),
    HealthTopic.LEVOTHYROXINE: N_("levothyroxine"),
    HealthTopic.TETRACYCLINE_OR_QUINOLONE: N_("a tetracycline or a quinolone"),
    HealthTopic.BISPHOSPHONATE: N_("a bisphosphonate"),
    HealthTopic.IRON: N_("iron"),
    HealthTopic.STRONG_BONE_MEDICINE: N_(
        "denosumab or another strong bone medicine by injection"
    ),
    HealthTopic.CALCIMIMETIC: N_("cinacalcet or etelcalcetide"),
    HealthTopic.STATIN: N_("a statin"),
    HealthTopic.FLUORESCEIN: N_("a recent eye angiography with fluorescein"),
}


@dataclass(frozen=True, slots=True)
class TopicAnswer:
    """
    One answer to one topic, with the day it was asked.

    The detail is the name as given ("Marcumar", "tuberculosis"); what has ended keeps
    its yes and says since when.
    """

    topic: HealthTopic
    answer: HealthAnswer
    asked_on: date
    detail: str = ""
    ended_on: date | None = None
    since: date | None = None
    """Since when it is known to hold, where that is not the day it was asked."""


@dataclass(frozen=True, slots=True)
class TopicState:
    """What holds for a topic on a day, out of all the answers given until then."""

    topic: HealthTopic
    answer: HealthAnswer
    detail: str = ""
    asked_on: date | None = None
    ended_on: date | None = None
    since: date | None = None
    """When the last yes began; to be asked again a year later is no new beginning."""
    last_said: HealthAnswer | None = None
    """The last yes or no, where the latest answer was that it is not known."""

    @property
    def is_yes(self) -> bool:
        return self.was_yes and self.ended_on is None

    @property
    def was_yes(self) -> bool:
        """Whether the last yes or no was a yes, over or not."""
        return (self.last_said or self.answer) is HealthAnswer.YES

    @property
    def is_held_by_an_earlier_yes(self) -> bool:
        """Whether it counts as yes though by now somebody does not know."""
        return self.answer is HealthAnswer.UNKNOWN and self.is_yes

    @property
    def is_over(self) -> bool:
        return self.ended_on is not None

    def is_unanswered(self, on: date) -> bool:
        """Whether nothing may be concluded: not asked, not known, or a no grown old."""
        if self.answer in {HealthAnswer.NOT_ASKED, HealthAnswer.UNKNOWN}:
            return True
        return (
            self.answer is HealthAnswer.NO
            and self.asked_on is not None
            and on - self.asked_on >= ASKED_AGAIN_AFTER
        )


@dataclass(frozen=True, slots=True)
class HealthProfile:
    """All answers that were given, in the order they were given."""

    answers: tuple[TopicAnswer, ...] = ()

    def state(self, topic: HealthTopic, on: date) -> TopicState:
        """
        Return what holds on the day: the latest answer, and since when a yes is over.

        A no after a yes ends it on the day it was asked, so that the end
        of a medicine is seen even where only the answer changed. Unknown is no end:
        what was said before it holds.
        """
        if not self.answers:
            return TopicState(topic, HealthAnswer.NOT_ASKED)
        given = [
            answer
            for answer in sorted(self.answers, key=lambda answer: answer.asked_on)
            if answer.topic is topic and answer.asked_on <= on
        ]
        if not given:
            return TopicState(topic, HealthAnswer.NOT_ASKED)
        latest = given[-1]
        return TopicState(
            topic,
            latest.answer,
            detail=_latest_detail(given),
            asked_on=latest.asked_on,
            ended_on=_ended_on(given, on),
            since=_since(given, on),
            last_said=_last_said(given),
        )

    def given_to(self, topic: HealthTopic) -> tuple[TopicAnswer, ...]:
        """Return every answer to a topic, also those of later than a sample."""
        return tuple(each for each in self.answers if each.topic is topic)

    def states(self, topics: Iterable[HealthTopic], on: date) -> tuple[TopicState, ...]:
        """Return the states in the order in which the topics are declared."""
        wanted = frozenset(topics)
        return tuple(self.state(topic, on) for topic in HealthTopic if topic in wanted)

    def unanswered(self, on: date) -> tuple[HealthTopic, ...]:
        return tuple(
            topic for topic in HealthTopic if self.state(topic, on).is_unanswered(on)
        )


def _latest_detail(given: list[TopicAnswer]) -> str:
    """Return the name that was last given, as a no carries none."""
    return next((answer.detail for answer in reversed(given) if answer.detail), "")


def _last_said(given: list[TopicAnswer]) -> HealthAnswer | None:
    """Return the last answer that was one; None where nobody ever knew."""
    known = (answer.answer for answer in reversed(given))
    return next((each for each in known if each is not HealthAnswer.UNKNOWN), None)


def _since(given: list[TopicAnswer], on: date) -> date | None:
    """Return the first day of the last run of yes, which an end or a no closes."""
    begun: date | None = None
    is_closed = True
    for answer in given:
        if answer.answer is HealthAnswer.YES:
            if is_closed:
                begun = answer.since or answer.asked_on
            is_closed = answer.ended_on is not None and answer.ended_on <= on
        elif answer.answer is HealthAnswer.NO:
            is_closed = True
    return begun


def _ended_on(given: list[TopicAnswer], on: date) -> date | None:
    """Return when the last yes was over; None where there was none or it holds."""
    affirmed = [
        place for place, answer in enumerate(given) if answer.answer is HealthAnswer.YES
    ]
    if not affirmed:
        return None
    last_yes = given[affirmed[-1]]
    if last_yes.ended_on is not None and last_yes.ended_on <= on:
        return last_yes.ended_on
    denied = (
        answer.asked_on
        for answer in given[affirmed[-1] :]
        if answer.answer is HealthAnswer.NO
    )
    return next(denied, None)
