"""Previews: rehearsals of an order that nobody has placed yet."""

from dataclasses import dataclass, field, replace

import pytest

from sealservice.kernel.actor import PermissionMissing
from sealservice.kernel.clock import utc_now
from sealservice.limits import Limits
from sealservice.sealing.model import CoordinatePlacement, Level, OrderRequest, SealUse
from sealservice.sealing.ports import SelfCheck
from sealservice.sealing.previews import PreviewService
from sealservice.verification.model import Report
from tests.sealing.pages import typeset
from tests.world import CLERK, World
from tests.world_press import PressWorld

LEFT, RIGHT = CoordinatePlacement("1", 30, 40), CoordinatePlacement("1", 100, 40)


@dataclass
class Counted:
    """A check that counts how often it is asked."""

    check: SelfCheck
    asked: list[str] = field(default_factory=list)

    def verify(self, filename: str, pdf: bytes) -> Report:
        """Verify a document."""
        self.asked.append(filename)
        return self.check.verify(filename, pdf)


@pytest.fixture
def outside(world: PressWorld) -> World:
    """Give a world of its own on the shared press."""
    return World(world)


def previews(outside: World, check: Counted) -> PreviewService:
    """Return a service whose orders are checked by ``check``."""
    return PreviewService(
        orders=replace(outside.orders, check=check),
        working=outside.working,
        seals=outside.seals,
        licenses=outside.licenses,
        inspector=outside.orders.inspector,
        clock=utc_now,
        limits=Limits(),
    )


def test_a_signed_document_is_verified_once_for_many_previews(outside: World) -> None:
    """Dragging a seal does not verify the earlier ones at every step; the order does again."""
    check = Counted(outside.orders.check)
    service = previews(outside, check)
    document = outside.document(outside.press.seal(typeset(), Level.B_B, LEFT))
    for x in (90, 100):
        place = replace(RIGHT, x_mm=x)
        (shown,) = service.resolve(CLERK, document.id, ((outside.seal.id, place),)).places
        assert shown.refusal is None
    assert len(check.asked) == 1
    request = OrderRequest(document.id, (SealUse(outside.seal.id, (RIGHT,)),))
    service.orders.place(CLERK, request)
    assert len(check.asked) == 2


def test_what_only_the_whole_order_refuses_is_told_of_all(outside: World) -> None:
    """Each place holds by itself, but the earlier seal is broken: shown, with the refusal."""
    service = previews(outside, Counted(outside.orders.check))
    sealed = outside.press.seal(typeset(), Level.B_B, LEFT)
    document = outside.document(sealed.replace(b"%\x80\x80", b"%\x81\x81", 1))
    preview = service.resolve(CLERK, document.id, ((outside.seal.id, RIGHT),))
    assert [len(place.shown) for place in preview.places] == [1]
    assert preview.refusal is not None
    assert preview.refusal.code == "earlier_signature_broken"


def test_previews_keep_the_order_of_the_wishes(outside: World) -> None:
    """Places are told in the order in which they were asked for, beside one that is refused."""
    service = previews(outside, Counted(outside.orders.check))
    document = outside.document()
    seal = outside.seal.id
    both = service.resolve(CLERK, document.id, ((seal, RIGHT), (seal, LEFT)))
    assert [place.shown[0].box.centre[0] for place in both.places] == pytest.approx(
        [100, 30], abs=0.001
    )
    wrong = service.resolve(CLERK, document.id, ((seal, replace(LEFT, x_mm=1)), (seal, RIGHT)))
    assert [place.refusal and place.refusal.code for place in wrong.places] == [
        "placement_outside",
        None,
    ]
    assert wrong.refusal is None


def test_previews_are_for_those_who_may_order(outside: World) -> None:
    """Whoever may not place orders resolves nothing."""
    service = previews(outside, Counted(outside.orders.check))
    document = outside.document()
    reader = replace(CLERK, permissions=frozenset())
    with pytest.raises(PermissionMissing):
        service.resolve(reader, document.id, ((outside.seal.id, LEFT),))
