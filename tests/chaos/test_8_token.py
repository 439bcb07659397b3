"""The token that holds every key goes away, comes back, or outlives its signer."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sealservice.config import Settings
from sealservice.sealing.steps import Step
from tests.chaos.conftest import Tell
from tests.chaos.processes import wait_for
from tests.chaos.site import Site, open_site
from tests.soft_token import LABEL, MODULE, SoftToken, made_soft_token

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]


@dataclass(frozen=True)
class TokenSite:
    """An installation of its own, and its token."""

    site: Site
    soft: SoftToken


@pytest.fixture(scope="module")
def hsm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TokenSite]:
    """Open an installation whose keys, P-256, are all in SoftHSM."""
    folder = tmp_path_factory.mktemp("token")
    with pytest.MonkeyPatch.context() as monkeypatch:
        soft = made_soft_token(folder / "softhsm", monkeypatch)
        for name, value in soft.environment().items():
            monkeypatch.setenv(name, value)  # for the signers
        settings = Settings(
            home=folder / "home",
            pkcs11_module=MODULE,
            pkcs11_token=LABEL,
            pkcs11_pin_file=Path(soft.environment()["SEALSERVICE_PKCS11_PIN_FILE"]),
        )
        with open_site(settings) as site:
            yield TokenSite(site, soft)


def test_token_gone_before_it_signs(hsm: TokenSite, tell: Tell) -> None:
    """The order waits, and the signer that was running goes on by itself when it is back."""
    site, order = hsm.site, hsm.site.approved()
    with site.signer(Step.READ) as signer:
        signer.wait_until_halted(Step.READ)
        with hsm.soft.taken_away():
            signer.go_on()
            wait_for(lambda: "TokenNotFound" in signer.log(), "the signer misses its token")
            seen = site.seen(order)
            assert site.versions(order) == []
        site.prove_sealed(order)
    tell("token, taken away", Step.READ, seen, "sealed once, when it is back")


def test_token_gone_before_it_stamps(hsm: TokenSite, tell: Tell) -> None:
    """Our time-stamping unit has its key in there as well: as with any other that fails."""
    site, order = hsm.site, hsm.site.approved()
    with site.signer(Step.USED) as signer:
        signer.wait_until_halted(Step.USED)
        with hsm.soft.taken_away():
            signer.go_on()
            why = site.prove_refused(order, "timestamp_unavailable")
        later = site.approved()
        site.prove_sealed(later)
    outcome = "refused; the same document can be sealed later"
    tell("token, taken away; the time-stamping unit's key is in it", Step.USED, why, outcome)


@pytest.mark.parametrize("step", [Step.SIGNED, Step.USED])
def test_signer_killed_after_the_token_signed(hsm: TokenSite, tell: Tell, step: Step) -> None:
    """A token never signs twice alike; still there is one signature, in the log and in the file."""
    site, order = hsm.site, hsm.site.approved()
    with site.signer(step) as signer:
        signer.wait_until_halted(step)
        signer.kill()
    seen = site.seen(order)
    with site.signer():
        site.prove_sealed(order)
    tell("signer with a token, `kill -9`", step, seen, "sealed once")


def test_token_gone_when_the_signer_starts(hsm: TokenSite, tell: Tell) -> None:
    """The signer ends and says why; started anew with the token it takes the order up."""
    site, order = hsm.site, hsm.site.approved()
    with hsm.soft.taken_away(), site.signer(Step.APPROVED) as signer:
        status = signer.end()
        assert status == 69
        assert "There is no token labelled" in signer.log()
        seen = site.seen(order)
    with site.signer():
        site.prove_sealed(order)
    tell("token, not there when the signer starts", "—", seen, "sealed once, when it is back")
