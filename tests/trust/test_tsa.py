"""Time stamps: strict readers accept every token, and no query whatever breaks the authority."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

import pytest
from asn1crypto import cms, core, tsp
from cryptography import x509
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from rfc3161_client import TimestampRequestBuilder, VerifierBuilder, decode_timestamp_response
from rfc3161_client.base import HashAlgorithm

from sealservice.kernel.errors import Unavailable
from sealservice.trust.errors import KeyPurposeMismatch, UnitMissing
from sealservice.trust.model import KeyAlgorithm, RevocationReason
from sealservice.trust.ports import SigningKey
from sealservice.trust.profiles import CeremonyPlan
from sealservice.trust.tsa import TimestampAuthority, _serial_number, open_timestamp_authority
from tests.world_trust import TrustWorld, openssl, performed, shipped_plan, write_pem

DATA = b"data to be stamped"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
POLICY = "1.3.6.1.4.1.32473.10.1"
WORLD = performed()
AUTHORITY = WORLD.timestamps()


def _query(**changes: object) -> bytes:
    """Return a query, well-formed but for the changes."""
    digest = hashlib.sha256(DATA).digest()
    fields = {
        "version": 1,
        "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest},
        "nonce": 7,
        "cert_req": True,
    }
    query: bytes = tsp.TimeStampReq(fields | changes).dump()
    return query


class _Answer(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    """TimeStampResp with its token optional, as RFC 3161 has it."""

    _fields: ClassVar = [
        ("status", tsp.PKIStatusInfo),
        ("time_stamp_token", tsp.ContentInfo, {"optional": True}),
    ]


def _respond(query: bytes, authority: TimestampAuthority = AUTHORITY) -> _Answer:
    """Return an answer, which must be one to its last byte."""
    answer: _Answer = _Answer.load(authority.respond(query), strict=True)
    _ = answer["status"].native
    return answer


def _failure(answer: _Answer) -> set[str]:
    assert answer["status"]["status"].native == "rejection"
    assert answer["time_stamp_token"].native is None
    failure: set[str] = answer["status"]["fail_info"].native
    return failure


def _info(answer: _Answer) -> tsp.TSTInfo:
    assert answer["status"]["status"].native == "granted"
    return answer["time_stamp_token"]["content"]["encap_content_info"]["content"].parsed


@pytest.mark.parametrize("name", ["demonstration", "demonstration-rsa"])
@pytest.mark.parametrize("digest", ["sha256", "sha384", "sha512"])
@pytest.mark.parametrize("options", [("-cert",), (), ("-cert", "-no_nonce", "-tspolicy", POLICY)])
def test_openssl_verifies_our_tokens(
    name: str, digest: str, options: tuple[str, ...], tmp_path: Path
) -> None:
    """The command openssl ts makes a query and accepts the answer, with either kind of key."""
    world = performed(name)
    data, query, reply = tmp_path / "data", tmp_path / "query.tsq", tmp_path / "reply.tsr"
    data.write_bytes(DATA)
    openssl("ts", "-query", "-data", data, f"-{digest}", *options, "-out", query)
    reply.write_bytes(world.timestamps().respond(query.read_bytes()))
    root = write_pem(tmp_path, "root", world.unit("root"))
    others = write_pem(tmp_path, "others", world.unit("tsa"), world.unit("time-stamping-ca"))
    trusted = ("-CAfile", root, "-untrusted", others)
    assert "Verification: OK" in openssl(
        "ts", "-verify", "-queryfile", query, "-in", reply, *trusted
    )
    assert "Verification: OK" in openssl("ts", "-verify", "-data", data, "-in", reply, *trusted)


def test_tokens_may_be_signed_by_pss(tmp_path: Path) -> None:
    """``openssl cms`` accepts them; ``openssl ts`` does not know PSS (keys/README.md)."""
    world = TrustWorld(_with_pss_stamps())
    world.perform()
    token, info = tmp_path / "token.der", tmp_path / "info.der"
    token.write_bytes(_respond(_query(), world.timestamps())["time_stamp_token"].dump())
    root = write_pem(tmp_path, "root", world.unit("root"))
    trusted = ("-cades", "-CAfile", root, "-purpose", "timestampsign")
    openssl("cms", "-verify", "-inform", "DER", "-in", token, *trusted, "-out", info)
    stamped = tsp.TSTInfo.load(info.read_bytes())
    assert stamped["message_imprint"]["hashed_message"].native == hashlib.sha256(DATA).digest()
    (signer,) = cms.ContentInfo.load(token.read_bytes())["content"]["signer_infos"]
    assert signer["signature_algorithm"]["algorithm"].native == "rsassa_pss"


def _with_pss_stamps() -> CeremonyPlan:
    plan = shipped_plan("demonstration-pss")
    padded = replace(plan.timestamp_unit().profile, algorithm=KeyAlgorithm.RSA3072_PSS)
    units = (
        replace(unit, profile=padded) if unit == plan.timestamp_unit() else unit
        for unit in plan.units
    )
    return replace(plan, units=tuple(units))


def test_a_token_alone_verifies_with_the_root_alone(tmp_path: Path) -> None:
    """With certReq the token brings its chain, so the root is all a verifier needs."""
    data, token = tmp_path / "data", tmp_path / "token.der"
    data.write_bytes(DATA)
    token.write_bytes(_respond(_query())["time_stamp_token"].dump())
    root = write_pem(tmp_path, "root", WORLD.unit("root"))
    said = openssl("ts", "-verify", "-data", data, "-in", token, "-token_in", "-CAfile", root)
    assert "Verification: OK" in said


@pytest.mark.parametrize("algorithm", [HashAlgorithm.SHA256, HashAlgorithm.SHA512])
def test_a_second_verifier_accepts_our_tokens(algorithm: HashAlgorithm) -> None:
    """rfc3161-client verifies the answer: nonce, policy, chain, signature and imprint."""
    request = TimestampRequestBuilder().data(DATA).hash_algorithm(algorithm).build()
    response = decode_timestamp_response(AUTHORITY.respond(request.as_bytes()))
    assert request.nonce is not None
    verifier = (
        VerifierBuilder()
        .policy_id(x509.ObjectIdentifier(POLICY))
        .tsa_certificate(WORLD.unit("tsa").x509)
        .add_intermediate_certificate(WORLD.unit("time-stamping-ca").x509)
        .add_root_certificate(WORLD.unit("root").x509)
        .nonce(request.nonce)
        .build()
    )
    assert verifier.verify_message(response, DATA)


def test_the_token_says_what_was_asked_and_by_which_policy() -> None:
    """Imprint and nonce are repeated, policy and accuracy are ours, the time is ours in UTC."""
    info = _info(_respond(_query(nonce=-5)))
    assert info["message_imprint"]["hashed_message"].native == hashlib.sha256(DATA).digest()
    assert info["nonce"].native == -5
    assert info["policy"].native == POLICY
    assert info["accuracy"]["seconds"].native == 1
    assert info["ordering"].native is False
    assert info["gen_time"].native == WORLD.clock.now.astimezone(UTC).replace(microsecond=0)
    assert _info(_respond(_query(nonce=None)))["nonce"].native is None


def test_certificates_come_when_they_are_asked_for() -> None:
    """A query with certReq brings unit and issuer, never the root; without it there is none."""
    with_them = _respond(_query())["time_stamp_token"]["content"]["certificates"]
    subjects = {c.chosen.subject.native["common_name"] for c in with_them}
    assert subjects == {
        "TEST, NO LEGAL EFFECT / 测试 Time-Stamping Unit",
        "TEST, NO LEGAL EFFECT / 测试 Time-Stamping CA",
    }
    without = _respond(_query(cert_req=False))["time_stamp_token"]["content"]["certificates"]
    assert without.native is None


def test_the_signed_attributes_are_three_and_sorted() -> None:
    """content-type, message-digest and signing-certificate-v2 (ESSCertIDv2), in DER's order."""
    token = _respond(_query())["time_stamp_token"]["content"]
    attributes = token["signer_infos"][0]["signed_attrs"]
    assert {a["type"].native for a in attributes} == {
        "content_type",
        "message_digest",
        "signing_certificate_v2",
    }
    encoded = [a.dump() for a in attributes]
    assert encoded == sorted(encoded)
    (named,) = next(
        a["values"][0]["certs"] for a in attributes if a["type"].native == "signing_certificate_v2"
    )
    assert named["cert_hash"].native.hex() == WORLD.unit("tsa").sha256
    assert named["issuer_serial"]["serial_number"].native == WORLD.unit("tsa").serial


