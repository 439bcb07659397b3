"""Forms whose fields hold one another: refused at once, wherever they are met."""

import io

import pikepdf
import pytest

from sealservice.infra.inspection import SandboxedInspector
from sealservice.infra.sandbox import ForkedSandbox
from sealservice.limits import Limits
from sealservice.sealing.errors import NotAPdf
from sealservice.sealing.model import CoordinatePlacement, PlacedSeal
from tests.sealing.pages import saved, typeset

pytestmark = pytest.mark.security

ANYWHERE = PlacedSeal(20, 20, (CoordinatePlacement("1", 60, 60),))


def tangled(*, to_itself: bool) -> bytes:
    """Return a document with a field that is its own child, or 50 floors of doors that fork."""
    with pikepdf.open(io.BytesIO(typeset(standard="1.7"))) as document:
        field = document.make_indirect(pikepdf.Dictionary(T="a"))
        top = field
        for _ in range(0 if to_itself else 45):
            above = document.make_indirect(pikepdf.Dictionary(T="a"))
            above.Kids = pikepdf.Array([top, top])
            top = above
        if to_itself:
            field.Kids = pikepdf.Array([field])
        document.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([top]))
        return saved(document)


@pytest.mark.parametrize("to_itself", [True, False])
def test_a_form_that_is_no_tree_is_refused(sandbox: ForkedSandbox, *, to_itself: bool) -> None:
    """Neither intake nor placing walks in circles, or along 2 to the 45th paths."""
    inspector = SandboxedInspector(sandbox, Limits())
    source = tangled(to_itself=to_itself)
    with pytest.raises(NotAPdf):
        inspector.pages(source)
    with pytest.raises(NotAPdf):
        inspector.locate(source, (ANYWHERE,))
