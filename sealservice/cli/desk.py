"""Where a command that needs the engines works: an open installation, its services, an actor.

Whoever sits at the machine acts as its operator, for the oldest organisation of the installation.
"""

import os
import pwd
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from typing import Final, Protocol, TypeVar

from sealservice.bootstrap.demonstration import first_actor
from sealservice.bootstrap.installation import Installation, opened
from sealservice.bootstrap.services import Services, services
from sealservice.cli.call import Call
from sealservice.kernel.actor import Actor
from sealservice.kernel.text import Text

_STARTING: Final = Text("正在启动数据库与对象存储…", "Starting the database and the store…")
_PAGE: Final = 100


class _Listed(Protocol):
    @property
    def id(self) -> str: ...


Row = TypeVar("Row", bound=_Listed)


@dataclass(frozen=True, slots=True)
class Desk:
    """An open installation and who works with it."""

    installation: Installation
    services: Services
    actor: Actor


@contextmanager
def open_installation(call: Call) -> Iterator[Installation]:
    """Start what is not running, and stop again what was started."""
    with ExitStack() as stack:
        with call.output.progress(_STARTING):
            installation = stack.enter_context(opened(call.settings))
        yield installation


@contextmanager
def open_desk(call: Call) -> Iterator[Desk]:
    """Open the installation and everything the web process may use."""
    with ExitStack() as stack:
        with call.output.progress(_STARTING):
            installation = stack.enter_context(opened(call.settings))
            at_hand = stack.enter_context(closing(services(installation)))
            actor = first_actor(at_hand, user_name())
        yield Desk(installation, at_hand, actor)


def everything(page: Callable[[str | None, int], list[Row]]) -> list[Row]:
    """Return all rows of a list that is read page by page, each behind the last id before."""
    rows = newest = page(None, _PAGE)
    while len(newest) == _PAGE:
        newest = page(newest[-1].id, _PAGE)
        rows = [*rows, *newest]
    return rows


def signin_url(desk: Desk, secret: str) -> str:
    """Return the address at which a sign-in link's secret lets somebody in, once."""
    return f"{desk.installation.public_url}/login/{secret}"


def user_name() -> str:
    """Return whose the process is, by name if the system knows one.

    The environment is not asked (LOGNAME, USER): one user would be two people by setting it.
    """
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"
