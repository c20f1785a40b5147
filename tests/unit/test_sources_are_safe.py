"""What the sources never do, read from the sources themselves."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from allauth.mfa.adapter import get_adapter
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.utils.module_loading import import_string

from accounts.models import User

PROJECT = Path(__file__).resolve().parents[2]
APPS = ("accounts", "labs", "tracker")
MODULES = [
    path
    for app in APPS
    for path in sorted((PROJECT / app).rglob("*.py"))
    if "migrations" not in path.parts
]
TEMPLATES = sorted((PROJECT / "templates").rglob("*.*"))
SCRIPTS = sorted((PROJECT / "tracker" / "static").rglob("*.js"))
# Start servers and programs on this machine; none is part of an answer to a request.
STARTERS = {
    "launch.py",
    "database.py",
    "demo.py",
    "population.py",
    "cast.py",
}


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in MODULES:
        yield path, ast.parse(path.read_text())


def imports(tree: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def calls(tree: ast.Module) -> set[str]:
    return {
        ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)
    }


def test_no_text_is_run_as_a_program() -> None:
    forbidden = {"eval", "exec", "compile", "os.system", "os.popen", "pickle.loads"}

    assert len(MODULES) > 100
    for path, tree in trees():
        assert not calls(tree) & forbidden, path
        assert "shell=True" not in path.read_text(), path


def test_nothing_is_asked_of_other_servers_by_an_address_that_somebody_gave() -> None:
    outward = {"requests", "httpx", "urllib.request", "urllib3", "aiohttp", "ftplib"}

    for path, tree in trees():
        assert not imports(tree) & outward, path
        if path.name not in STARTERS:
            assert not imports(tree) & {"socket", "http.client"}, path


def test_secrets_are_drawn_from_the_systems_own_source_of_chance() -> None:
    for path, tree in trees():
        if "demo" not in path.parts and path.name not in STARTERS:
            assert "random" not in imports(tree), path


def test_no_hash_that_is_broken_is_used() -> None:
    for path, tree in trees():
        assert not calls(tree) & {"hashlib.md5", "hashlib.sha1"}, path


def test_templates_escape_what_they_write() -> None:
    for path in TEMPLATES:
        text = path.read_text()
        assert not re.search(r"\|\s*safe\b", text), path
        if path.suffix != ".txt":  # a mail's text is no markup
            assert "autoescape off" not in text, path


def test_pages_load_nothing_from_elsewhere_and_say_nothing_inline() -> None:
    for path in TEMPLATES:
        text = path.read_text()
        assert not re.search(r"(?:src|href)=[\"']?(?:https?:)?//", text), path
        inline = r"<script(?![^>]*(?:\bsrc=|type=\"application/json\"))"
        assert not re.search(inline, text), path
        assert not re.search(r"\s(?:style|on[a-z]+)=[\"']", text), path


def test_scripts_write_text_and_keep_nothing_in_the_browser() -> None:
    forbidden = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function"
        r"|localStorage|sessionStorage|indexedDB|\{\{"
    )

    assert SCRIPTS
    for path in SCRIPTS:
        assert not forbidden.search(path.read_text()), path


def test_partial_updates_leave_no_page_in_the_browsers_storage() -> None:
    base = (PROJECT / "templates" / "base.html").read_text()

    assert (
        '{"includeIndicatorStyles": false, "allowEval": false, "historyCacheSize": 0}'
        in base
    )


def test_no_answer_is_meant_for_other_sites() -> None:
    for path in MODULES:
        text = path.read_text()
        assert "Access-Control-Allow" not in text, path
        assert not re.search(r"\bjsonp\b", text.lower()), path


def test_nothing_is_installed_for_developers_or_operators_alone() -> None:
    # Operators have lists of their own, without forms (tracker.operators' tests).
    extra = ("debug_toolbar", "django_extensions", "silk")

    assert not [name for name in settings.INSTALLED_APPS if name.startswith(extra)]
    assert settings.DEBUG is False


def test_mail_is_no_factor_and_there_are_no_hints() -> None:
    assert not getattr(settings, "ACCOUNT_LOGIN_BY_CODE_ENABLED", False)
    assert set(settings.MFA_SUPPORTED_TYPES) == {"totp", "webauthn", "recovery_codes"}
    names = {field.name for field in User._meta.get_fields()}
    assert not [name for name in names if re.search("hint|question|answer", name)]


def test_a_password_counts_exactly_as_it_was_typed() -> None:
    typed = "  Seven quiet Otters paddle " + "x" * 100
    kept = make_password(typed)

    assert check_password(typed, kept)
    for other in (typed.strip(), typed.lower(), typed[:-1], typed[:72]):
        assert not check_password(other, kept), other


def test_passwords_are_stretched_by_argon2id_with_46_mebibytes() -> None:
    hasher = import_string(settings.PASSWORD_HASHERS[0])()

    kept = hasher.encode("seven quiet otters paddle", hasher.salt())

    assert kept.startswith("argon2$argon2id$v=19$m=47104,t=1,p=1$")


def test_a_seed_that_was_tampered_with_is_refused() -> None:
    locked = get_adapter().encrypt("JBSWY3DPEHPK3PXP")
    middle = len(locked) // 2
    other = "A" if locked[middle] != "A" else "B"

    assert get_adapter().encrypt("JBSWY3DPEHPK3PXP") != locked  # a new nonce each time
    with pytest.raises(InvalidToken):
        get_adapter().decrypt(locked[:middle] + other + locked[middle + 1 :])
