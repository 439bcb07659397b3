"""What sealing refuses of where a seal is to show; all of it is found before approval."""

from sealservice.kernel.errors import (
    Refused,
    TooLarge,
)
from sealservice.kernel.text import Text


class KeywordNotFound(Refused):
    """The keyword is on none of the pages."""

    code = "keyword_not_found"
    text = Text(
        "所查页面上都没有找到关键字“{keyword}”。{nearest_zh}请核对文字或改用坐标定位。",
        "The keyword “{keyword}” is on none of the pages. {nearest_en}Check its wording or place "
        "the seal by coordinates.",
    )

    def __init__(self, keyword: str, nearest: tuple[str, ...] = ()) -> None:
        zh, en = ("、".join(f"“{text}”" for text in nearest), ", ".join(f"“{t}”" for t in nearest))
        super().__init__(
            keyword=keyword,
            nearest=nearest,
            nearest_zh=f"最接近的文字：{zh}。" if nearest else "",
            nearest_en=f"The nearest texts: {en}. " if nearest else "",
        )


class OccurrenceNotFound(Refused):
    """The keyword is there, but not as often as asked for."""

    code = "occurrence_not_found"
    text = Text(
        "关键字“{keyword}”共 {count} 处，没有第 {occurrence} 处。请改用 1 到 {count}，或 last。",
        "The keyword “{keyword}” occurs {count} times; there is no number {occurrence}. "
        "Use 1 to {count}, or last.",
    )


class PlacementOutside(Refused):
    """The seal would not lie wholly on an existing page."""

    code = "placement_outside"
    text = Text(
        "印章位置超出页面：{reason_zh}。请调整位置。",
        "The seal would lie outside the page: {reason_en}. Move it.",
    )


class PlacementInvalid(Refused):
    """A number or word of a placement makes no sense, whatever the document."""

    code = "placement_invalid"
    text = Text(
        "印章位置无效：{reason_zh}。请改正后再试。",
        "The placement is invalid: {reason_en}. Correct it.",
    )


class PageSetInvalid(Refused):
    """What should name pages does not."""

    code = "page_set_invalid"
    text = Text(
        "页码“{part}”无效：{reason_zh}。请改正后再试。",
        "The pages “{part}” are invalid: {reason_en}. Correct them.",
    )


class StraddleImpossible(Refused):
    """A seal cannot be cut into these slices."""

    code = "straddle_impossible"
    text = Text("无法加盖骑缝章：{reason_zh}。", "The seal cannot straddle the pages: {reason_en}.")


class SealsCollide(Refused):
    """A seal would cover another one, or a signature field."""

    code = "seals_collide"
    text = Text(
        "第 {page} 页上的印章会与{other_zh}重叠。请移动位置。",
        "On page {page} the seal would overlap {other_en}. Move it.",
    )


class TooManyImpressions(TooLarge):
    """One order would show seals in more places than allowed."""

    code = "too_many_impressions"
    text = Text(
        "一次用印最多 {limit} 处印迹（含骑缝章切片），此次需要 {count} 处。请分批用印或减少页数。",
        "One order may show seals in {limit} places (slices included); this one needs {count}. "
        "Split it, or name fewer pages.",
    )


class FieldNotFound(Refused):
    """The document has no signature field of that name."""

    code = "signature_field_not_found"
    text = Text(
        "文件中没有名为“{field}”的签名域。{others_zh}请核对名称或改用坐标定位。",
        "The document has no signature field “{field}”. {others_en}Check the name or place the "
        "seal by coordinates.",
    )

    def __init__(self, field: str, others: tuple[str, ...] = ()) -> None:
        zh, en = ("、".join(f"“{text}”" for text in others), ", ".join(f"“{t}”" for t in others))
        super().__init__(
            field=field,
            others=others,
            others_zh=f"已有的空签名域：{zh}。" if others else "文件中没有空签名域。",
            others_en=f"Empty fields are: {en}. " if others else "It has no empty one. ",
        )


class FieldUnusable(Refused):
    """A prepared signature field cannot take this seal."""

    code = "signature_field_unusable"
    text = Text(
        "签名域“{field}”无法加盖印章：{reason_zh}。请选用其他签名域，或改用坐标、关键字定位。",
        "The signature field “{field}” cannot take the seal: {reason_en}. Choose another field, "
        "or place the seal by coordinates or keyword.",
    )
