"""``docs/security-checks.md`` names tests that exist, and leaves none of the items out."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

pytestmark = pytest.mark.security

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "security-checks.md"
MARK = "pytest.mark.security"
ITEMS = (
    "9",
    "11",
    "12",
    "13",
    "14",
    "15",
    "18",
    "19",
    "20",
    "24",
    "25",
    "27",
    "28",
    "29",
    "30",
    "31",
    "32",
)
ROW = re.compile(r"^\| (\d+) \| .+ \| (.+) \|$", re.MULTILINE)
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


@cache
def _rows() -> dict[str, list[tuple[str, str]]]:
    """Return for each item the tests that are named: file, and function or nothing."""
    return {item: NAMED.findall(tests) for item, tests in ROW.findall(PAGE.read_text("utf-8"))}


def _is_marked(node: ast.expr) -> bool:
    return "mark.security" in ast.unparse(node)


@cache
def _tests(file: str) -> dict[str, bool]:
    """Return the tests of a file, and whether each carries the marker."""
    body = ast.parse((ROOT / file).read_text("utf-8")).body
    assigned = (node for node in body if isinstance(node, ast.Assign))
    whole = any(
        ast.unparse(node.targets[0]) == "pytestmark" and _is_marked(node.value) for node in assigned
    )
    return {
        node.name: whole or any(map(_is_marked, node.decorator_list))
        for node in body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def test_every_item_has_its_tests() -> None:
    """The page has one row for each item, in order, and each names at least one test."""
    assert tuple(_rows()) == ITEMS
    assert all(_rows().values())


@pytest.mark.parametrize("item", ITEMS)
def test_named_tests_exist_and_carry_the_marker(item: str) -> None:
    """A test that was renamed, moved or unmarked is missed here."""
    for file, name in _rows()[item]:
        tests = _tests(file)
        assert tests, file
        assert all(tests.values()) if not name else tests.get(name), f"{file}::{name}"


def test_no_check_is_left_out() -> None:
    """Every file that carries the marker proves something that the page names."""
    named = {file for file, _ in NAMED.findall(PAGE.read_text("utf-8"))}
    files = (ROOT / "tests").rglob("test_*.py")
    marked = {str(file.relative_to(ROOT)) for file in files if MARK in file.read_text("utf-8")}
    assert marked <= named
