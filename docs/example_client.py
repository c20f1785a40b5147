"""
A small client of Calcidiol's REST addresses: the standard library alone.

Make a key on the page "Keys for programs", then:

    CALCIDIOL_KEY=calcidiol_... python docs/example_client.py http://localhost:8000

It lists the people whose records the key opens, and the latest results of the first.
With the path of a file behind the address it also says what bringing that file into
the first record would do; nothing of it is saved.
"""

import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
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

    def bring(self, patient_id: str, name: str, content: bytes) -> "File":
        """Bring a file for one record; nothing of it is saved before `save`."""
        path = f"/api/v1/patients/{patient_id}/imports"
        mark = uuid4().hex
        told = f'form-data; name="file"; filename="{name}"'
        head = f"--{mark}\r\nContent-Disposition: {told}\r\n\r\n".encode()
        body = head + content + f"\r\n--{mark}--\r\n".encode()
        kind = f"multipart/form-data; boundary={mark}"
        return self._file(path, body, {"Content-Type": kind})

    def rows(self, file: "File") -> Iterator[dict[str, Any]]:
        """Yield the rows of a file, each with what becomes of it and why."""
        yield from self._pages(f"/api/v1/imports/{file.told['id']}/rows")

    def save(self, file: "File") -> "File":
        """Bring all of a file into the record as it was seen, or raise Refused."""
        path = f"/api/v1/imports/{file.told['id']}/saving"
        return self._file(path, {}, {"If-Match": file.etag})

    def forget(self, file: "File") -> None:
        """Forget a file of which nothing was saved."""
        self._ask("POST", f"/api/v1/imports/{file.told['id']}/discarding")

    def worklist(self, clinic_id: str) -> Iterator[dict[str, Any]]:
        """Yield whom to look at in a clinic and why, the gravest first."""
        yield from self._pages(f"/api/v1/clinics/{clinic_id}/worklist")

    def export(self, patient_id: str) -> bytes:
        """Return everything of one record as JSON."""
        path = f"/api/v1/patients/{patient_id}/export/record.json"
        content, _headers = self._send("GET", path)
        return content

    def _file(self, path: str, body: object, headers: dict[str, str]) -> "File":
        content, told = self._send("POST", path, body, headers)
        return File(json.loads(content), told["ETag"])

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
        content, _headers = self._send(method, path, body, headers)
        told: dict[str, Any] = json.loads(content) if content else {}
        return told

    def _send(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: dict[str, str] | None = None,
    ) -> tuple[bytes, Any]:
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        request = urllib.request.Request(
            self.site + path,
            method=method,
            data=data,
            headers={
                "Authorization": f"Bearer {self.key}",
                "Content-Type": "application/json",
                **(headers or {}),
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.read(), answer.headers
        except urllib.error.HTTPError as error:
            raise Refused(json.load(error)) from error


class File:
    """A file as it was seen: what it would do, and the mark of that version."""

    def __init__(self, told: dict[str, Any], etag: str) -> None:
        """Keep both."""
        self.told, self.etag = told, etag


def main(site: str, key: str, path: str = "") -> None:
    """Print what the key opens, and what a file would bring."""
    client = Calcidiol(site, key)
    for number, person in enumerate(client.patients()):
        if path and not number:
            preview(client, person["id"], path)
        print(person["name"], person["born_on"], person["id"])
        if number:
            continue
        for result in client.results(person["id"]):
            value, flag = result["value"], result["flag"]
            shown = f"{value['as_reported']} {value['unit_as_reported']}"
            print(" ", result["collected_on"], result["test"], shown, flag["words"])
            for line in (*flag["beside"], *flag["alert_sentences"]):
                print("    ", line)


def preview(client: Calcidiol, patient_id: str, path: str) -> None:
    """Print what bringing a file into a record would do, and forget the file again."""
    table = Path(path)
    file = client.bring(patient_id, table.name, table.read_bytes())
    print(
        "  The file would add", file.told["added"], "and refuse", file.told["refused"]
    )
    for row in client.rows(file):
        print("   ", row["kind"], row["where"], row["what"], row["why"])
    client.forget(file)


if __name__ == "__main__":
    main(sys.argv[1], os.environ["CALCIDIOL_KEY"], *sys.argv[2:3])
