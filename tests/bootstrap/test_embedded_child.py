"""A process that outlives its parent: what is told when it does not start."""

from pathlib import Path

import pytest

from sealservice.bootstrap.embedded.child import Child
from sealservice.bootstrap.embedded.errors import EngineFailed

SECONDS = 30.0


def _never() -> bool:
    return False


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("printf 'good morning\\nport 1 \\033[31mis taken\\n\\n'", "port 1 [31mis taken"),
        ("true", "it said nothing"),
    ],
)
def test_last_words_of_what_ended_are_told(tmp_path: Path, script: str, told: str) -> None:
    """A log in a folder that is soon gone is of no use: its last line stands in the error."""
    log = tmp_path / "engine.log"
    child = Child("Engine", tmp_path, "mark", log)
    with pytest.raises(EngineFailed) as failed:
        child.start(["/bin/sh", "-c", script, "mark"], _never, SECONDS)
    assert f"({told})" in failed.value.message.en
    assert str(log) in failed.value.message.zh
