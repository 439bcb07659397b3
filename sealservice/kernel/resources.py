"""Files that ship beside the code: templates, ceremonies, migrations, bucket rules."""

from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).resolve().parent.parent
_ROOTS: Final = (_PACKAGE / "resources", _PACKAGE.parent)


def resource(path: str) -> Path:
    """Return where a shipped file or folder is, e.g. ``resource("templates/forms")``.

    An installed wheel keeps them in ``sealservice/resources``, a checkout at its top level.

    Raises:
        FileNotFoundError: the package was built without it.
    """
    for root in _ROOTS:
        if (root / path).exists():
            return root / path
    raise FileNotFoundError(path)
