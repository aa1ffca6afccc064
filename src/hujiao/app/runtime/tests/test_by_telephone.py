"""Agents who work by telephone alone: known by number and PIN, keys for their state, calls at an outside number."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
import pytest

from hujiao.agents.contracts import SignIn
from hujiao.agents.machine import may_be_offered, may_be_written_to
from hujiao.app.runtime import commands, views
from hujiao.app.runtime.mailbox import Mailbox
from hujiao.app.runtime.tenant import dialling
from hujiao.app.runtime.tenant.agent_questions import AgentAnswered, AskAgent
from hujiao.app.runtime.tenant.config import Breaks, TenantConfig
from hujiao.app.runtime.tenant.turn import AgentCommand, MakeSpeech, PhonesSeen, SpeechReady, Turn
from hujiao.app.runtime.tests.company import BILLS, NUMBER, SECRETS, Company, agent_id, config, taken_over
from hujiao.app.runtime.tests.test_callbacks import requested
from hujiao.app.runtime.tests.test_outgoing import CALL, dial
from hujiao.calls import contracts as calls
from hujiao.calls.dialling import Dialling, NumberRules
from hujiao.flows.document import FlowDocument
from hujiao.interactions.contracts import SummaryNeed
from hujiao.kit import i18n
from hujiao.summaries.contracts import SummaryRule

DESK, MOBILE, PIN = "95002", "13900000007", "739104"
DESK_FLOW = UUID(int=34)
LUNCH, TRAINING = str(UUID(int=51)), str(UUID(int=52))
DOCUMENT: dict[str, Any] = {
    "version": 1,
    "start": "answer",
    "nodes": {
        "answer": {"type": "answer", "next": "desk"},
        "desk": {"type": "agent_telephone", "tries": 3, "next": "bye", "on_refused": "no", "on_timeout": "silent"},
        "bye": {"type": "hang_up"},
        "no": {"type": "hang_up"},
        "silent": {"type": "hang_up"},
    },
}


def settings(**changes: Any) -> TenantConfig:
    usual = config(wrap_up_seconds=120, no_answer_seconds=30)
    desk = msgspec.structs.replace(usual.numbers[NUMBER], id=UUID(int=42), number=DESK, flow_id=DESK_FLOW)
    more = {
        "flows": {**usual.flows, (DESK_FLOW, 1): FlowDocument.model_validate(DOCUMENT)},
        "published": {**usual.published, DESK_FLOW: 1},
        "numbers": {**usual.numbers, DESK: desk},
        "agents": {key: msgspec.structs.replace(agent, has_pin=True) for key, agent in usual.agents.items()},
        "reasons": {LUNCH: "午休", TRAINING: "培训"},
        "outside_numbers": True,
    }
    return msgspec.structs.replace(usual, **(more | changes))


class Desk(Company):
    """A company whose agents dial in; `turns` are kept to see what is said."""

    def __init__(self, settings_: TenantConfig | None = None) -> None:
        super().__init__(settings_ or settings())
        self.speech: list[MakeSpeech] = []

    def keep(self, turn: Turn) -> None:
        self.speech += turn.speech
        super().keep(turn)

    def dial_in(self, leg: str, caller: str = MOBILE) -> None:
        self.do(calls.CallArrived(leg_id=leg, at=self.now, caller=caller, called=DESK))

    def types(self, leg: str, keys: str) -> None:
        for key in keys:
            self.press(leg, key)

    def asked(self) -> AskAgent:
        last = self.questions[-1]
        assert isinstance(last, AskAgent)
        return last

    def finds(self, **found: Any) -> None:
        asked = self.asked()
        self.do(AgentAnswered(interaction_id=asked.interaction_id, serial=asked.serial, what=asked.what, **found))

    def known(self, leg: str, number: int = 2, caller: str = MOBILE) -> None:
        """Dials in and is known as this agent."""
        self.dial_in(leg, caller)
        self.types(leg, f"{1000 + number}#{PIN}#")
        self.finds(agent_id=agent_id(number))

    def hears(self, *keys: str) -> bool:
        """Whether these sentences are in the last that was said."""
        texts = [i18n.translate(f"by_telephone.{key}", "zh-CN") for key in keys]
        return all(text in self.speech[-1].text for text in texts)

    def numbers(self) -> list[calls.CallNumber]:
        return [effect for effect in self.sent if isinstance(effect, calls.CallNumber)]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def ready(desk: Desk, leg: str = "dial-in", **how: Any) -> None:
    desk.known(leg, **how)
    desk.press(leg, "1")
    desk.hang_up(leg)


# ── who it is ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_number_and_pin_are_asked_for_and_checked(desk: Desk) -> None:
    desk.dial_in("c1")
    assert desk.hears("number")
    desk.types("c1", "1002#")
    assert desk.hears("pin")
    desk.types("c1", "99*" + PIN + "#")
    assert (desk.asked().what, desk.asked().number, desk.asked().pin) == ("pin", "1002", PIN)
    desk.finds(agent_id=agent_id(2))
    assert desk.hears("state.not_ready", "menu")
    agent = desk.agent(2)
    assert (agent.state, agent.phone_kind, agent.phone_number) == ("not_ready", "number", MOBILE)
    assert desk.last("flow.agent_known")["agent_id"] == agent_id(2)


def test_digits_of_the_pin_are_kept_nowhere(desk: Desk) -> None:
    """Neither in the ledger, nor the course of the flow, nor what desktops see, nor what is stored."""
    desk.dial_in("c1")
    desk.types("c1", "1002#")
    seen: list[bytes] = []
    for key in PIN:
        turn = desk.do(calls.KeyPressed(leg_id="c1", at=desk.now, key=key))
        mailbox = Mailbox(desk.engine, SECRETS, shard=0, fence=1, seq=0)
        mailbox.turn = turn
        seen += map(bytes, mailbox.prepare().batch.interactions.values())
        (record,) = desk.engine.live.values()
        seen.append(msgspec.json.encode(views.interaction_view(desk.engine, record)))
    assert len(seen) == 2 * len(PIN)
    desk.press("c1", "#")
    desk.finds(agent_id=agent_id(2))
    desk.press("c1", "0")
    desk.hang_up("c1")
    everything = [*seen, msgspec.json.encode([fact for _, fact in desk.facts])]
    for length in range(4, len(PIN) + 1):
        assert not any(PIN[:length].encode() in part for part in everything)


def test_a_pin_that_is_typed_with_the_number_is_stored_sealed(desk: Desk) -> None:
    desk.dial_in("c1")
    desk.types("c1", f"1002{PIN}")
    turn = desk.do(calls.KeyPressed(leg_id="c1", at=desk.now, key="#"))
    assert desk.hears("pin")
    mailbox = Mailbox(desk.engine, SECRETS, shard=0, fence=1, seq=0)
    mailbox.turn = turn
    stored = [bytes(state) for state in mailbox.prepare().batch.interactions.values()]
    assert stored
    assert not any(PIN[:4].encode() in state for state in stored)


def test_what_is_typed_ahead_of_the_last_refusal_is_no_key_of_another_step() -> None:
    usual = settings()
    menu = {"type": "menu", "prompts": ["menu"], "keys": {"1": "bye"}, "timeout_seconds": 5, "tries": 3}
    again = {**DOCUMENT, "nodes": {**DOCUMENT["nodes"], "no": menu}}
    flows = {**usual.flows, (DESK_FLOW, 1): FlowDocument.model_validate(again)}
    desk = Desk(msgspec.structs.replace(usual, flows=flows))
    desk.dial_in("c1")
    for tried in range(3):
        desk.types("c1", f"1002#{PIN}#" + f"1002#{PIN}#" * (tried == 2))
        desk.finds()
    assert desk.last("flow.node")["node"] == "no"
    assert "flow.key" not in desk.kinds()


def test_who_is_refused_is_not_told_what_was_wrong_and_has_three_tries(desk: Desk) -> None:
    desk.dial_in("c1")
    for tried in range(1, 4):
        desk.types("c1", f"1002#{PIN}#")
        desk.finds()
        assert desk.last("flow.agent_refused") == {"node": "desk", "tries": tried}
        if tried < 3:
            assert desk.hears("refused", "number")
    assert desk.last("flow.node")["node"] == "no"
    assert agent_id(2) not in desk.engine.agents


def test_somebody_who_types_nothing_leaves_by_that_way(desk: Desk) -> None:
    desk.dial_in("c1")
    for _ in range(3):
        desk.do(
            SpeechReady(interaction_id=desk.speech[-1].interaction_id, playback=desk.speech[-1].playback, prompt="s")
        )
        desk.played("c1")
        desk.wait(9)
    assert desk.last("flow.node")["node"] == "silent"


@pytest.mark.parametrize("keys", ["", "2"])
def test_silence_in_the_menu_leaves_by_that_way(desk: Desk, keys: str) -> None:
    desk.known("c1")
    desk.types("c1", keys)
    for turn in range(3):
        assert desk.last("flow.node")["node"] == "desk", turn
        said = desk.speech[-1]
        desk.do(SpeechReady(interaction_id=said.interaction_id, playback=said.playback, prompt="s"))
        desk.played("c1")
        desk.wait(9)
    assert desk.last("flow.node")["node"] == "silent"


def test_who_presses_keys_has_all_the_time_again(desk: Desk) -> None:
    desk.known("c1")
    for _ in range(4):
        said = desk.speech[-1]
        desk.do(SpeechReady(interaction_id=said.interaction_id, playback=said.playback, prompt="s"))
        desk.played("c1")
        desk.wait(9)
        desk.press("c1", "0")
    assert desk.last("flow.node")["node"] == "desk"


def test_who_is_no_agent_any_more_is_refused(desk: Desk) -> None:
    desk.dial_in("c1")
    desk.types("c1", f"1002#{PIN}#")
    desk.finds(agent_id=UUID(int=77))
    assert desk.hears("refused")


def test_what_could_not_be_checked_is_asked_for_again_and_no_try(desk: Desk) -> None:
    desk.dial_in("c1")
    for _ in range(4):
        desk.types("c1", f"1002#{PIN}#")
        desk.finds(problem="failed")
        assert desk.hears("failed", "number")
    assert "flow.agent_refused" not in desk.kinds()
    desk.types("c1", f"1002#{PIN}#")
    desk.finds(agent_id=agent_id(2))
    assert desk.hears("state.not_ready")


def test_a_late_answer_means_nothing(desk: Desk) -> None:
    desk.dial_in("c1")
    desk.types("c1", f"1002#{PIN}#")
    asked = desk.asked()
    desk.finds()
    desk.do(AgentAnswered(interaction_id=asked.interaction_id, serial=asked.serial, what="pin", agent_id=agent_id(2)))
    assert agent_id(2) not in desk.engine.agents


# ── where they work ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("caller", ["anonymous", "+12125550100", "110", DESK])
def test_a_number_that_may_not_be_called_is_none_to_work_at(caller: str) -> None:
    desk = Desk()
    desk.known("c1", caller=caller)
    assert desk.hears("number_not_allowed", "state.logged_out")


def test_at_the_number_that_is_stored() -> None:
    usual = settings()
    own = msgspec.structs.replace(usual.agents[agent_id(2)], work_number="02150000001")
    desk = Desk(msgspec.structs.replace(usual, agents={**usual.agents, agent_id(2): own}))
    desk.known("c1", caller="anonymous")
    assert (desk.agent(2).phone_kind, desk.agent(2).phone_number) == ("number", "02150000001")
    assert desk.agent(2).unreachable_since is None, "another phone than the one they press keys at"


@pytest.mark.parametrize("there", [True, False])
def test_where_outside_numbers_are_not_allowed_a_desk_phone_must_be_there(there: bool) -> None:
    usual = settings(outside_numbers=False)
    own = msgspec.structs.replace(usual.agents[agent_id(2)], phone_kind="phone")
    desk = Desk(msgspec.structs.replace(usual, agents={**usual.agents, agent_id(2): own}))
    desk.do(PhonesSeen(frozenset({"sip2"} if there else ())))
    desk.known("c1")
    if there:
        assert desk.hears("state.not_ready")
        assert (desk.agent(2).phone_kind, desk.agent(2).phone_number) == ("phone", "")
    else:
        assert desk.hears("no_phone", "state.logged_out")


def test_who_is_signed_in_by_browser_stays_so_until_they_sign_out(desk: Desk) -> None:
    desk.ready(2)
    desk.known("c1")
    assert desk.hears("state.available")
    assert (desk.agent(2).phone_kind, desk.agent(2).unreachable_since) == ("browser", None)
    desk.press("c1", "4")
    assert (desk.agent(2).state, desk.hears("state.logged_out")) == ("logged_out", True)
    desk.press("c1", "4")
    assert (desk.agent(2).state, desk.agent(2).phone_kind) == ("not_ready", "number")


def test_who_is_signed_in_by_a_browser_that_is_gone_works_where_they_call_from(desk: Desk) -> None:
    desk.ready(2)
    desk.do(PhonesSeen(frozenset()))
    assert desk.agent(2).unreachable_since
    desk.known("c1")
    assert (desk.agent(2).state, desk.agent(2).phone_number) == ("available", MOBILE)
    desk.hang_up("c1")
    assert desk.agent(2).unreachable_since is None


def test_from_another_number_they_work_at_that_one(desk: Desk) -> None:
    ready(desk)
    desk.known("c2", caller="13900000008")
    assert (desk.agent(2).state, desk.agent(2).phone_number) == ("available", "13900000008")


# ── keys ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_ready_and_not_ready_with_a_reason(desk: Desk) -> None:
    desk.known("c1")
    desk.press("c1", "1")
    assert (desk.agent(2).state, desk.hears("state.available")) == ("available", True)
    desk.press("c1", "2")
    assert "午休请按1" in desk.speech[-1].text
    assert "培训请按2" in desk.speech[-1].text
    desk.press("c1", "7")
    assert desk.agent(2).state == "available", "there is no such reason: they are read again"
    assert desk.hears("choose_reason")
    desk.press("c1", "2")
    assert (desk.agent(2).state, desk.agent(2).reason) == ("not_ready", TRAINING)
    assert "培训" in desk.speech[-1].text
    desk.types("c1", "20")
    assert desk.agent(2).reason == TRAINING
    assert desk.hears("menu")
    desk.press("c1", "#")
    assert desk.last("flow.node")["node"] == "bye"


@pytest.mark.parametrize("key", ["A", "D", "0", "*", "#"])
def test_any_other_key_of_a_choice_leads_back(desk: Desk, key: str) -> None:
    desk.known("c1")
    desk.types("c1", "2" + key)
    assert desk.hears("state.not_ready", "menu")


def test_more_reasons_than_there_are_keys_are_read_by_pages() -> None:
    reasons = {str(UUID(int=60 + number)): f"原因{number}" for number in range(11)}
    desk = Desk(settings(reasons=reasons))
    desk.known("c1")
    desk.types("c1", "29")
    assert "原因8请按1" in desk.speech[-1].text
    desk.press("c1", "3")
    assert desk.agent(2).reason == str(UUID(int=70))
    desk.types("c1", "2991")
    assert desk.agent(2).reason == str(UUID(int=60)), "after the last page comes the first"


def test_a_reason_that_is_a_break_waits_for_a_place() -> None:
    desk = Desk(settings(breaks=Breaks(most=0, reasons=frozenset({LUNCH}))))
    desk.known("c1")
    desk.types("c1", "121")
    assert desk.hears("break_waits", "state.available")
    assert desk.agent(2).state == "available"


def test_keys_that_are_typed_ahead_count(desk: Desk) -> None:
    desk.dial_in("c1")
    desk.types("c1", f"1002#{PIN}#1#")
    desk.finds(agent_id=agent_id(2))
    assert desk.agent(2).state == "available"
    assert desk.last("flow.node")["node"] == "bye"


# ── calls at the outside number ───────────────────────────────────────────────────────────────────────────────────────


def test_nobody_is_offered_while_they_press_keys(desk: Desk) -> None:
    desk.known("dial-in")
    desk.press("dial-in", "1")
    desk.call("c1", "1")
    assert desk.state("c1") == "queued"
    desk.hang_up("dial-in")
    assert desk.last("interaction.ended")["end_reason"] == "flow_ended", "nobody has abandoned anything"
    (called,) = desk.numbers()
    assert (called.number, called.caller, desk.state("c1")) == (MOBILE, NUMBER, "offered")
    assert called.leg_id.startswith("out-")
    assert desk.offers() == []


def takes(desk: Desk) -> str:
    leg = desk.numbers()[-1].leg_id
    desk.pick_up(leg)
    desk.press(leg, "1")
    return leg


def test_the_customer_is_joined_when_the_key_is_pressed_and_not_before(desk: Desk) -> None:
    ready(desk)
    desk.call("c1", "1")
    leg = desk.numbers()[-1].leg_id
    desk.pick_up(leg)
    assert desk.state("c1") == "offered"
    said = desk.speech[-1]
    assert (said.leg_id, said.text) == (leg, i18n.translate("by_telephone.take_call", "zh-CN"))
    desk.do(SpeechReady(interaction_id=said.interaction_id, playback=said.playback, prompt="sha", leg_id=leg))
    play = desk.sent[-1]
    assert isinstance(play, calls.Play)
    assert (play.leg_id, play.prompts) == (leg, ["sha"])
    desk.press(leg, "5")
    desk.played(leg)
    assert desk.speech[-1].playback == 2, "it is asked again"
    desk.press(leg, "1")
    assert (desk.state("c1"), desk.agent(2).state) == ("connected", "engaged")
    assert any(isinstance(effect, calls.StopPlayback) and effect.leg_id == leg for effect in desk.sent)
    assert desk.last("agent.connected")["queue_id"] == BILLS


def test_a_mailbox_takes_no_call(desk: Desk) -> None:
    ready(desk)
    desk.call("c1", "1")
    leg = desk.numbers()[-1].leg_id
    desk.pick_up(leg)
    desk.wait(40)
    assert desk.last("offer.missed")["reason"] == "no_answer"
    assert any(isinstance(effect, calls.HangUp) and effect.leg_id == leg for effect in desk.sent)
    assert (desk.agent(2).state, desk.agent(2).reason, desk.state("c1")) == ("not_ready", "no_answer", "queued")


def test_hanging_up_ends_the_call_and_the_result_is_given_by_keys(desk: Desk) -> None:
    ready(desk)
    desk.call("c1", "1")
    leg, call = takes(desk), desk.engine.legs["c1"]
    desk.hang_up(leg)
    assert desk.agent(2).state == "wrap_up"
    desk.known("c2")
    assert desk.hears("state.wrap_up")
    desk.press("c2", "3")
    asked = desk.asked()
    assert asked.contact is not None
    assert (asked.what, asked.contact.interaction_id, asked.contact.queue_id) == ("results", call, BILLS)
    desk.finds(names=("成交", "再联系"))
    assert "再联系请按2" in desk.speech[-1].text
    desk.press("c2", "2")
    assert desk.asked().path == (2,)
    desk.finds(contact_id=call, disposition_id=UUID(int=91), disposition_name="再联系", path=(2,))
    written = desk.last("wrap_up.completed")
    assert (written["disposition_id"], written["disposition_name"]) == (UUID(int=91), "再联系")
    assert "再联系" in desk.speech[-1].text
    assert desk.agent(2).state == "available"
    desk.hang_up("c2")
    desk.call("c3", "1")
    assert desk.state("c3") == "offered"


def test_the_levels_of_the_tree_are_read_one_by_one(desk: Desk) -> None:
    desk.known("c1")
    desk.press("c1", "3")
    desk.finds(names=("投诉", "咨询"))
    desk.press("c1", "1")
    desk.finds(names=("服务", "质量"), path=(1,))
    assert "质量请按2" in desk.speech[-1].text
    desk.press("c1", "2")
    assert desk.asked().path == (1, 2)


def test_a_note_that_must_be_written_is_written_later(desk: Desk) -> None:
    desk = Desk(settings(summary_rules=(SummaryRule(need=SummaryNeed(disposition=True, note=True)),)))
    ready(desk)
    desk.call("c1", "1")
    call = desk.engine.legs["c1"]
    desk.hang_up(takes(desk))
    desk.known("c2")
    desk.press("c2", "3")
    desk.finds(contact_id=call, disposition_id=UUID(int=91), disposition_name="成交")
    assert desk.last("wrap_up.completed")["disposition_name"] == "成交"
    assert desk.last("summary.due")["lacks"] == ["note"]


def test_ready_ends_the_wrap_up(desk: Desk) -> None:
    ready(desk)
    desk.call("c1", "1")
    desk.hang_up(takes(desk))
    desk.known("c2")
    desk.press("c2", "1")
    assert (desk.agent(2).state, desk.last("wrap_up.completed")["automatic"]) == ("available", True)


@pytest.mark.parametrize("due", [True, False])
def test_the_result_of_a_contact_that_is_over(desk: Desk, due: bool) -> None:
    desk.known("c1")
    desk.press("c1", "3")
    assert desk.asked().contact is None
    result = {"disposition_id": UUID(int=91), "disposition_name": "成交", "account_id": UUID(int=92)}
    desk.finds(contact_id=UUID(int=93), due=due, **result)
    written = [(call, fact.data) for call, fact in desk.facts if fact.kind == "summary.completed"]
    assert [(call, data["disposition_name"]) for call, data in written] == [(UUID(int=93), "成交")] * due


def test_a_trunk_that_does_not_call_the_number_sets_the_agent_not_ready(desk: Desk) -> None:
    ready(desk)
    desk.call("c1", "1")
    leg = desk.numbers()[-1].leg_id
    desk.do(calls.EffectFailed(leg_id=leg, at=desk.now, effect_id="1", effect="CallNumber", reason="no trunk"))
    assert (desk.agent(2).state, desk.agent(2).reason, desk.state("c1")) == ("not_ready", "unreachable", "queued")


@pytest.mark.parametrize("ended", [True, False])
def test_a_full_trunk_is_no_fault_of_the_agent_who_is_called_again_later(desk: Desk, ended: bool) -> None:
    ready(desk)
    desk.call("c1", "1")
    leg = desk.numbers()[-1].leg_id
    if ended:
        desk.hang_up(leg, cause=34)
    else:
        effect = {"effect_id": "1", "effect": "CallNumber", "reason": calls.TRUNK_FULL}
        desk.do(calls.EffectFailed(leg_id=leg, at=desk.now, **effect))
    assert (desk.agent(2).state, desk.state("c1"), len(desk.numbers())) == ("available", "queued", 1)
    desk.wait(9)
    assert len(desk.numbers()) == 1
    desk.wait(2)
    assert (desk.state("c1"), len(desk.numbers())) == ("offered", 2)
    takes(desk)
    assert desk.state("c1") == "connected"


def test_a_prompt_that_does_not_play_is_no_call_that_failed(desk: Desk) -> None:
    ready(desk)
    desk.call("c1", "1")
    leg = desk.numbers()[-1].leg_id
    desk.pick_up(leg)
    desk.do(calls.EffectFailed(leg_id=leg, at=desk.now, effect_id="1", effect="Play", reason="no such sound"))
    assert desk.state("c1") == "offered"
    desk.press(leg, "1")
    assert desk.state("c1") == "connected"


def test_nothing_is_kept_of_an_offer_that_was_missed(desk: Desk) -> None:
    ready(desk)
    desk.call("c1", "1")
    leg = desk.numbers()[-1].leg_id
    desk.pick_up(leg)
    desk.wait(40)
    desk.hang_up(leg)
    assert [record.unconfirmed for record in desk.engine.live.values()] == [{}]


def changed(desk: Desk, agent: dict[str, Any], **company: Any) -> None:
    """The administrator sets this of agent 2, and of the company."""
    now, turn = desk.engine.config, Turn()
    two = msgspec.structs.replace(now.agents[agent_id(2)], **agent)
    agents = {**now.agents, agent_id(2): two}
    desk.engine.configure(msgspec.structs.replace(now, agents=agents, **company), desk.now, turn)
    desk.keep(turn)


ENDS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"has_pin": False}, {}),
    ({"work_number": "13900000009"}, {}),
    ({}, {"outside_numbers": False}),
]


@pytest.mark.parametrize(("agent", "company"), ENDS)
def test_who_may_not_work_at_the_number_any_more_is_signed_out(
    desk: Desk, agent: dict[str, Any], company: dict[str, Any]
) -> None:
    ready(desk)
    changed(desk, {"name": "another"})
    assert desk.agent(2).state == "available"
    changed(desk, agent, **company)
    assert desk.agent(2).state == "logged_out"
    desk.call("c1", "1")
    assert desk.numbers() == []


@pytest.mark.parametrize(("agent", "company"), ENDS)
def test_a_call_at_the_number_is_ended_as_usual(desk: Desk, agent: dict[str, Any], company: dict[str, Any]) -> None:
    ready(desk)
    desk.call("c1", "1")
    takes(desk)
    changed(desk, agent, **company)
    assert (desk.state("c1"), desk.agent(2).next_state) == ("connected", "logged_out")


def test_where_the_stored_number_is_removed_it_is_not_called_any_more(desk: Desk) -> None:
    changed(desk, {"work_number": "02150000001"})
    ready(desk)
    changed(desk, {"work_number": ""})
    assert desk.agent(2).state == "logged_out"


def test_whose_pin_is_removed_while_they_press_keys_does_not_sign_in_by_them(desk: Desk) -> None:
    desk.known("c1")
    changed(desk, {"has_pin": False})
    desk.press("c1", "4")
    assert (desk.agent(2).state, desk.hears("refused", "number")) == ("logged_out", True)


def test_a_browser_needs_no_pin(desk: Desk) -> None:
    desk.ready(2)
    changed(desk, {"has_pin": False}, outside_numbers=False)
    assert desk.agent(2).state == "available"


def test_who_was_put_through_is_at_the_keys_until_they_hang_up(desk: Desk) -> None:
    """And not while the colleague writes up."""
    usual = desk.engine.config
    queued = {**DOCUMENT, "nodes": {**DOCUMENT["nodes"], "bye": {"type": "queue", "queue": "repairs"}}}
    flows = {**usual.flows, (DESK_FLOW, 1): FlowDocument.model_validate(queued)}
    desk = Desk(msgspec.structs.replace(usual, flows=flows))
    desk.ready(1)
    desk.known("c1")
    desk.types("c1", "1#")
    desk.pick_up(desk.offers()[-1].leg_id)
    assert desk.state("c1") == "connected"
    assert desk.agent(2).unreachable_since
    desk.hang_up("c1")
    assert desk.agent(1).state == "wrap_up"
    assert desk.agent(2).unreachable_since is None


def test_who_presses_keys_on_a_second_line_is_not_called_after_the_call(desk: Desk) -> None:
    ready(desk)
    desk.call("c1", "1")
    takes(desk)
    desk.known("c2")
    assert desk.agent(2).unreachable_since is None
    desk.hang_up("c1")
    assert desk.agent(2).state == "wrap_up"
    assert desk.agent(2).unreachable_since
    desk.hang_up("c2")
    assert desk.agent(2).unreachable_since is None


def test_another_runtime_takes_nobody_for_answered_who_has_not_pressed_the_key(desk: Desk) -> None:
    ready(desk)
    desk.call("c1", "1")
    leg = desk.numbers()[-1].leg_id
    desk.pick_up(leg)
    after = taken_over(desk, {"c1", leg}, up={"c1", leg})
    assert after.state("c1") == "offered"
    after.press(leg, "1")
    assert after.state("c1") == "connected"


def test_chats_are_not_for_who_has_only_a_telephone(desk: Desk) -> None:
    ready(desk)
    assert may_be_offered(desk.agent(2))
    assert not may_be_written_to(desk.agent(2))


def supervised(desk: Desk) -> str:
    """The agent at the outside number is to hear a colleague's call; returns the leg."""
    desk.ready(1)
    desk.call("c1", "1")
    desk.pick_up(desk.offers()[-1].leg_id)
    ready(desk)
    actor = {"account_id": str(UUID(int=92)), "agent_id": str(agent_id(2))}
    message = {"kind": "interaction.supervise", "interaction_id": str(desk.engine.legs["c1"]), "mode": "listen"}
    desk.do(commands.event(desk.engine, {**message, "actor": actor, "projects": None}))
    return desk.numbers()[-1].leg_id


