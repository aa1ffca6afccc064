"""What is wrong with a flow document, node by node. Pure: what exists in the tenant is handed in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as made
from typing import Any, Literal

from pydantic import ValidationError

from hujiao.flows import document as doc
from hujiao.flows import split
from hujiao.kit.expressions import FLOW, BadExpression


@dataclass(frozen=True, slots=True)
class Finding:
    """`message` is a key of the language files, `detail` fills its places."""

    severity: Literal["error", "warning"]
    node: str | None
    field: str | None
    message: str
    detail: dict[str, str] = made(default_factory=dict)


MOST_FINDINGS = 1000
HOURS_WAYS = ("open", "closed", "holiday", "emergency")


def check(
    document: dict[str, Any],
    *,
    queues: frozenset[str],
    prompts: frozenset[str],
    hours: frozenset[str],
    skills: frozenset[str],
    sources: Mapping[str, frozenset[str]],
    refusal: Callable[[str], str | None],
    wrong: Mapping[str, str],
) -> list[Finding]:
    """`queues`, `hours` and `skills` are the ids, `prompts` the names that the tenant has; `sources` their parameters
    by id; `refusal` says why a number is not called; `wrong` is what is wrong with which expression."""
    try:
        flow = doc.FlowDocument.model_validate(document)
    except ValidationError as error:
        return [_shape(problem) for problem in error.errors()[:MOST_FINDINGS]]
    found: list[Finding] = []
    secret = {node.variable for node in flow.nodes.values() if isinstance(node, doc.Collect) and node.secret}
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
        for place, number in _numbers(node):
            if why := refusal(number):
                found.append(Finding("error", node_id, place, f"error.{why}"))
        found += _data(node_id, node, sources, skills)
        for place, text in _texts(node):
            for name in sorted(secret & set(doc.PLACE.findall(text))):
                found.append(Finding("warning", node_id, place, "flow.secret_in_text", {"name": name}))
        for place, source in _expressions(node):
            if source in wrong:
                found.append(Finding("error", node_id, place, "flow.bad_expression", {"problem": wrong[source]}))
    reached = _reachable(flow)
    found += [Finding("warning", node_id, None, "flow.unreachable") for node_id in flow.nodes if node_id not in reached]
    return found


def expressions(document: dict[str, Any]) -> frozenset[str]:
    """All expressions of a document; none of one that cannot be read."""
    try:
        flow = doc.FlowDocument.model_validate(document)
    except ValidationError:
        return frozenset()
    return frozenset(source for node in flow.nodes.values() for _, source in _expressions(node))


def wrong_expressions(sources: Iterable[str]) -> dict[str, str]:
    """What is wrong with those of these that are wrong. Compiling many takes its time."""
    found = {}
    for source in sources:
        try:
            FLOW.compile(source)
        except BadExpression as error:
            found[source] = error.first_line
    return found


def targets(node: doc.Node) -> Iterator[tuple[str, str]]:
    """Where a node can lead, by field."""
    for name in ("next", "on_timeout", "on_invalid", "on_not_found", "on_failure", "after", "otherwise", *HOURS_WAYS):
        target = getattr(node, name, None)
        if target is not None:
            yield name, target
    if isinstance(node, doc.Menu | doc.Queue):
        for key, target in node.keys.items():
            yield f"keys.{key}", target
    if isinstance(node, doc.Branch):
        for index, case in enumerate(node.cases):
            yield f"cases.{index}.next", case.next
    if isinstance(node, doc.Split):
        for index, branch in enumerate(node.branches):
            yield f"branches.{index}.next", branch.next


def _implied(node: doc.Node) -> set[str]:
    """A call-back without a queue is for the queue that the caller has just left."""
    return {""} if isinstance(node, doc.CallBack) else set()


def prompts_of(node: doc.Node) -> Iterator[tuple[str, str]]:
    for name in ("prompts", "timeout_prompts", "invalid_prompts"):
        for index, prompt in enumerate(getattr(node, name, ())):
            yield f"{name}.{index}", prompt


def _numbers(node: doc.Node) -> Iterator[tuple[str, str]]:
    """Outside numbers that are known before a call comes."""
    match node:
        case doc.Transfer(to=number):
            place = "to"
        case doc.CallBack(number=number):
            place = "number"
        case _:
            return
    if number and "{{" not in number:
        yield place, number


def _texts(node: doc.Node) -> Iterator[tuple[str, str]]:
    """Texts with variables in them: what is typed in secret is left out there."""
    match node:
        case doc.Say(text=text):
            yield "text", text
        case doc.Transfer(to=text):
            yield "to", text
        case doc.CallBack(number=text):
            yield "number", text


def _expressions(node: doc.Node) -> Iterator[tuple[str, str]]:
    if isinstance(node, doc.Set):
        for name, source in node.values.items():
            yield f"values.{name}", source
    if isinstance(node, doc.Branch):
        for index, case in enumerate(node.cases):
            yield f"cases.{index}.when", case.when
    if isinstance(node, doc.LookUp):
        for name, source in node.parameters.items():
            yield f"parameters.{name}", source
    if isinstance(node, doc.Queue):
        for place, source in (("queue_from", node.queue_from), ("priority_from", node.priority_from)):
            if source:
                yield place, source
        for skill, source in node.needs.items():
            yield f"needs.{skill}", source


def _data(
    node_id: str, node: doc.Node, sources: Mapping[str, frozenset[str]], skills: frozenset[str]
) -> Iterator[Finding]:
    """Data sources with their parameters, percentages, skills."""
    if isinstance(node, doc.Split) and not split.adds_up(node):
        yield Finding("error", node_id, "branches", "flow.split_sum", {"sum": f"{split.total(node):g}"})
    if isinstance(node, doc.Queue):
        for skill in sorted(set(map(str, node.needs)) - skills):
            yield Finding("error", node_id, f"needs.{skill}", "flow.unknown_skill")
    if isinstance(node, doc.LookUp):
        asked = sources.get(node.source)
        if asked is None:
            yield Finding("error", node_id, "source", "flow.unknown_source")
            return
        for name in sorted(asked - node.parameters.keys()):
            yield Finding("error", node_id, f"parameters.{name}", "flow.source_parameter_missing", {"name": name})
        for name in sorted(node.parameters.keys() - asked):
            yield Finding("error", node_id, f"parameters.{name}", "flow.source_parameter_unknown", {"name": name})


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
