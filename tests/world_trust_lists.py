"""Authorities that publish trust lists, in JSON and in XML; made by hand, signed by libraries."""

import base64
import json
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jws
from joserfc.jwk import ECKey
from lxml import etree
from signxml.xades.xades import XAdESSigner

from tests.world_verification import NOW, Unit, root_unit

CA = "http://uri.etsi.org/TrstSvc/Svctype/CA/PKC"
TSA = "http://uri.etsi.org/TrstSvc/Svctype/TSA"
OCSP = "http://uri.etsi.org/TrstSvc/Svctype/Certstatus/OCSP"
STATUS = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/"
SPACE = "http://uri.etsi.org/02231/v2#"
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Listed:
    """A service as a list says it."""

    unit: Unit
    kind: str = CA
    status: str | None = f"{STATUS}granted"


@dataclass(frozen=True)
class Publisher:
    """Somebody who answers for authorities, with a key for lists."""

    unit: Unit = field(default_factory=lambda: root_unit("Trust list operator"))
    territory: str = "CN"
    scheme: str = "福建 Fujian seal authorities"
    sequence: int = 1
    issued: datetime = NOW - DAY
    next_update: datetime | None = NOW + 30 * DAY

    def later(self, **changes: object) -> "Publisher":
        """Return the publisher of another list."""
        return replace(self, **changes)  # type: ignore[arg-type]

    def lote(self, *services: Listed) -> dict[str, object]:
        """Return a list as TS 119 602 has it."""
        about: dict[str, object] = {
            "LoTEVersionIdentifier": 1,
            "LoTESequenceNumber": self.sequence,
            "SchemeOperatorName": [{"lang": "en", "value": "Operator"}],
            "SchemeName": [{"lang": "zh", "value": self.scheme}],
            "SchemeTerritory": self.territory,
            "ListIssueDateTime": _written(self.issued),
        }
        if self.next_update:
            about["NextUpdate"] = _written(self.next_update)
        entities = [{"TrustedEntityServices": [self._service(one)]} for one in services]
        return {"LoTE": {"ListAndSchemeInformation": about, "TrustedEntitiesList": entities}}

    def _service(self, one: Listed) -> dict[str, object]:
        about: dict[str, object] = {
            "ServiceTypeIdentifier": one.kind,
            "ServiceDigitalIdentity": {
                "X509Certificates": [{"val": base64.b64encode(one.unit.der).decode()}]
            },
        }
        if one.status:
            about["ServiceStatus"] = one.status
        return {"ServiceInformation": about}

    def jws(self, *services: Listed, **header: object) -> bytes:
        """Return a signed list in JSON."""
        key = ECKey.import_key(_private(self.unit))
        chain = [base64.b64encode(self.unit.der).decode()]
        protected = {"alg": "ES256", "typ": "trustlist+jwt", "x5c": chain, **header}
        registry = jws.JWSRegistry(strict_check_header=False, algorithms=["ES256"])
        registry.max_header_length = 1 << 16
        payload = json.dumps(self.lote(*services), ensure_ascii=False)
        return jws.serialize_compact(protected, payload, key, registry=registry).encode()

    def tree(self, *services: Listed) -> etree._Element:
        """Return a list as TS 119 612 has it, unsigned."""
        root = etree.Element(f"{{{SPACE}}}TrustServiceStatusList", nsmap={None: SPACE})
        about = _add(root, "SchemeInformation")
        _add(about, "TSLVersionIdentifier", "5")
        _add(about, "TSLSequenceNumber", str(self.sequence))
        _add(_add(about, "SchemeName"), "Name", self.scheme)
        _add(about, "SchemeTerritory", self.territory)
        _add(about, "ListIssueDateTime", _written(self.issued))
        following = _add(about, "NextUpdate")
        if self.next_update:
            _add(following, "dateTime", _written(self.next_update))
        providers = _add(root, "TrustServiceProviderList")
        kept = _add(_add(providers, "TrustServiceProvider"), "TSPServices")
        for one in services:
            told = _add(_add(kept, "TSPService"), "ServiceInformation")
            _add(told, "ServiceTypeIdentifier", one.kind)
            identity = _add(_add(told, "ServiceDigitalIdentity"), "DigitalId")
            _add(identity, "X509Certificate", base64.b64encode(one.unit.der).decode())
            _add(told, "ServiceStatus", one.status or "")
        return root

    def xml(self, *services: Listed) -> bytes:
        """Return a signed list in XML."""
        signer = XAdESSigner(signature_algorithm="ecdsa-sha256", digest_algorithm="sha256")
        signed = signer.sign(
            self.tree(*services), key=_private(self.unit), cert=self.unit.pem.decode()
        )
        return etree.tostring(signed)


def _private(unit: Unit) -> bytes:
    return unit.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _written(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _add(into: etree._Element, name: str, text: str | None = None) -> etree._Element:
    element = etree.SubElement(into, f"{{{SPACE}}}{name}")
    element.text = text
    return element


def subjects(ders: list[bytes]) -> list[str]:
    """Return the names of certificates."""
    return [x509.load_der_x509_certificate(der).subject.rfc4514_string() for der in ders]
