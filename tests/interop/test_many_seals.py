"""What the foreign judges say of documents with many seals, many places, and restrictions.

The press itself makes them (tests/interop/many_seals.py); ``test_foreign_judges.py`` has those of
the real program.
"""

from typing import Any, Final

import pytest

from tests.interop.conftest import Opinions
from tests.interop.judges import FOREIGN, PADES
from tests.interop.test_foreign_judges import EVERYBODY, PASSED, facts

pytestmark = [pytest.mark.interop, pytest.mark.timeout(1800)]

TAGGED_FIELDS: Final = "ua-1-fields"
SEALS: Final = {
    "a-2b-thrice": 3,
    "ua-1-thrice": 3,
    "form-thrice": 3,
    "linearised-thrice": 3,
    "streams-thrice": 3,
    "many-1.7": 1,
    "many-a-2b": 1,
    "many-ua-1": 1,
    "two-seals-1.7": 2,
    "two-seals-a-2b": 2,
    "two-seals-ua-1": 2,
    "field": 1,
    "two-fields": 2,
    TAGGED_FIELDS: 2,
    "certified": 2,
}
"""Signatures of each document; places that are page content make none."""

STANDARDS: Final = {
    **dict.fromkeys(("a-2b-thrice", "many-a-2b", "two-seals-a-2b"), "2b"),
    **dict.fromkeys(("many-ua-1", TAGGED_FIELDS), "ua1"),
}
UNTAGGED: Final = ("7.18.4: A Widget annotation shall be nested within a Form tag",)


@pytest.mark.parametrize("judge", EVERYBODY)
@pytest.mark.parametrize("name", SEALS)
def test_every_seal_of_many_passes(said: Opinions, name: str, judge: str) -> None:
    """The last seal and all earlier ones pass at B-LTA, whatever the document is like."""
    found = [(one.indication, one.level) for one in said[judge][name]]
    assert found == [(PASSED, f"{PADES}-LTA")] * SEALS[name]


@pytest.mark.parametrize("judge", FOREIGN)
@pytest.mark.parametrize("name", [name for name in SEALS if name != TAGGED_FIELDS])
def test_nobody_has_a_remark_on_many(said: Opinions, name: str, judge: str) -> None:
    """Neither page content nor a later seal is taken for a change of what was sealed before."""
    assert [one.messages for one in said[judge][name]] == [()] * SEALS[name]


def test_dss_wonders_at_a_tagged_field(said: Opinions) -> None:
    """It passes, and has a warning: of a field it meets in the structure tree it knows nothing."""
    first, second = (one.messages for one in said["dss"][TAGGED_FIELDS])
    assert [message.partition(":")[0] for message in first] == ["BBB_FC_DSCNUOM_ANS"]
    assert second == ()


@pytest.mark.parametrize("name", SEALS)
def test_everybody_agrees_on_many(said: Opinions, name: str) -> None:
    """Signer, proven time, indications, level: the same in three programs."""
    dss, pdfbox, ours = ([facts(one) for one in said[judge][name]] for judge in EVERYBODY)
    assert dss == pdfbox == ours


@pytest.mark.parametrize("name", STANDARDS)
def test_many_seals_keep_the_standard(archivable: dict[str, dict[str, Any]], name: str) -> None:
    """PDF/A-2b stays so in three orders, PDF/UA-1 with slices, page content and tagged fields."""
    found = archivable[name]
    said = (found["flavour"], found["compliant"], found["failures"])
    assert said == (STANDARDS[name], True, [])


@pytest.mark.parametrize("name", ["ua-1-thrice", "two-seals-ua-1"])
def test_a_later_seal_lacks_its_tag(archivable: dict[str, dict[str, Any]], name: str) -> None:
    """A new field on a signed PDF/UA-1 document is the only thing amiss (ADR 8)."""
    failures = archivable[name]["failures"]
    assert [text.partition(" per")[0] for text in failures] == list(UNTAGGED)
