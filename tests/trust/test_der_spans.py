"""Walking through DER without copying accepts what the copying reader accepts, and nothing else."""

import random

from hypothesis import given
from hypothesis import strategies as st

from sealservice.trust import der
from sealservice.trust.der_spans import inner, raw, value, whole
from sealservice.trust.der_writing import element, integer
from tests.fuzz.mutations import damaged

_MESSAGE = element(
    der.SEQUENCE,
    integer(70_000),
    element(der.OCTET_STRING, b"x" * 300),
    element(der.SET, element(0xA0, integer(-1)), element(der.OCTET_STRING)),
)


def _copied(data: bytes) -> list[tuple[int, bytes, bytes]] | None:
    try:
        return [(one.tag, one.raw, one.content) for one in der.read(data).children()]
    except ValueError:
        return None


def _walked(data: bytes) -> list[tuple[int, bytes, bytes]] | None:
    try:
        held = inner(data, whole(data), data[0])
    except ValueError:
        return None
    return [(one[0], raw(data, one), value(data, one)) for one in held]


@given(chance=st.integers(0, 2**32))
def test_both_readers_agree(chance: int) -> None:
    """On whole messages, and on damaged ones."""
    assert _walked(_MESSAGE) == _copied(_MESSAGE) is not None
    changed = damaged(_MESSAGE, random.Random(chance))  # noqa: S311 - not for a secret
    assert _walked(changed) == _copied(changed)


@given(data=st.binary(max_size=12))
def test_both_readers_agree_on_anything(data: bytes) -> None:
    """On a few bytes of any kind."""
    assert _walked(data) == _copied(data)
