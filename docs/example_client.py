"""
A small client of Calcidiol's REST addresses: the standard library alone.

Make a key on the page "Keys for programs", then:

    CALCIDIOL_KEY=calcidiol_... python docs/example_client.py http://localhost:8000

It lists the people whose records the key opens, and the latest results of the first.
"""

import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any
from uuid import uuid4


class Refused(RuntimeError):
    """What the site answered instead, by RFC 9457."""

    def __init__(self, problem: dict[str, Any]) -> None:
        """Keep the problem; its "questions" and "errors" say what to do."""
        super().__init__(problem.get("detail", "refused"))
        self.problem = problem


class Calcidiol:
    """One site, and one person's key."""

    def __init__(self, site: str, key: str) -> None:
        """Take where the site is, and the key."""
        self.site = site.rstrip("/")
        self.key = key

    def patients(self) -> Iterator[dict[str, Any]]:
        """Yield the people whose records the key opens."""
        yield from self._pages("/api/v1/patients")

    def results(self, patient_id: str) -> Iterator[dict[str, Any]]:
        """Yield a person's results, the newest day first."""
        yield from self._pages(f"/api/v1/patients/{patient_id}/results")

    def add_result(self, patient_id: str, result: dict[str, Any]) -> dict[str, Any]:
        """
        Store a result; however often it is sent after a lost answer, it counts once.

        Raises Refused with "questions" where something has to be answered first: show
        them to a person, and send the result again with their "answers".
        """
        path = f"/api/v1/patients/{patient_id}/results"
        return self._ask("POST", path, result, {"Idempotency-Key": str(uuid4())})

    def _pages(self, path: str) -> Iterator[dict[str, Any]]:
        following: str | None = path
        while following:
            page = self._ask("GET", following)
            yield from page["items"]
            following = page["next"]

    def _ask(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> dict[str, Any]:
        request = urllib.request.Request(
            self.site + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {self.key}",
                "Content-Type": "application/json",
                **(headers or {}),
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                told: dict[str, Any] = json.load(answer)
        except urllib.error.HTTPError as error:
            raise Refused(json.load(error)) from error
        return told


def main(site: str, key: str) -> None:
    """Print what the key opens."""
    client = Calcidiol(site, key)
    for number, person in enumerate(client.patients()):
        print(person["name"], person["born_on"], person["id"])
        if number:
            continue
        for result in client.results(person["id"]):
            value, flag = result["value"], result["flag"]
            shown = f"{value['as_reported']} {value['unit_as_reported']}"
            print(" ", result["collected_on"], result["test"], shown, flag["words"])
            for line in (*flag["beside"], *flag["alert_sentences"]):
                print("    ", line)


if __name__ == "__main__":
    main(sys.argv[1], os.environ["CALCIDIOL_KEY"])
