"""Second opinions: real programs agree about real files, and a planted disagreement is found."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import x509
from pyhanko.pdf_utils import generic

from sealservice.archive.model import Record, RecordFacts, StoredVersion
from sealservice.infra.judges import Poppler, Programs, judges
from sealservice.infra.sandbox import ForkedSandbox
from sealservice.kernel.digests import sha256_hex
from sealservice.kernel.json import JsonObject
from sealservice.limits import Limits
from sealservice.verification.quickening import withdraw
from sealservice.verification.report import report_json
from sealservice.verification.second_opinions import (
    Checker,
    Judge,
    Opinion,
    SecondOpinion,
    disagreements,
)
from tests.world_verification import SignedWorld, blank_pdf

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ALL = Limits(second_opinion_percent=100)


@dataclass
class Office:
    """An archive of one file, and what was said of it."""

    pdf: bytes
    record: Record
    said: list[SecondOpinion] = field(default_factory=list)

    def unchecked(self, since: datetime) -> Sequence[Record]:
        """Return the record, unless it was looked at."""
        assert since < self.record.created_at
        return [] if self.said else [self.record]

    def add(self, opinion: SecondOpinion) -> None:
        """Keep what was found out."""
        self.said.append(opinion)

    def get(self, _version: StoredVersion) -> bytes:
        """Return what is archived."""
        return self.pdf

    def look(self, asked: tuple[Judge, ...], limits: Limits = ALL) -> tuple[SecondOpinion, ...]:
        """Look at the record."""
        return Checker(self, self, asked, lambda: NOON + timedelta(days=1), limits).look()


def office(pdf: bytes, report: JsonObject) -> Office:
    """Return an archive in which a file lies with a report on it."""
    facts = RecordFacts("ord", "doc", "a.pdf", "B-LTA", "valid", "seal", "x", "y", report)
    stored = StoredVersion("records", "key", "1", NOON)
    record = Record("rec_1", "org_1", stored, sha256_hex(pdf), len(pdf), facts, NOON)
    return Office(pdf, record)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[ForkedSandbox]:
    """Give one sandbox."""
    sandbox = ForkedSandbox(Limits())
    yield sandbox
    sandbox.close()


@pytest.fixture(scope="module")
def signed() -> SignedWorld:
    """Return who signs."""
    return SignedWorld()


@pytest.fixture(scope="module")
def archival(signed: SignedWorld) -> bytes:
    """Return a file with a signature and a document timestamp."""
    return signed.archival(blank_pdf())


def test_programs_of_others_agree_about_a_sound_file(
    sandbox: ForkedSandbox, signed: SignedWorld, archival: bytes
) -> None:
    """PyHanko alone, poppler, qpdf and openssl find what our report says, and nobody differs."""
    place = office(archival, report_json(signed.verify(archival)))
    (found,) = place.look(judges(Limits(), sandbox, signed.root.pem))
    assert found.disagreements == ()
    said = {one.judge: (one.found, one.holds) for one in found.judges}
    assert said == {
        "pyhanko": (2, True),
        "pdfsig": (2, True),
        "qpdf": (None, True),
        "openssl": (2, True),
        "dss": (None, None),
    }
    assert place.look(()) == ()


@pytest.mark.security
def test_a_report_that_hides_damage_is_found(
    sandbox: ForkedSandbox, signed: SignedWorld, archival: bytes
) -> None:
    """A byte that was exchanged is found by three programs, although the report says intact."""
    spot = archival.index(b"/MediaBox")
    damaged = archival[:spot] + b"/MediaBix" + archival[spot + 9 :]
    place = office(damaged, report_json(signed.verify(archival)))
    (found,) = place.look(judges(Limits(), sandbox, signed.root.pem))
    broken = {one.judge for one in found.disagreements if one.point == "broken"}
    assert {"pyhanko", "pdfsig", "openssl"} <= broken


@pytest.mark.security
def test_a_report_with_a_signature_too_few_is_found(
    sandbox: ForkedSandbox, signed: SignedWorld, archival: bytes
) -> None:
    """A report that leaves the document timestamp out is contradicted by whoever counts."""
    report = report_json(signed.verify(archival))
    report["signatures"] = list(report["signatures"])[:1]  # type: ignore[arg-type]
    (found,) = office(archival, report).look(judges(Limits(), sandbox, None))
    assert {one.judge for one in found.disagreements} == {"pyhanko", "pdfsig", "openssl"}
    assert {one.point for one in found.disagreements} == {"count"}


def _readers() -> set[str]:
    """Return whose functions read a PDF here, once ours are taken out."""
    withdraw()
    functions = (
        generic.read_hex_string_from_stream,
        generic.NameObject.read_from_stream,
        generic.IndirectObject.read_from_stream,
        generic.ArrayObject.read_from_stream,
        x509.NameTypeAndValue._ldap_string_prep,
    )
    return {function.__module__.partition(".")[0] for function in functions}


@pytest.mark.security
def test_pyhanko_alone_is_alone(sandbox: ForkedSandbox) -> None:
    """A second opinion rests on no quicker function of ours; the other examinations still do."""
    assert sandbox.run(_readers) == {"pyhanko", "asn1crypto"}
    assert generic.read_hex_string_from_stream.__module__.startswith("sealservice")


@pytest.mark.security
@pytest.mark.parametrize(
    ("kind", "told", "holds"),
    [
        ("ETSI.CAdES.detached", "Signature is Valid.", True),
        ("unknown", "Signature has not yet been verified.", True),
        ("ETSI.CAdES.detached", "Signature has not yet been verified.", False),
        ("ETSI.CAdES.detached", "Digest Mismatch.", False),
    ],
)
def test_poppler_is_taken_at_its_word(
    monkeypatch: pytest.MonkeyPatch, kind: str, told: str, *, holds: bool
) -> None:
    """What it has not verified holds only of what it does not know: document timestamps."""
    said = (
        "Signature #1:\n  - Signature Type: ETSI.CAdES.detached\n  - Total document signed\n"
        "  - Signature Validation: Signature is Valid.\n"
        f"Signature #2:\n  - Signature Type: {kind}\n  - Signed Ranges: [0 - 1], [2 - 3]\n"
        f"  - Signature Validation: {told}\n"
    )
    monkeypatch.setattr(Programs, "run", lambda *_: (True, said))
    found = Poppler(Programs(Limits())).opinion(b"%PDF-1.7")
    assert (found.found, found.holds) == (2, holds)


def test_a_program_that_cannot_be_run_is_told_of(tmp_path: Path) -> None:
    """It finds that nothing holds; the checker goes on."""
    ended, said = Programs(Limits()).run(tmp_path)
    assert not ended
    assert "cannot be run" in said


def test_an_odd_record_does_not_hold_up_the_others(archival: bytes) -> None:
    """A report without signatures is a disagreement that is kept, and not looked at again."""
    place = office(archival, {"verdict": "unreadable"})
    (found,) = place.look(())
    assert [(one.point, one.theirs) for one in found.disagreements] == [("unreadable", "KeyError")]
    assert place.look(()) == ()


def test_other_bytes_than_those_archived_are_found(signed: SignedWorld, archival: bytes) -> None:
    """What the store gives must be what the record names; nobody else is asked then."""
    place = office(archival, report_json(signed.verify(archival)))
    place.pdf = archival + b"\n"
    (found,) = place.look(())
    assert [(one.judge, one.point) for one in found.disagreements] == [("archive", "bytes")]


def test_only_the_share_is_looked_at(signed: SignedWorld, archival: bytes) -> None:
    """With a share of nothing, nobody looks."""
    place = office(archival, report_json(signed.verify(archival)))
    assert place.look((), Limits(second_opinion_percent=0)) == ()


def test_a_whole_file_with_a_broken_report_is_a_disagreement() -> None:
    """Both ways count: somebody calls whole what the report calls broken."""
    report: JsonObject = {"signatures": [{"intact": False}]}
    (found,) = disagreements(report, [Opinion("pdfsig", 1, holds=True)])
    assert found.point == "whole"
    assert disagreements(report, [Opinion("pdfsig", None, holds=None)]) == ()
