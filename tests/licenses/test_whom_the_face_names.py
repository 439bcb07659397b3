"""Whom the face of a partnership names as its principal."""

from types import SimpleNamespace
from typing import Any

import pytest

from sealservice.licenses.delegation import is_on_face
from sealservice.licenses.model import EntityType

DELEGATED = "张三丰实业有限公司（委派代表：李四）"
NARROW = "张三丰实业有限公司(委派代表:李四)"


def _names(field: str, name: str) -> bool:
    license_: Any = SimpleNamespace(representative=field, entity_type=EntityType.PARTNERSHIP)
    holder: Any = SimpleNamespace(person=SimpleNamespace(name=name))
    return is_on_face(holder, license_)


@pytest.mark.parametrize("field", [DELEGATED, NARROW])
def test_delegate_of_a_partner_is_the_principal(field: str) -> None:
    """Brackets and colons of both widths name the same person, and nobody else."""
    assert _names(field, "李四")
    for part in ("张三", "张三丰", "李", "公司", "委派代表", ""):
        assert not _names(field, part)


def test_partner_who_is_a_person_is_named_whole() -> None:
    """Without a delegate the whole field is the name."""
    assert _names("张三丰", "张三丰")
    assert not _names("张三丰", "张三")