def test_a_supervisor_listens_at_an_outside_number(desk: Desk) -> None:
    leg = supervised(desk)
    desk.pick_up(leg)
    assert not any(isinstance(effect, calls.Watch) for effect in desk.sent)
    desk.press(leg, "1")
    assert any(isinstance(effect, calls.Watch) and effect.leg_id == leg for effect in desk.sent)


def test_a_supervisor_who_cannot_be_called_is_free_again(desk: Desk) -> None:
    leg = supervised(desk)
    assert desk.agent(2).state == "reserved"
    desk.do(calls.EffectFailed(leg_id=leg, at=desk.now, effect_id="1", effect="CallNumber", reason="no trunk"))
    assert desk.agent(2).state == "available"


def test_a_number_that_may_not_be_called_any_more_is_not(desk: Desk) -> None:
    ready(desk)
    narrow = msgspec.structs.replace(desk.engine.config, dialling=Dialling(own=NumberRules(deny=("+86139",))))
    desk.engine.configure(narrow, desk.now, Turn())
    desk.call("c1", "1")
    assert (desk.numbers(), desk.last("number.refused")["reason"]) == ([], "number_not_allowed")
    assert (desk.agent(2).state, desk.agent(2).reason) == ("not_ready", "unreachable")


def test_an_agents_own_call_rings_at_the_outside_number_first(desk: Desk) -> None:
    ready(desk)
    call = dialling.DialOut(
        id=UUID(int=99),
        agent_id=agent_id(2),
        number="13800138000",
        colleague=None,
        caller_number_id=None,
        business_id=None,
        project_id=None,
        ring_seconds=30,
    )
    desk.do(call)
    assert [called.number for called in desk.numbers()] == [MOBILE]
    takes(desk)
    assert [called.number for called in desk.numbers()] == [MOBILE, "13800138000"]


