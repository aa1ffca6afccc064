"""Capacity by example: one rule, every mixture that companies ask for."""

from __future__ import annotations

from uuid import UUID

import pytest

from hujiao.routing.assign import Router
from hujiao.routing.capacity import agent_order, item_order
from hujiao.routing.contracts import (
    AGENT_ORDER,
    ITEM_ORDER,
    MEDIA,
    Item,
    ItemCriterion,
    Requirement,
    Ring,
    RoutingAgent,
    RoutingQueue,
    Setup,
    Share,
)

AGENT, OTHER = UUID(int=1), UUID(int=2)
SKILL = UUID(int=3)
QUEUE = {medium: UUID(int=10 + at) for at, medium in enumerate(MEDIA)}


def floor(*shares: Share) -> Router:
    """Two agents alike and a queue of each medium."""
    made = Router(seed=1)
    rings = (Ring(who=(Requirement(skills=((SKILL, 1),)),)),)
    agents = {one: RoutingAgent(id=one, skills=((SKILL, 5),), shares=shares) for one in (AGENT, OTHER)}
    queues = {queue: RoutingQueue(id=queue, name=medium, medium=medium, rings=rings) for medium, queue in QUEUE.items()}
    order = item_order((), MEDIA.values())
    made.configure(
        Setup(queues=queues, agents=agents, item_order=order, agent_order=agent_order((), MEDIA.values())), 0.0
    )
    return made


def room(made: Router) -> set[str]:
    return {medium for medium in MEDIA if made.has_room(AGENT, medium)}


REAL_TIME_CALLS = {"voice", "video", "web_call"}


@pytest.mark.parametrize(
    ("held", "more"),
    [
        ((), set(MEDIA)),
        (("voice",), set()),
        (("chat",), {"chat", "email", "fax", "sms"}),
        (("chat", "chat"), {"chat", "sms"}),
        (("chat", "chat", "chat"), set()),
        (("email",), {*REAL_TIME_CALLS, "chat", "email", "fax", "sms"}),
        (("email", "email"), {*REAL_TIME_CALLS, "chat"}),
        (("email", "email", "voice"), set()),
        (("email", "email", "chat"), {"chat"}),
    ],
)
def test_what_there_is_room_for_by_default(held: tuple[str, ...], more: set[str]) -> None:
    made = floor()
    made.agent_free(AGENT, 0.0, held=held)
    assert room(made) == more
    assert made.is_free(AGENT) == bool(more)


def test_an_agents_own_weights_and_limits() -> None:
    made = floor(
        Share(medium="chat", weight=20, most=4),
        Share(medium="email", weight=10, most=0),
        Share(medium="voice", weight=60),
    )
    made.agent_free(AGENT, 0.0, held=("voice",))
    assert room(made) == {"chat", "sms"}
    made.agent_free(AGENT, 0.0, held=("chat",) * 4)
    assert room(made) == set()
    made.agent_free(AGENT, 0.0)
    assert "email" not in room(made)


def join(made: Router, medium: str, number: int, at: float = 0.0) -> UUID:
    item = Item(id=UUID(int=1000 + number), queue_id=QUEUE[medium], joined_at=at)
    made.join(item, at)
    return item.id


def test_a_call_goes_before_an_older_email_and_reaches_who_has_emails() -> None:
    made = floor()
    join(made, "email", 1, at=-3600.0)
    call = join(made, "voice", 2, at=0.0)
    made.agent_free(AGENT, 0.0, held=("email",))
    match = made.for_agent(AGENT, 1.0)
    assert match and match.interaction_id == call
    assert (match.reason, dict(match.values)["real_time"]) == ("real_time", 1)


def test_who_has_least_in_hand_is_first() -> None:
    made = floor()
    made.agent_free(AGENT, 0.0, held=("chat",))
    made.agent_free(OTHER, 50.0)
    match = made.for_item(join(made, "chat", 1, at=60.0), 60.0)
    assert match and (match.agent_id, match.reason) == (OTHER, "least_loaded")


def test_other_weights_act_on_who_is_busy() -> None:
    made = floor()
    made.agent_free(AGENT, 0.0, held=("voice",))
    chat = join(made, "chat", 1)
    assert made.for_item(chat, 1.0) is None
    why = made.explain(chat, 1.0)
    assert why and (why.free, why.busy, why.away) == ((), 1, 1)
    made.change_agent(RoutingAgent(id=AGENT, skills=((SKILL, 5),), shares=(Share(medium="voice", weight=60),)))
    match = made.for_agent(AGENT, 2.0)
    assert match and match.interaction_id == chat


def test_voice_alone_keeps_its_orders_and_a_tenant_may_place_the_classes() -> None:
    voice, email = MEDIA["voice"], MEDIA["email"]
    assert (item_order((), [voice]), agent_order((), [voice])) == (ITEM_ORDER, AGENT_ORDER)
    assert item_order((), [voice, email])[0].kind == "real_time"
    later = (ItemCriterion("queue_priority"), ItemCriterion("real_time"))
    assert item_order(later, [voice, email]) == later
