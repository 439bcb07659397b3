"""The documents and everybody's opinions on them, made once; and a table of both at the end."""

from typing import Any

import pytest

from tests.interop import many_seals
from tests.interop.documents import Pile, piles
from tests.interop.judges import FOREIGN, OURS, Opinion, compiled, conformance, opinions

Opinions = dict[str, dict[str, list[Opinion]]]
"""By judge, then by the document's name."""
SAID = pytest.StashKey[Opinions]()


@pytest.fixture(scope="session")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Pile, ...]:
    """Compile the judges, so that nothing is made for nothing; then make the documents."""
    compiled()
    return *piles(tmp_path_factory.mktemp("interop")), many_seals.pile(
        tmp_path_factory.mktemp("many")
    )


@pytest.fixture(scope="session")
def said(sealed: tuple[Pile, ...], pytestconfig: pytest.Config) -> Opinions:
    """Ask everybody about every document."""
    found: Opinions = {}
    for judge in (*FOREIGN, OURS):
        found[judge] = {}
        for pile in sealed:
            found[judge] |= opinions(judge, pile.root, pile.folder)
    pytestconfig.stash[SAID] = found
    return found


@pytest.fixture(scope="session")
def archivable(sealed: tuple[Pile, ...]) -> dict[str, dict[str, Any]]:
    """Ask veraPDF about every document."""
    return {name: one for pile in sealed for name, one in conformance(pile.folder).items()}


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print who says what of which document."""
    said = config.stash.get(SAID, {})
    if not said:
        return
    terminalreporter.section("opinions")
    for name in said[OURS]:
        for judge, found in said.items():
            for opinion in found[name]:
                terminalreporter.line(_row(name, judge, opinion))


def _row(name: str, judge: str, opinion: Opinion) -> str:
    verdict = " ".join(filter(None, (opinion.indication, opinion.sub_indication)))
    keys = sorted({message.partition(":")[0] for message in opinion.messages})
    return f"{name:14} {judge:12} {opinion.level:20} {verdict:47} {', '.join(keys)}".rstrip()
