"""
What every format does with a medicine: its name, else its code, else a sentence.

A code stands for a name only where it is curated with its system; any other code is
handed on as it was sent, and whoever goes through the list reads that it is not known.
"""

import re
import unicodedata
from collections.abc import Iterable

from labs.domain.medicines import recognise_medicine, recognise_medicine_code
from labs.domain.vitamin_k_names import names_vitamin_k
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
    r"|benferol|d-?cure|devaron|vi-?de 3|d-fluoretten|d[ei]drogyl|d\u00e9drogyl)\b",
    re.IGNORECASE,
)

# Of many vitamins: D is usual among them, and K often. A label has to tell which.
MANY_VITAMINS = re.compile(
    r"\b(?:multi|pol[iy])[- ]?vitam[i\u00ed]n|\b(?:multiple|prenatal) vitamins?\b"
    r"|\bcentrum\b|\b(?:мульти|поли)витамин",
    re.IGNORECASE,
)

# In other alphabets; escapes where letters look alike or would turn the line round.
VITAMIN_D_ELSEWHERE = re.compile(
    r"(?:维生素|維生素|维他命|維他命|ビタミン|비타민) ?(?:[ACE]\W?){0,3}D[23]?(?![A-Z])"
    r"|\bd[23]?[- ]vitamin"
    r"|コレカルシフェロール|エルゴカルシフェロール|胆钙化醇|骨化二醇"
    r"|\b\u0432[\u0438\u0456]\u0442\u0430\u043c[\u0438\u0456]\u043d\w* [d\u0434][23]?\b"
    r"|\b[d\u0434]3\b|(?:холе|эрго)кальциферол|\u0410\u043a\u0432\u0430\u0434\u0435\u0442\u0440\u0438\u043c"
    r"|\u03b2\u03b9\u03c4\u03b1\u03bc[\u03b9\u03af]\u03bd\w+ d[23]?\b"
    r"|[\u0641\u06a4\u0648][\u064a\u06cc]\u062a\u0627\u0645[\u064a\u06cc]\u0646 "
    r"\u062f[23\u0662\u0663\u06f2\u06f3]?\b",
    re.IGNORECASE,
)


def names_vitamin_d(name: str) -> bool:
    """Answer whether a name tells a product with vitamin D, or is known to be one."""
    plain = unicodedata.normalize("NFKC", name)
    looked_for = (VITAMIN_D_PRODUCT, VITAMIN_D_BRAND, VITAMIN_D_ELSEWHERE)
    return any(each.search(plain) for each in looked_for)


def is_supplement(name: str) -> bool:
    """Answer whether a name tells a product with vitamin D or K, or many vitamins."""
    is_of_many = MANY_VITAMINS.search(unicodedata.normalize("NFKC", name))
    return names_vitamin_d(name) or names_vitamin_k(name) or is_of_many is not None


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
