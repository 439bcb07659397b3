"""Orders that may wait for their timestamp or status: under one approval, by one signature."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sealservice.archive.model import StoredVersion
from sealservice.kernel.errors import SealserviceError
from sealservice.kernel.facts import Fact
from sealservice.limits import Limits
from sealservice.sealing.errors import RevocationUnavailable, TimestampUnavailable
from sealservice.sealing.model import (
    Container,
    KeywordPlacement,
    Level,
    Order,
    OrderRequest,
    OrderState,
    SealUse,
)
from sealservice.sealing.order_errors import TimestampPending
from sealservice.sealing.pyhanko_press import PyHankoPress
from sealservice.sealing.terms import OnTsaFailure
from sealservice.seals.model import SealState
from tests.sealing.pages import KEYWORD
from tests.world import CLERK, World
from tests.world_press import PressWorld

TSA_AWAY = TimestampUnavailable(url="x", reason_zh="甲", reason_en="a")
STATUS_AWAY = RevocationUnavailable(url="x", reason_zh="甲", reason_en="a")


@pytest.fixture
def outside(world: PressWorld) -> World:
    """Give a world of its own on the shared press."""
    return World(world)


def patient(outside: World, level: Level = Level.B_T) -> Order:
    """Return an approved order that may wait."""
    uses = (SealUse(outside.seal.id, (KeywordPlacement(KEYWORD),)),)
    request = OrderRequest(outside.document().id, uses, level, on_tsa_failure=OnTsaFailure.WAIT)
    order = outside.orders.place(CLERK, request)
    return outside.orders.approve(CLERK, order.id, outside.assertion(order))


def away(monkeypatch: pytest.MonkeyPatch, step: str, failure: SealserviceError) -> None:
    """Have a step of the press fail."""

    def fail(*_arguments: object) -> Container:
        raise failure

    monkeypatch.setattr(PyHankoPress, step, fail)


@pytest.mark.parametrize(
    ("step", "failure", "level"),
    [("enclose", TSA_AWAY, Level.B_T), ("complete", STATUS_AWAY, Level.B_LTA)],
)
def test_an_order_waits_and_goes_on_with_the_signature_it_has(
    outside: World,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    failure: SealserviceError,
    level: Level,
) -> None:
    """It says what it waits for, is taken up again, and its seal is used once."""
    order = patient(outside, level)
    with monkeypatch.context() as patch:
        away(patch, step, failure)
        for _ in range(2):
            with pytest.raises(TimestampPending):
                outside.sealing.seal(order.id)
    waiting = outside.state(order)
    assert (waiting.state, waiting.failure) == (OrderState.SEALING, None)
    assert waiting.hindrance == failure.as_json()
    assert outside.order_rows.unfinished(outside.clock()) == [order.id]
    outside.sealing.seal(order.id)
    done = outside.state(order)
    assert (done.state, done.hindrance) == (OrderState.DONE, None)
    told = outside.audit.words()
    assert [told.count(fact) for fact in (Fact.SEAL_USED, Fact.ORDER_HINDERED)] == [1, 1]


def test_an_order_does_not_wait_for_ever(outside: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A day after the claimed time it fails by what it waited for."""
    order = patient(outside)
    away(monkeypatch, "enclose", TSA_AWAY)
    with pytest.raises(TimestampPending):
        outside.sealing.seal(order.id)
    outside.clock.shift = timedelta(seconds=Limits().timestamp_lag_seconds + 1)
    outside.sealing.seal(order.id)
    failed = outside.state(order)
    assert failed.state is OrderState.FAILED
    assert failed.failure == TSA_AWAY.as_json()
    assert failed.hindrance is None


def test_a_timestamp_long_after_the_claimed_time_is_not_taken(outside: World) -> None:
    """It would prove the signature later than the document says; nothing is kept or released."""
    order = patient(outside)
    hurried = replace(outside.sealing, limits=Limits(timestamp_lag_seconds=-1.0))
    hurried.seal(order.id)
    assert (outside.state(order).failure or {})["code"] == "timestamp_too_late"
    assert outside.order_rows.kept(order.id)[0].container is None


def test_a_seal_suspended_while_an_order_waits_ends_it(
    outside: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is not valid when the timestamp says so is not sealed."""
    order = patient(outside)
    with monkeypatch.context() as patch:
        away(patch, "enclose", TSA_AWAY)
        with pytest.raises(TimestampPending):
            outside.sealing.seal(order.id)
    outside.seals.move(outside.seal.id, SealState.SUSPENDED)
    outside.sealing.seal(order.id)
    assert (outside.state(order).failure or {})["code"] == "seal_not_usable"


def test_a_token_larger_than_the_reserve_is_a_failure_of_the_authority(
    outside: World,
) -> None:
    """The order waits for a smaller one; the bytes that were approved are not prepared again."""
    order = patient(outside)
    tight = replace(outside.press.press, limits=Limits(signature_bytes=1_000))
    with pytest.raises(TimestampPending):
        replace(outside.sealing, press=tight).seal(order.id)
    hindrance = outside.state(order).hindrance or {}
    assert hindrance["code"] == "timestamp_unavailable"
    assert "1000" in str(hindrance["en"])


def test_a_run_that_dies_between_archive_and_record_leaves_nothing_to_wait_for(
    outside: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An order that waited, and then was archived, becomes a record all the same."""
    order = patient(outside)
    with monkeypatch.context() as patch:
        away(patch, "enclose", TSA_AWAY)
        with pytest.raises(TimestampPending):
            outside.sealing.seal(order.id)
    put = outside.locked.put_once

    def put_and_die(*arguments: object) -> StoredVersion:
        put(*arguments)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(outside.locked, "put_once", put_and_die)
        with pytest.raises(KeyboardInterrupt):
            outside.sealing.seal(order.id)
    outside.sealing.seal(order.id)
    assert outside.state(order).state is OrderState.DONE
