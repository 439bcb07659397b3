"""What every sealed document must pass, whatever was sealed and how."""

import tempfile
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from sealservice.kernel.clock import utc_now
from sealservice.limits import Limits
from sealservice.trust.crl import PublishedLists
from sealservice.verification.anchors import trust_anchors
from sealservice.verification.model import Report, Verdict
from sealservice.verification.service import VerificationService
from tests import oracles
from tests.world_press import PressWorld


def accepted(pdf: bytes, world: PressWorld, fields: list[str], unseen: int = 0) -> bytes:
    """Return a document with exactly these signatures, which everybody accepts.

    ``unseen`` of them poppler takes for unsigned: it looks for the value of a field whose widget is
    an object of its own in the widget, and not in the field (ISO 32000-2 12.7.4.1).
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path, root = folder / "sealed.pdf", folder / "root.pem"
        path.write_bytes(pdf)
        root.write_bytes(world.trust.unit("root").x509.public_bytes(Encoding.PEM))
        oracles.qpdf_is_content(path)
        valid = oracles.pdfsig_says(path).count("Signature is Valid.")
        stamps = sum(cut.is_timestamp for cut in oracles.cut_out(pdf))
        assert valid in (len(fields) - unseen, len(fields) - unseen + stamps)
        oracles.openssl_accepts(pdf, root, folder)
    report = our_report(pdf, world)
    said = {one.field: one for one in report.signatures if one.kind == "signature"}
    assert list(said) == fields
    faults = [(one.field, one.modifications, one.errors) for one in report.signatures]
    assert report.verdict is Verdict.VALID, faults
    return pdf


def our_report(pdf: bytes, world: PressWorld) -> Report:
    """Return what our own verifier says."""
    anchors = trust_anchors("world", [world.root])
    lists = PublishedLists(world.trust.crls())
    check = VerificationService(world.press.sandbox, anchors, Limits(), utc_now, status_lists=lists)
    return check.verify("sealed.pdf", pdf)
