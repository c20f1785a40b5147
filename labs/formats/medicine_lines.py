"""
What every format does with a medicine: its name, else its code, else a sentence.

A code stands for a name only where it is curated with its system; any other code is
handed on as it was sent, and whoever goes through the list reads that it is not known.
"""

from collections.abc import Iterable, Iterator

from labs.domain.medicines import recognise_medicine, recognise_medicine_code
from labs.domain.vitamin_k_names import names_vitamin_k
from labs.formats.coded_tests import Coding
from labs.formats.product_names import (
    names_calcium,
    names_multivitamin,
    names_vitamin_d,
    product_of_code,
)
from labs.formats.sentences import N_

NOT_TAKEN = N_("%(name)s is not handed on: its status is %(status)s.")
NAMELESS = N_("This entry names no medicine, neither in words nor by a code.")
OTHERS = N_(
    "Medicines that are neither products with vitamin D, vitamin K or calcium nor "
    "multivitamins nor known to the precautions: %(count)s. They are not listed and "
    "have not been checked."
)


def is_supplement(name: str) -> bool:
    """Answer whether a name tells vitamin D, vitamin K, calcium or a multivitamin."""
    return any(contents_told(name))


def contents_told(name: str) -> Iterator[str]:
    """Give what a name tells to be in a product, of what is kept in a log here."""
    asked = {
        "vitamin D": names_vitamin_d,
        "vitamin K": names_vitamin_k,
        "calcium": names_calcium,
        "several vitamins": names_multivitamin,
    }
    return (content for content, is_told in asked.items() if is_told(name))


def is_listed(name: str) -> bool:
    """Answer whether it tells such a product, or a medicine that precautions know."""
    return is_supplement(name) or recognise_medicine(name) is not None


def names_of_codes(codings: Iterable[Coding]) -> tuple[str, ...]:
    """Return what curated codes stand for, each name once."""
    found = (name for each in codings for name in _names_of_code(each))
    return tuple(dict.fromkeys(found))


def _names_of_code(coding: Coding) -> Iterator[str]:
    if product := product_of_code(coding.system, coding.code):
        yield product
    if match := recognise_medicine_code(coding.system, coding.code):
        yield from match.names


def code_as_sent(codings: Iterable[Coding]) -> str:
    """Return the first code with its system, as both were sent; empty without one."""
    for each in codings:
        if code := each.code.strip():
            system = each.system.strip()
            return f"{code} ({system})" if system else code
    return ""


def others_counted(count: int) -> tuple[str, ...]:
    """Return what is to be said of medicines that were not listed."""
    return (OTHERS % {"count": count},) if count else ()
