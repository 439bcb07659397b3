"""All of ``docker/compose.yaml`` as plain processes: set up, hold a ceremony, seal, verify."""

import contextlib
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.cluster import Cluster
from tests.composition import composition, image_environment

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(300)]

PUBLIC_URL = "http://seal.test"
CEREMONY = "keys/ceremonies/demonstration.yaml"
SAMPLES = Path(__file__).resolve().parents[2] / "templates" / "samples"
PROGRAM = Path(sys.executable).with_name("sealservice")
_READY_SECONDS = 60
_PAUSE_SECONDS = 0.5


class Composition:
    """The services of the file that run our own program."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._services: Mapping[str, Mapping[str, Any]] = composition(
            SEALSERVICE_PUBLIC_URL=PUBLIC_URL, SEALSERVICE_ENVIRONMENT="demonstration"
        )["services"]
        self._folder = cluster.folder / "sealservice"
        (self._folder / "roots").mkdir(parents=True)

    def call(self, service: str, *arguments: str | Path) -> str:
        """Do what ``docker compose run --rm SERVICE ARGUMENTS`` does; return what it printed."""
        done = subprocess.run(
            [PROGRAM, *arguments], env=self.environment(service), check=False,
            capture_output=True, timeout=120, text=True,
        )  # fmt: skip
        assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
        return done.stdout

    def failure(self, service: str, *arguments: str | Path) -> str:
        """Do what ``call`` does, and return what a refusal says."""
        with pytest.raises(AssertionError) as caught:
            self.call(service, *arguments)
        return str(caught.value)

    def value(self, service: str, *arguments: str | Path) -> Any:  # noqa: ANN401 - printed JSON
        """Return what a call prints as JSON."""
        return json.loads(self.call(service, *arguments, "--json"))

    @contextlib.contextmanager
    def running(self, service: str) -> Iterator[None]:
        """Run a service, healthy, while the block lasts."""
        environment = self.environment(service)
        with (self._folder / f"{service}.log").open("ab") as log:
            process = subprocess.Popen(
                [PROGRAM, *self._services[service]["command"]], env=environment,
                stdout=log, stderr=log,
            )  # fmt: skip
        try:
            deadline = time.monotonic() + _READY_SECONDS
            while not self.is_healthy(service):
                assert process.poll() is None, (self._folder / f"{service}.log").read_text()
                assert time.monotonic() < deadline, (self._folder / f"{service}.log").read_text()
                time.sleep(_PAUSE_SECONDS)
            yield
        finally:
            process.terminate()
            process.wait(30)

    def is_healthy(self, service: str) -> bool:
        """Return what the file's health check of a service says."""
        _, python, *words = self._services[service]["healthcheck"]["test"]
        assert python == "python"
        words = [word.replace("127.0.0.1", self._cluster.address(service)) for word in words]
        environment = self.environment(service)
        return (
            subprocess.run([sys.executable, *words], env=environment, check=False).returncode == 0
        )

    def environment(self, service: str) -> dict[str, str]:
        """Return a service's variables, the image's included, with the places of this machine."""
        loopback = {"SEALSERVICE_SIGNER_URL": f"http://{self._cluster.address(service)}:8081"}
        given = {**image_environment(), **loopback, **self._services[service]["environment"]}
        home = self._folder / service
        home.mkdir(exist_ok=True)
        if not (home / "roots").exists():
            (home / "roots").symlink_to(self._folder / "roots")
        placed = {name: self._placed(service, value) for name, value in given.items()}
        return {"PATH": os.environ["PATH"], **placed, "SEALSERVICE_HOME": str(home)}

    def _placed(self, service: str, value: str) -> str:
        database = f"postgresql:///sealservice?host={self._cluster.database_host}"
        value = value.replace("postgresql://postgres/sealservice", database)
        value = value.replace("/run/secrets", str(self._cluster.folder / "secrets"))
        value = value.replace("0.0.0.0", self._cluster.address(service))  # noqa: S104 - replaced
        return re.sub(
            r"(?<=http://)(s3|signer)(?=:)", lambda host: self._cluster.address(host[0]), value
        )


@pytest.fixture(scope="module")
def composed(cluster: Cluster) -> Composition:
    """Give the composition after its setup and a ceremony, as README.md says."""
    composed = Composition(cluster)
    composed.call("setup", "setup")
    composed.call("setup", "setup")
    composed.call("signer", "keys", "ceremony", CEREMONY)
    return composed


def test_everything_of_the_file_seals_and_verifies(composed: Composition, tmp_path: Path) -> None:
    """With the file's own settings, roles and secrets a form is filled, sealed and archived.

    The demonstration's holder is enrolled by whoever has the credentials of ``setup``, and by no
    service that runs.
    """
    sealed = tmp_path / "sealed.pdf"
    with composed.running("signer"), composed.running("worker"), composed.running("web"):
        license_ = composed.value("web", "license", "register", SAMPLES / "license.json")
        seal = composed.value("web", "seal", "make", "--license", license_["id"])
        composed.call(
            "web", "matter", "fill", "bank-account-opening", "--license", license_["id"],
            "--data", SAMPLES / "bank-account-opening.json", "--out", tmp_path / "form.pdf",
        )  # fmt: skip
        wanted = ("seal-pdf", tmp_path / "form.pdf", sealed, "--seal", seal["id"])
        refused = composed.failure("web", *wanted, "--keyword", "（盖章）")
        assert "sealservice license enrol" in refused
        composed.call("setup", *wanted, "--keyword", "（盖章）")
        assert composed.value("web", "verify", sealed)["verdict"] == "valid"


def test_health_of_the_worker_is_its_own(composed: Composition) -> None:
    """Without a worker process, the worker's health check says so."""
    assert not composed.is_healthy("worker")
    with composed.running("worker"):
        assert composed.is_healthy("worker")
    assert not composed.is_healthy("worker")
