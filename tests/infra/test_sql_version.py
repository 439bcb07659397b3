"""Whether a database is at this version."""

import pytest
from sqlalchemy import make_url

from sealservice.bootstrap.embedded.engines import Engines
from sealservice.infra.processes import ProcessKind
from sealservice.infra.sql.errors import DatabaseUnavailable
from sealservice.infra.sql.version import is_current

pytestmark = pytest.mark.engines


def test_a_migrated_database_is_current_and_an_empty_one_is_not(engines: Engines) -> None:
    """The migrated database needs nothing; one without our tables needs all of it."""
    url = engines.database_urls[ProcessKind.ADMIN]
    assert is_current(url)
    empty = make_url(url).set(database="template1").render_as_string(hide_password=False)
    assert not is_current(empty)


def test_a_database_that_is_away_is_an_error(engines: Engines) -> None:
    """Nobody migrates what cannot be reached."""
    url = make_url(engines.database_urls[ProcessKind.ADMIN])
    away = url.update_query_dict({"host": "/nonexistent"}).render_as_string(hide_password=False)
    with pytest.raises(DatabaseUnavailable):
        is_current(away)
