"""What only this edge refuses."""

from sealservice.kernel.errors import NotAllowed, NotFound, Refused, TryAgain
from sealservice.kernel.text import Text


class PageNotFound(NotFound):
    """No page has this address."""

    code = "page_not_found"
    text = Text(
        "没有这个页面。请核对地址，或回到首页。",
        "There is no such page. Check the address or go to the start page.",
    )


class ForeignForm(NotAllowed):
    """A form that another site sent, or one that is older than the session."""

    code = "foreign_form"
    text = Text(
        "这次提交不是从本站页面发出的，或页面已过期。请刷新页面后重试。",
        "This form was not sent from a page of this site, or the page is out of date. "
        "Reload the page and try again.",
    )


class HostUnknown(Refused):
    """The request was meant for another name than ours."""

    code = "host_unknown"
    text = Text(
        "本服务的地址是 {public_url}。请改用该地址访问。",
        "The address of this service is {public_url}. Use that one.",
    )


class BodiesTooMany(TryAgain):
    """So much is being received at the moment that no more fits into memory."""

    code = "bodies_too_many"
    text = Text(
        "正在接收的内容过多。请稍后重试。",
        "Too much is being received at the moment. Try again later.",
    )


class FileMissing(Refused):
    """The form came without a file."""

    code = "file_missing"
    text = Text(
        "没有选择文件。请选择一个 PDF 文件。",
        "No file was chosen. Choose a PDF.",
    )


class FormInvalid(Refused):
    """The form is not one of ours."""

    code = "form_invalid"
    text = Text(
        "提交的内容无法识别。请返回上一页重新填写。",
        "What was sent cannot be understood. Go back and fill in the form again.",
    )
