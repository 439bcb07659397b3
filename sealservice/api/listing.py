"""Lists: a page of up to 100, and a cursor to the next one in the body and in ``Link``."""

from collections.abc import Callable
from typing import Annotated, Final, Generic, TypeVar

from fastapi import Depends, Query, Request, Response
from pydantic import BaseModel, Field

MOST: Final = 100

Row = TypeVar("Row")
Item = TypeVar("Item", bound=BaseModel)


class Page(BaseModel, Generic[Item]):
    """One page of a list."""

    data: list[Item]
    next_cursor: str | None = Field(
        description="To be sent as `cursor` for the next page; null on the last one.",
        examples=["lic_01kaqc5y6w8m9n3p4q5r6s7t8v"],
    )


class Paging:
    """Which page a caller asks for."""

    def __init__(
        self,
        request: Request,
        response: Response,
        limit: Annotated[int, Query(ge=1, le=MOST, description="Most items to answer.")] = 20,
        cursor: Annotated[
            str | None,
            Query(pattern=r"^[a-z]{2,8}_[0-9a-z]{26}$", description="Where the page begins."),
        ] = None,
    ) -> None:
        self._request = request
        self._response = response
        self._limit = limit
        self._cursor = cursor

    def page(
        self,
        fetch: Callable[[str | None, int], list[Row]],
        item: Callable[[Row], Item],
        id_of: Callable[[Row], str],
    ) -> Page[Item]:
        """Fetch one row more than asked for, to know whether there is another page."""
        rows = fetch(self._cursor, self._limit + 1)
        shown = rows[: self._limit]
        more = len(rows) > len(shown)
        cursor = id_of(shown[-1]) if more else None
        if cursor is not None:
            following = self._request.url.include_query_params(cursor=cursor, limit=self._limit)
            relative = f"{following.path}?{following.query}"
            self._response.headers["Link"] = f'<{relative}>; rel="next"'
        return Page(data=[item(row) for row in shown], next_cursor=cursor)


PageAsked = Annotated[Paging, Depends()]
