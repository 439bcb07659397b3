"""Places on documents, asked of the inspector; and a form with signature fields of many kinds."""

import io

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from sealservice.infra.inspection import SandboxedInspector
from sealservice.sealing.model import Box, Impression, PlacedSeal, Placement
from tests.sealing.pages import saved, typeset

POINTS = 72 / 25.4


def located(inspector: SandboxedInspector, pdf: bytes, placement: Placement, size: float) -> Box:
    """Return the box of one square seal of some size in mm."""
    return everywhere(inspector, pdf, placement, size=size)[0].box


def everywhere(
    inspector: SandboxedInspector, pdf: bytes, *placements: Placement, size: float = 20
) -> tuple[Impression, ...]:
    """Return all impressions of one square seal."""
    (impressions,) = inspector.locate(pdf, (PlacedSeal(size, size, placements),))
    return impressions


def form(**changes: dict[str, object]) -> bytes:
    """Return a page with signature fields of many kinds; changes are made to them by name."""
    with pikepdf.open(io.BytesIO(typeset(standard="1.7"))) as document:
        page = document.pages[0].obj
        fields = {
            "Small": _field(document, page, "Small", [50, 50, 100, 150]),
            "Large": _field(document, page, "Large", [200, 50, 400, 250]),
            "Deep": _field(document, page, "Seal", [50, 300, 150, 400]),
            "Hidden": _field(document, page, "Hidden", [200, 300, 300, 400], F=2),
            "Nothing": _field(document, page, "Nothing", [0, 0, 0, 0]),
            "Locked": _field(document, page, "Locked", [310, 300, 400, 400], Ff=1),
            "Filled": _field(document, page, "Filled", [310, 420, 400, 500]),
            "Outside": _field(document, page, "Outside", [400, 520, 900, 900]),
            "Text": _field(document, page, "Text", [50, 420, 100, 440], FT=Name.Tx),
        }
        fields["Filled"].V = document.make_indirect(Dictionary(Type=Name.Sig))
        for name, entries in changes.items():
            for key, value in entries.items():
                fields[name][f"/{key}"] = value
        parent = document.make_indirect(Dictionary(T=String("PartyA"), FT=Name.Sig))
        del fields["Deep"].FT
        fields["Deep"].Parent = parent
        parent.Kids = Array([fields["Deep"]])
        listed = [field for name, field in fields.items() if name != "Deep"]
        document.Root.AcroForm = Dictionary(Fields=Array([*listed, parent]))
        return saved(document)


def _field(
    document: pikepdf.Pdf,
    page: pikepdf.Object,
    name: str,
    area: list[int],
    **entries: object,
) -> pikepdf.Object:
    held = {"FT": Name.Sig, "Type": Name.Annot, "Subtype": Name.Widget, "F": 4, **entries}
    field = document.make_indirect(Dictionary(T=String(name), Rect=Array(area), **held))
    if "/Annots" not in page:
        page.Annots = Array([])
    page.Annots.append(field)
    return field
