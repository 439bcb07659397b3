"""Tokens of known units are checked quickly; what the full check refuses is never accepted."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

import pytest
from asn1crypto import cms, core, tsp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sealservice.infra.exchange import Query
from sealservice.infra.timestamps import HttpTimestampSource
from sealservice.infra.token_parts import cut_apart, granted_token, read_tst_info
from sealservice.limits import Limits
from sealservice.sealing.errors import TimestampUnavailable
from sealservice.sealing.model import Timestamp
from sealservice.trust.model import KeyAlgorithm
from tests.world_trust import HandClock, TrustWorld, performed, shipped_plan

DIGEST = hashlib.sha256(b"signature value").digest()


@dataclass
class Wire:
    """An exchange that ends in this process, and may spoil what it brings."""

    answer: Callable[[bytes], bytes]
    spoil: Callable[[bytes], bytes] = lambda reply: reply

    def ask(self, _url: str, _types: frozenset[str], query: Query) -> bytes:
        """Return an answer."""
        return self.spoil(self.answer(query.body))

    def close(self) -> None:
        """Keep nothing open."""


@dataclass
class Asking:
    """A client, its wire, its clock, and how often it checked in full."""

    source: HttpTimestampSource
    wire: Wire
    clock: HandClock
    trust: TrustWorld
    full_checks: int = 0


def asking(algorithm: KeyAlgorithm, monkeypatch: pytest.MonkeyPatch) -> Asking:
    """Give a client that trusts a domain whose time-stamping unit has this kind of key."""
    plan = shipped_plan("demonstration")
    unit = plan.timestamp_unit()
    changed = replace(unit, profile=replace(unit.profile, algorithm=algorithm))
    trust = TrustWorld(replace(plan, units=tuple(changed if u == unit else u for u in plan.units)))
    trust.clock = HandClock()
    trust.perform()
    source = HttpTimestampSource(
        "http://tsa.test/", [trust.unit("root").der], Limits(), trust.clock
    )
    source.close()
    wire = Wire(trust.timestamps().respond)
    monkeypatch.setattr(source, "_exchange", wire)
    found = Asking(source, wire, trust.clock, trust)
    whole = source._chain

    def counted(*arguments: object) -> tuple[bytes, ...]:
        found.full_checks += 1
        return whole(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(source, "_chain", counted)
    return found


@pytest.fixture
def p256(monkeypatch: pytest.MonkeyPatch) -> Asking:
    """Give a client of a P-256 unit that it knows."""
    found = asking(KeyAlgorithm.P256, monkeypatch)
    found.source.stamp(DIGEST)
    assert found.full_checks == 1
    return found


@pytest.mark.parametrize(
    ("algorithm", "full_checks"),
    [(KeyAlgorithm.P256, 1), (KeyAlgorithm.RSA2048, 1), (KeyAlgorithm.RSA2048_PSS, 3)],
)
def test_a_unit_is_checked_in_full_once(
    algorithm: KeyAlgorithm, full_checks: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both ways give the same; PSS is always checked in full."""
    found = asking(algorithm, monkeypatch)
    stamps = [found.source.stamp(DIGEST) for _ in range(3)]
    assert found.full_checks == full_checks
    assert {stamp.chain for stamp in stamps} == {stamps[0].chain}
    assert len({stamp.token for stamp in stamps}) == 3
    unit, root = found.trust.unit("tsa"), found.trust.unit("root")
    assert (stamps[0].chain[0], stamps[0].chain[-1]) == (unit.der, root.der)
    assert {stamp.time for stamp in stamps} == {found.clock.now.replace(microsecond=0)}


def test_a_known_unit_is_forgotten(p256: Asking) -> None:
    """After ``timestamp_unit_seconds`` its certificates are validated again."""
    p256.clock.advance(timedelta(seconds=Limits().timestamp_unit_seconds))
    p256.source.stamp(DIGEST)
    assert p256.full_checks == 2


def test_a_known_unit_ends_with_its_certificate(p256: Asking) -> None:
    """A token made after the certificate ended gets the full check, which refuses it."""
    late = p256.trust.unit("tsa").not_after + timedelta(seconds=5)
    p256.clock.now = late - timedelta(seconds=30)
    p256.source.stamp(DIGEST)
    before = p256.full_checks
    authority = p256.trust.timestamps()
    p256.clock.now = late
    object.__setattr__(authority._certificate, "not_after", late + timedelta(days=1))
    p256.wire.answer = authority.respond
    with pytest.raises(TimestampUnavailable):
        p256.source.stamp(DIGEST)
    assert p256.full_checks == before + 1


def _changed(change: Callable[[cms.SignedData], None]) -> Callable[[bytes], bytes]:
    def spoil(reply: bytes) -> bytes:
        response = tsp.TimeStampResp.load(reply)
        change(response["time_stamp_token"]["content"])
        spoilt: bytes = response.dump(force=True)
        return spoilt

    return spoil


