"""What jsonb refuses is shown instead."""

import json

import pytest
from sqlalchemy import JSON, cast, literal, select
from sqlalchemy.dialects.postgresql import JSONB

from sealservice.infra.sql.database import Database
from sealservice.infra.sql.jsonb import storable

pytestmark = pytest.mark.engines


def test_a_hostile_name_is_kept_so_that_it_can_be_seen(database: Database) -> None:
    """PostgreSQL takes a report with a null letter and a lone surrogate in a field's name."""
    report = storable({"field\x00": ["Seal\x00\ud800", 1, None, True, {"a": "🀄"}]})
    query = select(cast(literal(json.dumps(report)), JSON).cast(JSONB))
    with database.transaction():
        kept = database.connection().scalar(query)
    assert kept == {"field␀": ["Seal␀\\ud800", 1, None, True, {"a": "🀄"}]}
