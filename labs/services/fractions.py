"""The D2 and D3 parts of a report beside its total."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from labs.domain.comparability import NO_ALIASES, is_another_name
from labs.domain.quantities import Measurand
from labs.services.judging import Judged

if TYPE_CHECKING:
    from datetime import date

PARTS = frozenset({Measurand.D2, Measurand.D3})


def without_parts(
    results: Iterable[Judged], aliases: Mapping[str, str] = NO_ALIASES
) -> list[Judged]:
    """
    Leave out the D2 and D3 parts of reports that hold a total of their own.

    A report is what one laboratory found on one day; an unstated laboratory may be any.
    """
    kept = list(results)
    if all(each.measurand not in PARTS for each in kept):
        return kept
    totals: dict[date, list[Judged]] = defaultdict(list)
    for each in kept:
        if each.measurand is Measurand.TOTAL and not each.is_withdrawn:
            totals[each.row.collected_on].append(each)
    return [
        each
        for each in kept
        if each.measurand not in PARTS
        or all(
            is_another_name(each.laboratory, total.laboratory, aliases=aliases)
            for total in totals[each.row.collected_on]
        )
    ]
