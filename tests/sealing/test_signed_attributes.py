"""What the key signs."""

import hashlib
from datetime import UTC, datetime

import pytest
from asn1crypto import cms, tsp

from sealservice.sealing.errors import BytesChanged
from sealservice.sealing.model import Prepared
from sealservice.sealing.signed_attributes import byte_range_digest, signed_attributes_of
from tests.world_press import PressWorld

SOURCE = b"%PDF-1.7 source\n"
TAIL = b"before<0000>after"


def prepared(tail: bytes = TAIL, **numbers: int) -> Prepared:
    """Return a revision whose /Contents are four digits."""
    start = numbers.get("start", len(SOURCE) + tail.index(b"<"))
    end = numbers.get("end", len(SOURCE) + tail.index(b">") + 1)
    rest = numbers.get("rest", len(SOURCE) + len(tail) - end)
    byte_range = (numbers.get("first", 0), start, end, rest)
    return Prepared(tail, byte_range, "Seal1", datetime(2026, 11, 24, tzinfo=UTC))


def test_digest_is_over_everything_else() -> None:
    """The digest is that of the joined bytes without /Contents."""
    expected = hashlib.sha256(SOURCE + b"before" + b"after").digest()
    assert byte_range_digest(SOURCE, prepared()) == expected


@pytest.mark.parametrize(
    "wrong",
    [
        prepared(first=1),
        prepared(start=len(SOURCE) - 4),
        prepared(rest=4),
        prepared(end=10_000),
        prepared(start=len(SOURCE) + 5),
        prepared(start=len(SOURCE) + 7),
        prepared(tail=b"before<0010>after"),
        prepared(tail=b"before<00)(0>after"),
    ],
)
def test_odd_byte_ranges_are_refused(wrong: Prepared) -> None:
    """A ByteRange must leave out exactly one blank hexadecimal string of the tail."""
    with pytest.raises(BytesChanged):
        byte_range_digest(SOURCE, wrong)


def test_attributes_are_der_and_sorted(world: PressWorld) -> None:
    """Three attributes with one value each, sorted, the certificate named by SHA-256."""
    certificate = world.die.certificate
    der = signed_attributes_of(SOURCE, prepared(), certificate)
    attributes = cms.CMSAttributes.load(der, strict=True)
    encoded = [attribute.dump() for attribute in attributes]
    assert encoded == sorted(encoded)
    assert len(encoded) == 3
    values = {attribute["type"].native: attribute["values"] for attribute in attributes}
    (named,) = values["signing_certificate_v2"]
    (identifier,) = tsp.SigningCertificateV2.load(named.dump())["certs"]
    assert identifier["cert_hash"].native == hashlib.sha256(certificate).digest()
    assert hashlib.sha256(certificate).hexdigest() in der.hex()
    assert "0609608648016503040201" not in der.hex()  # SHA-256 is the default and left out
