"""
The files of deploy/cluster: taken by the programs that read them, and of one mind.

REQUIRE_STACK=1 makes the absence of HAProxy or Patroni a failure. What the cluster does
when a leader dies is `make drill`'s.
"""

import os
import re
import shutil
import subprocess
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.integration.operations.cluster import amiss

PROJECT = Path(__file__).resolve().parents[2]
CLUSTER = PROJECT / "deploy" / "cluster"
COMPOSE: dict[str, Any] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = {
    name: service
    for name, service in COMPOSE["services"].items()
    if service.get("profiles") == ["cluster"]
}
RUN = (CLUSTER / "run.sh").read_text()
PATRONI: dict[str, Any] = yaml.safe_load((CLUSTER / "patroni.yml").read_text())
TIMES: dict[str, Any] = PATRONI["bootstrap"]["dcs"]
MEMBER = {
    "MEMBER": "member-1",
    "HOST": "127.0.0.1",
    "LISTEN": "127.0.0.1",
    "POSTGRES_PORT": "1",
    "CONTROL_PORT": "2",
    "ETCD_AT": "127.0.0.1:3",
}
# No address of a member may be the loopback's, says Patroni, and etcd should answer.
OF_LOOPBACK = {
    "restapi.connect_address 127.0.0.1:2",
    "postgresql.connect_address 127.0.0.1:1",
    "etcd3.hosts.0 127.0.0.1:3",
}
# What each kind of process needs to be told, but for what it makes itself.
FUNCTIONS = {
    "etcd": "become_etcd",
    "postgres": "become_postgres",
    "pooler": "become_pooler",
}
OWN = {"PATH", "SECRETS", "POSTGRES_PROGRAMS", "PATRONI_REPLICATION_PASSWORD"}


def the(name: str) -> str:
    """Return where a program is."""
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    if found is None:
        message = f"{name} is not installed: apt-get install {name}."
        if os.environ.get("REQUIRE_STACK") == "1":
            pytest.fail(message)
        pytest.skip(message)
    return found


