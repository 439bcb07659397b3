"""The sandbox: limits hold, refusals pass, nothing is left behind."""

import dataclasses
import logging
import os
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import psutil
import pytest

from sealservice.bootstrap.embedded.child import wait_until
from sealservice.infra.sandbox import ForkedSandbox
from sealservice.kernel.sandbox import (
    SandboxBusy,
    SandboxCrashed,
    SandboxInterrupted,
    SandboxLimitExceeded,
)
from sealservice.kernel.text import Text
from sealservice.limits import MEBIBYTE, Limits
from sealservice.sealing.errors import ActiveContent
from sealservice.sealing.model import Box, Level
from sealservice.sealing.placement_errors import KeywordNotFound
from tests.infra import bombs

LIMITS = dataclasses.replace(
    Limits(),
    sandbox_seconds=2,
    sandbox_bytes=1_024 * MEBIBYTE,
    sandbox_result_bytes=MEBIBYTE,
    sandbox_children=24,
)
SECONDS = 30.0


@pytest.fixture(scope="module")
def sandbox() -> Iterator[ForkedSandbox]:
    """Give one sandbox with tight limits."""
    sandbox = ForkedSandbox(LIMITS)
    yield sandbox
    sandbox.close()


def test_result_comes_from_another_process(sandbox: ForkedSandbox) -> None:
    """Values and data of this package come back whole, computed elsewhere."""
    number, pid, box, level = sandbox.run(bombs.answer, 7)
    assert (number, box, level) == (7, Box(0, 1.0, 2.0, 3.0, 4.0, 90), Level.B_LTA)
    assert pid != os.getpid()


def test_answer_of_debians_python_is_read(sandbox: ForkedSandbox) -> None:
    """Python 3.11.2 pickles a member of an enum by getattr: it comes back as that member."""
    number, _pid, box, level = sandbox.run(bombs.answer_as_debian, 7)  # type: ignore[func-returns-value,misc]
    assert (number, box, level) == (7, Box(0, 1.0, 2.0, 3.0, 4.0, 90), Level.B_LTA)


def test_refusal_passes_with_its_fields(sandbox: ForkedSandbox) -> None:
    """An error of this package arrives as it was raised, in both languages."""
    with pytest.raises(ActiveContent) as caught:
        sandbox.run(bombs.refuse, "JavaScript")
    assert caught.value.fields == {"what_zh": "JavaScript", "what_en": "JavaScript"}
    assert "JavaScript" in caught.value.message.zh
    assert str(caught.value) == caught.value.message.en


def test_errors_pickle() -> None:
    """A refusal survives pickling: class, fields, text."""
    copy = pickle.loads(pickle.dumps(KeywordNotFound(keyword="（盖章）")))  # noqa: S301 - our own
    assert type(copy) is KeywordNotFound
    assert isinstance(copy.message, Text)
    assert "（盖章）" in copy.message.zh


def test_unforeseen_error_is_logged(
    sandbox: ForkedSandbox, caplog: pytest.LogCaptureFixture
) -> None:
    """What the child raised is not shown to the caller but stands in the log."""
    with caplog.at_level(logging.ERROR), pytest.raises(SandboxCrashed):
        sandbox.run(bombs.fail)
    assert "ZeroDivisionError: an unforeseen thing" in caplog.text


@pytest.mark.parametrize("bomb", [bombs.grow, bombs.spin, bombs.chatter])
def test_bomb_is_stopped(sandbox: ForkedSandbox, bomb: object) -> None:
    """Too much memory, time or output is refused as too costly."""
    with pytest.raises(SandboxLimitExceeded):
        sandbox.run(bomb)  # type: ignore[arg-type]
    assert sandbox.run(len, b"abc") == 3


def test_sleeper_is_killed(sandbox: ForkedSandbox) -> None:
    """A child that merely waits is killed when its wall time is over."""
    with pytest.raises(SandboxLimitExceeded):
        sandbox.run(time.sleep, 3_600)


def test_crash_is_told(sandbox: ForkedSandbox) -> None:
    """A child that dies by a signal is a refusal, and the next call works."""
    with pytest.raises(SandboxCrashed):
        sandbox.run(bombs.die)
    assert sandbox.run(len, b"abc") == 3


def test_result_cannot_act_in_the_parent(sandbox: ForkedSandbox, tmp_path: Path) -> None:
    """A crafted pickle from the child calls nothing outside of it."""
    target = tmp_path / "touched"
    with pytest.raises(SandboxCrashed):
        sandbox.run(bombs.smuggle, str(target))
    assert not target.exists()


@pytest.mark.parametrize("crafted", bombs.ESCAPES.values(), ids=bombs.ESCAPES)
def test_crafted_bytes_reach_nothing_in_the_parent(sandbox: ForkedSandbox, crafted: bytes) -> None:
    """No name leads out of its module, loads another, or changes a class of the parent."""
    loaded = set(sys.modules)
    with pytest.raises(SandboxCrashed):
        sandbox.run(bombs.answer_with, crafted)
    assert Level.B_B.value == "B-B"
    assert set(sys.modules) == loaded


