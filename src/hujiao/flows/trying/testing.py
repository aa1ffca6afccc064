"""Tests of a flow: whether a walk comes to what is expected of it, and how much of the flow all of them reach. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from hujiao.flows.document import FlowDocument
from hujiao.flows.trying.script import Around, PlainValue, Script, Walked
from hujiao.flows.trying.walking import walk
from hujiao.flows.trying.ways import ways
from hujiao.kit.views import Input

MOST_TESTS = 100
LONGEST_PATH = 2000
NOWHERE = ""


class Expected(Input):
    """What must come of a walk. Without a `path` any will do; variables that are not named may have any value."""

    path: list[str] | None = Field(default=None, max_length=LONGEST_PATH)
    variables: dict[str, PlainValue] = Field(default={}, max_length=50)
    ended: str | None = Field(default=None, max_length=40)


@dataclass(slots=True)
class Difference:
    """The first thing that is not as expected: the `node` where it shows, and in the path its place."""

    what: Literal["path", "variable", "ended", "misfit", "cut_off"]
    node: str
    name: str
    expected: Any
    found: Any


@dataclass(slots=True)
class Tested:
    name: str
    difference: Difference | None
    path: list[str]


@dataclass(slots=True)
class Coverage:
    """Nodes and ways (node and way out) that at least one test took, of how many."""

    nodes: list[str]
    ways: list[tuple[str, str]]
    all_nodes: int
    all_ways: int


@dataclass(slots=True)
class Results:
    tests: list[Tested]
    coverage: Coverage


def run_all(
    document: dict[str, Any], flow_id: UUID, tests: Sequence[tuple[str, Script, Expected]], around: Around
) -> Results:
    """Walk them all; the coverage is that of these tests together."""
    read = FlowDocument.model_validate(document)
    nodes: set[str] = set()
    taken: set[tuple[str, str]] = set()
    results = []
    for name, script, expected in tests:
        walked = walk(document, flow_id, script, around, "en")
        nodes.update(walked.path)
        taken.update(walked.ways)
        results.append(Tested(name, difference(expected, walked), walked.path))
    there = set(ways(read))
    coverage = Coverage(sorted(nodes & read.nodes.keys()), sorted(taken & there), len(read.nodes), len(there))
    return Results(results, coverage)


def difference(expected: Expected, walked: Walked) -> Difference | None:
    if walked.misfit is not None:
        return Difference("misfit", walked.node, str(walked.misfit + 1), "", walked.waits)
    if walked.cut_off:
        return Difference("cut_off", walked.node, "", "", "")
    if expected.path is not None:
        last = walked.path[0]
        for at, (wanted, found) in enumerate(zip_longest(expected.path, walked.path, fillvalue=NOWHERE)):
            if wanted != found:
                return Difference("path", last, str(at + 1), wanted, found)
            last = found
    for name, value in expected.variables.items():
        got = walked.variables.get(name)
        # `True == 1`, but they are not the same to a flow.
        if got != value or isinstance(got, bool) is not isinstance(value, bool):
            return Difference("variable", walked.node, name, value, got)
    if expected.ended is not None and expected.ended != (walked.ended or ""):
        return Difference("ended", walked.node, "", expected.ended, walked.ended or "")
    return None
