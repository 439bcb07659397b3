"""Files that our own press sealed: told by their picture, and no attack on them is valid."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from sealservice.infra.sandbox import ForkedSandbox
from sealservice.kernel.clock import utc_now
from sealservice.limits import Limits
from sealservice.sealing.model import CoordinatePlacement, Level, StraddlePlacement
from sealservice.verification.anchors import trust_anchors
from sealservice.verification.model import Report, Verdict
from sealservice.verification.service import VerificationService
from tests.verification.attacks.content_attacks import CONTENT_ATTACKS
from tests.verification.attacks.contract import contract
from tests.verification.attacks.follow_ups import HARMLESS, FollowUp
from tests.verification.attacks.form_attacks import FORM_ATTACKS
from tests.verification.attacks.hands import Attack
from tests.verification.attacks.store_attacks import STORE_ATTACKS
from tests.world_press import PressWorld, press_world
from tests.world_verification import InProcess, update

HERE = CoordinatePlacement("1", 100, 60)
ALONG = StraddlePlacement()


@dataclass(frozen=True)
class Sealed:
    """A sealed contract and who judges it."""

    press: PressWorld
    pdf: bytes

    def verify(self, pdf: bytes) -> Report:
        """Verify in this process."""
        anchors = trust_anchors("press", [self.press.root])
        return VerificationService(InProcess(), anchors, Limits(), utc_now).verify("a.pdf", pdf)


@pytest.fixture(scope="module")
def sealed() -> Iterator[Sealed]:
    """Give the contract, sealed at B-LTA in one place and along the edge."""
    sandbox = ForkedSandbox(Limits())
    with press_world("demonstration", sandbox) as press:
        yield Sealed(press, press.seal(contract(), Level.B_LTA, HERE, ALONG))
    sandbox.close()


def test_v26_a_sealed_file_shows_the_registered_picture(sealed: Sealed) -> None:
    """The digest of what every appearance draws is that of the seal's artwork."""
    report = sealed.verify(sealed.pdf)
    assert report.verdict is Verdict.VALID
    shown = report.signatures[0].appearances
    assert shown
    assert {one.picture_sha256 for one in shown} == {sealed.press.die.artwork.sha256}


@pytest.mark.parametrize(
    "attack", CONTENT_ATTACKS + FORM_ATTACKS + STORE_ATTACKS, ids=lambda attack: attack.__name__
)
def test_no_attack_on_a_sealed_file_is_valid(sealed: Sealed, attack: Attack) -> None:
    """VERIFICATION 4.4 to 4.12, on what we hand out."""
    verdict = sealed.verify(update(sealed.pdf, attack)).verdict
    assert verdict in (Verdict.INVALID, Verdict.UNCONFIRMED)


@pytest.mark.parametrize("follow_up", HARMLESS, ids=lambda follow_up: follow_up.__name__)
def test_no_follow_up_on_a_sealed_file_is_accused(sealed: Sealed, follow_up: FollowUp) -> None:
    """VERIFICATION 4.13, on what we hand out."""
    assert sealed.verify(update(sealed.pdf, follow_up)).verdict is Verdict.VALID


@pytest.mark.parametrize("place", [(40, 60), (45, 247)], ids=["beside the text", "over the text"])
def test_a_second_seal_leaves_the_first_one_valid(
    sealed: Sealed, place: tuple[float, float]
) -> None:
    """The next party's seal is no change, also where it is pressed over a name, as is custom."""
    twice = sealed.press.seal(sealed.pdf, Level.B_LTA, CoordinatePlacement("1", *place))
    report = sealed.verify(twice)
    assert report.verdict is Verdict.VALID
    assert not any(signature.modified_after_signing for signature in report.signatures)
