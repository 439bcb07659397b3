"""What is refused about ending licenses."""

from sealservice.kernel.errors import Conflict, NotAllowed, NotFound
from sealservice.kernel.text import Text


class EndingNotFound(NotFound):
    """There is no such request about this license."""

    code = "ending_not_found"
    text = Text(
        "本执照没有编号为“{ending_id}”的终止申请。请核对编号。",
        "This license has no request “{ending_id}” to end it. Check the id.",
    )


class EndingAskedBefore(Conflict):
    """Somebody asked for the end of the license, and it waits."""

    code = "ending_asked_before"
    text = Text(
        "已有待确认的终止申请“{ending_id}”。请由另一名工作人员确认或驳回。",
        "The request “{ending_id}” to end this license waits already. Have another person confirm "
        "or dismiss it.",
    )


class EndingNeedsAnother(NotAllowed):
    """Who asked for the end of a license was about to confirm it, too."""

    code = "ending_needs_another"
    text = Text(
        "吊销、注销须由两人办理：申请人不能自行确认。请由另一名工作人员确认。",
        "Ending a license takes two people: who asked cannot confirm. Ask a colleague to.",
    )


class EndingOver(Conflict):
    """The request was settled, or waited too long."""

    code = "ending_over"
    text = Text(
        "终止申请“{ending_id}”已处理或已过期。如仍需终止，请重新申请。",
        "The request “{ending_id}” was settled, or is too old. Ask again if it is still wanted.",
    )


class FaceChangedMeanwhile(Conflict):
    """Somebody else changed the face after it was read for this change."""

    code = "face_changed_meanwhile"
    text = Text(
        "在您编辑期间，他人已将照面变更为第 {present} 版（您编辑的是第 {known} 版）。"
        "已填内容未丢失；请核对现行照面后重试。",
        "Somebody else made version {present} of this face while you edited version {known}. What "
        "you typed is kept; compare it with the present face, then try again.",
    )