@pytest.mark.parametrize("query", [_query(), b""], ids=["granted", "refused"])
def test_answers_are_der(query: bytes) -> None:
    """Encoding an answer again from its values gives the same bytes: nothing in it is only BER."""
    answer = _respond(query)
    _ = answer.native
    assert answer.copy().dump(force=True) == answer.dump()


def test_serial_numbers_are_positive_minimal_and_unique() -> None:
    """At moments with every number of bits, serials are positive INTEGERs in shortest form."""
    seen = set()
    for step in range(2000):
        content = core.Integer(_serial_number(EPOCH + timedelta(microseconds=step**5))).contents
        assert len(content) <= 20
        assert content[0] < 0x80
        assert content[0] != 0 or content[1] >= 0x80
        seen.add(content)
    assert len(seen) == 2000


def test_tokens_at_the_same_moment_have_different_serial_numbers() -> None:
    """The clock stands still, the serial numbers do not repeat."""
    query = _query(cert_req=False)
    serials = {_info(_respond(query))["serial_number"].native for _ in range(30)}
    assert len(serials) == 30
    assert all(0 < serial < 1 << 159 for serial in serials)


REFUSED: list[tuple[str, dict[str, object]]] = [
    ("bad_request", {"version": 2}),
    ("unaccepted_policy", {"req_policy": "1.2.3.4"}),
    (
        "unaccepted_extensions",
        {"extensions": [{"extn_id": "1.2.3", "critical": False, "extn_value": b"\x05\x00"}]},
    ),
]


