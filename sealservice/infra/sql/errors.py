"""What can go wrong between us and the database, translated once, at this boundary."""

from sealservice.kernel.errors import TryAgain, Unavailable
from sealservice.kernel.text import Text


class DatabaseUnavailable(Unavailable):
    """The database did not answer, or hung up."""

    code = "database_unavailable"
    text = Text(
        "无法连接数据库：{reason}。请确认数据库已启动且设置正确（可运行 sealservice doctor）。",
        "The database cannot be reached: {reason}. Check that it runs and that the settings are "
        "right (sealservice doctor helps).",
    )


class DatabaseBusy(TryAgain):
    """Another transaction was in the way for too long, or no connection came free."""

    code = "database_busy"
    text = Text("数据库繁忙，请稍后重试。", "The database is busy. Try again in a moment.")
