"""Our presses, each as it brings a document from its bytes to a level."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Final

from sealservice.kernel.clock import utc_now
from sealservice.kernel.digests import sha256_hex
from sealservice.kernel.facts import Fact
from sealservice.sealing.fed import Fed
from sealservice.sealing.model import (
    Level,
    Prepared,
    PreparedSignature,
    RevocationMaterial,
    SignedAttributes,
    Waiting,
)
from sealservice.sealing.press.additions import FastAdditions
from sealservice.sealing.press.preparation import FastPreparation
from sealservice.sealing.press.self_check import check
from sealservice.sealing.pyhanko_press import PyHankoPreparation, PyHankoPress
from sealservice.sealing.signed_attributes import attributes_with, digest_behind
from tests.bench.site import LIMITS, Site
from tests.world_verification import InProcess

Chunks = tuple[bytes, ...]
"""A sealed document as it is written: the source, and what follows it."""
Sealing = Callable[[bytes], Chunks]
FedSealing = Callable[[Fed], Chunks]
_CHUNK: Final = 1 << 20
Preparing = Callable[[bytes, datetime], tuple[PreparedSignature, ...]]


def fast(site: Site, level: Level) -> Sealing:
    """Return the press that reads little; a document that it declines ends the bench."""
    seal = fast_fed(site, level)
    return lambda source: seal(Fed(source))


def fed(source: bytes) -> Fed:
    """Return a document that was hashed while it arrived."""
    return Fed.of_chunks(source[at : at + _CHUNK] for at in range(0, len(source), _CHUNK))


def fast_fed(site: Site, level: Level) -> FedSealing:
    """Return the same for documents that were hashed, or will be when that is needed."""
    preparation = FastPreparation(PyHankoPreparation(InProcess(), LIMITS), LIMITS)
    marks = site.marks
    press = PyHankoPress(
        InProcess(),
        site.timestamps,
        site.revocation,
        LIMITS,
        faster=FastAdditions(_NoAdditions(), LIMITS),
    )
    return _sealing(
        site, press, level, lambda source, at: preparation.prepare_here(source, marks, at)
    )


def by_pyhanko(site: Site, level: Level) -> Sealing:
    """Return the press that leaves the writing to pyHanko, here without its sandbox."""
    preparation = PyHankoPreparation(InProcess(), LIMITS)
    marks = site.marks
    press = PyHankoPress(InProcess(), site.timestamps, site.revocation, LIMITS)
    seal = _sealing(
        site, press, level, lambda source, at: preparation.prepare(source, marks, at, level)
    )
    return lambda source: seal(Fed(source))


class _NoAdditions:
    """Stands behind the fast press, which must not decline what is measured."""

    def status(self, pdf: bytes, material: RevocationMaterial) -> bytes:
        """Refuse."""
        raise NotImplementedError(len(pdf), material)

    def timestamp(self, pdf: bytes, moment: datetime) -> Prepared:
        """Refuse."""
        raise NotImplementedError(len(pdf), moment)


def _sealing(site: Site, press: PyHankoPress, level: Level, prepare: Preparing) -> FedSealing:
    """Return what seals a document: prepare, sign, enclose, look at it, tell the log, complete."""
    certificate, digest = site.die.certificate, site.die.algorithm.digest

    def seal(fed: Fed) -> Chunks:
        source = fed.source
        (prepared,) = prepare(source, utc_now().replace(microsecond=0))
        revision = prepared.revision
        attributes = attributes_with(digest_behind(fed, revision, digest), certificate)
        signed = SignedAttributes(attributes, site.key.sign(attributes))
        container = press.enclose(site.die, signed, level)
        tail = check(fed, Waiting(source, (), revision), container.der, site.die, LIMITS)
        _leaf(site, revision, signed)
        if level is Level.B_B:
            return source, tail
        return (press.complete(source + tail, ((site.die, container),), level),)

    return seal


def _leaf(site: Site, revision: Prepared, signed: SignedAttributes) -> str:
    """Return what the audit log says of the use of a seal, encoded as its row."""
    detail = {
        "seal_id": site.die.seal_id,
        "field": revision.field,
        "signature_sha256": sha256_hex(signed.signature),
    }
    said = {"at": utc_now().isoformat(), "fact": Fact.SEAL_USED.value, "detail": detail}
    return json.dumps(said)
