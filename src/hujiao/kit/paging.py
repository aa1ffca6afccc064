"""Lists: what may be asked (page, size, order, search) and how they are answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import BaseModel

Item = TypeVar("Item")
LARGEST_PAGE = 500


@dataclass(frozen=True, slots=True)
class ListQuery:
    page: int = 1
    page_size: int = 50
    sort: str | None = None
    q: str | None = None

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.page_size


class Page(BaseModel, Generic[Item]):
    items: list[Item]
    total: int
    page: int
    page_size: int


EVERYTHING = ListQuery(page_size=LARGEST_PAGE)
