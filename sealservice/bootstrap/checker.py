"""The checker process: asks programs of other people about records, as a role that reads only.

It holds no key and changes nothing; all it writes are its own findings.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from sealservice.bootstrap.installation import Installation
from sealservice.bootstrap.offline import anchors_of
from sealservice.bootstrap.stores import open_stores
from sealservice.config import Settings
from sealservice.infra.judges import judges
from sealservice.infra.processes import ProcessKind
from sealservice.infra.sandbox import ForkedSandbox
from sealservice.infra.sql.second_opinions import SqlOpinions
from sealservice.kernel.clock import utc_now
from sealservice.kernel.log_lines import log_as_lines
from sealservice.verification.second_opinions import Checker, SecondOpinion


@contextmanager
def open_opinions(installation: Installation) -> Iterator[SqlOpinions]:
    """Open the findings, to be read."""
    stores = open_stores(installation, ProcessKind.CHECKER)
    with closing(stores):
        yield SqlOpinions(stores.database)


@contextmanager
def open_checker(installation: Installation) -> Iterator[Checker]:
    """Open the archive, to be read, and the judges."""
    settings = installation.settings
    stores = open_stores(installation, ProcessKind.CHECKER)
    sandbox = ForkedSandbox(settings.limits)
    with closing(stores), closing(sandbox):
        yield Checker(
            opinions=SqlOpinions(stores.database),
            archived=stores.locked,
            judges=judges(settings.limits, sandbox, _roots(settings)),
            clock=utc_now,
            limits=settings.limits,
        )


def serve_checker(installation: Installation) -> None:
    """Look at new records, round after round, until told to stop."""
    log_as_lines()
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    with open_checker(installation) as checker:
        _rounds(checker.look, stopping, installation.settings.limits.second_opinion_pause)


def _rounds(
    look: Callable[[], tuple[SecondOpinion, ...]], stopping: threading.Event, pause: float
) -> None:
    while not stopping.is_set():
        look()
        stopping.wait(pause)


def _roots(settings: Settings) -> bytes | None:
    """Return the roots that time stamps chain up to, as PEM; None before the first ceremony."""
    roots = [x509.load_der_x509_certificate(one.der) for one in anchors_of(settings).anchors]
    return b"".join(one.public_bytes(Encoding.PEM) for one in roots) or None
