"""The example client does what it says, against a site that runs."""

import importlib.util
from pathlib import Path
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from accounts.models import Patient
from labs.models import ImportBatch
from tests.factories import a_result, owner_of
from tests.integration.api.conftest import a_key
from tests.integration.api.test_results import SENT
from tests.integration.imports.test_uploads import TWO

PLACE = Path(__file__).resolve().parents[3] / "docs" / "example_client.py"


def example() -> Any:  # noqa: ANN401 - a module of the documentation
    described = importlib.util.spec_from_file_location("example_client", PLACE)
    assert described is not None
    assert described.loader is not None
    module = importlib.util.module_from_spec(described)
    described.loader.exec_module(module)
    return module


def test_it_reads_and_adds(
    live_server: LiveServer,
    anna: Patient,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    a_result(anna)
    table = tmp_path / "results.csv"
    table.write_text(TWO)
    key, module = a_key(owner_of(anna)), example()

    module.main(live_server.url, key, str(table))
    client = module.Calcidiol(live_server.url, key)
    added = client.add_result(str(anna.pk), {**SENT, "collected_on": "2026-05-01"})

    said = capsys.readouterr().out
    assert "28 ng/mL No range set" in said
    assert "The file would add 2 and refuse 0" in said
    assert not ImportBatch.objects.exists()
    file = client.bring(str(anna.pk), "results.csv", TWO.encode())
    assert client.save(file).told["state"] == "saved"
    with pytest.raises(module.Refused):
        client.save(file)
    assert b'"labs_labresult"' in client.export(str(anna.pk))
    assert added["version"] == 1
    with pytest.raises(module.Refused) as refused:
        client.add_result(str(anna.pk), {**SENT, "collected_on": "2026-05-01"})
    assert refused.value.problem["questions"]
