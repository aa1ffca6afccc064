"""The flow of a queue's voicemail: greeting, the message after a tone, goodbye. Pure."""

from __future__ import annotations

from functools import lru_cache

from hujiao.flows import document as doc

VOICEMAIL_START = "message"
GOODBYE = "goodbye"
USUAL_GREETING = "leave_message"


@lru_cache(maxsize=256)
def voicemail(greeting: tuple[str, ...], *, goodbye: bool) -> doc.FlowDocument:
    """`goodbye`: there is such a prompt."""
    nodes: dict[str, doc.AnyNode] = {
        VOICEMAIL_START: doc.RecordMessage(
            type="record_message", prompts=list(greeting), next=GOODBYE if goodbye else "end"
        ),
        "end": doc.HangUp(type="hang_up"),
    }
    if goodbye:
        nodes[GOODBYE] = doc.Play(type="play", prompts=[GOODBYE], next="end")
    return doc.FlowDocument(start=VOICEMAIL_START, nodes=nodes)
