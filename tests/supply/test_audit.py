"""An audit that audited nothing is a failure, whatever ``pip-audit`` says."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.supply.audit import audit, judged

SKIPPED = """{"dependencies": [
  {"name": "aiohappyeyeballs", "skip_reason":
   "Dependency not found on PyPI and could not be audited: aiohappyeyeballs (2.7.1)"},
  {"name": "aiohttp", "skip_reason":
   "Dependency not found on PyPI and could not be audited: aiohttp (3.14.5)"}
], "fixes": []}"""
"""What pip-audit 2.10.1 printed, beginning, when its database was out of reach; it ended with 0 and
"No known vulnerabilities found"."""
ADVISORY = {
    "id": "TEST-2026-1",
    "summary": "made up for this test",
    "affected": [
        {
            "package": {"name": "idna", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "99"}]}],
            "versions": ["3.20"],
        }
    ],
}
PINNED = "{name}=={version} --hash=sha256:" + "0" * 64 + "\n"


class _Advisories(BaseHTTPRequestHandler):
    """A database in OSV's format that knows one advisory."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        found = [ADVISORY] if asked["package"]["name"] == "idna" else []
        body = json.dumps({"vulns": found} if found else {}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Be silent."""


@pytest.fixture
def mirror() -> Iterator[str]:
    """Serve the database on the loopback."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Advisories) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/v1/query"
        server.shutdown()


def _requirements(folder: Path, *names: str) -> str:
    file = folder / "requirements.txt"
    file.write_text("".join(PINNED.format(name=name, version="3.20") for name in names))
    return str(file)


def _asking(url: str) -> list[str]:
    return ["--vulnerability-service", "osv", "--osv-url", url]


def test_audit_that_skipped_everything_fails_loudly() -> None:
    """What ends with 0 in pip-audit ends with 2 here, and says why."""
    verdict = judged(SKIPPED)
    assert verdict.status == 2
    assert "audited nothing: 2 packages skipped; aiohappyeyeballs" in verdict.text


@pytest.mark.parametrize("report", ["", "Traceback …", "{}", '{"dependencies": []}'])
def test_no_report_is_no_audit(report: str) -> None:
    """Neither silence nor an empty list passes."""
    assert judged(report).status == 2
    assert judged(report).text.startswith("audited nothing")


def test_audit_in_part_fails() -> None:
    """One package that was skipped is named."""
    report = json.loads(SKIPPED)
    report["dependencies"].append({"name": "idna", "version": "3.20", "vulns": []})
    verdict = judged(json.dumps(report))
    assert verdict.status == 2
    assert "aiohttp" in verdict.text


def test_database_out_of_reach_is_no_audit(tmp_path: Path) -> None:
    """The real program, asking a port where nobody listens."""
    verdict = audit(_asking("http://127.0.0.1:9/v1/query"), _requirements(tmp_path, "idna"))
    assert verdict.status == 2
    assert verdict.text.startswith("audited nothing")


def test_known_vulnerability_is_named(mirror: str, tmp_path: Path) -> None:
    """The real program on a mirror: what it knows is found, and it was asked for each package."""
    verdict = audit(_asking(mirror), _requirements(tmp_path, "idna", "yarl"))
    assert (verdict.status, verdict.text) == (1, "idna 3.20: TEST-2026-1")


def test_clean_audit_says_how_many_it_audited(mirror: str, tmp_path: Path) -> None:
    """Nothing known of any of them is success, with their number."""
    verdict = audit(_asking(mirror), _requirements(tmp_path, "yarl", "click"))
    assert verdict.status == 0
    assert verdict.text.startswith("2 packages audited")
