"""``docs/failure-modes.md`` is made by another command; here we only ask whether it is whole."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_page_lists_every_fault_test() -> None:
    """A new fault test without a row on the page is noticed."""
    page = (ROOT / "docs/failure-modes.md").read_text("utf-8")
    trees = [ast.parse(file.read_text("utf-8")) for file in ROOT.glob("tests/chaos/test_*.py")]
    tests = {
        node.name
        for tree in trees
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }
    assert tests
    assert {name for name in tests if f"`{name}`" not in page} == set()
