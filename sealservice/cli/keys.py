"""``sealservice keys``: perform a key ceremony, and list what keys there are.

Both need the signer's credentials alone. Keys belong to the installation, so whoever performs a
ceremony acts for no organisation.
"""

from pathlib import Path
from typing import Annotated, Final

import typer

from sealservice.bootstrap.trust import Ceremonies
from sealservice.cli.call import call_of
from sealservice.cli.desk import open_installation, user_name
from sealservice.cli.files import require_readable
from sealservice.cli.output import local_time, print_json
from sealservice.kernel.actor import operator
from sealservice.kernel.clock import rfc3339
from sealservice.kernel.json import JsonObject
from sealservice.kernel.text import Text
from sealservice.trust.model import IssuedCertificate, StoredKey

app = typer.Typer()

_PERFORMING: Final = Text("正在生成密钥和证书…", "Making keys and certificates…")
_ISSUED, _UNCHANGED = Text("新签发", "issued"), Text("未变", "unchanged")
_UNITS: Final = (
    Text("结果", "Outcome"),
    Text("单元", "Unit"),
    Text("主体", "Subject"),
    Text("有效期至", "Valid until"),
)
_KEYS: Final = (
    Text("编号", "Id"),
    Text("用途", "Purpose"),
    Text("算法", "Algorithm"),
    Text("位置", "Where"),
    Text("证书主体", "Certificate subject"),
    Text("有效期至", "Valid until"),
)


@app.command()
def ceremony(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="密钥仪式文件 YAML / ceremony file")],
) -> None:
    """执行密钥仪式 / perform a key ceremony."""
    call = call_of(context)
    require_readable(file)
    with open_installation(call) as installation, call.output.progress(_PERFORMING):
        outcome = Ceremonies(installation).perform(file, operator(user_name(), ""))
    if call.output.json:
        print_json(
            {
                "issued": [_certificate(one) for one in outcome.issued],
                "unchanged": [_certificate(one) for one in outcome.unchanged],
            }
        )
        return
    told = [(_ISSUED, outcome.issued), (_UNCHANGED, outcome.unchanged)]
    rows = [
        [word.to(call.output.language), one.unit, one.subject, local_time(one.not_after)]
        for word, certificates in told
        for one in certificates
    ]
    call.output.table(_UNITS, rows)


@app.command("list")
def list_(context: typer.Context) -> None:
    """列出密钥 / list keys."""
    call = call_of(context)
    with open_installation(call) as installation:
        keys = Ceremonies(installation).keys()
    if call.output.json:
        print_json([_json(key, certificate) for key, certificate in keys])
        return
    call.output.table(_KEYS, [_row(key, certificate) for key, certificate in keys])


def _row(key: StoredKey, certificate: IssuedCertificate | None) -> list[str]:
    named = [certificate.subject, local_time(certificate.not_after)] if certificate else ["—", "—"]
    return [key.id, key.purpose.value, key.algorithm.value, key.location, *named]


def _json(key: StoredKey, certificate: IssuedCertificate | None) -> JsonObject:
    return {
        "id": key.id,
        "purpose": key.purpose.value,
        "algorithm": key.algorithm.value,
        "location": key.location,
        "certificate": _certificate(certificate) if certificate else None,
    }


def _certificate(certificate: IssuedCertificate) -> JsonObject:
    revoked_at = certificate.revoked_at
    return {
        "unit": certificate.unit,
        "subject": certificate.subject,
        "sha256": certificate.sha256,
        "serial": f"{certificate.serial:x}",
        "not_before": rfc3339(certificate.not_before),
        "not_after": rfc3339(certificate.not_after),
        "revoked_at": rfc3339(revoked_at) if revoked_at else None,
    }
