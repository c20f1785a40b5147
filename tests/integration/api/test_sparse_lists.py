"""A program asks for a few fields alone, of every list that says so."""

from accounts.models import Clinic, Patient, User
from tests.factories import owner_of
from tests.integration.api.conftest import Program, a_key
from tests.integration.api.stored import description, everything_stored

SPARSE = {
    "audit_list": "at",
    "intakes_list": "outcome",
    "jobs_list": "state",
    "notes_list": "text",
    "periods_list": "starts_on",
    "results_list": "value",
    "reviews_list": "reviewed_at",
}
HERS = ("audit_list",)


def lists() -> dict[str, str]:
    """Return the addresses that know `fields`, by their operation."""
    found = {}
    for path, methods in description()["paths"].items():
        asked = methods.get("get", {}).get("parameters", [])
        if any(each["name"] == "fields" for each in asked):
            found[methods["get"]["operationId"]] = path
    return found


def test_the_lists_that_say_so_give_the_fields_that_were_asked_for(
    anna: Patient, osei: User, clinic: Clinic
) -> None:
    del clinic
    stored = everything_stored(anna, osei)
    hers, his = Program(a_key(owner_of(anna))), Program(a_key(osei))

    assert set(lists()) == set(SPARSE)
    for name, path in lists().items():
        program = hers if name in HERS else his
        answer = program.get(f"{stored.path(path)}?fields={SPARSE[name]}")
        assert answer.status_code == 200, (name, answer.content)
        for item in answer.json()["items"]:
            assert set(item) == {"id", SPARSE[name]}, name
        refused = program.get(f"{stored.path(path)}?fields=colour")
        assert refused.status_code == 422, name
        assert refused.json()["errors"][0]["pointer"] == "?fields"
