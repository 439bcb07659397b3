"""Log lines: one JSON object per event, whatever is in it.

1. One event is one line: line ends, control and bidirectional characters in names are escaped, so
   that nobody can write an event of their own.
2. Whoever logs names the members (``extra={"members": …}``); requests' paths are logged as route
   templates, never as sent, because a sign-in link's secret stands in its path.
"""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any


class JsonLines(logging.Formatter):
    """Formats an event as one line of ASCII JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        event: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "members", {}),
        }
        if record.exc_info:
            event["trace"] = self.formatException(record.exc_info)
        return json.dumps(event, ensure_ascii=True, default=str)


def log_as_lines(level: int = logging.INFO) -> None:
    """Send every event of this process to standard error, one JSON line each."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it tells whole addresses
