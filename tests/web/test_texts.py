"""The catalogue of texts: complete in both languages, and neither more nor less than is used."""

import re
from enum import StrEnum
from pathlib import Path

import pytest

from sealservice.identity.activation import ActivationState
from sealservice.identity.passkeys import FreezeReason
from sealservice.kernel.actor import ActorKind
from sealservice.kernel.facts import Fact
from sealservice.kernel.resources import resource
from sealservice.kernel.text import Language
from sealservice.licenses.issuing import Standing as PrintedStanding
from sealservice.licenses.model import LicenseStatus
from sealservice.notifications.model import DeliveryState
from sealservice.sealing.batch_model import BatchState
from sealservice.sealing.model import Edge, Level, OrderState, Origin
from sealservice.sealing.terms import OnTsaFailure
from sealservice.seals.approval import ApprovalKind
from sealservice.seals.model import SealChange
from sealservice.verification.model import CheckStatus, Coverage, Verdict
from sealservice.verification.reports import ReportFormat
from sealservice.web.license_endings import Answer
from sealservice.web.licenses import Turn
from sealservice.web.orders import Step
from sealservice.web.place_forms import Kind
from sealservice.web.records import SHOWN_FACTS
from sealservice.web.seals import REASONS
from sealservice.web.texts import ChangeKind, catalogue, translator

DONE_BY_PEOPLE = (
    SealChange.FILE,
    SealChange.ACTIVATE,
    SealChange.SUSPEND,
    SealChange.RESUME,
    SealChange.CANCEL,
)


class Standing(StrEnum):
    """Whether a change is permitted, see ``Modification.level``."""

    LEGITIMATE = "legitimate"
    ILLEGITIMATE = "illegitimate"


class ExpertTab(StrEnum):
    """The panels for specialists, see ``_expert.html``."""

    JUDGEMENT = "judgement"
    CERTIFICATES = "certificates"
    TIMES = "times"
    REVISIONS = "revisions"


class Tab(StrEnum):
    """The ways at the bottom of the wallet, see ``wallet_layout.html``."""

    LICENSES = "licenses"
    REQUESTS = "requests"
    LOG = "log"
    DEVICES = "devices"


FAMILIES = {
    "wallet.nav_": Tab,
    "wallet.frozen_": FreezeReason,
    "counter.state_": ActivationState,
    "verdict.": Verdict,
    "check.": CheckStatus,
    "coverage.": Coverage,
    "change.": ChangeKind,
    "reached.": Level,
    "standing.": Standing,
    "expert.": ExpertTab,
    "kept.": ReportFormat,
    "order.": OrderState,
    "approval.": ApprovalKind,
    "actor.": ActorKind,
    "fact.": SHOWN_FACTS,
    "kind.": Kind,
    "origin.": Origin,
    "edge.": Edge,
    "level.": Level,
    "tsa_failure.": OnTsaFailure,
    "step.": Step,
    "batch.": BatchState,
    "seals.do_": DONE_BY_PEOPLE,
    "revocation.": REASONS,
    "licenses.do_": Turn,
    "webhooks.state_": DeliveryState,
    "printed.word_": PrintedStanding,
    "printed.told_": PrintedStanding,
    "licenses.told_": Turn,
    "ending.is_": (LicenseStatus.REVOKED, LicenseStatus.CANCELLED),
    "ending.do_": Answer,
}
FAILURES = {f"failure.{status}" for status in (401, 403, 404, 413, 500, 503, "other")}


def used() -> set[str]:
    """Return every key that the templates ask for."""
    folder = resource("templates/pages")
    html = "".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.html")))
    named = set(re.findall(r"'([a-z]+\.[a-z0-9_]+)'", html))
    files = {path.name for path in folder.iterdir()} | {
        "style.css",
        "verify.css",
        "drop.js",
        "passkeys.js",
        "wallet.js",
        "wallet.css",
        "place.js",
        "icon.svg",
    }
    built = {f"{prefix}{word.value}" for prefix, words in FAMILIES.items() for word in words}
    for prefix in FAMILIES:
        assert f"t('{prefix}' ~ " in html
    return (
        {key for key in named - files - set(FAMILIES) if not key.startswith("vendor")}
        | built
        | FAILURES
    )


def test_no_key_is_missing_or_left_over() -> None:
    """What the templates use and what the catalogue has are the same."""
    assert used() == set(catalogue())


@pytest.mark.parametrize("key", sorted(catalogue()))
def test_both_languages_say_the_same(key: str) -> None:
    """Both languages have a text, with the same fields; Chinese is Chinese, English has none."""
    text = catalogue()[key]
    assert text.zh.strip()
    assert text.en.strip()
    assert set(re.findall(r"\{\w+\}", text.zh)) == set(re.findall(r"\{\w+\}", text.en))
    assert re.search(r"[\u4e00-\u9fff]", text.zh)
    assert not re.search(r"[\u4e00-\u9fff]", text.en)


def test_fields_are_escaped() -> None:
    """Whatever is filled into a text cannot become markup."""
    translate = translator(Language.ZH)
    assert translate("home.welcome", name="<b>") == "&lt;b&gt;，您好"


def test_facts_of_a_record_are_facts() -> None:
    """The history shows only words of the audit vocabulary."""
    assert set(SHOWN_FACTS) <= set(Fact)


def test_templates_load_nothing_from_elsewhere() -> None:
    """No template or file of ours names another host or holds inline code or style."""
    static = Path(__file__).parents[2] / "sealservice" / "web" / "static"
    ours = [*resource("templates/pages").glob("*.html"), *static.glob("*.*")]
    assert len(ours) > 10
    for path in ours:
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "//" not in text.replace("// ", ""), path
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", text), path
