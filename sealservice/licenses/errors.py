"""What is refused about e-licenses and their holders, and why exactly."""

from sealservice.kernel.errors import Conflict, NotAllowed, NotFound, Refused
from sealservice.kernel.fields import FieldsInvalid
from sealservice.kernel.text import Text


class UsccInvalid(Refused):
    """A unified social credit code that GB 32100-2015 does not allow."""


class UsccLengthWrong(UsccInvalid):
    """The code does not have 18 letters."""

    code = "uscc_length"
    text = Text(
        "统一社会信用代码应为 18 位，现为 {length} 位。请对照执照核对。",
        "A unified social credit code has 18 characters; this one has {length}. "
        "Compare it with the license.",
    )


class UsccLetterForbidden(UsccInvalid):
    """A letter is outside the code's alphabet."""

    code = "uscc_letter"
    text = Text(
        "统一社会信用代码第 {position} 位“{letter}”不可用：只用数字和除 I、O、S、V、Z 外的字母。"
        "请对照执照核对。",
        "Character {position} of the unified social credit code, “{letter}”, is not allowed: only "
        "digits and letters other than I, O, S, V, Z are. Compare it with the license.",
    )


class UsccDivisionWrong(UsccInvalid):
    """The administrative division, characters 3 to 8, is not all digits."""

    code = "uscc_division"
    text = Text(
        "统一社会信用代码第 3 至 8 位是行政区划码，应全为数字，第 {position} 位却是“{letter}”。"
        "请对照执照核对。",
        "Characters 3 to 8 of the unified social credit code are the administrative division and "
        "must be digits; character {position} is “{letter}”. Compare it with the license.",
    )


class UsccCheckWrong(UsccInvalid):
    """The check character does not fit the other seventeen."""

    code = "uscc_check"
    text = Text(
        "统一社会信用代码校验码不符：按前 17 位计算，末位应为“{expected}”，现为“{found}”。"
        "请对照执照核对。",
        "The check character of the unified social credit code should be “{expected}”, not "
        "“{found}”. One of its characters is wrong; compare it with the license.",
    )


class FaceNotAnObject(Refused):
    """The face data is not a JSON object."""

    code = "face_not_an_object"
    text = Text(
        "照面信息应为 JSON 对象。请参照 templates/samples/license.json。",
        "The license face must be a JSON object. See templates/samples/license.json.",
    )


class FaceInvalid(FieldsInvalid):
    """The face data has wrong fields; ``problems`` names each."""

    code = "face_invalid"
    text = Text(
        "照面信息有误，请改正后重试：{listed_zh}",
        "The license face has errors. Correct them and try again: {listed_en}",
    )


class LicenseNotFound(NotFound):
    """No such license in this organisation."""

    code = "license_not_found"
    text = Text(
        "没有找到电子营业执照“{license_id}”。请核对编号。",
        "There is no e-license “{license_id}”. Check the id.",
    )


class LicenseAlreadyRegistered(Conflict):
    """The organisation has a license with this credit code."""

    code = "license_already_registered"
    text = Text(
        "统一社会信用代码 {uscc} 的电子营业执照已经登记。请直接使用已登记的执照。",
        "An e-license with the unified social credit code {uscc} is registered already. Use it.",
    )


class HolderKeyInvalid(Refused):
    """The public key of a holder cannot be used."""

    code = "holder_key_invalid"
    text = Text(
        "持照人公钥无效：应为 P-256 椭圆曲线公钥（DER 格式 SubjectPublicKeyInfo）。",
        "The holder's public key is not usable: a P-256 key as DER SubjectPublicKeyInfo is needed.",
    )


class HolderRevoked(NotAllowed):
    """A holder whose authority ended was to approve something."""

    code = "holder_revoked"
    text = Text(
        "持照人“{holder_id}”的资格已被撤销，不能授权用印。请由现任持照人授权。",
        "The holder “{holder_id}” was revoked and cannot approve. Have a present holder approve.",
    )


