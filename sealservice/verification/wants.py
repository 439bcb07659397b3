"""What a verification lacks, and what may be had for it from the network.

1. The status of a certificate is wanted where its chain ends at one of our anchors and no answer in
   force is at hand. Where to ask is then said by an authority that we trust.
2. The issuer of a certificate that leads to no anchor is wanted from where that certificate says.
   Anybody can write such an address, so it is marked: only what the settings allow is asked.
3. Only http and https addresses count, a few for each want, and only a few wants for each file.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.ocsp import OCSPRequestBuilder
from cryptography.x509.oid import AuthorityInformationAccessOID

from sealservice.verification.chain import Chain
from sealservice.verification.grounds import Grounds
from sealservice.verification.request import Want
from sealservice.verification.status import BROKEN, answers_for, names_status_source

_MOST: Final = 20
_ADDRESSES: Final = 3
_LONGEST_ADDRESS: Final = 1_000


@dataclass(frozen=True, slots=True)
class _Source:
    ocsp: tuple[str, ...]
    issuers: tuple[str, ...]
    crls: tuple[str, ...]


def wants_of(chains: Iterable[Chain], grounds: Grounds) -> tuple[Want, ...]:
    """Return what the chains that could not be judged lack, without doubles."""
    found = (want for chain in chains for want in _wanted(chain, grounds))
    return tuple(dict.fromkeys(found))[:_MOST]


def _wanted(chain: Chain, grounds: Grounds) -> Iterator[Want]:
    try:
        if chain.anchor_sha256 is None:
            yield from _issuer(chain)
            return
        for certificate, issuer in chain.issued():
            answers = answers_for(certificate, issuer, grounds.material)
            is_known = any(answer.is_in_force(grounds.now) for answer in answers)
            if names_status_source(certificate) and not is_known:
                yield _status(certificate, issuer)
    except BROKEN:
        return


def _status(certificate: x509.Certificate, issuer: x509.Certificate) -> Want:
    source = _source(certificate)
    # RFC 5019 2.1.1: responders must know SHA-1 in the request, and need not know another. It names
    # a certificate there and proves nothing.
    builder = OCSPRequestBuilder().add_certificate(certificate, issuer, SHA1())  # noqa: S303  # nosec B303
    query = builder.build().public_bytes(Encoding.DER)
    return Want(ocsp=source.ocsp, ocsp_query=query, crls=source.crls, is_vouched_for=True)


def _issuer(chain: Chain) -> Iterator[Want]:
    for top in chain.certificates[-1:]:
        source = _source(top)
        if source.issuers and top.issuer != top.subject:
            yield Want(issuers=source.issuers, is_vouched_for=False)


def _source(certificate: x509.Certificate) -> _Source:
    ocsp, issuers, crls = [], [], []
    for extension in certificate.extensions:
        if isinstance(extension.value, x509.AuthorityInformationAccess):
            for access in extension.value:
                if access.access_method == AuthorityInformationAccessOID.OCSP:
                    ocsp.append(access.access_location)
                elif access.access_method == AuthorityInformationAccessOID.CA_ISSUERS:
                    issuers.append(access.access_location)
        elif isinstance(extension.value, x509.CRLDistributionPoints):
            crls += [name for point in extension.value for name in point.full_name or ()]
    return _Source(_addresses(ocsp), _addresses(issuers), _addresses(crls))


def _addresses(names: Iterable[x509.GeneralName]) -> tuple[str, ...]:
    urls = (str(name.value) for name in names if isinstance(name, x509.UniformResourceIdentifier))
    fit = (
        url
        for url in urls
        if url.lower().startswith(("http://", "https://")) and len(url) <= _LONGEST_ADDRESS
    )
    return tuple(dict.fromkeys(fit))[:_ADDRESSES]
