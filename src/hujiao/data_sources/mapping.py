"""A source's answer as variables. Pure."""

from __future__ import annotations

from typing import Any

from hujiao.data_sources.contracts import Answer, DataSource, Found, Plain
from hujiao.kit.expressions import ANY, NUMBER, Allowance, BadExpression, Expressions

LONGEST_TEXT = 1000
MOST_ROWS, MOST_COLUMNS = 50, 20
ANSWER = Expressions({"answer": ANY, "status": NUMBER})


def found(source: DataSource, answer: Answer) -> Found:
    """Every result from the answer, or its default; the first problem is told."""
    values = source.defaults
    if answer.outcome != "ok":
        return Found(outcome=answer.outcome, values=values, problem=answer.problem, answer=answer)
    problem = ""
    allowance = Allowance()  # of all expressions together
    names = {"answer": answer.content, "status": answer.status}
    for result in source.results:
        try:
            value = ANSWER.evaluate(result.value, names, allowance)
            values[result.variable] = _plain(value)
        except (BadExpression, ValueError) as error:
            said = error.said if isinstance(error, BadExpression) else error
            problem = problem or f"{result.variable}: {said}"
    rows: tuple[dict[str, Plain], ...] = ()
    try:
        rows = _rows(source, names, allowance)
    except (BadExpression, ValueError) as error:
        problem = problem or f"rows: {error.said if isinstance(error, BadExpression) else error}"
    return Found(outcome="incomplete" if problem else "ok", values=values, rows=rows, problem=problem, answer=answer)


def _rows(source: DataSource, names: dict[str, Any], allowance: Allowance) -> tuple[dict[str, Plain], ...]:
    """The first lines of the list, with their plain values."""
    if not source.rows:
        return ()
    lines = ANSWER.evaluate(source.rows, names, allowance)
    if not isinstance(lines, list) or not all(isinstance(line, dict) for line in lines):
        raise ValueError("not a list of maps")
    return tuple(
        {name: _plain(value) for name, value in list(line.items())[:MOST_COLUMNS] if not isinstance(value, list | dict)}
        for line in lines[:MOST_ROWS]
    )


def _plain(value: Any) -> Plain:
    match value:
        case None | bool() | int() | float():
            return value
        case str() if len(value) <= LONGEST_TEXT:
            return value
        case str():
            raise ValueError(f"a text of {len(value)} characters; {LONGEST_TEXT} at most")
        case _:
            raise ValueError("not a text, number, truth value or null")
