"""Time stamps: our authority against asn1crypto with the same open key, and the bare signature."""

import secrets
from collections.abc import Callable
from pathlib import Path

from asn1crypto import tsp

from sealservice.kernel.clock import utc_now
from sealservice.trust.domain import chain
from sealservice.trust.model import KeyPurpose
from tests.bench.judging import judge_tokens
from tests.bench.results import Result, Who
from tests.bench.site import Site
from tests.bench.timing import Contender, Effort, alternate, measured
from tests.trust.reference_tokens import ReferenceUnit

_NONCE_BITS = 64


def run(site: Site, effort: Effort, folder: Path) -> Result:
    """Measure answers to queries with certificates and nonce, and have a part of them judged."""
    key = site.unit(KeyPurpose.TIMESTAMP)
    contenders: dict[Who, Contender[bytes]] = {
        Who.OURS: Contender(measured(site.trust.timestamps().respond)),
        Who.WHOLE: Contender(measured(_whole(site))),
        Who.BARE: Contender(measured(lambda query: key.sign(query * 3))),
    }
    alternate(contenders.values(), _queries, effort)
    for who in (Who.OURS, Who.WHOLE):
        judge_tokens(contenders[who].witnessed, site.root, folder)
    return Result.of(contenders)


def _whole(site: Site) -> Callable[[bytes], bytes]:
    """Return an authority that encodes each answer from its values."""
    trust = site.trust
    certificate = trust.unit(trust.plan.timestamp_unit().name)
    issuers = chain(trust.certificates, certificate)[1:]
    key = site.unit(KeyPurpose.TIMESTAMP)
    unit = ReferenceUnit(key, certificate, issuers, trust.timestamps().policy)
    return lambda query: unit.granted(
        query, secrets.randbits(100), utc_now().replace(microsecond=0)
    )


def _queries(count: int) -> list[bytes]:
    return [_query(secrets.token_bytes(32)) for _ in range(count)]


def _query(digest: bytes) -> bytes:
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest}
    fields = {
        "version": "v1",
        "message_imprint": imprint,
        "nonce": secrets.randbits(_NONCE_BITS),
        "cert_req": True,
    }
    encoded: bytes = tsp.TimeStampReq(fields).dump()
    return encoded
