"""The precautions of the background by a short name, for a clinician's filter."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

PRECAUTION_NAMES = {
    "vitamin-k-with-antagonist": gettext_noop("Vitamin K with a vitamin K antagonist"),
    "vitamin-k-with-other-blood-thinner": gettext_noop(
        "Vitamin K with another blood thinner"
    ),
    "vitamin-k-in-product": gettext_noop("Vitamin K in a product"),
    "kidney-disease": gettext_noop("Kidney disease"),
    "kidney-stones": gettext_noop("Kidney stones"),
    "high-blood-calcium": gettext_noop("High blood calcium, recorded"),
    "sarcoidosis": gettext_noop("Sarcoidosis"),
    "granulomatous-disease": gettext_noop("Another granulomatous disease"),
    "pregnancy-or-breastfeeding": gettext_noop("Pregnancy or breastfeeding"),
    "anticonvulsants": gettext_noop("Medicines against epilepsy"),
    "steroid-tablets": gettext_noop("Steroid tablets"),
    "inherited-high-calcium": gettext_noop("Inherited high calcium"),
    "lymphoma": gettext_noop("Lymphoma"),
    "primary-hyperparathyroidism": gettext_noop("Primary hyperparathyroidism"),
    "hypoparathyroidism-or-neck-surgery": gettext_noop(
        "Hypoparathyroidism or neck surgery"
    ),
    "nephrotic-syndrome": gettext_noop("Nephrotic syndrome"),
    "rifampicin": gettext_noop("Rifampicin"),
    "hiv-medicines": gettext_noop("HIV medicines"),
    "azoles": gettext_noop("Azoles"),
    "orlistat": gettext_noop("Orlistat"),
    "bile-acid-binders": gettext_noop("Bile acid binders"),
    "poor-absorption": gettext_noop("Poor absorption"),
    "thiazides": gettext_noop("Thiazides"),
    "digoxin": gettext_noop("Digoxin"),
    "lithium-diltiazem-verapamil": gettext_noop("Lithium, diltiazem or verapamil"),
    "calcimimetics": gettext_noop("Calcimimetics"),
    "strong-bone-medicines": gettext_noop("Strong bone medicines"),
    "active-vitamin-d": gettext_noop("An active vitamin D medicine"),
    "active-vitamin-d-product": gettext_noop("An active vitamin D product"),
    "other-vitamin-d-medicines": gettext_noop("Other vitamin D medicines"),
    "calcifediol-product": gettext_noop("Calcifediol"),
    "aluminium-binders": gettext_noop("Aluminium binders"),
    "absorption-of-medicines": gettext_noop("Absorption of other medicines"),
    "biotin": gettext_noop("Biotin"),
    "fluorescein": gettext_noop("Fluorescein"),
    "vitamin-d2-and-tests": gettext_noop("Vitamin D2 and tests"),
    "statins": gettext_noop("Statins"),
}

# What a result or the age alone brings about: told beside the name, never filtered by.
NAMES_OF_THE_REST = {
    "calcium-result-high": gettext_noop("Calcium result above its interval"),
    "calcium-result-high-earlier": gettext_noop(
        "Earlier calcium result above its interval"
    ),
    "calcium-result-low": gettext_noop("Calcium result below its interval"),
    "above-alert-limit": gettext_noop("Alert limit reached"),
    "under-18": gettext_noop("Under 18"),
    "laboratory-or-method-changed": gettext_noop("Laboratory or method changed"),
}


def short_name(precaution_id: str) -> str:
    """Return a precaution in few words of the reader's language."""
    names = PRECAUTION_NAMES | NAMES_OF_THE_REST
    return _(names[precaution_id])
