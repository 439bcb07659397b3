"""The options that say which seals go where and how well: of one document, and of many."""

from typing import Annotated

import typer

from sealservice.sealing.model import Level
from sealservice.sealing.terms import OnTsaFailure

_SEAL = "印章编号，其后的位置都属于它 / seal id; the places behind it are its"
_AT = "坐标，印章中心 / coordinates of the centre: page=1,x=120mm,y=40mm,origin=bottom-left"
_KEYWORD = "盖在文字上 / on a text: （盖章）, or text=（盖章）,occurrence=last,dx=5mm,dy=0mm"
_STRADDLE = "骑缝章 / over edges: edge=right,pages=all,at=150mm,per-seal=20"
_FIELD = "预留的空签名域 / an empty signature field"
_CLAMP = "超出页面时移入页内 / move seals into the page where they stand over"
_AWAY = "授权后若时间戳服务不可用 / if the time-stamping authority is away, once approved"

Seals = Annotated[list[str], typer.Option("--seal", metavar="ID", help=_SEAL)]
Places = Annotated[list[str] | None, typer.Option("--at", metavar="PLACE", help=_AT)]
Keywords = Annotated[
    list[str] | None, typer.Option("--keyword", metavar="TEXT|PLACE", help=_KEYWORD)
]
Straddles = Annotated[list[str] | None, typer.Option("--straddle", metavar="PLACE", help=_STRADDLE)]
Fields = Annotated[list[str] | None, typer.Option("--field", metavar="NAME", help=_FIELD)]
Clamped = Annotated[bool, typer.Option("--clamp", help=_CLAMP)]
WantedLevel = Annotated[Level, typer.Option("--level", help="签名级别 / PAdES level")]
Purpose = Annotated[str, typer.Option("--purpose", help="用途 / purpose, shown to the holder")]
OnFailure = Annotated[OnTsaFailure, typer.Option("--on-tsa-failure", help=_AWAY)]
