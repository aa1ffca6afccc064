"""Directed graphs as `node → the nodes that it leads to`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping


def together(graph: Mapping[str, Collection[str]]) -> list[set[str]]:
    """The sets of nodes of which each leads to each other, somehow (Tarjan's, without recursion)."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    open_ones: set[str] = set()
    found: list[set[str]] = []
    for root in graph:
        walk: list[tuple[str, Iterator[str]]] = []
        _enter(root, graph, number, lowest, stack, open_ones, walk)
        while walk:
            node, following = walk[-1]
            target = next(following, None)
            if target is None:
                walk.pop()
                if walk:
                    lowest[walk[-1][0]] = min(lowest[walk[-1][0]], lowest[node])
                if lowest[node] == number[node]:
                    at = stack.index(node)
                    found.append(set(stack[at:]))
                    open_ones.difference_update(stack[at:])
                    del stack[at:]
            elif target not in number:
                _enter(target, graph, number, lowest, stack, open_ones, walk)
            elif target in open_ones:
                lowest[node] = min(lowest[node], number[target])
    return found


def _enter(
    node: str,
    graph: Mapping[str, Collection[str]],
    number: dict[str, int],
    lowest: dict[str, int],
    stack: list[str],
    open_ones: set[str],
    walk: list[tuple[str, Iterator[str]]],
) -> None:
    if node in number:
        return
    number[node] = lowest[node] = len(number)
    stack.append(node)
    open_ones.add(node)
    walk.append((node, iter(graph[node])))
