"""The time-stamping client against a real authority, and against liars."""

import dataclasses
import hashlib
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest
from asn1crypto import cms, core, tsp
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from fastapi import FastAPI, Request, Response

from sealservice.infra.timestamps import HttpTimestampSource
from sealservice.kernel.clock import Clock, utc_now
from sealservice.limits import Limits
from sealservice.sealing.errors import TimestampUnavailable
from sealservice.trust.token_frame import token_frame
from tests.authority_server import application, serving
from tests.world_trust import HandClock, TrustWorld, openssl, performed, write_pem

DIGEST = hashlib.sha256(b"signature value").digest()
REPLY = "application/timestamp-reply"
Answer = Callable[[bytes], Response]


@pytest.fixture(scope="module")
def trust() -> TrustWorld:
    """Give a trust domain whose clock runs."""
    world = TrustWorld(clock=cast("HandClock", utc_now))
    world.perform()
    return world


@contextmanager
def asking(
    app: FastAPI,
    trust: TrustWorld,
    limits: Limits | None = None,
    clock: Clock = utc_now,
    policies: tuple[str, ...] = (),
) -> Iterator[HttpTimestampSource]:
    """Serve an authority and give a client of it that trusts the domain's root."""
    with serving(app) as url:
        roots = [trust.unit("root").der]
        source = HttpTimestampSource(f"{url}/tsa", roots, limits or Limits(), clock, policies)
        yield source
        source.close()


def liar(answer: Answer) -> FastAPI:
    """Return an authority that answers a query as told."""
    app = FastAPI()

    @app.post("/tsa")
    async def tsa(request: Request) -> Response:
        return answer(await request.body())

    return app


def refused(app: FastAPI, trust: TrustWorld, **options: object) -> TimestampUnavailable:
    """Return how the client refuses an authority's answer."""
    raises = pytest.raises(TimestampUnavailable)
    with asking(app, trust, **options) as source, raises as caught:  # type: ignore[arg-type]
        source.stamp(DIGEST)
    return caught.value


def granted(change: Callable[[tsp.TimeStampResp], None], trust: TrustWorld) -> FastAPI:
    """Return an authority that spoils its own good answers."""
    authority = trust.timestamps()

    def answer(query: bytes) -> Response:
        response = tsp.TimeStampResp.load(authority.respond(query))
        change(response)
        return Response(response.dump(force=True), media_type=REPLY)

    return liar(answer)


def test_good_token(trust: TrustWorld) -> None:
    """A token of a trusted authority comes with its time and its chain up to the root."""
    with asking(application(trust), trust) as source:
        stamped = source.stamp(DIGEST)
    units = ("tsa", "time-stamping-ca", "root")
    assert stamped.chain == tuple(trust.unit(unit).der for unit in units)
    assert abs(stamped.time - utc_now()) < timedelta(seconds=30)
    info = cms.ContentInfo.load(stamped.token)["content"]["encap_content_info"]["content"].parsed
    assert info["message_imprint"]["hashed_message"].native == DIGEST


def test_rsa_authority() -> None:
    """An RSA authority is as good."""
    trust = performed("demonstration-rsa")
    trust.clock = cast("HandClock", utc_now)
    with asking(application(trust), trust) as source:
        assert len(source.stamp(DIGEST).chain) == 3


def test_unknown_root(trust: TrustWorld) -> None:
    """A token of another domain is refused, though everything else about it is right."""
    stranger = performed()
    stranger.clock = cast("HandClock", utc_now)
    failure = refused(application(stranger), trust)
    assert "trusted root" in failure.message.en
    assert "受信任的根" in failure.message.zh


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Response(b"", status_code=503), "503"),
        (Response(b"", status_code=302, headers={"Location": "http://127.0.0.1:9/"}), "302"),
        (Response(b"<html>", media_type="text/html"), "text/html"),
        (Response(b"garbage", media_type=REPLY), "malformed"),
        (Response(b"", media_type=REPLY), "malformed"),
        (Response(b"\x30\x03\x02\x01\x00", media_type=REPLY), "malformed"),
        (Response(bytes(300_000), media_type=REPLY), "larger"),
    ],
)
def test_answers_that_are_none(trust: TrustWorld, answer: Response, reason: str) -> None:
    """Errors, redirects, other types, garbage and floods each have their own reason."""
    assert reason in refused(liar(lambda _: answer), trust).message.en


def test_refusal_is_told(trust: TrustWorld) -> None:
    """What the authority says against the request is passed on."""
    rejection = bytes.fromhex("3009 3007 0201 02 0302 0780")  # status 2, failInfo badAlg
    answer = Response(rejection, media_type=REPLY)
    assert "bad_alg" in refused(liar(lambda _: answer), trust).message.en


