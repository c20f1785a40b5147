"""No regular expression of the product can be made to try exponentially many ways."""

import ast
import json
import os
import re
import subprocess
import sys
from functools import cache

import pytest

from labs.domain import language
from tests.unit.backtracking import is_exponential
from tests.unit.test_sources_are_safe import MODULES, PROJECT

DOUBLING = [
    r"(a+)+b",
    r"(a*)*b",
    r"(a|aa)+b",
    r"(ab|ab)*c",
    r"(a?b?)*c",
    r"((a?)?b)*c",
    r"(\w+\s?)*!",
    r"(?:\d+,?)+!",
    r"([^\W_]|\w)*!",
    r"(x+x+)+y",
    r"(a{1,9}){1,30}b",
    r"(?i)(ab|AB)*c",
    r"(?=(a+)+b)c",
    r"(?>(a+)+b)c",
    rb"([\x80-\xff]+|[^a])*a",
]
HARMLESS = [
    r"[a-z]+(?:-[a-z]+)*",
    r"(?:total ?|d ?[23] ?)+",
    r"(?:a+)++b",
    r"((?>a+),)*b",
    r'"[^"\\]*+(?:\\.[^"\\]*+)*+"',
    r"\s*\d+\s*",
    r"(?:a|b)*c",
]
# Imports every module and tells each pattern that our own lines compile on the way.
RECORDER = """
import importlib, json, pathlib, re, sys
project = pathlib.Path.cwd()
ours, found, compile_ = ("accounts", "labs", "tracker"), {}, re._compiler.compile

def recording(pattern, flags=0):
    frame = sys._getframe(1)
    while "/re/" in frame.f_code.co_filename.replace("\\\\", "/"):
        frame = frame.f_back
    path = pathlib.Path(frame.f_code.co_filename)
    if isinstance(pattern, (str, bytes)) and path.is_relative_to(project):
        place = path.relative_to(project)
        if place.parts[0] in ours:
            text = pattern if isinstance(pattern, str) else pattern.decode("latin-1")
            key = (str(place), text, int(flags), isinstance(pattern, bytes))
            found[key] = None
    return compile_(pattern, flags)

re._compiler.compile = recording
re.purge()
import django
django.setup()
for name in sys.argv[1:]:
    importlib.import_module(name)
print(json.dumps(list(found)))
"""
# They put a pattern together when they are called: from what the program itself holds,
# or from one sign of a message, escaped.
PUT_TOGETHER = {"_sequence", "compiled", "breaches_in", "_laboratory_quote"}
COMPILING = {"compile", "match", "fullmatch", "sub", "subn", "search", "split"} | {
    "findall",
    "finditer",
}


@pytest.mark.parametrize("pattern", DOUBLING)
def test_a_pattern_that_doubles_its_ways_is_found(pattern: str | bytes) -> None:
    assert is_exponential(pattern)


@pytest.mark.parametrize("pattern", HARMLESS)
def test_a_pattern_with_one_way_through_its_loops_is_let_be(pattern: str) -> None:
    assert not is_exponential(pattern)


def compiled_on_import() -> list[tuple[str, str | bytes, int]]:
    """Return the file, text and flags of each pattern that our modules compile."""
    names = [
        ".".join(path.relative_to(PROJECT).with_suffix("").parts).removesuffix(
            ".__init__"
        )
        for path in MODULES
    ]
    done = subprocess.run(  # noqa: S603 - our own modules
        [sys.executable, "-W", "ignore", "-c", RECORDER, *names],
        cwd=PROJECT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    return [
        (place, text.encode("latin-1") if is_bytes else text, flags)
        for place, text, flags, is_bytes in json.loads(done.stdout)
    ]


@cache
def calls_of_re() -> list[tuple[str, str, ast.expr]]:
    """Return the file, the function and the pattern of calls inside functions."""
    found = []
    for path in (each for each in MODULES if "import re\n" in each.read_text()):
        for function in ast.walk(ast.parse(path.read_text())):
            if isinstance(function, ast.FunctionDef):
                found += [
                    (str(path.relative_to(PROJECT)), function.name, node.args[0])
                    for node in ast.walk(function)
                    if isinstance(node, ast.Call) and _is_of_re(node.func)
                ]
    return found


def _is_of_re(called: ast.expr) -> bool:
    return (
        isinstance(called, ast.Attribute)
        and isinstance(called.value, ast.Name)
        and called.value.id == "re"
        and called.attr in COMPILING
    )


def test_no_pattern_of_the_product_can_try_exponentially_many_ways() -> None:
    found = compiled_on_import()
    for place, _name, pattern in calls_of_re():
        if isinstance(pattern, ast.Constant):
            assert isinstance(pattern.value, str | bytes)
            found.append((place, pattern.value, 0))
    quote = language._laboratory_quote(language.ENGLISH.laboratory)
    found.append(("labs/domain/language.py", quote.pattern, quote.flags))
    written = sum(path.read_text().count("re.compile(") for path in MODULES)

    assert len(found) > written > 100
    assert [each for each in found if is_exponential(each[1], each[2])] == []


def test_a_pattern_is_put_together_in_no_other_place() -> None:
    together = {
        name
        for _place, name, pattern in calls_of_re()
        if not isinstance(pattern, ast.Constant)
    }

    assert together == PUT_TOGETHER


def test_patterns_come_from_the_library_that_is_looked_through() -> None:
    for path in MODULES:
        other = re.search(
            r"(?:import|from) (?:regex|re2|re as|re import)", path.read_text()
        )
        assert other is None, path
