"""What a wrong body is answered: one sentence in the reader's language, with nothing left to fill in."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from fastapi import FastAPI
from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from sqlalchemy.exc import DBAPIError
from starlette.requests import Request

from hujiao.app.http.errors import described, install, of_validation
from hujiao.kit import i18n


class Page(BaseModel):
    kind: Literal["page"]
    size: Annotated[int, Field(ge=1, le=9)] = 1
    name: Annotated[str, Field(min_length=2, max_length=4, pattern="^[a-z]*$")] = "ab"
    colour: Literal["red", "green", "blue"] = "red"
    rows: Annotated[list[int], Field(min_length=1, max_length=2)] = [1]


class Line(BaseModel):
    kind: Literal["line"]


SHAPE: TypeAdapter[Page | Line] = TypeAdapter(Annotated[Page | Line, Field(discriminator="kind")])


def sentence(body: dict[str, Any], language: str) -> str:
    with pytest.raises(ValidationError) as refused:
        SHAPE.validate_python(body)
    return str(described(of_validation(refused.value.errors()[0]), language)["error"]["message"])


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "circle"},
        {"kind": "page", "colour": "pink"},
        {"kind": "page", "size": 0},
        {"kind": "page", "size": 10},
        {"kind": "page", "size": "one"},
        {"kind": "page", "name": "a"},
        {"kind": "page", "name": "abcde"},
        {"kind": "page", "name": "ABC"},
        {"kind": "page", "rows": []},
        {"kind": "page", "rows": [1, 2, 3]},
    ],
)
def test_nothing_is_left_to_fill_in(wrong: dict[str, Any], language: str) -> None:
    said = sentence(wrong, language)
    assert said
    assert "{" not in said


def test_what_is_allowed_is_a_list_in_any_language() -> None:
    assert sentence({"kind": "page", "colour": "pink"}, "zh-CN") == "允许的值：'red', 'green', 'blue'。"
    assert sentence({"kind": "circle"}, "en") == "Allowed are: 'page', 'line'."


class _Refusal(Exception):
    """The driver's, of which nothing but the state is read."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


@pytest.mark.parametrize(("sqlstate", "status"), [("40P01", 409), ("40001", 409), ("22003", 422), ("42P01", 500)])
async def test_the_database_says_whose_fault_it_is(sqlstate: str, status: int) -> None:
    app = FastAPI()
    install(app)
    request = Request({"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": []})
    handler: Any = app.exception_handlers[DBAPIError]
    answer = await handler(request, DBAPIError("UPDATE", None, _Refusal(sqlstate)))
    assert answer.status_code == status
