"""A real installation that strangers can reach: private engines, signer, web process, two tenants.

It is the demonstration's home, so that everything in it (keys, seal, order, record) came about as
it does for anybody. The web process has limits that can be reached in a test's time.
"""

import json
import resource
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import psutil
import pytest

from sealservice.bootstrap.demonstration import DemoOutcome, ensure_ceremony, run_once
from sealservice.bootstrap.installation import Installation, opened
from sealservice.bootstrap.processes import signer_running, web_running, worker_running
from sealservice.bootstrap.services import Services, services
from sealservice.config import Settings
from sealservice.identity.model import Role
from sealservice.kernel.actor import Actor, Permission, operator
from sealservice.kernel.text import Text
from sealservice.limits import MEBIBYTE
from tests.api.conftest import Caller

DOCUMENT_BYTES: Final = 8 * MEBIBYTE
BODIES_BYTES: Final = 4 * DOCUMENT_BYTES
LIMITS: Final = {
    "document_bytes": DOCUMENT_BYTES,
    "verified_bytes": DOCUMENT_BYTES,
    "bodies_bytes": BODIES_BYTES,
    "head_seconds": 1.0,
    "body_idle_seconds": 1.0,
    "body_seconds": 2.0,
    "event_stream_seconds": 1,
    "sandbox_bytes": 768 * MEBIBYTE,
    "sandbox_seconds": 6,
}
SECONDS: Final = 60


class WireClient:
    """Sends requests to the web process; has the calls of ``tests.edge_client.EdgeClient``."""

    def __init__(self, url: str) -> None:
        self._client = httpx.Client(base_url=url, timeout=SECONDS, trust_env=False)

    def request(self, method: str, path: str, **arguments: Any) -> httpx.Response:  # noqa: ANN401 - as httpx has them
        """Send one request and return the whole answer."""
        return self._client.request(method, path, **arguments)

    def get(self, path: str, **arguments: Any) -> httpx.Response:  # noqa: ANN401 - as httpx has them
        """Send a GET."""
        return self.request("GET", path, **arguments)

    def post(self, path: str, **arguments: Any) -> httpx.Response:  # noqa: ANN401 - as httpx has them
        """Send a POST."""
        return self.request("POST", path, **arguments)

    def close(self) -> None:
        """Close kept connections."""
        self._client.close()


@dataclass(frozen=True)
class Tenant:
    """An organisation: its operator, and a program with a key that may do everything."""

    actor: Actor
    caller: Caller


@dataclass(frozen=True)
class House:
    """The installation, and who lives in it."""

    installation: Installation
    at_hand: Services
    outcome: DemoOutcome
    ours: Tenant
    theirs: Tenant

    @property
    def home(self) -> Path:
        """Return the home folder."""
        return self.installation.settings.home

    @property
    def url(self) -> str:
        """Return the address of the web process."""
        return self.installation.public_url

    @property
    def form(self) -> bytes:
        """Return the form that the demonstration sealed."""
        return Path(self.outcome.form_pdf).read_bytes()

    @property
    def web(self) -> psutil.Process:
        """Return the web process."""
        return psutil.Process(int((self.home / "web" / "pid").read_text("utf-8")))

    @property
    def logs(self) -> dict[str, str]:
        """Return what stands in each log of the home."""
        files = (self.home / "log").iterdir()
        return {file.name: file.read_text("utf-8", "backslashreplace") for file in files}

    def signed_in(self, tenant: Tenant, *roles: Role) -> httpx.Client:
        """Return a browser in which a new person of an organisation has signed in."""
        person = self.at_hand.staff.create_staff(tenant.actor, "李雷", frozenset(roles or Role))
        secret = self.at_hand.staff.create_signin_link(tenant.actor, person.id)
        browser = httpx.Client(base_url=self.url, timeout=SECONDS, trust_env=False)
        answer = browser.post(f"/login/{secret}", headers={"Origin": self.url})
        assert answer.status_code == 303
        return browser


def _tenant(stack: ExitStack, at_hand: Services, url: str, organisation_id: str) -> Tenant:
    actor = operator("security", organisation_id)
    _, secret = at_hand.api_keys.create_api_key(actor, "security", frozenset(Permission))
    client = WireClient(url)
    stack.callback(client.close)
    return Tenant(actor, Caller(client, secret))  # type: ignore[arg-type] - same calls


def _quietly(_: Text) -> None:
    """Tell nobody how far it is."""


@contextmanager
def served(home: Path) -> Iterator[House]:
    """Run the demonstration in a new home and serve it."""
    with ExitStack() as stack:
        core = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (core[1], core[1]))  # as where core files are kept
        stack.callback(resource.setrlimit, resource.RLIMIT_CORE, core)
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setenv("SEALSERVICE_LIMITS", json.dumps(LIMITS))
        installation = stack.enter_context(opened(Settings(home=home)))
        ensure_ceremony(installation, _quietly)
        stack.enter_context(signer_running(installation))
        stack.enter_context(worker_running(installation))
        stack.enter_context(web_running(installation))
        outcome = run_once(installation, _quietly)
        at_hand = services(installation)
        stack.callback(at_hand.close)
        first = at_hand.organisations.page(None, 1)[0]
        other = at_hand.staff.create_organisation(operator("security", ""), "他方有限公司")
        ours, theirs = (
            _tenant(stack, at_hand, installation.public_url, one.id) for one in (first, other)
        )
        yield House(installation, at_hand, outcome, ours, theirs)
