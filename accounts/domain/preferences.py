"""What a person chooses about their own record; the words are read by the labs app."""

HEMISPHERES = ("north", "south", "tropics", "unknown")
UNITS = ("nmol/L", "ng/mL")
EARLIEST_BIRTH_YEAR = 1900
