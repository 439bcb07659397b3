"""Two runs of one order meet: what the archive took stands, and nothing else becomes a record."""

from dataclasses import replace

import pytest

from sealservice.archive.model import StoredVersion
from sealservice.kernel.facts import Fact
from sealservice.sealing.errors import OrderUnfinished, TimestampUnavailable
from sealservice.sealing.model import Level, Order, OrderState
from sealservice.sealing.pyhanko_press import PyHankoPress
from tests.world import World
from tests.world_press import PressWorld

TSA_AWAY = TimestampUnavailable(url="x", reason_zh="甲", reason_en="a")


@pytest.fixture
def outside(world: PressWorld) -> World:
    """Give a world of its own on the shared press."""
    return World(world)


def archived(outside: World, order: Order) -> bytes:
    """Return the sealed bytes of an order."""
    return outside.locked.objects[f"{order.organisation_id}/{order.id}.pdf"][1]


def test_what_was_archived_stands_though_another_run_failed_the_order(
    outside: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sealed bytes in the archive are never left without their record; the log tells both."""
    order = outside.approved()
    put = outside.locked.put_once

    def put_while_another_fails(*arguments: object) -> StoredVersion:
        outside.sealing._fail(order, TSA_AWAY)
        return put(*arguments)

    monkeypatch.setattr(outside.locked, "put_once", put_while_another_fails)
    outside.sealing.seal(order.id)
    done = outside.state(order)
    assert (done.state, done.failure) == (OrderState.DONE, None)
    assert len(outside.records.rows) == 1
    told = outside.audit.words()
    assert told.index(Fact.ORDER_FAILED) < told.index(Fact.ORDER_COMPLETED)


def test_a_failed_order_whose_other_run_archived_and_died_is_finished(
    outside: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is found among the unfinished ones, and what was archived becomes its record."""
    order = outside.approved(Level.B_LTA)
    put = outside.locked.put_once

    def put_and_die(*arguments: object) -> StoredVersion:
        outside.sealing._fail(order, TSA_AWAY)
        put(*arguments)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(outside.locked, "put_once", put_and_die)
        with pytest.raises(KeyboardInterrupt):
            outside.sealing.seal(order.id)
    assert outside.state(order).state is OrderState.FAILED
    assert outside.order_rows.unfinished(outside.clock()) == [order.id]
    outside.sealing.seal(order.id)
    assert outside.state(order).state is OrderState.DONE
    assert len(outside.records.rows) == 1
    assert outside.order_rows.unfinished(outside.clock()) == []


def test_a_run_that_would_fail_looks_whether_another_archived(
    outside: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The failure of the slower run is no outcome; the next run takes what is archived."""
    order = outside.approved()
    complete = PyHankoPress.complete

    def complete_while_another_archives(*_arguments: object) -> bytes:
        monkeypatch.setattr(PyHankoPress, "complete", complete)
        outside.sealing.seal(order.id)
        outside.order_rows.rows[order.id] = replace(
            outside.state(order), state=OrderState.SEALING, record_id=None
        )
        raise TSA_AWAY

    monkeypatch.setattr(PyHankoPress, "complete", complete_while_another_archives)
    with pytest.raises(OrderUnfinished):
        outside.sealing.seal(order.id)
    outside.sealing.seal(order.id)
    assert outside.state(order).state is OrderState.DONE
    assert outside.audit.words().count(Fact.SEAL_USED) == 1


def test_a_failed_order_is_not_archived_any_more(
    outside: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that comes late with its result leaves it, for the order has its outcome."""
    order = outside.approved()
    complete = PyHankoPress.complete

    def complete_after_another_failed(*arguments: object) -> bytes:
        outside.sealing._fail(order, TSA_AWAY)
        return complete(*arguments)

    monkeypatch.setattr(PyHankoPress, "complete", complete_after_another_failed)
    with pytest.raises(OrderUnfinished):
        outside.sealing.seal(order.id)
    assert outside.state(order).state is OrderState.FAILED
    assert outside.locked.objects == {}


def test_nobody_elses_bytes_become_the_record_of_an_order(outside: World) -> None:
    """What lies in the archive under an order's name must be what its holder approved."""
    order, other = outside.approved(), outside.approved()
    outside.sealing.seal(other.id)
    outside.sealing.archive.put(order.organisation_id, order.id, archived(outside, other))
    outside.sealing.seal(order.id)
    ended = outside.state(order)
    assert (ended.state, (ended.failure or {})["code"]) == (OrderState.FAILED, "output_invalid")
    assert len(outside.records.rows) == 1
