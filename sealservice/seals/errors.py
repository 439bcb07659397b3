"""What can be wrong with a seal, its drawing, or a permission to use it."""

from sealservice.kernel.errors import Conflict, NotAllowed, NotFound, Refused, TooLarge, TryAgain
from sealservice.kernel.text import Text


class SealNotFound(NotFound):
    """No such seal in this organisation."""

    code = "seal_not_found"
    text = Text(
        "没有找到印章“{seal_id}”。请用 sealservice seal list 核对编号。",
        "There is no seal “{seal_id}”. Check its id with `sealservice seal list`.",
    )


class SealNotUsable(Conflict):
    """The seal is not active, or its license is not."""

    code = "seal_not_usable"
    text = Text(
        "印章“{seal_id}”当前不可用：{reason_zh}。",
        "Seal “{seal_id}” cannot be used: {reason_en}.",
    )


class SealOutdated(SealNotUsable):
    """The license of the seal shows another name now than the seal does."""

    code = "seal_outdated"
    text = Text(
        "印章“{seal_id}”上的名称与营业执照现有照面不一致，不能使用。"
        "请重新制作（seal remake）或注销。",
        "Seal “{seal_id}” shows another name than its license does now and cannot be used. "
        "Have it made anew (seal remake), or cancel it.",
    )


class SealCodeTaken(TryAgain):
    """The code that was drawn for a new seal belongs to another one."""

    code = "seal_code_taken"
    text = Text(
        "印章编码 {seal_code} 已被占用，未受理制章申请。请重试。",
        "The seal code {seal_code} is taken, so no seal was applied for. Try again.",
    )


class HolderUnnamed(NotAllowed):
    """The key that approves belongs to nobody in particular, outside a demonstration."""

    code = "holder_unnamed"
    text = Text(
        "用印授权所用的密钥（{holder_id}）未对应到持照人，不能授权。请由持照人用其本人的密钥重新授权。",
        "The key that approves ({holder_id}) belongs to no person of the license. "
        "Have a person of the license approve with their own key.",
    )


class ApprovalInvalid(NotAllowed):
    """The holder's assertion does not approve exactly this intent."""

    code = "approval_invalid"
    text = Text(
        "用印授权无效：签名与本次用印意图不符。请由持照人重新授权。",
        "The approval is invalid: its signature does not fit this intent. "
        "Have the holder approve again.",
    )


class ApprovalExpired(NotAllowed):
    """The order waited too long for its approval."""

    code = "approval_expired"
    text = Text(
        "用印授权已过期。请重新提交用印申请。",
        "The time to approve is over. Place the order again.",
    )


class DemonstrationRefused(NotAllowed):
    """A stand-in was asked to work in production."""

    code = "demonstration_refused"
    text = Text(
        "生产环境不接受演示授权。请使用正式持照人授权。",
        "A demonstration approval is refused in production. Use the real holder's approval.",
    )


class TextMissing(Refused):
    """A text of the drawing has no letters."""

    code = "seal_text_missing"
    text = Text(
        "印章的{place_zh}为空。请填写后重试。",
        "The seal's {place_en} is empty. Fill it in and try again.",
    )


class GlyphMissing(Refused):
    """The typeface of seals has no glyph for a letter."""

    code = "seal_glyph_missing"
    text = Text(
        "印章{place_zh}第 {position} 个字符“{letter}”没有对应的宋体字形，无法制章。"
        "请核对该字，或联系管理员增补字库。",
        "Character {position} of the seal's {place_en}, “{letter}”, has no glyph in the Song type. "
        "Check it, or ask an administrator for a larger font.",
    )


class TextTooLong(Refused):
    """A text does not fit its place on the seal."""

    code = "seal_text_too_long"
    text = Text(
        "印章{place_zh}共 {letters} 个字符，放不下：最多约 {greatest} 个汉字。请使用规范简称。",
        "The seal's {place_en} has {letters} characters and does not fit: about {greatest} Chinese "
        "characters are the most. Use the registered short form.",
    )


class TextHasNoPlace(Refused):
    """A text was given for which the design has no place."""

    code = "seal_text_has_no_place"
    text = Text(
        "“{design_zh}”章面没有{place_zh}的位置。请去掉该项，或选用其他章型。",
        "The design “{design_en}” has no place for a {place_en}. Leave it out, or choose another "
        "design.",
    )


class DesignNotFound(NotFound):
    """No seal design of that name ships with the package."""

    code = "seal_design_not_found"
    text = Text(
        "没有名为“{design}”的章型。可用章型：{known}。",
        "There is no seal design “{design}”. Known designs: {known}.",
    )


