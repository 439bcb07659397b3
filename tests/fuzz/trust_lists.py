"""Trust lists that come from the network: a damaged one is refused, whatever it is."""

import contextlib
from functools import cache

from sealservice.kernel.errors import SealserviceError
from sealservice.verification.trust_lists import read_list
from tests.world_trust_lists import Listed, Publisher
from tests.world_verification import NOW


@cache
def _publisher() -> Publisher:
    return Publisher()


def lists() -> list[bytes]:
    """Return a list in both of its forms."""
    publisher = _publisher()
    return [form(publisher, Listed(publisher.unit)) for form in (Publisher.jws, Publisher.xml)]


def take(data: bytes) -> None:
    """Take a list in, or refuse it."""
    with contextlib.suppress(SealserviceError):
        read_list(data, [_publisher().unit.der], NOW, None)
