"""Files at the greatest sizes that are verified, made quickly: written by hand, signed for real."""

import asyncio
import hashlib
from collections.abc import Iterator

from asn1crypto import cms
from pyhanko.sign import signers

from tests.world_verification import SignedWorld, authorities_of, certificate_store

RESERVED = 4_096
_FORM, _FIRST_FREE = 5, 16
_PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"


def base(extra: bytes = b"") -> bytes:
    """Write a page, an empty form, and a stream of so many bytes that nothing shows."""
    contents = b"BT /F1 24 Tf 72 700 Td (Amount: 100) Tj ET"
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R >>",
        2: _PAGES,
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources <<"
        b" /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        4: b"<< /Length %d >> stream\n%s\nendstream" % (len(contents), contents),
        5: b"<< /Fields [] /SigFlags 3 >>",
    }
    if extra:
        objects[6] = b"<< /Length %d >> stream\n%s\nendstream" % (len(extra), extra)
    return _revision(b"%PDF-1.7\n", objects, None)


def revised(pdf: bytes, revisions: int) -> bytes:
    """Write the page tree as it is so many times; each time adds a revision."""
    parts, length, last = [pdf], len(pdf), _last_xref(pdf)
    for _ in range(revisions):
        added = _revision(b"", {2: _PAGES}, last, length)
        last, length = length + added.index(b"xref"), length + len(added)
        parts.append(added)
    return b"".join(parts)


def signed_often(world: SignedWorld, signatures: int, pdf: bytes | None = None) -> bytes:
    """Sign so many times, each time in a revision of its own."""
    data = bytearray(pdf or base())
    last = _last_xref(bytes(data))
    fields: list[int] = []
    for number in range(signatures):
        field, signature = _FIRST_FREE + 2 * number, _FIRST_FREE + 1 + 2 * number
        fields.append(field)
        added, gap = _signing(fields, signature, len(data), last)
        contents = _cms(world, _digest(data, added, gap)).hex().encode()
        added = (
            added[: gap + 1] + contents.ljust(2 * RESERVED, b"0") + added[gap + 1 + 2 * RESERVED :]
        )
        last = len(data) + added.index(b"xref\n")
        data += added
    return bytes(data)


def _digest(data: bytearray, added: bytes, gap: int) -> bytes:
    digest = hashlib.sha256(data)
    digest.update(added[:gap])
    digest.update(added[gap + 2 * RESERVED + 2 :])
    return digest.digest()


def _signing(fields: list[int], signature: int, start: int, last: int) -> tuple[bytes, int]:
    """Return a revision with an empty signature, and where its /Contents begins in it."""
    listed = b" ".join(b"%d 0 R" % one for one in fields)
    field = b"<< /FT /Sig /T (Seal%d) /V %d 0 R /Type /Annot /Subtype /Widget /Rect [0 0 0 0] >>"
    empty = b"<%s>" % (b"0" * (2 * RESERVED))
    ranges = b"[%010d %010d %010d %010d]"
    head = b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /ByteRange "
    objects = {
        _FORM: b"<< /Fields [%s] /SigFlags 3 >>" % listed,
        fields[-1]: field % (len(fields), signature),
        signature: head + ranges % (0, 0, 0, 0) + b" /Contents " + empty + b" >>",
    }
    added = _revision(b"", objects, last, start)
    gap = added.index(empty)
    behind = gap + len(empty)
    real = ranges % (0, start + gap, start + behind, len(added) - behind)
    return added.replace(ranges % (0, 0, 0, 0), real, 1), gap


def _cms(world: SignedWorld, digest: bytes) -> bytes:
    unit = world.signer
    chain = certificate_store(authorities_of(unit))
    signer = signers.SimpleSigner(unit.asn1, unit.asn1_key, chain)
    made: cms.ContentInfo = asyncio.run(signer.async_sign(digest, "sha256", use_pades=True))
    return made.dump()


def _revision(head: bytes, objects: dict[int, bytes], last: int | None, start: int = 0) -> bytes:
    body = bytearray(head)
    places = {}
    for number, content in objects.items():
        places[number] = start + len(body)
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    xref = start + len(body)
    body += b"xref\n" + b"".join(_sections(places, is_first=last is None))
    before = b"" if last is None else b" /Prev %d" % last
    size = max(objects) + 1
    body += b"trailer\n<< /Size %d /Root 1 0 R%s >>\nstartxref\n%d\n" % (size, before, xref)
    return bytes(body) + b"%%EOF\n"


def _sections(places: dict[int, int], *, is_first: bool) -> Iterator[bytes]:
    if is_first:
        yield b"0 1\n0000000000 65535 f \n"
    for number, place in places.items():
        yield b"%d 1\n%010d 00000 n \n" % (number, place)


def _last_xref(pdf: bytes) -> int:
    return int(pdf[pdf.rindex(b"startxref") :].split()[1])
