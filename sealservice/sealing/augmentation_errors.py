"""Why the signatures of a document cannot be brought to a higher level."""

from sealservice.kernel.errors import Conflict, Refused
from sealservice.kernel.text import Text


class NothingSigned(Refused):
    """There is no signature to bring to a level."""

    code = "nothing_signed"
    text = Text(
        "文件中没有签名，无法提升签名级别。请先盖章。",
        "The document has no signature whose level could be raised. Have it sealed first.",
    )


class LevelUnfit(Refused):
    """Nothing can be added to make a signature B-B."""

    code = "level_unfit"
    text = Text(
        "只能提升到 B-T、B-LT 或 B-LTA，而不是 {level}。",
        "Signatures can be brought to B-T, B-LT or B-LTA, and not to {level}.",
    )


class NotBaseline(Refused):
    """A signature is of another format than PAdES baseline."""

    code = "not_baseline"
    text = Text(
        "签名“{field}”的格式是 {format}，不属于 PAdES 基线，无法提升级别。",
        "The signature “{field}” is of the format {format}, which is not of the PAdES baseline; "
        "it has no level that could be raised. Have the document signed anew as PAdES.",
    )


class LevelReached(Conflict):
    """There is nothing to add."""

    code = "level_reached"
    text = Text(
        "文件中的签名已达到 {level}，未作更改。要延长证明，请提升到 B-LTA。",
        "The document's signatures are at level {level} already; nothing was added. "
        "Ask for B-LTA to prolong what proves them.",
    )


class ChainUnknown(Refused):
    """The status of a certificate cannot be asked for, as its issuers are not known here."""

    code = "chain_unknown"
    text = Text(
        "“{field}”的证书未能追溯到受信任的根，无法取得其状态。请先把其根证书放入 roots 文件夹。",
        "The certificate of “{field}” does not chain up to a trusted root, so its status cannot be "
        "had. Put the root of its issuers into the folder of trusted roots first.",
    )


class StatusMissing(Refused):
    """The status of a certificate of the document cannot be had."""

    code = "status_missing"
    text = Text(
        "无法取得“{url}”的证书状态：{reason_zh}。文件未更改；"
        "如属其他颁发机构，请将其地址加入 STATUS_PLACES 设置。",
        "The status of a certificate cannot be had from {url}: {reason_en}. Nothing was added. If "
        "it is another authority's, put its address into the setting STATUS_PLACES.",
    )


class RenewalUseless(Conflict):
    """Another timestamp would not prove a record for longer."""

    code = "renewal_useless"
    text = Text(
        "时间戳服务的证书在 {ends} 到期，不晚于档案“{record_id}”现有的证明，未续期。"
        "请先更换时间戳单元的证书。",
        "The certificates of the time-stamping authority end on {ends}, no later than what proves "
        "the record “{record_id}” already; it was not renewed. Give the unit a new certificate.",
    )
