"""Beside the key: one order, one sealed record, whatever happens in between."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from sealservice.archive.errors import AlreadyStored
from sealservice.archive.model import StoredVersion
from sealservice.infra.timestamps import HttpTimestampSource
from sealservice.kernel.clock import utc_now
from sealservice.kernel.errors import Unavailable
from sealservice.kernel.facts import Fact
from sealservice.kernel.text import Text
from sealservice.licenses.model import LicenseStatus
from sealservice.limits import Limits
from sealservice.sealing.errors import (
    ClocksDiffer,
    OrderNotFound,
    OrderUnfinished,
    TimestampUnavailable,
)
from sealservice.sealing.model import Level, Order, OrderState
from sealservice.sealing.steps import Step
from sealservice.seals.model import SealState
from sealservice.verification.model import Report
from tests.sealing.pages import typeset
from tests.world import World
from tests.world_press import PressWorld
from tests.world_verification import SignedWorld

TSA_AWAY = TimestampUnavailable(url="x", reason_zh="甲", reason_en="a")


@pytest.fixture
def outside(world: PressWorld) -> World:
    """Give a world of its own on the shared press."""
    return World(world)


class StoreAway(Unavailable):
    """The store does not answer."""

    code = "store_away"
    text = Text("存储不可用", "the store is away")


def archived(outside: World, order: Order) -> bytes:
    """Return the sealed bytes of an order."""
    return outside.locked.objects[f"{order.organisation_id}/{order.id}.pdf"][1]


def failure_of(outside: World, order: Order) -> object:
    """Return the code with which an order failed."""
    ended = outside.state(order)
    assert ended.state is OrderState.FAILED
    assert ended.record_id is None
    assert outside.records.rows == {}
    return (ended.failure or {})["code"]


def test_an_approved_order_becomes_one_record(outside: World) -> None:
    """The record has the level asked for, its verdict, and who approved; the log has each step."""
    order = outside.approved(Level.B_LTA)
    outside.sealing.seal(order.id)
    done = outside.state(order)
    record = outside.records.rows[done.record_id or ""]
    assert done.state is OrderState.DONE
    assert (record.facts.level, record.facts.verdict) == ("B-LTA", "valid")
    assert record.facts.approval_kind == "demonstration"
    assert outside.audit.words()[-5:] == [
        Fact.ORDER_APPROVED,
        Fact.INTENT_COMMITTED,
        Fact.SEAL_USED,
        Fact.RECORD_ARCHIVED,
        Fact.ORDER_COMPLETED,
    ]


def test_running_a_finished_order_again_changes_nothing(outside: World) -> None:
    """A job that is delivered twice does its work once."""
    order = outside.approved()
    outside.sealing.seal(order.id)
    facts = list(outside.audit.facts)
    outside.sealing.seal(order.id)
    assert outside.audit.facts == facts
    assert len(outside.records.rows) == 1


def test_without_an_assertion_nothing_is_sealed(outside: World) -> None:
    """Whoever enqueues a job for an order that nobody approved gets a failed order."""
    order = outside.placed()
    outside.sealing.seal(order.id)
    assert failure_of(outside, order) == "approval_invalid"
    assert Fact.SEAL_USED not in outside.audit.words()


def test_the_signer_checks_the_assertion_itself(outside: World) -> None:
    """What the web process stored is not believed."""
    order, other = outside.placed(), outside.placed()
    outside.order_rows.add_assertion(order, outside.assertion(other))
    outside.sealing.seal(order.id)
    assert failure_of(outside, order) == "approval_invalid"


def test_an_approval_that_waited_too_long_is_not_used(outside: World) -> None:
    """Expiry is checked again beside the key."""
    order = outside.approved()
    outside.clock.shift = timedelta(minutes=31)
    outside.sealing.seal(order.id)
    assert failure_of(outside, order) == "approval_expired"


@pytest.mark.parametrize("what", ["source", "tail"])
def test_changed_bytes_are_never_signed(outside: World, what: str) -> None:
    """Somebody who can write to the working store cannot have anything else sealed."""
    order = outside.approved()
    document = outside.documents.rows[order.document_id]
    key = document.object_key if what == "source" else order.tail_key
    outside.working.objects[key] += b"\n"
    outside.sealing.seal(order.id)
    assert failure_of(outside, order) == "bytes_changed"
    assert Fact.SEAL_USED not in outside.audit.words()


def test_a_seal_that_died_after_approval_is_not_used(outside: World) -> None:
    """Seal and license are checked again in the transaction that signs."""
    order, other = outside.approved(), outside.approved()
    outside.seals.rows[outside.seal.id] = replace(outside.seal, state=SealState.FAILED)
    outside.sealing.seal(order.id)
    assert failure_of(outside, order) == "seal_not_usable"
    outside.seals.rows[outside.seal.id] = outside.seal
    row = outside.licenses.rows[outside.seal.license_id]
    outside.licenses.rows[row.id] = replace(row, status=LicenseStatus.REVOKED)
    outside.sealing.seal(other.id)
    assert failure_of(outside, other) == "seal_not_usable"


def test_a_holder_who_was_revoked_after_approval_approves_nothing(outside: World) -> None:
    """The holder is checked again in the transaction that signs."""
    order = outside.approved()
    holder = outside.holders.rows["hld_1"]
    outside.holders.rows[holder.id] = replace(holder, revoked_at=utc_now())
    outside.sealing.seal(order.id)
    assert failure_of(outside, order) == "holder_revoked"
    assert Fact.SEAL_USED not in outside.audit.words()


def test_a_document_that_a_stranger_signed_is_sealed(outside: World) -> None:
    """Our seal is valid; that we do not know the other authority is said, and no hindrance."""
    order = outside.approved(pdf=SignedWorld().sign(typeset(), name="Other"))
    outside.sealing.seal(order.id)
    facts = outside.records.rows[outside.state(order).record_id or ""].facts
    counts = facts.report["signatures_count"], facts.report["valid_signatures_count"]
    assert (facts.verdict, counts) == ("unconfirmed", (2, 1))


def test_a_document_whose_earlier_signature_is_broken_is_released_to_nobody(
    outside: World,
) -> None:
    """A seal beside a broken signature would lend it weight, whatever let the order be placed."""

    class Blind:
        def verify(self, filename: str, _data: bytes) -> Report:
            return check.verify(filename, typeset())

    check = outside.check
    outside.orders = replace(outside.orders, check=Blind())
    signed = SignedWorld().sign(typeset(), name="Other")
    order = outside.approved(pdf=signed.replace(b"%\x80\x80", b"%\x81\x81", 1))
    outside.sealing.seal(order.id)
    assert failure_of(outside, order) == "output_invalid"


def test_a_tsa_that_is_away_fails_the_order_and_releases_nothing(world: PressWorld) -> None:
    """There is no silent step down to a lower level."""
    nobody = HttpTimestampSource("http://127.0.0.1:9/tsa", [world.root], Limits(), utc_now)
    outside = World(replace(world, press=replace(world.press, timestamps=nobody)))
    order = outside.approved(Level.B_T)
    outside.sealing.seal(order.id)
    assert failure_of(outside, order) == "timestamp_unavailable"
    assert outside.locked.objects == {}


def test_a_passing_hindrance_leaves_the_order_to_the_next_run(
    outside: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store that is away is no reason to fail: the next run seals under the same approval."""
    order = outside.approved()
    with monkeypatch.context() as patch:

        def away(*_arguments: object) -> StoredVersion:
            raise StoreAway

        patch.setattr(outside.locked, "put_once", away)
        with pytest.raises(StoreAway):
            outside.sealing.seal(order.id)
    assert outside.state(order).state is OrderState.SEALING
    outside.clock.shift = timedelta(hours=3)
    outside.sealing.seal(order.id)
    assert outside.state(order).state is OrderState.DONE


