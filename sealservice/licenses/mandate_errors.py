"""What is refused about the persons of a license and their mandates, and why exactly."""

from sealservice.kernel.errors import Conflict, NotAllowed, NotFound, Refused
from sealservice.kernel.text import Text


class LicenseHolderNotFound(NotFound):
    """There is no such person in this license."""

    code = "license_holder_not_found"
    text = Text(
        "本执照没有编号为“{holder_id}”的持照人员。请核对编号。",
        "This license has no holder “{holder_id}”. Check the id.",
    )


class MandateNotFound(NotFound):
    """There is no such mandate in the organisation."""

    code = "mandate_not_found"
    text = Text(
        "没有编号为“{mandate_id}”的授权。请核对编号。",
        "There is no mandate “{mandate_id}”. Check its id.",
    )


class PersonHasRole(Conflict):
    """The person has a role in this license already."""

    code = "person_has_role"
    text = Text(
        "此人已是本执照的{role_zh}（{holder_id}）。一人在一份执照中只有一个角色，请先终止原角色。",
        "This person is the license's {role_en} already ({holder_id}). A person has one role in a "
        "license: end that one first.",
    )


class PrincipalExists(Conflict):
    """The license has a live principal already."""

    code = "principal_exists"
    text = Text(
        "本执照已登记{role_zh}（{holder_id}）。更换前请先终止其角色。",
        "The license has a {role_en} already ({holder_id}). End that role before naming another.",
    )


class PrincipalNotOnFace(Refused):
    """The person named as principal is not the one on the face of the license."""

    code = "principal_not_on_face"
    text = Text(
        "姓名与执照照面上的{role_zh}“{name}”不符。请核对身份证件，或先办理执照变更。",
        "The name is not that of the {role_en} on the license, “{name}”. Check the identity "
        "document, or change the license first.",
    )


class RoleOfAnotherEntity(Refused):
    """A role that this type of entity does not have."""

    code = "role_of_another_entity"
    text = Text(
        "“{entity_zh}”的执照没有“{role_zh}”，应为“{expected_zh}”。",
        "A {entity_en}'s license has no {role_en}; the role is {expected_en}.",
    )


class RoleEnded(Conflict):
    """The role of a holder has ended already."""

    code = "role_ended"
    text = Text(
        "持照人员“{holder_id}”的角色已终止。请选择现任人员。",
        "The role of holder “{holder_id}” has ended. Choose somebody whose role is live.",
    )


class TooManyAdministrators(Conflict):
    """A license has as many administrators as it may have."""

    code = "too_many_administrators"
    text = Text(
        "一份执照最多有 {greatest} 名证照管理员，现已满。请先终止一名。",
        "A license has at most {greatest} administrators, and has them. End one's role first.",
    )


class MandateForOneself(Refused):
    """Giver and receiver are one person."""

    code = "mandate_for_oneself"
    text = Text(
        "不能授权给自己。请选择其他人员。",
        "Nobody gives themself a mandate. Choose somebody else.",
    )


class MandateLoop(Refused):
    """The receiver is among those whom the giver's right comes from."""

    code = "mandate_loop"
    text = Text(
        "授权成环：受托人正是授权来源链上的人。请选择其他人员。",
        "The mandate would go round in a loop: the giver's own right comes from its receiver. "
        "Choose somebody else.",
    )


class MandateChainTooLong(Refused):
    """A mandate was given on too often."""

    code = "mandate_chain_too_long"
    text = Text(
        "下级授权最多 {greatest} 层。请由上级直接授权。",
        "Mandates are given on at most {greatest} times. Have one from further up given.",
    )


class MandateMayNotBeGiven(NotAllowed):
    """The giver has no right to give this kind of mandate."""

    code = "mandate_may_not_be_given"
    text = Text(
        "{giver_zh}无权授权{receiver_zh}：没有有效授权，或授权不含下级授权。请由法定代表人办理。",
        "A {giver_en} without a live mandate for it, or without the right to delegate, cannot give "
        "a mandate to an {receiver_en}. Ask the legal representative.",
    )


class MandateTooWide(Refused):
    """A mandate was to cover more, or last longer, than what it is given out of."""

    code = "mandate_too_wide"
    text = Text(
        "下级授权不得超出上级授权：“{what_zh}”超出。请缩小范围或缩短期限。",
        "A mandate cannot be more than the one it is given out of: “{what_en}” is. Narrow it.",
    )


class MandateEmpty(Refused):
    """A mandate that would cover nothing."""

    code = "mandate_empty"
    text = Text(
        "授权内容无效：“{what_zh}”为空、次序颠倒或超出上限。请改正后重试。",
        "The mandate covers nothing: “{what_en}” is empty, in the wrong order or over its limit. "
        "Correct it and try again.",
    )


class MandateEnded(Conflict):
    """A mandate that was revoked before was to be revoked."""

    code = "mandate_revoked_before"
    text = Text(
        "授权“{mandate_id}”早已撤销，无须再次撤销。",
        "Mandate “{mandate_id}” was revoked before.",
    )


class UseDenied(NotAllowed):
    """Somebody may not act for a license in this way at this moment."""


class LicenseNotLive(UseDenied):
    """The license is not in force."""

    code = "license_not_live"
    text = Text(
        "营业执照当前状态为“{status_zh}”，不能使用。请联系登记机关。",
        "The license is {status_en} and cannot be used. Contact the registration authority.",
    )


class HolderNotLive(UseDenied):
    """The role of whoever acts has ended, or the face names somebody else by now."""

    code = "holder_not_live"
    text = Text(
        "该人员在本执照中的角色已终止，或与现照面不符，不能使用执照。请由现任{role_zh}办理。",
        "This person's role in the license has ended, or the face names somebody else by now. "
        "Have the present {role_en} act.",
    )


class MandateNotLive(UseDenied):
    """The mandate that somebody acts by is not live at this moment."""

    code = "mandate_not_live"
    text = Text(
        "授权“{mandate_id}”{state_zh}，不能使用。请由授权人重新授权。",
        "Mandate “{mandate_id}” is {state_en} and cannot be used. Ask its giver for another.",
    )


class MandateDoesNotCover(UseDenied):
    """The mandate is live, and does not cover this."""

    code = "mandate_does_not_cover"
    text = Text(
        "授权“{mandate_id}”不包含{what_zh}。请由授权人另行授权。",
        "Mandate “{mandate_id}” does not cover {what_en}. Ask its giver for one that does.",
    )


class MandateMissing(UseDenied):
    """Somebody who is not the principal named no mandate, or another person's."""

    code = "mandate_missing"
    text = Text(
        "此人不是{role_zh}本人，须持本人的有效授权办理。请指明授权。",
        "This person is not the {role_en} and needs a live mandate of their own. Name it.",
    )


class SealOfAnotherLicense(UseDenied):
    """The seal is not one of this license's, or not in use."""

    code = "seal_of_another_license"
    text = Text(
        "印章“{seal_id}”不属于本执照或当前不可用。请核对印章。",
        "Seal “{seal_id}” is not this license's, or not in use now. Check the seal.",
    )
