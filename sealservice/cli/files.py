"""Files that a command reads and writes.

An output is prepared before any work is done, so that nobody seals for nothing:
1. It is not one of the inputs (also not by another name), and not a folder or device.
2. Its part file is created beside it; whoever cannot write there learns it now.
3. When the result is there: written, flushed to disk, renamed over the output, folder flushed.
4. Whatever happens before, the part file goes away and an older output stays as it was.
"""

import errno
import json
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

from sealservice.cli.errors import (
    InputMissing,
    InputTooLarge,
    InputUnreadable,
    JsonInvalid,
    OutputIsInput,
    OutputUnwritable,
)
from sealservice.kernel.json import JsonValue
from sealservice.kernel.text import Text

_MODE: Final = 0o666
"""Of a new output, less what the umask takes."""
_NOT_A_FILE: Final = Text("不是普通文件", "it is not a regular file")
_CHINESE: Final = {
    errno.ENOENT: "文件夹不存在",
    errno.EACCES: "没有权限",
    errno.EPERM: "操作不被允许",
    errno.EISDIR: "是文件夹",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EROFS: "文件系统只读",
    errno.ENOSPC: "磁盘空间不足",
    errno.EDQUOT: "超出磁盘配额",
    errno.ENAMETOOLONG: "文件名过长",
    errno.ELOOP: "符号链接循环",
    errno.EIO: "磁盘读写错误",
}


def read_bytes(path: Path, limit: int) -> bytes | None:
    """Return a file's bytes; None when there are more than ``limit``, of which none is kept.

    Raises:
        InputMissing, InputUnreadable.
    """
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except FileNotFoundError:
        raise InputMissing(path=path) from None
    except (OSError, ValueError) as error:
        reason = _reason(error)
        raise InputUnreadable(path=path, reason_zh=reason.zh, reason_en=reason.en) from None
    return data if len(data) <= limit else None


def require_readable(path: Path) -> None:
    """Raise unless a file can be read.

    Raises:
        InputMissing, InputUnreadable.
    """
    read_bytes(path, 0)


def read_json(path: Path, limit: int) -> JsonValue:
    """Return the value in a JSON file of at most ``limit`` bytes.

    Raises:
        InputMissing, InputUnreadable, InputTooLarge, JsonInvalid.
    """
    data = read_bytes(path, limit)
    if data is None:
        raise InputTooLarge(path=path, limit=f"{limit >> 10} KiB")
    try:
        value: JsonValue = json.loads(data.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise JsonInvalid(path=path, reason=error) from None
    return value


@dataclass(frozen=True, slots=True)
class Output:
    """An output whose part file is there already, waiting for its bytes."""

    path: Path
    part: Path

    def write(self, data: bytes) -> None:
        """Put the bytes in place, wholly or not at all.

        Raises:
            OutputUnwritable: the disk is full, or the folder has changed.
        """
        try:
            with self.part.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            self.part.replace(self.path)
            flush_folder(self.path.parent)
        except OSError as error:
            raise unwritable(self.path, error) from None


@contextmanager
def output_file(path: Path, *inputs: Path) -> Iterator[Output]:
    """Prepare an output that is none of the inputs.

    Raises:
        OutputIsInput, OutputUnwritable.
    """
    try:
        target = path.resolve()
        _require_replaceable(target, inputs)
        part = target.parent / f".sealservice-{secrets.token_hex(8)}.part"
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _MODE))
    except (OSError, ValueError, RuntimeError) as error:
        raise unwritable(path, error) from None
    try:
        yield Output(target, part)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _require_replaceable(target: Path, inputs: tuple[Path, ...]) -> None:
    try:
        present = target.stat()
    except FileNotFoundError:
        return
    if not stat.S_ISREG(present.st_mode):
        raise _unwritable(target, _NOT_A_FILE)
    if any(given.exists() and given.samefile(target) for given in inputs):
        raise OutputIsInput(path=target)


def flush_folder(folder: Path) -> None:
    """Put the names in a folder on disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _refuse_constant(name: str) -> NoReturn:
    message = f"{name} is not allowed"
    raise ValueError(message)


def unwritable(path: Path, error: Exception) -> OutputUnwritable:
    """Return the refusal that says why an output cannot be written."""
    return _unwritable(path, _reason(error))


def _unwritable(path: Path, reason: Text) -> OutputUnwritable:
    return OutputUnwritable(path=path, reason_zh=reason.zh, reason_en=reason.en)


def _reason(error: Exception) -> Text:
    """Say in both languages what the system says in its own."""
    said = (error.strerror if isinstance(error, OSError) else None) or str(error)
    number = error.errno if isinstance(error, OSError) else None
    return Text(_CHINESE.get(number or 0, said), said[:1].lower() + said[1:])
