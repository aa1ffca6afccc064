"""What is wrong with a flow document, node by node. Pure: what exists in the tenant is handed in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from dataclasses import field as made
from typing import Any, Literal
from uuid import UUID

from pydantic import ValidationError

from hujiao.flows.document import KINDS, FlowDocument
from hujiao.flows.fields import shapes, values
from hujiao.flows.nodes.base import PLACE, Flaw, Known, Node, Role
from hujiao.kit.expressions import FLOW, BadExpression
from hujiao.kit.graphs import together
from hujiao.kit.i18n import Said
from hujiao.kit.wording import worded


@dataclass(frozen=True, slots=True)
class Finding:
    """`message` is a key of the language files, `detail` fills its places."""

    severity: Literal["error", "warning"]
    node: str | None
    field: str | None
    message: str
    detail: dict[str, Any] = made(default_factory=dict)


MOST_FINDINGS = 1000


def check(document: dict[str, Any] | FlowDocument, known: Known, *, written: bool = False) -> list[Finding]:
    """What is wrong with it; `written`: people write in it, too."""
    flow, found = _read(document)
    if flow is None:
        return found
    whole = not found
    ids = flow.nodes.keys() if whole or isinstance(document, FlowDocument) else document["nodes"].keys()
    secret = {name for node in flow.nodes.values() for name in node.secrets()}
    if flow.start not in ids:
        found.append(Finding("error", None, "start", "flow.no_start", {"target": flow.start}))
    for node_id, node in flow.nodes.items():
        for place, target in values(node, "way"):
            if target not in ids:
                found.append(Finding("error", node_id, place, "flow.unknown_node", {"target": target}))
        flaws = (*_references(node, known), *node.flaws(known), *_texts(node, known, secret))
        found += [Finding(flaw.severity, node_id, flaw.field, flaw.message, flaw.detail) for flaw in flaws]
    if written:
        spoken = [node_id for node_id, node in flow.nodes.items() if node.voice_only]
        found += [Finding("error", node_id, None, "flow.not_for_chat") for node_id in spoken]
    if not whole:  # where the steps that cannot be read lead is not known
        return found[:MOST_FINDINGS]
    reached = _reachable(flow)
    found += [Finding("warning", node_id, None, "flow.unreachable") for node_id in flow.nodes if node_id not in reached]
    found += rings(flow, reached)
    return found


def unreadable(document: dict[str, Any]) -> list[Finding]:
    """Why no caller could be led by it at all: what is missing or of the wrong kind."""
    return _read(document)[1]


def expressions(document: dict[str, Any]) -> frozenset[str]:
    """All expressions of a document, as far as it can be read."""
    flow, _ = _read(document)
    nodes = flow.nodes.values() if flow else ()
    return frozenset(source for node in nodes for _, source in values(node, "expression") if source)


def _read(document: dict[str, Any] | FlowDocument) -> tuple[FlowDocument | None, list[Finding]]:
    """The flow, of the steps that can be read, and what is wrong with the others; None when it is no flow at all."""
    try:
        return FlowDocument.model_validate(document), []
    except ValidationError as error:
        problems = error.errors()
    found = [_shape(problem) for problem in problems[:MOST_FINDINGS]]
    nodes = document.get("nodes") if isinstance(document, dict) else None
    if not isinstance(document, dict) or not isinstance(nodes, dict) or not isinstance(document.get("start"), str):
        return None, found
    places = {problem["loc"][:2] for problem in problems}
    readable = {node_id: node for node_id, node in nodes.items() if ("nodes", node_id) not in places}
    if not readable or ("nodes",) in places:
        return None, found
    try:
        return FlowDocument.model_validate({"start": document["start"], "nodes": readable}), found
    except ValidationError:  # a start that is no name of a step
        return None, found


def calls(document: dict[str, Any]) -> frozenset[UUID]:
    """The flows that are steps of a document; none of one that cannot be read."""
    try:
        return FlowDocument.model_validate(document).calls
    except ValidationError:
        return frozenset()


def wrong_expressions(sources: Iterable[str]) -> dict[str, Said]:
    """What is wrong with those of these that are wrong. Compiling many takes its time."""
    found = {}
    for source in sources:
        try:
            FLOW.compile(source)
        except BadExpression as error:
            found[source] = error.said
    return found


def _references(node: Node, known: Known) -> Iterator[Flaw]:
    """What it names and the tenant does not have. What may be left out may be empty."""
    there: dict[Role, frozenset[str]] = {
        "prompt": known.prompts,
        "queue": known.queues,
        "hours": known.hours,
        "skill": known.skills,
        "source": frozenset(known.sources),
        "flow": frozenset(known.flows),
    }
    for role, names in there.items():
        for place, name in values(node, role):
            if str(name) not in names and (name or _required(node, place)):
                yield Flaw(place, f"flow.unknown_{role}", {"name": str(name)})


def _required(node: Node, place: str) -> bool:
    field = type(node).model_fields.get(place)
    return field is None or field.is_required()


def _texts(node: Node, known: Known, secret: set[str]) -> Iterator[Flaw]:
    """Numbers that are not called, as far as they are known before a call comes; what is typed in secret, which is left
    out of a text; expressions that are wrong."""
    numbers = list(values(node, "outside_number"))
    for place, number in numbers:
        if number and "{{" not in number and (why := known.refusal(number)):
            yield Flaw(place, f"error.{why}")
    for place, text in (*values(node, "template"), *numbers):
        for name in sorted(secret & set(PLACE.findall(text))):
            yield Flaw(place, "flow.secret_in_text", {"name": name}, "warning")
    for place, source in values(node, "expression"):
        if source in known.wrong:
            wrong = known.wrong[source]
            yield Flaw(place, "flow.bad_expression", wrong.inside("problem"))


def rings(flow: FlowDocument, reached: Collection[str]) -> list[Finding]:
    """Rings of steps none of which waits: an error where no way leads out of one, else a warning, since what leads out
    may be taken in time. Each is told once, at the way that closes it."""
    hasty = {
        node_id: [(place, target) for place, target in values(node, "way") if target in flow.nodes]
        for node_id, node in flow.nodes.items()
        if node_id in reached and not node.waits
    }
    graph = {node_id: [target for _, target in ways if target in hasty] for node_id, ways in hasty.items()}
    found = []
    for ring in together(graph):
        first = next(node_id for node_id in flow.nodes if node_id in ring)
        closing = [(node_id, place) for node_id in ring for place, target in hasty[node_id] if target == first]
        if not closing:
            continue
        endless = all(target in ring for node_id in ring for _, target in hasty[node_id])
        steps = ", ".join(flow.nodes[node_id].label or node_id for node_id in flow.nodes if node_id in ring)
        message = "flow.endless_ring" if endless else "flow.hasty_ring"
        node_id, place = min(closing)
        found.append(Finding("error" if endless else "warning", node_id, place, message, {"steps": steps}))
    return found


def _reachable(flow: FlowDocument) -> set[str]:
    reached: set[str] = set()
    waiting = [flow.start]
    while waiting:
        node_id = waiting.pop()
        node = flow.nodes.get(node_id)
        if node is None or node_id in reached:
            continue
        reached.add(node_id)
        waiting += [target for _, target in values(node, "way")]
    return reached


def _shape(problem: Any) -> Finding:
    """Pydantic's complaint with the node and field that it is about."""
    place = [str(part) for part in problem["loc"]]
    node = place[1] if len(place) > 1 and place[0] == "nodes" else None
    # After the node's id comes its type, which tells the reader nothing.
    kind, rest = (KINDS.get(place[2]) if len(place) > 2 else None, place[3:]) if node is not None else (None, place)
    if kind and problem["type"] in ("missing", "string_too_short") and _leads_on(kind, rest):
        return Finding("error", node, ".".join(rest), "flow.leads_nowhere")
    message, detail = worded(problem)
    return Finding("error", node, ".".join(rest) or None, message, detail)


def _leads_on(kind: type[Node], place: list[str]) -> bool:
    """Whether the field is a way out: of the node, of a key, or of a row."""
    shape = shapes(kind).get(place[0]) if place else None
    if shape and shape.shape == "rows":
        shape = shapes(shape.type).get(place[-1])
    return shape is not None and shape.role == "way"
