"""Certificates and revocation lists in PostgreSQL; no key is needed to read them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or

from sealservice.infra.sql.database import Database
from sealservice.infra.sql.tables import certificates, crls, keys
from sealservice.kernel.clock import Clock
from sealservice.trust.errors import AlreadyRevoked, CertificateUnknown, CrlNumberNotGrown
from sealservice.trust.model import (
    IssuedCertificate,
    KeyAlgorithm,
    KeyPurpose,
    RevocationList,
    RevocationReason,
)

_CERTIFICATES = select(certificates, keys.c.algorithm).join(keys)
_BY_AGE = (certificates.c.created_at, certificates.c.not_before, certificates.c.sha256)


@dataclass(frozen=True, slots=True)
class SqlCertificateStore:
    """Implements ``CertificateStore``, and thereby ``CertificateDirectory``."""

    database: Database
    clock: Clock

    def add(self, certificate: IssuedCertificate) -> None:
        """Insert a certificate."""
        row = _row(certificate) | {"created_at": self.clock()}
        with self.database.transaction():
            self.database.connection().execute(insert(certificates).values(row))

    def revoke(self, sha256: str, at: datetime, reason: RevocationReason) -> None:
        """Mark a certificate revoked, for ever.

        Raises:
            CertificateUnknown: there is no such certificate.
            AlreadyRevoked: it was revoked before; the first moment and reason stand.
        """
        change = (
            update(certificates)
            .where(certificates.c.sha256 == sha256, certificates.c.revoked_at.is_(None))
            .values(revoked_at=at, revocation_reason=reason.value)
            .returning(certificates.c.sha256)
        )
        with self.database.transaction():
            if self.database.connection().execute(change).first() is not None:
                return
            if self.by_sha256(sha256) is None:
                raise CertificateUnknown(name=sha256)
            raise AlreadyRevoked(sha256=sha256)

    def by_unit(self, unit: str) -> IssuedCertificate | None:
        """Return the newest certificate of a unit."""
        query = _CERTIFICATES.where(certificates.c.unit == unit)
        newest = query.order_by(certificates.c.not_before.desc(), certificates.c.created_at.desc())
        return self._one(newest.limit(1))

    def by_sha256(self, sha256: str) -> IssuedCertificate | None:
        """Return the certificate with this digest."""
        return self._one(_CERTIFICATES.where(certificates.c.sha256 == sha256))

    def by_issuer_and_serial(self, issuer_sha256: str, serial: int) -> IssuedCertificate | None:
        """Return what an issuer issued under a serial number."""
        return self._one(
            _CERTIFICATES.where(
                certificates.c.issuer_sha256 == issuer_sha256,
                certificates.c.serial == _serial(serial),
            )
        )

    def revoked_by(self, issuer_sha256: str) -> tuple[IssuedCertificate, ...]:
        """Return an issuer's revoked certificates, in the order of revocation."""
        query = _CERTIFICATES.where(
            certificates.c.issuer_sha256 == issuer_sha256, certificates.c.revoked_at.is_not(None)
        )
        return self._all(query.order_by(certificates.c.revoked_at, certificates.c.sha256))

    def list(self) -> tuple[IssuedCertificate, ...]:
        """Return all certificates, oldest first."""
        return self._all(_CERTIFICATES.order_by(*_BY_AGE))

    def load_crl(self, issuer_sha256: str) -> RevocationList | None:
        """Return the newest revocation list of an issuer."""
        query = select(crls).where(crls.c.issuer_sha256 == issuer_sha256)
        with self.database.transaction():
            row = self.database.connection().execute(query).mappings().first()
        return None if row is None else _crl(row)

    def save_crl(self, crl: RevocationList) -> None:
        """Keep a revocation list in place of the issuer's last one.

        Raises:
            CrlNumberNotGrown: a list with this number, or a later one, is kept already.
        """
        values: dict[str, Any] = {
            "der": crl.der,
            "number": crl.number,
            "this_update": crl.this_update,
            "next_update": crl.next_update,
        }
        change = (
            insert_or(crls)
            .values(issuer_sha256=crl.issuer_sha256, **values)
            .on_conflict_do_update(
                index_elements=[crls.c.issuer_sha256],
                set_=values,
                where=crls.c.number < crl.number,
            )
            .returning(crls.c.number)
        )
        with self.database.transaction():
            if self.database.connection().execute(change).first() is None:
                raise CrlNumberNotGrown(number=crl.number)

    def _one(self, query: Select[Any]) -> IssuedCertificate | None:
        found = self._all(query)
        return found[0] if found else None

    def _all(self, query: Select[Any]) -> tuple[IssuedCertificate, ...]:
        with self.database.transaction():
            rows = self.database.connection().execute(query).mappings().all()
        return tuple(_certificate(row) for row in rows)


def _serial(number: int) -> str:
    """Write a serial number as lower-case hexadecimal letters, as the column holds it."""
    return format(number, "x")


def _row(certificate: IssuedCertificate) -> dict[str, object]:
    reason = certificate.revocation_reason
    return {
        "sha256": certificate.sha256,
        "unit": certificate.unit,
        "key_id": certificate.key_id,
        "issuer_sha256": certificate.issuer_sha256,
        "serial": _serial(certificate.serial),
        "der": certificate.der,
        "subject": certificate.subject,
        "purpose": certificate.purpose.value,
        "not_before": certificate.not_before,
        "not_after": certificate.not_after,
        "revoked_at": certificate.revoked_at,
        "revocation_reason": None if reason is None else reason.value,
    }


def _certificate(row: RowMapping) -> IssuedCertificate:
    reason = row["revocation_reason"]
    return IssuedCertificate(
        sha256=row["sha256"],
        der=row["der"],
        unit=row["unit"],
        key_id=row["key_id"],
        issuer_sha256=row["issuer_sha256"],
        subject=row["subject"],
        purpose=KeyPurpose(row["purpose"]),
        algorithm=KeyAlgorithm(row["algorithm"]),
        not_before=row["not_before"],
        not_after=row["not_after"],
        revoked_at=row["revoked_at"],
        revocation_reason=None if reason is None else RevocationReason(reason),
    )


def _crl(row: RowMapping) -> RevocationList:
    return RevocationList(
        issuer_sha256=row["issuer_sha256"],
        der=row["der"],
        number=row["number"],
        this_update=row["this_update"],
        next_update=row["next_update"],
    )
