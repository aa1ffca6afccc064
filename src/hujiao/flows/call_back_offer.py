"""The flow by which a queue offers its waiting callers a call-back: the offer, key 1, the promise. Pure."""

from __future__ import annotations

from functools import lru_cache

from msgspec.structs import asdict

from hujiao.flows.contracts import CallBackOffer
from hujiao.flows.document import AnyNode, FlowDocument
from hujiao.flows.nodes.call_back import CallBack
from hujiao.flows.nodes.hang_up import HangUp
from hujiao.flows.nodes.menu import Menu
from hujiao.flows.nodes.play import Play
from hujiao.flows.nodes.queue import Queue
from hujiao.flows.nodes.return_to_queue import ReturnToQueue

OFFER_START = "offer"
USUAL_OFFER = "callback_offer"
PROMISED = "callback_promised"
KEY = "1"
KEY_SECONDS = 8


@lru_cache(maxsize=256)
def call_back_offer(offer: CallBackOffer, queue: str, *, promised: bool) -> FlowDocument:
    """Any other key, or none, lets the caller wait on. `promised`: there is such a prompt."""
    nodes: dict[str, AnyNode] = {
        OFFER_START: Menu(
            type="menu",
            prompts=list(offer.prompts),
            keys={KEY: "call_back"},
            timeout_seconds=KEY_SECONDS,
            tries=1,
            on_timeout="stay",
            on_invalid="stay",
        ),
        "call_back": CallBack(
            type="call_back",
            queue=queue,
            next=PROMISED if promised else "end",
            on_failure="back",
            **asdict(offer.terms),
        ),
        "end": HangUp(type="hang_up"),
        "stay": ReturnToQueue(type="return"),
        "back": Queue(type="queue", queue=queue),
    }
    if promised:
        nodes[PROMISED] = Play(type="play", prompts=[PROMISED], next="end")
    return FlowDocument(start=OFFER_START, nodes=nodes)
