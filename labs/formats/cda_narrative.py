"""
The text for people in a CDA document, as plain text: never HTML, never an address.

Entries point into it by `#id`. It is used for names, comments and to see what a value
printed; no result is read out of it.
"""

from functools import cached_property
from itertools import islice

from labs.formats.xml_documents import Element, text_in

LONGEST_TEXT = 4_000
MOST_CELLS = 40  # of a row that are looked at
BETWEEN_CELLS = " | "
_CELLS = frozenset({"td", "th"})
_BLOCKS = _CELLS | {"item", "paragraph", "caption"}


class Narrative:
    """Finds the texts of a document by their ids; each one is put together once."""

    def __init__(self, root: Element) -> None:
        self._root = root
        self._texts: dict[str, str] = {}
        self._rows: dict[str, tuple[str, ...]] = {}

    @cached_property
    def _by_id(self) -> dict[str, Element | None]:
        """The elements of the texts by id; None for an id that is there twice."""
        found: dict[str, Element | None] = {}
        for block in self._root.iter("text"):
            for element in block.iter("{*}*"):
                if name := element.get("ID"):
                    found[name] = None if name in found else element
        return found

    def text_of(self, element: Element | None) -> str:
        """Return an element's own text, or the text that its reference points to."""
        if element is None:
            return ""
        return text_in(element, LONGEST_TEXT) or self._referred(self.reference(element))

    def element(self, name: str) -> Element | None:
        """Return the one element of an id; None where there is none, or several."""
        return self._by_id.get(name) if name else None

    def reference(self, element: Element | None) -> str:
        """
        Return the id that an element refers to; empty where it refers to none.

        Some systems leave the "#" out: what is the one id of a text counts, too.
        """
        if element is None:
            return ""
        found = element.find("reference")
        value = "" if found is None else found.get("value", "")
        if value.startswith("#"):
            return value.removeprefix("#").strip()
        return value if self.element(value) is not None else ""

    def _referred(self, name: str) -> str:
        if name not in self._texts:
            element = self.element(name)
            self._texts[name] = _plain(element) if element is not None else ""
        return self._texts[name]

    def cells_beside(self, name: str) -> tuple[str, ...]:
        """Return the cells of the row that an id stands in, or its text alone."""
        if name not in self._rows:
            element = self.element(name)
            self._rows[name] = () if element is None else _cells_beside(element)
        return self._rows[name]

    def cell_behind(self, name: str) -> str:
        """Return the cell behind the one that an id stands in; empty without one."""
        element = self.element(name)
        if element is None:
            return ""
        cells = (element, *element.iterancestors())
        cell = next((each for each in cells if each.tag in _CELLS), None)
        behind = None if cell is None else next(cell.itersiblings(), None)
        return "" if behind is None else text_in(behind, LONGEST_TEXT)


def _cells_beside(element: Element) -> tuple[str, ...]:
    # A row may be one of a table within a cell.
    row = element if element.tag == "tr" else next(element.iterancestors("tr"), element)
    places = islice((cell for cell in row if cell.tag in _CELLS), MOST_CELLS)
    cells = [text_in(cell, LONGEST_TEXT) for cell in places]
    return tuple(filter(None, cells)) or (text_in(element, LONGEST_TEXT),)


def _plain(element: Element) -> str:
    """Return a text of the narrative; the cells of a row stay apart."""
    if element.tag == "tr":
        return BETWEEN_CELLS.join(_cells_beside(element))[:LONGEST_TEXT]
    return text_in(element, LONGEST_TEXT) or _marked(element)


def _marked(element: Element) -> str:
    """Return the text of the cell or paragraph in which an empty element is a mark."""
    around = next(
        (each for each in element.iterancestors() if each.tag in _BLOCKS), None
    )
    is_empty = len(element) == 0 and element.tag not in _BLOCKS
    return text_in(around, LONGEST_TEXT) if is_empty and around is not None else ""
