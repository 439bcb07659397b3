"""Documents that are sealed often, in many places, by several seals, or with restrictions."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.serialization import Encoding

from sealservice.infra.sandbox import ForkedSandbox
from sealservice.limits import Limits
from sealservice.sealing.model import (
    CoordinatePlacement,
    FieldPlacement,
    Level,
    OrderRequest,
    Placement,
    SealUse,
    StraddlePlacement,
)
from sealservice.sealing.terms import Certification, Restrictions
from sealservice.seals.artwork import SealTexts, draw
from sealservice.seals.design import load_design
from sealservice.seals.model import Seal, SealKind
from tests.interop.documents import Pile
from tests.interop.kinds_and_levels import by_other_keys, later
from tests.sealing.kinds import PLAIN, SOURCES, booklet
from tests.sealing.pages import prepared_form, tagged_form
from tests.world import CLERK, World
from tests.world_press import PressWorld, press_world

PLACES: Final = tuple(CoordinatePlacement("1", x, 170) for x in (27, 75, 123))
MANY: Final = (CoordinatePlacement("1,3,5", 40, 60), CoordinatePlacement("2", 60, 100))
PARTY, OTHER = FieldPlacement("甲方.签章"), FieldPlacement("乙方签章")


def pile(folder: Path) -> Pile:
    """Make all documents."""
    root = folder / "roots" / "root.pem"
    root.parent.mkdir()
    made = folder / "many"
    made.mkdir()
    sandbox = ForkedSandbox(Limits())
    with press_world("demonstration", sandbox) as world:
        root.write_bytes(world.trust.unit("root").x509.public_bytes(Encoding.PEM))
        documents = (*_repeatedly(world), *_at_once(world), *_restricted(world))
        for name, pdf in (*documents, *by_other_keys(world), *later(world)):
            (made / f"{name}.pdf").write_bytes(pdf)
    sandbox.close()
    return Pile(root, made)


def _repeatedly(world: PressWorld) -> Iterator[tuple[str, bytes]]:
    """Seal every kind of document in three orders."""
    for name, source in SOURCES.items():
        pdf = source()
        for place in PLACES:
            pdf = _later(world, pdf, place)
        yield f"{name}-thrice", pdf


def _later(world: PressWorld, pdf: bytes, place: Placement) -> bytes:
    """Seal in another second than whoever sealed before (docs/verification-differences.md)."""
    time.sleep(1.1)
    return world.seal(pdf, Level.B_LTA, place)


def _at_once(world: PressWorld) -> Iterator[tuple[str, bytes]]:
    """Show a seal in many places and across five pages; and two seals in one order."""
    for standard in (PLAIN, "a-2b", "ua-1"):
        source = booklet(standard)
        (prepared,) = world.prepare(source, *MANY, StraddlePlacement())
        assert len(prepared.impressions) == 9
        yield f"many-{standard}", world.sign(source, (prepared,), Level.B_LTA)
        yield f"two-seals-{standard}", _by_two_seals(World(world), source)


def _by_two_seals(world: World, source: bytes) -> bytes:
    """Have an order with two seals of one license go through all of the service."""
    other = _further_seal(world)
    uses = (
        SealUse(world.seal.id, (*MANY, StraddlePlacement())),
        SealUse(other.id, PLACES[:1]),
    )
    request = OrderRequest(world.document(source).id, uses, Level.B_LTA, "用于测试")
    order = world.orders.place(CLERK, request)
    world.orders.approve(CLERK, order.id, world.assertion(order))
    world.sealing.seal(order.id)
    return world.locked.objects[f"{CLERK.organisation_id}/{order.id}.pdf"][1]


def _further_seal(world: World) -> Seal:
    """Register a contract seal of the same license, with a key of its own."""
    certificate = world.press.trust.seal_certificate()
    texts = SealTexts("示范贸易有限公司", code="3501000000002", mark="测试专用")
    artwork = draw(load_design("contract"), texts)
    seal = replace(
        world.seal,
        id="seal_2",
        kind=SealKind.CONTRACT,
        seal_code="4190010000002",
        artwork_sha256=artwork.sha256,
        key_id=certificate.key_id,
        certificate_sha256=certificate.sha256,
    )
    world.seals.make(seal, artwork)
    return seal


def _restricted(world: PressWorld) -> Iterator[tuple[str, bytes]]:
    """Fill prepared fields, in one order; and in a later one on a document that is certified."""
    source = prepared_form()
    yield "field", world.seal(source, Level.B_LTA, PARTY)
    yield "two-fields", world.seal(source, Level.B_LTA, OTHER, PARTY)
    tagged = world.seal(tagged_form("PartyA", "PartyB"), Level.B_LTA, FieldPlacement("PartyB"))
    yield "ua-1-fields", _later(world, tagged, FieldPlacement("PartyA"))
    asked = Restrictions(Certification.FORM_FILLING)
    prepared = world.prepare(source, PLACES[0], restrictions=asked)
    certified = world.sign(source, prepared, Level.B_LTA)
    yield "certified", _later(world, certified, PARTY)
