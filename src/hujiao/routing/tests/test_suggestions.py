"""Helpers for a queue in trouble: whoever is suggested helps, and no other queue pays for it by turning red."""

from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from hujiao.routing.contracts import Requirement, RoutingAgent
from hujiao.routing.suggestions import MOST_HELPERS, Candidate, QueueNow, helpers, lacking, plans

TROUBLE, OWN, OTHER = (UUID(int=number) for number in (1, 2, 3))
SKILL, SECOND = UUID(int=11), UUID(int=12)

rates = st.just(0.0) | st.floats(0.0001, 1.0)
seconds = st.floats(0.0, 600.0)


@st.composite
def queue(draw: st.DrawFn, queue_id: UUID) -> QueueNow:
    return QueueNow(
        id=queue_id,
        waiting=draw(st.integers(0, 60)),
        free=draw(st.integers(0, 5)),
        staff=draw(st.integers(0, 20)),
        rate=draw(rates),
        rate_of_one=draw(st.floats(0.0005, 0.1)),
        leaving=draw(st.sampled_from([0.0, 0.002, 0.05])),
        longest=draw(seconds),
        red_after=draw(st.none() | st.integers(5, 600)),
        troubled=draw(st.booleans()) and draw(st.booleans()),
    )


@st.composite
def candidates(draw: st.DrawFn) -> list[Candidate]:
    return [
        Candidate(
            agent_id=UUID(int=100 + number),
            skill_id=SKILL,
            level=5,
            has=draw(st.integers(0, 4)),
            free=draw(st.booleans()),
            queues=tuple(draw(st.sets(st.sampled_from([OWN, OTHER])))),
            since=draw(seconds),
        )
        for number in range(draw(st.integers(0, 6)))
    ]


@given(trouble=queue(TROUBLE), own=queue(OWN), other=queue(OTHER), who=candidates())
def test_nobody_makes_another_queue_red_and_everybody_shortens_the_wait(
    trouble: QueueNow, own: QueueNow, other: QueueNow, who: list[Candidate]
) -> None:
    queues = {OWN: own, OTHER: other}
    chosen = helpers(trouble, who, queues)
    assert len(chosen) <= MOST_HELPERS
    found = plans(trouble, chosen, queues)
    assert len(found) == 2 ** len(chosen) - 1
    for plan in found:
        troubled, *rest = plan.outcomes
        assert troubled.queue_id == TROUBLE
        assert troubled.wait_after is not None
        assert troubled.wait_before is None or troubled.wait_after < troubled.wait_before
        helping = [one for one in chosen if one.agent_id in plan.agent_ids]
        assert {one.queue_id for one in rest} == {queue_id for one in helping for queue_id in one.queues}
        for outcome in rest:
            now = queues[outcome.queue_id]
            assert not now.red
            assert outcome.wait_after is not None
            assert now.red_after is None or outcome.wait_after < now.red_after
            assert outcome.free_after <= outcome.free_before


@given(trouble=queue(TROUBLE), own=queue(OWN), who=candidates())
def test_more_helpers_never_make_it_longer(trouble: QueueNow, own: QueueNow, who: list[Candidate]) -> None:
    chosen = helpers(trouble, who, {OWN: own})
    after = {frozenset(plan.agent_ids): plan.outcomes[0].wait_after for plan in plans(trouble, chosen, {OWN: own})}
    for some, wait in after.items():
        for more, less_wait in after.items():
            assert not some < more or (wait is not None and less_wait is not None and less_wait <= wait)


def test_who_is_free_in_a_calm_queue_comes_first() -> None:
    trouble = QueueNow(id=TROUBLE, waiting=4, staff=1, rate=0.005, rate_of_one=0.005, longest=90, red_after=60)
    own = QueueNow(id=OWN, free=2, staff=4, rate=0.02, rate_of_one=0.005, red_after=60)
    busy = Candidate(agent_id=UUID(int=101), skill_id=SKILL, level=3)
    free = replace(busy, agent_id=UUID(int=102), free=True, queues=(OWN,), since=2.0)
    nearer = replace(free, agent_id=UUID(int=103), has=2)
    chosen = helpers(trouble, [busy, free, nearer], {OWN: own})
    assert [one.agent_id.int for one in chosen] == [103, 101], "with both of the free ones gone nobody is left at once"
    first = plans(trouble, chosen, {OWN: own})[0]
    assert [(one.waiting, one.free_before, one.free_after) for one in first.outcomes] == [(4, 0, 0), (0, 2, 1)]


def test_a_crowd_that_cannot_go_hides_nobody_who_can() -> None:
    trouble = QueueNow(id=TROUBLE, waiting=4, staff=1, rate=0.005, rate_of_one=0.005, longest=90, red_after=60)
    queues = {
        OWN: QueueNow(id=OWN, free=2, staff=4, rate=0.02, rate_of_one=0.005, red_after=60),
        OTHER: QueueNow(id=OTHER, free=1, staff=400, rate=1.0, rate_of_one=0.005, troubled=True),
    }
    crowd = [
        Candidate(agent_id=UUID(int=200 + number), skill_id=SKILL, level=1, free=True, queues=(OTHER,))
        for number in range(500)
    ]
    other = Candidate(agent_id=UUID(int=101), skill_id=SKILL, level=3, queues=(OWN,), since=9.0)
    assert [one.agent_id.int for one in helpers(trouble, [*crowd, other], queues)] == [101]


def test_one_skill_is_lacked_and_nothing_else() -> None:
    needed = Requirement(skills=((SKILL, 3), (SECOND, 1)), groups=frozenset({OWN}))
    agent = RoutingAgent(id=UUID(int=101), skills=((SKILL, 2), (SECOND, 5)), groups=frozenset({OWN, OTHER}))
    assert lacking(agent, needed) == (SKILL, 3, 2)
    assert lacking(replace(agent, skills=((SECOND, 5),)), needed) == (SKILL, 3, 0)
    assert lacking(replace(agent, skills=()), needed) is None, "two skills"
    assert lacking(replace(agent, skills=((SKILL, 3), (SECOND, 5))), needed) is None, "nothing is lacking"
    assert lacking(replace(agent, groups=frozenset({OTHER})), needed) is None, "another group is no skill"
