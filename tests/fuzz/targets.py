"""What is fuzzed: for each reader of foreign bytes its seeds, and the one way it may end.

A target's ``run`` returns for input that was read or properly refused; whatever it raises is a
finding. The same targets serve Hypothesis (``test_quick.py``) and libFuzzer (``hammer.py``).
"""

import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from asn1crypto import parser, tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp

from sealservice.kernel.errors import SealserviceError
from sealservice.licenses.errors import FaceInvalid, FaceNotAnObject
from sealservice.licenses.face_json import parse_face
from sealservice.licenses.model import face_to_json
from sealservice.limits import Limits
from sealservice.sealing.inspection import inspect
from sealservice.sealing.locating import locate
from sealservice.sealing.model import KeywordPlacement, PlacedSeal
from sealservice.trust.ceremony_file import parse_plan
from sealservice.trust.errors import CeremonyInvalid
from sealservice.verification.report import report_json
from tests.fuzz.pictures import bring, drawings, rasters
from tests.fuzz.presses import press
from tests.fuzz.trust_lists import lists, take
from tests.security.bombs import many_fields
from tests.world_licenses import sample_face
from tests.world_press import KEYWORD
from tests.world_trust import TrustWorld, performed
from tests.world_verification import SIGNED, SignedWorld, blank_pdf

_CEREMONIES: Final = Path(__file__).resolve().parents[2] / "keys" / "ceremonies"


@dataclass(frozen=True)
class Target:
    """One reader."""

    name: str
    seeds: Callable[[], list[bytes]]
    run: Callable[[bytes], None]


@cache
def _signed() -> SignedWorld:
    return SignedWorld()


@cache
def _trust() -> TrustWorld:
    return performed()


@cache
def _pdfs() -> list[bytes]:
    from tests.sealing.pages import typeset  # noqa: PLC0415 - starts Typst

    world, blank = _signed(), blank_pdf()
    return [
        typeset(),
        blank,
        world.sign(blank),
        world.sign(typeset(), stamped=SIGNED),
        world.archival(blank),
        many_fields()[:60_000],
    ]


def _inspect(data: bytes) -> None:
    with contextlib.suppress(SealserviceError):
        inspect(data, Limits().document_pages)
        locate(data, (PlacedSeal(20, 20, (KeywordPlacement(KEYWORD),)),), Limits().impressions)


def _verify(data: bytes) -> None:
    report = _signed().verify(data)
    json.dumps(report_json(report), ensure_ascii=True)


@cache
def _holes() -> list[tuple[bytes, bytes, int]]:
    """Return signed files as what stands before and behind /Contents, and its hex digits."""
    found = []
    for pdf in (_pdfs()[2], _pdfs()[3], _pdfs()[4]):
        begin = pdf.rindex(b"/Contents <") + len(b"/Contents <")
        end = pdf.index(b">", begin)
        found.append((pdf[:begin], pdf[end:], end - begin))
    return found


@cache
def _signatures() -> list[bytes]:
    found = []
    for pdf in (_pdfs()[2], _pdfs()[3], _pdfs()[4]):
        begin = pdf.rindex(b"/Contents <") + len(b"/Contents <")
        value = bytes.fromhex(pdf[begin : pdf.index(b">", begin)].decode())
        length = 4 + int.from_bytes(value[2:4])  # SEQUENCE with two bytes of length
        found.append(value[:length])
    return found


def _verify_signature(data: bytes) -> None:
    """Verify a file whose signature is these bytes; all else in it is sound."""
    before, behind, digits = _holes()[len(data) % len(_holes())]
    value = data.hex().encode()[:digits].ljust(digits, b"0")
    _verify(before + value + behind)


@cache
def _queries() -> list[bytes]:
    imprint = tsp.MessageImprint(
        {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": bytes(32)}
    )
    fields = {"version": 1, "message_imprint": imprint, "nonce": 2**62, "cert_req": True}
    plain = {"version": 1, "message_imprint": imprint}
    return [tsp.TimeStampReq(f).dump() for f in (fields, plain)]


@cache
def _authority() -> object:
    return _trust().timestamps()


def _stamp(data: bytes) -> None:
    _, _, _, _, content, _ = parser.parse(_authority().respond(data), strict=True)  # type: ignore[attr-defined]
    status = tsp.PKIStatusInfo.load(content)["status"].native
    assert status in {"granted", "rejection"}


@cache
def _requests() -> list[bytes]:
    trust = _trust()
    builder = ocsp.OCSPRequestBuilder().add_certificate(
        trust.seal_certificate().x509, trust.unit("seal-ca").x509, hashes.SHA256()
    )
    nonce = builder.add_extension(x509.OCSPNonce(bytes(16)), critical=False)
    return [b.build().public_bytes(serialization.Encoding.DER) for b in (builder, nonce)]


@cache
def _responder() -> object:
    return _trust().ocsp()


def _status(data: bytes) -> None:
    answer = _responder().respond("seal-ca", data)  # type: ignore[attr-defined]
    assert ocsp.load_der_ocsp_response(answer).response_status in set(ocsp.OCSPResponseStatus)


def _ceremonies() -> list[bytes]:
    return [file.read_bytes() for file in sorted(_CEREMONIES.glob("*.yaml"))]


def _perform(data: bytes) -> None:
    with contextlib.suppress(CeremonyInvalid):
        parse_plan(data.decode("utf-8", "replace"))


def _faces() -> list[bytes]:
    return [json.dumps(sample_face(), ensure_ascii=ascii_only).encode() for ascii_only in (0, 1)]  # type: ignore[arg-type]


def _face(data: bytes) -> None:
    try:
        value = json.loads(data.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return
    with contextlib.suppress(FaceInvalid, FaceNotAnObject):
        face = parse_face(value)
        assert parse_face(face_to_json(face)) == face


TARGETS: Final = {
    target.name: target
    for target in (
        Target("pdf-inspection", _pdfs, _inspect),
        Target("pdf-verification", _pdfs, _verify),
        Target("pdf-press", _pdfs, press),
        Target("pdf-signature", _signatures, _verify_signature),
        Target("tsa-query", _queries, _stamp),
        Target("ocsp-request", _requests, _status),
        Target("ceremony", _ceremonies, _perform),
        Target("trust-list", lists, take),
        Target("license-face", _faces, _face),
        Target("seal-picture", rasters, bring),
        Target("seal-svg", drawings, bring),
    )
}
