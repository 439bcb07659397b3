"""The bank account opening form: PDF/A, complete, on one page, data shown but never evaluated."""

import io
import json
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest

from sealservice.kernel.resources import resource
from sealservice.licenses.face_json import parse_face
from sealservice.licenses.model import EntityType, License, face_items
from sealservice.matters.catalogue import load_matters
from sealservice.matters.model import FieldKind, FilledForm, Matter
from sealservice.matters.service import MatterService
from sealservice.matters.typesetting import Typesetter
from tests.oracles import pdf_a_failures
from tests.witnesses import witness
from tests.world_licenses import NOON, face_json, sample_license

POINTS_PER_MM = 72 / 25.4
MATTER = "bank-account-opening"


def sample_answers() -> dict[str, Any]:
    """Return the answers of the fictional company that ship with the package."""
    text = resource(f"templates/samples/{MATTER}.json").read_text(encoding="utf-8")
    answers: dict[str, Any] = json.loads(text)
    return answers


@pytest.fixture(scope="module")
def matters() -> MatterService:
    """Give the service, its clock stopped at noon."""
    return MatterService(load_matters(), Typesetter(), lambda: NOON)


@pytest.fixture(scope="module")
def fill(matters: MatterService) -> Callable[..., FilledForm]:
    """Give a way to fill the form with some sample answers changed."""

    def filled(license_: License | None = None, **changed: str) -> FilledForm:
        answers = {**sample_answers(), **changed}
        return matters.fill(MATTER, license_ or sample_license(), answers)

    return filled


