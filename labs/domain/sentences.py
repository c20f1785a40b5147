"""
What the product says to people, word for word, in one place to be reviewed.

Here are the templates and the value that carries one with its blanks filled. Which
sentence applies is decided beside each rule; translation happens above, where the
language is known. The wording is fixed (docs/clinical.md, "Sentences"): a change of
words is a change of the product's safety.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Self

from accounts.domain.words import N_

__all__ = ["N_"]

MONTHS = (
    N_("January"),
    N_("February"),
    N_("March"),
    N_("April"),
    N_("May"),
    N_("June"),
    N_("July"),
    N_("August"),
    N_("September"),
    N_("October"),
    N_("November"),
    N_("December"),
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """
    A template of the catalogue with the values that fill its blanks.

    A value may be a sentence itself ("less than 4 ng/mL", "30 to 50 ng/mL"), so that
    each part is translated. Dates and numbers stay what they are until they are
    spelled, because their spelling depends on the reader's language.

    >>> str(Sentence("%(value)s on %(day)s.", {"value": 4, "day": date(2026, 3, 12)}))
    '4 on 12 March 2026.'
    """

    template: str
    values: Mapping[str, "Value"] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return self.in_words(str, in_english)

    def in_words(
        self, translate: Callable[[str], str], spell: Callable[["Plain"], str]
    ) -> str:
        """Return the text, every template translated and every plain value spelled."""
        words = {
            name: value.in_words(translate, spell)
            if isinstance(value, Sentence)
            else spell(value)
            for name, value in self.values.items()
        }
        return translate(self.template) % words


Plain = str | int | Decimal | date
Value = Plain | Sentence


def in_english(value: Plain) -> str:
    """
    Spell a plain value in English; a number keeps its decimals, never an exponent.

    >>> in_english(Decimal("1E+2")), in_english(Decimal("30.0"))
    ('100', '30.0')
    """
    if isinstance(value, date):
        return f"{value.day} {MONTHS[value.month - 1]} {value.year}"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


LONGEST_QUOTE = 40


def quotable(text: str) -> str:
    """
    Return what somebody typed, short and printable, to be quoted back to them.

    >>> quotable("28" + chr(0) + "x" * 100)
    '28?xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…'
    """
    seen = "".join(sign if sign.isprintable() else "?" for sign in text[:LONGEST_QUOTE])
    return seen + "…" if len(text) > LONGEST_QUOTE else seen


class Refused(ValueError):
    """A value that a rule does not accept, with a sentence fit for the person."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    @classmethod
    def because(cls, template: str, **values: Value) -> Self:
        return cls(Sentence(template, values))


# Values and ranges, as parts of other sentences ---------------------------------------

EXACTLY = N_("%(number)s %(unit)s")
LESS_THAN = N_("less than %(number)s %(unit)s")
AT_MOST = N_("at most %(number)s %(unit)s")
AT_LEAST = N_("at least %(number)s %(unit)s")
MORE_THAN = N_("more than %(number)s %(unit)s")

RANGE_BETWEEN = N_("%(low)s to %(high)s %(unit)s")
RANGE_FROM = N_("from %(low)s %(unit)s")
RANGE_UP_TO = N_("up to %(high)s %(unit)s")

THE_TOTAL = N_("25-hydroxyvitamin D (total)")
THE_D3_PART = N_("25-hydroxyvitamin D3 (the D3 part)")
THE_D2_PART = N_("25-hydroxyvitamin D2 (the D2 part)")
UNSPECIFIED_VITAMIN_D = N_("vitamin D (form not stated)")
CALCIUM = N_("calcium")
ADJUSTED_CALCIUM = N_("calcium adjusted for albumin")
IONISED_CALCIUM = N_("ionised calcium")
ALBUMIN = N_("albumin")
PTH = N_("parathyroid hormone (PTH)")
PHOSPHATE = N_("phosphate")
MAGNESIUM = N_("magnesium")
ALP = N_("alkaline phosphatase (ALP)")
CREATININE = N_("creatinine")
EGFR = N_("estimated kidney filtration (eGFR)")
INR = N_("INR")
DIHYDROXY = N_("1,25-dihydroxyvitamin D")
URINE_CALCIUM = N_("calcium in urine")

# 1. Below, within, above --------------------------------------------------------------

