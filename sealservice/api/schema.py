"""Write the API's description: ``python -m sealservice.api.schema docs/openapi.json``."""

import json
import sys
from pathlib import Path
from typing import Any

from sealservice.api.app import describe_api
from sealservice.api.problems import Problem


def openapi() -> dict[str, Any]:
    """Return the OpenAPI 3.1 description, problems included and FastAPI's own errors left out."""
    description = describe_api().openapi()
    schemas = description["components"]["schemas"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for methods in description["paths"].values():
        for operation in methods.values():
            _forget_validation_error(operation["responses"])
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(problem.pop("$defs", {}))
    schemas["Problem"] = problem
    return description


def _forget_validation_error(responses: dict[str, Any]) -> None:
    """Drop the 422 that FastAPI adds by itself and that is never answered here."""
    if responses.get("422", {}).get("description") == "Validation Error":
        del responses["422"]


def written(description: dict[str, Any]) -> str:
    """Return the description as it stands in the repository."""
    return json.dumps(description, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(written(openapi()), encoding="utf-8")
