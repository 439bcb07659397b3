"""The CMS of a seal is put together from pieces, and is what a whole encoder would write."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from asn1crypto import cms
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sealservice.sealing.cms import signed_data
from sealservice.sealing.model import Die, SignedAttributes, Timestamp
from sealservice.sealing.signed_attributes import attributes_with
from sealservice.trust.domain import chain
from tests.sealing.reference_cms import reference_attributes, reference_signed_data
from tests.world_press import PressWorld
from tests.world_trust import performed

PLANS = ("demonstration", "demonstration-rsa", "demonstration-pss")
DIGEST = hashlib.sha256(b"a document").digest()
FORMS_OF_LENGTH = (0, 1, 127, 128, 255, 256, 65535, 65536)


@pytest.fixture(scope="module", params=PLANS)
def die(request: pytest.FixtureRequest, world: PressWorld) -> Die:
    """Give the die of a seal with each kind of key."""
    trust = performed(request.param)
    certificate = trust.seal_certificate()
    leaf, *issuers = (link.der for link in chain(trust.certificates, certificate))
    return replace(
        world.die, certificate=leaf, chain=tuple(issuers), algorithm=certificate.algorithm
    )


def token_of(size: int) -> Timestamp:
    """Return what looks like a token, around so many bytes."""
    held = cms.ContentInfo({"content_type": "data", "content": bytes(size)})
    return Timestamp(held.dump(), datetime(2026, 11, 24, tzinfo=UTC), ())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(min_size=32, max_size=32))
@example(bytes(32))
@example(b"\xff" * 32)
def test_attributes_are_what_an_encoder_writes(die: Die, digest: bytes) -> None:
    """Whatever the digest, the signed attributes are byte for byte those of asn1crypto."""
    certificate = die.certificate
    assert attributes_with(digest, certificate) == reference_attributes(digest, certificate)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.binary(min_size=32, max_size=32),
    st.binary(min_size=1, max_size=600),
    st.none() | st.integers(0, 9000),
)
def test_cms_is_what_an_encoder_writes(
    die: Die, digest: bytes, signature: bytes, token_size: int | None
) -> None:
    """With any digest, signature and timestamp the CMS is byte for byte that of asn1crypto."""
    signed = SignedAttributes(attributes_with(digest, die.certificate), signature)
    timestamp = None if token_size is None else token_of(token_size)
    assert signed_data(die, signed, timestamp) == reference_signed_data(die, signed, timestamp)


@pytest.mark.parametrize("size", FORMS_OF_LENGTH)
def test_every_form_of_length_is_the_shortest(die: Die, size: int) -> None:
    """Around lengths of one, two, three and four bytes nothing is longer than DER has it."""
    attributes = attributes_with(DIGEST, die.certificate)
    for signed, timestamp in (
        (SignedAttributes(attributes, bytes(size)), None),
        (SignedAttributes(attributes, b"signature"), token_of(size)),
    ):
        assert signed_data(die, signed, timestamp) == reference_signed_data(die, signed, timestamp)


def test_seals_do_not_share_what_is_kept(world: PressWorld) -> None:
    """One certificate with another chain or another algorithm has a frame of its own."""
    signed = SignedAttributes(attributes_with(DIGEST, world.die.certificate), b"signature")
    alone = replace(world.die, chain=())
    made = {signed_data(die, signed, None) for die in (world.die, alone, world.die)}
    assert made == {reference_signed_data(die, signed, None) for die in (world.die, alone)}
    assert len(made) == 2
