"""Read the matters that ship with the package: ``templates/forms/<id>/matter.yaml``."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from sealservice.kernel.resources import resource
from sealservice.kernel.text import Text
from sealservice.matters.model import ApplicantField, FieldKind, Matter, PrefilledField

_DATE_LETTERS: Final = 10


def form_folder(matter_id: str) -> Path:
    """Return the folder of a known matter's template."""
    return resource("templates/forms") / matter_id


def load_matters() -> dict[str, Matter]:
    """Return every matter by id, in the order of the ids."""
    files = sorted(resource("templates/forms").glob("*/matter.yaml"))
    matters = (_matter(yaml.safe_load(file.read_text(encoding="utf-8"))) for file in files)
    return {matter.id: matter for matter in matters}


def _matter(values: Mapping[str, Any]) -> Matter:
    return Matter(
        id=values["id"],
        title=Text(**values["title"]),
        e_sign_allowed=values["e_sign_allowed"],
        seal_keyword=values["seal_keyword"],
        prefilled=tuple(_prefilled(field) for field in values["prefilled"]),
        fields=tuple(_applicant(field) for field in values["fields"]),
    )


def _prefilled(values: Mapping[str, Any]) -> PrefilledField:
    return PrefilledField(
        name=values["name"],
        label=Text(**values["label"]),
        sources=tuple(values["source"]),
        required=values.get("required", True),
    )


def _applicant(values: Mapping[str, Any]) -> ApplicantField:
    choices = tuple(values.get("choices", ()))
    return ApplicantField(
        name=values["name"],
        label=Text(**values["label"]),
        kind=FieldKind(values["kind"]),
        required=values.get("required", True),
        greatest=values.get("greatest", max(map(len, choices), default=_DATE_LETTERS)),
        pattern=values.get("pattern"),
        hint=Text(**values["hint"]) if "hint" in values else None,
        choices=choices,
    )
