"""Every command with its one line of help, and the module that is imported when it is called.

``--help`` lists commands without importing them, and ``verify`` does not wait for a web server.
"""

from importlib import import_module
from typing import Any, Final

from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

COMMANDS: Final = {
    "demo": ("demo", "演示：填表、盖章、归档、验章 / demonstrate: fill, seal, archive, verify"),
    "web": ("web", "运行网页与接口进程 / run the web process"),
    "signer": ("signer", "运行签章进程 / run the signer process"),
    "worker": ("worker", "运行后台任务进程 / run the worker process"),
    "setup": ("setup", "初始化外部数据库与存储 / prepare an external database and store"),
    "doctor": ("doctor", "体检：各部件是否就绪 / check that every part is ready"),
    "license": ("licenses", "电子营业执照 / e-licenses"),
    "seal": ("seals", "电子印章 / e-seals"),
    "matter": ("matters", "事项与表单 / matters and their forms"),
    "mandate": ("mandates", "执照人员与授权 / persons of a license and mandates"),
    "seal-pdf": ("sealing", "给 PDF 盖章并归档 / seal a PDF and archive it"),
    "augment": ("augment", "提升签名级别、延长证明 / raise the level of signatures"),
    "batch": ("batches", "批量盖章，一次授权 / seal many documents under one approval"),
    "verify": ("verification", "验章 / verify sealed PDFs"),
    "trust": ("trust", "信任的证书与列表 / trusted certificates and lists"),
    "renew": ("renew", "延长档案的证明 / prolong what proves archived documents"),
    "record": ("records", "档案 / records of the archive"),
    "checker": ("checker", "抽查档案：其他软件的意见 / second opinions on records"),
    "keys": ("keys", "密钥与证书 / keys and certificates"),
    "webhooks": ("webhooks", "事件推送 / signed notices of changes (webhooks)"),
    "api-key": ("api_keys", "API 密钥 / API keys"),
    "activation": ("activations", "执照激活码 / codes that take licenses into phones"),
    "staff": ("staff", "工作人员与通行密钥 / staff and their passkeys"),
}


class Commands(TyperGroup):
    """Lists the commands from the table above; imports the one that is called."""

    def __init__(self, **attributes: Any) -> None:  # noqa: ANN401 - typer's own signature
        listed = {name: TyperCommand(name, help=line) for name, (_, line) in COMMANDS.items()}
        super().__init__(**{**attributes, "commands": listed})

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 - likewise
        """Return the name, the command proper and the arguments it is called with."""
        name, _, rest = super().resolve_command(ctx, args)
        return name, _imported(str(name)), rest


def _imported(name: str) -> Any:  # noqa: ANN401 - typer does not export the class
    module, line = COMMANDS[name]
    command = get_command(import_module(f"sealservice.cli.{module}").app)
    command.name, command.help = name, line
    return command
