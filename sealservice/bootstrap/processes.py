"""Processes that a command needs beside itself: started when missing, stopped by the last user.

The rules are those of the engines (``bootstrap/embedded``): users hold a shared lock; whoever is
last stops what a command started. A signer that an administrator runs by hand, or on another
machine, leaves no pid file here: it is only ever asked, never stopped.
"""

import http.client
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from sealservice.bootstrap.embedded.child import Child, Steps
from sealservice.bootstrap.embedded.lease import Lease, start_lock
from sealservice.bootstrap.installation import Installation, make_home

_START_SECONDS: Final = 60.0
_PROBE_SECONDS: Final = 1.0
_STOP: Final[Steps] = ((signal.SIGTERM, 15.0), (signal.SIGKILL, 5.0))


@contextmanager
def signer_running(installation: Installation) -> Iterator[None]:
    """Have a signer process for as long as the block lasts.

    Raises:
        EngineFailed: it does not answer in time; the error names its log.
    """
    child = _child(installation, "signer")
    lease = Lease(child.folder)
    try:
        with start_lock(child.folder):
            lease.share()
            _ensure(child, "signer", f"{installation.signer_url}/livez", installation)
        yield
    finally:
        with start_lock(child.folder):
            if lease.is_last():
                _stop(child)
        lease.close()


@contextmanager
def web_running(installation: Installation) -> Iterator[None]:
    """Have a web process of our own for as long as the block lasts.

    Raises:
        EngineFailed: it does not answer in time; the error names its log.
    """
    host, port = installation.web_listen
    child = _child(installation, "web")
    try:
        _ensure(child, "web", f"http://{host}:{port}/livez", installation)
        yield
    finally:
        _stop(child)


@contextmanager
def worker_running(installation: Installation) -> Iterator[None]:
    """Have a worker process of our own for as long as the block lasts."""
    child = _child(installation, "worker")
    try:
        _stop(child)
        command = _command("worker", installation)
        child.start(command, lambda: child.pid() is not None, _START_SECONDS)
        yield
    finally:
        _stop(child)


def answers(url: str) -> bool:
    """Return whether something answers 200 under an http URL within a second."""
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.netloc, timeout=_PROBE_SECONDS)
    try:
        connection.request("GET", address.path)
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _child(installation: Installation, name: str) -> Child:
    make_home(installation.settings)
    home = installation.settings.home
    folder = home / name
    for needed in (folder, home / "log"):
        needed.mkdir(mode=0o700, exist_ok=True)
    return Child(name, folder, _mark(name, installation), home / "log" / f"{name}.log")


def _mark(name: str, installation: Installation) -> str:
    """Return an interpreter option that only this process of this home has."""
    return f"sealservice={name}@{installation.settings.home}"


def _command(name: str, installation: Installation) -> list[str]:
    interpreter = [sys.executable, "-P", "-X", _mark(name, installation)]
    home = str(installation.settings.home)
    return [*interpreter, "-m", "sealservice.cli", name, "--home", home]


def _ensure(child: Child, name: str, url: str, installation: Installation) -> None:
    if answers(url):
        return
    _stop(child)
    child.start(_command(name, installation), lambda: answers(url), _START_SECONDS)


def _stop(child: Child) -> None:
    pid = child.pid()
    if pid is not None:
        child.end(pid, _STOP)
    (child.folder / "pid").unlink(missing_ok=True)
