"""Flows that nobody would draw: whatever they lead to, the call goes on or ends, and everything can be written."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from hujiao.app.runtime.tenant.turn import SourceAnswered
from hujiao.app.runtime.tests.company import FLOW, REPAIRS, Company, taken_over
from hujiao.app.runtime.tests.test_callbacks import WAITING_FLOW, WHILE_WAITING
from hujiao.app.runtime.tests.test_callbacks import settings as waiting_callers
from hujiao.app.runtime.tests.test_data import SOURCE
from hujiao.calls import contracts as calls
from hujiao.data_sources.contracts import Found
from hujiao.flows.document import FlowDocument
from hujiao.routing.contracts import QueueRouting
from hujiao.routing.overflow import OverflowRule

NODES = [f"n{number}" for number in range(6)]
NEXT = st.sampled_from(NODES)
EXPRESSIONS = st.sampled_from(
    ["1", "vars.x + 1", "vars.missing", "[1, 2].map(a, a)", "size(keys) > 3", "'x' + caller", "1 / 0", "vars"]
)
MAYBE = st.none() | NEXT
QUEUE = st.sampled_from(["bills", str(REPAIRS), "nowhere"])


def node(kind: str, **fields: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"type": st.just(kind), **fields})


NODE = st.one_of(
    node("answer", next=NEXT),
    node("play", prompts=st.sampled_from([["greeting"], ["nothing"]]), barge_in=st.booleans(), next=NEXT),
    node("say", text=st.just("{{x}} {{y}}"), read_as=st.sampled_from(["text", "money"]), next=NEXT),
    node("menu", prompts=st.just(["menu"]), keys=st.dictionaries(st.sampled_from("123"), NEXT, min_size=1),
         tries=st.integers(1, 2), on_timeout=MAYBE, on_invalid=MAYBE),
    node("collect", prompts=st.just(["rate"]), variable=st.just("x"), max_digits=st.integers(1, 3), next=NEXT,
         on_timeout=MAYBE, secret=st.booleans(), barge_in=st.booleans(), check=st.sampled_from(["none", "luhn"]),
         confirm_prompts=st.sampled_from([[], ["menu"]]), on_invalid=MAYBE),
    node("set", values=st.dictionaries(st.sampled_from(["x", "y"]), EXPRESSIONS, min_size=1), next=NEXT),
    node("branch", cases=st.just([{"when": "size(keys) > 2", "next": "n0"}]), otherwise=NEXT),
    node("split", branches=NEXT.map(lambda to: [{"percent": 100, "next": to}]), by=st.just("caller")),
    node("hours", hours=st.just("none"), open=NEXT, closed=NEXT),
    node("look_up", source=st.sampled_from([str(SOURCE.id), "none"]), next=NEXT, on_failure=MAYBE),
    node("queue", queue=QUEUE, max_wait_seconds=st.none() | st.integers(1, 30), on_timeout=MAYBE, after=MAYBE,
         keys=st.dictionaries(st.sampled_from("12"), NEXT, max_size=2)),
    node("call_back", queue=st.sampled_from(["", "bills", "nowhere"]), number=st.sampled_from(["", "13900000009", "x"]),
         next=NEXT, on_failure=MAYBE),
    node("return"),
    node("sub_flow", flow=st.sampled_from([str(FLOW), str(WAITING_FLOW), "nowhere"]), next=NEXT, on_failure=MAYBE,
         parameters=st.dictionaries(st.sampled_from(["x", "y"]), EXPRESSIONS),
         results=st.dictionaries(st.sampled_from(["x", "z"]), st.sampled_from(["x", "y"]))),
    node("parameters", values=st.just({"x": "1", "y": ""}), next=NEXT),
    node("results", values=st.dictionaries(st.sampled_from(["x", "y"]), EXPRESSIONS)),
    node("language", language_from=st.sampled_from(["", "'en'", "vars.x"]), prompts=st.just(["menu"]),
         keys=st.just({"1": "en"}), next=NEXT),
    node("queue_figures", queue=QUEUE, next=NEXT),
    node("transfer", to=st.sampled_from(["13900000009", "{{x}}"]), on_failure=MAYBE),
    node("conference", room=st.sampled_from(["board", "{{x}}"]), part=st.sampled_from(["guest", "host"]),
         admission=st.sampled_from(["at_once", "with_host"]), numbers=st.sampled_from([[], ["13900000009", "{{x}}"]]),
         most_parties=st.integers(2, 3), on_ended=MAYBE, on_left=MAYBE, on_full=MAYBE, on_refused=MAYBE),
    node("record_message", prompts=st.sampled_from([[], ["rate"]]), next=NEXT),
    node("hang_up"),
)  # fmt: skip
# What leads somewhere at once, with nothing to wait for.
AT_ONCE = st.one_of(
    node("branch", cases=st.just([{"when": "size(keys) > 2", "next": "n0"}]), otherwise=NEXT),
    node("queue_figures", queue=st.just("bills"), next=NEXT),
    node("queue", queue=st.just("bills"), on_timeout=MAYBE),
    node("transfer", to=st.just("13900000009"), on_failure=MAYBE),
    node("record_message", next=NEXT),
    node("hang_up"),
    node("return"),
)


def documents(nodes: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[FlowDocument]:
    return st.fixed_dictionaries(dict.fromkeys(NODES, nodes)).map(
        lambda drawn: FlowDocument.model_validate({"version": 1, "start": "n0", "nodes": drawn})
    )


EVENTS = st.lists(
    st.sampled_from(["1", "2", "key", "7 s", "30 s", "played", "recorded", "answers", "agent", "phone", "take-over"]),
    min_size=2,
    max_size=12,
)


@given(
    main=st.none() | documents(NODE),
    waiting=documents(NODE) | documents(AT_ONCE),
    most_waiting=st.sampled_from([None, None, 0, 1]),
    events=EVENTS,
)
@settings(max_examples=150, deadline=None)
def test_whatever_is_drawn_can_be_served_and_written(
    main: FlowDocument | None, waiting: FlowDocument, most_waiting: int | None, events: list[str]
) -> None:
    """Callers meet one flow when they arrive, another while they wait, and the first again by overflow. Each turn is
    prepared and encoded as a runtime does it."""
    plain = waiting_callers(waiting=WHILE_WAITING, announce_every_seconds=6)
    away = OverflowRule(when="waited", over=8, to="flow", target=str(FLOW))
    company = Company(
        replace(
            plain,
            flows={(FLOW, 1): main or plain.flows[FLOW, 1], (WAITING_FLOW, 1): waiting},
            published={FLOW: 1, WAITING_FLOW: 1},
            sources={SOURCE.id: SOURCE},
            queue_routing={REPAIRS: QueueRouting(overflow=(away,))},
            limits=replace(plain.limits, waiting=most_waiting),
        )
    )
    company.call("first", "1")
    for number, event in enumerate(events):
        company = happens(company, event, f"c{number}")
    company.wait(70)
    for leg in list(company.engine.legs):
        company.hang_up(leg)
    company.wait(70)
    ended = [interaction for interaction, fact in company.facts if fact.kind == "interaction.ended"]
    left = [record for record in company.engine.live.values() if not record.interaction.callback]
    assert not left
    assert len(ended) == len(set(ended))


def happens(company: Company, event: str, leg: str) -> Company:
    known = list(company.engine.legs)
    match event:
        case "1" | "2":
            company.call(leg, event)
        case "key" if known:
            company.press(known[-1], "3")
        case "7 s" | "30 s":
            company.wait(float(event.split(maxsplit=1)[0]))
        case "played":
            for play in [effect for effect in company.sent if isinstance(effect, calls.Play)][-2:]:
                company.do(calls.PlaybackFinished(leg_id=play.leg_id, at=company.now, playback_id=play.playback_id))
        case "recorded":
            for record in list(company.engine.live.values()):
                if message := record.interaction.message:
                    taken = calls.MessageRecorded(
                        leg_id=record.interaction.customer_leg, at=company.now, name=str(message.recording_id)
                    )
                    company.do(taken)
        case "answers":
            for asked in company.questions[-2:]:
                found = Found(outcome="ok", values={"x": 7}, problem="")
                company.do(SourceAnswered(interaction_id=asked.interaction_id, serial=asked.serial, found=found))
        case "agent":
            company.ready(1)
        case "phone":
            for offer in company.offers()[-1:]:
                company.pick_up(offer.leg_id)
        case "take-over":
            return later_runtime(company, set(known))
    return company


def later_runtime(before: Company, legs: set[str]) -> Company:
    after = taken_over(before, legs, up=legs)
    after.timers += before.timers
    after.facts, after.sent = before.facts + after.facts, before.sent + after.sent
    after.questions = before.questions
    return after
