"""Why a home folder or one of its engines cannot be used."""

from sealservice.kernel.errors import CannotWrite, Refused, TryAgain, Unavailable
from sealservice.kernel.text import Text


class HomeNotWritable(CannotWrite):
    """The home folder cannot be made or written."""

    code = "home_not_writable"
    text = Text(
        "无法写入数据目录“{home}”：{reason}。请用 --home 指定一个可写的目录。",
        "The home folder “{home}” cannot be written: {reason}. Name a writable one with --home.",
    )


class HomeNotOurs(Refused):
    """The folder holds something that is not a home; it is left untouched."""

    code = "home_not_ours"
    text = Text(
        "目录“{home}”不是本软件的数据目录：{reason}。请用 --home 指定一个新目录或空目录。",
        "The folder “{home}” is not a home of this software: {reason}. "
        "Name a new or an empty folder with --home.",
    )


class HomeBusy(TryAgain):
    """Another command has been starting or stopping the engines for too long."""

    code = "home_busy"
    text = Text(
        "另一个命令正在启动或停止“{home}”的引擎，请稍后重试。",
        "Another command is starting or stopping the engines of “{home}”. Try again in a moment.",
    )


class PortTaken(Unavailable):
    """A port that this home keeps is used by another program."""

    code = "port_taken"
    text = Text(
        "端口 {port}（{use}）已被其他程序占用。请停止该程序，"
        "或删除“{file}”中的“ports”一项以重新选择端口。",
        "Port {port} ({use}) is taken by another program. Stop that program, or delete the entry "
        "“ports” from “{file}” to have new ports chosen.",
    )


class EngineFailed(Unavailable):
    """An engine did not start or stop in time."""

    code = "engine_failed"
    text = Text(
        "{engine} 未能就绪：{reason}。详情见日志“{log}”。",
        "{engine} did not get ready: {reason}. The log “{log}” has the details.",
    )


class PostgresNeedsUser(Unavailable):
    """PostgreSQL refuses to run as root, and no way to lower its rights is open here."""

    code = "postgres_needs_user"
    text = Text(
        "PostgreSQL 不能以 root 身份运行，且无法降低其权限：{reason}。"
        "请改用普通用户运行，或用 SEALSERVICE_DATABASE_URL 指定外部数据库。",
        "PostgreSQL does not run as root, and its rights cannot be lowered: {reason}. Run as an "
        "ordinary user, or name an external database in SEALSERVICE_DATABASE_URL.",
    )
