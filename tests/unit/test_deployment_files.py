"""The files that others run the site with agree with the program and each other."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from labs.forms.uploads import LARGEST_UPLOAD, MEGABYTE

PROJECT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = ("migrate", "web", "worker", "backup")
UNITS = sorted((PROJECT / "deploy" / "systemd").glob("*.service"))
EXAMPLE = (PROJECT / ".env.example").read_text()


def run(*command: str) -> None:
    done = subprocess.run(  # noqa: S603 - our own programs
        command, cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def documented() -> set[str]:
    return set(re.findall(r"^([A-Z_]+)=", EXAMPLE, re.MULTILINE))


def read_by_the_program() -> set[str]:
    found = set()
    for path in (PROJECT / "tracker").rglob("*.py"):
        found |= set(
            re.findall(
                r'environ(?:\.get\(|\[|, )"([A-Z_]+)"|_required\("([A-Z_]+)"',
                path.read_text(),
            )
        )
    return {first or second for first, second in found}


# libpq's own, which docs/deployment.md names; manage.py sets it for long work.
OF_LIBPQ = {"PGOPTIONS"}
# Not for operators: what tests and `make run` set for their own processes.
INTERNAL = {
    "CALCIDIOL_LOCAL",
    "CALCIDIOL_VAR",
    "CALCIDIOL_VIEWER_ROLE",
    "DATABASE_ROLE",
    "DEBUG",
    "DJANGO_SETTINGS_MODULE",
    "PORT",
    "STATIC_MANIFEST",
    "STATIC_ROOT",
}


def test_every_variable_that_the_program_reads_is_in_the_example() -> None:
    read = read_by_the_program() - INTERNAL - OF_LIBPQ
    of_the_tracing_library = {name for name in read if name.startswith("OTEL_")}

    assert read - of_the_tracing_library <= documented()
    assert "# OTEL_EXPORTER_OTLP_ENDPOINT=" in EXAMPLE


@pytest.mark.parametrize("service", OURS)
def test_a_container_sets_only_variables_that_the_program_knows(service: str) -> None:
    names = {
        name.removesuffix("_FILE") for name in SERVICES[service].get("environment", {})
    }

    assert names <= documented()


@pytest.mark.parametrize("service", OURS)
def test_our_containers_can_change_nothing_of_themselves(service: str) -> None:
    settings = SERVICES[service]

    assert settings["read_only"] is True
    assert settings["cap_drop"] == ["ALL"]
    assert "ports" not in settings


def test_the_database_is_not_reachable_from_outside() -> None:
    assert "ports" not in SERVICES["db"]
    assert {name for name, service in SERVICES.items() if "ports" in service} == {
        "proxy"
    }


def test_no_secret_stands_in_an_environment() -> None:
    text = (PROJECT / "docker-compose.yml").read_text()

    assert not re.search(r"(PASSWORD|SECRET_KEY|_KEYS|TOKEN|_URL): ", text)
    for service in SERVICES.values():
        wanted = service.get("environment", {})
        files = [value for name, value in wanted.items() if name.endswith("_FILE")]
        given = {f"/run/secrets/{name}" for name in service.get("secrets", [])}
        assert set(files) <= given


def test_the_owner_comes_near_migrations_and_backups_alone() -> None:
    with_owner = {
        name
        for name, service in SERVICES.items()
        if "database_owner_url" in service.get("secrets", [])
    }

    assert with_owner == {"migrate", "backup"}


def test_each_starts_after_what_it_needs() -> None:
    assert SERVICES["migrate"]["depends_on"]["db"]["condition"] == "service_healthy"
    for name in ("web", "worker"):
        after = SERVICES[name]["depends_on"]["migrate"]["condition"]
        assert after == "service_completed_successfully"
    assert SERVICES["proxy"]["depends_on"]["web"]["condition"] == "service_healthy"


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_unit_takes_its_secrets_from_credentials(unit: Path) -> None:
    text = unit.read_text()
    loaded = set(re.findall(r"LoadCredential=(\w+):", text))
    used = set(re.findall(r"_FILE=%d/(\w+)", text))

    assert loaded == used
    assert {"secret_key", "database_url"} <= used
    assert "NoNewPrivileges=true" in text
    assert "User=calcidiol" in text
    if unit.stem in {"calcidiol-web", "calcidiol-worker"}:
        assert "database_owner_url" not in text


def test_the_web_server_takes_its_configuration() -> None:
    configuration = ("--check-config", "--config", "deploy/gunicorn.conf.py")

    run(
        sys.executable,
        "-m",
        "gunicorn",
        *configuration,
        "tests.unit.no_site:application",
    )


def test_secrets_are_written_once_and_each_is_strong(tmp_path: Path) -> None:
    script = tmp_path / "make-secrets.sh"
    script.write_text((PROJECT / "deploy" / "make-secrets.sh").read_text())

    run("sh", str(script))
    first = {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}
    run("sh", str(script))
    again = {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}

    assert first == again
    assert set(first) == set(COMPOSE["secrets"])
    assert first["tls_key"].startswith("-----BEGIN PRIVATE KEY-----")
    assert len(first["secret_key"]) >= 50
    assert len(first["mfa_encryption_keys"]) == 44
    assert first["web_password"] in first["database_url"]
    assert (tmp_path / "secrets").stat().st_mode & 0o077 == 0


def pins(name: str) -> set[str]:
    text = (PROJECT / name).read_text()
    found = re.findall(r"^([\w.-]+)(?:\[[\w,]+\])?==([\w.]+)", text, re.MULTILINE)
    return {
        f"{package.lower().replace('_', '-')}=={version}" for package, version in found
    }


def test_containers_install_exactly_what_is_required_file_by_file() -> None:
    """`make lock` writes the hashes anew where a requirement changed."""
    for name in ("requirements", "requirements-otel"):
        locked = (PROJECT / f"{name}.lock").read_text()
        hashed = re.findall(r"== ?\S+ \\\n    --hash", locked)

        assert pins(f"{name}.lock") == pins(f"{name}.txt")
        assert locked.count("==") == len(hashed)


IMAGE = (PROJECT / "Dockerfile").read_text()
STAGES = re.split(r"^FROM ", IMAGE, flags=re.MULTILINE)[1:]


def test_the_image_is_small_checked_and_serves_as_nobody() -> None:
    """What builds stays behind in the first stage."""
    _build, final = STAGES

    assert re.findall(r"^FROM (\S+)", IMAGE, re.MULTILINE) == ["python:3.13-slim"] * 2
    assert "--require-hashes -r requirements.lock" in STAGES[0]
    assert "pip" not in final
    assert "ADD " not in IMAGE
    assert final.index("USER 10001") < final.index("CMD [")
    assert "/readyz" in re.findall(r"HEALTHCHECK.*\n.*", final)[0]
    assert not re.search(r"(SECRET|PASSWORD|KEY)\w*=", IMAGE)


@pytest.mark.parametrize("service", OURS)
def test_a_container_owns_the_folders_that_it_keeps(service: str) -> None:
    """A new volume is whose the folder in the image is, else root's."""
    made = re.findall(
        r"install -d -o calcidiol -g calcidiol -m 0700 (.+)$", STAGES[1], re.MULTILINE
    )
    kept = {volume.split(":")[1] for volume in SERVICES[service]["volumes"]}

    assert kept <= set(" ".join(made).split())


