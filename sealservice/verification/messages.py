"""All that a report can say, under stable keys, in both languages.

A key never changes its meaning; programs may branch on it. Texts may be improved.
"""

from typing import Final

from sealservice.kernel.errors import SealserviceError
from sealservice.kernel.text import Text
from sealservice.verification.model import Message, Verdict

HEADLINES: Final = {
    Verdict.VALID: Text(
        "签章有效：文件自盖章后未被改动，盖章者的证书可信。",
        "The signatures are valid: the file has not been changed since it was sealed, and the "
        "certificates are trusted.",
    ),
    Verdict.UNCONFIRMED: Text(
        "无法确认：没有发现篡改，但现有材料不足以证明签章有效，请查看下列原因。",
        "Not confirmed: no tampering was found, but the material at hand does not prove the "
        "signatures valid. See the reasons below.",
    ),
    Verdict.INVALID: Text(
        "签章无效：文件在盖章后被改动，或签章本身不成立。请勿采信，并向对方索取原件。",
        "Invalid: the file was changed after it was sealed, or a signature does not hold. Do not "
        "rely on it; ask the sender for the original.",
    ),
    Verdict.UNSIGNED: Text(
        "未发现签章：该文件没有数字签名。页面上即使有印章图片，也不能证明任何事。",
        "No signature found: this file is not digitally signed. A picture of a seal on a page "
        "proves nothing.",
    ),
    Verdict.UNREADABLE: Text(
        "无法读取：该文件不是可读的 PDF，因此没有结论。",
        "Not readable: this file is not a PDF that can be read, so there is no verdict.",
    ),
}

DEMONSTRATION: Final = "demonstration"

