"""``sealservice verify`` on real files: exit codes, both languages, JSON; no engine, no home."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command_line import PROGRAM, call, call_here, speaks_both
from tests.world_verification import SignedWorld, blank_pdf

SERVER_MODULES = ("fastapi", "uvicorn", "sqlalchemy", "psycopg", "minio", "procrastinate", "httpx")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write one file for each verdict, and the root that signed one of them."""
    folder = tmp_path_factory.mktemp("verify")
    world = SignedWorld()
    signed = world.archival(blank_pdf())
    (folder / "roots").mkdir()
    (folder / "roots" / "root.pem").write_bytes(world.authority.pem)
    (folder / "signed.pdf").write_bytes(signed)
    (folder / "changed.pdf").write_bytes(signed.replace(b"Amount: 100", b"Amount: 900"))
    (folder / "plain.pdf").write_bytes(blank_pdf())
    (folder / "truncated.pdf").write_bytes(signed[: len(signed) // 2])
    (folder / "empty.pdf").touch()
    (folder / "text.pdf").write_text("not a PDF")
    return folder


def verify(files: Path, *names: str) -> tuple[str | Path, ...]:
    """Return the arguments that verify some of the files under the world's root."""
    return ("verify", *(files / name for name in names), "--roots", files / "roots")


def test_starting_imports_no_server() -> None:
    """Help and verify do not wait for what only servers need."""
    program = (
        "import sys, sealservice.cli.main, sealservice.cli.verification\n"
        f"print([name for name in {SERVER_MODULES!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("name", "verdict", "status"),
    [
        ("changed.pdf", "invalid", 1),
        ("plain.pdf", "unsigned", 3),
        ("empty.pdf", "unreadable", 4),
        ("text.pdf", "unreadable", 4),
    ],
)
def test_each_verdict_has_its_exit_code(files: Path, name: str, verdict: str, status: int) -> None:
    """A file that is not valid is an answer: a report on standard output, nothing on the other."""
    ended = call_here(*verify(files, name), "--json")
    assert ended.status == status
    assert ended.value["verdict"] == verdict
    assert ended.value["document"]["filename"] == name
    assert ended.err == ""


def test_a_clerk_reads_the_verdict_first(files: Path) -> None:
    """The first line is the verdict with its symbol, in the language asked for."""
    chinese, english = (
        call_here(*verify(files, "changed.pdf"), "--lang", language) for language in ("zh", "en")
    )
    assert chinese.out.splitlines()[0].startswith("✘ 签章无效")
    assert english.out.splitlines()[0].startswith("✘ Invalid")
    assert "内容已被改动" in chinese.out
    assert "Content was changed" in english.out


def test_the_worst_of_several_files_decides(files: Path) -> None:
    """Invalid before unreadable before unsigned; each file has its line of JSON."""
    ended = call_here(*verify(files, "plain.pdf", "text.pdf", "changed.pdf"), "--jsonl")
    assert ended.status == 1
    verdicts = [json.loads(line)["verdict"] for line in ended.out.splitlines()]
    assert verdicts == ["unsigned", "unreadable", "invalid"]
    assert call_here(*verify(files, "plain.pdf", "text.pdf")).status == 4


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["missing.pdf"], "input_missing"),
        (["."], "folder_named"),
        (["plain.pdf", "missing.pdf"], "input_missing"),
        (["plain.pdf", "--roots", "missing"], "anchor_folder_missing"),
    ],
)
def test_what_cannot_be_read_is_refused(files: Path, arguments: list[str], code: str) -> None:
    """A missing file is 65 in both languages, and nothing is verified then."""
    paths = [arg if arg.startswith("--") else files / arg for arg in arguments]
    ended = call_here("verify", *paths)
    assert ended.status == 65
    assert ended.out == ""
    assert speaks_both(ended)
    if len(arguments) == 1 or "--roots" in arguments:
        assert call_here("verify", *paths, "--json").error["code"] == code


