"""Flow documents as the rows use them."""

from __future__ import annotations

from typing import Any

Document = dict[str, Any]
BYE = {"type": "hang_up"}


def document(**nodes: Any) -> Document:
    """Answers, then goes on with `first`; `bye` hangs up."""
    answer = {"type": "answer", "next": "first"}
    return {"version": 1, "start": "answer", "nodes": {"answer": answer, **nodes, "bye": BYE}}


def to_queue(queue: str, **more: Any) -> Document:
    return document(first={"type": "queue", "queue": queue, **more})


def play(prompt: str, then: str = "bye") -> Document:
    return {"type": "play", "prompts": [prompt], "next": then}