IS_BELOW = N_(
    "%(value)s on %(collected_on)s. "
    "This is below the range %(author)s set on %(set_on)s (%(range)s)."
)
IS_WITHIN = N_(
    "%(value)s on %(collected_on)s. "
    "This is within the range %(author)s set on %(set_on)s (%(range)s)."
)
IS_ABOVE = N_(
    "%(value)s on %(collected_on)s. "
    "This is above the range %(author)s set on %(set_on)s (%(range)s)."
)
COMPARES_NUMBERS = N_("This compares numbers. It is not a diagnosis.")

# 2. A range set later -----------------------------------------------------------------

NO_RANGE_THEN = N_("No range was set on that date.")
LATER_RANGE_BELOW = N_(
    "No range was set on that date. Compared with the range %(author)s set on "
    "%(set_on)s (%(range)s), it is below."
)
LATER_RANGE_WITHIN = N_(
    "No range was set on that date. Compared with the range %(author)s set on "
    "%(set_on)s (%(range)s), it is within."
)
LATER_RANGE_ABOVE = N_(
    "No range was set on that date. Compared with the range %(author)s set on "
    "%(set_on)s (%(range)s), it is above."
)

# 3. Cannot tell -----------------------------------------------------------------------

CANNOT_TELL_BELOW_OR_WITHIN = N_(
    "The laboratory reported '%(value)s'. The range is %(range)s, "
    "so we cannot tell whether this result is below or within it."
)
CANNOT_TELL_WITHIN_OR_ABOVE = N_(
    "The laboratory reported '%(value)s'. The range is %(range)s, "
    "so we cannot tell whether this result is within or above it."
)
CANNOT_TELL_AT_ALL = N_(
    "The laboratory reported '%(value)s'. The range is %(range)s, "
    "so we cannot tell whether this result is below, within or above it."
)
CANNOT_TELL_D3_PART_ONLY = N_(
    "The laboratory's code says that this is the D3 part only. The range is for the "
    "total, so we cannot tell whether the total is below, within or above it."
)

# 4. Censored, and sure ----------------------------------------------------------------

CENSORED_BELOW = N_(
    "The laboratory reported '%(value)s'. "
    "This is below the range %(author)s set (%(range)s)."
)
CENSORED_WITHIN = N_(
    "The laboratory reported '%(value)s'. "
    "This is within the range %(author)s set (%(range)s)."
)
CENSORED_ABOVE = N_(
    "The laboratory reported '%(value)s'. "
    "This is above the range %(author)s set (%(range)s)."
)

# 5. No target, or not compared --------------------------------------------------------

NO_TARGET = N_(
    "No clinician has set a range for you here, so we do not compare this result."
)
NO_TARGET_FOR_OTHERS = N_(
    "No clinician has set a range for this patient here, so this result is not "
    "compared."
)
NO_TARGET_IN_FORCE = N_(
    "No range was set on that date and none is in force today, "
    "so we do not compare this result."
)
LABORATORY_PRINTED = N_("The laboratory printed: '%(printed)s'.")
NOT_COMPARED_D2_PART = N_(
    "This result is the D2 part only. The range is for the total, "
    "so we do not compare this result."
)
NOT_COMPARED_UNSPECIFIED = N_(
    "The report does not say exactly what was measured, so we do not compare this "
    "result until a clinician has confirmed it."
)
NOT_COMPARED_HELD = N_(
    "This result is kept for review, so we do not compare it until a clinician has "
    "confirmed it."
)
CONFIRMED_BY = N_(
    "%(author)s confirmed on %(day)s what the report prints, so this result is no "
    "longer kept for review."
)
HELD_AND_UNSEEN = N_(
    "No clinic can see this result, so nobody is asked to confirm it. You can share "
    "your record with a clinic. You can also correct the result to what the report "
    "prints; a clinician then reads both."
)
HELD_BY_ONESELF = N_(
    "You can correct it to what the report prints; then it is no longer kept for "
    "review."
)
NOT_COMPARED_OTHER_TEST = N_(
    "The range is for 25-hydroxyvitamin D, so we do not compare this result with it."
)
NOT_COMPARED_UNIT = N_(
    "%(unit)s is not a unit of 25-hydroxyvitamin D, so this result needs review and "
    "we do not compare it."
)
NOT_COMPARED_REGISTERED = N_(
    "The laboratory has not released this result yet, so we do not compare it."
)
NOT_COMPARED_PRELIMINARY = N_(
    "The laboratory calls this result preliminary. It may change, "
    "so we do not compare it."
)
NOT_COMPARED_CANCELLED = N_(
    "The laboratory cancelled this result, so we do not compare it."
)
NOT_COMPARED_ENTERED_IN_ERROR = N_(
    "This result was entered in error, so we do not compare it."
)
NOT_COMPARED_MINOR = N_(
    "This sample was taken before the age of 18, and no range was set on that date, "
    "so we do not compare this result."
)

