"""The lines of a list in an answer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from hujiao.data_sources.contracts import Answer, DataSource, HttpRequest, Result
from hujiao.data_sources.mapping import MOST_ROWS, found


def asked(rows: str, content: Any) -> Any:
    request = HttpRequest(method="GET", url="https://crm.example.com")
    source = DataSource(id=UUID(int=1), name="crm", request=request, results=(Result("all", "1"),), rows=rows)
    return found(source, Answer(outcome="ok", content=content))


def test_lines_with_their_plain_values() -> None:
    lines = [{"order": "A1", "weight": 2.5, "to": {"city": "Beijing"}, "sent": True}, {"order": "A2", "to": None}]
    answer = asked("answer.orders", {"orders": lines})
    assert answer.outcome == "ok"
    assert answer.rows == ({"order": "A1", "weight": 2.5, "sent": True}, {"order": "A2", "to": None})
    assert asked("", {"orders": lines}).rows == ()


def test_no_more_than_anybody_reads() -> None:
    assert len(asked("answer", [{"n": number} for number in range(MOST_ROWS + 5)]).rows) == MOST_ROWS


@pytest.mark.parametrize("content", [{}, {"orders": "none"}, {"orders": ["A1"]}, {"orders": [{"order": "x" * 1001}]}])
def test_what_is_no_list_of_lines_is_told(content: Any) -> None:
    answer = asked("answer.orders", content)
    assert (answer.outcome, answer.rows, answer.values) == ("incomplete", (), {"all": 1})
    assert answer.problem.startswith("rows: ")
