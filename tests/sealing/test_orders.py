"""Before the key: what an order names, what is refused, and what an approval must be."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from sealservice.config import Environment
from sealservice.kernel.actor import Actor, ActorKind, Permission, PermissionMissing, operator
from sealservice.kernel.digests import sha256_hex
from sealservice.kernel.facts import Fact
from sealservice.kernel.json import canonical
from sealservice.licenses.errors import HolderRevoked
from sealservice.licenses.model import LicenseStatus
from sealservice.sealing.errors import (
    DocumentCertified,
    DocumentNotFound,
    EarlierSignatureBroken,
    NotAPdf,
    OrderNotFound,
    OrderNotPending,
    SealsOfSeveralLicenses,
)
from sealservice.sealing.model import (
    CoordinatePlacement,
    KeywordPlacement,
    Level,
    OrderRequest,
    OrderState,
    SealUse,
)
from sealservice.sealing.placement_errors import FieldNotFound, KeywordNotFound
from sealservice.sealing.terms import Certification, FieldLock, LockScope, Restrictions
from sealservice.seals.approval import Approved, Assertion
from sealservice.seals.errors import (
    ApprovalExpired,
    ApprovalInvalid,
    DemonstrationRefused,
    SealNotFound,
    SealNotUsable,
)
from sealservice.seals.intent import Intent
from sealservice.seals.model import STATE_NAMES, SealState
from tests.sealing.pages import typeset
from tests.world import CLERK, World
from tests.world_licenses import sample_license
from tests.world_press import KEYWORD, PressWorld

SPY = operator("spy", "org_b")


@pytest.fixture
def outside(world: PressWorld) -> World:
    """Give a world of its own on the shared press."""
    return World(world)


def test_an_order_names_the_very_bytes_that_will_be_signed(outside: World) -> None:
    """The intent is canonical and holds the digests of source, tail, certificate and artwork."""
    order = outside.placed(Level.B_LTA)
    intent = json.loads(order.intent)
    assert order.intent == canonical(intent)
    document = outside.documents.rows[order.document_id]
    assert intent["document"]["sha256"] == document.sha256
    (signature,) = intent["signatures"]
    assert signature["tail_sha256"] == sha256_hex(outside.working.objects[order.tail_key])
    assert intent["level"] == "B-LTA"
    assert signature["seal"]["artwork_sha256"] == outside.press.die.artwork.sha256
    assert intent["purpose"] == "用于测试"
    assert order.state is OrderState.PENDING
    assert outside.queue.asked == []


def test_an_approval_asks_the_signer_once(outside: World) -> None:
    """The holder's assertion is stored and one job enqueued; a second approval is refused."""
    order = outside.approved()
    assert outside.queue.asked == [order.id]
    assert outside.state(order).state is OrderState.PENDING
    with pytest.raises(OrderNotPending):
        outside.orders.approve(CLERK, order.id, outside.assertion(order))
    assert outside.audit.words() == [Fact.DOCUMENT_STORED, Fact.ORDER_PLACED, Fact.ORDER_APPROVED]


@pytest.mark.parametrize("pdf", [b"hello", b"%PDF-1.7\n"], ids=["text", "cut off"])
def test_what_is_not_a_pdf_is_refused_and_leaves_nothing(outside: World, pdf: bytes) -> None:
    """Nothing is stored of a document that cannot be read."""
    with pytest.raises(NotAPdf):
        outside.document(pdf)
    assert (outside.documents.rows, outside.working.objects) == ({}, {})


def test_a_keyword_on_no_page_is_refused_at_placement(outside: World) -> None:
    """Placement fails before anybody is asked to approve, and leaves no order."""
    request = OrderRequest(
        outside.document().id, (SealUse(outside.seal.id, (KeywordPlacement("没有这几个字"),)),)
    )
    with pytest.raises(KeywordNotFound, match="没有这几个字"):
        outside.orders.place(CLERK, request)
    assert outside.order_rows.rows == {}


@pytest.mark.parametrize("state", sorted({*SealState} - {SealState.ACTIVE, SealState.EXPIRED}))
def test_only_an_active_seal_can_be_used(outside: World, state: SealState) -> None:
    """A seal that is not active is refused by its state."""
    outside.seals.rows[outside.seal.id] = replace(outside.seal, state=state)
    with pytest.raises(SealNotUsable, match=STATE_NAMES[state].en):
        outside.placed()