@pytest.mark.parametrize(("failure", "changes"), REFUSED)
def test_what_we_do_not_offer_is_refused_by_name(failure: str, changes: dict[str, object]) -> None:
    """Another version, another policy, an extension: each has its failure code."""
    assert _failure(_respond(_query(**changes))) == {failure}


@pytest.mark.parametrize(
    ("algorithm", "size", "failure"),
    [
        ("sha1", 20, "bad_alg"),
        ("md5", 16, "bad_alg"),
        ("sha224", 28, "bad_alg"),
        ("sha512_256", 32, "bad_alg"),
        ("sha256", 31, "bad_data_format"),
        ("sha256", 33, "bad_data_format"),
        ("sha384", 32, "bad_data_format"),
        ("sha512", 0, "bad_data_format"),
    ],
)
def test_only_strong_digests_of_the_right_length(algorithm: str, size: int, failure: str) -> None:
    """Other algorithms are badAlg; a digest of another length is badDataFormat."""
    imprint = {"hash_algorithm": {"algorithm": algorithm}, "hashed_message": bytes(size)}
    assert _failure(_respond(_query(message_imprint=imprint))) == {failure}


def test_parameters_of_the_digest_are_null_or_absent() -> None:
    """NULL and absent parameters are accepted (RFC 5754 2), anything else is badAlg."""
    null = _query(nonce=None, cert_req=False)
    absent = _with_parameters(null, b"")
    assert _respond(absent)["status"]["status"].native == "granted"
    assert _respond(null)["status"]["status"].native == "granted"
    assert _failure(_respond(_with_parameters(null, b"\x02\x01\x01"))) == {"bad_alg"}


def _with_parameters(query: bytes, parameters: bytes) -> bytes:
    """Put other DER in the place of NULL, and correct the lengths of what is around it."""
    changed = bytearray(query)
    at = changed.index(b"\x05\x00")
    changed[at : at + 2] = parameters
    for length in (1, at - 14, at - 12):  # of the query, the imprint, the algorithm
        changed[length] += len(parameters) - 2
    return bytes(changed)


