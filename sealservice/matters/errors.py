"""What is refused when a matter's form is filled."""

from sealservice.kernel.errors import Conflict, NotFound, Refused, SealserviceError
from sealservice.kernel.fields import FieldsInvalid
from sealservice.kernel.text import Text


class MatterNotFound(NotFound):
    """No matter has this id."""

    code = "matter_not_found"
    text = Text(
        "没有事项“{matter_id}”。请用 sealservice matter list 查看可办事项。",
        "There is no matter “{matter_id}”. `sealservice matter list` shows those there are.",
    )


class ESignNotAllowed(Refused):
    """Article 3 of the Electronic Signature Law excludes this matter."""

    code = "e_sign_not_allowed"
    text = Text(
        "依照《电子签名法》第三条，事项“{matter_id}”不适用电子签名。请到窗口办理。",
        "Article 3 of the Electronic Signature Law excludes the matter “{matter_id}”. "
        "Go to the counter.",
    )


class LicenseNotInForce(Conflict):
    """The license whose face would fill the form was cancelled or revoked."""

    code = "license_not_in_force"
    text = Text(
        "电子营业执照“{license_id}”已注销或吊销，不能办理。",
        "The e-license “{license_id}” was cancelled or revoked and cannot be used.",
    )


class AnswersInvalid(FieldsInvalid):
    """The applicant's answers have wrong fields; ``problems`` names each."""

    code = "answers_invalid"
    text = Text(
        "表单填写有误，请改正后重试：{listed_zh}",
        "The form's answers have errors. Correct them and try again: {listed_en}",
    )


class TypesettingFailed(SealserviceError):
    """The form's template did not compile: a fault of the installation, not of the answers."""

    code = "typesetting_failed"
    text = Text(
        "表单“{matter_id}”排版失败。请联系管理员检查模板与字库。",
        "The form “{matter_id}” could not be typeset. Ask an administrator to check its template.",
    )
