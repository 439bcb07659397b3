"""Results that are ready at the same time are verified together, and each gets its own report."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Semaphore
from typing import Any

import pytest

from sealservice.sealing.gathered_check import GatheredCheck

SECONDS = 20


class Slow:
    """Verifies by returning the name; the first call waits until it is let go."""

    def __init__(self) -> None:
        self.begun, self.go_on = Semaphore(0), Event()
        self.calls: list[list[str]] = []

    def verify(self, filename: str, data: bytes) -> Any:  # noqa: ANN401 - a report, for all they know
        """Verify one."""
        return self.verify_several([(filename, data)])[0]

    def verify_several(self, files: Sequence[tuple[str, bytes]]) -> list[Any]:
        """Verify several."""
        self.calls.append([name for name, _ in files])
        self.begun.release()
        assert self.go_on.wait(SECONDS)
        if any(data == b"bad" for _, data in files):
            raise ValueError(files[0][0])
        return [f"report on {name}" for name, _ in files]


def test_whoever_waits_goes_together() -> None:
    """The first is verified alone; all that came meanwhile make up the second call."""
    slow = Slow()
    check = GatheredCheck(slow)
    with ThreadPoolExecutor(6) as pool:
        first = pool.submit(check.verify, "0", b"")
        assert slow.begun.acquire(timeout=SECONDS)
        others = [pool.submit(check.verify, str(n), b"") for n in range(1, 6)]
        while len(check._waiting) < len(others):
            pass
        slow.go_on.set()
        assert first.result(SECONDS) == "report on 0"
        assert [one.result(SECONDS) for one in others] == [f"report on {n}" for n in range(1, 6)]
    assert slow.calls[0] == ["0"]
    assert sorted(slow.calls[1]) == ["1", "2", "3", "4", "5"]


def test_a_failure_reaches_everybody_in_the_call() -> None:
    """Nobody waits for ever for a report that will not come; the next call is a new one."""
    slow = Slow()
    slow.go_on.set()
    check = GatheredCheck(slow)
    with pytest.raises(ValueError, match="x"):
        check.verify("x", b"bad")
    assert check.verify("y", b"") == "report on y"


def test_large_results_go_alone() -> None:
    """No call holds more bytes than a few documents."""
    slow = Slow()
    check = GatheredCheck(slow)
    large = bytes(5 << 20)
    with ThreadPoolExecutor(4) as pool:
        found = [pool.submit(check.verify, str(n), large) for n in range(4)]
        slow.go_on.set()
        assert sorted(one.result(SECONDS) for one in found) == [f"report on {n}" for n in range(4)]
    assert len(slow.calls) == 4