# 6. Two results that are not compared -------------------------------------------------

TWO_LABORATORIES = N_(
    "These results come from two laboratories, %(earlier)s and %(later)s. "
    "Laboratories can measure differently, so we do not calculate a change between "
    "them."
)
TWO_METHODS = N_(
    "These results were measured by two methods, %(earlier)s and %(later)s. "
    "Methods can measure differently, so we do not calculate a change between them."
)
TWO_SPECIMENS = N_(
    "These results come from two kinds of sample, %(earlier)s and %(later)s. "
    "They can differ, so we do not calculate a change between them."
)
TWO_MEASURANDS = N_(
    "These results are of two quantities, %(earlier)s and %(later)s, "
    "so we do not calculate a change between them."
)
LABORATORY_NOT_STATED = N_("Laboratory not stated.")
STATUS_NOT_STATED = N_("The laboratory did not state how final this result is.")
METHOD_NOT_STATED = N_("Method not stated.")
SPECIMEN_NOT_STATED = N_("Kind of sample not stated.")

# 7. Change between two results --------------------------------------------------------

CHANGE_HIGHER = N_(
    "From %(earlier)s to %(later)s (%(percent)s%% higher). Measurement and short-term "
    "variation alone usually stay within %(limit)s%% higher. About 1 in 20 pairs "
    "differ by more than the usual limits by chance. Season (%(earlier_month)s, "
    "%(later_month)s), illness or what you take can also play a part. "
    "This does not show the cause."
)
CHANGE_LOWER = N_(
    "From %(earlier)s to %(later)s (%(percent)s%% lower). Measurement and short-term "
    "variation alone usually stay within %(limit)s%% lower. About 1 in 20 pairs "
    "differ by more than the usual limits by chance. Season (%(earlier_month)s, "
    "%(later_month)s), illness or what you take can also play a part. "
    "This does not show the cause."
)
CHANGE_WITHIN_HIGHER = N_(
    "From %(earlier)s to %(later)s (%(percent)s%% higher). Repeat tests can differ "
    "this much with no real change. This does not prove that nothing changed."
)
CHANGE_WITHIN_LOWER = N_(
    "From %(earlier)s to %(later)s (%(percent)s%% lower). Repeat tests can differ "
    "this much with no real change. This does not prove that nothing changed."
)
CHANGE_NO_DIFFERENCE = N_(
    "From %(earlier)s to %(later)s (no difference). "
    "This does not prove that nothing changed."
)
CHANGE_CHANCE_AND_SEASON = N_(
    "About 1 in 20 pairs differ by more than the usual limits by chance. "
    "The samples were taken in %(earlier_month)s and %(later_month)s, "
    "and levels can differ between seasons."
)
# Of one season: a difference between seasons is no part of what may be behind it.
SAMPLES_OF_ONE_MONTH = N_("Both samples were taken in %(earlier_month)s.")
SAMPLES_OF_TWO_MONTHS = N_(
    "The samples were taken in %(earlier_month)s and %(later_month)s."
)
CHANGE_HIGHER_IN_ONE_SEASON = N_(
    "From %(earlier)s to %(later)s (%(percent)s%% higher). Measurement and short-term "
    "variation alone usually stay within %(limit)s%% higher. About 1 in 20 pairs "
    "differ by more than the usual limits by chance. %(months)s Illness or what you "
    "take can also play a part. This does not show the cause."
)
CHANGE_LOWER_IN_ONE_SEASON = N_(
    "From %(earlier)s to %(later)s (%(percent)s%% lower). Measurement and short-term "
    "variation alone usually stay within %(limit)s%% lower. About 1 in 20 pairs "
    "differ by more than the usual limits by chance. %(months)s Illness or what you "
    "take can also play a part. This does not show the cause."
)
CHANGE_CHANCE_IN_ONE_SEASON = N_(
    "About 1 in 20 pairs differ by more than the usual limits by chance. %(months)s"
)
CHANGE_INPUTS_LABORATORY = N_(
    "Limits used: %(up)s%% higher and %(down)s%% lower, from this laboratory's "
    "imprecision of %(cva)s%% and variation within a person of %(cvi)s%%."
)
CHANGE_INPUTS_ASSUMED = N_(
    "Limits used: %(up)s%% higher and %(down)s%% lower, from an assumed laboratory "
    "imprecision of %(cva)s%% and variation within a person of %(cvi)s%%."
)

