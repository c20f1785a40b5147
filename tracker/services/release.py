"""Which program wrote something; it stands on everything that leaves on paper."""

PRODUCT = "Calcidiol"
VERSION = "0.1.0"  # the same as in pyproject.toml, which is not shipped
