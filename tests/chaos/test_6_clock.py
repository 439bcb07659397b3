"""The signer's clock is wrong, or becomes wrong."""

from pathlib import Path

import pytest

from sealservice.sealing.steps import Step
from tests.chaos.conftest import Tell
from tests.chaos.processes import wait_for
from tests.chaos.site import Site

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]


@pytest.mark.parametrize("shift", ["+600", "-600"])
def test_clock_jumps(site: Site, tell: Tell, tmp_path: Path, shift: str) -> None:
    """By a clock that jumped nothing is released; with the right time again the order goes on."""
    order = site.approved()
    clock = Clock(tmp_path)
    with site.signer(Step.SIGNED, **clock.environment()) as signer:
        signer.wait_until_halted(Step.SIGNED)
        clock.set(shift)
        signer.go_on()
        wait_for(lambda: "ClocksDiffer" in signer.log(), "the signer notices")
        seen = site.seen(order)
        assert site.versions(order) == []
    with site.signer():
        site.prove_sealed(order)
    tell(
        f"signer's clock jumps by {shift} s",
        Step.SIGNED,
        seen,
        "sealed once, when the clock is right again",
    )


class Clock:
    """A clock that libfaketime shows to a process; waits are not touched by it."""

    def __init__(self, folder: Path) -> None:
        found = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
        if not found:
            pytest.skip("needs the Debian package faketime")
        self._library, self._file = found[0], folder / "clock"
        self.set("+0")

    def set(self, shift: str) -> None:
        """Shift it by seconds, with a sign."""
        fresh = self._file.with_suffix(".new")
        fresh.write_text(f"{shift}\n")
        fresh.replace(self._file)

    def environment(self) -> dict[str, str]:
        """Return the variables that show it to a process."""
        return {
            "LD_PRELOAD": str(self._library),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1",
        }
