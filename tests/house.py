"""The house limits: no function over 50 lines, no file over 400. Run by `make lint`."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

FUNCTION_LINES = 50
FILE_LINES = 400


def breaches(path: Path) -> Iterator[str]:
    """Yield one line for everything in a file that is longer than the house allows."""
    text = path.read_text(encoding="utf-8")
    length = text.count("\n")
    if length > FILE_LINES:
        yield f"{path}: {length} lines (limit {FILE_LINES})"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            size = (node.end_lineno or node.lineno) - node.lineno + 1
            if size > FUNCTION_LINES:
                yield f"{path}:{node.lineno} {node.name}: {size} lines (limit {FUNCTION_LINES})"


def main() -> int:
    """Print all breaches; return 1 if there are any."""
    files = sorted(
        p for folder in ("sealservice", "tests", "storage") for p in Path(folder).rglob("*.py")
    )
    found = [line for path in files for line in breaches(path)]
    print("\n".join(found) or f"house: {len(files)} files within limits")  # noqa: T201 - a command
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
