"""Tokens are put together from pieces, and are what a whole encoder would write."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import core, tsp
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sealservice.trust import der
from sealservice.trust.der_writing import element, generalized_time, integer
from sealservice.trust.domain import chain
from sealservice.trust.model import KeyAlgorithm
from sealservice.trust.ports import SigningKey
from sealservice.trust.tsa import TimestampAuthority
from tests.trust.reference_tokens import ReferenceUnit
from tests.world_trust import TrustWorld, performed, shipped_plan

KINDS = (KeyAlgorithm.P256, KeyAlgorithm.RSA2048, KeyAlgorithm.RSA3072_PSS)
LONGEST = 1 << 1024
EDGES = (-129, -128, 0, 127, 128, 255)
DIGESTS = {"sha256": 32, "sha384": 48, "sha512": 64}


@dataclass
class RememberingKey:
    """A key that signs the same bytes alike, by PSS, too."""

    key: SigningKey
    made: dict[bytes, bytes] = field(default_factory=dict)

    @property
    def algorithm(self) -> KeyAlgorithm:
        """Return the kind of key."""
        return self.key.algorithm

    @property
    def spki(self) -> bytes:
        """Return the DER SubjectPublicKeyInfo."""
        return self.key.spki

    def sign(self, data: bytes) -> bytes:
        """Sign, or remember."""
        if data not in self.made:
            self.made[data] = self.key.sign(data)
        return self.made[data]


@dataclass(frozen=True)
class Pair:
    """The same unit twice, ours and the reference."""

    authority: TimestampAuthority
    reference: ReferenceUnit

    def agree(self, query: bytes) -> None:
        """Compare the answers, the reference being told serial number and time."""
        answer = self.authority.respond(query)
        held = tsp.TimeStampResp.load(answer)["time_stamp_token"]["content"]
        info = held["encap_content_info"]["content"].parsed
        serial_number, moment = info["serial_number"].native, info["gen_time"].native
        assert self.reference.granted(query, serial_number, moment) == answer


def _world(algorithm: KeyAlgorithm) -> TrustWorld:
    if algorithm is KeyAlgorithm.P256:
        return performed()
    plan = shipped_plan("demonstration-rsa")
    unit = plan.timestamp_unit()
    changed = replace(unit, profile=replace(unit.profile, algorithm=algorithm))
    world = TrustWorld(replace(plan, units=tuple(changed if u == unit else u for u in plan.units)))
    world.perform()
    return world


@pytest.fixture(scope="module", params=KINDS)
def pair(request: pytest.FixtureRequest) -> Pair:
    """Give a unit with each kind of key."""
    world = _world(request.param)
    certificate = world.unit("tsa")
    issuers = chain(world.certificates, certificate)[1:]
    key = RememberingKey(world.keys.open(certificate.key_id, certificate.purpose))
    authority = TimestampAuthority(key, certificate, issuers, world.clock, 4096)
    return Pair(authority, ReferenceUnit(key, certificate, issuers, authority.policy))


def _query(kind: str, nonce: int | None, *, cert_req: bool) -> bytes:
    imprint = {"hash_algorithm": {"algorithm": kind}, "hashed_message": b"\x5a" * DIGESTS[kind]}
    fields = {"version": 1, "message_imprint": imprint, "nonce": nonce, "cert_req": cert_req}
    query: bytes = tsp.TimeStampReq(fields).dump()
    return query


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    kind=st.sampled_from(sorted(DIGESTS)),
    nonce=st.none()
    | st.integers(-LONGEST, LONGEST)
    | st.sampled_from((-129, -128, 0, 127, 128, 255)),
    cert_req=st.booleans(),
)
def test_tokens_are_what_an_encoder_writes(
    pair: Pair, kind: str, nonce: int | None, *, cert_req: bool
) -> None:
    """With any digest and nonce, with certificates or without: byte for byte asn1crypto's."""
    pair.agree(_query(kind, nonce, cert_req=cert_req))


@given(st.integers(-LONGEST, LONGEST))
@example(0)
@example(127)
@example(128)
@example(-128)
@example(-129)
def test_integers_are_minimal(value: int) -> None:
    """Every integer is in its shortest form, so that our own strict reader takes it, too."""
    written = integer(value)
    assert written == core.Integer(value).dump()
    assert der.read(written).integer() == value


@pytest.mark.parametrize("size", [0, 1, 127, 128, 255, 256, 65535, 65536])
def test_lengths_are_minimal(size: int) -> None:
    """Every form of length is the shortest, and parts are counted together."""
    assert element(der.OCTET_STRING, bytes(size)) == core.OctetString(bytes(size)).dump()
    assert element(der.OCTET_STRING, b"", bytes(size)) == element(der.OCTET_STRING, bytes(size))


@given(st.datetimes(datetime(1970, 1, 1), datetime(9999, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_times_are_whole_seconds(moment: datetime) -> None:
    """A moment is written without fraction, with Z, and never rounded up."""
    whole = moment.replace(microsecond=0)
    assert generalized_time(moment) == core.GeneralizedTime(whole).dump()
    assert moment - whole < timedelta(seconds=1)