class DesignInvalid(Refused):
    """A design file breaks a rule."""

    code = "seal_design_invalid"
    text = Text(
        "章型文件 {file} 的 {place} 有误：{reason_zh}。请改正后重试。",
        "The seal design {file} is wrong at {place}: {reason_en}. Correct it and try again.",
    )


class SealChangeRefused(Conflict):
    """What was asked for does not lead anywhere from the state that the seal is in."""

    code = "seal_change_refused"
    text = Text(
        "印章“{seal_id}”当前状态为“{state_zh}”，不能“{change_zh}”。"
        "请用 sealservice seal history 查看其经历。",
        "Seal “{seal_id}” is “{state_en}”; it cannot {change_en}. "
        "See what happened to it with `sealservice seal history`.",
    )


class SealExists(Conflict):
    """The license has a seal of this kind and text already."""

    code = "seal_exists"
    text = Text(
        "该执照已有{kind_zh}“{seal_id}”。如需更换请用重新制作（seal remake），"
        "同类印章请用编号（--number）区分。",
        "The license already has this {kind_en}, “{seal_id}”. To replace it use `seal remake`; "
        "tell several of a kind apart by `--number`.",
    )


class SealFieldsUnfit(Refused):
    """A kind of seal needs a text, or does not take it."""

    code = "seal_fields_unfit"
    text = Text(
        "{kind_zh}{problem_zh}。请改正后重试。", "A {kind_en} {problem_en}. Correct it and retry."
    )


class SealRequestNotFound(NotFound):
    """No such request about this seal."""

    code = "seal_request_not_found"
    text = Text(
        "没有找到印章变更请求“{request_id}”。请核对编号。",
        "There is no request “{request_id}” about this seal. Check its id.",
    )


class SealCertificateDead(Conflict):
    """The seal's certificate was revoked, so it never comes back."""

    code = "seal_certificate_dead"
    text = Text(
        "印章“{seal_id}”的证书已被吊销，不能再使用。请重新制作（seal remake）。",
        "The certificate of seal “{seal_id}” was revoked, so it cannot be used any more. "
        "Make a new one with `seal remake`.",
    )


class LicenseTermOver(Conflict):
    """The term on the license's face has ended."""

    code = "license_term_over"
    text = Text(
        "执照“{license_id}”的营业期限（{term}）已满，不能制章。请先办理延期。",
        "The term of license “{license_id}” ({term}) is over, so no seal is made. Renew it first.",
    )


class LicenseNotInForce(Conflict):
    """A seal was asked for whose license is paused, given up or taken away."""

    code = "seal_license_not_in_force"
    text = Text(
        "执照“{license_id}”不在有效状态，不能制章。请核对执照状态。",
        "License “{license_id}” is not in force, so no seal is made. Check its status.",
    )


class PictureTooLarge(TooLarge):
    """The picture of a seal has more bytes or pixels than are read."""

    code = "seal_picture_too_large"
    text = Text(
        "印章图片{what_zh}，超过 {limit} 的上限。请裁剪或缩小后重试。",
        "The seal's picture has {what_en}, over the limit of {limit}. Crop it or make it smaller.",
    )


class PictureUnreadable(Refused):
    """The picture of a seal is neither PNG, JPEG nor SVG, or damaged."""

    code = "seal_picture_unreadable"
    text = Text(
        "印章图片无法读取：只支持完好的 PNG、JPEG 和 SVG 文件。请重新导出后再试。",
        "The seal's picture cannot be read: it must be an undamaged PNG, JPEG or SVG file. "
        "Export it anew and try again.",
    )


class PictureMissing(PictureUnreadable):
    """The file that should hold the picture of a seal is empty."""

    code = "seal_picture_missing"
    text = Text(
        "没有印章图片，或文件是空的。请选择一个 PNG、JPEG 或 SVG 文件。",
        "There is no picture of the seal, or its file is empty. Choose a PNG, JPEG or SVG file.",
    )


class PictureUnsuitable(Refused):
    """The picture can be read, but no seal can be made of it."""

    code = "seal_picture_unsuitable"
    text = Text(
        "印章图片不能用于制章：{reason_zh}。",
        "The picture cannot become a seal: {reason_en}.",
    )


class SvgRefused(Refused):
    """The drawing holds something that is not a plain shape of one colour."""

    code = "seal_svg_refused"
    text = Text(
        "SVG 印章含有不支持的内容：{what_zh}。请转换为单色路径后重试。",
        "The SVG seal has contents that are not supported: {what_en}. Convert it to plain paths of "
        "one colour and try again.",
    )


class SealSizeInvalid(Refused):
    """The size asked for is not one of a seal."""

    code = "seal_size_invalid"
    text = Text(
        "印章宽度 {width} 毫米无效：应为 {least} 至 {greatest} 毫米。",
        "A seal {width} mm wide is not possible: it must be {least} to {greatest} mm.",
    )
