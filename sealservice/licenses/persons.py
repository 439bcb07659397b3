"""Who may act for a license: persons, as little of them as is needed, in their roles.

1. A person is a name and the digest of an identity document's number; the number itself is not
   kept, nor anything of a face. Its last letters are, so that people tell namesakes apart.
2. The digest is slow to compute (scrypt, salted by organisation): the numbers are too few for a
   plain one to hide them. It is no secret all the same, and stays in the database.
3. The face names one person, whose role follows from the type of entity; they are the principal.
   All others act by mandates (``mandate.py``): administrators and agents.
4. A person has one role in a license at a time. A role that ended stays, for what was done in it.
"""

import hashlib
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sealservice.kernel.text import Text
from sealservice.licenses.model import EntityType

HINT_LETTERS: Final = 4
_WORK: Final = 2**14
"""N of scrypt: 16 MiB and some 40 ms a digest."""


class HolderRole(StrEnum):
    """By what right a person acts for a license."""

    LEGAL_REPRESENTATIVE = "legal_representative"
    PERSON_IN_CHARGE = "person_in_charge"
    OPERATOR = "operator"
    EXECUTIVE_PARTNER = "executive_partner"
    INVESTOR = "investor"
    ADMINISTRATOR = "administrator"
    """证照管理员: gives mandates to agents in the principal's place."""
    AGENT = "agent"
    """办事人: acts in what the mandate names."""


ROLE_NAMES: Final = {
    HolderRole.LEGAL_REPRESENTATIVE: Text("法定代表人", "legal representative"),
    HolderRole.PERSON_IN_CHARGE: Text("负责人", "person in charge"),
    HolderRole.OPERATOR: Text("经营者", "operator"),
    HolderRole.EXECUTIVE_PARTNER: Text("执行事务合伙人", "executive partner"),
    HolderRole.INVESTOR: Text("投资人", "investor"),
    HolderRole.ADMINISTRATOR: Text("证照管理员", "license administrator"),
    HolderRole.AGENT: Text("办事人", "agent"),
}

PRINCIPAL_ROLES: Final = {
    EntityType.COMPANY: HolderRole.LEGAL_REPRESENTATIVE,
    EntityType.BRANCH: HolderRole.PERSON_IN_CHARGE,
    EntityType.SOLE_TRADER: HolderRole.OPERATOR,
    EntityType.PARTNERSHIP: HolderRole.EXECUTIVE_PARTNER,
    EntityType.SOLE_PROPRIETORSHIP: HolderRole.INVESTOR,
}
"""The role of the person whom the face names, by type of entity."""


@dataclass(frozen=True, slots=True)
class Person:
    """A natural person, known to one organisation."""

    id: str
    organisation_id: str
    name: str
    document_digest: str
    document_hint: str
    """The last letters of the document's number."""
    created_at: datetime


@dataclass(frozen=True, slots=True)
class LicenseHolder:
    """A person in their role in one license."""

    id: str
    organisation_id: str
    license_id: str
    person: Person
    role: HolderRole
    created_at: datetime
    ended_at: datetime | None = None
    ended_reason: str | None = None

    @property
    def is_live(self) -> bool:
        """Return whether the role has not ended; by a mandate, that alone lets nobody act."""
        return self.ended_at is None

    @property
    def is_principal(self) -> bool:
        """Return whether this is whom the face names, who needs no mandate."""
        return self.role not in {HolderRole.ADMINISTRATOR, HolderRole.AGENT}


def document_letters(number: str) -> str:
    """Return the number of a document as it is compared: no blanks, upper case, NFKC."""
    return "".join(unicodedata.normalize("NFKC", number).split()).upper()


def document_digest(organisation_id: str, number: str) -> str:
    """Return the digest by which an organisation finds a person again, 64 hexadecimal letters."""
    salt = f"sealservice-person-v1\0{organisation_id}".encode()
    letters = document_letters(number).encode()
    return hashlib.scrypt(letters, salt=salt, n=_WORK, r=8, p=1, dklen=32).hex()


def document_hint(number: str) -> str:
    """Return the last letters of a document's number."""
    return document_letters(number)[-HINT_LETTERS:]
