"""The demo's flow: greeting, menu, queue, agent, satisfaction, thanks. The same graph for every tenant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from hujiao.flows.document import FlowDocument

_PLACES = {
    "answer": (0, 200),
    "greeting": (220, 200),
    "menu": (440, 200),
    "bills": (700, 0),
    "repairs": (700, 150),
    "operator": (700, 300),
    "all_busy": (960, 420),
    "rating": (960, 150),
    "thanks": (1180, 150),
    "goodbye": (960, 540),
    "hang_up": (1400, 300),
}


def document(labels: Mapping[str, str], queues: Mapping[str, UUID]) -> dict[str, Any]:
    """The flow as JSON, checked against the schema."""
    steps: dict[str, dict[str, Any]] = {
        "answer": {"type": "answer", "next": "greeting"},
        "greeting": {"type": "play", "prompts": ["greeting"], "barge_in": True, "next": "menu"},
        "menu": {
            "type": "menu",
            "prompts": ["main_menu"],
            "keys": {"1": "bills", "2": "repairs", "0": "operator"},
            "repeat_key": "#",
            "timeout_seconds": 5,
            "tries": 3,
            "timeout_prompts": ["timeout"],
            "invalid_prompts": ["invalid_key"],
            # Who cannot press a key still reaches a person; who presses wrong ones three times does not.
            "on_timeout": "operator",
            "on_invalid": "goodbye",
        },
        "all_busy": {"type": "play", "prompts": ["all_busy"], "next": "hang_up"},
        "rating": {
            "type": "collect",
            "prompts": ["rating"],
            "variable": "rating",
            "min_digits": 1,
            "max_digits": 1,
            "terminator": None,
            "restart_key": None,
            "timeout_seconds": 5,
            "tries": 2,
            "next": "thanks",
            "on_timeout": "goodbye",
        },
        "thanks": {"type": "play", "prompts": ["thanks"], "next": "hang_up"},
        "goodbye": {"type": "play", "prompts": ["goodbye"], "next": "hang_up"},
        "hang_up": {"type": "hang_up"},
    }
    for key, queue_id in queues.items():
        steps[key] = {
            "type": "queue",
            "queue": str(queue_id),
            "max_wait_seconds": 600,
            "on_timeout": "all_busy",
            "after": "rating",
        }
    nodes = {
        name: {**step, "label": labels[name], "position": dict(zip("xy", _PLACES[name], strict=True))}
        for name, step in steps.items()
    }
    return FlowDocument.model_validate({"version": 1, "start": "answer", "nodes": nodes}).model_dump(mode="json")