def test_nobody_there() -> None:
    """A closed port is a refusal with the address."""
    source = HttpTimestampSource("http://127.0.0.1:9/tsa", [], Limits(), utc_now)
    with pytest.raises(TimestampUnavailable) as caught:
        source.stamp(DIGEST)
    assert "http://127.0.0.1:9/tsa" in caught.value.message.zh
    source.close()


def test_silence_is_bounded(trust: TrustWorld) -> None:
    """An authority that never answers costs the time-out and no more."""
    app = FastAPI()

    @app.post("/tsa")
    async def tsa(request: Request) -> Response:
        message = await request.receive()
        while message["type"] != "http.disconnect":
            message = await cast("Awaitable[dict[str, str]]", request.receive())
        return Response()

    limits = dataclasses.replace(Limits(), http_seconds=0.2)
    assert "within 0.2 seconds" in refused(app, trust, limits=limits).message.en


def test_copied_token(trust: TrustWorld) -> None:
    """A token that was made for somebody else is refused: another imprint, another nonce."""
    copies: list[bytes] = []
    authority = trust.timestamps()

    def replay(query: bytes) -> Response:
        copies.append(authority.respond(query))
        return Response(copies[0], media_type=REPLY)

    with asking(liar(replay), trust) as source:
        source.stamp(DIGEST)
        with pytest.raises(TimestampUnavailable, match="another nonce"):
            source.stamp(DIGEST)
        with pytest.raises(TimestampUnavailable, match="another digest"):
            source.stamp(hashlib.sha256(b"else").digest())


def clock_ahead(seconds: int) -> Clock:
    """Return a clock that is ahead of the real one."""
    return lambda: utc_now() + timedelta(seconds=seconds)


@pytest.mark.parametrize("seconds", [-3_600, 3_600])
def test_clock_that_differs(trust: TrustWorld, seconds: int) -> None:
    """A time far from ours is refused, in either direction."""
    failure = refused(application(trust), trust, clock=clock_ahead(seconds))
    assert "too far from our clock" in failure.message.en


def test_clock_that_differs_a_little(trust: TrustWorld) -> None:
    """Clocks need not agree to the second."""
    with asking(application(trust), trust, clock=clock_ahead(20)) as source:
        assert source.stamp(DIGEST)


def _signed(response: tsp.TimeStampResp) -> cms.SignedData:
    return response["time_stamp_token"]["content"]


def spoil_signature(response: tsp.TimeStampResp) -> None:
    """Turn one bit of the signature."""
    signer = _signed(response)["signer_infos"][0]
    value = signer["signature"].native
    signer["signature"] = value[:-1] + bytes([value[-1] ^ 1])


def drop_reference(response: tsp.TimeStampResp) -> None:
    """Leave out signing-certificate-v2."""
    signer = _signed(response)["signer_infos"][0]
    kept = [a for a in signer["signed_attrs"] if a["type"].native != "signing_certificate_v2"]
    signer["signed_attrs"] = cms.CMSAttributes(kept)


def drop_certificates(response: tsp.TimeStampResp) -> None:
    """Leave out the certificates."""
    _signed(response)["certificates"] = cms.CertificateSet([])


def change_time(response: tsp.TimeStampResp) -> None:
    """Change the signed content."""
    content = _signed(response)["encap_content_info"]
    info = content["content"].parsed
    info["gen_time"] = info["gen_time"].native - timedelta(seconds=5)
    content["content"] = core.ParsableOctetString(info.dump(force=True))


def add_signer(response: tsp.TimeStampResp) -> None:
    """Sign twice."""
    signed = _signed(response)
    signed["signer_infos"] = [signed["signer_infos"][0], signed["signer_infos"][0].copy()]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (spoil_signature, "does not hold"),
        (change_time, "does not hold"),
        (drop_reference, "signing-certificate-v2"),
        (drop_certificates, "signing-certificate-v2"),
        (add_signer, "malformed"),
    ],
)
def test_spoilt_tokens(
    trust: TrustWorld, change: Callable[[tsp.TimeStampResp], None], reason: str
) -> None:
    """A token with one thing wrong is refused for that thing."""
    assert reason in refused(granted(change, trust), trust).message.en


