"""``sealservice license pdf`` and ``credential``: a license in its other forms."""

import json
from pathlib import Path
from typing import Annotated, Final

import typer

from sealservice.api.license_forms import CredentialIssued
from sealservice.bootstrap.processes import signer_running
from sealservice.cli.call import call_of
from sealservice.cli.desk import open_desk
from sealservice.cli.files import output_file, read_json
from sealservice.cli.output import print_json
from sealservice.kernel.text import Text

LicenseId = Annotated[str, typer.Argument(metavar="ID", help="执照编号 / license id")]
_SEALING: Final = Text("正在签发执照…", "Issuing the license…")


def pdf(
    context: typer.Context,
    license_id: LicenseId,
    out: Annotated[
        Path, typer.Option("--out", metavar="PDF", help="输出文件 / where the license goes")
    ],
) -> None:
    """签发盖章的执照 PDF / issue the sealed PDF of a license."""
    call = call_of(context)
    with open_desk(call) as desk, output_file(out) as target:
        with call.output.progress(_SEALING), signer_running(desk.installation):
            made = desk.services.license_pdfs.pdf(desk.actor, license_id)
        target.write(made.pdf)
    if call.output.json:
        print_json({"path": str(out), "version": made.version, "digest": made.face_sha256})
        return
    call.output.pairs(
        {
            Text("文件", "File"): str(out),
            Text("照面版本", "Version"): str(made.version),
            Text("照面摘要", "Digest"): made.face_sha256,
        }
    )


def credential(
    context: typer.Context,
    license_id: LicenseId,
    jwk: Annotated[
        Path, typer.Argument(metavar="JWK", help="钱包公钥 JWK 文件 / the wallet's public key")
    ],
) -> None:
    """为钱包签发执照凭证（SD-JWT VC）/ issue a credential of a license to a wallet."""
    call = call_of(context)
    key = read_json(jwk, call.settings.limits.body_bytes)
    with (
        open_desk(call) as desk,
        call.output.progress(_SEALING),
        signer_running(desk.installation),
    ):
        one, text = desk.services.credentials.issue(desk.actor, license_id, key)
    if call.output.json:
        print_json(json.loads(CredentialIssued.of(one, text).model_dump_json()))
        return
    typer.echo(text)
