"""Trust lists in XML (ETSI TS 119 612), signed by XAdES.

1. A document type, and so any entity, is refused; nothing is fetched.
2. The signature stands directly under the root and is checked by signxml, with the certificate that
   was handed over; SHA-1 is not accepted.
3. What is read afterwards is the tree that signxml says was signed, so that nothing can be wrapped
   around it.
"""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from cryptography import x509
from lxml import etree
from signxml.exceptions import SignXMLException
from signxml.verifier import SignatureConfiguration
from signxml.xades.xades import XAdESVerifier

from sealservice.kernel.text import Text
from sealservice.verification.errors import TrustListInvalid
from sealservice.verification.trust_lists import Service, SignedContent

_SPACE: Final = "http://uri.etsi.org/02231/v2#"
_TSL: Final = {"t": _SPACE}
_ROOT: Final = f"{{{_SPACE}}}TrustServiceStatusList"
_BROKEN: Final = (KeyError, TypeError, ValueError, AttributeError, IndexError)


def read_xml(data: bytes, signer: x509.Certificate) -> SignedContent:
    """Read a list that a certificate signed.

    Raises:
        TrustListInvalid: form or signature does not hold.
    """
    root = _signed_root(data, signer)
    try:
        return _content(root)
    except _BROKEN:
        problem = Text("XML 内容不符合 TS 119 612", "its XML is not as TS 119 612 has it")
        raise TrustListInvalid(problem) from None


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        dtd_validation=False,
        huge_tree=False,
    )


def _signed_root(data: bytes, signer: x509.Certificate) -> Any:  # noqa: ANN401 - an lxml element
    try:
        root = etree.fromstring(data, _parser())  # see _parser
    except (etree.XMLSyntaxError, ValueError):
        raise TrustListInvalid(Text("不是格式良好的 XML", "it is not well-formed XML")) from None
    if root.getroottree().docinfo.doctype or root.tag != _ROOT:
        problem = Text("不是 TS 119 612 信任列表", "it is no trust list of TS 119 612")
        raise TrustListInvalid(problem)
    for result in _verified(data, signer):
        signed = result.signed_xml
        if signed is not None and signed.tag == _ROOT:
            return signed
    raise _unsigned()


def _verified(data: bytes, signer: x509.Certificate) -> list[Any]:
    # Whether the certificate was in force is asked of the time of issue, by ``trust_lists``.
    settings = SignatureConfiguration(
        location="./", expect_references=True, verification_time=signer.not_valid_before_utc
    )
    try:
        found = XAdESVerifier().verify(
            data, x509_cert=signer, expect_config=settings, parser=_parser()
        )
    except (SignXMLException, etree.LxmlError, *_BROKEN):
        raise _unsigned() from None
    return found if isinstance(found, list) else [found]


def _unsigned() -> TrustListInvalid:
    return TrustListInvalid(
        Text(
            "签名不成立，或不是指定的签发者所签", "its signature does not hold for the signer named"
        )
    )


def _content(root: Any) -> SignedContent:  # noqa: ANN401 - an lxml element
    about = root.find("t:SchemeInformation", _TSL)
    following = about.findtext("t:NextUpdate/t:dateTime", None, _TSL)
    return SignedContent(
        territory=_text(about, "t:SchemeTerritory"),
        scheme=_text(about, "t:SchemeName/t:Name"),
        sequence=_sequence(_text(about, "t:TSLSequenceNumber")),
        issued=_moment(_text(about, "t:ListIssueDateTime")),
        next_update=_moment(following) if following else None,
        services=tuple(_services(root)),
    )


def _services(root: Any) -> Iterator[Service]:  # noqa: ANN401 - an lxml element
    path = (
        "t:TrustServiceProviderList/t:TrustServiceProvider/t:TSPServices/t:TSPService/"
        "t:ServiceInformation"
    )
    for about in root.iterfind(path, _TSL):
        held = about.iterfind("t:ServiceDigitalIdentity/t:DigitalId/t:X509Certificate", _TSL)
        yield Service(
            kind=_text(about, "t:ServiceTypeIdentifier"),
            status=_text(about, "t:ServiceStatus"),
            certificates=tuple(
                base64.b64decode("".join(each.text.split()), validate=True) for each in held
            ),
        )


def _text(element: Any, path: str) -> str:  # noqa: ANN401 - an lxml element
    found = element.findtext(path, None, _TSL)
    if not found or not found.strip():
        raise ValueError(path)
    return str(found).strip()


def _sequence(written: str) -> int:
    number = int(written)
    if number < 1:
        raise ValueError(written)
    return number


def _moment(written: str) -> datetime:
    moment = datetime.fromisoformat(written.strip())
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
