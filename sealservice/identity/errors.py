"""Why somebody is not let in, or may not let others in."""

from sealservice.kernel.errors import NotAllowed, NotAuthenticated, NotFound, Refused
from sealservice.kernel.text import Text


class SigninLinkInvalid(NotAuthenticated):
    """The link is unknown, used or expired; which of these is not told."""

    code = "signin_link_invalid"
    text = Text(
        "登录链接无效、已使用或已过期。请向管理员索取新的链接。",
        "This sign-in link is not valid, was used or has expired. Ask an administrator for a new "
        "one.",
    )


class SessionInvalid(NotAuthenticated):
    """There is no live session with this token."""

    code = "session_invalid"
    text = Text(
        "尚未登录或登录已失效。请用登录链接重新登录。",
        "You are not signed in, or your session has ended. Sign in again with a sign-in link.",
    )


class ApiKeyMissing(NotAuthenticated):
    """No API key came with the request."""

    code = "api_key_missing"
    text = Text(
        "缺少 API 密钥。请在请求头中加入 Authorization: Bearer esk_…。",
        "The API key is missing. Send the header Authorization: Bearer esk_….",
    )


class ApiKeyUnknown(NotAuthenticated):
    """No key of that value was ever issued here."""

    code = "api_key_unknown"
    text = Text(
        "API 密钥无效。请核对是否完整，或由管理员签发新的密钥。",
        "The API key is not valid. Check that it is complete, or have an administrator issue one.",
    )


class ApiKeyExpired(NotAuthenticated):
    """The key's time is over."""

    code = "api_key_expired"
    text = Text(
        "API 密钥（尾号 {hint}）已于 {expired_at} 过期。请由管理员签发新的密钥。",
        "The API key ending in {hint} expired at {expired_at}. Have an administrator issue one.",
    )


class ApiKeyRevoked(NotAuthenticated):
    """The key was taken back."""

    code = "api_key_revoked"
    text = Text(
        "API 密钥（尾号 {hint}）已被吊销。请由管理员签发新的密钥。",
        "The API key ending in {hint} was revoked. Have an administrator issue a new one.",
    )


class StaffNotFound(NotFound):
    """No such member of staff in this organisation."""

    code = "staff_not_found"
    text = Text(
        "没有找到工作人员“{staff_id}”。请核对编号。",
        "There is no member of staff “{staff_id}”. Check the id.",
    )


class ApiKeyNotFound(NotFound):
    """No such API key in this organisation."""

    code = "api_key_not_found"
    text = Text(
        "没有找到 API 密钥“{key_id}”。请核对编号。",
        "There is no API key “{key_id}”. Check its id.",
    )


class OperatorNeeded(NotAllowed):
    """Only whoever runs the installation founds organisations."""

    code = "operator_needed"
    text = Text(
        "只有系统运维人员可以新建机构。请在服务器上用命令行操作。",
        "Only the operator of this installation may create organisations. Use its command line.",
    )


class ScopeNotHeld(NotAllowed):
    """A key may pass on only what it holds itself."""

    code = "scope_not_held"
    text = Text(
        "API 密钥不能授予自身没有的权限：{scopes}。请去掉这些权限，或由管理员签发。",
        "An API key cannot grant scopes that it lacks: {scopes}. Leave them out, or have an "
        "administrator issue the key.",
    )


class RolesMissing(Refused):
    """A person without a role could do nothing."""

    code = "roles_missing"
    text = Text(
        "没有指定角色。请至少指定一个，如 clerk（窗口工作人员）。",
        "No role was given. Name at least one, such as clerk.",
    )


class ScopesMissing(Refused):
    """A key that may do nothing is a mistake."""

    code = "scopes_missing"
    text = Text(
        "没有指定权限。请至少指定一项，如 orders:write。",
        "No scope was given. Name at least one, such as orders:write.",
    )


class ApiKeyDaysOutside(Refused):
    """Every key expires, within a year or so."""

    code = "api_key_days_outside"
    text = Text(
        "有效期为 {days} 天，超出允许范围。请填写 1 至 {greatest} 天。",
        "{days} days is outside what is allowed. Give from 1 to {greatest} days.",
    )
