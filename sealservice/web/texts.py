"""The texts of the pages: one catalogue, ``templates/pages/texts.yaml``, in both languages."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache
from typing import Final

import yaml
from markupsafe import Markup, escape

from sealservice.kernel.resources import resource
from sealservice.kernel.text import Language, Text

CATALOGUE: Final = "templates/pages/texts.yaml"

Translate = Callable[..., str]


class ChangeKind(StrEnum):
    """Changes after signing for which there are words; others show under their own name."""

    ARCHIVAL_UPDATE = "archival_update"
    FORM_FILLING = "form_filling"
    ANNOTATION = "annotation"
    SIGNATURE = "signature"
    SPOOFED_FIELD = "spoofed_field"
    TRAILING_DATA = "trailing_data"
    PAGE_COUNT = "page_count"
    PAGE = "page"
    CONTENT = "content"
    FORM = "form"
    STORE = "store"
    CATALOG = "catalog"
    ACTION = "action"
    LAYER = "layer"
    STRUCTURE = "structure"
    VISUAL = "visual"


@cache
def catalogue() -> Mapping[str, Text]:
    """Return every text of the pages by its key."""
    values = yaml.safe_load(resource(CATALOGUE).read_text(encoding="utf-8"))
    return {key: Text(**languages) for key, languages in values.items()}


def translator(language: Language) -> Translate:
    """Return ``t(key, **fields)`` for one language; fields are escaped, texts are ours."""

    def translate(key: str, **fields: object) -> str:
        text = catalogue()[key].to(language)
        return Markup(text.format_map({name: escape(value) for name, value in fields.items()}))  # noqa: S704 (the catalogue is ours and fields are escaped)  # nosec B704

    return translate