MESSAGES: Final = {
    "byte_range_malformed": Text(
        "签章的签名范围（ByteRange）不是四个非负整数。",
        "The ByteRange of the signature is not four whole numbers.",
    ),
    "byte_range_not_from_start": Text(
        "签章没有从文件开头开始覆盖。",
        "The signature does not cover the file from its beginning.",
    ),
    "byte_range_outside_file": Text(
        "签章声称覆盖的范围超出文件，文件可能被截断。",
        "The range that the signature claims lies outside the file; the file may be cut off.",
    ),
    "byte_range_gap_not_contents": Text(
        "签名范围的空隙不是该签章自己的签名值，可能藏有未签名的内容。",
        "The gap in the signed range is not this signature's own value; unsigned content may hide "
        "there.",
    ),
    "dictionary_keys_repeated": Text(
        "签章字典中有重复的键，不同软件可能读到不同的值。",
        "A key occurs twice in the signature dictionary; programs may read different values.",
    ),
    "keys_doubled": Text(
        "文件的目录或尾部字典中有重复的键，不同软件可能显示不同的内容。",
        "A key occurs twice in the catalog or a trailer of the file; programs may show different "
        "content.",
    ),
    "byte_range_not_revision": Text(
        "签名范围没有覆盖到一个完整的文件版本末尾。",
        "The signed range does not end where a revision of the file ends.",
    ),
    "digest_mismatch": Text(
        "签名校验不通过：已签名的内容或签名值被改动。",
        "The signature does not verify: the signed content or the signature value was changed.",
    ),
    "modified_after_signing": Text(
        "盖章之后文件又被改动，且改动不在允许范围内。",
        "The file was changed after signing in a way that is not allowed.",
    ),
    "content_covered": Text(
        "后加的签章或表单内容遮住了盖章时可见的内容。请查看盖章时的版本。",
        "A later signature or form entry covers content that could be seen when this was signed. "
        "Look at the signed revision.",
    ),
    "pages_not_rendered": Text(
        "盖章之后有改动的页面过多，只对比了其中一部分的显示效果；其余页面仅比较了数据。",
        "Too many pages changed after signing to render all of them; the others were compared by "
        "their data only.",
    ),
    "objects_prepared": Text(
        "文件中藏有未显示、可被替换上来的内容（编号相同的备用对象或另一份目录），可能为“影子攻击”"
        "预先准备。请向对方索取重新生成的文件。",
        "The file holds content that is not shown and could be swapped in (spare objects with the "
        "numbers of others, or a second catalog), as shadow attacks prepare it. Ask for a file "
        "that was written anew.",
    ),
    "unsigned_picture": Text(
        "文件中有未签名的签章域显示了图像。图像不是签章，不能证明任何事。",
        "A signature field that is not signed shows a picture. The picture is no seal and proves "
        "nothing.",
    ),
    "annotated": Text(
        "盖章之后文件上添加了可见的批注，批注不属于已签署的内容。请查看盖章时的版本。",
        "Notes that show were added after signing; they are no part of what was signed. Look at "
        "the signed revision.",
    ),
    "changes_not_analysed": Text(
        "盖章之后的改动无法分析，不能排除内容已变。",
        "The changes after signing could not be analysed; the content may have changed.",
    ),
    "signature_unreadable": Text(
        "签章数据已损坏，无法解析。",
        "The signature data is damaged and cannot be parsed.",
    ),
    "format_unsupported": Text(
        "签章格式“{format}”暂不支持验证，只能给出名称。请使用该格式的专用工具验证。",
        "Signatures of the format “{format}” cannot be judged here. Verify it with a tool for "
        "that format.",
    ),
    "format_weak": Text(
        "签章格式“{format}”使用 SHA-1，已不安全。",
        "The signature format “{format}” relies on SHA-1, which is no longer secure.",
    ),
    "type_contradicts": Text(
        "签章字典的类型与其格式矛盾。",
        "The type of the signature dictionary contradicts its format.",
    ),
    "content_encapsulated": Text(
        "签名数据内部另含内容，不符合 PDF 签章的分离式格式。",
        "The signature carries content of its own, which a detached PDF signature must not.",
    ),
    "signer_infos_not_one": Text(
        "签名数据中的签名者不是恰好一个。",
        "The signature data does not name exactly one signer.",
    ),
    "signed_attributes_missing": Text(
        "签名数据没有签名属性。",
        "The signature data has no signed attributes.",
    ),
    "signed_attributes_wrong": Text(
        "签名属性中的内容类型或摘要缺失，或重复出现。",
        "The content type or digest among the signed attributes is missing or there twice.",
    ),
    "attributes_not_der": Text(
        "签名属性未按 DER 规则排序。",
        "The signed attributes are not in DER order.",
    ),
    "signing_certificate_missing": Text(
        "签名属性没有唯一绑定签名证书，不属于 PAdES 基线签章。",
        "The signed attributes do not bind one signing certificate; this is no PAdES baseline "
        "signature.",
    ),
    "padding_not_zero": Text(
        "签名值之后的填充区含有其他数据。",
        "The padding behind the signature value holds other data.",
    ),
    "signing_time_attribute": Text(
        "签名属性中含有签名时间；PAdES 应写在签章字典中。",
        "The signed attributes hold a signing time, which PAdES puts into the signature "
        "dictionary.",
    ),
    "hybrid_references": Text(
        "文件使用混合交叉引用，不同软件可能显示不同内容。",
        "The file uses hybrid cross-references; different programs may show different content.",
    ),
    "read_leniently": Text(
        "文件结构与 PDF 标准略有出入，已按宽松方式读取。",
        "The file departs from the PDF standard and was read leniently.",
    ),
    "form_unreadable": Text(
        "文件的表单结构有误，可能还有未被发现的签章。",
        "The form of the file is broken; there may be signatures that were not found.",
    ),
    "chain_untrusted": Text(
        "签发该证书的机构不在信任列表中。请核对签发机构，确认可信后将其根证书加入信任列表。",
        "The issuer of the certificate is not on the trust list. Check the issuer and, if it "
        "deserves trust, add its root certificate to the list.",
    ),
    "chain_unfit": Text(
        "证书或其证书链不符合签章要求。",
        "The certificate or its chain does not meet the requirements for signing.",
    ),
    "certificate_outdated": Text(
        "证书现已过期或尚未生效，且没有可信时间证明签章当时有效。请索取带时间戳的文件。",
        "The certificate is outside its validity period and no trusted time proves that the "
        "signature was made within it. Ask for a file with a timestamp.",
    ),
    "certificate_revoked": Text(
        "证书已被吊销，且不能证明签章早于吊销。",
        "The certificate is revoked and the signature is not proven to be older.",
    ),
    "status_unknown": Text(
        "文件内没有足够新的吊销状态信息，不能确认证书未被吊销。",
        "The file holds no revocation status that is fresh enough; the certificate may be revoked.",
    ),
    "algorithm_weak": Text(
        "签章使用的算法或密钥长度已不安全。",
        "The algorithm or key length of the signature is no longer secure.",
    ),
    "not_judged": Text(
        "签章无法完成判断。",
        "The signature could not be judged.",
    ),
    "status_as_of": Text(
        "证书状态以 {time} 的信息为准，之后没有更新的信息。",
        "The certificate's status is known as of {time}; nothing newer is at hand.",
    ),
    "timestamp_broken": Text(
        "签章上的时间戳与签章不符或已损坏，不能采信。",
        "A timestamp on the signature is damaged or belongs to another signature.",
    ),
    "timestamp_unconfirmed": Text(
        "签章上的时间戳无法确认，其时间不作依据。",
        "A timestamp on the signature cannot be confirmed; its time is not relied on.",
    ),
    DEMONSTRATION: Text(
        "该签章出自演示环境，仅供测试，不具有法律效力。",
        "This signature comes from a demonstration and has no legal effect.",
    ),
    "time_not_proven": Text(
        "没有可信时间证明签章何时完成；该策略要求有时间戳。请索取带时间戳的文件。",
        "No trusted time proves when the signature was made, and the policy demands one. Ask for "
        "a file with a timestamp.",
    ),
    "claimed_time_contradicted": Text(
        "签章自称的时间晚于已证明其存在的时间，两者矛盾。以证明的时间为准。",
        "The signature claims a later time than the one at which it is proven to have existed. "
        "Rely on the proven one.",
    ),
    "level_not_long_term": Text(
        "文件内没有足以长期验证的材料（级别低于 B-LT）；该策略要求有。请先补充长期验证材料。",
        "The file lacks the material for long-term validation (its level is below B-LT), which "
        "the policy demands. Have it added first.",
    ),
    "permitted_changes": Text(
        "盖章之后有许可的后续修订（如加签、填表）。",
        "Permitted revisions followed the signature, such as further signatures or form entries.",
    ),
    "picture_only": Text(
        "该签章显示的是本系统登记的印章图片，但不是用该印章签署的：仅为图片，请勿采信。",
        "This signature shows the picture of a seal registered here, but was not made by that "
        "seal: it is a picture only. Do not rely on it.",
    ),
    "picture_differs": Text(
        "签章显示的图片与登记的印章图片不一致，图片本身不作依据。",
        "What the signature shows is not the registered picture of the seal; the picture itself "
        "proves nothing.",
    ),
    "rogue_use": Text(
        "该印章属于本系统，但用章记录中没有这一次用章。请立即联系印章所属单位。",
        "The seal belongs to this system, but no record of its use tells of this one. Contact the "
        "seal's organisation at once.",
    ),
    "seal_not_in_use": Text(
        "用章时该印章的状态为“{status_zh}”，不可使用。",
        "When it was used, the seal had the status “{status_en}” and must not be used.",
    ),
}


def message(key: str, **fields: object) -> Message:
    """Return a message of the catalogue with its named fields filled in."""
    return Message(key, MESSAGES[key].filled(**fields))


def refusal(error: SealserviceError) -> Message:
    """Return why a file could not be read, under the error's own code."""
    return Message(error.code, error.message)
