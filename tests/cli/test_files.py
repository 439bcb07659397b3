"""Inputs are bounded, outputs whole: an output is there entirely or not at all."""

import os
from pathlib import Path

import pytest

from sealservice.cli.errors import (
    InputMissing,
    InputTooLarge,
    InputUnreadable,
    JsonInvalid,
    OutputIsInput,
    OutputUnwritable,
)
from sealservice.cli.files import output_file, read_bytes, read_json


def test_an_output_appears_only_when_it_is_complete(tmp_path: Path) -> None:
    """Before the write there is nothing under the output's name, and afterwards all of it."""
    out = tmp_path / "sealed.pdf"
    with output_file(out) as target:
        assert not out.exists()
        target.write(b"whole")
    assert out.read_bytes() == b"whole"
    assert [entry.name for entry in tmp_path.iterdir()] == ["sealed.pdf"]


def test_a_failure_leaves_the_older_output_and_no_litter(tmp_path: Path) -> None:
    """Whatever goes wrong in between, the folder looks as it did before."""
    out = tmp_path / "sealed.pdf"
    out.write_bytes(b"older")
    with pytest.raises(ZeroDivisionError), output_file(out):
        raise ZeroDivisionError
    assert out.read_bytes() == b"older"
    assert [entry.name for entry in tmp_path.iterdir()] == ["sealed.pdf"]


def test_an_input_is_never_overwritten(tmp_path: Path) -> None:
    """Neither by its own name nor by a link of either kind."""
    source = tmp_path / "form.pdf"
    source.write_bytes(b"form")
    (tmp_path / "soft.pdf").symlink_to(source)
    (tmp_path / "hard.pdf").hardlink_to(source)
    for out in ("form.pdf", "soft.pdf", "hard.pdf", "../" + tmp_path.name + "/form.pdf"):
        with pytest.raises(OutputIsInput), output_file(tmp_path / out, source):
            pytest.fail("was opened")
    assert source.read_bytes() == b"form"


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """Writing through a symbolic link replaces what it points to."""
    real, link = tmp_path / "real.pdf", tmp_path / "link.pdf"
    real.write_bytes(b"older")
    link.symlink_to(real)
    with output_file(link) as target:
        target.write(b"newer")
    assert link.is_symlink()
    assert real.read_bytes() == b"newer"


@pytest.mark.parametrize(
    ("out", "reason"),
    [
        ("missing/sealed.pdf", "文件夹不存在"),
        ("folder", "不是普通文件"),
        ("/dev/null", "不是普通文件"),
        ("file/sealed.pdf", "路径中有一段不是文件夹"),
        ("x" * 300, "文件名过长"),
        ("nul\0name", "null"),
    ],
)
def test_a_place_that_cannot_be_written_is_found_at_once(
    tmp_path: Path, out: str, reason: str
) -> None:
    """Folders that are missing, devices, folders: refused before any work is done."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(OutputUnwritable) as refusal, output_file(tmp_path / out):
        pytest.fail("was opened")
    assert reason in refusal.value.message.zh


def test_an_output_respects_the_umask(tmp_path: Path) -> None:
    """A new output has the rights that any other program's would have."""
    before = os.umask(0o027)
    try:
        with output_file(tmp_path / "sealed.pdf") as target:
            target.write(b"whole")
    finally:
        os.umask(before)
    assert (tmp_path / "sealed.pdf").stat().st_mode & 0o777 == 0o640


def test_no_more_than_the_limit_is_read(tmp_path: Path) -> None:
    """A file at the limit is read, one byte more is not."""
    (tmp_path / "a").write_bytes(b"12345")
    assert read_bytes(tmp_path / "a", 5) == b"12345"
    assert read_bytes(tmp_path / "a", 4) is None
    assert read_bytes(Path("/dev/zero"), 1_000) is None


def test_inputs_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    """A missing file and a folder are two different refusals."""
    with pytest.raises(InputMissing):
        read_bytes(tmp_path / "missing", 10)
    with pytest.raises(InputUnreadable, match="directory"):
        read_bytes(tmp_path, 10)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b'{"a": NaN}', b"\xff\xfe", b'{"a": "\xe4"}', b"[" * 100_000],
)
def test_json_must_be_json(tmp_path: Path, content: bytes) -> None:
    """Broken, non-finite, wrongly encoded or absurdly nested JSON is refused, not a crash."""
    (tmp_path / "face.json").write_bytes(content)
    with pytest.raises(JsonInvalid):
        read_json(tmp_path / "face.json", 1 << 20)


def test_json_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    """Editors on Windows write one."""
    (tmp_path / "face.json").write_text('{"name": "甲"}', encoding="utf-8-sig")
    assert read_json(tmp_path / "face.json", 100) == {"name": "甲"}
    with pytest.raises(InputTooLarge):
        read_json(tmp_path / "face.json", 10)
