"""Texts in the two languages of the product: Chinese first, English beside it."""

from dataclasses import dataclass
from enum import StrEnum


class Language(StrEnum):
    """A language of the user interface, by its BCP 47 primary tag."""

    ZH = "zh"
    EN = "en"


@dataclass(frozen=True, slots=True)
class Text:
    """One message in both languages; may hold ``{named}`` fields."""

    zh: str
    en: str

    def to(self, language: Language) -> str:
        """Return the message in one language."""
        return self.zh if language is Language.ZH else self.en

    def filled(self, **fields: object) -> "Text":
        """Return the message with its named fields filled in."""
        return Text(self.zh.format_map(fields), self.en.format_map(fields))
