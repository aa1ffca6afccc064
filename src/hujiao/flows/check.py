"""What is wrong with a flow document, node by node. Pure: what exists in the tenant is handed in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as made
from typing import Any, Literal

from pydantic import ValidationError

from hujiao.flows import document as doc
from hujiao.kit.expressions import FLOW, BadExpression


@dataclass(frozen=True, slots=True)
class Finding:
    """`message` is a key of the language files, `detail` fills its places."""

    severity: Literal["error", "warning"]
    node: str | None
    field: str | None
    message: str
    detail: dict[str, str] = made(default_factory=dict)


HOURS_WAYS = ("open", "closed", "holiday", "emergency")


def check(
    document: dict[str, Any], *, queues: frozenset[str], prompts: frozenset[str], hours: frozenset[str]
) -> list[Finding]:
    """`queues` and `hours` are the ids, `prompts` the names that the tenant has."""
    try:
        flow = doc.FlowDocument.model_validate(document)
    except ValidationError as error:
        return [_shape(problem) for problem in error.errors()]
    found: list[Finding] = []
    if flow.start not in flow.nodes:
        found.append(Finding("error", None, "start", "flow.no_start", {"target": flow.start}))
    for node_id, node in flow.nodes.items():
        for place, target in targets(node):
            if target not in flow.nodes:
                found.append(Finding("error", node_id, place, "flow.unknown_node", {"target": target}))
        for place, name in prompts_of(node):
            if name not in prompts:
                found.append(Finding("error", node_id, place, "flow.unknown_prompt", {"name": name}))
        if isinstance(node, doc.Queue | doc.CallBack | doc.QueueFigures) and node.queue not in queues | _implied(node):
            found.append(Finding("error", node_id, "queue", "flow.unknown_queue", {"name": node.queue}))
        if isinstance(node, doc.Hours) and node.hours not in hours:
            found.append(Finding("error", node_id, "hours", "flow.unknown_hours", {"name": node.hours}))
        for place, source in _expressions(node):
            try:
                FLOW.compile(source)
            except BadExpression as error:
                found.append(Finding("error", node_id, place, "flow.bad_expression", {"problem": error.first_line}))
    reached = _reachable(flow)
    found += [Finding("warning", node_id, None, "flow.unreachable") for node_id in flow.nodes if node_id not in reached]
    return found


def targets(node: doc.Node) -> Iterator[tuple[str, str]]:
    """Where a node can lead, by field."""
    for name in ("next", "on_timeout", "on_invalid", "on_failure", "after", "otherwise", *HOURS_WAYS):
        target = getattr(node, name, None)
        if target is not None:
            yield name, target
    if isinstance(node, doc.Menu | doc.Queue):
        for key, target in node.keys.items():
            yield f"keys.{key}", target
    if isinstance(node, doc.Branch):
        for index, case in enumerate(node.cases):
            yield f"cases.{index}.next", case.next


def _implied(node: doc.Node) -> set[str]:
    """A call-back without a queue is for the queue that the caller has just left."""
    return {""} if isinstance(node, doc.CallBack) else set()


def prompts_of(node: doc.Node) -> Iterator[tuple[str, str]]:
    for name in ("prompts", "timeout_prompts", "invalid_prompts"):
        for index, prompt in enumerate(getattr(node, name, ())):
            yield f"{name}.{index}", prompt


def _expressions(node: doc.Node) -> Iterator[tuple[str, str]]:
    if isinstance(node, doc.Set):
        for name, source in node.values.items():
            yield f"values.{name}", source
    if isinstance(node, doc.Branch):
        for index, case in enumerate(node.cases):
            yield f"cases.{index}.when", case.when


def _reachable(flow: doc.FlowDocument) -> set[str]:
    reached: set[str] = set()
    waiting = [flow.start]
    while waiting:
        node_id = waiting.pop()
        node = flow.nodes.get(node_id)
        if node is None or node_id in reached:
            continue
        reached.add(node_id)
        waiting += [target for _, target in targets(node)]
    return reached


def _shape(problem: Any) -> Finding:
    """Pydantic's complaint with the node and field that it is about."""
    place = [str(part) for part in problem["loc"]]
    node = place[1] if len(place) > 1 and place[0] == "nodes" else None
    # After the node's id comes its type, which tells the reader nothing.
    rest = place[3:] if node is not None else place
    return Finding("error", node, ".".join(rest) or None, "flow.bad_field", {"problem": problem["msg"]})
