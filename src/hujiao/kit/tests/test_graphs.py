"""The sets of nodes that lead to each other, against the plain definition."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hujiao.kit.graphs import together

NODES = [str(number) for number in range(8)]
GRAPHS = st.lists(st.tuples(st.sampled_from(NODES), st.sampled_from(NODES)), max_size=20).map(
    lambda edges: {node: [target for source, target in edges if source == node] for node in NODES}
)


def reached(graph: dict[str, list[str]], start: str) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting += graph[node]
    return found


@given(GRAPHS)
def test_nodes_are_together_when_each_leads_to_each_other(graph: dict[str, list[str]]) -> None:
    leads = {node: reached(graph, node) for node in NODES}
    wanted = {frozenset(other for other in leads[node] if node in leads[other]) for node in NODES}
    found = together(graph)
    assert {frozenset(one) for one in found} == wanted
    assert sum(map(len, found)) == len(NODES)


def test_a_long_way_needs_no_recursion() -> None:
    long = {str(at): [str((at + 1) % 10_000)] for at in range(10_000)}
    assert [len(one) for one in together(long)] == [10_000]
