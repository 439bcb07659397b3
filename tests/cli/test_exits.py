"""Every kind of error has its exit code, and a stored failure ends like the error it was."""

import pytest

from sealservice.cli.errors import Misuse, OutputIsInput
from sealservice.cli.exits import Status, restored, status_of
from sealservice.identity.errors import ApiKeyExpired
from sealservice.kernel.errors import SealserviceError
from sealservice.sealing.errors import (
    LevelNotReached,
    NotAPdf,
    OrderNotFound,
    OrderUnfinished,
    TimestampUnavailable,
)
from sealservice.seals.errors import ApprovalInvalid


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Misuse, 64),
        (NotAPdf, 65),
        (OrderNotFound, 65),
        (TimestampUnavailable, 69),
        (LevelNotReached, 70),
        (SealserviceError, 70),
        (OutputIsInput, 73),
        (OrderUnfinished, 75),
        (ApprovalInvalid, 77),
        (ApiKeyExpired, 77),
    ],
)
def test_kinds_map_to_sysexits(error: type[SealserviceError], status: int) -> None:
    """The kind of an error alone decides the exit code."""
    assert status_of(error) == status


def test_a_stored_failure_keeps_code_texts_and_status() -> None:
    """What ended an order in the signer ends the command in the same way."""
    error = restored({"code": "timestamp_unavailable", "zh": "没有时间戳", "en": "no token"})
    assert error.code == "timestamp_unavailable"
    assert (error.message.zh, error.message.en) == ("没有时间戳", "no token")
    assert status_of(type(error)) is Status.UNAVAILABLE


def test_a_failure_that_nobody_knows_is_internal() -> None:
    """A code from another version still has its texts; it counts as a fault of ours."""
    error = restored({"code": "from_the_future", "zh": "未知", "en": "unknown"})
    assert error.message.zh == "未知"
    assert status_of(type(error)) is Status.INTERNAL
