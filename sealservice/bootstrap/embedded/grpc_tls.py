"""Certificates for SeaweedFS's own gRPC connections: without one nobody gets in.

A new authority is made at every start and its key is thrown away at once; the one certificate it
issued serves all of SeaweedFS's components, as server and as client.
"""

import datetime as dt
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID as _Usage
from cryptography.x509.oid import NameOID

from sealservice.kernel.clock import Clock, utc_now

_VALID: Final = dt.timedelta(days=3650)
_SKEW: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class GrpcTls:
    """PEM texts: the authority, the certificate it issued, and that certificate's key."""

    authority: str
    certificate: str
    key: str = field(repr=False)


def new_grpc_tls(clock: Clock = utc_now) -> GrpcTls:
    """Return a fresh authority and certificate."""
    authority_key = ec.generate_private_key(ec.SECP256R1())
    key = ec.generate_private_key(ec.SECP256R1())
    authority = (
        _builder("sealservice home", authority_key.public_key(), clock)
        .issuer_name(_name("sealservice home"))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(authority_key, SHA256())
    )
    certificate = (
        _builder("seaweedfs", key.public_key(), clock)
        .issuer_name(authority.subject)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.ExtendedKeyUsage([_Usage.SERVER_AUTH, _Usage.CLIENT_AUTH]),
            critical=False,
        )
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]),
            critical=False,
        )
        .sign(authority_key, SHA256())
    )
    return GrpcTls(
        authority.public_bytes(Encoding.PEM).decode(),
        certificate.public_bytes(Encoding.PEM).decode(),
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
    )


def _builder(name: str, key: ec.EllipticCurvePublicKey, clock: Clock) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(clock() - _SKEW)
        .not_valid_after(clock() + _VALID)
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
