"""Which test an observation of a CDA document is of, by codes, names and its panel."""

from dataclasses import replace

from labs.domain.measurands import HYDROXYVITAMIN_D
from labs.formats.cda_narrative import BETWEEN_CELLS, Narrative
from labs.formats.cda_values import NUMBERS
from labs.formats.cells import CellRefused
from labs.formats.coded_tests import CodedTest, Coding, Concept, read_coded_test
from labs.formats.limits import MAX_FIELD_LENGTHS
from labs.formats.panel_parts import bare_part, part_of_panel
from labs.formats.xml_documents import Element, type_of


class Tests:
    """Tells the tests of one document's observations."""

    def __init__(self, narrative: Narrative) -> None:
        self._narrative = narrative
        # A panel is asked by each result in it that has no name of its own.
        self._of_one_test: dict[Element, bool] = {}

    def concept_of(self, element: Element) -> Concept:
        """
        Return the codes of an element and its names, that of the code first.

        What has neither code nor name is called what its text says, of a row its first
        cell.
        """
        code = element.find("code")
        if code is None:
            return self._called_in_text(element)
        codings = [coding_of(part) for part in (code, *code.iterfind(".//translation"))]
        original = self._narrative.text_of(code.find("originalText"))
        names = [coding.display for coding in codings]
        if original:
            codings.append(Coding("", "", original))
        if not any(coding.code or coding.display for coding in codings):
            return self._called_in_text(element)
        return Concept(tuple(codings), names[0] or original)

    def _called_in_text(self, element: Element) -> Concept:
        text = self._narrative.text_of(element.find("text"))
        name = text.partition(BETWEEN_CELLS)[0].strip()
        if not name or len(name) > MAX_FIELD_LENGTHS["test_name"]:
            return Concept()
        return Concept((Coding("", "", name),), name)

    def test_of(self, observation: Element) -> CodedTest:
        """
        Return which test an observation is of.

        Raises CellRefused for what only sounds like 25-hydroxyvitamin D.
        """
        concept = self.concept_of(observation)
        is_bare = bare_part(concept) is not None
        part = self._part(observation, concept) if is_bare else None
        return part or read_coded_test(concept)

    def _part(self, observation: Element, concept: Concept) -> CodedTest | None:
        """Return what is called "Total" or "D3" alone; None where that is open."""
        for around in observation.iterancestors("organizer", "observation"):
            panel = self.concept_of(around)
            try:
                test = read_coded_test(panel)
            except CellRefused:
                continue
            is_alone = self._is_of_one_test(around)
            if part := part_of_panel(concept, panel, test, is_alone=is_alone):
                return part
        return None

    def _is_of_one_test(self, panel: Element) -> bool:
        """Answer whether each part of a panel that tells a number is of vitamin D."""
        if panel not in self._of_one_test:
            parts = (part for part in panel.iter("observation") if part is not panel)
            self._of_one_test[panel] = all(
                self._is_of_vitamin_d(part)
                for part in parts
                if any(type_of(value) in NUMBERS for value in part.iterfind("value"))
            )
        return self._of_one_test[panel]

    def _is_of_vitamin_d(self, part: Element) -> bool:
        concept = self.concept_of(part)
        if bare_part(concept) is not None:
            return True
        try:
            return read_coded_test(concept).analyte.measurand in HYDROXYVITAMIN_D
        except CellRefused:
            return False


def coding_of(element: Element) -> Coding:
    """Return a code; one of a laboratory's own has its system beside it."""
    code, name = element.get("code", ""), element.get("displayName", "")
    system = element.get("codeSystem", "") or element.get("codeSystemName", "")
    coding = Coding(code, system, name)
    if coding.is_loinc or not (code and system):
        return coding
    return replace(coding, code=f"{code} ({element.get('codeSystemName') or system})")
