"""The demonstration: everything from nothing to a sealed, archived, verified PDF.

Its holder is a stand-in, see ``demonstration_holder.py``; production refuses it.

1. The key ceremony makes the demonstration trust domain, unless it is there.
2. An organisation, an e-license, its holder and its official seal, unless they are there.
3. A bank account opening form, filled from the license face.
4. The form is stored, an order placed, approved, sealed, archived.
5. The record's bytes are written out and verified as a stranger would: from the file and the root.
"""

import json
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

from sealservice.archive.model import Record
from sealservice.bootstrap.demonstration_holder import DemonstrationHolder
from sealservice.bootstrap.embedded.home import write_private
from sealservice.bootstrap.enrolment import approve_as_operator
from sealservice.bootstrap.installation import Installation
from sealservice.bootstrap.offline import ROOTS, verifier
from sealservice.bootstrap.processes import signer_running
from sealservice.bootstrap.services import Services, services
from sealservice.bootstrap.trust import Ceremonies, performed_plan
from sealservice.bootstrap.waiting import finished_order, made_seal, record_of
from sealservice.kernel.actor import Actor, operator
from sealservice.kernel.json import JsonObject
from sealservice.kernel.resources import resource
from sealservice.kernel.text import Text
from sealservice.licenses.model import License
from sealservice.licenses.uscc import parse_uscc
from sealservice.sealing.model import (
    KeywordPlacement,
    Level,
    OrderRequest,
    SealUse,
)
from sealservice.seals.model import Seal, SealState
from sealservice.trust.errors import CeremonyMissing
from sealservice.verification.model import Report

_OPERATOR: Final = "demonstration"
_MATTER: Final = "bank-account-opening"
_KEYWORD: Final = "（盖章）"
_ORGANISATION: Final = "示例政务服务中心（演示）"
Step = Callable[[Text], None]


@dataclass(frozen=True, slots=True)
class DemoOutcome:
    """What ``demo.json`` says."""

    sealed_pdf: str
    form_pdf: str
    record_id: str
    object_key: str
    version_id: str
    verdict: str
    level: str
    root_certificate: str
    web_url: str
    seconds: float


def first_actor(at_hand: Services, user: str) -> Actor:
    """Return the operator acting for the oldest organisation, which is founded when missing."""
    found = at_hand.organisations.page(None, 1)
    if found:
        return operator(user, found[0].id)
    founder = operator(user, "")
    return operator(user, at_hand.staff.create_organisation(founder, _ORGANISATION).id)


def run_once(installation: Installation, step: Step) -> DemoOutcome:
    """Do the main job once, and write ``demo.json``.

    Raises:
        DemonstrationRefused: in production.
        SealserviceError: whatever a step refused.
    """
    started = time.monotonic()
    DemonstrationHolder.of(installation)
    ensure_ceremony(installation, step)
    at_hand = services(installation)
    try:
        at_hand.sandbox.warm()  # while the signer starts
        with signer_running(installation):
            outcome = _Run(installation, at_hand, first_actor(at_hand, _OPERATOR), step).outcome()
    finally:
        at_hand.close()
    outcome = replace(outcome, seconds=round(time.monotonic() - started, 2))
    facts = json.dumps(asdict(outcome), ensure_ascii=False, indent=2)
    write_private(installation.settings.home / "demo.json", facts + "\n")
    return outcome


def ensure_ceremony(installation: Installation, step: Step) -> None:
    """Make the demonstration trust domain, or complete one that a power cut left half-kept."""
    with suppress(CeremonyMissing):
        performed_plan(installation)
        return
    step(Text("密钥仪式：生成演示信任域", "Key ceremony: making the demonstration trust domain"))
    plan = resource("keys/ceremonies/demonstration.yaml")
    Ceremonies(installation).perform(plan, operator(_OPERATOR, ""))


@dataclass(frozen=True, slots=True)
class _Run:
    """One run of the main job (steps 2 to 5)."""

    installation: Installation
    at_hand: Services
    actor: Actor
    step: Step

    def outcome(self) -> DemoOutcome:
        self.step(Text("登记电子营业执照，制作公章", "Registering the e-license, making its seal"))
        license_ = self._license()
        seal = self._seal(license_)
        self.step(Text("由照面信息预填开户申请书", "Filling the form from the license face"))
        answers = _sample("bank-account-opening.json")
        form = self.at_hand.matters.fill(_MATTER, license_, answers)
        form_file = self._written(form.filename, form.pdf)
        self.step(Text("授权、用印、加时间戳、归档", "Approving, sealing, timestamping, archiving"))
        record, pdf = self._sealed(form.filename, form.pdf, seal)
        sealed_file = self._written(form.filename.replace(".pdf", "-sealed.pdf"), pdf)
        self.step(Text("验章", "Verifying"))
        settings = self.installation.settings
        report = self._verified(sealed_file)
        return DemoOutcome(
            sealed_pdf=str(sealed_file),
            form_pdf=str(form_file),
            record_id=record.id,
            object_key=record.stored.object_key,
            version_id=record.stored.version_id,
            verdict=report.verdict.value,
            level=report.signatures[0].level,
            root_certificate=str(settings.home / ROOTS / "root.pem"),
            web_url=self.installation.public_url,
            seconds=0.0,
        )

    def _license(self) -> License:
        face = _sample("license.json")
        uscc = parse_uscc(str(face["uscc"]))
        known = self.at_hand.stores.licenses.by_uscc(self.actor.organisation_id, uscc)
        return known or self.at_hand.licenses.register(self.actor, face)

    def _seal(self, license_: License) -> Seal:
        """Return the license's active seal, applied for and waited for when there is none."""
        for seal in self.at_hand.seals.page(self.actor, None, 100):
            if seal.license_id == license_.id and seal.state is SealState.ACTIVE:
                return seal
        applied = self.at_hand.seals.apply(self.actor, license_.id)
        return made_seal(self.at_hand, self.actor, applied.id)

    def _sealed(self, filename: str, pdf: bytes, seal: Seal) -> tuple[Record, bytes]:
        orders = self.at_hand.orders
        document = orders.store_document(self.actor, filename, pdf)
        request = OrderRequest(
            document_id=document.id,
            seals=(SealUse(seal.id, (KeywordPlacement(_KEYWORD),)),),
            level=Level.B_LTA,
            purpose="演示：单位银行结算账户开户申请",
        )
        order = orders.place(self.actor, request)
        approve_as_operator(self.installation, self.at_hand, self.actor, order)
        finished = finished_order(self.at_hand, self.actor, order.id)
        return self.at_hand.archive.fetch(self.actor, record_of(finished))

    def _verified(self, file: Path) -> Report:
        stranger = verifier(self.installation.settings, sandbox=self.at_hand.sandbox)
        return stranger.verify(file.name, file.read_bytes())

    def _written(self, name: str, data: bytes) -> Path:
        folder = self.installation.settings.home / "documents"
        folder.mkdir(mode=0o700, exist_ok=True)
        write_private(folder / name, data)
        return folder / name


def _sample(name: str) -> JsonObject:
    content: JsonObject = json.loads(resource(f"templates/samples/{name}").read_text("utf-8"))
    return content
