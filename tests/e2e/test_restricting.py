"""``seal-pdf --certify`` and ``--lock``: what may still be done to a sealed document."""

from pathlib import Path

import pikepdf
import pytest

from tests.command_line import speaks_both
from tests.e2e.demonstrated import Demonstrated

pytestmark = [pytest.mark.engines, pytest.mark.timeout(600)]


def test_a_seal_may_certify_and_lock(demonstrated: Demonstrated, tmp_path: Path) -> None:
    """What --certify and --lock forbid stands in the file (DocMDP, FieldMDP); nonsense is 64."""
    out = tmp_path / "sealed.pdf"
    options = ("--keyword", "（盖章）", "--certify", "form-filling", "--lock", "all", "--json")
    ended = demonstrated.seal(demonstrated.form, out, *options)
    assert ended.status == 0, ended.err
    with pikepdf.open(out) as document:
        methods = {
            str(one.TransformMethod): one.TransformParams
            for one in document.Root.AcroForm.Fields[0].V.Reference
        }
        assert methods["/DocMDP"].P == 2
        assert methods["/FieldMDP"].Action == "/All"
        assert "/DocMDP" in document.Root.Perms
    for wrong in (("--certify", "all"), ("--lock", "include="), ("--lock", "all=a")):
        ended = demonstrated.seal(demonstrated.form, out, "--keyword", "（盖章）", *wrong)
        assert ended.status == 64
        assert speaks_both(ended)