def _turn_signature(signed: cms.SignedData) -> None:
    signer = signed["signer_infos"][0]
    value = signer["signature"].native
    signer["signature"] = value[:-1] + bytes([value[-1] ^ 1])


def _turn_digest(signed: cms.SignedData) -> None:
    for attribute in signed["signer_infos"][0]["signed_attrs"]:
        if attribute["type"].native == "message_digest":
            attribute["values"] = [bytes(32)]


def _later(signed: cms.SignedData) -> None:
    content = signed["encap_content_info"]
    info = content["content"].parsed
    info["gen_time"] = info["gen_time"].native + timedelta(seconds=1)
    content["content"] = core.ParsableOctetString(info.dump(force=True))


def _without_certificates(signed: cms.SignedData) -> None:
    signed["certificates"] = cms.CertificateSet([])


def _by_two(signed: cms.SignedData) -> None:
    signed["signer_infos"] = [signed["signer_infos"][0], signed["signer_infos"][0].copy()]


@pytest.mark.security
@pytest.mark.parametrize(
    "change", [_turn_signature, _turn_digest, _later, _without_certificates, _by_two]
)
def test_spoilt_tokens_of_a_known_unit(
    p256: Asking, change: Callable[[cms.SignedData], None]
) -> None:
    """That the unit is known helps no token with one thing wrong."""
    p256.wire.spoil = _changed(change)
    with pytest.raises(TimestampUnavailable):
        p256.source.stamp(DIGEST)


@pytest.mark.security
def test_another_units_token_with_the_known_ones_certificates(p256: Asking) -> None:
    """A stranger's signature does not become the known unit's by carrying its certificates."""
    world = performed()
    world.clock.now = p256.clock.now + timedelta(seconds=10)
    stranger = world.timestamps()
    stranger._frame = p256.trust.timestamps()._frame
    p256.wire.answer = stranger.respond
    with pytest.raises(TimestampUnavailable, match="does not hold"):
        p256.source.stamp(DIGEST)


@pytest.mark.security
def test_replayed_tokens_of_a_known_unit(p256: Asking) -> None:
    """Another nonce, another digest and another time are refused, each for what it is."""
    kept: list[bytes] = []
    p256.wire.spoil = lambda reply: kept.append(reply) or kept[0]  # type: ignore[func-returns-value]
    p256.source.stamp(DIGEST)
    with pytest.raises(TimestampUnavailable, match="another nonce"):
        p256.source.stamp(DIGEST)
    with pytest.raises(TimestampUnavailable, match="another digest"):
        p256.source.stamp(hashlib.sha256(b"else").digest())
    p256.wire.spoil = lambda reply: reply
    p256.trust.clock = HandClock(p256.clock.now + timedelta(hours=1))
    p256.wire.answer = p256.trust.timestamps().respond
    with pytest.raises(TimestampUnavailable, match="too far from our clock"):
        p256.source.stamp(DIGEST)


@pytest.fixture(scope="module")
def reply() -> bytes:
    """Give a good answer."""
    query = {
        "version": 1,
        "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": DIGEST},
        "nonce": 7,
        "cert_req": True,
    }
    return performed().timestamps().respond(tsp.TimeStampReq(query).dump())


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(data=st.data())
def test_damaged_answers_are_told_apart_from_good_ones(reply: bytes, data: st.DataObject) -> None:
    """Whatever byte is changed, cutting apart ends with parts or with ValueError, nothing else."""
    damaged = bytearray(reply)
    for _ in range(data.draw(st.integers(1, 3))):
        damaged[data.draw(st.integers(0, len(reply) - 1))] = data.draw(st.integers(0, 255))
    try:
        read_tst_info(cut_apart(granted_token(bytes(damaged))).tst_info)
    except ValueError:
        return


@pytest.mark.security
def test_no_changed_byte_is_accepted_quickly(p256: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever byte of a known unit's answer is changed, the quick check accepts it no more."""
    monkeypatch.setattr(p256.source, "_checked", _refuse)
    longest = len(p256.source.stamp(DIGEST).token) + 12
    for at in range(longest):
        p256.wire.spoil = partial(_turned, at=at, bit=1 << at % 8)
        with pytest.raises(TimestampUnavailable):
            p256.source.stamp(DIGEST)


def _turned(reply: bytes, at: int, bit: int) -> bytes:
    at = min(at, len(reply) - 1)
    return reply[:at] + bytes([reply[at] ^ bit]) + reply[at + 1 :]


def _refuse(*_arguments: object) -> Timestamp:
    raise TimestampUnavailable(url="", reason_zh="", reason_en="")
