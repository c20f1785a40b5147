"""How few people or results a figure about many may tell of, before it tells of one."""

# A choice, not a finding: statistical offices hide counts under 5 or under 10.
FEWEST_TOLD = 5