NO_CHANGE_STATUS = N_(
    "We do not calculate a change: the laboratory has not marked both results as final."
)
NO_CHANGE_HELD = N_(
    "We do not calculate a change: one of the two results is kept for review."
)
NO_CHANGE_CENSORED = N_(
    "We do not calculate a change: one of the two results is reported only as "
    "'%(value)s'."
)
NO_CHANGE_UNIT = N_(
    "We do not calculate a change: %(unit)s is not a unit of 25-hydroxyvitamin D."
)
NO_CHANGE_OTHER_TEST = N_("We do not calculate a change for %(measurand)s.")
NO_CHANGE_LABORATORY_UNKNOWN = N_(
    "We do not calculate a change: the laboratory of one of the two results is not "
    "stated."
)
NO_CHANGE_NO_VALUE = N_("We do not calculate a change: one of the two values is zero.")
NO_CHANGE_LOW_VALUE = N_(
    "We do not calculate a change: one of the two values is under 10 ng/mL (25 nmol/L),"
    " where tests are less exact, and this laboratory's own imprecision is not known."
)
NO_CHANGE_TOO_SOON = N_(
    "We do not calculate a change: the two samples were taken less than two weeks "
    "apart."
)
NO_CHANGE_TOO_FAR_APART = N_(
    "We do not calculate a change: the two samples were taken more than 15 months "
    "apart."
)
NO_CHANGE_ORDER = N_(
    "We do not calculate a change: the second sample was not taken after the first."
)
NO_CHANGE_MINOR = N_("We do not calculate a change for people under 18.")
NO_CHANGE_AGE_UNKNOWN = N_(
    "We do not calculate a change: the date of birth is not known."
)
NO_CHANGE_PREGNANCY = N_(
    "We do not calculate a change: one of the two samples was taken in pregnancy and "
    "the other was not."
)
NO_CHANGE_D2_STARTED = N_(
    "We do not calculate a change: a product with vitamin D2 was started between the "
    "two samples, and some tests read vitamin D2 differently."
)
NO_CHANGE_BIOTIN = N_(
    "We do not calculate a change: biotin was logged before one of the two samples, "
    "and it can disturb some laboratory tests."
)
NO_CHANGE_FLUORESCEIN = N_(
    "We do not calculate a change: fluorescein was recorded before one of the two "
    "samples, and it can disturb some laboratory tests."
)
IMPRECISION_REFUSED = N_(
    "A laboratory's imprecision (CV) must lie between %(least)s and %(most)s percent."
)
WITHIN_PERSON_REFUSED = N_(
    "The variation within a person (CV) must be more than 0 and at most %(most)s "
    "percent."
)

# 11. Calcium --------------------------------------------------------------------------

CALCIUM_ABOVE_INTERVAL = N_(
    "Your calcium result of %(collected_on)s is above the interval the laboratory "
    "printed ('%(printed)s'). Contact the clinician who looks after you about it, and "
    "talk to them before starting, stopping or changing vitamin D or calcium. Get "
    "urgent help if you are confused, keep vomiting, are very thirsty or pass much "
    "more urine than usual."
)
CALCIUM_FLAGGED_HIGH = N_(
    "The laboratory marked your calcium result of %(collected_on)s as high "
    "('%(flag)s'). Contact the clinician who looks after you about it, and talk to "
    "them before starting, stopping or changing vitamin D or calcium. Get urgent help "
    "if you are confused, keep vomiting, are very thirsty or pass much more urine than "
    "usual."
)
NOT_ABOUT_CALCIUM_HIGH = N_(
    "Your record holds a high calcium result or high blood calcium. Blood calcium can "
    "be high even when this result is low or within a range, so this result says "
    "nothing about your calcium. Talk to the clinician who looks after you before "
    "starting, stopping or changing vitamin D or calcium."
)
NOT_ABOUT_CALCIUM_SARCOIDOSIS = N_(
    "You told us that you have sarcoidosis. It can raise blood calcium even when this "
    "result is low or within a range, so this result says nothing about your calcium. "
    "Talk to the clinician who treats it before starting, stopping or changing vitamin "
    "D or calcium."
)
NOT_ABOUT_CALCIUM_KIDNEY = N_(
    "You told us that you have kidney disease. It can change blood calcium even when "
    "this result is low or within a range, so this result says nothing about your "
    "calcium. Talk to the clinician who treats it before starting, stopping or "
    "changing vitamin D or calcium."
)

