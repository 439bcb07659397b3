"""What stands in each kind of certificate, and signing one (RFC 5280, ETSI EN 319 412).

A template is everything about a certificate except its key, serial number and dates. Which usages a
purpose has is fixed here:

- authority: basicConstraints CA with a path length, keyCertSign and cRLSign (RFC 5280 4.2.1.3);
- time-stamping unit: timeStamping as the sole, critical extended key usage (RFC 3161 2.3);
- OCSP responder: OCSPSigning and ocsp-nocheck (RFC 6960 4.2.2.2);
- report: digitalSignature and nonRepudiation, documentSigning (RFC 9336), and nothing of a seal's;
- license: as report, and a usage of its own, so that no other key can issue a license;
- seal: nonRepudiation and digitalSignature, documentSigning (RFC 9336), and the unified social
  credit code in organizationIdentifier as ``NTRCN-…`` (ETSI EN 319 412-1 5.1.4).

All but roots say where their issuer's certificate, revocation list and, where there is a responder,
OCSP service are.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import (
    AuthorityInformationAccessOID,
    ExtendedKeyUsageOID,
    ExtensionOID,
    NameOID,
)

from sealservice.trust.errors import SubjectInvalid
from sealservice.trust.issuing_key import as_private_key, digest_of
from sealservice.trust.model import KeyPurpose, RevocationReason, SealSubject
from sealservice.trust.ports import SigningKey
from sealservice.trust.profiles import CeremonyPlan, Profile, Unit

_Extension = x509.Extension[x509.ExtensionType]

_DOCUMENT_SIGNING: Final = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")
LICENSE_ISSUING: Final = x509.ObjectIdentifier("1.3.6.1.4.1.32473.10.9")
"""Issuing licenses; ours, under the arc for documentation (RFC 5612)."""
_DOCUMENT_USES: Final = {
    KeyPurpose.REPORT: [_DOCUMENT_SIGNING],
    KeyPurpose.LICENSE: [_DOCUMENT_SIGNING, LICENSE_ISSUING],
}
_ANY_POLICY: Final = "2.5.29.32.0"
_ORGANISATION_LETTERS: Final = 64  # X.520 ub-organization-name
_COMMON_NAME_BYTES: Final = 64  # X.520 ub-common-name, counted in bytes as strict readers do
_ADDRESSES: Final = frozenset(
    {ExtensionOID.CRL_DISTRIBUTION_POINTS, ExtensionOID.AUTHORITY_INFORMATION_ACCESS}
)

REASON_FLAGS: Final = {
    RevocationReason.UNSPECIFIED: x509.ReasonFlags.unspecified,
    RevocationReason.KEY_COMPROMISE: x509.ReasonFlags.key_compromise,
    RevocationReason.AUTHORITY_COMPROMISE: x509.ReasonFlags.ca_compromise,
    RevocationReason.AFFILIATION_CHANGED: x509.ReasonFlags.affiliation_changed,
    RevocationReason.SUPERSEDED: x509.ReasonFlags.superseded,
    RevocationReason.CESSATION_OF_OPERATION: x509.ReasonFlags.cessation_of_operation,
    RevocationReason.PRIVILEGE_WITHDRAWN: x509.ReasonFlags.privilege_withdrawn,
}
"""Our reasons in the words of RFC 5280 5.3.1."""


@dataclass(frozen=True, slots=True)
class CertificateTemplate:
    """A certificate to be, without key, serial number and dates."""

    subject: x509.Name
    days: int
    extensions: tuple[_Extension, ...]
    """All but the two key identifiers."""


def unit_template(plan: CeremonyPlan, unit: Unit, public_url: str) -> CertificateTemplate:
    """Return the template of a unit; addresses lie under ``public_url``."""
    subject = _name(
        (NameOID.COUNTRY_NAME, plan.country),
        (NameOID.ORGANIZATION_NAME, plan.organisation),
        (NameOID.COMMON_NAME, unit.common_name),
    )
    extensions = (*_usages(unit), *_addresses(plan, unit.issuer, public_url, unit.profile.purpose))
    return CertificateTemplate(subject, unit.profile.days, extensions)


def seal_template(plan: CeremonyPlan, subject: SealSubject, public_url: str) -> CertificateTemplate:
    """Return the template of a seal's certificate.

    Raises:
        SubjectInvalid: the organisation's name is empty or over 64 letters.
    """
    if not 1 <= len(subject.organisation) <= _ORGANISATION_LETTERS:
        raise SubjectInvalid(field="organisation", greatest=_ORGANISATION_LETTERS)
    name = _name(
        (NameOID.COUNTRY_NAME, plan.country),
        (NameOID.ORGANIZATION_NAME, subject.organisation),
        (NameOID.ORGANIZATION_IDENTIFIER, f"NTR{plan.country}-{subject.uscc}"),
        (NameOID.COMMON_NAME, _shortened(subject.common_name)),
    )
    extensions = (
        _critical(x509.BasicConstraints(ca=False, path_length=None)),
        _critical(_key_usage(digital_signature=True, content_commitment=True)),
        _plain(x509.ExtendedKeyUsage([_DOCUMENT_SIGNING])),
        *_policies(plan.seal_profile),
        *_addresses(plan, plan.seal_issuer, public_url, KeyPurpose.SEAL),
    )
    return CertificateTemplate(name, plan.seal_profile.days, extensions)


def sign_certificate(
    template: CertificateTemplate,
    spki: bytes,
    issuer: x509.Certificate | None,
    issuer_key: SigningKey,
    not_before: datetime,
) -> x509.Certificate:
    """Fill a template and sign it; without an issuer it becomes a root.

    1. The serial number is 20 random bytes, positive. 2. The certificate ends no later than its
    issuer. 3. The signature is checked with the issuer's public key before anybody sees it.
    """
    public_key = serialization.load_der_public_key(spki)
    builder = (
        x509.CertificateBuilder()
        .serial_number(x509.random_serial_number())
        .subject_name(template.subject)
        .issuer_name(issuer.subject if issuer else template.subject)
        .not_valid_before(not_before)
        .not_valid_after(_end(template, issuer, not_before))
        .public_key(public_key)  # type: ignore[arg-type]  # a stored key is never a DH key
    )
    for extension in (*template.extensions, *_key_identifiers(spki, issuer)):
        builder = builder.add_extension(extension.value, extension.critical)
    certificate = builder.sign(as_private_key(issuer_key), digest_of(issuer_key))
    certificate.verify_directly_issued_by(issuer or certificate)
    return certificate


def difference(
    certificate: x509.Certificate, template: CertificateTemplate, issuer: x509.Certificate | None
) -> str | None:
    """Name the first part in which a certificate is not what a template would give, if any.

    Addresses are left out: they follow ``public_url``, and an issued certificate keeps its own.
    """
    if certificate.subject != template.subject:
        return "subject"
    if certificate.issuer != (issuer.subject if issuer else template.subject):
        return "issuer"
    if certificate.not_valid_after_utc != _end(template, issuer, certificate.not_valid_before_utc):
        return "validity"
    planned = _compared((*template.extensions, *_key_identifiers(_spki(certificate), issuer)))
    actual = _compared(certificate.extensions)
    differing = sorted(
        oid for oid in planned.keys() | actual.keys() if planned.get(oid) != actual.get(oid)
    )
    return f"extension {differing[0]}" if differing else None


def _compared(extensions: Iterable[_Extension]) -> dict[str, _Extension]:
    return {e.oid.dotted_string: e for e in extensions if e.oid not in _ADDRESSES}


def _end(
    template: CertificateTemplate, issuer: x509.Certificate | None, not_before: datetime
) -> datetime:
    end = not_before + timedelta(days=template.days)
    return min(end, issuer.not_valid_after_utc) if issuer else end


def _spki(certificate: x509.Certificate) -> bytes:
    return certificate.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def _name(*attributes: tuple[x509.ObjectIdentifier, str]) -> x509.Name:
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in attributes])


def _shortened(name: str) -> str:
    """Cut a common name at a whole letter so that it fits; organizationName has it in full."""
    if len(name.encode()) <= _COMMON_NAME_BYTES:
        return name
    room = _COMMON_NAME_BYTES - len("…".encode())
    return name.encode()[:room].decode(errors="ignore") + "…"


def _critical(value: x509.ExtensionType) -> _Extension:
    return x509.Extension(value.oid, critical=True, value=value)


def _plain(value: x509.ExtensionType) -> _Extension:
    return x509.Extension(value.oid, critical=False, value=value)


def _usages(unit: Unit) -> tuple[_Extension, ...]:
    purpose = unit.profile.purpose
    if purpose is KeyPurpose.CERTIFICATE_AUTHORITY:
        return (
            _critical(x509.BasicConstraints(ca=True, path_length=unit.profile.path_length)),
            _critical(_key_usage(key_cert_sign=True, crl_sign=True)),
            *(() if unit.issuer is None else (_policy(_ANY_POLICY),)),
        )
    signs_documents = _DOCUMENT_USES.get(purpose)
    ends = (
        _critical(x509.BasicConstraints(ca=False, path_length=None)),
        _critical(_key_usage(digital_signature=True, content_commitment=bool(signs_documents))),
    )
    if signs_documents is not None:
        return (*ends, _plain(x509.ExtendedKeyUsage(signs_documents)))
    if purpose is KeyPurpose.TIMESTAMP:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        return (*ends, _critical(usage), *_policies(unit.profile))
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING])
    return (*ends, _plain(usage), _plain(x509.OCSPNoCheck()))


def _key_usage(  # one switch for each bit of RFC 5280 4.2.1.3 that we ever set
    *,
    digital_signature: bool = False,
    content_commitment: bool = False,
    key_cert_sign: bool = False,
    crl_sign: bool = False,
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=content_commitment,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        encipher_only=False,
        decipher_only=False,
    )


def _policies(profile: Profile) -> tuple[_Extension, ...]:
    return () if profile.policy is None else (_policy(profile.policy),)


def _policy(identifier: str) -> _Extension:
    policy = x509.PolicyInformation(x509.ObjectIdentifier(identifier), None)
    return _plain(x509.CertificatePolicies([policy]))


def _addresses(
    plan: CeremonyPlan, issuer: str | None, public_url: str, purpose: KeyPurpose
) -> tuple[_Extension, ...]:
    if issuer is None:
        return ()
    access = [_access(AuthorityInformationAccessOID.CA_ISSUERS, f"{public_url}/ca/{issuer}.cer")]
    if purpose is KeyPurpose.OCSP:  # ocsp-nocheck: nobody needs to ask about a responder
        return (_plain(x509.AuthorityInformationAccess(access)),)
    if plan.responder_of(issuer):
        access.insert(0, _access(AuthorityInformationAccessOID.OCSP, f"{public_url}/ocsp/{issuer}"))
    point = x509.DistributionPoint(
        full_name=[x509.UniformResourceIdentifier(f"{public_url}/crl/{issuer}.crl")],
        relative_name=None,
        reasons=None,
        crl_issuer=None,
    )
    return (
        _plain(x509.CRLDistributionPoints([point])),
        _plain(x509.AuthorityInformationAccess(access)),
    )


def _access(method: x509.ObjectIdentifier, address: str) -> x509.AccessDescription:
    return x509.AccessDescription(method, x509.UniformResourceIdentifier(address))


def _key_identifiers(spki: bytes, issuer: x509.Certificate | None) -> tuple[_Extension, ...]:
    public_key = serialization.load_der_public_key(spki)
    subject = _plain(x509.SubjectKeyIdentifier.from_public_key(public_key))  # type: ignore[arg-type]
    if issuer is None:
        return (subject,)
    held = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    authority = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(held)
    return (subject, _plain(authority))
