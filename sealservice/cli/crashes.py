"""What nobody foresaw: the traceback goes to a log, never to the terminal.

The log is ``log/errors.log`` in the home; where there is no home (yet), a new private file in the
temporary folder, because a folder that holds anything else cannot become a home. Like the logs of
the processes it has one JSON object per event (``kernel/log_lines.py``).
"""

import logging
import os
import tempfile
from pathlib import Path
from typing import Final

from sealservice.kernel.errors import SealserviceError
from sealservice.kernel.log_lines import JsonLines
from sealservice.kernel.text import Text

_PRIVATE: Final = 0o600


class InternalError(SealserviceError):
    """A fault of ours; the log says more."""

    code = "internal"
    text = Text(
        "内部错误（{kind}）。详情见 {log}，请把它交给管理员。",
        "Internal error ({kind}). Details are in {log}; show it to an administrator.",
    )


class InternalErrorUnlogged(SealserviceError):
    """A fault of ours, and no log can be written."""

    code = "internal"
    text = Text(
        "内部错误（{kind}），且无法写入日志（{reason}）。请检查权限和磁盘空间后重试。",
        "Internal error ({kind}), and no log can be written ({reason}). "
        "Check permissions and disk space, then try again.",
    )


def logged(crash: BaseException, home: Path) -> SealserviceError:
    """Log a traceback and return what to tell the user."""
    kind = type(crash).__name__
    try:
        descriptor, log = _log(home)
        with os.fdopen(descriptor, "a", encoding="ascii") as file:
            file.write(f"{_line(crash)}\n")
    except OSError as error:
        return InternalErrorUnlogged(kind=kind, reason=error.strerror)
    return InternalError(kind=kind, log=log)


def _line(crash: BaseException) -> str:
    found = (type(crash), crash, crash.__traceback__)
    event = logging.LogRecord(__name__, logging.CRITICAL, "", 0, "a command crashed", (), found)
    event.members = {"pid": os.getpid()}
    return JsonLines().format(event)


def _log(home: Path) -> tuple[int, Path]:
    if not (home / "home.json").exists():
        descriptor, name = tempfile.mkstemp(prefix="sealservice-", suffix=".log")
        return descriptor, Path(name)
    log = home / "log" / "errors.log"
    log.parent.mkdir(mode=0o700, exist_ok=True)
    return os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, _PRIVATE), log
