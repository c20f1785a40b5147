"""The catalogue of precautions as a page in Markdown, for docs/precautions.md."""

from collections.abc import Iterable

from labs.domain.precaution_catalogue import (
    CATALOGUE,
    CATALOGUE_VERSION,
    REVIEWED_ON,
    ActsOn,
    Finding,
    Precaution,
)
from labs.domain.vitamin_k import (
    ALREADY_TAKING,
    ANTAGONIST_ENDED,
    LISTS_VITAMIN_K,
    NAME_GIVES_AWAY,
    NAMED_AFTER_ANTAGONIST,
    NAMED_CHANGED,
    NAMED_ENDED,
    URGENT_HELP_BLEEDING,
    VITAMIN_K_CHANGED,
    VITAMIN_K_ENDED,
    VITAMIN_K_UNKNOWN_WITH_THINNER,
)

HEADING = f"""# Precautions

Rendered from `labs/domain/precaution_catalogue.py`; a test holds the two together.
Catalogue version {CATALOGUE_VERSION}, last compared with the project's clinical facts
on {REVIEWED_ON.isoformat()}; the sources themselves were not read again for it, and no
clinician has signed it yet.

A precaution is something to ask about. It is not a contraindication, blocks nothing,
and never tells anyone to start, stop or change anything. It fires at any amount and at
any age of the fact, because no number is known that would be safe. An answer is yes,
no, unknown or not asked; what was not answered, not known or not shared is named, and
"none matched" is not said while anything is open. A vitamin K product stays visible
for 28 days after it ended, and so does a medicine.

Words in `%(…)s` are filled from the record. Rows of the article that the project
stands on come first.
"""


VITAMIN_K_WORDS = {
    "added, before it is saved": (LISTS_VITAMIN_K,),
    "already in use, or the medicine begun": (LISTS_VITAMIN_K, ALREADY_TAKING),
    "amount or product changed, paused or resumed": (VITAMIN_K_CHANGED,),
    "ended, for 28 days": (VITAMIN_K_ENDED,),
    "the medicine ended, for 28 days": (ANTAGONIST_ENDED,),
    "given away by the name alone: added": (NAME_GIVES_AWAY,),
    "given away by the name alone: already in use, or the medicine begun": (
        NAME_GIVES_AWAY,
        ALREADY_TAKING,
    ),
    "given away by the name alone: changed, paused or resumed": (NAMED_CHANGED,),
    "given away by the name alone: ended, for 28 days": (NAMED_ENDED,),
    "given away by the name alone: the medicine ended, for 28 days": (
        NAMED_AFTER_ANTAGONIST,
    ),
    "vitamin K unknown": (VITAMIN_K_UNKNOWN_WITH_THINNER,),
    "below all but the unknown": (URGENT_HELP_BLEEDING,),
}


def render_catalogue() -> str:
    """Return the whole page, with one newline at its end."""
    words = "\n".join(
        f"- **{when}:** {' '.join(said)}" for when, said in VITAMIN_K_WORDS.items()
    )
    by_transition = f"## Words beside a vitamin K antagonist\n\n{words}\n"
    return "\n".join((HEADING, *map(_row, CATALOGUE), by_transition))


def _row(row: Precaution) -> str:
    lines = (
        f"## {row.id}\n",
        f"- **Fires on:** {row.trigger}",
        f"- **Questions:** {_codes(row.topics) or 'none'}",
        *([f"- **In the record:** {_findings(row)}"] if row.findings else []),
        *([f"- **Beside:** {_codes(row.substances)}"] if row.substances else []),
        f"- **Acts on:** {_acts_on(row)}",
        f"- **Patient:** {row.patient or 'not shown; for clinicians only'}",
        f"- **Clinician:** {row.clinician}",
        *([f"- **Beside a result:** {row.beside_result}"] if row.beside_result else []),
        *(["- **For minors**"] if row.is_for_minors else []),
        f"- **Source:** {row.source}",
        f"- **Reviewed:** {row.reviewed_on.isoformat()}\n",
    )
    return "\n".join(lines)


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))


def _findings(row: Precaution) -> str:
    return "; ".join(finding.value for finding in Finding if finding in row.findings)


def _acts_on(row: Precaution) -> str:
    return ", ".join(acts_on.value for acts_on in ActsOn if acts_on in row.acts_on)
