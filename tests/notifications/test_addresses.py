"""Addresses that could never be asked are refused when they are named."""

import pytest

from sealservice.notifications.errors import AddressRefused
from sealservice.notifications.service import require_address

pytestmark = pytest.mark.security


@pytest.mark.parametrize("host", ["xn--zzzzzzzzz.com", "a..b.com", f"{'a' * 70}.com", "xn--.com"])
def test_a_host_that_is_no_name_is_refused(host: str) -> None:
    """A broken A-label, an empty label and one too long; real ones pass."""
    with pytest.raises(AddressRefused):
        require_address(f"https://{host}/", plain_http=False)
    for good in (
        "https://xn--fiq228c.cn/",
        "https://xn--strae-oqa.de/",
        "https://a_b.example./",
        "https://[2606:4700::1]/",
    ):
        assert require_address(good, plain_http=False) == good
