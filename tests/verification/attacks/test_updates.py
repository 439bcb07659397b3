"""Whatever is appended to a signed file so that it says another thing, it is never valid."""

import pytest
from pyhanko.sign.fields import MDPPerm

from sealservice.verification.model import Verdict
from tests.verification.attacks.content_attacks import CONTENT_ATTACKS
from tests.verification.attacks.form_attacks import (
    FORM_ATTACKS,
    note_over_content,
    signature_field_over_content,
    stamp_beside_content,
    stamp_over_content,
)
from tests.verification.attacks.hands import Attack
from tests.verification.attacks.store_attacks import STORE_ATTACKS
from tests.world_verification import SignedWorld, update


@pytest.mark.parametrize(
    "attack", CONTENT_ATTACKS + FORM_ATTACKS, ids=lambda attack: attack.__name__
)
def test_no_update_that_says_another_thing_is_valid(
    world: SignedWorld, signed: bytes, attack: Attack
) -> None:
    """VERIFICATION 4.4, 6, 8, 11: matching hashes make no valid file."""
    report = world.verify(update(signed, attack))
    assert report.verdict in (Verdict.INVALID, Verdict.UNCONFIRMED)
    assert report.signatures[0].intact


@pytest.mark.parametrize("attack", STORE_ATTACKS, ids=lambda attack: attack.__name__)
def test_the_store_is_not_taken_away_or_made_another_thing(
    world: SignedWorld, stored: bytes, attack: Attack
) -> None:
    """VERIFICATION 4.12: a DSS deleted, emptied, retyped, clobbered or stuffed is a change."""
    report = world.verify(update(stored, attack))
    assert report.verdict is Verdict.INVALID
    kinds = {change.kind for change in report.signatures[-1].modifications}
    assert "store" in kinds


@pytest.mark.parametrize("level", list(MDPPerm))
@pytest.mark.parametrize(
    "attack",
    [
        note_over_content,
        stamp_over_content,
        stamp_beside_content,
        signature_field_over_content,
    ],
    ids=lambda attack: attack.__name__,
)
def test_no_permission_lets_content_be_covered(
    world: SignedWorld, certified: dict[MDPPerm, bytes], attack: Attack, level: MDPPerm
) -> None:
    """VERIFICATION 4.7: evil annotation and sneaky signature attacks on certified files fail."""
    verdict = world.verify(update(certified[level], attack)).verdict
    assert verdict in (Verdict.INVALID, Verdict.UNCONFIRMED)


def test_a_change_is_marked_where_it_shows(world: SignedWorld, signed: bytes) -> None:
    """The region of a covering stamp is its rectangle, on its page, in points."""
    report = world.verify(update(signed, stamp_over_content))
    regions = [
        region
        for change in report.signatures[0].modifications
        if change.kind == "covering"
        for region in change.regions
    ]
    assert [(region.page, region.rect) for region in regions] == [(1, (60, 690, 400, 730))]
