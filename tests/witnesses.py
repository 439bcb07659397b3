"""Programs by other people, which judge what we made."""

import os
import shutil
import subprocess

import pytest

SECONDS = 60


def witness(program: str, *arguments: str) -> str:
    """Run a program and return what it printed; it must succeed.

    Where it is not installed the test is skipped, which counts as a failure when ``CI`` is set.
    """
    if shutil.which(program) is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"program missing: {program}")
        pytest.skip(f"program missing: {program}")
    done = subprocess.run(
        [program, *arguments], capture_output=True, timeout=SECONDS, check=False, text=True
    )
    assert done.returncode == 0, f"{program}: {done.stdout}{done.stderr}"
    return done.stdout
