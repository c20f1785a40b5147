import pytest

from tests.access import characters


@pytest.fixture
def cast(db: None) -> characters.Cast:
    """Everybody on the stage; who they are stands in characters.py."""
    del db
    return characters.assemble()