def test_each_file_that_the_image_copies_is_there() -> None:
    for sources in re.findall(r"^COPY (?!--from)(.+) \S+$", IMAGE, re.MULTILINE):
        for source in sources.split():
            assert (PROJECT / source).exists(), source


def test_nothing_of_source_control_comes_into_the_image() -> None:
    """Each source is named, none is the whole folder, and none holds such a folder."""
    ignored = (PROJECT / ".dockerignore").read_text().splitlines()
    assert ".git" in ignored

    for sources in re.findall(r"^COPY (?!--from)(.+) \S+$", IMAGE, re.MULTILINE):
        for source in sources.split():
            assert source not in {".", "./", "*"}
            assert not list((PROJECT / source).rglob(".git"))


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_a_container_can_take_a_bounded_part_of_the_machine(service: str) -> None:
    limits = SERVICES[service]["deploy"]["resources"]["limits"]

    assert set(limits) == {"cpus", "memory"}


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_a_container_is_watched_or_says_why_not(service: str) -> None:
    """The web has the image's own check; what runs once, and the worker, have none."""
    settings = SERVICES[service]
    watched = "healthcheck" in settings and "test" in settings["healthcheck"]

    assert watched or service in {"web", "migrate", "worker", "backup"}


def test_every_mount_and_secret_comes_from_a_file_that_is_there() -> None:
    for service in SERVICES.values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            known = source in COMPOSE["volumes"] or (PROJECT / source).exists()
            assert known, source
        for secret in service.get("secrets", []):
            name = secret["source"] if isinstance(secret, dict) else secret
            assert name in COMPOSE["secrets"]


