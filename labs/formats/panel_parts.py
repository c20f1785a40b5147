"""
Results without a name of their own, among those of one panel.

What is called "Total", "D2" or "D3" and no more is of the panel around it.
"""

from dataclasses import replace

from labs.domain.measurands import HYDROXYVITAMIN_D, Measurand, part_alone
from labs.formats.cells import Analyte
from labs.formats.coded_tests import CodedTest, Concept, read_coded_test
from labs.formats.limits import QUOTED_LENGTH
from labs.formats.sentences import N_, NAMELESS_TEST
from labs.formats.spelling import quoted

TOTAL_OF = N_("%(name)s was read as the total of %(panel)s, of which it is a part.")
PART_OF = N_("%(name)s was read as that part of %(panel)s.")
WHICH_TOTAL = N_(
    "It is not certain what %(name)s in %(panel)s is: confirm that it is the total of "
    "25-hydroxyvitamin D."
)
WHICH_PART = N_(
    "It is not certain what %(name)s in %(panel)s is: confirm that it is a part of "
    "25-hydroxyvitamin D."
)


def bare_part(concept: Concept) -> Measurand | None:
    """
    Return the part that a concept names by "Total", "D2" or "D3" alone, else None.

    A laboratory's own code beside it tells no more; one of LOINC does.
    """
    if any(coding.is_loinc or coding.is_bare_loinc for coding in concept.codings):
        return None
    parts = {part_alone(name) for name in concept.names or (concept.name,)}
    return parts.pop() if len(parts) == 1 else None


def part_of_panel(
    concept: Concept, panel: Concept, test: CodedTest, *, is_alone: bool
) -> CodedTest | None:
    """
    Return what such a part is in a panel; None where the panel is of another test.

    It is that part where the panel plainly is 25-hydroxyvitamin D; the total only where
    `is_alone`: no part beside it is of another test. Else a person says so.
    """
    part, measurand = bare_part(concept), test.analyte.measurand
    if part is None or measurand not in HYDROXYVITAMIN_D:
        return None
    words = {
        "name": quoted(concept.name, QUOTED_LENGTH),
        "panel": quoted(panel.name or NAMELESS_TEST, QUOTED_LENGTH),
    }
    is_total = part is Measurand.TOTAL
    is_plain = measurand is Measurand.TOTAL and not test.analyte.hold
    doubt = WHICH_TOTAL if is_total else WHICH_PART
    is_sure = is_plain and (is_alone or not is_total)
    return replace(
        read_coded_test(concept),
        analyte=Analyte(part, "" if is_sure else doubt % words),
        display=f"{panel.name}, {concept.name}",
        remarks=((TOTAL_OF if is_total else PART_OF) % words,),
    )
