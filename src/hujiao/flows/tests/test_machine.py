"""The interpreter by example, and against random documents and callers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from hujiao.flows import contracts as flows
from hujiao.flows.document import FlowDocument
from hujiao.flows.machine import step
from hujiao.kit.i18n import Said

PHASES = ("open", "closed", "holiday", "emergency")
CALLER = flows.Caller(
    caller="13800000001",
    called="95001",
    language="zh-CN",
    phase_of=lambda hours: hours if hours in PHASES else None,
)


class Running:
    def __init__(self, start: str, **nodes: dict[str, Any]) -> None:
        self.document = FlowDocument.model_validate({"version": 1, "start": start, "nodes": nodes})
        self.run = flows.FlowRun(flow_id=UUID(int=1), version=1, node=start)
        self.effects: list[flows.FlowEffect] = []
        self.take(flows.Begin())

    def take(self, event: flows.FlowEvent) -> list[flows.FlowEffect]:
        self.run, effects = step(self.document, self.run, event, CALLER)
        self.effects += effects
        return [effect for effect in effects if not isinstance(effect, flows.Note)]

    def keys(self, keys: str) -> list[flows.FlowEffect]:
        return [effect for key in keys for effect in self.take(flows.Key(key))]

    def played(self) -> list[flows.FlowEffect]:
        return self.take(flows.Played(self.run.playback))


BYE = {"type": "hang_up"}
MENU = {
    "type": "menu",
    "prompts": ["menu"],
    "keys": {"1": "bye"},
    "repeat_key": "#",
    "tries": 2,
    "timeout_prompts": ["timeout"],
    "invalid_prompts": ["invalid"],
}


def collect(**changes: Any) -> dict[str, Any]:
    return {"type": "collect", "prompts": ["number"], "variable": "number", "next": "bye", **changes}


def test_a_key_cuts_the_prompt() -> None:
    flow = Running("menu", menu=MENU, bye=BYE)
    assert flow.take(flows.Key("1")) == [flows.StopPlaying(1), flows.End(reason="flow_ended", wanted=True)]


def test_repeat_costs_no_try() -> None:
    flow = Running("menu", menu=MENU, bye=BYE)
    flow.keys("####")
    assert flow.run.tries == 0 and flow.run.phase == "playing"


def test_a_wrong_key_says_so_and_asks_again_until_the_tries_are_used() -> None:
    flow = Running("menu", menu=MENU, bye=BYE)
    assert flow.take(flows.Key("7"))[-1] == flows.PlayNamed(2, ("invalid", "menu"))
    assert flow.take(flows.Key("7"))[-1] == flows.End(reason="flow_ended")


def test_time_out_says_so_and_asks_again() -> None:
    flow = Running("menu", menu=MENU, bye=BYE)
    assert flow.played() == [flows.WaitForKey(5)]
    assert flow.take(flows.WaitOver()) == [flows.PlayNamed(2, ("timeout", "menu"))]


def test_digits_end_by_hash_and_begin_again_by_star() -> None:
    flow = Running("ask", ask=collect(), bye=BYE)
    flow.keys("12*345#")
    assert flow.run.variables == {"number": "345"}
    assert flow.run.phase == "over"


def test_digits_end_by_their_number() -> None:
    flow = Running("ask", ask=collect(max_digits=4), bye=BYE)
    flow.keys("1234")
    assert flow.run.variables == {"number": "1234"}


def test_digits_end_by_time() -> None:
    flow = Running("ask", ask=collect(), bye=BYE)
    flow.keys("77")
    flow.take(flows.WaitOver())
    assert flow.run.variables == {"number": "77"}


def test_secret_digits_are_in_no_note() -> None:
    flow = Running("ask", ask=collect(secret=True), bye=BYE)
    flow.keys("987654#")
    assert flow.run.variables == {} and flow.run.secrets == {"number": "987654"}
    assert "987654" not in f"{flow.effects} {flow.run.keys} {flow.run.path} {flow.run.digits}"


def secretly(**nodes: dict[str, Any]) -> Running:
    flow = Running("ask", ask=collect(secret=True, variable="pin", next="then"), bye=BYE, **nodes)
    flow.keys("9876#")
    return flow


def test_expressions_may_use_what_was_typed_in_secret_and_nobody_sees_it() -> None:
    values = {
        "right": "vars.pin == '9876'",
        "twice": "vars['p' + 'in'] + vars.pin",
        "whole": "int(vars.pin)",
        "long": "size(vars.pin)",
        "other": "caller",
        "broken": "int(vars.pin + 'x')",
    }
    flow = secretly(then={"type": "set", "values": values, "next": "way"}, way={
        "type": "branch", "cases": [{"when": "vars.twice == '98769876'", "next": "said"}], "otherwise": "bye",
    }, said={"type": "say", "text": "{{pin}} {{twice}} {{other}}", "next": "bye"})  # fmt: skip
    assert flow.run.node == "said", "the secret decides"
    assert flow.run.variables == {"right": True, "other": CALLER.caller, "broken": None}
    assert flow.run.secrets == {"pin": "9876", "twice": "98769876", "whole": 9876, "long": 4}
    assert flow.effects[-1].text.strip() == CALLER.caller  # type: ignore[union-attr]
    assert "9876" not in f"{flow.effects} {flow.run.variables} {flow.run.path}"


def test_a_source_is_asked_with_the_secret_and_its_answer_does_not_tell_it() -> None:
    flow = secretly(then={"type": "look_up", "source": "s", "parameters": {"pin": "vars.pin"}, "next": "bye"})
    asked = flow.effects[-1]
    assert isinstance(asked, flows.AskSource) and asked.parameters == {"pin": "9876"}
    values = {"echo": "pin 9876", "grade": 3}
    flow.take(flows.Looked(serial=asked.serial, outcome="ok", values=values, problem="GET /card?pin=9876 was slow"))
    assert flow.run.variables == {"grade": 3} and flow.run.secrets["echo"] == "pin 9876"
    notes = [effect for effect in flow.effects if isinstance(effect, flows.Note | flows.Problem)]
    assert "9876" not in str(notes) and "•••" in str(notes)


def test_what_is_no_secret_any_more_is_shown() -> None:
    flow = secretly(then={"type": "set", "values": {"pin": "'gone'"}, "next": "bye"})
    assert flow.run.variables == {"pin": "gone"} and flow.run.secrets == {}


def test_keys_typed_ahead_go_straight_through_menus() -> None:
    second = {**MENU, "keys": {"2": "ask"}}
    flow = Running(
        "hello",
        hello={"type": "play", "prompts": ["hello"], "next": "first"},
        first={**MENU, "keys": {"1": "second"}},
        second=second,
        ask=collect(),
        bye=BYE,
    )
    flow.keys("12345#")
    flow.played()
    assert flow.run.variables == {"number": "345"}
    assert flow.run.phase == "over"


def test_conditions_and_variables() -> None:
    flow = Running(
        "set",
        set={"type": "set", "values": {"vip": "caller.startsWith('138')"}, "next": "branch"},
        branch={"type": "branch", "cases": [{"when": "vars.vip", "next": "queue"}], "otherwise": "bye"},
        queue={"type": "queue", "queue": "vip"},
        bye=BYE,
    )
    assert isinstance(flow.effects[-1], flows.ToQueue)


def test_a_ring_without_end_is_an_error_not_a_hang() -> None:
    flow = Running(
        "one",
        one={"type": "set", "values": {"x": "1"}, "next": "two"},
        two={"type": "set", "values": {"x": "2"}, "next": "one"},
    )
    assert flow.run.phase == "failing"
    assert flow.played() == [flows.End(reason="flow_error")]


def test_a_missing_node_is_an_error() -> None:
    flow = Running("play", play={"type": "play", "prompts": ["x"], "next": "nowhere"})
    flow.played()
    assert flow.run.phase == "failing"


def test_spoken_text_takes_variables() -> None:
    flow = Running(
        "set",
        set={"type": "set", "values": {"sum": "'12.50'"}, "next": "say"},
        say={"type": "say", "text": "您的话费是 {{sum}} 元", "next": "bye"},
        bye=BYE,
    )
    assert flows.Speak(1, "您的话费是 12.50 元", None, None) in flow.effects


def test_a_message_after_its_prompt() -> None:
    flow = Running(
        "message",
        message={"type": "record_message", "prompts": ["speak"], "max_seconds": 60, "variable": "said", "next": "bye"},
        bye=BYE,
    )
    assert flow.played() == [flows.TakeMessage(60, 10)]
    assert flow.keys("12#") == []
    assert flow.take(flows.MessageDone("id")) == [flows.End(reason="flow_ended", wanted=True)]
    assert flow.run.variables == {"said": "id"}


def test_a_message_that_fails() -> None:
    flow = Running("message", message={"type": "record_message", "next": "bye"}, bye=BYE)
    assert flow.take(flows.Failed(Said("problem.no_message")))[-1] == flows.PlayNamed(1, ("system_failure",))
    assert flow.played() == [flows.End(reason="flow_error")]


NAMES = ["n1", "n2", "n3", "n4", "n5"]


def hours(phase: str, **ways: str) -> list[flows.FlowEffect]:
    node = {"type": "hours", "hours": phase, "open": "welcome", "closed": "night", **ways}
    causes = {"welcome": 16, "night": 17, "holiday": 18, "emergency": 19}
    ends = {name: {"type": "hang_up", "cause": cause} for name, cause in causes.items()}
    return [effect for effect in Running("ask", ask=node, **ends).effects if not isinstance(effect, flows.Note)]


def test_hours_lead_their_ways_and_without_one_as_closed() -> None:
    all_ways = {"holiday": "holiday", "emergency": "emergency"}
    assert [hours(phase, **all_ways)[-1].cause for phase in PHASES] == [16, 17, 18, 19]
    assert [hours(phase)[-1].cause for phase in PHASES] == [16, 17, 17, 17]


def test_hours_that_do_not_exist_say_that_something_went_wrong() -> None:
    assert hours("gone")[-1] == flows.PlayNamed(1, ("system_failure",))


ANY_NAME = st.sampled_from([*NAMES, "missing"])
NODE = st.one_of(
    st.fixed_dictionaries({"type": st.just("answer"), "next": ANY_NAME}),
    st.fixed_dictionaries(
        {"type": st.just("play"), "prompts": st.just(["p"]), "barge_in": st.booleans(), "next": ANY_NAME}
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("menu"),
            "prompts": st.just(["p"]),
            "keys": st.dictionaries(st.sampled_from("123"), ANY_NAME, min_size=1),
            "repeat_key": st.sampled_from([None, "#"]),
            "on_timeout": st.one_of(st.none(), ANY_NAME),
        }
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("collect"),
            "prompts": st.just(["p"]),
            "variable": st.just("v"),
            "min_digits": st.integers(0, 3),
            "max_digits": st.integers(1, 4),
            "next": ANY_NAME,
        }
    ),
    st.fixed_dictionaries({"type": st.just("set"), "values": st.just({"v": "keys + '1'"}), "next": ANY_NAME}),
    st.fixed_dictionaries(
        {
            "type": st.just("branch"),
            "cases": st.just([{"when": "vars.v == '1'", "next": "n1"}]),
            "otherwise": ANY_NAME,
        }
    ),
    st.fixed_dictionaries({"type": st.just("queue"), "queue": st.just("q"), "after": ANY_NAME}),
    st.fixed_dictionaries(
        {"type": st.just("record_message"), "prompts": st.sampled_from([[], ["p"]]), "next": ANY_NAME}
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("hours"),
            "hours": st.sampled_from(["open", "closed", "gone"]),
            "open": ANY_NAME,
            "closed": ANY_NAME,
        }
    ),
    st.just({"type": "hang_up"}),
)
EVENT = st.one_of(
    st.sampled_from("0123456789*#").map(flows.Key),
    st.just("played"),
    st.just(flows.WaitOver()),
    ANY_NAME.map(flows.GoTo),
    st.just(flows.Failed(Said("x"))),
    st.just(flows.MessageDone("m")),
)


@given(nodes=st.lists(NODE, min_size=5, max_size=5), events=st.lists(EVENT, max_size=30))
@settings(max_examples=200, deadline=None)
def test_no_document_and_no_caller_leaves_silence(nodes: list[dict[str, Any]], events: list[Any]) -> None:
    """Always: something plays, somebody waits for a key or a message with a time limit, the flow is away, or over."""
    flow = Running("n1", **dict(zip(NAMES, nodes, strict=True)))
    for event in events:
        if flow.run.phase == "over":
            break
        before = flow.run
        effects = flow.played() if event == "played" else flow.take(event)
        assert flow.run.phase in ("playing", "waiting_key", "recording", "away", "failing", "over")
        if flow.run.phase == "playing" and flow.run.playback != before.playback:
            assert any(isinstance(effect, flows.PlayNamed | flows.Speak) for effect in effects)
        if flow.run.phase == "waiting_key" and effects:
            assert isinstance(effects[-1], flows.WaitForKey)
        if flow.run.phase == "over":
            assert any(isinstance(effect, flows.End) for effect in effects)
