"""
What every format does with a medicine: its name, else its code, else a sentence.

A code stands for a name only where it is curated with its system; any other code is
handed on as it was sent, and whoever goes through the list reads that it is not known.
"""

import re
from collections.abc import Iterable

from labs.domain.medicines import recognise_medicine, recognise_medicine_code
from labs.domain.vitamin_k import names_vitamin_k
from labs.formats.coded_tests import Coding
from labs.formats.sentences import N_

NOT_TAKEN = N_("%(name)s is not handed on: its status is %(status)s.")
NAMELESS = N_("This entry names no medicine, neither in words nor by a code.")
OTHERS = N_(
    "Medicines that are neither products with vitamin D or K nor known to the "
    "precautions: %(count)s. They are not listed and have not been checked."
)

VITAMIN_D_PRODUCT = re.compile(
    r"\bvit(?:amin[ae]?|\.)?\s*d[23]?\b|\bd\s*[23]?\s*vitamini\b|\bwitamina\s*d[23]?\b"
    r"|\bd3\b|ch?ole[ck]al[cz]iferol|ergo[ck]al[cz]iferol|[ck]al[cz]ifediol"
    r"|\bcal[cz](?:ium|io)\b[^;]{0,30}?(?:\+|\bwith\b|\bplus\b)\s*d\b",
    re.IGNORECASE,
)
# Products whose names do not say what is in them.
VITAMIN_D_BRAND = re.compile(
    r"\b(?:dekristol|vigantol\w{0,6}|drisdol|uv[e\u00e9]dose|zyma[- ]?d|adrigyl"
    r"|fultium|thorens|desunin|divisun|dibase|hidroferol|rayaldee|ostelin|deltius"
    r"|benferol)\b",
    re.IGNORECASE,
)


def names_vitamin_d(name: str) -> bool:
    """Answer whether a name tells a product with vitamin D, or is known to be one."""
    return bool(VITAMIN_D_PRODUCT.search(name) or VITAMIN_D_BRAND.search(name))


def is_supplement(name: str) -> bool:
    """Answer whether a name tells a product with vitamin D or K."""
    return names_vitamin_d(name) or names_vitamin_k(name)


def is_listed(name: str) -> bool:
    """Answer whether it tells such a product, or a medicine that precautions know."""
    return is_supplement(name) or recognise_medicine(name) is not None


def names_of_codes(codings: Iterable[Coding]) -> tuple[str, ...]:
    """Return what curated codes stand for, each name once."""
    found = (recognise_medicine_code(each.system, each.code) for each in codings)
    return tuple(
        dict.fromkeys(name for match in found if match for name in match.names)
    )


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
