"""The flow by which a queue offers its waiting callers a call-back: the offer, key 1, the promise. Pure."""

from __future__ import annotations

from functools import lru_cache

from msgspec.structs import asdict

from hujiao.flows import document as doc
from hujiao.flows.contracts import CallBackOffer

OFFER_START = "offer"
USUAL_OFFER = "callback_offer"
PROMISED = "callback_promised"
KEY = "1"
KEY_SECONDS = 8


@lru_cache(maxsize=256)
def call_back_offer(offer: CallBackOffer, queue: str, *, promised: bool) -> doc.FlowDocument:
    """Any other key, or none, lets the caller wait on. `promised`: there is such a prompt."""
    nodes: dict[str, doc.AnyNode] = {
        OFFER_START: doc.Menu(
            type="menu",
            prompts=list(offer.prompts),
            keys={KEY: "call_back"},
            timeout_seconds=KEY_SECONDS,
            tries=1,
            on_timeout="stay",
            on_invalid="stay",
        ),
        "call_back": doc.CallBack(
            type="call_back",
            queue=queue,
            next=PROMISED if promised else "end",
            on_failure="back",
            **asdict(offer.terms),
        ),
        "end": doc.HangUp(type="hang_up"),
        "stay": doc.ReturnToQueue(type="return"),
        "back": doc.Queue(type="queue", queue=queue),
    }
    if promised:
        nodes[PROMISED] = doc.Play(type="play", prompts=[PROMISED], next="end")
    return doc.FlowDocument(start=OFFER_START, nodes=nodes)
