"""What the processes of SeaweedFS read at their start, one or many of them.

1. ``security.toml``: gRPC wants a client certificate (``grpc_tls.py``); reading or writing on a
   volume server wants a token signed with a key that only SeaweedFS's own processes know.
2. ``identities.json``: S3 has one identity per kind of process, with the actions its work needs, on
   two buckets.
"""

import json
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from sealservice.bootstrap.embedded.grpc_tls import new_grpc_tls
from sealservice.infra.processes import ProcessKind

_READ: Final = ("Read", "List", "GetObjectRetention")
_LOCK: Final = ("PutObjectRetention", "PutObjectLegalHold")
_ACTIONS: Final[dict[ProcessKind, dict[str, tuple[str, ...]]]] = {
    ProcessKind.WEB: {"documents": (*_READ, "Write"), "records": _READ},
    ProcessKind.SIGNER: {"documents": (*_READ, "Write"), "records": (*_READ, "Write", *_LOCK)},
    ProcessKind.WORKER: {"documents": (*_READ, "Write"), "records": _READ},
    ProcessKind.CHECKER: {"documents": _READ, "records": _READ},
}
_ADMIN_ACTIONS: Final = ("Admin", "Read", "List", "Write", "Tagging")
_TOKENS: Final = ("signing", "signing.read", "filer_signing", "filer_signing.read")
_COMPONENTS: Final = ("master", "volume", "filer", "s3", "client")


def security_files(folder: Path) -> dict[str, str]:
    """Return new certificates and token keys: file name -> content.

    Args:
        folder: where SeaweedFS will read them; ``security.toml`` names it. That file comes last.
    """
    tls = new_grpc_tls()
    return {
        "authority.pem": tls.authority,
        "grpc.pem": tls.certificate,
        "grpc.key": tls.key,
        "security.toml": _security(folder),
    }


def identities(secret_keys: Mapping[ProcessKind, str]) -> str:
    """Return ``identities.json``: who may do what in S3; the access key is the process's name."""
    listed = [
        {
            "name": kind.value,
            "credentials": [{"accessKey": kind.value, "secretKey": secret_keys[kind]}],
            "actions": _actions(kind),
        }
        for kind in ProcessKind
    ]
    return json.dumps({"identities": listed}, indent=2)


def _actions(kind: ProcessKind) -> list[str]:
    if kind is ProcessKind.ADMIN:
        return list(_ADMIN_ACTIONS)
    return [f"{a}:{bucket}" for bucket, actions in _ACTIONS[kind].items() for a in actions]


def _security(folder: Path) -> str:
    tokens = "".join(f'[jwt.{use}]\nkey = "{secrets.token_urlsafe(32)}"\n' for use in _TOKENS)
    certificate, key = toml_string(folder / "grpc.pem"), toml_string(folder / "grpc.key")
    sides = "".join(f"[grpc.{side}]\ncert = {certificate}\nkey = {key}\n" for side in _COMPONENTS)
    return f"[grpc]\nca = {toml_string(folder / 'authority.pem')}\n{sides}{tokens}"


def toml_string(value: object) -> str:
    """Return a text as a basic string of TOML."""
    return json.dumps(str(value), ensure_ascii=False)  # a JSON string is one
