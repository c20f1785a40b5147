"""How few people or results a figure about many may tell of, before it tells of one."""

from collections.abc import Sequence

# A choice, not a finding: statistical offices hide counts under 5 or under 10.
FEWEST_TOLD = 5


def told(counts: Sequence[int], *, fewest: int = FEWEST_TOLD) -> list[int | None]:
    """
    Return the parts of a whole whose sum is told, with None for what stays hidden.

    Nobody is hidden by one gap, which the sum gives away: beside a small count others
    are hidden, the smallest first, until what is hidden together is no small count.

    >>> told([12, 3, 9])
    [12, None, None]
    >>> told([12, 0, 9])
    [12, 0, 9]
    """
    hidden = {place for place, count in enumerate(counts) if 0 < count < fewest}
    if not hidden:
        return list(counts)
    rest = sorted(
        (count, place)
        for place, count in enumerate(counts)
        if count and place not in hidden
    )
    while rest and (
        len(hidden) < 2  # noqa: PLR2004 - one gap alone
        or sum(counts[place] for place in hidden) < fewest
    ):
        hidden.add(rest.pop(0)[1])
    return [None if place in hidden else each for place, each in enumerate(counts)]