def run(
    arguments: list[str], secrets: Path, first: Path | None = None, /, **variables: str
) -> subprocess.CompletedProcess[str]:
    path = os.environ["PATH"] if first is None else f"{first}:{os.environ['PATH']}"
    return subprocess.run(  # noqa: S603 - our own script
        ["/bin/sh", str(CLUSTER / arguments[0]), *arguments[1:]],
        env={"PATH": path, "SECRETS": str(secrets), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    folder = tmp_path / "secrets"
    folder.mkdir()
    for name in COMPOSE["secrets"]:
        (folder / name).write_text(f"the-{name}")
    return folder


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """Return a folder for programs that stand in for real ones."""
    folder = tmp_path / "programs"
    folder.mkdir()
    return folder


def stand_in(folder: Path, name: str, does: str) -> None:
    program = folder / name
    program.write_text(f"#!/bin/sh\n{does}\n")
    program.chmod(0o755)


def test_haproxy_takes_its_file(secrets: Path) -> None:
    the("haproxy")
    given = SERVICES["leader"]["environment"]
    places = {name: value for name, value in given.items() if "DATABASE" not in name}
    numbers = {name: "127.0.0.1:1" for name in given if "DATABASE" in name}

    done = run(["run.sh", "entrance", "-c"], secrets, **places, **numbers)

    assert done.returncode == 0, done.stderr


def test_patroni_takes_its_file(secrets: Path, tmp_path: Path) -> None:
    """But for the loopback, which is not for it what it is to cluster.sh."""
    the("patroni")
    bound = {"DATA": str(tmp_path / "data"), **MEMBER}

    done = run(["run.sh", "postgres", "--validate-config"], secrets, **bound)

    said = (done.stdout + done.stderr).strip().splitlines()
    assert {line.split(" didn't pass")[0] for line in said} == OF_LOOPBACK


def test_the_pooler_leads_to_the_leader_and_nobody_else_reads_its_word(
    secrets: Path, programs: Path, tmp_path: Path
) -> None:
    stand_in(programs, "pgbouncer", 'cat "$1"')
    places = {
        "LISTEN": "0.0.0.0",  # noqa: S104 - a container's own
        "POOLER_PORT": "7001",
        "LEADER_HOST": "leader",
        "LEADER_PORT": "7002",
        "DATA": str(tmp_path),
    }

    done = run(["run.sh", "pooler"], secrets, programs, **places)

    assert "calcidiol = host=leader port=7002" in done.stdout
    assert "listen_addr = 0.0.0.0\nlisten_port = 7001\n" in done.stdout
    assert f"auth_file = {tmp_path}/userlist.txt" in done.stdout
    assert "pool_mode = transaction" in done.stdout
    users = tmp_path / "userlist.txt"
    assert users.read_text() == '"calcidiol_web" "the-web_password"\n'
    assert users.stat().st_mode & 0o077 == 0


def test_no_password_stands_in_a_command(secrets: Path, programs: Path) -> None:
    stand_in(programs, "patroni", 'echo "$@"; env')

    done = run(["run.sh", "postgres"], secrets, programs, DATA="/nowhere", **MEMBER)

    command, *variables = done.stdout.splitlines()
    assert command == "patroni.yml"
    assert "PATRONI_SUPERUSER_PASSWORD=the-postgres_password" in variables
    assert "PATRONI_REPLICATION_PASSWORD=the-members_password" in variables
    assert not re.search(r"password: ", (CLUSTER / "patroni.yml").read_text())


def test_the_superuser_of_a_machine_is_not_who_runs_it(
    secrets: Path, programs: Path, tmp_path: Path
) -> None:
    stand_in(programs, "id", "echo 0")

    done = run(["cluster.sh", "start", str(tmp_path / "state")], secrets, programs)

    assert done.returncode == 1
    assert "PostgreSQL refuses root" in done.stderr


def test_nothing_is_acknowledged_before_a_second_member_has_it() -> None:
    assert TIMES["synchronous_mode"] is True
    assert TIMES["synchronous_mode_strict"] is True
    written = (CLUSTER / "patroni.yml").read_text()
    assert "synchronous_commit" not in written
    assert "fsync" not in written


def test_a_lead_is_renewed_well_before_it_ends() -> None:
    """As Patroni asks: two tries and a round have room in it."""
    assert TIMES["loop_wait"] + 2 * TIMES["retry_timeout"] <= TIMES["ttl"]


def test_everybody_shows_a_password_and_nothing_held_is_removed() -> None:
    rules = [*PATRONI["bootstrap"]["pg_hba"], *PATRONI["postgresql"]["pg_hba"]]

    assert all(rule.endswith(" samenet scram-sha-256") for rule in rules)
    assert PATRONI["postgresql"]["remove_data_directory_on_rewind_failure"] is False
    assert PATRONI["postgresql"]["remove_data_directory_on_diverged_timelines"] is False


@pytest.mark.parametrize("service", sorted(set(SERVICES) - {"leader"}))
def test_a_container_is_told_all_that_its_process_asks_for(service: str) -> None:
    (what,) = SERVICES[service]["command"]
    (body,) = re.findall(
        rf"^{FUNCTIONS[what]}\(\) {{\n(.*?)^}}", RUN, re.MULTILINE | re.DOTALL
    )
    asked = set(re.findall(r"\$\{?([A-Z_]+)", body)) - OWN

    assert asked == set(SERVICES[service]["environment"])
    wanted = set(re.findall(r"\$\(secret (\w+)\)", body))
    assert wanted <= set(SERVICES[service].get("secrets", []))


def test_the_entrance_is_told_all_that_its_file_asks_for() -> None:
    asked = re.findall(r'"\$\{(\w+)\}"', (CLUSTER / "haproxy.cfg").read_text())

    assert set(asked) == set(SERVICES["leader"]["environment"])


def test_what_knows_who_leads_is_out_of_reach_of_the_site() -> None:
    """It asks nobody for a password: whoever reaches it decides who leads."""
    assert COMPOSE["networks"]["cluster"]["internal"] is True
    inside = {
        name
        for name, service in COMPOSE["services"].items()
        if "cluster" in service.get("networks", [])
    }
    alone = {
        name for name in inside if COMPOSE["services"][name]["networks"] == ["cluster"]
    }

    assert alone == {f"{kind}-{n}" for kind in ("etcd", "database") for n in (1, 2, 3)}
    assert inside - alone == {"leader"}


def test_places_named_in_variables_are_containers() -> None:
    named = {
        host
        for service in SERVICES.values()
        for value in service["environment"].values()
        for host in re.findall(r"\b((?:etcd|database)-\d|leader)\b", value)
    }

    assert named == set(SERVICES) - {"pooler"}


def test_the_cluster_stands_in_the_place_of_the_one_server() -> None:
    after = COMPOSE["services"]["migrate"]["depends_on"]

    assert COMPOSE["services"]["db"]["deploy"]["replicas"] == "${SINGLE_DATABASE:-1}"
    for name in ("leader", "pooler"):
        assert after[name] == {"condition": "service_healthy", "required": False}


def test_a_row_lost_does_not_make_up_for_one_stored_twice() -> None:
    first, second = ("anna", date(2026, 1, 1)), ("anna", date(2026, 1, 2))
    told = Counter([first, second])

    assert amiss(told, Counter([first, second])) == (0, 0)
    assert amiss(told, Counter([first, first])) == (1, 1)
