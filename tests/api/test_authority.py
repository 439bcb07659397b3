"""The trust domain over real HTTP: other people's programs ask, and get what they need."""

import asyncio
import base64
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID

from sealservice.limits import Limits
from sealservice.trust.model import IssuedCertificate, RevocationReason
from tests.authority_server import application, serving
from tests.world_trust import TrustWorld, openssl, performed, write_pem

LIMITS = Limits()


@pytest.fixture(scope="module")
def world() -> TrustWorld:
    """Give a demonstration domain."""
    return performed()


@pytest.fixture(scope="module")
def seal(world: TrustWorld) -> IssuedCertificate:
    """Give a seal's certificate."""
    return world.seal_certificate()


@pytest.fixture(scope="module")
def address(world: TrustWorld) -> Iterator[str]:
    """Serve the domain on the loopback."""
    with serving(application(world)) as address:
        yield address


@pytest.fixture
def client(address: str) -> Iterator[httpx.Client]:
    """Give a client of the server."""
    with httpx.Client(base_url=address, timeout=30, trust_env=False) as client:
        yield client


def test_openssl_and_curl_get_a_time_stamp(world: TrustWorld, address: str, tmp_path: Path) -> None:
    """A query by openssl, sent by curl, comes back as a token that openssl verifies."""
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("program missing: curl")
    data, query, reply = (tmp_path / name for name in ("data", "query.tsq", "reply.tsr"))
    data.write_bytes(b"data")
    openssl("ts", "-query", "-data", data, "-sha256", "-cert", "-out", query)
    sent = ("-H", "Content-Type: application/timestamp-query", "--data-binary", f"@{query}")
    quietly = ("--silent", "--show-error", "--fail", "--noproxy", "*")
    command = [curl, *quietly, *sent, "-o", str(reply), f"{address}/tsa"]
    subprocess.run(command, check=True, timeout=30)
    root = write_pem(tmp_path, "root", world.unit("root"))
    said = openssl("ts", "-verify", "-queryfile", query, "-in", reply, "-CAfile", root)
    assert "Verification: OK" in said


def test_openssl_asks_for_a_status(
    world: TrustWorld, seal: IssuedCertificate, address: str, tmp_path: Path
) -> None:
    """The command openssl ocsp asks the running responder and verifies what it says."""
    issuer = write_pem(tmp_path, "issuer", world.unit("seal-ca"))
    root = write_pem(tmp_path, "root", world.unit("root"))
    leaf = write_pem(tmp_path, "leaf", seal)
    trusted = ("-CAfile", root, "-verify_other", issuer)
    url = f"{address}/ocsp/seal-ca"
    said = openssl("ocsp", "-issuer", issuer, "-cert", leaf, "-url", url, *trusted)
    assert "Response verify OK" in said
    assert "leaf.pem: good" in said


def test_a_revocation_is_known_at_once_everywhere(tmp_path: Path) -> None:
    """After a revocation the next OCSP answer and the next list say so."""
    world = performed()
    seal = world.seal_certificate()
    issuer = write_pem(tmp_path, "issuer", world.unit("seal-ca"))
    root = write_pem(tmp_path, "root", world.unit("root"))
    leaf = write_pem(tmp_path, "leaf", seal)
    trusted = ("-CAfile", root, "-verify_other", issuer)
    with serving(application(world)) as address:
        before = httpx.get(f"{address}/crl/seal-ca.crl", trust_env=False).content
        world.revoke(seal, RevocationReason.KEY_COMPROMISE)
        url = f"{address}/ocsp/seal-ca"
        said = openssl("ocsp", "-issuer", issuer, "-cert", leaf, "-url", url, *trusted)
        after = httpx.get(f"{address}/crl/seal-ca.crl", trust_env=False).content
    assert "leaf.pem: revoked" in said
    lists = [x509.load_der_x509_crl(content) for content in (before, after)]
    found = [crl.get_revoked_certificate_by_serial_number(seal.serial) for crl in lists]
    assert found[0] is None
    assert found[1] is not None


def _ocsp_request(world: TrustWorld, seal: IssuedCertificate) -> bytes:
    builder = ocsp.OCSPRequestBuilder().add_certificate(
        seal.x509, world.unit("seal-ca").x509, hashes.SHA256()
    )
    return builder.build().public_bytes(serialization.Encoding.DER)


def test_a_status_can_be_asked_in_the_address(
    world: TrustWorld, seal: IssuedCertificate, client: httpx.Client
) -> None:
    """GET with Base64, its slashes written as such or encoded, gets the same answer as POST."""
    request = _ocsp_request(world, seal)
    encoded = base64.b64encode(request).decode()
    plain = encoded.replace("+", "%2B")
    whole = plain.replace("/", "%2F").replace("=", "%3D")
    answers = [client.get(f"/ocsp/seal-ca/{form}") for form in (plain, whole)]
    answers.append(client.post("/ocsp/seal-ca", content=request))
    for answer in answers:
        assert answer.headers["content-type"] == "application/ocsp-response"
        read = ocsp.load_der_ocsp_response(answer.content)
        assert read.certificate_status is ocsp.OCSPCertStatus.GOOD
    garbage = ocsp.load_der_ocsp_response(client.get("/ocsp/seal-ca/~~~").content)
    assert garbage.response_status is ocsp.OCSPResponseStatus.MALFORMED_REQUEST