class HolderEnrolmentRefused(NotAllowed):
    """The database does not let this process's role enrol a holder."""

    code = "holder_enrolment_refused"
    text = Text(
        "当前的数据库角色无权登记持照人。请由运维人员以 sealservice setup 所用的凭据运行 "
        "sealservice license enrol {license_id}，然后重试。",
        "The database role in use may not enrol a holder. Have the operator run sealservice "
        "license enrol {license_id} with the credentials of sealservice setup, then try again.",
    )


class DemonstrationHolderRefused(NotAllowed):
    """A stand-in for a real holder was asked for in production."""

    code = "demonstration_holder_refused"
    text = Text(
        "生产环境不得登记演示持照人。请使用真实的电子营业执照持照人。",
        "A demonstration holder may not be enrolled in production. Use a real license holder.",
    )


class LicenseStatusRefused(Conflict):
    """A license does not get from the status it has to the one that was asked for."""

    code = "license_status_refused"
    text = Text(
        "执照“{license_id}”当前为“{status_zh}”，不能改为“{wanted_zh}”。请核对执照编号和状态。",
        "License “{license_id}” is “{status_en}” and cannot become “{wanted_en}”. "
        "Check its id and its status.",
    )


class FaceUnchanged(Conflict):
    """The face that is to take another's place is the same."""

    code = "face_unchanged"
    text = Text(
        "执照“{license_id}”的照面信息与现有版本相同，没有需要变更的内容。请核对照面文件。",
        "The face is the one that license “{license_id}” shows already. Check the file.",
    )


class FaceOfAnotherEntity(Refused):
    """A face of one entity was to take the place of another's."""

    code = "face_of_another_entity"
    text = Text(
        "变更不能更换主体：统一社会信用代码和主体类型须与原执照（{uscc}，{entity_zh}）一致。"
        "如是另一主体，请另行登记执照。",
        "A change keeps the entity: credit code and entity type must be those of the license "
        "({uscc}, {entity_en}). Register another entity's license by itself.",
    )


class LicenseAtItsEnd(Conflict):
    """A license that was revoked or cancelled was to be changed."""

    code = "license_at_its_end"
    text = Text(
        "执照“{license_id}”已被“{status_zh}”，不能再变更。请核对执照编号。",
        "License “{license_id}” is {status_en} and cannot be changed any more. Check its id.",
    )


class ImportNotText(Refused):
    """A file to be imported is not text in an encoding that is read."""

    code = "import_not_text"
    text = Text(
        "文件不是 UTF-8 或 GB 18030 文本，无法导入。请另存为 CSV（UTF-8）后重试。",
        "The file is not text in UTF-8 or GB 18030. Save it as CSV (UTF-8) and try again.",
    )


class ImportMalformed(Refused):
    """A file to be imported is neither CSV nor a JSON list."""

    code = "import_malformed"
    text = Text(
        "文件在第 {where} 行附近不是有效的 CSV 或 JSON 列表，没有导入任何内容。请改正后重试。",
        "Near line {where} the file is neither CSV nor a JSON list; nothing was imported. "
        "Correct it and try again.",
    )


class ImportColumnsUnknown(Refused):
    """The first row of a CSV file names columns that there are not, or one of them twice."""

    code = "import_columns_unknown"
    text = Text(
        "首行有无法识别或重复的列名：{columns}。列名应为执照照面上的项目名，如“统一社会信用代码”。",
        "The first row has unknown or repeated columns: {columns}. Name them as the license or "
        "as the API does, e.g. uscc, name, entity_type.",
    )


class ImportEmpty(Refused):
    """A file to be imported has no rows."""

    code = "import_empty"
    text = Text(
        "文件中没有可导入的数据行。请确认首行为列名，其后每行一份执照。",
        "The file has no rows to import: the first names the columns, each further is a license.",
    )


class ImportTooLong(Refused):
    """A file to be imported has too many rows."""

    code = "import_too_long"
    text = Text(
        "文件共 {rows} 行，一次最多导入 {greatest} 行。请拆分后分次导入。",
        "The file has {rows} rows; at most {greatest} are imported at once. Divide it.",
    )


class ImportNotFound(NotFound):
    """There is no such import in the organisation."""

    code = "import_not_found"
    text = Text(
        "没有编号为“{import_id}”的导入。请核对编号。",
        "There is no import “{import_id}”. Check its id.",
    )
