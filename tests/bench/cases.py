"""The cases of sealing: which document, key and level, and who takes part."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sealservice.sealing.model import Level
from sealservice.trust.model import KeyPurpose
from tests.bench import ours, pdfbox_rival, pyhanko_rival
from tests.bench.corpus import LARGE, MIDDLE, SMALL, Kind, corpus
from tests.bench.judging import judge_documents
from tests.bench.results import Result, Who
from tests.bench.site import Site
from tests.bench.timing import (
    MOST_IN_A_BATCH,
    Contender,
    Effort,
    alternate,
    measured,
    measured_from,
)

_MOST_BYTES: Final = 256_000_000
"""Of the documents of one batch."""
_HASHED_FROM: Final = 1_000_000
"""Documents of so many bytes are compared with hashing them, smaller ones with signing."""


Contenders = dict[Who, Contender[bytes]]


@dataclass(frozen=True)
class Case:
    """A way of sealing that is measured."""

    name: str
    algorithm: str
    kind: Kind = SMALL
    level: Level = Level.B_B
    is_fed: bool = False
    """Whether only our work after the last byte counts; compared with the signature alone."""


CASES: Final = (
    Case("visible_bb_50k_rsa2048", "rsa2048"),
    Case("visible_bb_50k_rsa3072pss", "rsa3072-pss"),
    Case("visible_bb_50k_p256", "p256"),
    Case("visible_bb_50k_p256_xref_stream", "p256", Kind(1, 50_000, has_xref_stream=True)),
    Case("visible_bb_50k_p256_10_revisions", "p256", Kind(1, 50_000, revisions=10)),
    Case("visible_bb_50k_p256_40_revisions", "p256", Kind(1, 50_000, revisions=40)),
    Case(
        "visible_bb_50k_p256_xref_stream_40_revisions",
        "p256",
        Kind(1, 50_000, has_xref_stream=True, revisions=40),
    ),
    Case("visible_bb_2m_p256", "p256", MIDDLE),
    Case("visible_bb_60m_p256", "p256", LARGE),
    Case("after_last_byte_2m_p256", "p256", MIDDLE, is_fed=True),
    Case("after_last_byte_60m_p256", "p256", LARGE, is_fed=True),
    Case("bt_50k_rsa2048", "rsa2048", level=Level.B_T),
    Case("blt_50k_p256", "p256", level=Level.B_LT),
    Case("blta_50k_rsa2048", "rsa2048", level=Level.B_LTA),
    Case("blta_50k_p256", "p256", level=Level.B_LTA),
)


def run(case: Case, site: Site, effort: Effort, folder: Path) -> Result:
    """Measure a case, and have a part of what was made judged."""
    documents = corpus(case.kind)
    with _rival(case, site, folder) as rival:
        contenders = _after_upload(case, site) if case.is_fed else _whole(case, site)
        if rival is not None:
            contenders[Who.PDFBOX] = Contender(rival.seal, is_slow_to_warm=True)
        most = max(1, _MOST_BYTES // case.kind.size)
        alternate(contenders.values(), documents.fresh, effort, min(most, MOST_IN_A_BATCH))
    for who, contender in contenders.items():
        if who is not Who.BARE:
            is_sound = who is not Who.PDFBOX
            made, root = contender.witnessed, site.root
            judge_documents(made, case.level, root, folder, is_asking_qpdf=is_sound)
    return Result.of(contenders)


def _whole(case: Case, site: Site) -> Contenders:
    """Return who brings a document from its bytes to its level."""
    return {
        Who.OURS: Contender(measured(ours.fast(site, case.level))),
        Who.SECOND: Contender(measured(ours.by_pyhanko(site, case.level))),
        Who.SHIPPED: Contender(measured(pyhanko_rival.shipped(site, case.level))),
        Who.TUNED: Contender(measured(pyhanko_rival.tuned(site, case.level))),
        Who.BARE: Contender(measured(_bare(case, site))),
    }


def _after_upload(case: Case, site: Site) -> Contenders:
    """Return us alone, the document having been hashed while it arrived."""
    seal = ours.fast_fed(site, case.level)
    return {
        Who.OURS: Contender(measured_from(seal, ours.fed)),
        Who.BARE: Contender(measured(lambda document: site.key.sign(document[-200:]))),
    }


@contextmanager
def _rival(case: Case, site: Site, folder: Path) -> Iterator[pdfbox_rival.PdfBox | None]:
    """Start PDFBox where it is present, for what it knows."""
    takes_part = case.level is Level.B_B and not case.is_fed and pdfbox_rival.is_present()
    with pdfbox_rival.pdfbox(site, case.level, folder) if takes_part else nullcontext() as rival:
        yield rival


def _bare(case: Case, site: Site) -> Callable[[bytes], bytes]:
    """Return the part that nobody can do without: the signatures, or hashing a large document."""
    if case.kind.size >= _HASHED_FROM:
        return lambda document: hashlib.sha256(document).digest()
    seal, stamp, status = site.key, site.unit(KeyPurpose.TIMESTAMP), site.unit(KeyPurpose.OCSP)
    keys = {
        Level.B_B: (seal,),
        Level.B_T: (seal, stamp),
        Level.B_LT: (seal, stamp, status),
        Level.B_LTA: (seal, stamp, status, stamp),
    }[case.level]
    return lambda document: [key.sign(document[-200:]) for key in keys][-1]
