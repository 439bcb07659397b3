"""What only a command line can refuse: its own use, and the files it is given."""

from sealservice.kernel.errors import (
    CannotWrite,
    Refused,
    SealserviceError,
    TooLarge,
    Unavailable,
)
from sealservice.kernel.text import Text


class Misuse(SealserviceError):
    """The command was called in a way it does not understand."""

    code = "usage"
    text = Text("用法有误：{problem_zh}{hint_zh}", "Usage error: {problem_en}{hint_en}")

    def __init__(self, problem: Text, command: str | None = None) -> None:
        hint = Text(f" 用法见 {command} --help。", f" See {command} --help.")
        zh, en = (hint.zh, hint.en) if command else ("", "")
        super().__init__(problem_zh=problem.zh, problem_en=problem.en, hint_zh=zh, hint_en=en)


class MomentInvalid(Refused):
    """What should be a moment is none."""

    code = "moment_invalid"
    text = Text(
        "“{value}”不是时刻。请写成 2026-11-24 或 2026-11-24T12:00:00+08:00。",
        "“{value}” is no moment. Write it like 2026-11-24 or 2026-11-24T12:00:00+08:00.",
    )


class InputMissing(Refused):
    """There is no such file."""

    code = "input_missing"
    text = Text("没有找到文件“{path}”。请核对路径。", "There is no file “{path}”. Check the path.")


class InputUnreadable(Refused):
    """The file is there and cannot be read."""

    code = "input_unreadable"
    text = Text(
        "无法读取“{path}”：{reason_zh}。请检查文件及其权限。",
        "“{path}” cannot be read: {reason_en}. Check the file and its permissions.",
    )


class FolderNamed(Refused):
    """A folder was named where files are wanted."""

    code = "folder_named"
    text = Text(
        "“{path}”是文件夹。验其中的文件请执行 sealservice verify {path}/*.pdf --jsonl。",
        "“{path}” is a folder. For the files in it, run “sealservice verify {path}/*.pdf --jsonl”.",
    )


class InputTooLarge(TooLarge):
    """A file that is not a document is over its limit."""

    code = "input_too_large"
    text = Text(
        "文件“{path}”超过 {limit} 的上限。请缩减后再试。",
        "The file “{path}” is over the limit of {limit}. Shorten it and try again.",
    )


class JsonInvalid(Refused):
    """The file is not JSON in UTF-8."""

    code = "json_invalid"
    text = Text(
        "“{path}”不是有效的 UTF-8 编码 JSON 文件：{reason}。请改正后重试。",
        "“{path}” is not JSON in UTF-8: {reason}. Correct it and try again.",
    )


class AnswersNotAnObject(Refused):
    """The answers to a form are not a JSON object."""

    code = "answers_not_an_object"
    text = Text(
        '“{path}”应为 JSON 对象，如 {{"字段": "内容"}}。各字段见 sealservice matter list --json。',
        "“{path}” must hold a JSON object. `sealservice matter list --json` shows its fields.",
    )


class OutputIsInput(CannotWrite):
    """The result would overwrite what it is made from."""

    code = "output_is_input"
    text = Text(
        "输出文件“{path}”就是输入文件，拒绝覆盖。请另选文件名。",
        "The output “{path}” is the input file; it is not overwritten. Choose another name.",
    )


class OutputUnwritable(CannotWrite):
    """The result cannot be put where it was asked for."""

    code = "output_unwritable"
    text = Text(
        "无法写入“{path}”：{reason_zh}。请检查文件夹、权限和磁盘空间。",
        "“{path}” cannot be written: {reason_en}. Check the folder, its permissions and the disk.",
    )


class SealedNotWritten(CannotWrite):
    """The document is sealed and archived, but its copy could not be written."""

    code = "sealed_not_written"
    text = Text(
        "文件已盖章归档，但无法写入“{path}”。请执行 sealservice record fetch {record_id} 另存。",
        "The document is sealed and archived, but “{path}” cannot be written. "
        "Fetch it with: sealservice record fetch {record_id} OUT",
    )


class PartsNotReady(Unavailable):
    """Something that sealing needs does not work."""

    code = "parts_not_ready"
    text = Text("未就绪：{listed_zh}。", "Not ready: {listed_en}.")
