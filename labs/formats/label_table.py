"""
Labels of products as a table: one row for each substance, joined by the product's name.

Cells are handed on as text; what they mean is for the form that a person would type
them into, so that a file and a keyboard are held to the same rules. A substance that is
not known keeps its printed name, in which vitamin K is looked for.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field

from labs.domain.medicines import folded
from labs.domain.supplements import Substance
from labs.formats.limits import MEBIBYTE
from labs.formats.parsed import FileRefused
from labs.formats.sentences import N_
from labs.formats.text_decoding import decode

FILE_TOO_LARGE = N_("The file is larger than 0.5 MB. Split it.")
NO_PRODUCT = N_("The file holds no product under its header row.")
NO_COLUMN = N_(
    "The header row has no column called %(names)s. A table of labels "
    "has at least name, substance, amount and unit."
)
TOO_MANY_PRODUCTS = N_("The file holds more than %(most)s products. Split it.")
NOT_A_TABLE = N_("The table cannot be read: %(error)s.")

MAX_LABEL_BYTES = MEBIBYTE // 2
MAX_LABELS = 200
SEPARATORS = ",;\t"

COLUMNS = {
    "name": ("name", "product", "product name", "label"),
    "substance": ("substance", "ingredient", "nutrient"),
    "amount": ("amount", "strength", "amount per serving"),
    "unit": ("unit", "units"),
    "form": ("form", "form as printed"),
    "vitamin_k": ("vitamin k", "k"),
    "serving": ("serving", "serving size", "one serving is"),
    "dosage_form": ("dosage form", "what it is"),
    "basis": ("basis", "amounts per", "printed for"),
    "units_per_serving": ("units per serving", "pieces per serving"),
    "package_servings": ("servings", "package servings", "servings per container"),
    "mark": ("mark", "testing mark", "third party mark"),
    "lot": ("lot", "lot number"),
    "barcode": ("barcode", "ean", "gtin", "upc"),
}
SUBSTANCES = {
    Substance.D3: "d3|vitamin d3|vit d3|cholecalciferol|colecalciferol",
    Substance.D2: "d2|vitamin d2|vit d2|ergocalciferol",
    Substance.CALCIFEDIOL: "calcifediol|calcidiol|25 hydroxyvitamin d3",
    Substance.K1: "k1|vitamin k1|phylloquinone|phytomenadione|phytonadione",
    Substance.MK7: "mk 7|mk7|vitamin k2 mk 7|k2 mk 7|menaquinone 7",
    Substance.MK4: "mk 4|mk4|vitamin k2 mk 4|k2 mk 4|menaquinone 4|menatetrenone",
    Substance.K_UNSPECIFIED: "k2|vitamin k2|vitamin k|menaquinone|k2 unspecified",
    Substance.CALCIUM: "calcium|ca",
    Substance.MAGNESIUM: "magnesium|mg",
    Substance.ZINC: "zinc|zn",
    Substance.BIOTIN: "biotin|vitamin b7|vitamin h",
    Substance.CALCITRIOL: "calcitriol",
    Substance.ALFACALCIDOL: "alfacalcidol|alphacalcidol",
    Substance.PARICALCITOL: "paricalcitol",
}
_BY_NAME = {
    name: substance
    for substance, names in SUBSTANCES.items()
    for name in names.split("|")
}
_K_ANSWERS = {
    "listed": ("yes", "y", "listed", "true", "1"),
    "none": ("no", "n", "none", "false", "0"),
    "unknown": ("", "unknown", "not known", "?"),
}
_K_BY_WORD = {word: value for value, words in _K_ANSWERS.items() for word in words}
_OF_PRODUCT = (
    *("name", "vitamin_k", "serving", "dosage_form", "basis", "units_per_serving"),
    *("package_servings", "mark", "lot", "barcode"),
)


@dataclass(slots=True)
class ParsedLabel:
    """A product with the values of a form, and the lines of the file it stands in."""

    values: dict[str, str]
    lines: list[dict[str, str]] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)


def read_labels(data: bytes) -> tuple[ParsedLabel, ...]:
    """Return the products of a table; raise FileRefused where it is none."""
    if len(data) > MAX_LABEL_BYTES:
        raise FileRefused(FILE_TOO_LARGE)
    text = decode(data, _known_words).text
    found: dict[str, ParsedLabel] = {}
    for row, cells in _rows(text):
        name = cells["name"]
        label = found.setdefault(folded(name) or f"row {row}", _label(cells))
        label.rows.append(row)
        label.lines.append(_line(cells))
        if len(found) > MAX_LABELS:
            raise FileRefused(TOO_MANY_PRODUCTS % {"most": MAX_LABELS})
    if not found:
        raise FileRefused(NO_PRODUCT)
    for label in found.values():
        _take_vitamin_k(label)
    return tuple(found.values())


def _known_words(text: str) -> int:
    known = {name for names in COLUMNS.values() for name in names}
    return sum(word in folded(text) for word in known)


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the number of each filled row, with its cells by what they hold."""
    head = text.splitlines()[0] if text.strip() else ""
    separator = max(SEPARATORS, key=head.count)
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    try:
        places = _places(next(reader, []))
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, _by_column(cells, places)
    except csv.Error as error:
        raise FileRefused(NOT_A_TABLE % {"error": error}) from error


def _places(header: list[str]) -> dict[str, int]:
    names = [folded(each) for each in header]
    places = {
        column: names.index(spelling)
        for column, spellings in COLUMNS.items()
        for spelling in spellings[::-1]
        if spelling in names
    }
    missing = [column for column in ("name", "substance") if column not in places]
    if missing:
        raise FileRefused(NO_COLUMN % {"names": " or ".join(missing)})
    return places


def _by_column(cells: list[str], places: dict[str, int]) -> dict[str, str]:
    return {
        column: cells[places[column]].strip()[:200]
        if column in places and places[column] < len(cells)
        else ""
        for column in COLUMNS
    }


def _label(cells: dict[str, str]) -> ParsedLabel:
    values = {column: cells[column] for column in _OF_PRODUCT}
    for column in ("dosage_form", "basis"):
        values[column] = folded(values[column]).replace(" ", "_")
    return ParsedLabel(values)


def _line(cells: dict[str, str]) -> dict[str, str]:
    substance = _BY_NAME.get(folded(cells["substance"]), Substance.OTHER)
    printed = cells["form"]
    if substance is Substance.OTHER:
        printed = " ".join(filter(None, [cells["substance"], printed]))
    unit = cells["unit"]
    amount = " ".join(filter(None, [cells["amount"], unit])) if cells["amount"] else ""
    return {"substance": substance.value, "amount": amount, "form": printed[:60]}


def _take_vitamin_k(label: ParsedLabel) -> None:
    """Take what the table says; where it says nothing, a line of vitamin K says yes."""
    word = folded(label.values["vitamin_k"])
    kinds = {Substance.K1, Substance.MK4, Substance.MK7, Substance.K_UNSPECIFIED}
    has_line = any(line["substance"] in kinds for line in label.lines)
    said = _K_BY_WORD.get(word, word)
    label.values["vitamin_k"] = "listed" if has_line and said == "unknown" else said
