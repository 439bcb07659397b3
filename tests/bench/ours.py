"""Our presses, each as it brings a document from its bytes to a level."""

from collections.abc import Callable
from datetime import datetime

from sealservice.kernel.clock import utc_now
from sealservice.sealing.model import (
    Level,
    Prepared,
    PreparedSignature,
    RevocationMaterial,
    SignedAttributes,
)
from sealservice.sealing.press.additions import FastAdditions
from sealservice.sealing.press.preparation import FastPreparation
from sealservice.sealing.pyhanko_press import PyHankoPreparation, PyHankoPress
from sealservice.sealing.signed_attributes import signed_attributes_of
from sealservice.sealing.tails import assembled
from tests.bench.site import LIMITS, Site
from tests.world_verification import InProcess

Sealing = Callable[[bytes], bytes]
Preparing = Callable[[bytes, datetime], tuple[PreparedSignature, ...]]


def fast(site: Site, level: Level) -> Sealing:
    """Return the press that reads little; a document that it declines ends the bench."""
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
    return _sealing(
        site, press, level, lambda source, at: preparation.prepare(source, marks, at, level)
    )


class _NoAdditions:
    """Stands behind the fast press, which must not decline what is measured."""

    def status(self, pdf: bytes, material: RevocationMaterial) -> bytes:
        """Refuse."""
        raise NotImplementedError(len(pdf), material)

    def timestamp(self, pdf: bytes, moment: datetime) -> Prepared:
        """Refuse."""
        raise NotImplementedError(len(pdf), moment)


def _sealing(site: Site, press: PyHankoPress, level: Level, prepare: Preparing) -> Sealing:
    """Return what seals a document: prepare, sign, enclose, complete."""
    certificate = site.die.certificate

    def seal(source: bytes) -> bytes:
        (prepared,) = prepare(source, utc_now().replace(microsecond=0))
        revision = prepared.revision
        attributes = signed_attributes_of(source, revision, certificate)
        signed = SignedAttributes(attributes, site.key.sign(attributes))
        container = press.enclose(site.die, signed, level)
        pdf = assembled(source, (revision,), (container.der,))
        return press.complete(pdf, ((site.die, container),), level)

    return seal
