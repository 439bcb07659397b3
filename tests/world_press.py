"""A press with everything around it that is real: sandbox, TSA, OCSP and CRLs over HTTP."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import cast

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sealservice.config import Environment
from sealservice.infra.inspection import SandboxedInspector
from sealservice.infra.keys.seal_keys import StoredSealKey, StoredSealKeys
from sealservice.infra.revocation import HttpRevocationSource
from sealservice.infra.timestamps import HttpTimestampSource
from sealservice.kernel.clock import utc_now
from sealservice.kernel.digests import sha256_hex
from sealservice.kernel.sandbox import Sandbox
from sealservice.limits import Limits
from sealservice.sealing.intents import OrderFacts, intent_of
from sealservice.sealing.model import (
    Die,
    Document,
    KeywordPlacement,
    Level,
    Mark,
    OrderRequest,
    PlacedSeal,
    Placement,
    Prepared,
    PreparedSignature,
    SealUse,
    Waiting,
)
from sealservice.sealing.ports import Preparation
from sealservice.sealing.press.additions import FastAdditions
from sealservice.sealing.press.preparation import FastPreparation
from sealservice.sealing.pyhanko_press import PyHankoAdditions, PyHankoPress
from sealservice.sealing.tails import assembled
from sealservice.sealing.terms import UNRESTRICTED, Restrictions
from sealservice.seals.approval import Approved, Assertion, approve
from sealservice.seals.artwork import SealTexts, draw
from sealservice.seals.design import load_design
from sealservice.trust.domain import chain
from tests.authority_server import application, serving
from tests.world_trust import ADMINISTRATOR, PUBLIC_URL, HandClock, TrustWorld, shipped_plan

KEYWORD = "（盖章处）"


@dataclass(frozen=True)
class PressWorld:
    """One seal and everything it takes to use it."""

    trust: TrustWorld
    inspector: SandboxedInspector
    press: PyHankoPress
    die: Die
    keys: StoredSealKeys
    key: StoredSealKey
    preparation: Preparation | None = None
    """Prepares in place of the press."""

    @property
    def root(self) -> bytes:
        """Return the DER of the trusted root."""
        return self.die.chain[-1]

    def limited(self, limits: Limits) -> "PressWorld":
        """Return the world with other limits for what is prepared."""
        faster = FastAdditions(PyHankoAdditions(self.press.sandbox, limits), limits)
        press = replace(self.press, limits=limits, faster=faster)
        return replace(self, press=press, preparation=FastPreparation(press, limits))

    def seal(
        self,
        source: bytes,
        level: Level = Level.B_B,
        placement: Placement | None = None,
        *placements: Placement,
    ) -> bytes:
        """Seal a document as an order does: find, prepare, approve, sign, complete."""
        prepared = self.prepare(source, placement, *placements)
        return self.sign(source, prepared, level)

    def sign(
        self, source: bytes, prepared: tuple[PreparedSignature, ...], level: Level = Level.B_B
    ) -> bytes:
        """Approve, sign and complete a prepared document."""
        approved = self.approve(source, prepared, level)
        earlier: list[tuple[Prepared, bytes]] = []
        made = []
        for one in prepared:
            waiting = Waiting(source, tuple(earlier), one.revision)
            signed = self.key.sign(approved, waiting)
            container = self.press.enclose(self.die, signed, level)
            made.append((self.die, container))
            earlier.append((one.revision, container.der))
        revisions, containers = zip(*earlier, strict=True)
        return self.press.complete(assembled(source, revisions, containers), tuple(made), level)

    def prepare(
        self,
        source: bytes,
        placement: Placement | None = None,
        *placements: Placement,
        level: Level = Level.B_LTA,
        restrictions: Restrictions = UNRESTRICTED,
    ) -> tuple[PreparedSignature, ...]:
        """Find the places of the seal and prepare its revisions."""
        artwork = self.die.artwork
        places = (placement or KeywordPlacement(KEYWORD), *placements)
        wanted = PlacedSeal(artwork.width_mm, artwork.height_mm, places)
        (found,) = self.inspector.locate(source, (wanted,))
        moment = utc_now().replace(microsecond=0)
        marks = (Mark(self.die, found),)
        preparation = self.preparation or self.press
        return preparation.prepare(source, marks, moment, level, restrictions)

    def approve(
        self, source: bytes, prepared: tuple[PreparedSignature, ...], level: Level = Level.B_B
    ) -> Approved:
        """Approve a prepared document as a demonstration holder."""
        now = utc_now()
        document = Document(
            "doc_1", "org_1", "form.pdf", sha256_hex(source), len(source), 1, "key", now
        )
        uses = (SealUse(self.die.seal_id, (KeywordPlacement(KEYWORD),)),)
        request = OrderRequest(document.id, uses, level)
        dies = {self.die.seal_id: self.die}
        facts = OrderFacts(ADMINISTRATOR, document, source, dies, prepared, request)
        intent = intent_of(facts, now + timedelta(minutes=5))
        holder = ec.generate_private_key(ec.SECP256R1())
        signature = holder.sign(intent.challenge, ec.ECDSA(hashes.SHA256()))
        spki = holder.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        assertion = Assertion("holder_1", signature)
        return approve(intent, assertion, spki, Environment.DEMONSTRATION, now)


@contextmanager
def press_world(plan: str, sandbox: Sandbox, limits: Limits | None = None) -> Iterator[PressWorld]:
    """Give a world whose trust domain was made by a shipped ceremony and answers over HTTP."""
    trust = TrustWorld(plan=shipped_plan(plan), clock=cast("HandClock", utc_now))
    with press_world_of(trust, sandbox, limits) as world:
        yield world


@contextmanager
def press_world_of(
    trust: TrustWorld, sandbox: Sandbox, limits: Limits | None = None
) -> Iterator[PressWorld]:
    """Perform a trust domain's ceremony and give a world in which it answers over HTTP."""
    limits = limits or Limits()
    trust.perform()
    certificate = trust.seal_certificate()
    leaf, *issuers = (link.der for link in chain(trust.certificates, certificate))
    number = f"350100{secrets.randbelow(10**7):07}"
    artwork = draw(
        load_design("official"), SealTexts("示范贸易有限公司", code=number, mark="测试专用")
    )
    die = Die("seal_1", leaf, tuple(issuers), certificate.algorithm, artwork)
    with serving(application(trust)) as url:
        timestamps = HttpTimestampSource(f"{url}/tsa", [issuers[-1]], limits, utc_now)
        revocation = HttpRevocationSource({PUBLIC_URL: url}, limits, utc_now)
        faster = FastAdditions(PyHankoAdditions(sandbox, limits), limits)
        press = PyHankoPress(sandbox, timestamps, revocation, limits, faster=faster)
        keys = StoredSealKeys(trust.keys)
        key = keys.open(certificate.key_id, leaf)
        inspector, fast = SandboxedInspector(sandbox, limits), FastPreparation(press, limits)
        yield PressWorld(trust, inspector, press, die, keys, key, fast)
        timestamps.close()
        revocation.close()
