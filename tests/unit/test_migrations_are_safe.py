"""
A migration runs while the version before it still serves: none may stop or break it.

It may not hold a large table for long, rewrite one, or take away what the older program
reads and writes. A migration that has to says why in its own `SAFE_BECAUSE`.
"""

import os
import re
from contextlib import nullcontext
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

import pytest
from django.db import migrations, models
from django.db.migrations.operations.base import Operation

import manage

# Up to these, no table held anybody's data: they were written before the first release.
BEFORE_THE_FIRST_RELEASE = {"accounts": 20, "labs": 27, "tracker": 4}

STATEMENTS = {
    r"\bCREATE (UNIQUE )?INDEX (?!CONCURRENTLY)": "an index without CONCURRENTLY",
    r"\bADD CONSTRAINT\b(?![^;]*\b(NOT VALID|USING INDEX)\b)": "a whole scan",
    r"\bALTER (COLUMN )?\w+ (SET DATA )?TYPE\b": "a column that is written anew",
    r"\bSET NOT NULL\b": "a scan of the whole table under its lock",
    r"^\s*UPDATE\b": "a rewrite of rows",
    r"^\s*DELETE FROM\b": "a removal of rows",
    r"\b(VACUUM FULL|CLUSTER|REINDEX|LOCK TABLE|TRUNCATE)\b": "a lock on everybody",
    r"\b(DROP TABLE|DROP COLUMN|RENAME)\b": "something the older program still uses",
}


def risks_of(migration: type[migrations.Migration], reason: str = "") -> list[str]:
    """Return what could stop or break the version that still serves."""
    if reason:
        return []
    new = {
        each.name.lower()
        for each in migration.operations
        if isinstance(each, migrations.CreateModel)
    }
    return [
        risk
        for each in migration.operations
        for risk in _risks(each, new, is_atomic=migration.atomic)
    ]


def _risks(operation: Operation, new: set[str], *, is_atomic: bool) -> list[str]:
    if getattr(operation, "model_name", "").lower() in new:
        return []  # nobody else knows the table yet
    if isinstance(operation, migrations.RunSQL):
        return _risks_in(str(operation.sql), new)
    if isinstance(operation, migrations.AddField):
        return _risks_of_a_new_field(operation.field)
    if isinstance(operation, migrations.AddIndex):
        name = type(operation).__name__
        is_safe = name == "AddIndexConcurrently" and not is_atomic
        return [] if is_safe else ["an index without CONCURRENTLY"]
    if isinstance(operation, DANGEROUS):
        return [type(operation).__name__]
    return []


DANGEROUS = (
    migrations.RunPython,
    migrations.AlterField,
    migrations.RemoveField,
    migrations.RenameField,
    migrations.DeleteModel,
    migrations.RenameModel,
    migrations.AlterModelTable,
    migrations.AddConstraint,
)


def _risks_of_a_new_field(field: "models.Field[object, object]") -> list[str]:
    """The older program writes rows without it; Django's own default is not there."""
    if field.null or field.has_db_default() or field.many_to_many:
        return []
    return ["a column that the older program cannot fill"]


def _risks_in(statements: str, new: set[str]) -> list[str]:
    found = []
    bodies_left_out = re.sub(r"\$(\w*)\$.*?\$\1\$", "''", statements, flags=re.DOTALL)
    for statement in bodies_left_out.split(";"):
        if any(re.search(rf"\b\w+_{name}\b", statement) for name in new):
            continue
        found += [
            risk
            for pattern, risk in STATEMENTS.items()
            if re.search(pattern, statement, re.IGNORECASE)
        ]
    return found


def modules() -> list[tuple[str, str, ModuleType]]:
    return [
        (app, name, import_module(f"{app}.migrations.{name}"))
        for app in BEFORE_THE_FIRST_RELEASE
        for _, name, _ in iter_modules(import_module(f"{app}.migrations").__path__)
    ]