def signs_in_at_browser(desk: Desk) -> None:
    desk.do(AgentCommand(agent_id(2), SignIn(phone_kind="browser")))


def colleague_called(desk: Desk) -> str:
    """Agent 1 calls agent 2, who works at the number; the leg of agent 1, whose phone rings first."""
    ready(desk)
    return calls_colleague(desk)


def calls_colleague(desk: Desk) -> str:
    desk.ready(1)
    dial(desk, 1, whom="", colleague_id=str(agent_id(2)))
    return desk.offers()[-1].leg_id


def test_a_colleague_who_has_signed_in_elsewhere_is_called_there(desk: Desk) -> None:
    """Before who calls them is at the phone."""
    own = colleague_called(desk)
    signs_in_at_browser(desk)
    desk.pick_up(own)
    assert desk.numbers() == [] and "number.refused" not in desk.kinds()
    called = desk.offers()[-1]
    assert called.sip_user == "sip2" and not calls.is_outside(called.leg_id), "the leg says what it is"
    after = taken_over(desk, {own, called.leg_id}, up={own})
    for one in (desk, after):
        one.pick_up(called.leg_id)
        assert one.engine.live[CALL].interaction.state == "connected"
        one.hang_up(called.leg_id)
        assert [one.agent(number).state for number in (1, 2)] == ["available", "available"]


