"""The flow of a queue's voicemail: greeting, the message after a tone, goodbye. Pure."""

from __future__ import annotations

from functools import lru_cache

from hujiao.flows.document import AnyNode, FlowDocument
from hujiao.flows.nodes.hang_up import HangUp
from hujiao.flows.nodes.play import Play
from hujiao.flows.nodes.record_message import RecordMessage

VOICEMAIL_START = "message"
GOODBYE = "goodbye"
USUAL_GREETING = "leave_message"


@lru_cache(maxsize=256)
def voicemail(greeting: tuple[str, ...], *, goodbye: bool) -> FlowDocument:
    """`goodbye`: there is such a prompt."""
    nodes: dict[str, AnyNode] = {
        VOICEMAIL_START: RecordMessage(
            type="record_message", prompts=list(greeting), next=GOODBYE if goodbye else "end"
        ),
        "end": HangUp(type="hang_up"),
    }
    if goodbye:
        nodes[GOODBYE] = Play(type="play", prompts=[GOODBYE], next="end")
    return FlowDocument(start=VOICEMAIL_START, nodes=nodes)
