"""Policies as files, read strictly and held to a floor.

1. ``templates/policies/NAME.yaml`` ships with the package; a path names a file of one's own.
2. Every entry must be known, every value of its kind; a key that no finding has is refused, for a
   constraint with a slip of the pen would silently not apply.
3. The decision table is tried on every situation there is. Whatever its rules say, a broken
   signature and illegitimate changes are invalid, and valid is only what is TOTAL-PASSED, intact,
   over a whole revision, with every constraint met, not revoked before its proven time, and not
   made with a seal of ours that was out of use or whose use was never recorded.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import date
from enum import StrEnum
from functools import cache
from itertools import product
from pathlib import Path
from typing import Final

from sealservice.kernel.resources import resource
from sealservice.kernel.text import Text
from sealservice.trust import strict_yaml
from sealservice.trust.errors import CeremonyInvalid
from sealservice.verification.errors import PolicyInvalid, PolicyNotFound
from sealservice.verification.messages import MESSAGES
from sealservice.verification.model import Grade, Indication, Verdict
from sealservice.verification.policy import (
    UNLIMITED,
    AlgorithmTable,
    Answer,
    Changes,
    Covered,
    Policy,
    Rule,
    Situation,
    Use,
)

DEFAULT: Final = "default"
_TAKEN: Final = Text(
    "名称与内置策略相同而内容不同，报告会被误读。请改用其他名称。",
    "It has the name of a policy that ships, and says something else: reports would be misread. "
    "Give it another name.",
)
FLOOR: Final = frozenset(
    {
        "byte_range_gap_not_contents",
        "byte_range_malformed",
        "byte_range_not_from_start",
        "byte_range_not_revision",
        "byte_range_outside_file",
        "certificate_revoked",
        "chain_unfit",
        "chain_untrusted",
        "changes_not_analysed",
        "content_covered",
        "content_encapsulated",
        "dictionary_keys_repeated",
        "digest_mismatch",
        "hybrid_references",
        "keys_doubled",
        "modified_after_signing",
        "not_judged",
        "picture_only",
        "rogue_use",
        "seal_not_in_use",
        "signature_unreadable",
        "signed_attributes_missing",
        "signed_attributes_wrong",
        "signer_infos_not_one",
        "timestamp_broken",
        "type_contradicts",
    }
)
"""What no policy may take for less than a failure (rule 3)."""
_FOLDER: Final = "templates/policies"
_FILE_BYTES: Final = 256 * 1024
_VERSION: Final = re.compile(r"[0-9]{1,4}(\.[0-9]{1,4}){0,2}")
_NAME: Final = re.compile(r"[a-z][a-z0-9_-]{0,59}")
_BITS: Final = re.compile(r"[0-9]{2,5}")
_DAY: Final = re.compile(r"unlimited|[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WORDS: Final = re.compile(r"[A-Za-z_-]+( \| [A-Za-z_-]+)*")
_AXES: Final[Mapping[str, type[StrEnum]]] = {
    "indication": Indication,
    "intact": Answer,
    "modifications": Changes,
    "coverage": Covered,
    "revoked_before": Answer,
    "use": Use,
    "constraints_met": Answer,
}


def names() -> list[str]:
    """Return the names of the policies that ship with the package, in order."""
    return sorted(file.stem for file in resource(_FOLDER).glob("*.yaml"))


def load(name: str = DEFAULT) -> Policy:
    """Return a policy that ships with the package.

    Raises:
        PolicyNotFound: there is none of that name.
        PolicyInvalid: its file breaks a rule.
    """
    return _loaded(name)


def find(name_or_path: str) -> Policy:
    """Return a policy by its name, or by the path of its file.

    Raises:
        PolicyNotFound: there is neither.
        PolicyInvalid: the file breaks a rule, or calls itself as one that ships and is another.
    """
    path = Path(name_or_path)
    if name_or_path in names() or not path.is_file():
        return load(name_or_path)
    policy = read(path)
    if policy.name in names() and policy != load(policy.name):
        raise PolicyInvalid(path.name, _TAKEN, "name")
    return policy


def read(file: Path) -> Policy:
    """Read a policy from a file.

    Raises:
        PolicyInvalid: it cannot be read, or it breaks a rule.
    """
    try:
        return parse(_content(file), file.name)
    except CeremonyInvalid as error:
        problem = Text(str(error.fields["problem_zh"]), str(error.fields["problem_en"]))
        raise PolicyInvalid(file.name, problem, str(error.fields["path"])) from error


def parse(text: str, file: str) -> Policy:
    """Read a policy from the text of a file.

    Raises:
        PolicyInvalid: a decision is below the floor.
        CeremonyInvalid: the YAML breaks a rule.
    """
    top = strict_yaml.load_mapping(text)
    policy = Policy(
        name=top.matching("name", _NAME),
        version=top.matching("version", _VERSION),
        grades=_grades(top.mapping("constraints")) if top.has("constraints") else {},
        algorithms=_algorithms(top.mapping("algorithms")),
        decisions=tuple(_rules(top.mapping("decisions"))),
    )
    top.finish()
    _hold_floor(policy, file)
    return policy


@cache
def _loaded(name: str) -> Policy:
    if name not in names():
        raise PolicyNotFound(name=name, known="、".join(names()))
    return read(resource(f"{_FOLDER}/{name}.yaml"))


def _content(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            content = stream.read(_FILE_BYTES + 1)
        if len(content) <= _FILE_BYTES:
            return content.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        problem = Text("无法读取，应为 UTF-8 文本", "it cannot be read; it must be UTF-8 text")
        raise PolicyInvalid(file.name, problem, "YAML") from error
    problem = Text(f"超过 {_FILE_BYTES} 字节", f"it has more than {_FILE_BYTES} bytes")
    raise PolicyInvalid(file.name, problem, "YAML")


def _grades(constraints: strict_yaml.Mapping) -> dict[str, Grade]:
    for key in constraints.content:
        if key not in MESSAGES:
            raise constraints.wrong(
                key, Text("没有这一约束", "there is no constraint of this name")
            )
    grades = {key: constraints.word(key, Grade) for key in constraints.content}
    for key, grade in grades.items():
        if key in FLOOR and grade is not Grade.FAIL:
            problem = Text(
                "这一约束只能是 FAIL，否则伪造的文件会被判为有效",
                "this one can only be FAIL, or a forged file might be valid",
            )
            raise constraints.wrong(key, problem)
    return grades


def _algorithms(table: strict_yaml.Mapping) -> AlgorithmTable:
    kinds = table.mapping("key_bits")
    read_table = AlgorithmTable(
        digests=_ends(table.mapping("digest"), _NAME),
        signatures=_ends(table.mapping("signature"), _NAME),
        key_bits={
            kind: {int(bits): end for bits, end in _ends(least, _BITS).items()}
            for kind, least in kinds.mappings(_NAME)
        },
    )
    table.finish()
    return read_table


def _ends(entries: strict_yaml.Mapping, names_of: re.Pattern[str]) -> dict[str, date]:
    for name in entries.content:
        if not names_of.fullmatch(name):
            raise entries.wrong(name, Text("名称不对", "this is no name for an entry"))
    return {name: _end(entries, name) for name in entries.content}


def _end(entries: strict_yaml.Mapping, name: str) -> date:
    written = entries.matching(name, _DAY)
    if written == "unlimited":
        return UNLIMITED
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise entries.wrong(name, Text("没有这一天", "there is no such day")) from None


def _rules(decisions: strict_yaml.Mapping) -> Iterator[Rule]:
    for name, entry in decisions.mappings(_NAME):
        conditions = {
            axis: _values(entry, axis, words) for axis, words in _AXES.items() if entry.has(axis)
        }
        yield Rule(name, conditions, entry.word("verdict", Verdict))
        entry.finish()


def _values(entry: strict_yaml.Mapping, axis: str, words: type[StrEnum]) -> frozenset[str]:
    values = frozenset(entry.matching(axis, _WORDS).split(" | "))
    known = {word.value for word in words}
    if values <= known:
        return values
    listed = " | ".join(word.value for word in words)
    raise entry.wrong(axis, Text(f"应取自：{listed}", f"it must be of: {listed}"))


def situations() -> Iterator[Situation]:
    """Return every situation that a decision table may meet."""
    axes = [_AXES[axis.name] for axis in fields(Situation)]
    for values in product(*axes):
        yield Situation(*values)  # type: ignore[arg-type]


def may_be_valid(situation: Situation) -> bool:
    """Return whether the floor lets a policy call this valid (rule 3)."""
    return (
        situation.indication is Indication.TOTAL_PASSED
        and situation.intact is Answer.YES
        and situation.modifications is not Changes.ILLEGITIMATE
        and situation.coverage is Covered.WHOLE
        and situation.revoked_before is Answer.NO
        and situation.use in (Use.FOREIGN, Use.IN_USE)
        and situation.constraints_met is Answer.YES
    )


def must_be_invalid(situation: Situation) -> bool:
    """Return whether the floor lets a policy call this nothing but invalid (rule 3)."""
    is_failed = situation.indication is Indication.TOTAL_FAILED
    return is_failed or situation.modifications is Changes.ILLEGITIMATE


def _hold_floor(policy: Policy, file: str) -> None:
    for situation in situations():
        verdict = policy.decide(situation)
        if verdict is Verdict.VALID and not may_be_valid(situation):
            problem = Text("会把不可信的签章判为有效", "it calls valid what must not be")
        elif verdict is not Verdict.INVALID and must_be_invalid(situation):
            problem = Text(
                "没有把被篡改或不成立的签章判为无效",
                "it does not call invalid what is broken or was tampered with",
            )
        elif verdict in (Verdict.UNSIGNED, Verdict.UNREADABLE):
            problem = Text(
                "签章只能判为 valid、unconfirmed 或 invalid",
                "a signature is valid, unconfirmed or invalid",
            )
        else:
            continue
        told = Text(f"{problem.zh}（{_told(situation)}）", f"{problem.en} ({_told(situation)})")
        raise PolicyInvalid(file, told, "decisions")


def _told(situation: Situation) -> str:
    values = (f"{axis.name}: {getattr(situation, axis.name).value}" for axis in fields(Situation))
    return ", ".join(values)
