"""Files of ours that pages load.

An address that names the content (``?v=``) is kept for good. One that does not, as that of a module
which another imports, is asked for again each time, so that an update never meets its elder.
"""

from typing import Final

from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles
from starlette.types import Scope

_FOR_GOOD: Final = "public, max-age=31536000, immutable"


class OwnFiles(StaticFiles):
    """Serves them."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file, and how long it may be kept."""
        response = await super().get_response(path, scope)
        names_content = scope["query_string"].startswith(b"v=")
        response.headers["Cache-Control"] = _FOR_GOOD if names_content else "no-cache"
        return response