# 12. Alert limits ---------------------------------------------------------------------

ALERT_ABOVE = N_("%(value)s is above the alert limit %(author)s set (%(limit)s).")
ALERT_BELOW = N_("%(value)s is below the alert limit %(author)s set (%(limit)s).")
ALERT_AT = N_("%(value)s is at the alert limit %(author)s set (%(limit)s).")
CONTACT_CLINIC_TODAY = N_("Contact %(author)s's clinic today: %(phone)s.")
CONTACT_CLINIC_TODAY_NO_PHONE = N_("Contact %(author)s's clinic today.")
CONTACT_CLINIC_THIS_WEEK = N_("Contact %(author)s's clinic this week: %(phone)s.")
CONTACT_CLINIC_THIS_WEEK_NO_PHONE = N_("Contact %(author)s's clinic this week.")
TALK_AT_NEXT_VISIT = N_("Talk to %(author)s's clinic about it at your next visit.")
IF_CLOSED = N_("If it is closed, call %(line)s.")
ALERTS_NO_ONE = N_("This message does not alert anyone.")
URGENT_HELP_HIGH = N_(
    "Get urgent help if you are confused, keep vomiting, are very thirsty or pass much "
    "more urine than usual."
)
URGENT_HELP_LOW = N_(
    "Get urgent help for muscle spasms, tingling around the mouth or in the hands, "
    "fainting or a fit."
)
OLDER_ABOVE_LIMIT_NOW = N_(
    "This is a result from %(collected_on)s. It was above the limit now set. "
    "If nobody has talked to you about it, ask your clinician."
)
OLDER_BELOW_LIMIT_NOW = N_(
    "This is a result from %(collected_on)s. It was below the limit now set. "
    "If nobody has talked to you about it, ask your clinician."
)
OLDER_ABOVE_LIMIT_THEN = N_(
    "This is a result from %(collected_on)s. It was above the limit set at that time. "
    "If nobody has talked to you about it, ask your clinician."
)
OLDER_BELOW_LIMIT_THEN = N_(
    "This is a result from %(collected_on)s. It was below the limit set at that time. "
    "If nobody has talked to you about it, ask your clinician."
)
NO_CLINIC_CAN_SEE = N_("No clinic can see this. This message does not alert anyone.")

# 13. Marked as critical by the laboratory ---------------------------------------------

LABORATORY_CRITICAL = N_(
    "The laboratory marked this result as critical ('%(flag)s'). "
    "Contact your clinician today."
)
LABORATORY_CRITICAL_OLDER = N_(
    "This is a result from %(collected_on)s. The laboratory marked it as critical "
    "('%(flag)s'). If nobody has talked to you about it, ask your clinician."
)

# 17. Corrected ------------------------------------------------------------------------

CORRECTED = N_(
    "The laboratory corrected this result on %(corrected_on)s. It was %(before)s and "
    "is now %(after)s. We have compared it again. The earlier value stays in the "
    "history."
)
CORRECTED_ON_THE_LIST = N_("It is on %(author)s's list to look at again.")

# 18. Another test ---------------------------------------------------------------------

D3_CONFIRMED_AS_TOTAL = N_(
    "A clinician confirmed that this laboratory reports its total under the code for "
    "the D3 part, so it is compared as the total."
)

URINE_CALCIUM_IS_ANOTHER_TEST = N_(
    "Calcium in urine is a different test from calcium in blood. We keep it apart."
)
COMPARED_IN_ITS_UNIT = N_(
    "Compared in %(unit)s, the unit in which the range was set: %(value)s is about "
    "%(converted)s."
)