def test_a_license_that_is_not_in_force_stops_its_seals(outside: World) -> None:
    """The seal dies with its license."""
    row = outside.licenses.rows[outside.seal.license_id]
    outside.licenses.rows[row.id] = replace(row, status=LicenseStatus.REVOKED)
    with pytest.raises(SealNotUsable, match="license"):
        outside.placed()


def test_nothing_is_sealed_on_top_of_a_broken_signature(outside: World) -> None:
    """Before anybody is asked to approve: the field whose signature does not hold is named."""
    sealed = outside.press.seal(typeset(), Level.B_B, CoordinatePlacement("1", 30, 30))
    broken = sealed.replace(b"%\x80\x80", b"%\x81\x81", 1)
    assert outside.placed(pdf=sealed).signatures[0].field == "Seal2"
    assert broken != sealed
    with pytest.raises(EarlierSignatureBroken, match="Seal1"):
        outside.placed(pdf=broken)
    assert len(outside.order_rows.rows) == 1


def test_a_rehearsal_says_what_would_be_signed_and_stores_nothing(outside: World) -> None:
    """Fields and boxes are those the order would have, in millimetres, too."""
    places = (CoordinatePlacement("1", 30, 40), CoordinatePlacement("1", 100, 40))
    request = OrderRequest(outside.document().id, (SealUse(outside.seal.id, places),))
    stored = dict(outside.working.objects)
    rehearsal = outside.orders.rehearsed_order(CLERK, request)
    (rehearsed,) = rehearsal.signatures
    assert rehearsed.signature.field == "Seal1"
    assert [shown.box.centre for shown in rehearsed.shown] == [
        pytest.approx((30, 40), abs=0.001),
        pytest.approx((100, 40), abs=0.001),
    ]
    assert rehearsal.places == (tuple((shown,) for shown in rehearsed.shown),)
    assert (outside.working.objects, outside.order_rows.rows) == (stored, {})
    placed = outside.orders.place(CLERK, request)
    assert placed.signatures[0].impressions == rehearsed.signature.impressions


def test_a_file_is_rehearsed_without_being_stored(outside: World) -> None:
    """What its certification, a lock or a broken seal forbids is found; nothing is left behind."""
    places = (CoordinatePlacement("1", 30, 40), CoordinatePlacement("1", 100, 40))
    request = OrderRequest("", (SealUse(outside.seal.id, places),))
    rehearsed = outside.orders.rehearsed_file(CLERK, "a.pdf", typeset(), request)
    assert [len(place) for place in rehearsed.places[0]] == [1, 1]
    assert [one.signature.field for one in rehearsed.signatures] == ["Seal1"]
    asked = Restrictions(Certification.FORM_FILLING)
    prepared = outside.press.prepare(typeset(), places[0], restrictions=asked)
    certified = outside.press.sign(typeset(), prepared, Level.B_B)
    later = replace(request, seals=(SealUse(outside.seal.id, places[1:]),))
    with pytest.raises(DocumentCertified):
        outside.orders.rehearsed_file(CLERK, "a.pdf", certified, later)
    unknown = replace(request, restrictions=Restrictions(lock=FieldLock(LockScope.INCLUDE, ("x",))))
    with pytest.raises(FieldNotFound):
        outside.orders.rehearsed_file(CLERK, "a.pdf", typeset(), unknown)
    assert (outside.working.objects, outside.order_rows.rows) == ({}, {})


def test_seals_of_several_licenses_are_refused(outside: World) -> None:
    """One holder approves an order, and holds one license."""
    other = replace(outside.seal, id="seal_2", license_id="lic_2", seal_code="4190010000002")
    license_ = sample_license(license_id="lic_2")
    outside.licenses.rows[license_.id] = license_
    outside.seals.rows[other.id] = other
    uses = [SealUse(one, (CoordinatePlacement("1", 30, 40),)) for one in ("seal_1", "seal_2")]
    with pytest.raises(SealsOfSeveralLicenses):
        outside.orders.place(CLERK, OrderRequest(outside.document().id, tuple(uses)))


