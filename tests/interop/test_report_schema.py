"""Our ETSI reports are valid against ETSI's own schema, which EU DSS ships in its jars.

The schemas stay in the jars that Maven brought for the judges; they are unpacked for the test only.
"""

import os
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Final

import pytest

from sealservice.verification.reports import ReportFormat, render
from tests.interop.judges import compiled
from tests.world_verification import NOW, SignedWorld, blank_pdf

pytestmark = pytest.mark.interop

JARS: Final = Path.home() / ".m2" / "repository" / "eu" / "europa" / "ec" / "joinup" / "sd-dss"
NEEDED: Final = (
    "specs-validation-report",
    "specs-xades",
    "specs-xmldsig",
    "specs-trusted-list-v211",
)
SCHEMA: Final = "TS119102-2-v141.xsd"
PLACES: Final = {
    "http://www.w3.org/TR/2002/REC-xmldsig-core-20020212/xmldsig-core-schema.xsd": (
        "xmldsig-core-schema.xsd"
    ),
    "http://uri.etsi.org/01903/v1.3.2/XAdES.xsd": "XAdES.xsd",
    "http://uri.etsi.org/19612/v2.2.1/ts_119612v020201_201601xsd.xsd": ("ts_119612v020101_xsd.xsd"),
    "http://www.w3.org/2001/xml.xsd": "xml.xsd",
}


@pytest.fixture(scope="module")
def schemas(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unpack the schemas, and write a catalogue that finds those which they import."""
    compiled()
    folder = tmp_path_factory.mktemp("schemas")
    for name in NEEDED:
        (jar,) = (JARS / name).glob("*/*.jar")
        with zipfile.ZipFile(jar) as opened:
            for member in opened.namelist():
                if member.endswith(".xsd"):
                    (folder / Path(member).name).write_bytes(opened.read(member))
    entries = "".join(
        f'<system systemId="{place}" uri="{file}"/>' for place, file in PLACES.items()
    )
    space = "urn:oasis:names:tc:entity:xmlns:xml:catalog"
    (folder / "catalog.xml").write_text(f'<catalog xmlns="{space}">{entries}</catalog>')
    return folder


def pile(world: SignedWorld) -> dict[str, bytes]:
    """Return files of every verdict."""
    stranger = SignedWorld()
    signed = world.sign(blank_pdf())
    return {
        "archival": world.archival(blank_pdf()),
        "untrusted": stranger.archival(blank_pdf()),
        "plain": signed,
        "hostile": world.sign(blank_pdf(), name='S<&>"\x01\x0b'),
        "unknown_format": signed.replace(b"/ETSI.CAdES.detached", b"/ETSI.NOBODY.knows.1"),
        "changed": signed.replace(b"Amount: 100", b"Amount: 900"),
        "cut": signed[: len(signed) // 2],
        "stamped_only": world.archive(blank_pdf()),
        "unsigned": blank_pdf(),
        "no_pdf": b"no pdf",
        "empty": b"",
    }


def test_reports_are_valid_against_the_schema(schemas: Path, tmp_path: Path) -> None:
    """TS 119 102-2: reports on files of every kind pass xmllint, which reads nothing from afar."""
    linter = shutil.which("xmllint")
    assert linter, "xmllint is missing: apt-get install libxml2-utils"
    world = SignedWorld()
    for name, pdf in pile(world).items():
        report = render(world.verify(pdf, NOW), ReportFormat.ETSI)
        (tmp_path / f"{name}.xml").write_bytes(report.data)
    files = sorted(tmp_path.glob("*.xml"))
    ended = subprocess.run(
        [linter, "--nonet", "--noout", "--schema", schemas / SCHEMA, *files],
        env={**os.environ, "XML_CATALOG_FILES": str(schemas / "catalog.xml")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stderr.count(" validates")) == (0, len(files)), ended.stderr
