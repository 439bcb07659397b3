"""PDFBox with Bouncy Castle in a warm JVM of its own; the jars are those of ``make interop``.

It says itself how much CPU its whole process took, its compiler's and collector's threads included.
"""

import io
import shutil
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pikepdf
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from sealservice.sealing.model import Level
from sealservice.trust.model import KeyAlgorithm
from tests.bench.site import LIMITS, Site
from tests.bench.timing import Batch
from tests.interop.judges import PROJECT, compiled

_SOURCE: Final = Path(__file__).with_name("java") / "PdfBoxSealer.java"
_SIGNING: Final = {
    KeyAlgorithm.P256: ("SHA256withECDSA", "BC"),
    KeyAlgorithm.RSA3072_PSS: ("SHA256withRSAandMGF1", "jca"),
}
"""Algorithm, and which of the two providers is the faster one for it."""
_RSA: Final = ("SHA256withRSA", "jca")


def is_present() -> bool:
    """Return whether there are Java and Maven, which fetches the jars."""
    return all(map(shutil.which, ("java", "javac", "mvn")))


class PdfBox:
    """A JVM that seals."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._asked, self._answer = process.stdin, process.stdout

    def seal(self, sources: list[bytes]) -> Batch:
        """Return the sealed documents, and the CPU seconds they took."""
        self._asked.write(struct.pack(">i", len(sources)))
        for source in sources:
            self._asked.write(struct.pack(">i", len(source)))
            self._asked.write(source)
        self._asked.flush()
        (nanoseconds,) = struct.unpack(">q", self._answer.read(8))
        outputs = [self._answer.read(*struct.unpack(">i", self._answer.read(4))) for _ in sources]
        return Batch(nanoseconds / 1e9, outputs)


@contextmanager
def pdfbox(site: Site, level: Level, folder: Path) -> Iterator[PdfBox]:
    """Start a JVM for a seal; it knows B-B alone."""
    assert level is Level.B_B
    compiled()
    links = map(x509.load_der_x509_certificate, site.chain)
    pem = b"".join(link.public_bytes(Encoding.PEM) for link in links)
    (folder / "chain.pem").write_bytes(pem)
    (folder / "key.der").write_bytes(site.pkcs8)
    (folder / "template.pdf").write_bytes(_template(site))
    signing = _SIGNING.get(site.die.algorithm, _RSA)
    classes, cache = f"{PROJECT / 'target' / 'lib'}/*", f"-Dpdfbox.fontcache={folder}"
    options = ("-Djava.awt.headless=true", cache, "-cp", classes, str(_SOURCE))
    command = ["java", *options, str(folder), *signing, str(LIMITS.signature_bytes)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield PdfBox(process)
        assert process.stdin is not None
        process.stdin.write(struct.pack(">i", 0))


def _template(site: Site) -> bytes:
    """Return a document whose signature field looks as the seal; PDFBox copies it from there."""
    left, bottom, right, top = site.box
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(595, 842))
        form = pdf.make_stream(
            site.die.artwork.operators,
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Form,
            BBox=[0, 0, right - left, top - bottom],
            Resources=pikepdf.Dictionary(),
        )
        widget = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Widget,
            FT=pikepdf.Name.Sig,
            T="Seal1",
            Rect=[left, bottom, right, top],
            AP=pikepdf.Dictionary(N=form),
        )
        field = pdf.make_indirect(widget)
        page.obj.Annots = pikepdf.Array([field])
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[field], SigFlags=3)
        output = io.BytesIO()
        pdf.save(output)
    return output.getvalue()
