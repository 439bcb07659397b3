"""One examination of a sample of ours, after which the next ones start warm.

Libraries put off much of their own set-up until they are first used. Whatever process forks
children that each examine one file rehearses once, and none of them has to do that again.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, TypeVar

from sealservice.kernel.resources import resource
from sealservice.limits import Limits
from sealservice.verification.anchors import trust_anchors
from sealservice.verification.service import VerificationService

Result = TypeVar("Result")

_FILE: Final = "templates/samples/rehearsal.pdf"
_ROOT: Final = "templates/samples/rehearsal-root.pem"
_AT: Final = datetime(2026, 6, 1, 9, tzinfo=UTC)
"""When everything in the sample is in force."""


class _Here:
    """Implements ``Sandbox`` without a child: the sample is no stranger's."""

    def run(self, function: Callable[..., Result], *arguments: object) -> Result:
        """Call the function."""
        return function(*arguments)


def rehearse() -> str:
    """Verify the sample and return the verdict."""
    anchors = trust_anchors("rehearsal", [resource(_ROOT).read_bytes()])
    service = VerificationService(_Here(), anchors, Limits(), lambda: _AT)
    return service.verify("rehearsal.pdf", resource(_FILE).read_bytes()).verdict.value
