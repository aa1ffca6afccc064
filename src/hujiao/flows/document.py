"""Flow document, version 1: a graph of nodes as JSON. This is what the editor saves and the interpreter runs.

Prompts are named; a name stands for the tenant's prompt in the caller's language. Expressions are CEL over `vars`
(the flow's variables), `caller`, `called`, `keys`, `language`, `now`, `zone`.

`AnyNode` is the one list of the kinds, in the palette's order. It is written out, not found by walking the folder: the
type checker then knows what a node may be, import rules see who imports whom, and the order is somebody's choice.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import Annotated, Literal, get_args
from uuid import UUID

from pydantic import Field

from hujiao.flows.nodes.agent_telephone import AgentTelephone
from hujiao.flows.nodes.answer import Answer
from hujiao.flows.nodes.base import Called, Node, Position, Strict, kind_of
from hujiao.flows.nodes.branch import Branch
from hujiao.flows.nodes.call_back import CallBack
from hujiao.flows.nodes.collect import Collect
from hujiao.flows.nodes.conference import Conference
from hujiao.flows.nodes.hang_up import HangUp
from hujiao.flows.nodes.hours import Hours
from hujiao.flows.nodes.language import Language
from hujiao.flows.nodes.look_up import LookUp
from hujiao.flows.nodes.menu import Menu
from hujiao.flows.nodes.parameters import Parameters
from hujiao.flows.nodes.play import Play
from hujiao.flows.nodes.queue import Queue
from hujiao.flows.nodes.queue_figures import QueueFigures
from hujiao.flows.nodes.record_message import RecordMessage
from hujiao.flows.nodes.results import Results
from hujiao.flows.nodes.return_to_queue import ReturnToQueue
from hujiao.flows.nodes.say import Say
from hujiao.flows.nodes.set import Set
from hujiao.flows.nodes.split import Split
from hujiao.flows.nodes.sub_flow import SubFlow
from hujiao.flows.nodes.transfer import Transfer
from hujiao.kit.events import Kinds, kinds

MOST_NODES = 500
UUID_FORM = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MOST_NOTES = 100
LONGEST_NOTE = 2000
NodeId = Annotated[str, Field(min_length=1, max_length=64)]

AnyNode = (
    Answer
    | Transfer
    | Conference
    | AgentTelephone
    | HangUp
    | Play
    | Say
    | Menu
    | Collect
    | Language
    | RecordMessage
    | Set
    | Branch
    | Hours
    | Split
    | LookUp
    | SubFlow
    | Parameters
    | Results
    | QueueFigures
    | Queue
    | CallBack
    | ReturnToQueue
)
KINDS: dict[str, type[Node]] = {kind_of(kind): kind for kind in get_args(AnyNode)}
EVENTS: Kinds = kinds(*(event for kind in KINDS.values() for event in kind.says))


class Note(Strict):
    """What somebody wrote beside the steps. It is not carried out."""

    text: str = Field(default="", max_length=LONGEST_NOTE)
    position: Position
    width: float = Field(default=200, ge=80, le=2000)
    height: float = Field(default=100, ge=40, le=2000)


class FlowDocument(Strict):
    version: Literal[1] = 1
    start: NodeId
    notes: dict[NodeId, Note] = Field(default={}, max_length=MOST_NOTES)
    nodes: dict[NodeId, Annotated[AnyNode, Field(discriminator="type")]] = Field(min_length=1, max_length=MOST_NODES)

    @cached_property
    def calls(self) -> frozenset[UUID]:
        """The flows that are steps of this one."""
        named = {node.flow for node in self.nodes.values() if isinstance(node, SubFlow)}
        return frozenset(UUID(name) for name in named if UUID_FORM.fullmatch(name))

    def called(self) -> Called:
        """Return what it takes from a flow that calls it, and gives back."""
        taken = {
            name: usual
            for node in self.nodes.values()
            if isinstance(node, Parameters)
            for name, usual in node.values.items()
        }
        return Called(
            parameters=frozenset(taken),
            required=frozenset(name for name, usual in taken.items() if not usual),
            results=frozenset(
                name for node in self.nodes.values() if isinstance(node, Results) for name in node.values
            ),
        )
