"""Marks what is said to people, for the translators."""


def N_(template: str) -> str:  # noqa: N802 - the name that gettext's tools look for
    """Mark a template for the translators' catalogue; the text stays as it is."""
    return template
