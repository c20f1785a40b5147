"""
A total without a name of its own, among the parts of one FHIR observation.

A part that is called "Total" and no more is of the panel around it.
"""

from labs.domain.measurands import HYDROXYVITAMIN_D, Measurand, says_only_total
from labs.formats.cells import Analyte
from labs.formats.coded_tests import CodedTest, Concept
from labs.formats.limits import QUOTED_LENGTH
from labs.formats.sentences import N_, NAMELESS_TEST
from labs.formats.spelling import quoted

TOTAL_OF = N_("%(name)s was read as the total of %(panel)s, of which it is a part.")
WHICH_TOTAL = N_(
    "It is not certain what %(name)s in %(panel)s is: confirm that it is the total of "
    "25-hydroxyvitamin D."
)


def is_bare_total(concept: Concept) -> bool:
    """Answer whether a part has no code, and "Total" for its name."""
    return not concept.codings and says_only_total(concept.text)


def total_of_panel(
    concept: Concept, panel: Concept, test: CodedTest, *, is_alone: bool
) -> CodedTest | None:
    """
    Return what "Total" is in a panel; None where the panel is of another test.

    It is the total where the panel plainly is 25-hydroxyvitamin D and `is_alone`: no
    part beside it is of another test. Else a person says so.
    """
    measurand = test.analyte.measurand
    if measurand not in HYDROXYVITAMIN_D:
        return None
    words = {
        "name": quoted(concept.text, QUOTED_LENGTH),
        "panel": quoted(panel.name or NAMELESS_TEST, QUOTED_LENGTH),
    }
    is_plain = measurand is Measurand.TOTAL and is_alone and not test.analyte.hold
    return CodedTest(
        Analyte(Measurand.TOTAL, "" if is_plain else WHICH_TOTAL % words),
        "",
        "",
        f"{panel.name}, {concept.text}",
        (TOTAL_OF % words,),
    )
