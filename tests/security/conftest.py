"""One house for all checks of a running installation."""

from collections.abc import Iterator

import pytest

from tests.security.served import House, served


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Give the house."""
    with served(tmp_path_factory.mktemp("security") / "home") as house:
        yield house
