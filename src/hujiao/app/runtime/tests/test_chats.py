"""Chats through the engine: from the visitor's first word to the agent's last note, and who is silent."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from hujiao.agents import contracts as agents
from hujiao.agents.machine import in_hand
from hujiao.app.runtime import commands, views
from hujiao.app.runtime.tenant import chats
from hujiao.app.runtime.tenant.config import Limits, TenantConfig
from hujiao.app.runtime.tenant.turn import AgentCommand, InteractionCommand, PhonesSeen, SourceAnswered
from hujiao.app.runtime.tests.company import BILLS, BUSINESS, PROJECT, REPAIRS, Company, agent_id, config, taken_over
from hujiao.app.runtime.tests.test_data import SOURCE
from hujiao.app.runtime.tests.test_hours import HOURS, schedule
from hujiao.app.runtime.tests.test_transfers import supervised
from hujiao.chat.contracts import ChatEntry, Message
from hujiao.data_sources.contracts import Found
from hujiao.flows.document import FlowDocument
from hujiao.interactions.contracts import WrapUp
from hujiao.routing.contracts import QueueRouting, Share
from hujiao.routing.overflow import OverflowRule

ENTRY, CHAT, CHAT_FLOW = UUID(int=151), UUID(int=161), UUID(int=152)

DOCUMENT: dict[str, Any] = {
    "version": 1,
    "start": "hello",
    "nodes": {
        "hello": {"type": "say", "text": "Hello {{name}}", "next": "menu"},
        "menu": {
            "type": "menu",
            "prompts": ["menu"],
            "keys": {
                "1": "number",
                "2": "bills",
                "3": "ring",
                "4": "secret",
                "5": "leave",
                "6": "dial",
                "7": "call me",
            },
            "labels": {"1": "Order", "2": "Bills"},
        },
        "number": {"type": "collect", "prompts": ["number"], "variable": "order", "max_digits": 12, "next": "sort"},
        "sort": {
            "type": "branch",
            "cases": [{"when": "vars.order == 'A-1'", "next": "bills"}],
            "otherwise": "unknown",
        },
        "unknown": {"type": "play", "prompts": ["unknown"], "next": "bye"},
        "bills": {"type": "queue", "queue": "bills"},
        "ring": {"type": "say", "text": "round", "next": "ring"},
        "secret": {"type": "collect", "prompts": ["pin"], "variable": "pin", "secret": True, "next": "bills"},
        "leave": {"type": "record_message", "next": "bye"},
        "dial": {"type": "transfer", "to": "10086", "on_failure": "bills"},
        "call me": {
            "type": "call_back",
            "queue": "bills",
            "number": "{{phone}}",
            "next": "promised",
            "on_failure": "bills",
        },
        "promised": {"type": "say", "text": "We will call {{phone}}", "next": "bye"},
        "bye": {"type": "hang_up"},
    },
}
TEXTS = {"menu": "What is it about?", "number": "Which order?", "unknown": "No such order.", "pin": "Your PIN?"}


def settings(**changes: Any) -> TenantConfig:
    entry = ChatEntry(id=ENTRY, name="shop", flow_id=CHAT_FLOW, project_id=PROJECT, business_id=BUSINESS)
    usual = config()
    return replace(
        usual,
        flows={**usual.flows, (CHAT_FLOW, 1): FlowDocument.model_validate(DOCUMENT)},
        published={**usual.published, CHAT_FLOW: 1},
        chat_entries={ENTRY: replace(entry, **changes)},
        prompt_texts={(name, "zh-CN"): text for name, text in TEXTS.items()},
    )


class Chat:
    """A company with a website, and hands for its visitors and agents."""

    def __init__(self, company: Company | None = None, **changes: Any) -> None:
        self.company = company or Company(settings(**changes))
        self.written: list[Message] = []
        self.frames: list[dict[str, Any]] = []
        self.answer: dict[str, Any] = {}
        self._numbers: dict[Any, int] = {}

    def command(self, kind: str, agent: int | None = None, **fields: Any) -> str | None:
        """As it comes from the API; returns how it was refused."""
        actor = {"agent_id": str(agent_id(agent)) if agent else None, "account_id": str(UUID(int=9))}
        message = {"kind": kind, "actor": actor, "interaction_id": str(CHAT), **fields}
        company, refused = self.company, len(self.company.refused)
        try:
            event = commands.event(company.engine, message)
        except agents.Impossible as error:
            return error.code
        turn = company.do(event)
        self.take(turn)
        return company.refused[-1] if len(company.refused) > refused else None

    def take(self, turn: Any) -> None:
        self.written += [message for _, message in turn.messages]
        self.frames += [told["frame"] for told in views.chat_frames(self.company.engine, turn)]

    def opens(self, chat: UUID = CHAT, address: str = "here", **fields: str) -> str | None:
        return self.command(
            "chat.open",
            conversation_id=str(chat),
            entry_id=str(ENTRY),
            secret_hash="00" * 32,
            address=address,
            language="zh-CN",
            fields={"name": "Li", **fields},
            kinds={"name": "text", "phone": "phone", "email": "email"},
            page_url="https://shop.example/basket",
            page_title="Basket",
        )

    def says(self, text: str, agent: int | None = None, number: int | None = None, what: str = "text") -> str | None:
        number = number or self._numbers.get(agent, 0) + 1
        kind = "chat.agent_says" if agent else "chat.visitor_says"
        refused = self.command(kind, agent, client_number=number, what=what, said=text)
        if refused is None:
            self._numbers[agent] = number
        return refused

    def connected(self, agent: int = 1) -> None:
        self.company.ready(agent)
        self.opens()
        self.says("2")
        assert self.state == "offered"
        assert self.command("chat.accept", agent) is None

    def wait(self, seconds: float) -> None:
        """As `Company.wait`, with what is written meanwhile."""
        company, do = self.company, self.company.do

        def kept(event: Any) -> Any:
            turn = do(event)
            self.take(turn)
            return turn

        company.do = kept  # type: ignore[method-assign]
        try:
            company.wait(seconds)
        finally:
            company.do = do  # type: ignore[method-assign]

    @property
    def state(self) -> str:
        record = self.company.engine.live.get(CHAT)
        return record.interaction.state if record else "ended"

    def texts(self) -> list[str]:
        return [message.text or message.code for message in self.written]

    def numbers(self) -> list[int]:
        return [message.number for message in self.written if not message.part]


def flow(start: str, **nodes: Any) -> TenantConfig:
    """The company, whose website has this flow."""
    usual = settings()
    document = {"version": 1, "start": start, "nodes": {**nodes, "bye": {"type": "hang_up"}}}
    return replace(usual, flows={**usual.flows, (CHAT_FLOW, 1): FlowDocument.model_validate(document)})


# ── with the flow ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_flow_is_written_with_its_choices() -> None:
    chat = Chat()
    chat.opens()
    assert chat.texts() == ["Hello Li", "What is it about?"]
    assert [(choice.value, choice.label) for choice in chat.written[1].choices][:2] == [("1", "Order"), ("2", "Bills")]
    assert not chat.company.sent, "no switch hears of it"
    assert chat.company.last("interaction.started")["medium"] == "chat"
    assert chat.company.last("chat.opened")["page_url"] == "https://shop.example/basket"


@pytest.mark.parametrize(("said", "what"), [("1", "choice"), ("1", "text"), ("order", "text"), (" Order ", "text")])
def test_a_choice_is_a_button_or_its_words(said: str, what: str) -> None:
    chat = Chat()
    chat.opens()
    chat.says(said, what=what)
    assert chat.texts()[-1] == "Which order?"
    assert chat.written[2].text == ("Order" if said == "1" else said), "the transcript says what stood on it"


def test_text_is_collected_and_leads_on() -> None:
    chat = Chat()
    chat.opens()
    chat.says("1")
    chat.says("A-1")
    assert chat.state == "queued"
    assert chat.company.engine.live[CHAT].flow.variables["order"] == "A-1"  # type: ignore[union-attr]


def test_what_is_too_long_is_asked_again_and_then_ends() -> None:
    chat = Chat()
    chat.opens()
    chat.says("1")
    for _ in range(3):
        chat.says("x" * 13)
    assert chat.state == "ended"
    assert chat.texts().count("Which order?") == 3


def test_a_wrong_choice_is_asked_again() -> None:
    chat = Chat()
    chat.opens()
    chat.says("what?")
    assert chat.texts()[-1] == "What is it about?"
    assert chat.state == "flow"


def test_what_is_secret_stands_nowhere() -> None:
    chat = Chat()
    chat.opens()
    chat.says("4")
    chat.says("4711")
    assert "4711" not in str(chat.written)
    assert "4711" not in str(chat.company.facts)
    assert chat.company.engine.live[CHAT].flow.secrets == {"pin": "4711"}  # type: ignore[union-attr]


def test_a_flow_without_end_ends() -> None:
    """Nothing of it has to be heard: a ring of messages would never rest."""
    chat = Chat()
    chat.opens()
    chat.says("3")
    assert chat.state == "ended"
    assert chat.company.last("interaction.ended")["end_reason"] == "flow_error"
    assert len(chat.written) < 100


def test_a_menu_does_not_time_out_as_on_the_phone() -> None:
    chat = Chat()
    chat.opens()
    chat.wait(100)
    assert chat.state == "flow"
    assert len(chat.written) == 2


@pytest.mark.parametrize(("early", "state"), [(timedelta(), "queued"), (timedelta(minutes=1), "ended")])
def test_a_website_has_hours(early: timedelta, state: str) -> None:
    closed = {"type": "say", "text": "We are back at nine", "next": "bye"}
    hours = {"type": "hours", "hours": str(HOURS), "open": "wait", "closed": "closed"}
    usual = flow("ask", ask=hours, closed=closed, wait={"type": "queue", "queue": "bills"})
    chat = Chat(Company(replace(usual, hours={HOURS: schedule()})))
    chat.company.now -= early
    chat.opens()
    assert chat.state == state
    assert chat.texts()[:1] == (["We are back at nine"] if early else [])


def test_what_a_source_knows_is_said_and_decides() -> None:
    asks = {"type": "look_up", "source": str(SOURCE.id), "parameters": {"number": "vars.phone"}, "next": "tell"}
    tells = {"type": "say", "text": "Your level is {{level}}", "next": "wait"}
    waits = {"type": "queue", "queue": "bills", "queue_from": "vars.queue"}
    usual = flow("ask", ask=asks, tell=tells, wait=waits)
    chat = Chat(Company(replace(usual, sources={SOURCE.id: SOURCE})))
    chat.opens(phone="13800000001")
    asked = chat.company.questions[-1]
    assert asked.parameters == {"number": "13800000001"}
    found = Found(outcome="ok", values={"queue": "repairs", "level": 3}, seconds=0.1)
    chat.take(chat.company.do(SourceAnswered(interaction_id=asked.interaction_id, serial=asked.serial, found=found)))
    assert chat.texts() == ["Your level is 3"]
    assert chat.company.engine.live[CHAT].interaction.queue_id == REPAIRS


def test_what_has_no_meaning_follows_its_failure() -> None:
    chat = Chat()
    chat.opens()
    chat.says("6")
    assert chat.state == "queued", "the number's way for a failure"
    assert not chat.company.sent
    other = Chat()
    other.opens()
    other.says("5")
    assert other.company.last("interaction.ended")["end_reason"] == "flow_error"
    assert other.company.problems[-1].said.key == "problem.not_in_a_chat"


def test_a_visitor_with_a_number_is_called_back_and_another_waits() -> None:
    chat = Chat()
    chat.opens(phone="13800138000")
    chat.says("7")
    assert chat.texts()[-2:] == ["We will call 13800138000", "ended"]
    assert chat.company.last("interaction.ended")["end_reason"] == "callback_requested"
    (waiting,) = chat.company.engine.live.values()
    assert (waiting.interaction.medium, waiting.interaction.caller) == ("voice", "13800138000")
    assert waiting.interaction.called == "", "no number of ours to be shown"
    assert waiting.chat is None
    other = Chat()
    other.opens()
    other.says("7")
    assert other.state == "queued", "there is no number to call"


@pytest.mark.parametrize("to", ["voicemail", "number", "callback"])
def test_a_queues_rule_that_needs_a_phone_leaves_visitors_be(to: str) -> None:
    rule = OverflowRule(when="waited", over=10, to=to, target="10086" if to == "number" else "")  # type: ignore[arg-type]
    chat = Chat(Company(replace(settings(), queue_routing={BILLS: QueueRouting(overflow=(rule,))})))
    chat.opens()
    chat.says("2")
    chat.company.call("leg", "1")
    for _ in range(3):
        chat.wait(20)
        chat.company.do(chats.VisitorHere(CHAT))
    assert chat.state == "queued"
    assert not [fact for key, fact in chat.company.facts if key == CHAT and "overflow" in fact.kind]


def test_a_call_interrupts_a_chat_if_the_company_says_so() -> None:
    share = Share(medium="chat", weight=33, interruptible=True)
    chat = Chat(Company(replace(settings(), shares=(share,))))
    chat.connected()
    chat.company.call("leg", "1")
    assert chat.company.state("leg") == "offered"
    usual = Chat()
    usual.connected()
    usual.company.call("leg", "1")
    assert usual.company.state("leg") == "queued"


# ── with an agent ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_chat_from_the_first_to_the_last() -> None:
    chat = Chat()
    chat.connected()
    assert chat.state == "connected"
    assert chat.texts()[-1] == "agent_joined"
    assert in_hand(chat.company.agent(1)) == ("chat",)
    assert chat.company.agent(1).state == "available", "the phone is free"
    chat.says("Good morning", agent=1)
    chat.says("My bill is wrong")
    assert chat.company.engine.live[CHAT].chat.unread == 1  # type: ignore[union-attr]
    assert chat.command("chat.agent_reads", 1, number=chat.numbers()[-1]) is None
    assert chat.company.engine.live[CHAT].chat.unread == 0  # type: ignore[union-attr]
    assert {"type": "read", "from": "agent", "number": chat.numbers()[-1]} in chat.frames
    assert chat.command("interaction.hang_up", 1) is None
    assert chat.state == "wrap_up"
    assert chat.texts()[-1] == "ended_by_agent"
    assert in_hand(chat.company.agent(1)) == ("chat",), "until it is written up"
    assert chat.says("still there?") == "chat_ended"
    chat.company.do(InteractionCommand(CHAT, WrapUp(agent_id=agent_id(1), note="n")))
    assert chat.state == "ended"
    assert in_hand(chat.company.agent(1)) == ()
    assert chat.numbers() == list(range(1, len(chat.numbers()) + 1))
    assert not chat.company.sent
    kinds = chat.company.kinds()
    for kind in ("queue.entered", "offer.made", "offer.accepted", "agent.connected", "agent.disconnected"):
        assert kinds.count(kind) == 1, kind
    assert "recording.started" not in kinds
    assert chat.company.last("interaction.ended")["end_reason"] == "completed"


def test_the_visitor_ends_it() -> None:
    chat = Chat()
    chat.connected()
    assert chat.command("chat.visitor_ends") is None
    assert chat.state == "wrap_up"
    assert chat.texts()[-1] == "ended_by_visitor"
    assert chat.command("chat.visitor_ends") == "chat_ended"


def test_who_is_offered_may_say_no() -> None:
    chat = Chat()
    chat.company.ready(1)
    chat.company.ready(3)
    chat.opens()
    chat.says("2")
    first = chat.company.engine.live[CHAT].interaction.agent_id
    number = 1 if first == agent_id(1) else 2
    assert chat.command("interaction.reject", number) is None
    assert in_hand(chat.company.engine.agents[first]) == ()  # type: ignore[index]
    assert chat.company.engine.agents[first].state == "not_ready"  # type: ignore[index]


def test_an_offer_that_lies_goes_back_to_the_queue_and_the_agent_rests() -> None:
    chat = Chat()
    chat.company.ready(1)
    chat.opens()
    chat.says("2")
    chat.wait(120)
    assert chat.state == "queued"
    assert chat.company.agent(1).state == "not_ready"
    assert chat.company.agent(1).reason == "no_answer"
    assert in_hand(chat.company.agent(1)) == ()
    assert chat.company.kinds().count("offer.made") == 1, "not offered again and again"


def test_others_neither_read_nor_write_nor_take_it() -> None:
    chat = Chat()
    chat.company.ready(1)
    chat.opens()
    chat.says("2")
    for kind in ("chat.accept", "chat.agent_says", "chat.agent_reads"):
        assert chat.command(kind, 2, client_number=1, what="text", said="x", number=1) == "not_your_interaction"
    assert chat.says("too early", agent=1) == "not_possible_in_this_state"


def test_three_chats_beside_each_other_and_no_call() -> None:
    chat = Chat()
    chat.company.ready(1)
    for number in range(4):
        chat.opens(UUID(int=100 + number))
        chat.command(
            "chat.visitor_says",
            interaction_id=str(UUID(int=100 + number)),
            client_number=1,
            what="text",
            said="2",
        )
    states = [chat.company.engine.live[UUID(int=100 + number)].interaction.state for number in range(4)]
    assert states.count("offered") == 3
    assert states.count("queued") == 1
    chat.company.call("leg", "1")
    assert chat.company.state("leg") == "queued", "three chats leave no room for a call"
    chat.company.ready(2)
    assert in_hand(chat.company.agent(2)) == ("chat",), "the fourth, who came before the call"


# ── numbers ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_message_sent_again_is_not_written_again() -> None:
    chat = Chat()
    chat.connected()
    chat.says("one", agent=1)
    before = len(chat.written)
    event = commands.event(
        chat.company.engine,
        {
            "kind": "chat.agent_says",
            "actor": {"agent_id": str(agent_id(1))},
            "interaction_id": str(CHAT),
            "client_number": 1,
            "what": "text",
            "said": "one",
        },
    )
    turn = chat.company.do(event)
    assert not turn.messages
    assert len(chat.written) == before
    assert chat.says("three", agent=1, number=3) == "client_number_gap"
    assert chat.says("two", agent=1, number=2) is None


def test_text_has_bounds() -> None:
    chat = Chat(max_message=10)
    chat.opens()
    assert chat.says("x" * 11) == "message_too_long"
    assert chat.says("2") is None


# ── silence ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_silent_visitor_is_warned_and_then_left() -> None:
    chat = Chat()
    chat.connected()
    chat.says("Hello", agent=1)
    chat.wait(179)
    assert chat.texts()[-1] == "Hello"
    chat.wait(2)
    assert chat.texts()[-1] == "idle_warning"
    chat.says("I am here")
    chat.says("Good", agent=1)
    chat.wait(181)
    chat.wait(121)
    assert chat.state == "wrap_up"
    assert chat.texts()[-2:] == ["idle_warning", "idle_closed"]
    assert chat.company.last("interaction.ended")["end_reason"] == "visitor_silent"


def test_a_silent_agent_loses_the_chat_to_the_queue() -> None:
    chat = Chat()
    chat.connected()
    queued_at = chat.company.engine.live[CHAT].interaction.queue.queued_at  # type: ignore[union-attr]
    chat.says("Hello", agent=1)
    chat.says("one")
    chat.wait(100)
    chat.says("two")
    chat.wait(21)
    assert chat.state == "queued", "since the first message without an answer"
    assert chat.company.engine.live[CHAT].interaction.queue.queued_at == queued_at  # type: ignore[union-attr]
    assert chat.company.last("chat.agent_silent")["silent_seconds"] == 120
    assert in_hand(chat.company.agent(1)) == ()
    assert chat.company.agent(1).state == "not_ready"
    chat.company.ready(2)
    assert chat.state == "offered"
    assert chat.command("chat.accept", 2) is None
    assert chat.state == "connected"


def test_who_waits_is_not_called_silent_but_looked_for() -> None:
    chat = Chat()
    chat.opens()
    chat.says("2")
    for _ in range(20):
        chat.wait(100)
        assert chat.frames[-1] == {"type": "sought"}
        chat.company.do(chats.VisitorHere(CHAT))
        chat.wait(1)
    assert chat.state == "queued"
    assert all(message.kind != "notice" for message in chat.written)
    chat.wait(100)
    chat.wait(70)
    assert chat.state == "ended", "no window of theirs has answered"
    assert chat.company.last("interaction.ended")["end_reason"] == "abandoned_in_queue"


def test_nobody_is_looked_for_in_a_conversation() -> None:
    chat = Chat(agent_silent_seconds=0)
    chat.connected()
    chat.wait(1000)
    assert {"type": "sought"} not in chat.frames
    assert chat.state == "connected"


# ── limits ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_limits_of_the_tenant_and_of_an_address() -> None:
    chat = Chat(Company(replace(settings(), limits=Limits(chats=25))))
    for number in range(chats.CHATS_OF_AN_ADDRESS):
        assert chat.opens(UUID(int=200 + number)) is None
    assert chat.opens(UUID(int=300)) == "too_many_chats_here"
    for number in range(5):
        assert chat.opens(UUID(int=400 + number), address=f"there {number}") is None
    assert chat.opens(UUID(int=500), address="elsewhere") == "too_many_chats"
    assert not chat.company.engine.on_the_line, "no calls"


def test_an_entry_that_is_off_or_gone_is_nobodys() -> None:
    assert Chat(enabled=False).opens() == "not_found"


# ── leaving, supervision, take-over ──────────────────────────────────────────────────────────────────────────────────


def test_who_signs_out_leaves_the_visitor_to_others() -> None:
    chat = Chat()
    chat.connected()
    chat.company.do(AgentCommand(agent_id(1), agents.SignOut()))
    assert chat.state == "queued"
    assert chat.company.agent(1).state == "logged_out"
    assert chat.company.agent(1).items == ()


def test_a_supervisor_reads_along_and_whispers_unseen_by_the_visitor() -> None:
    chat = Chat()
    chat.connected()
    chat.company.do(AgentCommand(agent_id(2), agents.SignIn(phone_kind="browser")))
    assert chat.command("interaction.supervise", 2, mode="coach", projects=None) is None
    numbers = chat.numbers()
    assert chat.command("chat.whisper", 2, text="Offer a refund", name="Boss", projects=None) is None
    whisper = chat.written[-1]
    assert (whisper.kind, whisper.number, whisper.part) == ("whisper", numbers[-1], 1)
    assert chat.says("to the visitor", agent=2) == "not_possible_in_this_state"
    assert in_hand(chat.company.agent(2)) == (), "reading takes no room"
    chat.says("Hello", agent=1)
    assert chat.written[-1].number == numbers[-1] + 1
    assert chat.command("interaction.supervise", 2, mode="barge", projects=None) is None
    assert chat.says("I am the boss", agent=2) is None
    assert chat.command("interaction.supervise", 2, mode="intercept", projects=None) is None
    assert chat.company.engine.live[CHAT].interaction.agent_id == agent_id(2)
    assert in_hand(chat.company.agent(2)) == ("chat",)
    assert not chat.company.sent


def test_a_chat_goes_to_another_queue_and_to_no_number() -> None:
    chat = Chat()
    chat.connected()
    wanted = {"to": "number", "target": "10086", "directs": True, "projects": None}
    assert chat.command("interaction.transfer", 1, **wanted) == "not_for_chats"
    for kind in ("interaction.hold", "interaction.mute", "interaction.consult"):
        assert chat.command(kind, 1, to="agent", target=str(agent_id(2))) == "not_for_chats"
    assert chat.command("interaction.recording", 1, act="start") == "not_for_chats"
    chat.company.ready(2)
    assert chat.command("interaction.transfer", 1, to="agent", target=str(agent_id(2))) is None
    assert "agent_left" in chat.texts()
    assert in_hand(chat.company.agent(2)) == ("chat",)
    assert chat.command("chat.accept", 2) is None
    assert chat.command("interaction.transfer", 2, to="queue", target=str(BILLS)) is None
    assert in_hand(chat.company.agent(2)) == ("chat",), "written up, or offered again"
    assert chat.company.kinds().count("agent.disconnected") == 2


def test_a_chat_goes_to_the_supervisor_who_is_free() -> None:
    led = supervised(2)
    chat = Chat(Company(replace(settings(), agents=led.agents, skills=led.skills)))
    chat.connected()
    assert chat.command("interaction.transfer", 1, to="supervisor", target="") == "no_supervisor"
    chat.company.ready(2)
    assert chat.command("interaction.transfer", 1, to="supervisor", target="") is None
    assert in_hand(chat.company.agent(2)) == ("chat",)
    assert chat.command("chat.accept", 2) is None
    assert chat.says("I lead here", agent=2) is None


def test_another_runtime_goes_on_with_it() -> None:
    chat = Chat()
    chat.connected()
    chat.says("Hello", agent=1)
    written = len(chat.written)
    after = Chat(taken_over(chat.company, set()))
    assert after.state == "connected"
    assert after.company.engine.live[CHAT].chat == chat.company.engine.live[CHAT].chat
    assert not after.written
    after._numbers = chat._numbers
    assert after.says("And now?") is None
    assert after.written[-1].number == chat.written[written - 1].number + 1


def test_another_runtime_does_not_ask_again() -> None:
    chat = Chat()
    chat.opens()
    company = taken_over(chat.company, set())
    record = company.engine.live[CHAT]
    assert record.chat == chat.company.engine.live[CHAT].chat, "the question stands already"
    after = Chat(company)
    after.says("2")
    assert after.state == "queued"


def test_the_timer_of_a_silent_visitor_outlives_a_runtime() -> None:
    chat = Chat()
    chat.opens()
    after = Chat(taken_over(chat.company, set()))
    after.company.now = chat.company.now + timedelta(seconds=1)
    due = after.company.engine.live[CHAT].timers["silence"]
    assert due == chat.company.engine.live[CHAT].timers["silence"]


def test_who_waits_learns_from_chats_how_long_they_take() -> None:
    chat = Chat(agent_silent_seconds=0)
    chat.connected()
    dispatch = chat.company.engine.dispatch

    def expected(medium: str) -> float:
        return dispatch.expected(BILLS, medium, 3) or 0.0

    before, calls = expected("chat"), expected("voice")
    chat.wait(2000)
    assert chat.command("chat.visitor_ends") is None
    chat.company.do(InteractionCommand(CHAT, WrapUp(agent_id=agent_id(1))))
    assert expected("chat") > before
    assert expected("voice") == calls, "calls take their own time"


def test_who_has_no_phone_takes_chats_and_no_calls() -> None:
    chat = Chat()
    company = chat.company
    company.do(PhonesSeen(frozenset()))
    company.ready(1)
    assert company.agent(1).unreachable_since
    company.call("leg", "1")
    assert company.state("leg") == "queued"
    chat.wait(1)
    chat.opens()
    chat.says("2")
    assert chat.state == "offered"
    company.do(PhonesSeen(frozenset({"sip1"})))
    assert not company.offers(), "a chat that is offered leaves no room for a call"
    assert chat.command("interaction.reject", 1) is None
    company.do(AgentCommand(agent_id(1), agents.SetAvailable()))
    assert len(company.offers()) == 1


def test_the_example_of_the_documents() -> None:
    page = (Path(__file__).resolve().parents[5] / "docs/developers/adding.md").read_text("utf-8")
    (example,) = re.findall(r'^``` \{\.python title="medium"\}\n(.*?)^```$', page, re.S | re.M)
    exec(compile(example, "adding.md", "exec"), {"Chat": Chat, "in_hand": in_hand})
