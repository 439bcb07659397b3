"""The time-stamping client against a real authority, and against liars."""

import dataclasses
import hashlib
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import cast

import pytest
from asn1crypto import cms, core, tsp
from fastapi import FastAPI, Request, Response

from sealservice.config import Limits
from sealservice.infra.timestamps import HttpTimestampSource
from sealservice.kernel.clock import Clock, utc_now
from sealservice.sealing.errors import TimestampUnavailable
from sealservice.trust.token_frame import token_frame
from tests.authority_server import application, serving
from tests.world_trust import HandClock, TrustWorld, performed

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
    app: FastAPI, trust: TrustWorld, limits: Limits | None = None, clock: Clock = utc_now
) -> Iterator[HttpTimestampSource]:
    """Serve an authority and give a client of it that trusts the domain's root."""
    with serving(app) as url:
        roots = [trust.unit("root").der]
        source = HttpTimestampSource(f"{url}/tsa", roots, limits or Limits(), clock)
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
