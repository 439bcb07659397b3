"""What honest people and programs do to a signed file leaves it valid, or at least not accused."""

import pytest
from pyhanko.sign.fields import MDPPerm

from sealservice.verification.model import Verdict
from tests.verification.attacks.contract import contract
from tests.verification.attacks.follow_ups import (
    HARMLESS,
    FollowUp,
    fill,
    note_in_the_margin,
    note_with_an_icon,
)
from tests.world_verification import SignedWorld, update


@pytest.mark.parametrize("follow_up", HARMLESS, ids=lambda follow_up: follow_up.__name__)
def test_harmless_update_leaves_it_valid(
    world: SignedWorld, signed: bytes, follow_up: FollowUp
) -> None:
    """VERIFICATION 4.13: saving again, and what nobody sees, is no change of the content."""
    report = world.verify(update(signed, follow_up))
    assert report.verdict is Verdict.VALID
    assert not report.signatures[0].modified_after_signing


@pytest.mark.parametrize(
    ("level", "verdict"),
    [
        (MDPPerm.NO_CHANGES, Verdict.INVALID),
        (MDPPerm.FILL_FORMS, Verdict.VALID),
        (MDPPerm.ANNOTATE, Verdict.VALID),
    ],
)
def test_a_form_is_filled_where_that_is_certified(
    world: SignedWorld, certified: dict[MDPPerm, bytes], level: MDPPerm, verdict: Verdict
) -> None:
    """VERIFICATION 4.9: DocMDP 2 and 3 allow it, 1 does not."""
    assert world.verify(update(certified[level], fill)).verdict is verdict


@pytest.mark.parametrize(
    ("level", "verdict"),
    [
        (MDPPerm.NO_CHANGES, Verdict.INVALID),
        (MDPPerm.FILL_FORMS, Verdict.INVALID),
        (MDPPerm.ANNOTATE, Verdict.UNCONFIRMED),
    ],
)
@pytest.mark.parametrize("note", [note_in_the_margin, note_with_an_icon])
def test_a_note_is_added_where_that_is_certified(
    world: SignedWorld,
    certified: dict[MDPPerm, bytes],
    level: MDPPerm,
    verdict: Verdict,
    note: FollowUp,
) -> None:
    """DocMDP 3 allows it, but what it says was signed by nobody."""
    assert world.verify(update(certified[level], note)).verdict is verdict


def test_a_form_is_filled_after_an_approval_of_a_certified_form(world: SignedWorld) -> None:
    """An approval that follows a certification leaves the form as open as that did."""
    certified = world.sign(contract(), world.plain_signer, certify=MDPPerm.ANNOTATE)
    approved = world.sign(certified, world.plain_signer, name="Seal2")
    filled = world.verify(update(approved, fill))
    assert not filled.signatures[1].modified_after_signing


def test_archival_of_all_kinds_leaves_it_valid(world: SignedWorld, signed: bytes) -> None:
    """DSS, document timestamps, renewals and further signatures, in any order, are no change."""
    pdf = world.archive(world.long_term(signed))
    pdf = world.sign(pdf, world.plain_signer, name="Seal2")
    pdf = world.archive(world.long_term(pdf), name="Stamp2")
    report = world.verify(pdf)
    assert report.verdict is Verdict.VALID
    assert not any(signature.modified_after_signing for signature in report.signatures)