def test_certificate_for_more_than_time(trust: TrustWorld) -> None:
    """A unit whose certificate is not for time stamps alone is refused (RFC 3161 2.3)."""
    seal = trust.seal_certificate()
    authority = trust.timestamps()
    key, issuer = trust.keys.opened[seal.key_id], trust.unit("seal-ca")
    policy = authority._policy.contents
    authority._key, authority._certificate = key, seal
    authority._frame = token_frame(seal, [issuer], policy, key.algorithm)
    app = liar(lambda query: Response(authority.respond(query), media_type=REPLY))
    assert "timeStamping alone" in refused(app, trust).message.en


OUR_POLICY = "1.3.6.1.4.1.32473.10.1"
ANOTHER = "1.3.6.1.4.1.32473.99"


@pytest.mark.parametrize("policies", [(OUR_POLICY,), (ANOTHER, OUR_POLICY)])
def test_a_token_of_an_accepted_policy(trust: TrustWorld, policies: tuple[str, ...]) -> None:
    """Whether one is asked for by name or several are accepted; the quick check says so, too."""
    with asking(application(trust), trust, policies=policies) as source:
        assert [len(source.stamp(DIGEST).chain) for _ in range(2)] == [3, 3]


def test_an_authority_that_does_not_have_the_policy_refuses(trust: TrustWorld) -> None:
    """It was asked for by name, and says so itself (unacceptedPolicy)."""
    failure = refused(application(trust), trust, policies=(ANOTHER,))
    assert "unaccepted_policy" in failure.message.en


def test_a_token_of_another_policy_than_was_asked_for(trust: TrustWorld) -> None:
    """An authority that ignores what was asked for is not believed, not even when it is known."""
    authority = trust.timestamps()

    def answer(query: bytes) -> Response:
        asked = tsp.TimeStampReq.load(query)
        assert asked["req_policy"].native == ANOTHER
        del asked["req_policy"]
        return Response(authority.respond(asked.dump(force=True)), media_type=REPLY)

    for _ in range(2):
        failure = refused(liar(answer), trust, policies=(ANOTHER,))
        assert OUR_POLICY in failure.message.en
    assert OUR_POLICY in failure.message.zh


def test_a_token_that_never_fits_is_not_taken(trust: TrustWorld) -> None:
    """Another authority is then asked; nothing is prepared a second time."""
    failure = refused(application(trust), trust, limits=Limits(signature_bytes=500))
    assert "500" in failure.message.en


@pytest.mark.parametrize("digest", [hashlib.sha384, hashlib.sha512])
def test_larger_digests_are_stamped_as_well(
    trust: TrustWorld, digest: Callable[[bytes], "hashlib._Hash"]
) -> None:
    """By the full check the first time, by the quick one the second."""
    with asking(application(trust), trust) as source:
        for _ in range(2):
            token = source.stamp(digest(b"signature value").digest()).token
            info = cms.ContentInfo.load(token)["content"]["encap_content_info"]["content"].parsed
            name = info["message_imprint"]["hash_algorithm"]["algorithm"].native
            assert name == digest().name


_OPENSSL_TSA = """[tsa]
serial = {folder}/serial
signer_cert = {folder}/unit.pem
certs = {folder}/issuer.pem
signer_key = {folder}/key.pem
signer_digest = sha256
default_policy = {policy}
digests = sha256
ess_cert_id_alg = sha256
"""


def openssl_authority(trust: TrustWorld, folder: Path) -> Answer:
    """Return an authority whose tokens openssl makes, with the key of our unit."""
    unit = trust.unit("tsa")
    write_pem(folder, "unit", unit)
    write_pem(folder, "issuer", trust.unit("time-stamping-ca"))
    private = trust.keys.opened[unit.key_id].private
    shape = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "key.pem").write_bytes(private.private_bytes(*shape))
    (folder / "serial").write_text("01")
    (folder / "tsa.cnf").write_text(_OPENSSL_TSA.format(folder=folder, policy=ANOTHER))

    def answer(query: bytes) -> Response:
        asked, reply = folder / "query", folder / "reply"
        asked.write_bytes(query)
        how = ("-config", folder / "tsa.cnf", "-section", "tsa")
        openssl("ts", "-reply", *how, "-queryfile", asked, "-out", reply)
        return Response(reply.read_bytes(), media_type=REPLY)

    return answer


def test_a_token_made_by_openssl(trust: TrustWorld, tmp_path: Path) -> None:
    """``openssl ts`` with a unit of our domain is an authority as any; its policy is looked at."""
    with asking(liar(openssl_authority(trust, tmp_path)), trust, policies=(ANOTHER,)) as source:
        assert len(source.stamp(DIGEST).chain) == 3
    failure = refused(
        liar(openssl_authority(trust, tmp_path)), trust, policies=(OUR_POLICY, "1.2.3")
    )
    assert ANOTHER in failure.message.en
