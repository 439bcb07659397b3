"""Documents for the foreign judges: sealed by the real program in new homes, some then attacked."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

import pikepdf
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from sealservice.bootstrap.installation import opened
from sealservice.bootstrap.processes import signer_running
from sealservice.config import Settings
from sealservice.sealing.model import Level
from tests.command_line import Ended, call
from tests.sealing.pages import typeset
from tests.soft_token import made_soft_token

CEREMONIES: Final = Path(__file__).resolve().parents[2] / "keys" / "ceremonies"
ARCHIVABLE: Final = ("a-1a", "a-4")
AMOUNT, MORE = b"(Amount: 10000)", b"(Amount: 90000)"


@dataclass(frozen=True)
class Pile:
    """Documents in a folder that are judged by one root certificate."""

    root: Path
    folder: Path


@dataclass(frozen=True)
class Home:
    """A home of the program."""

    folder: Path

    @property
    def root(self) -> Path:
        """Return the root certificate that makes its documents trusted."""
        return self.folder / "roots" / "root.pem"

    def run(self, *arguments: str | Path, **environment: str) -> Ended:
        """Run a command in this home; it must succeed."""
        ended = call(*arguments, "--home", self.folder, "--json", **environment)
        assert ended.status == 0, ended.err
        return ended

    def demonstrate(self, out: Path, **environment: str) -> None:
        """Run the demonstration and copy its sealed form."""
        self.run("demo", "--once", **environment)
        (sealed,) = (self.folder / "documents").glob("*-sealed.pdf")
        out.write_bytes(sealed.read_bytes())

    def seal(self, source: Path, out: Path, level: Level, y: int = 60) -> None:
        """Seal page 1 of a document, ``y`` mm from below."""
        (seal,) = self.run("seal", "list").value
        place = ("--at", f"page=1,x=100,y={y}")
        self.run("seal-pdf", source, out, "--seal", seal["id"], *place, "--level", level.value)


@contextmanager
def home_of(ceremony: str, folder: Path) -> Iterator[Home]:
    """Make a home by one of the ceremonies shipped, and keep its engines and signer running."""
    with opened(Settings(home=folder)) as installation:
        home = Home(folder)
        home.run("keys", "ceremony", CEREMONIES / f"{ceremony}.yaml")
        with signer_running(installation):
            yield home


def piles(folder: Path) -> tuple[Pile, ...]:
    """Make all documents; no name occurs in two piles."""
    by_p256, by_rsa = _by_p256(folder / "p256"), _by_rsa(folder, "rsa")
    by_pss = _by_rsa(folder, "pss")
    strangers = Pile(by_rsa.root, folder / "strangers")
    strangers.folder.mkdir()
    sealed = (by_p256.folder / "b-lta.pdf").read_bytes()
    (by_p256.folder / "tampered.pdf").write_bytes(with_other_amount(sealed))
    (by_p256.folder / "page-changed.pdf").write_bytes(with_other_page(sealed))
    (strangers.folder / "other-root.pdf").write_bytes(sealed)
    by_token, by_pss_token = _by_token(folder / "token"), _by_pss_token(folder / "pss-token")
    return by_p256, by_rsa, by_pss, by_token, by_pss_token, strangers


def _by_p256(folder: Path) -> Pile:
    folder.mkdir()
    with home_of("demonstration", folder / "home") as home:
        home.demonstrate(folder / "demonstration.pdf")
        _seal_ordinary(home, folder)
        _seal_archivable(home, folder)
    return Pile(home.root, folder)


def _by_rsa(above: Path, name: str) -> Pile:
    """Have seals sign by RSA: ``rsa`` by PKCS#1, ``pss`` by PSS."""
    folder = _made(above / name)
    with home_of(f"demonstration-{name}", folder / "home") as home:
        home.demonstrate(folder / f"{name}.pdf")
    return Pile(home.root, folder)


def _by_token(folder: Path) -> Pile:
    """Have SoftHSM hold every key."""
    home = Home(folder / "home")
    with pytest.MonkeyPatch.context() as monkeypatch:
        token = made_soft_token(folder / "softhsm", monkeypatch)
        home.demonstrate(folder / "token.pdf", **token.environment())
    return Pile(home.root, folder)


def _by_pss_token(folder: Path) -> Pile:
    """Have SoftHSM hold every key, and seals and time stamps signed by PSS."""
    home, ceremony = Home(_made(folder) / "home"), folder / "ceremony.yaml"
    shipped = (CEREMONIES / "demonstration-pss.yaml").read_text("utf-8")
    stamps = "purpose: timestamp\n    algorithm: rsa3072"
    assert stamps in shipped
    ceremony.write_text(shipped.replace(stamps, f"{stamps}-pss"), "utf-8")
    with pytest.MonkeyPatch.context() as monkeypatch:
        token = made_soft_token(folder / "softhsm", monkeypatch)
        home.run("keys", "ceremony", ceremony, **token.environment())
        home.demonstrate(folder / "pss-token.pdf", **token.environment())
    return Pile(home.root, folder)


def _seal_archivable(home: Home, folder: Path) -> None:
    """Seal documents that keep the oldest and the newest PDF/A standard."""
    for standard in ARCHIVABLE:
        source = folder.parent / f"{standard}-source.pdf"
        source.write_bytes(typeset(standard=standard))
        home.seal(source, folder / f"{standard}.pdf", Level.B_LTA)


def _seal_ordinary(home: Home, folder: Path) -> None:
    """Seal an ordinary document at every level, and one a second time."""
    source = folder.parent / "ordinary.pdf"
    source.write_bytes(ordinary())
    for level in Level:
        home.seal(source, folder / f"{level.value.lower()}.pdf", level)
    home.seal(folder / "b-lta.pdf", folder / "twice.pdf", Level.B_LTA, y=200)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def ordinary() -> bytes:
    """Return a PDF of two pages as other programs write them: no PDF/A, no tags, no metadata."""
    pdf = pikepdf.new()
    helvetica = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    for _ in range(2):
        page = pdf.add_blank_page(page_size=(595, 842))
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=helvetica))
        page.Contents = pdf.make_stream(b"BT /F1 24 Tf 72 700 Td " + AMOUNT + b" Tj ET")
    written = BytesIO()
    pdf.save(written, compress_streams=False)
    return written.getvalue()


def with_other_amount(pdf: bytes) -> bytes:
    """Return a document with one byte of its first page changed in place."""
    assert AMOUNT in pdf
    return pdf.replace(AMOUNT, MORE, 1)


def with_other_page(pdf: bytes) -> bytes:
    """Return a document whose first page has another content, by an incremental update."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    page, _ = writer.find_page_for_modification(0)
    changed = generic.StreamObject(stream_data=b"BT /F1 24 Tf 72 700 Td " + MORE + b" Tj ET")
    page.get_object()["/Contents"] = writer.add_object(changed)
    writer.update_container(page.get_object())
    written = BytesIO()
    writer.write(written)
    return written.getvalue()
