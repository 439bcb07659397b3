"""A folder that a command fills: there as a whole, or not at all.

1. What is there already is kept: only a new name or an empty folder is taken.
2. The folder is filled under another name beside it; whoever cannot write there learns it before
   any work is done.
3. When it is full: flushed to disk, renamed, the folder above flushed.
4. Whatever happens before, the part folder goes away.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from typing import Final

from sealservice.cli.errors import OutputUnwritable
from sealservice.cli.files import flush_folder, unwritable
from sealservice.kernel.text import Text

_NOT_A_FOLDER: Final = Text("不是文件夹", "it is not a folder")
_NOT_EMPTY: Final = Text(
    "文件夹不为空，请另选名称或先清空", "the folder is not empty; choose another name or empty it"
)


@contextmanager
def output_folder(path: Path) -> Iterator[Path]:
    """Give a folder to fill, which takes its name when the block ends well.

    Raises:
        OutputUnwritable: something is there, or the folder or a file in it cannot be written.
    """
    try:
        target = path.resolve()
        _require_free(target)
        part = target.parent / f".sealservice-{secrets.token_hex(8)}.part"
        part.mkdir()
    except (OSError, ValueError, RuntimeError) as error:
        raise unwritable(path, error) from None
    try:
        yield part
        _put_in_place(part, target)
    except OSError as error:
        raise unwritable(path, error) from None
    finally:
        rmtree(part, ignore_errors=True)


def _put_in_place(part: Path, target: Path) -> None:
    for file in part.iterdir():
        _flush_file(file)
    flush_folder(part)
    part.rename(target)
    flush_folder(target.parent)


def _require_free(target: Path) -> None:
    if not target.exists():
        return
    reason = _NOT_A_FOLDER
    if target.is_dir():
        if not any(target.iterdir()):
            return
        reason = _NOT_EMPTY
    raise OutputUnwritable(path=target, reason_zh=reason.zh, reason_en=reason.en)


def _flush_file(file: Path) -> None:
    with file.open("rb") as written:
        os.fsync(written.fileno())
