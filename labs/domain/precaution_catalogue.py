"""
The catalogue of precautions: when each fires, what it acts on, what it says, and why.

A precaution is something to ask about, never a contraindication and never a reason to
block an entry. Rows are known by their id; an id is never reused, because somebody's
acknowledgement may carry it. A change of a row is a new CATALOGUE_VERSION, and
docs/precautions.md is rendered from here.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from labs.domain.health import HealthTopic
from labs.domain.sentences import (
    CALCIUM_ABOVE_INTERVAL,
    N_,
    NOT_ABOUT_CALCIUM_HIGH,
    NOT_ABOUT_CALCIUM_KIDNEY,
    NOT_ABOUT_CALCIUM_SARCOIDOSIS,
)
from labs.domain.supplements import ACTIVE_VITAMIN_D, Substance
from labs.domain.vitamin_k import (
    LABEL_INCLUDES_AMOUNT,
    LISTS_VITAMIN_K,
    OTHER_THINNER,
)

CATALOGUE_VERSION = "1"
REVIEWED_ON = date(2026, 11, 22)


class ActsOn(StrEnum):
    """What a precaution is a reason to ask about."""

    VITAMIN_D = "vitamin D"
    VITAMIN_K = "vitamin K"
    CALCIUM = "calcium"
    MAGNESIUM = "magnesium"
    ASSAY = "laboratory test"


class Finding(StrEnum):
    """Something in the record, other than an answer or a product, that may fire."""

    CALCIUM_HIGH = "calcium result above its printed interval or marked high"
    CALCIUM_HIGH_EARLIER = "an earlier calcium result that was high"
    CALCIUM_LOW = "calcium result below its printed interval or marked low"
    EGFR_LOW = "eGFR below its printed interval or marked low"
    ABOVE_ALERT_LIMIT = "25-hydroxyvitamin D at or above the clinician's alert limit"
    LABORATORY_CHANGED = "laboratory or method changed between two results"
    UNDER_18 = "under 18 years of age"


@dataclass(frozen=True, slots=True, kw_only=True)
class Precaution:
    """
    One row: its trigger, its words for both readers, its source.

    It fires when any of the topics is answered yes or any of the findings is there
    and, where substances are given, only beside a product that holds one of them. A
    row of substances alone fires on the product. Without words for the patient it is
    for clinicians only.
    """

    id: str
    trigger: str
    topics: frozenset[HealthTopic] = frozenset()
    findings: frozenset[Finding] = frozenset()
    substances: frozenset[Substance] = frozenset()
    meets_vitamin_k: bool = False
    acts_on: frozenset[ActsOn]
    patient: str = ""
    clinician: str
    beside_result: str = ""
    source: str
    is_in_article: bool = False
    is_for_minors: bool = False
    reviewed_on: date = REVIEWED_ON

    @property
    def is_for_clinicians_only(self) -> bool:
        return not self.patient


# Words that rows share, or that depend on the record ----------------------------------

CALCIUM_MATTERS = N_(
    "Blood calcium matters with this medicine. Talk to the prescriber before starting, "
    "stopping or changing vitamin D or calcium."
)
SAYS_NOTHING_ABOUT_CALCIUM = N_("This result says nothing about your calcium.")
RAISES_CALCIUM = N_(
    "You told us that you have %(name)s. It can raise blood calcium even when this "
    "result is low or within a range, so this result says nothing about your calcium. "
    "Talk to the clinician who treats it before starting, stopping or changing vitamin "
    "D or calcium."
)
PREGNANT = N_(
    "You told us that you are pregnant or breastfeeding. Talk to your midwife, "
    "maternity team or doctor before starting, stopping or changing vitamin D, "
    "especially high-strength products."
)
CALCIUM_WAS_HIGH = N_(
    "Your calcium result of %(collected_on)s was above the interval the laboratory "
    "printed or marked as high. A later one was not. Talk to the clinician who looks "
    "after you before starting, stopping or changing vitamin D or calcium."
)
CALCIUM_IS_LOW = N_(
    "Your calcium result of %(collected_on)s is below the interval the laboratory "
    "printed or marked as low. Contact the clinician who looks after you about it, and "
    "talk to them before starting, stopping or changing vitamin D or calcium."
)
ABOVE_ALERT = N_(
    "Your result of %(collected_on)s reached the alert limit that %(author)s set. Talk "
    "to the clinician who looks after you before starting, stopping or changing "
    "vitamin D or calcium."
)

KIDNEY_TOPICS = frozenset(
    {HealthTopic.KIDNEY_DISEASE, HealthTopic.DIALYSIS, HealthTopic.KIDNEY_TRANSPLANT}
)
D = frozenset({ActsOn.VITAMIN_D})
D_AND_CALCIUM = frozenset({ActsOn.VITAMIN_D, ActsOn.CALCIUM})
D_AND_K = frozenset({ActsOn.VITAMIN_D, ActsOn.VITAMIN_K})
K = frozenset({ActsOn.VITAMIN_K})
TEST = frozenset({ActsOn.ASSAY})

CATALOGUE: tuple[Precaution, ...] = (
    Precaution(
        id="vitamin-k-with-antagonist",
        trigger=(
            "warfarin, acenocoumarol, phenprocoumon, phenindione or fluindione with "
            "any vitamin K, listed, given away by the name, or unknown; on every "
            "transition, and 28 days after an end"
        ),
        topics=frozenset({HealthTopic.VITAMIN_K_ANTAGONIST}),
        meets_vitamin_k=True,
        acts_on=K,
        patient=LISTS_VITAMIN_K,
        clinician=N_(
            "A vitamin K antagonist is recorded together with a product that holds, or "
            "may hold, vitamin K. Vitamin K counteracts the antagonist; the INR can "
            "move when vitamin K begins, changes or ends, and menaquinone-7 lasts "
            "longest. A lowered INR was seen in volunteers at the smallest amounts "
            "studied (Theuwissen 2013), so no amount is left out."
        ),
        source=(
            "source article; Theuwissen 2013 (doi 10.1111/jth.12203); Schurgers 2007 "
            "(Blood 109:3279); NIH ODS, vitamin K"
        ),
        is_in_article=True,
    ),
    Precaution(
        id="vitamin-k-with-other-blood-thinner",
        trigger=(
            "a direct oral anticoagulant, heparin or antiplatelet medicine with any "
            "vitamin K, listed, given away by the name, or unknown"
        ),
        topics=frozenset(
            {
                HealthTopic.DIRECT_ORAL_ANTICOAGULANT,
                HealthTopic.HEPARIN,
                HealthTopic.ANTIPLATELET,
            }
        ),
        meets_vitamin_k=True,
        acts_on=K,
        patient=OTHER_THINNER,
        clinician=N_(
            "A blood thinner that is not a vitamin K antagonist is recorded together "
            "with a product that holds, or may hold, vitamin K. The mechanism of the "
            "antagonists is absent; the article asks everyone on a blood thinner to "
            "check with the prescriber."
        ),
        source="source article",
        is_in_article=True,
    ),
    Precaution(
        id="vitamin-k-in-product",
        trigger=(
            "a product that lists vitamin K, or whose name gives it away, or of which "
            "it is unknown"
        ),
        meets_vitamin_k=True,
        acts_on=K,
        patient=LABEL_INCLUDES_AMOUNT,
        clinician=N_(
            "A recorded product holds vitamin K, or it is not known whether it does. "
            "Combined products are often recorded as vitamin D alone."
        ),
        source="source article; engineering choice: unknown is never none",
        is_in_article=True,
    ),
    Precaution(
        id="kidney-disease",
        trigger=(
            "kidney disease, dialysis or kidney transplant; eGFR below its own "
            "printed interval"
        ),
        topics=KIDNEY_TOPICS,
        findings=frozenset({Finding.EGFR_LOW}),
        acts_on=D_AND_CALCIUM | {ActsOn.MAGNESIUM, ActsOn.VITAMIN_K},
        patient=N_(
            "Kidney conditions change how the body handles vitamin D, calcium and "
            "magnesium. Talk to your kidney or primary clinician before starting, "
            "stopping or changing these."
        ),
        clinician=N_(
            "Kidney disease is recorded, or an eGFR lies below its printed interval. "
            "Activation of vitamin D and the handling of calcium, phosphate and "
            "magnesium are altered; 25-hydroxyvitamin D says nothing about calcium."
        ),
        beside_result=NOT_ABOUT_CALCIUM_KIDNEY,
        source="source article; Mayo Clinic, vitamin D interactions",
        is_in_article=True,
    ),
    Precaution(
        id="kidney-stones",
        trigger="kidney stones, now or ever",
        topics=frozenset({HealthTopic.KIDNEY_STONES}),
        acts_on=D_AND_CALCIUM,
        patient=N_(
            "If you have had kidney stones, check with your clinician before starting, "
            "stopping or changing vitamin D or calcium."
        ),
        clinician=N_(
            "Kidney stones are recorded. In the Women's Health Initiative calcium with "
            "vitamin D3 went with more stones (hazard ratio 1.17, 1.02 to 1.34)."
        ),
        source="source article; Wallace 2011 (PMC3127502)",
        is_in_article=True,
    ),
    Precaution(
        id="high-blood-calcium",
        trigger="high blood calcium, now or ever",
        topics=frozenset({HealthTopic.HYPERCALCAEMIA}),
        acts_on=D_AND_CALCIUM,
        patient=N_(
            "You noted high blood calcium. Talk to the clinician treating it before "
            "starting, stopping or changing vitamin D or calcium."
        ),
        clinician=N_(
            "Hypercalcaemia is recorded, now or in the past. Vitamin D and calcium can "
            "raise calcium further; 25-hydroxyvitamin D says nothing about calcium."
        ),
        beside_result=NOT_ABOUT_CALCIUM_HIGH,
        source=(
            "source article; Tebben 2016 (PMC5045493); Marcinowska-Suchowierska 2018 "
            "(PMC6158375)"
        ),
        is_in_article=True,
    ),
    Precaution(
        id="calcium-result-high",
        trigger=(
            "the newest calcium result of its kind (total, adjusted or ionised) above "
            "its own printed interval, or marked high by the laboratory"
        ),
        findings=frozenset({Finding.CALCIUM_HIGH}),
        acts_on=D_AND_CALCIUM,
        patient=CALCIUM_ABOVE_INTERVAL,
        clinician=N_(
            "A calcium result lies above its own printed interval or was marked high "
            "by the laboratory. 25-hydroxyvitamin D, low or within a range, says "
            "nothing about calcium."
        ),
        beside_result=NOT_ABOUT_CALCIUM_HIGH,
        source="source article; Tebben 2016 (PMC5045493)",
        is_in_article=True,
    ),
    Precaution(
        id="calcium-result-high-earlier",
        trigger=(
            "an earlier calcium result was high and a later one of its kind was not"
        ),
        findings=frozenset({Finding.CALCIUM_HIGH_EARLIER}),
        acts_on=D_AND_CALCIUM,
        patient=CALCIUM_WAS_HIGH,
        clinician=N_(
            "An earlier calcium result lay above its own printed interval or was "
            "marked high; a later one was not."
        ),
        beside_result=NOT_ABOUT_CALCIUM_HIGH,
        source="source article; Tebben 2016 (PMC5045493)",
        is_in_article=True,
    ),
    Precaution(
        id="sarcoidosis",
        trigger="sarcoidosis",
        topics=frozenset({HealthTopic.SARCOIDOSIS}),
        acts_on=D_AND_CALCIUM,
        patient=NOT_ABOUT_CALCIUM_SARCOIDOSIS,
        clinician=N_(
            "Sarcoidosis is recorded. Granulomas can make 1,25-dihydroxyvitamin D "
            "outside the usual control, so calcium can be high at a low "
            "25-hydroxyvitamin D; specialists look at both. Treating on purpose is "
            "known (Bolland 2013)."
        ),
        beside_result=NOT_ABOUT_CALCIUM_SARCOIDOSIS,
        source="source article; Tebben 2016 (PMC5045493); Bolland 2013 (PMC3808783)",
        is_in_article=True,
    ),
    Precaution(
        id="granulomatous-disease",
        trigger=(
            "tuberculosis, histoplasmosis and other deep fungi, leprosy, berylliosis, "
            "granulomatosis with polyangiitis, Crohn's disease"
        ),
        topics=frozenset({HealthTopic.GRANULOMATOUS_DISEASE}),
        acts_on=D_AND_CALCIUM,
        patient=RAISES_CALCIUM,
        clinician=N_(
            "A granulomatous disease is recorded. As in sarcoidosis, "
            "1,25-dihydroxyvitamin D can be made outside the usual control."
        ),
        beside_result=RAISES_CALCIUM,
        source="source article; Tebben 2016 (PMC5045493)",
        is_in_article=True,
    ),
    Precaution(
        id="pregnancy-or-breastfeeding",
        trigger="pregnancy or breastfeeding; vitamin D at any amount",
        topics=frozenset({HealthTopic.PREGNANCY, HealthTopic.BREASTFEEDING}),
        acts_on=D,
        patient=PREGNANT,
        clinician=N_(
            "Pregnancy or breastfeeding is recorded. The published upper level is that "
            "of other adults (EFSA 2023)."
        ),
        source="source article; EFSA 2023 (doi 10.2903/j.efsa.2023.8145)",
        is_in_article=True,
    ),
    Precaution(
        id="anticonvulsants",
        trigger=(
            "phenytoin, phenobarbital, primidone or carbamazepine; valproate less "
            "clearly"
        ),
        topics=frozenset({HealthTopic.ANTICONVULSANT}),
        acts_on=D_AND_K,
        patient=N_(
            "Some seizure medicines can affect vitamin D. Talk to the prescriber "
            "before starting, stopping or changing any medicine or supplement, and ask "
            "whether your level should be checked."
        ),
        clinician=N_(
            "An anticonvulsant is recorded. Enzyme induction speeds the breakdown of "
            "vitamin D; a systematic review rates the evidence weak (Robien 2013)."
        ),
        source=(
            "source article; Robien 2013 (doi 10.1177/0884533612467824); Wakeman 2021 "
            "(PMC8373308)"
        ),
        is_in_article=True,
    ),
    Precaution(
        id="steroid-tablets",
        trigger="glucocorticoids by mouth",
        topics=frozenset({HealthTopic.STEROID_TABLETS}),
        acts_on=D_AND_CALCIUM,
        patient=N_(
            "Long-term steroid tablets can affect vitamin D and bone. Mention your log "
            "to the prescriber."
        ),
        clinician=N_(
            "Glucocorticoids are recorded. Less calcium is absorbed with them, and "
            "they affect vitamin D metabolism."
        ),
        source="source article; NIH ODS, vitamin D",
        is_in_article=True,
    ),
    Precaution(
        id="inherited-high-calcium",
        trigger=(
            "CYP24A1 variants, idiopathic infantile hypercalcaemia, Williams syndrome"
        ),
        topics=frozenset({HealthTopic.INHERITED_HYPERCALCAEMIA}),
        acts_on=D_AND_CALCIUM,
        patient=N_(
            "You noted an inherited cause of high blood calcium. Talk to the clinician "
            "treating it before starting, stopping or changing vitamin D or calcium."
        ),
        clinician=N_(
            "An inherited cause of hypercalcaemia is recorded. Calcium can be high at "
            "an ordinary 25-hydroxyvitamin D."
        ),
        beside_result=NOT_ABOUT_CALCIUM_HIGH,
        source="Tebben 2016 (PMC5045493)",
    ),
    Precaution(
        id="calcium-result-low",
        trigger=(
            "the newest calcium result of its kind below its own printed interval, or "
            "marked low by the laboratory"
        ),
        findings=frozenset({Finding.CALCIUM_LOW}),
        acts_on=D_AND_CALCIUM,
        patient=CALCIUM_IS_LOW,
        clinician=N_(
            "A calcium result lies below its own printed interval or was marked low by "
            "the laboratory."
        ),
        source="engineering choice: low calcium is a reason to look too",
    ),
    Precaution(
        id="above-alert-limit",
        trigger="25-hydroxyvitamin D at or above the alert limit that a clinician set",
        findings=frozenset({Finding.ABOVE_ALERT_LIMIT}),
        acts_on=D_AND_CALCIUM,
        patient=ABOVE_ALERT,
        clinician=N_(
            "25-hydroxyvitamin D reached the alert limit that a clinician set for this "
            "patient."
        ),
        source="the clinician's own limit",
    ),
    Precaution(
        id="lymphoma",
        trigger="lymphoma, and some other tumours",
        topics=frozenset({HealthTopic.LYMPHOMA}),
        acts_on=D_AND_CALCIUM,
        patient=RAISES_CALCIUM,
        clinician=N_(
            "Lymphoma is recorded. Some tumours make 1,25-dihydroxyvitamin D, so "
            "calcium can be high at an ordinary 25-hydroxyvitamin D."
        ),
        beside_result=RAISES_CALCIUM,
        source="Tebben 2016 (PMC5045493)",
    ),
    Precaution(
        id="primary-hyperparathyroidism",
        trigger="primary hyperparathyroidism",
        topics=frozenset({HealthTopic.PRIMARY_HYPERPARATHYROIDISM}),
        acts_on=D_AND_CALCIUM,
        patient=N_(
            "Talk to the clinician who treats your parathyroid condition before "
            "starting, stopping or changing vitamin D or calcium."
        ),
        clinician=N_(
            "Primary hyperparathyroidism is recorded. Calcium is already high; "
            "guidelines want correction under supervision."
        ),
        beside_result=SAYS_NOTHING_ABOUT_CALCIUM,
        source=(
            "Third International Workshop on primary hyperparathyroidism; PMC8068862"
        ),
    ),
    Precaution(
        id="hypoparathyroidism-or-neck-surgery",
        trigger="hypoparathyroidism, or surgery of the neck, thyroid or parathyroid",
        topics=frozenset({HealthTopic.HYPOPARATHYROIDISM, HealthTopic.NECK_SURGERY}),
        acts_on=D_AND_CALCIUM,
        patient=N_(
            "With hypoparathyroidism or after neck surgery, blood calcium matters. "
            "Talk to the clinician who treats it before starting, stopping or changing "
            "vitamin D or calcium."
        ),
        clinician=N_(
            "Hypoparathyroidism or neck surgery is recorded. Calcium and vitamin D may "
            "be part of the treatment, and calcium can move both ways."
        ),
        source="well known; to be signed by a clinician",
    ),
    Precaution(
        id="nephrotic-syndrome",
        trigger="nephrotic syndrome",
        topics=frozenset({HealthTopic.NEPHROTIC_SYNDROME}),
        acts_on=D_AND_CALCIUM,
        patient=N_(
            "Nephrotic syndrome can change vitamin D tests. Talk to your kidney "
            "clinician before starting, stopping or changing vitamin D or calcium."
        ),
        clinician=N_(
            "Nephrotic syndrome is recorded. Vitamin D binding protein is lost with "
            "the urine, so total 25-hydroxyvitamin D reads lower."
        ),
        source="well known; to be signed by a clinician",
    ),
    Precaution(
        id="under-18",
        trigger="under 18 years of age",
        findings=frozenset({Finding.UNDER_18}),
        acts_on=D | TEST,
        clinician=N_(
            "The patient is under 18. Published upper levels for children are lower, "
            "and the C3-epimer can raise results in infants; upper levels and changes "
            "are not stated here."
        ),
        source="EFSA 2023 (doi 10.2903/j.efsa.2023.8145); PMC10770599",
        is_for_minors=True,
    ),
    Precaution(
        id="rifampicin",
        trigger="rifampicin, with or without isoniazid",
        topics=frozenset({HealthTopic.RIFAMPICIN}),
        acts_on=D_AND_K,
        patient=N_(
            "Rifampicin and isoniazid can affect vitamin D. Talk to the prescriber "
            "before starting, stopping or changing any medicine or supplement, and ask "
            "whether your level should be checked."
        ),
        clinician=N_(
            "Rifampicin or isoniazid is recorded. Rifampicin speeds the breakdown of "
            "vitamin D and lowers the effect of warfarin."
        ),
        source="well known; rifampicin is on public lists of interactions",
    ),
    Precaution(
        id="hiv-medicines",
        trigger="efavirenz and other medicines against HIV",
        topics=frozenset({HealthTopic.HIV_MEDICINE}),
        acts_on=D,
        patient=N_(
            "Some HIV medicines may affect vitamin D. Talk to the prescriber before "
            "starting, stopping or changing any medicine or supplement, and ask "
            "whether your level should be checked."
        ),
        clinician=N_(
            "A medicine against HIV is recorded. Lower 25-hydroxyvitamin D has been "
            "described; a systematic review finds too little evidence."
        ),
        source="Pludowski 2022 (PMC9002638); Robien 2013; Wakeman 2021 (PMC8373308)",
    ),
    Precaution(
        id="azoles",
        trigger="ketoconazole and other azoles against fungi",
        topics=frozenset({HealthTopic.AZOLE}),
        acts_on=D,
        patient=N_(
            "Some medicines against fungi can affect vitamin D. Talk to the prescriber "
            "before starting, stopping or changing any medicine or supplement, and ask "
            "whether your level should be checked."
        ),
        clinician=N_(
            "An azole against fungi is recorded. Ketoconazole inhibits the activation "
            "of vitamin D."
        ),
        source="Pludowski 2022 (PMC9002638)",
    ),
    Precaution(
        id="orlistat",
        trigger="orlistat",
        topics=frozenset({HealthTopic.ORLISTAT}),
        acts_on=D_AND_K,
        patient=N_(
            "Orlistat can lower absorption of vitamins D and K. Ask the prescriber or "
            "pharmacist about it."
        ),
        clinician=N_(
            "Orlistat is recorded. Less fat-soluble vitamin is absorbed, which matters "
            "for a vitamin K antagonist too."
        ),
        source="Mayo Clinic, vitamin D interactions; NIH ODS, vitamin K",
    ),
    Precaution(
        id="bile-acid-binders",
        trigger="colestyramine, colestipol or colesevelam",
        topics=frozenset({HealthTopic.BILE_ACID_BINDER}),
        acts_on=D_AND_K,
        patient=N_(
            "Medicines that bind bile acids can lower absorption of vitamins D and K. "
            "Ask the prescriber or pharmacist about it."
        ),
        clinician=N_(
            "A bile-acid binder is recorded. It binds fat-soluble vitamins, which "
            "matters for a vitamin K antagonist too."
        ),
        source="Mayo Clinic, vitamin D interactions; NIH ODS, vitamin K",
    ),
    Precaution(
        id="poor-absorption",
        trigger=(
            "malabsorption, bariatric surgery, cystic fibrosis, coeliac disease, "
            "inflammatory bowel disease, liver failure"
        ),
        topics=frozenset({HealthTopic.MALABSORPTION, HealthTopic.BARIATRIC_SURGERY}),
        acts_on=D_AND_K,
        patient=N_(
            "Conditions and operations that change absorption can change vitamin "
            "levels; your specialist may want to follow them."
        ),
        clinician=N_(
            "Poor absorption or bariatric surgery is recorded. Levels are followed by "
            "the specialist."
        ),
        source="Pludowski 2022 (PMC9002638)",
    ),
    Precaution(
        id="thiazides",
        trigger=(
            "hydrochlorothiazide, bendroflumethiazide, chlortalidone, indapamide and "
            "their kin"
        ),
        topics=frozenset({HealthTopic.THIAZIDE}),
        acts_on=D_AND_CALCIUM,
        patient=N_(
            "Thiazide water tablets can raise blood calcium, more so together with "
            "vitamin D or calcium. Ask the prescriber whether your calcium should be "
            "checked."
        ),
        clinician=N_(
            "A thiazide is recorded. Less calcium leaves with the urine; with vitamin "
            "D and calcium hypercalcaemia has been seen in older people, kidney "
            "disease and primary hyperparathyroidism."
        ),
        source=(
            "Robien 2013 (doi 10.1177/0884533612467824); Mayo Clinic, vitamin D "
            "interactions"
        ),
    ),
    Precaution(
        id="digoxin",
        trigger="digoxin or digitoxin",
        topics=frozenset({HealthTopic.DIGOXIN}),
        acts_on=D_AND_CALCIUM,
        patient=N_(
            "With digoxin, blood calcium matters. Talk to the prescriber before "
            "starting, stopping or changing vitamin D or calcium."
        ),
        clinician=N_(
            "Digoxin is recorded. Hypercalcaemia raises the risk of arrhythmia with it."
        ),
        source="Mayo Clinic, vitamin D interactions",
    ),
    Precaution(
        id="lithium-diltiazem-verapamil",
        trigger="lithium, diltiazem or verapamil",
        topics=frozenset({HealthTopic.LITHIUM, HealthTopic.DILTIAZEM_OR_VERAPAMIL}),
        acts_on=D_AND_CALCIUM,
        patient=CALCIUM_MATTERS,
        clinician=N_(
            "Lithium, diltiazem or verapamil is recorded. Lithium can raise calcium; "
            "hypercalcaemia weakens the two others."
        ),
        source="Mayo Clinic, vitamin D interactions; lithium well known",
    ),
    Precaution(
        id="calcimimetics",
        trigger="cinacalcet or etelcalcetide",
        topics=frozenset({HealthTopic.CALCIMIMETIC}),
        acts_on=D_AND_CALCIUM,
        patient=CALCIUM_MATTERS,
        clinician=N_(
            "A calcimimetic is recorded. It lowers calcium, and calcium is followed "
            "with it."
        ),
        source="well known; to be signed by a clinician",
    ),
    Precaution(
        id="strong-bone-medicines",
        trigger="denosumab and other strong bone medicines",
        topics=frozenset({HealthTopic.STRONG_BONE_MEDICINE}),
        acts_on=D_AND_CALCIUM,
        patient=N_(
            "Calcium and vitamin D matter with this medicine. Tell the clinician who "
            "gives it about this result, and before starting, stopping or changing "
            "vitamin D or calcium."
        ),
        clinician=N_(
            "Denosumab or another strong bone medicine is recorded. Calcium can fall "
            "after it, more so where vitamin D is low."
        ),
        source="well known; to be signed by a clinician",
    ),
    Precaution(
        id="active-vitamin-d",
        trigger=(
            "calcitriol, alfacalcidol or paricalcitol, as a medicine or in a product"
        ),
        topics=frozenset({HealthTopic.ACTIVE_VITAMIN_D}),
        acts_on=D_AND_CALCIUM,
        patient=N_(
            "You listed an active vitamin D medicine. It is kept apart from vitamin D "
            "in your log. Ask your clinician or pharmacist how they fit together."
        ),
        clinician=N_(
            "An active vitamin D medicine is recorded. It is a hormone, never part of "
            "vitamin D totals, and 25-hydroxyvitamin D does not show it."
        ),
        source="Mayo Clinic, vitamin D interactions",
    ),
    Precaution(
        id="active-vitamin-d-product",
        trigger="a recorded product with calcitriol, alfacalcidol or paricalcitol",
        substances=ACTIVE_VITAMIN_D,
        acts_on=D_AND_CALCIUM,
        patient=N_(
            "This product is an active vitamin D medicine. It is kept apart from "
            "vitamin D in your log. Ask your clinician or pharmacist how they fit "
            "together."
        ),
        clinician=N_(
            "A recorded product is an active vitamin D medicine. It is a hormone, "
            "never part of vitamin D totals, and 25-hydroxyvitamin D does not show it."
        ),
        source="Mayo Clinic, vitamin D interactions",
    ),
    Precaution(
        id="other-vitamin-d-medicines",
        trigger="calcifediol, calcipotriol and other vitamin D medicines",
        topics=frozenset({HealthTopic.OTHER_VITAMIN_D_MEDICINE}),
        acts_on=D_AND_CALCIUM,
        patient=N_(
            "You listed another vitamin D-type medicine. Ask your clinician or "
            "pharmacist how they fit together."
        ),
        clinician=N_(
            "Another vitamin D-type medicine is recorded, so vitamin D may come from "
            "more than one place."
        ),
        source="Mayo Clinic, vitamin D interactions",
    ),
    Precaution(
        id="calcifediol-product",
        trigger="a recorded product with calcifediol",
        substances=frozenset({Substance.CALCIFEDIOL}),
        acts_on=D_AND_CALCIUM,
        patient=N_(
            "This product holds calcifediol, a vitamin D-type medicine. It is listed "
            "on its own line. Ask your clinician or pharmacist how they fit together."
        ),
        clinician=N_(
            "Calcifediol is recorded. It is the substance that the test measures, is "
            "not converted to international units, and is not in vitamin D totals."
        ),
        source="EFSA 2023 (doi 10.2903/j.efsa.2023.8145)",
    ),
    Precaution(
        id="aluminium-binders",
        trigger="phosphate binders with aluminium",
        topics=frozenset({HealthTopic.ALUMINIUM_BINDER}),
        acts_on=D,
        clinician=N_(
            "A phosphate binder with aluminium is recorded. Vitamin D can raise the "
            "uptake of aluminium, which accumulates in kidney failure."
        ),
        source="Mayo Clinic, vitamin D interactions",
    ),
    Precaution(
        id="absorption-of-medicines",
        trigger=(
            "levothyroxine, tetracyclines, quinolones, bisphosphonates or iron beside "
            "a product with calcium or magnesium"
        ),
        topics=frozenset(
            {
                HealthTopic.LEVOTHYROXINE,
                HealthTopic.TETRACYCLINE_OR_QUINOLONE,
                HealthTopic.BISPHOSPHONATE,
                HealthTopic.IRON,
            }
        ),
        substances=frozenset({Substance.CALCIUM, Substance.MAGNESIUM}),
        acts_on=frozenset({ActsOn.CALCIUM, ActsOn.MAGNESIUM}),
        patient=N_(
            "Calcium or magnesium can affect how some medicines are absorbed. Ask a "
            "pharmacist about timing."
        ),
        clinician=N_(
            "A product with calcium or magnesium is recorded beside a medicine whose "
            "absorption they lower."
        ),
        source="well known; to be signed by a clinician",
    ),
    Precaution(
        id="biotin",
        trigger="a recorded product with biotin",
        substances=frozenset({Substance.BIOTIN}),
        acts_on=TEST,
        patient=N_(
            "You log biotin. It can disturb some lab tests. Tell the lab or clinician "
            "before your next blood test."
        ),
        clinician=N_(
            "Biotin is recorded. Assays built on biotin and streptavidin can read "
            "falsely, 25-hydroxyvitamin D mostly high, PTH and TSH in either "
            "direction. Some people have it on prescription."
        ),
        source="Carter 2020 (DEQAS); FDA safety communication 2019",
    ),
    Precaution(
        id="fluorescein",
        trigger="a recent eye angiography with fluorescein",
        topics=frozenset({HealthTopic.FLUORESCEIN}),
        acts_on=TEST,
        patient=N_(
            "You told us about an eye angiography with fluorescein. It can disturb "
            "some lab tests. Tell the lab or clinician before your next blood test."
        ),
        clinician=N_(
            "Fluorescein is recorded. The dye can raise results falsely in some "
            "assays; some laboratories reject the sample."
        ),
        source="public laboratory catalogues",
    ),
    Precaution(
        id="laboratory-or-method-changed",
        trigger=(
            "the newest 25-hydroxyvitamin D and the one before it of the same kind "
            "name two laboratories or two methods; a name that is not stated is no "
            "difference"
        ),
        findings=frozenset({Finding.LABORATORY_CHANGED}),
        acts_on=TEST,
        patient=N_(
            "Your result of %(collected_on)s came from a different laboratory or "
            "method than the one before it."
        ),
        clinician=N_(
            "Results come from different laboratories or methods. The bias between "
            "them can be larger than a change."
        ),
        source="Wise 2021 (PMC8403635); CAP accuracy-based survey 2019",
    ),
    Precaution(
        id="vitamin-d2-and-tests",
        trigger="a recorded product with vitamin D2",
        substances=frozenset({Substance.D2}),
        acts_on=TEST,
        patient=N_("Some tests read vitamin D2 differently."),
        clinician=N_(
            "A product with vitamin D2 is recorded. Several immunoassays read "
            "25-hydroxyvitamin D2 only in part."
        ),
        source="Wise 2021 (PMC8403635); CAP accuracy-based survey 2019",
    ),
    Precaution(
        id="statins",
        trigger="a statin",
        topics=frozenset({HealthTopic.STATIN}),
        acts_on=D,
        clinician=N_(
            "A statin is recorded. Effects on 25-hydroxyvitamin D are modest and go "
            "either way."
        ),
        source="Robien 2013 (doi 10.1177/0884533612467824)",
    ),
)

PRECAUTIONS = {precaution.id: precaution for precaution in CATALOGUE}