PROXY = (PROJECT / "deploy" / "nginx" / "nginx.conf").read_text()


def test_the_proxy_takes_whole_requests_and_tells_who_asked() -> None:
    for setting in (
        "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;",
        "proxy_set_header X-Forwarded-Proto $scheme;",
        'proxy_set_header X-Forwarded-Host "";',
        "ssl_protocols TLSv1.2 TLSv1.3;",
        "access_log off;",
    ):
        assert setting in PROXY
    assert "proxy_request_buffering off" not in PROXY


def test_the_proxy_sends_a_write_again_only_where_it_counts_once() -> None:
    """Which addresses take a key is held by the description of the API."""
    (place,) = re.findall(r"location (\S+) \{[^{}]*non_idempotent", PROXY)
    (leads_there,) = re.findall(r"location (\S+) \{[^{}]*error_page 418 = @once", PROXY)

    assert place == "@once"
    assert leads_there == "/api/"
    assert PROXY.count("non_idempotent") == 1
    assert '"~^POST ." 1;' in PROXY


def test_the_proxy_lets_the_largest_upload_through() -> None:
    limit = re.search(r"client_max_body_size (\d+)m;", PROXY)

    assert limit is not None
    assert int(limit[1]) * MEGABYTE > LARGEST_UPLOAD


def test_the_pooler_gives_a_connection_for_a_transaction() -> None:
    text = (PROJECT / "deploy" / "pgbouncer" / "pgbouncer.ini").read_text()

    assert "pool_mode = transaction" in text
    assert "auth_type = scram-sha-256" in text


def test_what_a_container_and_a_unit_start_is_the_same() -> None:
    command = re.findall(r"^CMD (\[.*\])$", IMAGE, re.MULTILINE)[-1]
    started = " ".join(json.loads(command))
    unit = (PROJECT / "deploy" / "systemd" / "calcidiol-web.service").read_text()
    worker = (PROJECT / "deploy" / "systemd" / "calcidiol-worker.service").read_text()

    assert started.replace("gunicorn.conf.py", "deploy/gunicorn.conf.py") in unit
    assert " ".join(SERVICES["worker"]["command"][1:]) in worker


GUIDE = (PROJECT / "docs" / "deployment.md").read_text()


@pytest.mark.parametrize("name", sorted(documented()))
def test_every_variable_is_explained_to_operators(name: str) -> None:
    assert f"`{name}`" in GUIDE


def test_threads_share_their_memory_however_the_site_is_run() -> None:
    """Else what each of them once needed for a report is kept for it alone."""
    told = "MALLOC_ARENA_MAX=2"
    units = {path.stem: path.read_text() for path in UNITS}

    assert told in (PROJECT / "Dockerfile").read_text()
    assert f"Environment={told}\n" in units["calcidiol-web"]
    assert f"Environment={told}\n" in units["calcidiol-worker"]