MALFORMED: list[Callable[[bytes], bytes]] = [
    lambda _query: b"",
    lambda _query: b"GET / HTTP/1.1",
    lambda _query: b"\x30\x80\x00\x00",
    lambda _query: b"\x30\x84\xff\xff\xff\xff",
    lambda _query: b"\x30" * 4000,
    lambda query: query + b"\x00",
    lambda query: query[:-1],
    lambda query: b"\x30\x81" + query[1:],
    lambda query: query.replace(b"\x30\x39", b"\x30\x3a").replace(
        b"\x02\x01\x07", b"\x02\x02\x00\x07"
    ),
    lambda query: query.replace(b"\x01\x01\xff", b"\x01\x01\x01"),
    lambda query: query + bytes(5000),
]


@pytest.mark.parametrize("malform", MALFORMED, ids=range(len(MALFORMED)))
def test_what_is_not_der_is_bad_data_format(malform: Callable[[bytes], bytes]) -> None:
    """Empty, cut, longer than its length, indefinite, not minimal, too large: badDataFormat."""
    malformed = malform(_query())
    assert malformed != _query()
    assert _failure(_respond(malformed)) == {"bad_data_format"}


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.binary(max_size=200))
@example(b"\x30\x03\x02\x01\x01")
def test_garbage_is_always_answered(garbage: bytes) -> None:
    """Whatever bytes come, there is an answer, and it is a refusal."""
    assert _failure(_respond(garbage))


@settings(max_examples=250, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data())
def test_damaged_queries_are_always_answered(data: st.DataObject) -> None:
    """A query with some bytes changed is granted or refused, and always answered."""
    query = bytearray(_query(req_policy=POLICY, cert_req=False))
    for _ in range(data.draw(st.integers(1, 3))):
        query[data.draw(st.integers(0, len(query) - 1))] = data.draw(st.integers(0, 255))
    _respond(bytes(query))


@pytest.mark.parametrize("away", [timedelta(days=-2), timedelta(days=1826)])
def test_without_a_valid_certificate_there_is_no_time(away: timedelta) -> None:
    """A clock outside the certificate's validity gives timeNotAvailable."""
    world = performed()
    authority = world.timestamps()
    world.clock.advance(away)
    assert _failure(_respond(_query(), authority)) == {"time_not_available"}


class _Broken:
    """A key whose token was pulled out."""

    def __init__(self, key: SigningKey) -> None:
        self.algorithm = key.algorithm
        self.spki = key.spki

    def sign(self, data: bytes) -> bytes:
        raise Unavailable(size=len(data))


def test_a_key_that_fails_is_a_system_failure() -> None:
    """When the key store is gone the client gets systemFailure, not a broken connection."""
    world = performed()
    certificate = world.unit("tsa")
    key = _Broken(world.keys.open(certificate.key_id, certificate.purpose))
    authority = TimestampAuthority(key, certificate, (), world.clock, 4096)
    assert _failure(_respond(_query(), authority)) == {"system_failure"}


def test_a_revoked_unit_is_not_opened() -> None:
    """A unit whose certificate was revoked signs no more."""
    world = performed()
    world.revoke(world.unit("tsa"), RevocationReason.KEY_COMPROMISE)
    with pytest.raises(UnitMissing):
        world.timestamps()


def test_only_a_time_stamping_unit_stamps() -> None:
    """The key of an authority cannot be opened for time stamps."""
    with pytest.raises(KeyPurposeMismatch):
        open_timestamp_authority(WORLD.domain, "seal-ca", 4096)


def test_openssl_reads_our_refusals(tmp_path: Path) -> None:
    """A refusal is a TimeStampResp to openssl too, with its reason."""
    reply = tmp_path / "reply.tsr"
    reply.write_bytes(AUTHORITY.respond(b"garbage"))
    said = openssl("ts", "-reply", "-in", reply, "-text")
    assert "Status: Rejected." in said
    assert "the data submitted has the wrong format" in said