def test_a_run_that_died_after_archiving_is_closed_with_what_it_archived(
    outside: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first result stands, byte for byte; no key is used again."""
    order = outside.approved(Level.B_LTA)
    with monkeypatch.context() as patch:

        def died(*_arguments: object) -> None:
            raise KeyboardInterrupt

        patch.setattr(outside.records, "add", died)
        with pytest.raises(KeyboardInterrupt):
            outside.sealing.seal(order.id)
    first = archived(outside, order)
    outside.sealing.seal(order.id)
    assert archived(outside, order) == first
    assert outside.audit.words().count(Fact.SEAL_USED) == 1
    assert len(outside.records.rows) == 1


def test_of_two_runs_at_once_the_slower_one_takes_the_others_result(
    outside: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key that is taken when the bytes are put is a reason to start over, not to fail."""
    order = outside.approved()
    with monkeypatch.context() as patch:
        patch.setattr(outside.locked, "first", lambda _key: None)
        outside.sealing.archive.put(order.organisation_id, order.id, b"the other run's")
        with pytest.raises(AlreadyStored):
            outside.sealing.seal(order.id)
    assert outside.state(order).state is OrderState.SEALING


def test_signing_the_same_order_twice_gives_the_same_signature(
    outside: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At B-B, where no time comes in, two runs give the same bytes (RFC 6979)."""
    order = outside.approved()

    def away(*_arguments: object) -> StoredVersion:
        raise StoreAway

    results = []
    put = outside.locked.put_once

    def remember(_key: str, data: bytes, _until: object) -> StoredVersion:
        results.append(data)
        return away()

    monkeypatch.setattr(outside.locked, "put_once", remember)
    for _ in range(2):
        with pytest.raises(StoreAway):
            outside.sealing.seal(order.id)
    assert results[0] == results[1]
    monkeypatch.setattr(outside.locked, "put_once", put)
    outside.sealing.seal(order.id)
    assert archived(outside, order) == results[0]


def test_a_run_that_comes_second_to_the_nonce_does_not_fail_the_order(
    outside: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two runs read a pending order; the one that finds its nonce burnt leaves it to the other."""
    order = outside.approved()
    outside.order_rows.consume(order)
    with monkeypatch.context() as patch:
        read = iter([order, outside.state(order)])
        patch.setattr(outside.order_rows, "by_id", lambda _id: next(read))
        with pytest.raises(OrderUnfinished):
            outside.sealing.seal(order.id)
    assert outside.state(order).state is OrderState.SEALING
    outside.sealing.seal(order.id)
    assert outside.state(order).state is OrderState.DONE


def test_a_run_that_fails_after_another_finished_changes_nothing(outside: World) -> None:
    """The order stays done, and the log does not say that it failed."""
    order = outside.approved()
    outside.sealing.seal(order.id)
    outside.sealing._fail(order, TSA_AWAY)
    assert outside.state(order).state is OrderState.DONE
    assert Fact.ORDER_FAILED not in outside.audit.words()


@pytest.mark.parametrize("minutes", [-2, 2])
def test_nothing_is_done_by_a_wrong_clock(outside: World, minutes: int) -> None:
    """An order waits until our clock and the database's agree; it does not even expire."""
    order = outside.approved()

    def off() -> datetime:
        return outside.clock() + timedelta(minutes=minutes)

    with pytest.raises(ClocksDiffer):
        replace(outside.sealing, database_clock=off).seal(order.id)
    assert outside.state(order) == order
    outside.sealing.seal(order.id)
    assert outside.state(order).state is OrderState.DONE


def test_steps_are_told_in_their_order(outside: World) -> None:
    """Whoever watches is told every step of a sealing at level B-LTA, once."""
    seen: list[Step] = []
    watched = replace(
        outside.sealing,
        press=replace(outside.press.press, reached=seen.append),
        reached=seen.append,
    )
    watched.seal(outside.approved(Level.B_LTA).id)
    assert seen == list(Step)


def test_unknown_orders_are_not_found(outside: World) -> None:
    """A job about nothing says so."""
    with pytest.raises(OrderNotFound, match=re.escape("ord_nothing")):
        outside.sealing.seal("ord_nothing")