# Reports as files ---------------------------------------------------------------------

TOO_MANY_FILES = N_(
    "There are %(most)s files beside this result already, and no more are kept."
)
RECORD_FULL_OF_FILES = N_(
    "The files of one record may be %(files)s in number and %(size)s MB together, "
    "removed ones included. This one would be more. Keep it yourself: the result can "
    "be entered without it."
)
DOCUMENT_EMPTY = N_("This file is empty.")
DOCUMENT_TOO_LARGE = N_("This file is too large. A report may have %(most)s MB.")
DOCUMENT_OF_ANOTHER_KIND = N_(
    "This file is no PDF, JPEG or PNG by what is in it. Save the report as one of "
    "these."
)
DOCUMENT_LOCKED = N_("This PDF is locked with a password. Attach one without.")
DOCUMENT_BROKEN = N_("This file cannot be read. Save the report again and attach that.")
DOCUMENT_TOO_MANY_PAGES = N_("This PDF is too long. A report may have %(most)s pages.")
DOCUMENT_TOO_MANY_PIXELS = N_(
    "This picture is too large. A report may have %(most)s million pixels."
)

DIHYDROXY_IS_ANOTHER_TEST = N_(
    "1,25-dihydroxyvitamin D is a different test. It can look ordinary when "
    "25-hydroxyvitamin D is low, and it has other units (pg/mL or pmol/L). We keep it "
    "apart from this chart. Check the name of the test on your report."
)
PARENT_IS_ANOTHER_TEST = N_(
    "Vitamin D itself (cholecalciferol or ergocalciferol) is a different test from "
    "25-hydroxyvitamin D. We keep it apart from this chart. Check the name of the test "
    "on your report."
)
BINDING_PROTEIN_IS_ANOTHER_TEST = N_(
    "Vitamin D binding protein is a different test from 25-hydroxyvitamin D. We keep "
    "it apart from this chart. Check the name of the test on your report."
)
OTHER_METABOLITE_IS_ANOTHER_TEST = N_(
    "This test measures a different substance than 25-hydroxyvitamin D. We keep it "
    "apart from this chart. Check the name of the test on your report."
)
HELD_UNSPECIFIC_CODE = N_(
    "The laboratory's code does not say which form of vitamin D was measured. "
    "A clinician needs to confirm it."
)
HELD_D2_CODE = N_(
    "Laboratories use this code in more than one way, mostly for the D2 part. "
    "A clinician needs to confirm what was measured."
)
HELD_BARE_NAME = N_(
    "The name of the test does not say which form of vitamin D was measured. "
    "A clinician needs to confirm it."
)
HELD_CODE_AND_NAME_DISAGREE = N_(
    "The code and the name of the test disagree about what was measured. "
    "A clinician needs to confirm it."
)
HELD_CODE_AND_UNIT_DISAGREE = N_(
    "The code %(code)s and the unit %(unit)s disagree. This result needs review."
)

# 19. Units and questions before saving ------------------------------------------------

UNIT_ECHO = N_("%(entered)s is about %(converted)s. Your report may print one or both.")
UNIT_ECHO_CENSORED = {
    "<": N_(
        "Less than %(entered)s is less than about %(converted)s. Your report may print "
        "one or both."
    ),
    "<=": N_(
        "At most %(entered)s is at most about %(converted)s. Your report may print one "
        "or both."
    ),
    ">=": N_(
        "At least %(entered)s is at least about %(converted)s. Your report may print "
        "one or both."
    ),
    ">": N_(
        "More than %(entered)s is more than about %(converted)s. Your report may print "
        "one or both."
    ),
}
ASK_UNIT_BY_HISTORY = N_(
    "You entered %(entered)s. Your last result was %(last)s, and %(other)s would be "
    "about %(converted)s. Which unit is printed next to the number?"
)
ASK_UNIT_BY_LATER_RESULT = N_(
    "You entered %(entered)s. Your next result was %(last)s, and %(other)s would be "
    "about %(converted)s. Which unit is printed next to the number?"
)
ASK_UNIT_BY_PRINTED_INTERVAL = N_(
    "You entered %(entered)s. The interval printed on the report is '%(printed)s', "
    "which is in another unit. Which unit is printed next to the number?"
)
CHOICE_NOT_SURE = N_("Not sure, keep for review")
ASK_OUTSIDE_USUAL_NUMBERS = N_(
    "You entered %(entered)s. Laboratories hardly ever report numbers outside %(low)s "
    "to %(high)s %(unit)s for this test. Is the number, and the unit, as printed?"
)
ASK_FUTURE_DATE = N_(
    "The date %(collected_on)s lies in the future. Which date is printed for the "
    "sample?"
)
ASK_BEFORE_BIRTH = N_(
    "The date %(collected_on)s lies before the date of birth (%(born_on)s). Which date "
    "is printed for the sample?"
)
HELD_FUTURE_DATE = N_(
    "Its collection date lay in the future when it was stored; kept for review until "
    "the date is checked."
)
HELD_BEFORE_BIRTH = N_(
    "Its collection date lies before the date of birth; kept for review until the date "
    "is checked."
)
ASK_DUPLICATE = N_(
    "A result of %(existing)s from %(collected_on)s is already here. Is this the same "
    "result?"
)
ASK_SAME_DAY = N_(
    "Another result from %(collected_on)s and the same laboratory is already here "
    "(%(existing)s). Are these two different results?"
)

