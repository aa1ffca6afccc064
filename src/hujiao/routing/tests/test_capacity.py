"""Capacity by example: one rule, every mixture that companies ask for."""

from __future__ import annotations

from uuid import UUID

import pytest

from hujiao.routing.assign import Router
from hujiao.routing.capacity import item_order
from hujiao.routing.contracts import (
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
QUEUE = UUID(int=10)


def floor(*shares: Share) -> Router:
    """Two agents alike and one queue of all media."""
    made = Router(seed=1)
    rings = (Ring(who=(Requirement(skills=((SKILL, 1),)),)),)
    agents = {one: RoutingAgent(id=one, skills=((SKILL, 5),), shares=shares) for one in (AGENT, OTHER)}
    made.configure(Setup(queues={QUEUE: RoutingQueue(id=QUEUE, name="all", rings=rings)}, agents=agents), 0.0)
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
    item = Item(id=UUID(int=1000 + number), queue_id=QUEUE, medium=medium, joined_at=at)
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
    assert why and (why.medium, why.free, why.busy, why.away) == ("chat", (), 1, 1)
    made.change_agent(RoutingAgent(id=AGENT, skills=((SKILL, 5),), shares=(Share(medium="voice", weight=60),)))
    match = made.for_agent(AGENT, 2.0)
    assert match and match.interaction_id == chat


def test_each_medium_has_its_places_and_its_agents() -> None:
    made = floor()
    for number, medium in enumerate(("voice", "email", "voice", "chat", "email")):
        join(made, medium, number, at=float(number))
    assert [made.position(UUID(int=1000 + number)) for number in range(5)] == [1, 1, 2, 1, 2]
    assert (made.waiting_count(QUEUE), made.waiting_count(QUEUE, "email"), made.waiting_count(QUEUE, "fax")) == (
        5,
        2,
        0,
    )
    assert [item.medium for item in made.waiting(QUEUE)] == ["voice", "voice", "chat", "email", "email"]
    made.agent_free(AGENT, 9.0, held=("chat",))
    assert (made.free_agents(QUEUE), made.free_agents(QUEUE, "chat"), made.free_agents(QUEUE, "email")) == (0, 1, 1)


def test_agents_kept_free_have_an_empty_desk() -> None:
    """One agent is kept free for the better queue: what the other's takes of an agent decides."""
    rings = (Ring(who=(Requirement(skills=((SKILL, 1),)),)),)
    better, other = RoutingQueue(id=QUEUE, rings=rings, reserved=1), RoutingQueue(id=UUID(int=11), rings=rings, tier=1)
    agents = {one: RoutingAgent(id=one, skills=((SKILL, 5),)) for one in (AGENT, OTHER)}
    made = Router(seed=1)
    made.configure(Setup(queues={one.id: one for one in (better, other)}, agents=agents), 0.0)

    def taken(medium: str, number: int) -> bool:
        item = Item(id=UUID(int=1000 + number), queue_id=other.id, medium=medium, joined_at=0.0)
        made.join(item, 0.0)
        match = made.for_item(item.id, 0.0)
        made.leave(item.id)
        return match is not None

    made.agent_free(AGENT, 0.0)
    assert not taken("voice", 1) and not taken("chat", 2)  # the last empty desk
    assert taken("email", 3)  # is put aside when somebody calls
    made.agent_free(OTHER, 0.0, held=("chat",))
    assert taken("chat", 4)  # beside the other chat
    made.agent_free(OTHER, 0.0, held=("chat", "chat"))
    assert taken("chat", 5)  # and one more chat would have room on the empty desk
    made.agent_free(AGENT, 0.0, held=("voice",))
    assert not taken("chat", 6)  # the last room for a chat
    made.agent_free(AGENT, 0.0)
    made.agent_free(OTHER, 0.0)
    assert taken("voice", 7) and taken("chat", 8)


def test_a_tenant_may_place_the_classes() -> None:
    own = (ItemCriterion("queue_priority"), ItemCriterion("age"))
    assert item_order(()) == ITEM_ORDER
    assert item_order(own) == (ItemCriterion("real_time"), *own)
    later = (ItemCriterion("queue_priority"), ItemCriterion("real_time"))
    assert item_order(later) == later