@pytest.fixture(scope="module")
def form(fill: Callable[..., FilledForm], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the file of the sample form."""
    path = tmp_path_factory.mktemp("form") / "form.pdf"
    path.write_bytes(fill().pdf)
    return path


def _text(form: FilledForm, folder: Path) -> str:
    (folder / "form.pdf").write_bytes(form.pdf)
    return witness("pdftotext", "-raw", f"{folder}/form.pdf", "-")


def _squeezed(text: str) -> str:
    """Drop all white space: wrapped cells break values anywhere."""
    return "".join(text.split())


def _fullest(matter: Matter, license_: License) -> tuple[License, dict[str, str]]:
    """Return a license and answers with as much text as each field allows."""
    full = {"name": 100, "license_type": 60, "domicile": 200, "business_scope": 3_000}
    full |= {"legal_representative": 60, "registered_capital": 60, "term": 60}
    face = replace(license_.face, **{name: "满" * count for name, count in full.items()})
    answers = sample_answers() | {
        field.name: "2026-12-31" if field.kind is FieldKind.DATE else "满" * field.greatest
        for field in matter.fields
        if not field.pattern and not field.choices
    }
    return replace(license_, face=face), answers


def test_form_is_pdf_a(form: Path) -> None:
    """The form conforms to PDF/A-2b, a named false positive apart."""
    assert pdf_a_failures(form.read_bytes()) == set()
    with pikepdf.open(form) as document:
        metadata = document.open_metadata()
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "B")
        assert document.Root.OutputIntents[0].DestOutputProfile.N == 3


def test_form_is_well_formed(form: Path) -> None:
    """The PDF reader qpdf finds nothing to complain of, and a revision may be appended."""
    assert "No syntax or stream encoding errors" in witness("qpdf", "--check", str(form))
    assert form.read_bytes().endswith(b"%%EOF\n")


def test_all_fonts_are_embedded(form: Path) -> None:
    """Every font is embedded, as a subset, with a way back to text."""
    rows = witness("pdffonts", str(form)).splitlines()[2:]
    assert len(rows) == 2
    assert all(row.split()[-5:-2] == ["yes", "yes", "yes"] for row in rows)


def test_form_shows_every_value(
    fill: Callable[..., FilledForm], matters: MatterService, tmp_path: Path
) -> None:
    """Everything from the license, every answer, the date and the provenance can be read."""
    form = fill(account_valid_until="2027-12-31")
    text = _squeezed(_text(form, tmp_path))
    license_ = sample_license()
    items = face_items(license_.face)
    shown = [items[field.sources[0]] for field in matters.show(MATTER).prefilled]
    assert all(_squeezed(item.value) in text for item in shown)
    assert all(_squeezed(answer) in text for answer in sample_answers().values())
    assert "2027-12-31" in text
    assert text.count("✓") == text.count("✓基本存款账户") == 1
    assert form.number in text
    assert "2026年11月24日" in text
    assert f"统一社会信用代码{license_.uscc}，执照版本1" in text


def test_same_content_on_the_same_day_is_the_same_document(
    matters: MatterService, fill: Callable[..., FilledForm]
) -> None:
    """The bytes depend on contents and day alone, not on the hour or the process's state."""
    late = MatterService(load_matters(), Typesetter(), lambda: NOON.replace(hour=15, minute=59))
    tomorrow = replace(late, clock=lambda: NOON.replace(hour=16))
    assert late.fill(MATTER, sample_license(), sample_answers()) == fill()
    assert tomorrow.fill(MATTER, sample_license(), sample_answers()).sha256 != fill().sha256
    assert fill(agent_name="示例丙").number != fill().number
    assert fill().filename == f"{MATTER}-{fill().number}.pdf"
    assert matters.all() == [matters.show(MATTER)]


@pytest.mark.security
@pytest.mark.parametrize(
    "text",
    [
        '#read("/etc/passwd")',
        "#sys.inputs.data",
        '#panic("x")',
        "*a* _b_ $x^2$ `c` <d> @e",
        "]#set page(fill: red)[",
        '{"a": 1}\\n"',
        "// comment --- ...",
        "= heading",
    ],
)
def test_typst_syntax_is_text(fill: Callable[..., FilledForm], text: str, tmp_path: Path) -> None:
    """Markup and code in an answer or on the face are shown letter by letter."""
    face = replace(sample_license().face, domicile=text)
    form = fill(replace(sample_license(), face=face), account_purpose=text)
    assert _squeezed(_text(form, tmp_path)).count(_squeezed(text)) == 2


def test_fullest_form_stays_on_one_page(matters: MatterService) -> None:
    """With all fields as long as they may be there is still one page, seal place included."""
    license_, answers = _fullest(matters.show(MATTER), sample_license())
    form = matters.fill(MATTER, license_, answers)
    with pikepdf.open(io.BytesIO(form.pdf)) as document:
        assert len(document.pages) == 1
    _require_room_for_seal(form, matters.show(MATTER).seal_keyword)


def test_seal_has_room_at_its_keyword(
    fill: Callable[..., FilledForm], matters: MatterService
) -> None:
    """The keyword stands there once, and a 40 mm seal on it hides no field."""
    _require_room_for_seal(fill(), matters.show(MATTER).seal_keyword)


def _require_room_for_seal(form: FilledForm, keyword: str) -> None:
    text = pypdfium2.PdfDocument(form.pdf)[0].get_textpage()
    search = text.search(keyword)
    first, count = search.get_next()
    assert search.get_next() is None
    boxes = [text.get_charbox(first + place) for place in range(count)]
    x = (boxes[0][0] + boxes[-1][2]) / 2
    y = (boxes[0][1] + boxes[0][3]) / 2
    radius = 20 * POINTS_PER_MM
    assert min(x, y) > radius
    hidden = "".join(
        text.get_text_range(place, 1)
        for place in range(text.count_chars())
        if _distance(text.get_charbox(place), x, y) < radius
    )
    assert set(hidden) <= set("存款人（盖章）2026年11月24日 \r\n")


def _distance(box: tuple[float, float, float, float], x: float, y: float) -> float:
    return math.hypot((box[0] + box[2]) / 2 - x, (box[1] + box[3]) / 2 - y)


@pytest.mark.parametrize("entity_type", list(EntityType))
def test_labels_follow_the_entity_type(
    fill: Callable[..., FilledForm], entity_type: EntityType, tmp_path: Path
) -> None:
    """The form speaks of the person and the place as that type of license does."""
    face = parse_face(face_json(entity_type))
    text = _text(fill(replace(sample_license(), face=face)), tmp_path)
    person = {
        EntityType.COMPANY: "法定代表人",
        EntityType.BRANCH: "负责人",
        EntityType.SOLE_TRADER: "经营者",
        EntityType.PARTNERSHIP: "执行事务合伙人",
        EntityType.SOLE_PROPRIETORSHIP: "投资人",
    }
    for kind, label in person.items():
        assert (label in text) is (kind is entity_type)
    without_capital = entity_type in {EntityType.BRANCH, EntityType.SOLE_TRADER}
    assert ("注册资本或出资额" in text) is without_capital