def test_other_peoples_things_are_not_found(outside: World) -> None:
    """Another organisation cannot see, use or approve anything of ours."""
    order = outside.placed()
    with pytest.raises(OrderNotFound):
        outside.orders.show(SPY, order.id)
    with pytest.raises(DocumentNotFound):
        outside.orders.document(SPY, order.document_id)
    with pytest.raises(OrderNotFound):
        outside.orders.approve(SPY, order.id, outside.assertion(order))
    mine = outside.orders.store_document(
        SPY, "x.pdf", outside.working.objects[outside.documents.rows[order.document_id].object_key]
    )
    with pytest.raises(SealNotFound):
        outside.orders.place(
            SPY, OrderRequest(mine.id, (SealUse(outside.seal.id, (KeywordPlacement(KEYWORD),)),))
        )


def test_each_use_case_needs_its_permission(outside: World) -> None:
    """A key that may only read orders cannot place or approve one."""
    reader = Actor(ActorKind.API_KEY, "key", "org_a", frozenset({Permission.ORDERS_READ}))
    order = outside.placed()
    with pytest.raises(PermissionMissing):
        outside.placed(actor=reader)
    with pytest.raises(PermissionMissing):
        outside.orders.approve(reader, order.id, outside.assertion(order))


def test_only_the_holders_signature_over_this_intent_approves(outside: World) -> None:
    """Another order's assertion, another key, an unknown holder: all refused, nothing stored."""
    order, other = outside.placed(), outside.placed()
    stranger = World(outside.press, holder_key=ec.generate_private_key(ec.SECP256R1()))
    for assertion in (
        outside.assertion(other),
        stranger.assertion(order),
        outside.assertion(order, "hld_unknown"),
        Assertion("hld_1", b"no signature"),
    ):
        with pytest.raises(ApprovalInvalid):
            outside.orders.approve(CLERK, order.id, assertion)
    assert outside.order_rows.assertions == {}


def test_a_revoked_holder_cannot_approve(outside: World) -> None:
    """The signature is right, but its maker's authority has ended."""
    order, holder = outside.placed(), outside.holders.rows["hld_1"]
    outside.holders.rows[holder.id] = replace(holder, revoked_at=outside.clock())
    with pytest.raises(HolderRevoked):
        outside.orders.approve(CLERK, order.id, outside.assertion(order))
    assert outside.order_rows.assertions == {}


def test_a_changed_intent_needs_a_new_approval(outside: World) -> None:
    """Each field of the intent is under the signature."""
    order = outside.placed()
    assertion = outside.assertion(order)
    body = json.loads(order.intent)
    body["signatures"][0]["impressions"][0]["box"]["left"] = "0.000"
    changed = replace(order, intent=canonical(body))
    outside.order_rows.rows[order.id] = changed
    with pytest.raises(ApprovalInvalid):
        outside.orders.approve(CLERK, order.id, assertion)


def test_an_approval_can_come_too_late(outside: World) -> None:
    """After its time an order can no longer be approved."""
    order = outside.placed()
    outside.clock.shift = timedelta(minutes=31)
    with pytest.raises(ApprovalExpired):
        outside.orders.approve(CLERK, order.id, outside.assertion(order))


def test_the_demonstration_holder_is_refused_in_production(world: PressWorld) -> None:
    """A stand-in does not work where it counts."""
    outside = World(world, environment=Environment.PRODUCTION)
    order = outside.placed()
    with pytest.raises(DemonstrationRefused):
        outside.orders.approve(CLERK, order.id, outside.assertion(order))


def test_nobody_can_make_an_approval_by_hand(outside: World) -> None:
    """``Approved`` comes out of ``approve`` and out of nothing else."""
    order = outside.placed()
    intent = Intent.read(order.intent)
    with pytest.raises(ApprovalInvalid):
        Approved(intent, "hld_1", "demonstration", object())  # type: ignore[arg-type]


def test_an_intent_says_its_own_nonce_and_end(outside: World) -> None:
    """Columns beside the intent prolong nothing: what counts is in the bytes that were signed."""
    order = outside.placed()
    assertion = outside.assertion(order)
    later = replace(order, expires_at=order.expires_at + timedelta(days=9999), nonce="b" * 32)
    outside.order_rows.rows[order.id] = later
    outside.clock.shift = timedelta(minutes=31)
    with pytest.raises(ApprovalExpired):
        outside.orders.approve(CLERK, order.id, assertion)


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{ "nonce":"a"}', b"\xff", b'{"nonce":1}'])
def test_an_intent_must_be_canonical(body: bytes) -> None:
    """Bytes that are no canonical intent are no intent."""
    with pytest.raises(ApprovalInvalid):
        Intent.read(body)
