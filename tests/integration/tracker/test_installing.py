"""The site can be installed; what is kept on a device for that is of nobody."""

import io
import json
import re

import pytest
from django.test import Client
from PIL import Image

from tests.access.signing_in import sign_in
from tests.factories import a_patient, owner_of

pytestmark = pytest.mark.django_db
NOBODYS = re.compile(r"/offline/|/static/tracker/[\w./-]+\.(css|svg)")


def test_the_manifest_names_icons_that_are_there_in_their_sizes(client: Client) -> None:
    answer = client.get("/manifest.webmanifest")
    told = json.loads(answer.content)

    assert answer.headers["Content-Type"] == "application/manifest+json"
    assert (told["start_url"], told["display"]) == ("/", "standalone")
    pictures = [icon for icon in told["icons"] if icon["type"] == "image/png"]
    assert {icon["sizes"] for icon in pictures} >= {"192x192", "512x512"}
    assert {icon["purpose"] for icon in pictures} == {"any", "maskable"}
    for icon in pictures:
        image = Image.open(io.BytesIO(client.get(icon["src"]).content))
        assert f"{image.width}x{image.height}" == icon["sizes"]
        assert image.format == "PNG"


def test_an_icon_of_another_name_is_not_there(client: Client) -> None:
    assert client.get("/icons/other.png").status_code == 404


def test_the_worker_keeps_the_offline_page_and_its_styles_alone(client: Client) -> None:
    answer = client.get("/service-worker.js")
    script = answer.content.decode()
    listed = re.search(r"FILES = \[(.*?)\]", script)
    assert listed is not None
    files = [
        json.loads(f'"{name}"'.replace("\\u002D", "-"))
        for name in re.findall(r'"([^"]+)"', listed[1])
    ]

    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert "/offline/" in files
    assert [name for name in files if not NOBODYS.fullmatch(name)] == []
    # One place puts into the cache, and it puts in the list.
    assert len(re.findall(r"\.(?:put|add|addAll)\(", script)) == 1
    assert "worker-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "manifest-src 'self'" in answer.headers["Content-Security-Policy"]


def test_the_offline_page_is_the_same_for_everybody(client: Client) -> None:
    patient = a_patient("Anna Example")
    sign_in(client, owner_of(patient))

    hers = client.get("/offline/").content.decode()

    assert "No connection" in hers
    assert "Anna" not in hers
    assert hers == Client().get("/offline/").content.decode()
