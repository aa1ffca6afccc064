"""Asking for keys, as a menu and digits do: play the question, wait, ask again until the tries are used up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from hujiao.flows.nodes.base import Walk


class Question(Protocol):
    prompts: list[str]
    timeout_seconds: int
    tries: int

    def key_pressed(self, walk: Walk, key: str) -> None: ...


def ask(node: Question, walk: Walk, first: Sequence[str] = ()) -> None:
    """Play the question after `first`, unless keys typed ahead already answer it."""
    ahead = walk.kept_keys()
    walk.become(walk.run.phase, digits="")
    if not ahead:
        walk.play((*first, *node.prompts))
        return
    walk.become("waiting_key")
    tries = walk.run.tries
    for place, key in enumerate(ahead):
        node.key_pressed(walk, key)
        if walk.leads_on() or walk.run.tries != tries or walk.run.phase != "waiting_key":
            walk.press(ahead[place + 1 :])
            return
    walk.wait(node.timeout_seconds)


def ask_again(node: Question, walk: Walk, first: Sequence[str], otherwise: str | None) -> None:
    """Ask once more, until the tries are used up: then go on, or end."""
    walk.become(walk.run.phase, tries=walk.run.tries + 1)
    if walk.run.tries < node.tries:
        ask(node, walk, first)
    elif otherwise is not None:
        walk.goto(otherwise)
    else:
        walk.end("flow_ended")
