"""What licenses need from outside: rows that stay."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from sealservice.kernel.actor import Actor
from sealservice.kernel.json import JsonObject
from sealservice.licenses.delegation import Standing, Use
from sealservice.licenses.mandate import Chain, Mandate
from sealservice.licenses.model import (
    FaceVersion,
    Holder,
    ImportFailure,
    License,
    LicenseImport,
    LicenseStatus,
)
from sealservice.licenses.persons import LicenseHolder, Person
from sealservice.licenses.uscc import Uscc
from sealservice.trust.model import RevocationReason


class LicenseStore(Protocol):
    """The registered licenses; joins the caller's transaction."""

    def add(self, license_: License) -> None:
        """Insert a license.

        Raises:
            LicenseAlreadyRegistered: the organisation has one with this credit code.
        """
        ...

    def get(self, organisation_id: str, license_id: str) -> License | None:
        """Return one license of an organisation."""
        ...

    def lock(
        self, organisation_id: str, license_id: str, *, exclusive: bool = False
    ) -> License | None:
        """Return a license and hold it unchanged until the transaction ends.

        ``FOR SHARE``; exclusive, when the caller is about to change it: ``FOR UPDATE``.
        """
        ...

    def set_status(self, license_id: str, status: LicenseStatus) -> None:
        """Write a license's status."""
        ...

    def set_face(self, license_: License) -> None:
        """Write the face, its name and the number of its version."""
        ...

    def add_version(self, version: FaceVersion) -> None:
        """Keep a version of a face for good."""
        ...

    def versions(self, organisation_id: str, license_id: str) -> list[FaceVersion]:
        """Return the versions of a license's face, oldest first."""
        ...

    def by_uscc(self, organisation_id: str, uscc: Uscc) -> License | None:
        """Return the organisation's license with a credit code."""
        ...

    def page(self, organisation_id: str, after: str | None, limit: int) -> list[License]:
        """Return up to ``limit`` licenses in the order of their ids, after the id ``after``."""
        ...


class ImportStore(Protocol):
    """Imports of licenses, their files and refused rows; joins the caller's transaction."""

    def add(self, one: LicenseImport, packed: bytes) -> None:
        """Insert an import with its packed file."""
        ...

    def get(self, import_id: str) -> LicenseImport | None:
        """Return an import."""
        ...

    def page(self, organisation_id: str, before: str | None, limit: int) -> list[LicenseImport]:
        """Return up to ``limit`` imports, newest first, older than the id ``before``."""
        ...

    def lock(self, import_id: str) -> LicenseImport | None:
        """Return an import and keep others out of it until the transaction ends."""
        ...

    def file(self, import_id: str) -> bytes | None:
        """Return the packed file; None when the import is over."""
        ...

    def advance(self, one: LicenseImport) -> None:
        """Write how far an import got; the file of one that is over is dropped."""
        ...

    def add_failures(self, import_id: str, failures: list[ImportFailure]) -> None:
        """Keep refused rows."""
        ...

    def failures(self, import_id: str, after: int, limit: int) -> list[ImportFailure]:
        """Return up to ``limit`` refused rows behind row ``after``, in order."""
        ...

    def unfinished(self) -> list[str]:
        """Return the ids of imports that are not over."""
        ...


class ImportQueue(Protocol):
    """Whoever works imports off."""

    def ask(self, import_id: str, /) -> None:
        """Enqueue an import, in the caller's transaction."""
        ...


class HolderStore(Protocol):
    """The holders of licenses; joins the caller's transaction."""

    def add(self, holder: Holder) -> None:
        """Insert a holder.

        Raises:
            HolderEnrolmentRefused: only the operator's role may, not a running process's.
        """
        ...

    def get(self, organisation_id: str, holder_id: str) -> Holder | None:
        """Return one holder of an organisation, revoked or not."""
        ...

    def lock(self, organisation_id: str, holder_id: str) -> Holder | None:
        """Return a holder and hold it unchanged until the transaction ends (``FOR SHARE``)."""
        ...

    def of_license(self, organisation_id: str, license_id: str) -> list[Holder]:
        """Return the holders of a license in the order of their ids, revoked ones included."""
        ...


class LicenseSeals(Protocol):
    """The seals that live and die with their license; joins the caller's transaction."""

    def suspend(self, actor: Actor, license_id: str, reason: str) -> None:
        """Lock the license's seals and suspend those in use."""
        ...

    def lock(self, license_id: str) -> None:
        """Lock the license's seals; whoever changes seals and license locks the seals first."""
        ...

    def outdate(self, actor: Actor, license_: License, reason: str) -> None:
        """Suspend the license's seals in use that do not say what its new face says."""
        ...

    def cancel(
        self, actor: Actor, license_id: str, reason: str, revocation: RevocationReason
    ) -> None:
        """Lock the license's seals and cancel them all; their certificates are revoked after."""
        ...

    def resume(self, actor: Actor, license_id: str, reason: str) -> None:
        """Have those resumed that were suspended with the license."""
        ...


class PersonStore(Protocol):
    """Persons and their roles in licenses; joins the caller's transaction."""

    def person(self, person: Person) -> Person:
        """Insert a person, or return the one whom the organisation knows by this document."""
        ...

    def add(self, holder: LicenseHolder) -> None:
        """Insert a person in their role."""
        ...

    def get(self, organisation_id: str, holder_id: str) -> LicenseHolder | None:
        """Return one holder of an organisation, ended or not."""
        ...

    def of_license(self, organisation_id: str, license_id: str) -> list[LicenseHolder]:
        """Return the holders of a license in order of birth, ended ones included."""
        ...

    def end(self, holder_id: str, at: datetime, reason: str) -> bool:
        """End a role, waiting for whoever has it locked; False: it had ended."""
        ...


class MandateStore(Protocol):
    """Mandates and their uses; joins the caller's transaction."""

    def add(self, mandate: Mandate) -> None:
        """Insert a mandate."""
        ...

    def chain(self, organisation_id: str, mandate_id: str) -> Chain | None:
        """Return a mandate with everything that it was given out of."""
        ...

    def of_license(self, organisation_id: str, license_id: str) -> list[Chain]:
        """Return every mandate of a license, newest first."""
        ...

    def standing(self, use: Use, now: datetime) -> Standing | None:
        """Return what decides about a use, read by one query; None: there is no such license."""
        ...

    def lock(self, organisation_id: str, holder_id: str, mandate_ids: Sequence[str]) -> None:
        """Hold a holder, mandates and their givers until the transaction ends.

        Always in the order of their ids. ``FOR SHARE``; mandates whose uses are counted
        ``FOR UPDATE``.
        """
        ...

    def count_use(self, mandate_ids: Sequence[str], subject: str, at: datetime) -> None:
        """Count one use, named by what was done; the same subject counts once."""
        ...

    def revoke(self, mandate_id: str, at: datetime, reason: str) -> bool:
        """Revoke a mandate, waiting for whoever has it locked; False: it was revoked before."""
        ...

    def ending_before(self, now: datetime, until: datetime, limit: int) -> list[Chain]:
        """Return live mandates that end until a moment and were not warned of, the first first."""
        ...


class Denials(Protocol):
    """Keeps that somebody was not let, though the transaction it happened in is undone."""

    def denied(self, actor: Actor, subject: str, detail: JsonObject) -> None:
        """Write the fact, in a transaction of its own."""
        ...