def test_addresses_in_certificates_answer(
    world: TrustWorld, seal: IssuedCertificate, client: httpx.Client
) -> None:
    """Each CRL and issuer address of each certificate gives what it promises, as DER."""
    for certificate in (*world.certificates.list(), seal):
        for address in _addresses(certificate.x509):
            answer = client.get(address.removeprefix("http://localhost:8443"))
            assert answer.status_code == 200
            if address.endswith(".crl"):
                assert answer.headers["content-type"] == "application/pkix-crl"
                assert x509.load_der_x509_crl(answer.content).issuer == certificate.x509.issuer
            else:
                assert answer.headers["content-type"] == "application/pkix-cert"
                issuer = x509.load_der_x509_certificate(answer.content)
                certificate.x509.verify_directly_issued_by(issuer)


def _addresses(certificate: x509.Certificate) -> list[str]:
    found = []
    for extension in certificate.extensions:
        value = extension.value
        if isinstance(value, x509.CRLDistributionPoints):
            found += [name.value for point in value for name in point.full_name or ()]
        if isinstance(value, x509.AuthorityInformationAccess):
            issuers = AuthorityInformationAccessOID.CA_ISSUERS
            found += [a.access_location.value for a in value if a.access_method == issuers]
    return found


@pytest.mark.parametrize(
    "path",
    [
        "/ca/tsa.cer", "/ca/nobody.cer", "/ca/%00.cer", "/ca/a%0Ab.cer", f"/ca/{'a' * 5000}.cer",
        "/ca/%F0%9F%94%8F.cer", "/crl/tsa.crl", "/crl/nobody.crl", "/crl/%00.crl",
        "/ocsp/root/MAA=", "/ocsp/nobody/MAA=", "/ocsp/%00/MAA=",
    ],
)  # fmt: skip
def test_names_that_are_not_there_are_a_404_problem(client: httpx.Client, path: str) -> None:
    """Only authorities have certificates, lists and status here; strange names are only unknown."""
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "certificate_unknown"


def test_a_seal_key_id_is_no_address(client: httpx.Client, seal: IssuedCertificate) -> None:
    """The certificates of seals are not handed out by the number of their key."""
    assert client.get(f"/ca/{seal.unit}.cer").status_code == 404


@pytest.mark.parametrize("body", [b"", b"garbage", bytes(LIMITS.timestamp_query_bytes)])
def test_garbage_is_answered_in_the_protocol(client: httpx.Client, body: bytes) -> None:
    """Up to the limit anything gets a refusal of its own protocol, with status 200."""
    stamp = client.post("/tsa", content=body)
    assert stamp.status_code == 200
    assert stamp.headers["content-type"] == "application/timestamp-reply"
    assert stamp.content == bytes.fromhex("3009300702010203020204")  # badDataFormat is bit 5
    status = client.post("/ocsp/seal-ca", content=body)
    assert status.status_code == 200
    assert status.content == bytes.fromhex("30030a0101")  # malformedRequest


@pytest.mark.parametrize("path", ["/tsa", "/ocsp/seal-ca"])
def test_a_body_over_the_limit_is_a_413_problem(client: httpx.Client, path: str) -> None:
    """One byte too many is refused, with and without a Content-Length."""
    body = bytes(LIMITS.ocsp_request_bytes + 1)
    for content in (body, iter([body])):
        answer = client.post(path, content=content)
        assert answer.status_code == 413
        assert answer.json()["code"] == "body_too_large"


def test_an_endless_body_is_cut_off_while_it_is_read(address: str) -> None:
    """The refusal comes without waiting for the end of a body that has none."""

    async def send() -> bytes:
        host, port = address.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"POST /tsa HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(2):
            writer.write(b"1000\r\n" + bytes(0x1000) + b"\r\n")
        await writer.drain()
        answer = await asyncio.wait_for(reader.readuntil(b"\r\n"), 30)
        writer.close()
        return answer

    assert b" 413 " in asyncio.run(send())


def test_problems_speak_the_callers_language(client: httpx.Client) -> None:
    """A problem's detail is Chinese or English, as asked for."""
    details = {
        language: client.get("/crl/x.crl", headers={"Accept-Language": language}).json()["detail"]
        for language in ("zh-CN", "en")
    }
    assert "没有找到证书" in details["zh-CN"]
    assert "There is no certificate" in details["en"]
