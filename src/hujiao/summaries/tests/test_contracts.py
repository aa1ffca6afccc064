"""Which rule is nearest, and which part of the tree it offers."""

from __future__ import annotations

from uuid import UUID

import pytest
from pydantic import ValidationError

from hujiao.interactions.contracts import SummaryNeed
from hujiao.summaries.contracts import EVERYTHING, SummaryRule, line, offered, rule_for
from hujiao.summaries.views import NoteTemplateIn, SummaryRuleIn

QUEUE, BUSINESS, OTHER = UUID(int=1), UUID(int=2), UUID(int=3)
TOP, MIDDLE, LEAF, ASIDE = (UUID(int=10 + at) for at in range(4))
TREE: dict[UUID, UUID | None] = {TOP: None, MIDDLE: TOP, LEAF: MIDDLE, ASIDE: None}

OF_QUEUE = SummaryRule(queue_id=QUEUE)
OF_BUSINESS = SummaryRule(business_id=BUSINESS, direction="inbound")
GENERAL = SummaryRule(need=SummaryNeed(note=True))
GENERAL_OUT = SummaryRule(direction="outbound")
RULES = (GENERAL, GENERAL_OUT, OF_BUSINESS, OF_QUEUE)


@pytest.mark.parametrize(
    ("queue", "business", "direction", "wanted"),
    [
        (QUEUE, BUSINESS, "inbound", OF_QUEUE),
        (OTHER, BUSINESS, "inbound", OF_BUSINESS),
        (OTHER, BUSINESS, "outbound", GENERAL_OUT),
        (None, None, "callback", GENERAL_OUT),
        (None, None, "inbound", GENERAL),
    ],
)
def test_the_nearest_rule_holds(queue: UUID | None, business: UUID | None, direction: str, wanted: SummaryRule) -> None:
    assert rule_for(RULES, queue_id=queue, business_id=business, direction=direction) is wanted
    assert rule_for(RULES[::-1], queue_id=queue, business_id=business, direction=direction) is wanted


def test_without_rules_everything_is_offered_and_nothing_needed() -> None:
    rule = rule_for((), queue_id=QUEUE, business_id=None, direction="inbound")
    assert rule is EVERYTHING and not rule.need.lacks
    assert offered(TREE, rule.offers) == TREE.keys()


def test_a_part_of_the_tree_is_its_top_and_all_below() -> None:
    assert offered(TREE, frozenset({MIDDLE, ASIDE})) == {MIDDLE, LEAF, ASIDE}
    assert line(TREE, LEAF) == [LEAF, MIDDLE, TOP]
    assert line({TOP: LEAF, LEAF: TOP}, TOP) == [TOP, LEAF], "a ring ends"


def test_a_rule_is_for_one_thing() -> None:
    with pytest.raises(ValidationError, match="summary_rule_for_one"):
        SummaryRuleIn(queue_id=QUEUE, business_id=BUSINESS)


@pytest.mark.parametrize(("text", "good"), [("{customer} at {time}", True), ("{who}", False), ("{}", False)])
def test_a_template_has_known_places(text: str, good: bool) -> None:
    if good:
        assert NoteTemplateIn(shortcut="a", name="A", text=text).text == text
    else:
        with pytest.raises(ValidationError, match="note_placeholder"):
            NoteTemplateIn(shortcut="a", name="A", text=text)
