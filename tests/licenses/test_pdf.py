"""The printed license: every line of its type, version, digest and code; nothing left out."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from sealservice.licenses.credential import face_digest
from sealservice.licenses.credential_errors import LicenseNotTypeset
from sealservice.licenses.face_json import parse_face
from sealservice.licenses.model import EntityType, License, face_items
from sealservice.licenses.pdf import LicenseTypesetter, check_address
from tests.world_licenses import face_json, sample_license

TYPESETTER = LicenseTypesetter()
SITE = "https://seal.example"


def _license(entity: EntityType, **more: str) -> License:
    return replace(sample_license(), face=parse_face({**face_json(entity), **more}), version=3)


def _text(folder: Path, license_: License, *, is_demonstration: bool = True) -> str:
    path = folder / "license.pdf"
    path.write_bytes(TYPESETTER.typeset(license_, SITE, is_demonstration=is_demonstration))
    command = ["pdftotext", "-raw", str(path), "-"]
    found = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return "".join(found.split())


@pytest.mark.parametrize("entity", list(EntityType))
def test_a_license_shows_its_whole_face(tmp_path: Path, entity: EntityType) -> None:
    """Labels and values of its entity type, version, whole digest and the printed address."""
    license_ = _license(entity)
    text = _text(tmp_path, license_)
    for name, item in face_items(license_.face).items():
        if name not in {"issued_on", "copy"}:
            assert "".join(item.value.split()) in text, name
    assert face_digest(license_.face) in text
    assert check_address(SITE, license_) in text
    assert "无法律效力" in text
    assert "无法律效力" not in _text(tmp_path, license_, is_demonstration=False)


def test_the_longest_scope_stays_on_one_page(tmp_path: Path) -> None:
    """3,000 letters are set small, and none of them is lost."""
    scope = "技术开发、技术咨询、技术服务；" * 200
    text = _text(tmp_path, _license(EntityType.COMPANY, business_scope=scope))
    assert text.count("技术咨询") == 200
    command = ["pdfinfo", str(tmp_path / "license.pdf")]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert "Pages:           1" in told


@pytest.mark.security
def test_markup_is_shown_and_missing_letters_are_refused(tmp_path: Path) -> None:
    """Typst's own signs are letters like others; a name that cannot be shown is no license."""
    name = '#eval("1") $x$ \\ ]* <b>'
    assert "".join(name.split()) in _text(tmp_path, _license(EntityType.COMPANY, name=name))
    with pytest.raises(LicenseNotTypeset):
        TYPESETTER.typeset(_license(EntityType.COMPANY, name="𐍈公司"), SITE, is_demonstration=True)
