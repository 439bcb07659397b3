"""The largest files that are verified, and what is said of larger ones."""

import io
import os
from collections.abc import Iterator
from dataclasses import replace

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from sealservice.infra.sandbox import ForkedSandbox
from sealservice.limits import MEBIBYTE, Limits
from sealservice.verification.comparison.change import Change
from sealservice.verification.comparison.differences import Differences
from sealservice.verification.comparison.filling import Forms
from sealservice.verification.comparison.form import Field
from sealservice.verification.model import Report, Verdict
from sealservice.verification.service import VerificationService
from tests.verification.enormous import base, revised, signed_often
from tests.world_verification import NOW, SignedWorld


@pytest.fixture(scope="module")
def sandbox() -> Iterator[ForkedSandbox]:
    """Give a sandbox with the limits that ship."""
    sandbox = ForkedSandbox(Limits())
    yield sandbox
    sandbox.close()


@pytest.fixture(scope="module")
def world() -> SignedWorld:
    """Give one world for all."""
    return SignedWorld()


def verify(world: SignedWorld, sandbox: ForkedSandbox, pdf: bytes, **limits: int) -> Report:
    """Verify in the sandbox."""
    bounds = replace(Limits(), **limits)
    return VerificationService(sandbox, world.anchors, bounds, lambda: NOW).verify("a.pdf", pdf)


def test_two_hundred_megabytes_are_verified(world: SignedWorld, sandbox: ForkedSandbox) -> None:
    """A signature over 199 MB holds, within the memory of a child; one byte changed does not."""
    pdf = signed_often(world, 1, base(os.urandom(MEBIBYTE) * 199))
    (signature,) = verify(world, sandbox, pdf).signatures
    assert signature.intact
    changed = bytearray(pdf)
    changed[100 * MEBIBYTE] ^= 1
    assert verify(world, sandbox, bytes(changed)).verdict is Verdict.INVALID


def test_two_thousand_revisions_are_compared(world: SignedWorld, sandbox: ForkedSandbox) -> None:
    """A signature in the second of 2,000 revisions is reported on; one more is too many."""
    signed = signed_often(world, 1)
    report = verify(world, sandbox, revised(signed, 1_998))
    assert report.document.revisions == 2_000
    assert report.signatures[0].intact
    over = verify(world, sandbox, revised(signed, 1_999))
    assert (over.verdict, over.errors[0].key) == (Verdict.UNREADABLE, "revisions_too_many")


def test_many_signatures_are_judged(world: SignedWorld, sandbox: ForkedSandbox) -> None:
    """Each of many signatures has its report; one more than the limit, and there is no verdict."""
    pdf = signed_often(world, 40)
    report = verify(world, sandbox, pdf)
    assert [signature.intact for signature in report.signatures] == [True] * 40
    over = verify(world, sandbox, pdf, verified_signatures=39)
    assert (over.verdict, over.errors[0].key) == (Verdict.UNREADABLE, "signatures_too_many")


def test_fields_that_nobody_touched_are_not_compared(
    world: SignedWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The work for many signatures grows with them, not with their square."""
    compared: list[str] = []
    kept = Forms._kept

    def counted(forms: Forms, old: Field, new: Field) -> Iterator[Change]:
        compared.append(new.name)
        return kept(forms, old, new)

    monkeypatch.setattr(Forms, "_kept", counted)
    differences = Differences(PdfFileReader(io.BytesIO(signed_often(world, 60))))
    revisions = range(1, differences.history.sections)
    details = [{change.detail for change in differences.since(one)} for one in revisions]
    assert [len(one) for one in details] == list(range(59, -1, -1))
    assert compared == []
    assert len(differences.history.fields) == 60
