"""``sealservice verify`` asks for status where it may, and with ``--offline`` nobody."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from sealservice.kernel.clock import utc_now
from tests.command_line import call_here
from tests.world_network import Answer, Network, network
from tests.world_verification import SignedWorld, Unit, blank_pdf

pytestmark = pytest.mark.security

YEAR = timedelta(days=365)


@pytest.fixture
def local() -> Iterator[Network]:
    """Return a server on this machine, by its true address."""
    with network() as played:
        yield played


def listed_at(world: SignedWorld, url: str) -> Unit:
    """Issue a certificate that names a list at an address."""
    plain = world.root.issue("公章", has_list=False)
    now = utc_now()
    builder = (
        x509.CertificateBuilder()
        .subject_name(plain.certificate.subject)
        .issuer_name(world.root.certificate.subject)
        .public_key(plain.key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - YEAR)
        .not_valid_after(now + YEAR)
    )
    for extension in plain.certificate.extensions:
        builder = builder.add_extension(extension.value, critical=extension.critical)
    place = x509.DistributionPoint([x509.UniformResourceIdentifier(url)], None, None, None)
    points = x509.CRLDistributionPoints([place])
    signed = builder.add_extension(points, critical=False).sign(world.root.key, hashes.SHA256())
    return Unit(signed, plain.key, world.root)


def test_status_is_asked_where_it_may_be(
    local: Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A place inside is asked only when the settings allow it, and never with ``--offline``."""
    world, place = SignedWorld(), f"127.0.0.1:{local.port}"
    local.answers["/list.crl"] = Answer(world.root.crl(utc_now() - timedelta(hours=1)))
    roots, pdf = tmp_path / "roots", tmp_path / "signed.pdf"
    roots.mkdir()
    (roots / "root.pem").write_bytes(world.root.pem)
    pdf.write_bytes(world.sign(blank_pdf(), listed_at(world, f"http://{place}/list.crl")))
    asked = ("verify", pdf, "--trust", roots, "--json", "--home", tmp_path / "none")
    assert call_here(*asked).value["verdict"] == "unconfirmed"
    monkeypatch.setenv("SEALSERVICE_VERIFY_FETCH_PLACES", place)
    assert call_here(*asked, "--offline").value["verdict"] == "unconfirmed"
    assert local.asked == []
    assert call_here(*asked).value["verdict"] == "valid"
    assert local.asked == ["/list.crl"]
