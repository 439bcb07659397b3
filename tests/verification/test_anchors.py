"""Trust anchors are what the folder holds, all of it and nothing else."""

from pathlib import Path

import pytest

from sealservice.trust.profiles import DEMONSTRATION_WARNING
from sealservice.verification.anchors import DEMONSTRATION_MARK, read_anchors, trust_anchors
from sealservice.verification.errors import (
    AnchorFolderMissing,
    AnchorTooLarge,
    AnchorUnreadable,
)
from sealservice.verification.model import Verdict
from tests.world_verification import SignedWorld, Unit, blank_pdf, root_unit


@pytest.fixture(scope="module")
def other() -> Unit:
    """Return a root that is no demonstration."""
    return root_unit("Real Root")


def test_folder_of_pem_and_der_is_read(tmp_path: Path, world: SignedWorld, other: Unit) -> None:
    """PEM, bundles and DER count; the same certificate twice counts once; other files do not."""
    (tmp_path / "bundle.pem").write_bytes(world.root.pem + other.pem)
    (tmp_path / "again.CRT").write_bytes(other.pem)
    (tmp_path / "root.der").write_bytes(world.root.der)
    (tmp_path / "README.md").write_text("not a certificate")
    anchors = read_anchors(tmp_path)
    assert anchors.name == tmp_path.name
    assert {anchor.der for anchor in anchors.anchors} == {world.root.der, other.der}
    assert {a.der: a.is_demonstration for a in anchors.anchors} == {
        world.root.der: True,
        other.der: False,
    }


def test_mark_is_the_one_in_demonstration_certificates() -> None:
    """What we look for is what the ceremony writes."""
    assert DEMONSTRATION_MARK in DEMONSTRATION_WARNING


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        b"\x30\x82\x01",
    ],
)
def test_broken_file_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    """An anchor that cannot be read is an error: leaving it out would change verdicts."""
    (tmp_path / "broken.pem").write_bytes(content)
    with pytest.raises(AnchorUnreadable, match=r"broken\.pem"):
        read_anchors(tmp_path)


def test_missing_folder_is_refused(tmp_path: Path) -> None:
    """A path that is no folder is an error, not an empty list."""
    with pytest.raises(AnchorFolderMissing):
        read_anchors(tmp_path / "nowhere")


def test_huge_file_is_refused(tmp_path: Path) -> None:
    """A file far larger than certificates are is not read whole."""
    (tmp_path / "huge.pem").write_bytes(b" " * ((1 << 20) + 1))
    with pytest.raises(AnchorTooLarge):
        read_anchors(tmp_path)


def test_no_anchors_trust_nobody(world: SignedWorld) -> None:
    """An empty list does not fall back to anybody else's."""
    report = world.verify(world.archival(blank_pdf()), anchors=trust_anchors("none", []))
    assert report.verdict is Verdict.UNCONFIRMED
    assert report.signatures[0].trust_anchor is None


def test_report_is_a_test_only_under_a_demonstration_root(other: Unit) -> None:
    """Under another root nothing says that it is a test."""
    world = SignedWorld(other)
    report = world.verify(world.archival(blank_pdf()))
    assert report.verdict is Verdict.VALID
    assert not report.test_only