@pytest.mark.parametrize(
    ("app", "name", "module"), modules(), ids=lambda value: str(value)[:40]
)
def test_a_migration_can_run_while_the_older_version_serves(
    app: str, name: str, module: ModuleType
) -> None:
    if int(name[:4]) <= BEFORE_THE_FIRST_RELEASE[app]:
        return
    reason = getattr(module, "SAFE_BECAUSE", "")

    assert risks_of(module.Migration, reason) == [], name


def migration(*operations: Operation, is_atomic: bool = True) -> type:
    return type(
        "Migration",
        (migrations.Migration,),
        {"operations": list(operations), "atomic": is_atomic},
    )


A_NUMBER = models.IntegerField(default=0)
RISKY = [
    migrations.RunSQL("CREATE INDEX a ON labs_labresult (value)"),
    migrations.RunSQL("CREATE UNIQUE INDEX a ON labs_labresult (value)"),
    migrations.RunSQL("ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)"),
    migrations.RunSQL("ALTER TABLE t ALTER COLUMN a TYPE numeric"),
    migrations.RunSQL("ALTER TABLE t ALTER a SET NOT NULL"),
    migrations.RunSQL("SELECT 1; UPDATE labs_labresult SET a = 1"),
    migrations.RunSQL("DELETE FROM labs_labresult"),
    migrations.RunSQL("LOCK TABLE labs_labresult"),
    migrations.RunSQL("ALTER TABLE t RENAME COLUMN a TO b"),
    migrations.AddField("labresult", "more", A_NUMBER),
    migrations.AddIndex("labresult", models.Index(fields=["unit"], name="by_unit")),
    migrations.AlterField("labresult", "unit", A_NUMBER),
    migrations.RemoveField("labresult", "unit"),
    migrations.RenameField("labresult", "unit", "units"),
    migrations.DeleteModel("labresult"),
    migrations.RunPython(migrations.RunPython.noop),
]
SAFE = [
    migrations.RunSQL("CREATE INDEX CONCURRENTLY a ON labs_labresult (value)"),
    migrations.RunSQL("ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID"),
    migrations.RunSQL(
        "CREATE OR REPLACE FUNCTION app.f() RETURNS void LANGUAGE sql AS"
        " $$ UPDATE labs_labresult SET unit = ''; $$"
    ),
    migrations.AddField("labresult", "more", models.IntegerField(null=True)),
    migrations.AddField("labresult", "more", models.IntegerField(db_default=0)),
    migrations.CreateModel("thing", [("id", models.BigAutoField(primary_key=True))]),
]


def name_of(operation: Operation) -> str:
    """Return the same name in every process: no place in memory."""
    return re.sub(r" at 0x[0-9a-f]+", "", str(operation))


@pytest.mark.parametrize("operation", RISKY, ids=name_of)
def test_what_could_stop_the_older_version_is_found(operation: Operation) -> None:
    assert risks_of(migration(operation))
    assert risks_of(migration(operation), "The table has ten rows.") == []


@pytest.mark.parametrize("operation", SAFE, ids=name_of)
def test_what_cannot_is_let_through(operation: Operation) -> None:
    assert risks_of(migration(operation)) == []


def test_a_new_tables_own_index_holds_up_nobody() -> None:
    new = migrations.CreateModel(
        "thing", [("id", models.BigAutoField(primary_key=True))]
    )
    index = models.Index(fields=["id"], name="by_id")

    assert risks_of(migration(new, migrations.AddIndex("thing", index))) == []
    assert (
        risks_of(migration(new, migrations.RunSQL("CREATE INDEX a ON labs_thing (id)")))
        == []
    )


def test_a_migration_waits_for_a_lock_a_few_seconds_and_no_longer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever waits for a lock on a table holds up all who come after."""
    monkeypatch.setenv("PGOPTIONS", "")
    monkeypatch.delenv("PGOPTIONS")
    monkeypatch.setattr(
        "django.core.management.execute_from_command_line", lambda _arguments: None
    )
    monkeypatch.setattr(manage, "database_for", lambda _command: nullcontext())

    manage.main(["manage.py", "migrate"])

    assert "lock_timeout=5s" in os.environ["PGOPTIONS"]
