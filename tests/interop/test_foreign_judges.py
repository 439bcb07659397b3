"""What EU DSS, PDFBox with Bouncy Castle, and veraPDF say of documents sealed by the real program.

``make interop`` runs this; ``make test`` does not collect it (``norecursedirs``). Where they and we
rightly differ is written in ``docs/verification-differences.md``.
"""

from typing import Any, Final

import pytest

from tests.interop.conftest import Opinions
from tests.interop.judges import FOREIGN, OURS, PADES, Opinion

pytestmark = [pytest.mark.interop, pytest.mark.timeout(1800)]

EVERYBODY: Final = (*FOREIGN, OURS)
LONG_TERM: Final = {
    "demonstration": ("LTA", 1),
    "rsa": ("LTA", 1),
    "pss": ("LTA", 1),
    "token": ("LTA", 1),
    "pss-token": ("LTA", 1),
    "b-lt": ("LT", 1),
    "b-lta": ("LTA", 1),
    "a-1a": ("LTA", 1),
    "a-4": ("LTA", 1),
    "twice": ("LTA", 2),
}
"""Level and number of seals."""
STANDARDS: Final = {
    **dict.fromkeys(("demonstration", "rsa", "pss", "token", "pss-token"), "2b"),
    "a-1a": "1a",
    "a-4": "4",
}
SHORT_TERM: Final = {
    "b-b": dict.fromkeys(EVERYBODY, "B"),
    "b-t": {**dict.fromkeys(FOREIGN, "T"), OURS: "B"},
}
"""Level; with us a timestamp that cannot be confirmed lifts none."""
NO_STATUS: Final = {
    "dss": "CERTIFICATE_CHAIN_GENERAL_FAILURE",
    "pdfbox": "TRY_LATER",
    OURS: "TRY_LATER",
}
"""Words for a certificate of which no status is known."""
PASSED: Final = "TOTAL-PASSED"
DSS_SEES_CHANGES: Final = {"BBB_FC_IVDBSFR_ANS", "BBB_FC_DSCNUOM_ANS"}
"""A visual difference; undefined modifications of objects."""


@pytest.mark.parametrize("judge", EVERYBODY)
@pytest.mark.parametrize("name", LONG_TERM)
def test_a_long_term_seal_passes(said: Opinions, name: str, judge: str) -> None:
    """Everybody passes every seal at the level that was asked for."""
    level, seals = LONG_TERM[name]
    found = [(one.indication, one.level) for one in said[judge][name]]
    assert found == [(PASSED, f"{PADES}-{level}")] * seals


@pytest.mark.parametrize("judge", FOREIGN)
@pytest.mark.parametrize("name", LONG_TERM)
def test_nobody_has_a_remark(said: Opinions, name: str, judge: str) -> None:
    """No error, warning or remark, on no seal and no timestamp in it."""
    assert [one.messages for one in said[judge][name]] == [()] * len(said[judge][name])


@pytest.mark.parametrize("judge", EVERYBODY)
@pytest.mark.parametrize("name", SHORT_TERM)
def test_a_short_term_seal_lacks_status_only(said: Opinions, name: str, judge: str) -> None:
    """Without embedded status a stranger cannot decide, and nobody passes or fails it."""
    (one,) = said[judge][name]
    assert (one.indication, one.sub_indication) == ("INDETERMINATE", NO_STATUS[judge])
    assert one.level == f"{PADES}-{SHORT_TERM[name][judge]}"


@pytest.mark.parametrize("name", LONG_TERM)
def test_everybody_agrees(said: Opinions, name: str) -> None:
    """Signer, proven time, indications, level: the same in three programs."""
    dss, pdfbox, ours = ([facts(one) for one in said[judge][name]] for judge in EVERYBODY)
    assert dss == pdfbox == ours


@pytest.mark.parametrize("name", LONG_TERM)
def test_foreign_judges_rest_on_the_same_status(said: Opinions, name: str) -> None:
    """Both found the same answers for all certificates of all chains, and none revoked."""
    dss, pdfbox = ([one.statuses for one in said[judge][name]] for judge in FOREIGN)
    assert dss == pdfbox
    for statuses in dss:
        assert len(statuses) == len(("seal", "seal CA", "time stamp", "time stamp CA"))
        assert not any(one["source"] == "none" or one["revoked"] for one in statuses)


@pytest.mark.parametrize("name", LONG_TERM)
def test_the_seals_status_is_not_older_than_its_timestamp(said: Opinions, name: str) -> None:
    """ETSI EN 319 102-1 5.2.5: the answer about the seal was given after the proven time."""
    for one in said["dss"][name]:
        assert one.time is not None
        assert one.statuses[0]["source"] == "ocsp"
        assert one.statuses[0]["this_update"] >= one.time


@pytest.mark.parametrize("name", STANDARDS)
def test_pdf_a_stays_pdf_a(archivable: dict[str, dict[str, Any]], name: str) -> None:
    """What a document claims to be it still is by veraPDF's rules, sealed and stamped."""
    found = archivable[name]
    said = (found["flavour"], found["compliant"], found["failures"])
    assert said == (STANDARDS[name], True, [])


@pytest.mark.parametrize("judge", EVERYBODY)
def test_a_changed_byte_fails(said: Opinions, judge: str) -> None:
    """Another amount in the signed bytes is a HASH_FAILURE of seal and document timestamp."""
    (one,) = said[judge]["tampered"]
    assert (one.indication, one.sub_indication) == ("TOTAL-FAILED", "HASH_FAILURE")
    assert one.document_timestamps == ("FAILED",)


@pytest.mark.parametrize("judge", EVERYBODY)
def test_another_root_confirms_nothing(said: Opinions, judge: str) -> None:
    """Under the root of another ceremony with the same names there is no chain."""
    (one,) = said[judge]["other-root"]
    assert (one.indication, one.sub_indication) == ("INDETERMINATE", "NO_CERTIFICATE_CHAIN_FOUND")


def test_a_page_changed_later_is_noticed(said: Opinions) -> None:
    """An incremental update leaves the signed bytes whole; everybody says that the page differs."""
    (dss,), (pdfbox,), (ours,) = (said[judge]["page-changed"] for judge in EVERYBODY)
    assert {text.partition(":")[0] for text in dss.messages} == DSS_SEES_CHANGES
    assert pdfbox.messages == ("page 1 was changed after signing",)
    assert ours.messages == ("modified_after_signing",)


def facts(one: Opinion) -> tuple[object, ...]:
    """Return what all judges must agree on."""
    stamps = one.document_timestamps
    return one.indication, one.sub_indication, one.level, one.signer, one.time, stamps