def test_a_batch_never_stops(files: Path) -> None:
    """With --jsonl each file has its line in its turn, also one that cannot be read."""
    names = ["plain.pdf", "missing.pdf", ".", "changed.pdf", *["text.pdf"] * 40, "plain.pdf"]
    ended = call_here(*verify(files, *names), "--jsonl")
    assert ended.status == 1
    lines = [json.loads(line) for line in ended.out.splitlines()]
    assert [line["document"]["filename"] for line in lines] == [(files / n).name for n in names]
    assert [line["errors"][0]["key"] for line in lines[1:3]] == [
        "input_missing",
        "folder_named",
    ]
    assert [line["document"]["sha256"] is None for line in lines[:4]] == [False, True, True, False]
    assert lines[-1]["verdict"] == "unsigned"


def test_policy_and_moment_can_be_chosen(files: Path) -> None:
    """The report tells by which policy and as of when; what is neither is refused."""
    ended = call_here(
        *verify(files, "plain.pdf"), "--json", "--policy", "archive", "--at", "2026-01-02T03:00Z"
    )
    assert ended.value["policy"]["name"] == "archive"
    assert ended.value["validation_time"] == "2026-01-02T03:00:00Z"
    for option, value, code in (
        ("--policy", "none-such", "policy_not_found"),
        ("--at", "yesterday", "moment_invalid"),
    ):
        refused = call_here(*verify(files, "plain.pdf"), "--json", option, value)
        assert (refused.status, refused.error["code"]) == (65, code)


def test_verify_makes_no_home(files: Path, tmp_path: Path) -> None:
    """Verification leaves nothing behind."""
    ended = call_here("verify", files / "plain.pdf", "--home", tmp_path / "home")
    assert ended.status == 3
    assert not (tmp_path / "home").exists()


def test_any_locale_can_be_printed(files: Path) -> None:
    """An ASCII locale is no reason to crash on a Chinese letter."""
    ended = call(*verify(files, "plain.pdf"), LC_ALL="POSIX", PYTHONIOENCODING="ascii")
    assert ended.status == 3
    assert "未发现签章" in ended.out


def test_a_reader_that_goes_away_is_no_error(files: Path) -> None:
    """A closed pipe ends the command quietly, as SIGPIPE would."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [PROGRAM, "verify", files / "plain.pdf"],
            stdout=writing,
            stderr=subprocess.PIPE,
            check=False,
            timeout=60,
        )
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_signal_ends_it_quietly(tmp_path: Path, number: signal.Signals, status: int) -> None:
    """Ctrl-C and polite requests to stop leave no traceback, and the usual exit code."""
    pipe = tmp_path / "pipe.pdf"
    os.mkfifo(pipe)
    command = ["env", "--default-signal", PROGRAM, "verify", pipe]  # nohup may be around us
    with subprocess.Popen(command, stderr=subprocess.PIPE) as running:
        writer = os.open(pipe, os.O_WRONLY)  # waits until the command has opened its file
        try:
            running.send_signal(number)
            _, told = running.communicate(timeout=60)
        finally:
            os.close(writer)
    assert (running.returncode, told) == (status, b"")


def test_each_form_of_the_report_is_printed(files: Path) -> None:
    """A specialist's form goes to standard output as it is, with the exit code of the verdict."""
    ended = call(*verify(files, "changed.pdf"), "--report", "etsi")
    assert ended.status == 1
    assert ended.out.startswith("<?xml")
    ended = call(*verify(files, "changed.pdf"), "--report", "diagnostic")
    assert ended.value["diagnostic_version"] == 1
    assert call_here(*verify(files, "plain.pdf", "text.pdf"), "--report", "etsi").status == 64


def test_a_name_that_is_no_text_is_told(files: Path) -> None:
    """Bytes that are no UTF-8, and escape sequences, in a file name stop no form of the report."""
    odd = Path(os.fsdecode(os.fsencode(files) + b"/\xff\x1b[31m.pdf"))
    odd.write_bytes(blank_pdf())
    for form in ("json", "detailed", "diagnostic"):
        ended = call("verify", odd, "--offline", "--report", form)
        assert ended.status == 3
        assert "\x1b" not in ended.out
        assert "\\udcff" in ended.out