# What a value, a unit or a target cannot be -------------------------------------------

UNIT_UNKNOWN = N_(
    "'%(text)s' is not a unit we know. Type it as printed, like %(like)s."
)
UNIT_MISSING = N_("Choose the unit that is printed next to the number.")
UNITS_DO_NOT_CONVERT = N_("%(measurand)s in %(from)s is not converted to %(to)s here.")

VALUE_MISSING = N_("Type the number as printed on the report.")
VALUE_TOO_LONG = N_("This is too long for a number on a report.")
VALUE_FOREIGN_DIGITS = N_("Type the number with the digits 0 to 9.")
VALUE_NEGATIVE = N_("A result cannot be less than zero.")
VALUE_THOUSANDS = N_(
    "'%(text)s' holds more than one mark. Type the number without marks for thousands."
)
VALUE_WANTS_POINT = N_("'%(text)s' holds a comma. Type the decimals after a point.")
VALUE_WANTS_COMMA = N_("'%(text)s' holds a point. Type the decimals after a comma.")
VALUE_TOO_MANY_DIGITS = N_("A number may hold at most %(most)s digits.")
VALUE_NOT_A_NUMBER = N_(
    "'%(text)s' is not a number as a laboratory prints it, like 28, 28.5 or <4."
)
VALUE_BELOW_ZERO_BOUND = N_("A result cannot be less than zero, so '%(text)s' is not.")

TARGET_NEEDS_A_BOUND = N_("Give the range a lower limit, an upper limit, or both.")
TARGET_BOUNDS_CROSS = N_("The lower limit of a range must not be above the upper one.")
TARGET_BOUND_NOT_POSITIVE = N_("A limit must be a number above zero.")
TARGET_BOUND_TOO_LONG = N_("A limit may hold at most %(most)s digits.")
TARGET_UNIT = N_("A range for 25-hydroxyvitamin D is in ng/mL, ug/L or nmol/L.")
TARGET_DATES_CROSS = N_("A range cannot end before it starts.")
TARGET_NEEDS_AUTHOR = N_("A range needs the name of the clinician who set it.")
TARGET_ALERTS_CROSS = N_(
    "An alert limit must not lie inside the range, and the low one must be under the "
    "high one."
)
TARGET_ALERT_NEEDS_URGENCY = N_(
    "Choose how soon to act on the alert limit: today, this week, or at the next visit."
)
TARGET_URGENCY_NEEDS_ALERT = N_("An urgency needs an alert limit to act on.")

# Retest plans -------------------------------------------------------------------------

RETEST_NEEDS_ONE = N_("Choose a day or an interval for the next test, not both.")
RETEST_IN_THE_PAST = N_("The day of the next test must lie in the future.")
RETEST_MONTHS = N_("An interval is 1 to %(most)s months.")
RETEST_ASKED = N_("%(author)s asked for the next test around %(day)s.")

# Reviews ------------------------------------------------------------------------------

REVIEWED_MEANS = N_(
    "Reviewed means %(author)s has seen this result. It does not say whether anything "
    "needs to change."
)
NOT_REVIEWED_YET = N_("No clinician has marked this result as reviewed yet.")