def test_a_colleague_whose_plan_was_a_browser_is_called_at_the_number(desk: Desk) -> None:
    ready(desk)
    signs_in_at_browser(desk)
    own = calls_colleague(desk)
    desk.do(AgentCommand(agent_id(2), SignIn(phone_kind="number", phone_number=MOBILE)))
    rung = len(desk.offers())
    desk.pick_up(own)
    assert [called.number for called in desk.numbers()] == [MOBILE] and len(desk.offers()) == rung
    assert calls.is_outside(desk.numbers()[-1].leg_id), "the leg says what it is"
    takes(desk)
    assert desk.engine.live[CALL].interaction.state == "connected"


def test_a_colleague_who_stays_is_called_at_the_number(desk: Desk) -> None:
    desk.pick_up(colleague_called(desk))
    takes(desk)
    assert desk.engine.live[CALL].interaction.state == "connected"


def test_who_has_signed_in_elsewhere_while_the_customer_was_called_back_is_called_there(desk: Desk) -> None:
    ready(desk)
    wanted = requested("13900000000")
    desk.do(msgspec.structs.replace(wanted, terms=msgspec.structs.replace(wanted.terms, first="customer")))
    customer = desk.numbers()[-1]
    signs_in_at_browser(desk)
    desk.pick_up(customer.leg_id)
    assert desk.numbers() == [customer]
    desk.pick_up(desk.offers()[-1].leg_id)
    assert desk.agent(2).state == "engaged" and desk.state(customer.leg_id) == "connected"


def test_who_signs_in_elsewhere_while_the_number_rings_is_rung_there_still(desk: Desk) -> None:
    ready(desk)
    desk.call("c1", "1")
    signs_in_at_browser(desk)
    takes(desk)
    assert desk.state("c1") == "connected" and desk.agent(2).phone_kind == "browser"
