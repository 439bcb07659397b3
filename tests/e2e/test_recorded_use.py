"""What this installation sealed is known to it, signature by signature."""

from contextlib import closing
from pathlib import Path

from sealservice.bootstrap.services import services
from sealservice.verification.model import Verdict
from tests.e2e.demonstrated import Demonstrated


def test_a_recorded_use_is_valid_and_named(demonstrated: Demonstrated) -> None:
    """V27: our own verifier finds the record of the use, and names the seal."""
    sealed = Path(demonstrated.facts["sealed_pdf"])
    with closing(services(demonstrated.installation)) as at_hand:
        report = at_hand.verification.verify(sealed.name, sealed.read_bytes())
        signature = report.signatures[0]
        assert report.verdict is Verdict.VALID
        assert signature.seal is not None
        assert signature.seal["seal_id"] == demonstrated.seal_id
        assert "rogue_use" not in {finding.message.key for finding in signature.findings}
        # An update behind it changes the file, not the signature that was recorded.
        later = at_hand.verification.verify(sealed.name, sealed.read_bytes() + b"\n")
        assert "rogue_use" not in {f.message.key for f in later.signatures[0].findings}
