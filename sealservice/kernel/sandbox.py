"""The port through which hostile input is parsed: a limited child process.

Functions handed to a sandbox are importable module-level functions; arguments and results are
plain values that pickle. Errors of this package pass through; anything else that goes wrong in
the child (crash, memory, time) is one of the errors below.
"""

from collections.abc import Callable
from typing import Protocol, TypeVar

from sealservice.kernel.errors import Refused, TryAgain
from sealservice.kernel.text import Text

Result = TypeVar("Result")


class SandboxLimitExceeded(Refused):
    """The input needs more memory or time than is allowed."""

    code = "too_costly"
    text = Text(
        "处理该文件所需的内存或时间超过上限。请换用较简单的文件。",
        "Processing this file needs more memory or time than allowed. Use a simpler file.",
    )


class SandboxCrashed(Refused):
    """The child process died on this input."""

    code = "unprocessable"
    text = Text(
        "该文件无法处理，可能已损坏。请重新生成后再试。",
        "This file cannot be processed; it may be damaged. Create it anew and try again.",
    )


class SandboxBusy(TryAgain):
    """Too many files are being processed at once."""

    code = "sandbox_busy"
    text = Text(
        "同时处理的文件过多。请稍后重试。",
        "Too many files are being processed at once. Try again later.",
    )


class SandboxInterrupted(TryAgain):
    """What runs the child processes ended under this call, twice."""

    code = "sandbox_interrupted"
    text = Text(
        "处理文件的进程意外中断，与文件内容无关。请重试。",
        "The process that examines files was interrupted; the file is not the reason. Try again.",
    )


class Sandbox(Protocol):
    """Runs a function in a limited child process."""

    def run(self, function: Callable[..., Result], *arguments: object) -> Result:
        """Return ``function(*arguments)``, computed in the child.

        Raises:
            SandboxLimitExceeded: memory or time ran out.
            SandboxCrashed: the child died or raised something unforeseen.
            SandboxBusy: no child became free in time.
            SandboxInterrupted: what runs the children ended under it.
            SealserviceError: what the function itself refused.
        """
        ...
