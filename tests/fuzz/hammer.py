"""Has libFuzzer (atheris) hammer one target: ``python -m tests.fuzz.hammer TARGET FOLDER SECONDS``.

What the fuzzer found interesting is kept in FOLDER/corpus, what broke something in FOLDER.
"""

import contextlib
import logging
import random
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["sealservice", "pyhanko", "asn1crypto"]):
    from tests.fuzz.mutations import damaged
    from tests.fuzz.targets import TARGETS

_MEGABYTES = 2_048
_INPUT_SECONDS = 20
_INPUT_BYTES = 200_000


def _mutated(data: bytes, greatest: int, seed: int) -> bytes:
    """Damage input as the quick tests do, or by libFuzzer's own means."""
    chance = random.Random(seed)  # noqa: S311 - libFuzzer gives the number
    if data and chance.random() < 1 / 2:
        return damaged(data, chance)[:greatest]
    mutated: bytes = atheris.Mutate(data, greatest)
    return mutated


def main() -> None:
    """Fuzz until the time is over; the first finding ends it with a traceback."""
    name, folder, seconds = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    target, corpus = TARGETS[name], folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(target.seeds()):
        (corpus / f"seed-{number}").write_bytes(seed)
    logging.disable()
    options = [
        f"-max_total_time={seconds}",
        f"-timeout={_INPUT_SECONDS}",
        f"-rss_limit_mb={_MEGABYTES}",
        f"-max_len={_INPUT_BYTES}",
        f"-artifact_prefix={folder}/",
        "-print_final_stats=1",
        "-verbosity=0",
    ]
    atheris.Setup(
        [sys.argv[0], *options, str(corpus)],
        target.run,
        custom_mutator=_mutated,
    )
    with contextlib.suppress(KeyboardInterrupt):
        atheris.Fuzz()


if __name__ == "__main__":
    main()
