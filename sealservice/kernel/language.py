"""Which of the two languages a client prefers, by its Accept-Language (RFC 9110 12.5.4).

1. The highest weight among Chinese and English wins; at equal weight the one named first.
2. Nobody who names neither is turned away: they get Chinese.
"""

from typing import Final

from sealservice.kernel.text import Language

_MOST_RANGES: Final = 20


def preferred_language(accept_language: str) -> Language:
    """Return the language that a header such as ``en-GB,en;q=0.9,zh;q=0.5`` asks for."""
    best, best_weight = Language.ZH, 0.0
    for part in accept_language.split(",")[:_MOST_RANGES]:
        tag, _, parameter = part.strip().partition(";")
        language = _LANGUAGES.get(tag.split("-")[0].strip().lower())
        weight = _weight(parameter)
        if language is not None and weight > best_weight:
            best, best_weight = language, weight
    return best


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return min(float(value), 1.0)
    except ValueError:
        return 0.0


_LANGUAGES: Final = {language.value: language for language in Language}
