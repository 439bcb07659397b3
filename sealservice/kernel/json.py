"""JSON: the type of its values, and its one canonical form (RFC 8785)."""

import rfc8785

JsonValue = None | bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"]
JsonObject = dict[str, JsonValue]


def canonical(value: JsonObject) -> bytes:
    """Return the RFC 8785 (JCS) bytes of a JSON object, fit for hashing and signing."""
    return rfc8785.dumps(value)
