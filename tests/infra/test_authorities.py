"""Several time-stamping authorities: who is asked, when, and what a failure costs."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from fastapi import FastAPI, Response

from sealservice.infra.authorities import Authorities, Watch
from sealservice.infra.timestamps import HttpTimestampSource
from sealservice.kernel.clock import utc_now
from sealservice.limits import Limits
from sealservice.sealing.errors import TimestampUnavailable
from sealservice.sealing.model import Timestamp
from tests.authority_server import application, serving
from tests.world_trust import HandClock, TrustWorld

DIGEST = hashlib.sha256(b"signature value").digest()
ASIDE = Limits().timestamp_aside_seconds


@dataclass
class Source:
    """An authority that answers as told."""

    url: str
    fails: bool = False
    asked: int = 0
    closed: bool = False

    def stamp(self, message_digest: bytes) -> Timestamp:
        """Return something that names the authority, or fail."""
        self.asked += 1
        if self.fails:
            raise TimestampUnavailable(url=self.url, reason_zh="停机", reason_en="it is down")
        return Timestamp(self.url.encode() + message_digest, datetime(2026, 1, 1, tzinfo=UTC), ())

    def close(self) -> None:
        """Remember that."""
        self.closed = True


@dataclass
class Hours:
    """A watch whose time passes when somebody sleeps."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def hours() -> Hours:
    """Give a watch."""
    return Hours()


Making = Callable[..., Authorities]


@pytest.fixture
def of(hours: Hours) -> Making:
    """Give what makes a client of several authorities."""

    def made(*sources: Source, **limits: float) -> Authorities:
        watch = Watch(lambda: hours.now, hours.sleep)
        return Authorities(sources, Limits(**limits), watch)  # type: ignore[arg-type]

    return made


def test_the_preferred_one_is_asked(of: Making) -> None:
    """While the first answers, the second hears nothing."""
    first, second = Source("one"), Source("two")
    authorities = of(first, second)
    assert all(authorities.stamp(DIGEST).token.startswith(b"one") for _ in range(5))
    assert (first.asked, second.asked) == (5, 0)
    authorities.close()
    assert first.closed
    assert second.closed


def test_the_next_one_takes_over(of: Making, hours: Hours) -> None:
    """One failure sets an authority aside for a while; then it is preferred again."""
    first, second = Source("one", fails=True), Source("two")
    authorities = of(first, second)
    assert authorities.stamp(DIGEST).token.startswith(b"two")
    first.fails = False
    assert authorities.stamp(DIGEST).token.startswith(b"two")
    assert first.asked == 1
    hours.now += ASIDE
    assert authorities.stamp(DIGEST).token.startswith(b"one")


def test_who_was_set_aside_is_asked_when_nobody_else_answers(of: Making) -> None:
    """Being set aside is no exclusion."""
    first, second = Source("one", fails=True), Source("two")
    authorities = of(first, second)
    authorities.stamp(DIGEST)
    first.fails, second.fails = False, True
    assert authorities.stamp(DIGEST).token.startswith(b"one")


def test_when_all_fail_the_preferred_ones_reason_is_told(of: Making) -> None:
    """Each is asked once, and the error names the first."""
    sources = [Source(name, fails=True) for name in ("one", "two", "three")]
    with pytest.raises(TimestampUnavailable, match="authority one gave no usable token"):
        of(*sources).stamp(DIGEST)
    assert [source.asked for source in sources] == [1, 1, 1]


def test_one_alone_is_asked_again_though_it_failed(of: Making) -> None:
    """With a single authority a failure delays nothing."""
    alone = Source("one", fails=True)
    authorities = of(alone)
    with pytest.raises(TimestampUnavailable):
        authorities.stamp(DIGEST)
    alone.fails = False
    assert authorities.stamp(DIGEST).token.startswith(b"one")


def test_more_than_its_share_goes_to_the_next(of: Making, hours: Hours) -> None:
    """An authority is asked no more often than its rate; what is more goes to the other."""
    first, second = Source("one"), Source("two")
    authorities = of(first, second, timestamps_per_second=10.0)
    for _ in range(20):
        authorities.stamp(DIGEST)
    assert (first.asked, second.asked) == (10, 10)
    assert not hours.slept


def test_when_all_have_their_share_a_request_waits(of: Making, hours: Hours) -> None:
    """With one authority and ten a second, thirty take two seconds, a reserve apart."""
    alone = Source("one")
    authorities = of(alone, timestamps_per_second=10.0)
    begun = hours.now
    for _ in range(30):
        authorities.stamp(DIGEST)
    assert hours.now - begun == pytest.approx(2.0, abs=0.11)
    assert alone.asked == 30


def test_waiting_is_bounded(of: Making, hours: Hours) -> None:
    """Who would wait longer than a call may take is refused, and nobody is asked."""
    alone = Source("one")
    authorities = of(alone, timestamps_per_second=0.05, http_seconds=1.0)
    authorities.stamp(DIGEST)
    with pytest.raises(TimestampUnavailable, match="too many requests"):
        authorities.stamp(DIGEST)
    assert alone.asked == 1
    assert not hours.slept


def test_over_real_connections() -> None:
    """Behind an authority that lies and one that is away, the third one's token is checked."""
    trust = TrustWorld(clock=cast("HandClock", utc_now))
    trust.perform()
    lying = FastAPI()

    @lying.post("/tsa")
    async def tsa() -> Response:
        return Response(b"garbage", media_type="application/timestamp-reply")

    roots = [trust.unit("root").der]
    with serving(lying) as liar, serving(application(trust)) as honest:
        urls = (f"{liar}/tsa", "http://127.0.0.1:9/tsa", f"{honest}/tsa")
        authorities = Authorities(
            [HttpTimestampSource(url, roots, Limits(), utc_now) for url in urls], Limits()
        )
        stamped = authorities.stamp(DIGEST)
        authorities.close()
    assert stamped.chain[0] == trust.unit("tsa").der
    assert abs(stamped.time - utc_now()) < timedelta(seconds=30)