def test_child_cannot_write_files(sandbox: ForkedSandbox, tmp_path: Path) -> None:
    """No byte reaches the disk."""
    target = tmp_path / "written"
    with pytest.raises(SandboxCrashed):
        sandbox.run(bombs.write, str(target))
    assert not target.exists() or target.stat().st_size == 0


def test_child_is_alone(sandbox: ForkedSandbox) -> None:
    """The child has one thread and holds no file but the standard ones and its channel."""
    assert sandbox.run(bombs.threads) == 1
    assert sandbox.run(bombs.descriptors) == 4


def test_child_does_not_see_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key-encryption key in the environment stays out of reach of hostile input."""
    monkeypatch.setenv("SEALSERVICE_KEY_ENCRYPTION_KEY", "c2VjcmV0")
    sandbox = ForkedSandbox(LIMITS)
    assert "c2VjcmV0" not in sandbox.run(bombs.environment)
    sandbox.close()


def test_many_threads_at_once(sandbox: ForkedSandbox) -> None:
    """Calls from several threads do not mix."""
    results: dict[int, int] = {}

    def call(number: int) -> None:
        results[number] = sandbox.run(bombs.answer, number)[0]

    callers = [threading.Thread(target=call, args=(number,)) for number in range(24)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert results == {number: number for number in range(24)}


def test_no_more_children_than_allowed() -> None:
    """A call that finds no free place in time is told so."""
    sandbox = ForkedSandbox(dataclasses.replace(LIMITS, sandbox_children=1, sandbox_seconds=1))
    with sandbox._places, pytest.raises(SandboxBusy):
        sandbox.run(len, b"abc")
    assert sandbox.run(len, b"abc") == 3
    sandbox.close()


def test_server_that_died_is_replaced() -> None:
    """Killing the fork server costs nothing but its next start."""
    sandbox = ForkedSandbox(LIMITS)
    before = sandbox.run(os.getppid)
    psutil.Process(before).kill()
    psutil.wait_procs([psutil.Process(before)], timeout=5)
    assert sandbox.run(os.getppid) != before
    sandbox.close()


def _has_child(server: psutil.Process) -> bool:
    return bool(server.children())


def test_a_server_that_ends_under_a_call_costs_its_file_nothing(tmp_path: Path) -> None:
    """Whoever stops the shared server, the calls in it are made once more, on another one."""
    sandbox = ForkedSandbox(dataclasses.replace(LIMITS, sandbox_seconds=60))
    first = psutil.Process(sandbox.run(os.getppid))
    go_on = tmp_path / "go on"
    with ThreadPoolExecutor(1) as elsewhere:
        called = elsewhere.submit(sandbox.run, bombs.wait_for, str(go_on))
        assert wait_until(partial(_has_child, first), SECONDS)
        sandbox.close()
        go_on.touch()
        assert called.result() != first.pid
    sandbox.close()


def test_a_call_whose_servers_keep_ending_may_be_made_again(tmp_path: Path) -> None:
    """After the second server it is not the file that is blamed."""
    sandbox = ForkedSandbox(dataclasses.replace(LIMITS, sandbox_seconds=60))
    with ThreadPoolExecutor(1) as elsewhere:
        called = elsewhere.submit(sandbox.run, bombs.wait_for, str(tmp_path / "never"))
        for _ in range(2):
            assert wait_until(lambda: any(map(_has_child, psutil.Process().children())), SECONDS)
            sandbox.close()
        with pytest.raises(SandboxInterrupted):
            called.result()
    sandbox.close()


def test_close_leaves_no_process() -> None:
    """A closed sandbox has no server and no children."""
    sandbox = ForkedSandbox(LIMITS)
    server = sandbox.run(os.getppid)
    sandbox.close()
    assert not psutil.pid_exists(server)


OWNER = """
import os, time, threading
from sealservice.limits import Limits
from sealservice.infra.sandbox import ForkedSandbox
sandbox = ForkedSandbox(Limits())
print(sandbox.run(os.getppid), flush=True)
threading.Thread(target=sandbox.run, args=(time.sleep, 3600)).start()
"""


def test_killed_owner_leaves_no_process(tmp_path: Path) -> None:
    """After ``kill -9`` of the owner its fork server and a sleeping child end too.

    The owner is a script without a main guard: nothing runs it a second time.
    """
    script = tmp_path / "owner.py"
    script.write_text(OWNER)
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE) as owner:
        assert owner.stdout is not None
        server = psutil.Process(int(owner.stdout.readline()))
        while not (children := server.children()):
            time.sleep(0.01)
        owner.kill()
    _, alive = psutil.wait_procs([server, *children], timeout=10)
    assert alive == []
