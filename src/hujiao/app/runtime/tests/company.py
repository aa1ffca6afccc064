"""A small company for the engine's tests: two queues, a menu, agents, and a clock that the test turns."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import msgspec

from hujiao.agents import contracts as agents
from hujiao.app.runtime import ledger, views
from hujiao.app.runtime.engine import Engine
from hujiao.app.runtime.mailbox import Mailbox
from hujiao.app.runtime.sealing import opened
from hujiao.app.runtime.tenant.config import AgentSettings, NumberSettings, TenantConfig
from hujiao.app.runtime.tenant.turn import AgentCommand, AskSource, InteractionCommand, Live, Problem, TimerFired, Turn
from hujiao.calls import contracts as calls
from hujiao.flows.document import FlowDocument
from hujiao.interactions.contracts import Resumed
from hujiao.kit.secrets import TenantSecrets
from hujiao.queues.contracts import QueueSettings

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
NUMBER = "95001"
SECRETS = TenantSecrets(base64.b64encode(bytes(32)).decode(), UUID(int=1))
SKILL_BILLS, SKILL_REPAIRS = UUID(int=11), UUID(int=12)
BILLS, REPAIRS = UUID(int=21), UUID(int=22)
PROJECT, BUSINESS, FLOW = UUID(int=31), UUID(int=32), UUID(int=33)
PROMPTS = ("greeting", "menu", "invalid", "timeout", "system_failure", "rate", "queue_position_1", "all_busy")

DOCUMENT: dict[str, Any] = {
    "version": 1,
    "start": "answer",
    "nodes": {
        "answer": {"type": "answer", "next": "greeting"},
        "greeting": {"type": "play", "prompts": ["greeting"], "barge_in": True, "next": "menu"},
        "menu": {
            "type": "menu",
            "prompts": ["menu"],
            "keys": {"1": "bills", "2": "repairs", "3": "message", "8": "nowhere", "9": "bad"},
            "repeat_key": "#",
            "timeout_seconds": 5,
            "tries": 3,
            "invalid_prompts": ["invalid"],
            "timeout_prompts": ["timeout"],
        },
        "bills": {"type": "queue", "queue": "bills", "after": "rate"},
        "repairs": {"type": "queue", "queue": str(REPAIRS), "max_wait_seconds": 60, "on_timeout": "bye"},
        "rate": {"type": "collect", "prompts": ["rate"], "variable": "rating", "max_digits": 1, "next": "bye"},
        "message": {"type": "record_message", "max_seconds": 60, "silence_seconds": 5, "next": "thanks"},
        "thanks": {"type": "play", "prompts": ["rate"], "next": "bye"},
        "bad": {"type": "branch", "cases": [{"when": "vars.missing == 1", "next": "bye"}], "otherwise": "bye"},
        "bye": {"type": "hang_up"},
    },
}


def agent_id(number: int) -> UUID:
    return UUID(int=1000 + number)


def config(agents_count: int = 2, **changes: Any) -> TenantConfig:
    queues = {
        queue_id: QueueSettings(
            id=queue_id, name=name, project_id=PROJECT, business_id=BUSINESS, skills={skill: 1}, **changes
        )
        for queue_id, name, skill in ((BILLS, "bills", SKILL_BILLS), (REPAIRS, "repairs", SKILL_REPAIRS))
    }
    return TenantConfig(
        id=UUID(int=1),
        slug="a",
        language="zh-CN",
        suspended=False,
        agents={
            agent_id(number): AgentSettings(
                id=agent_id(number),
                number=str(1000 + number),
                name=f"agent {number}",
                sip_user=f"sip{number}",
                phone_kind="browser",
                skills={SKILL_BILLS: 5, SKILL_REPAIRS: 5} if number % 2 else {SKILL_BILLS: 5},
            )
            for number in range(1, agents_count + 1)
        },
        queues=queues,
        numbers={
            NUMBER: NumberSettings(
                id=UUID(int=41), number=NUMBER, flow_id=FLOW, project_id=PROJECT, business_id=BUSINESS, language=None
            )
        },
        flows={(FLOW, 1): FlowDocument.model_validate(DOCUMENT)},
        published={FLOW: 1},
        flow_names={FLOW: "main"},
        skills=frozenset({SKILL_BILLS, SKILL_REPAIRS}),
        prompts={(name, "zh-CN"): f"sha-{name}" for name in PROMPTS},
    )


class Company:
    """The engine with a test's hands: every effect that would go to the switch is kept in `sent`."""

    def __init__(self, settings: TenantConfig | None = None) -> None:
        ids = count(10_000)
        self.engine = Engine(settings or config(), node="node-1", new_id=lambda: UUID(int=next(ids)))
        self.now = START
        self.facts: list[Any] = []
        self.dated: list[Any] = []
        self.sent: list[calls.AnyEffect] = []
        self.timers: list[TimerFired] = []
        self.refused: list[str] = []
        self.over: set[str] = set()  # legs that have ended by themselves, or never began
        self.questions: list[AskSource] = []
        self.problems: list[Problem] = []

    def answer(self, event: Any) -> dict[str, Any]:
        """What the sender of a command is told."""
        turn = Turn()
        said = self.engine.handle(event, self.now, turn)
        self.keep(turn)
        return said

    def do(self, event: Any) -> Turn:
        turn = Turn()
        if isinstance(event, calls.LegEnded | calls.EffectFailed):
            self.over.add(event.leg_id)
        try:
            self.engine.handle(event, self.now, turn)
        except agents.Impossible as error:
            self.refused.append(error.code)
        self.keep(turn)
        return turn

    def keep(self, turn: Turn) -> None:
        written(self.engine, turn)
        self.dated += turn.facts
        self.facts += [(interaction, fact) for _, interaction, fact in turn.facts]
        self.sent += [effect for _, effect in turn.effects]
        self.timers += turn.timers
        self.questions += turn.questions
        self.problems += turn.problems

    def wait(self, seconds: float) -> None:
        """Turn the clock, firing what is due on the way."""
        until = self.now + timedelta(seconds=seconds)
        while due := sorted((t for t in self.timers if t.due_at <= until), key=lambda t: t.due_at):
            self.timers.remove(due[0])
            self.now = max(self.now, due[0].due_at)
            self.do(due[0])
        self.now = until

    # ── hands ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def call(self, leg: str, key: str = "") -> None:
        self.do(calls.CallArrived(leg_id=leg, at=self.now, caller="13800000001", called=NUMBER))
        for pressed in key:
            self.press(leg, pressed)

    def press(self, leg: str, key: str) -> None:
        self.do(calls.KeyPressed(leg_id=leg, at=self.now, key=key))

    def hang_up(self, leg: str, cause: int = 16) -> None:
        self.do(calls.LegEnded(leg_id=leg, at=self.now, cause=cause))

    def pick_up(self, leg: str) -> None:
        self.do(calls.LegAnswered(leg_id=leg, at=self.now))

    def played(self, leg: str) -> None:
        play = [e for e in self.sent if isinstance(e, calls.Play) and e.leg_id == leg][-1]
        self.do(calls.PlaybackFinished(leg_id=leg, at=self.now, playback_id=play.playback_id))

    def recorded(self, leg: str, *, failed: bool = False, hung_up: bool = False) -> None:
        """The switch has finished the last message."""
        name = self.messages()[-1].name
        self.do(calls.MessageRecorded(leg_id=leg, at=self.now, name=name, failed=failed, hung_up=hung_up))

    def ready(self, number: int) -> None:
        self.do(AgentCommand(agent_id(number), agents.SignIn(phone_kind="browser")))
        self.do(AgentCommand(agent_id(number), agents.SetAvailable()))

    def command(self, leg: str, event: Any) -> None:
        self.do(InteractionCommand(self.engine.legs[leg], event))

    # ── eyes ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def state(self, leg: str) -> str:
        """As the live view says it."""
        interaction = self.engine.legs.get(leg)
        return views.interaction_view(self.engine, self.engine.live[interaction])["state"] if interaction else "ended"

    def agent(self, number: int) -> agents.AgentState:
        return self.engine.agents[agent_id(number)]

    def offers(self) -> list[calls.CallAgent]:
        return [effect for effect in self.sent if isinstance(effect, calls.CallAgent)]

    def messages(self) -> list[calls.RecordMessage]:
        return [effect for effect in self.sent if isinstance(effect, calls.RecordMessage)]

    def kinds(self) -> list[str]:
        return [fact.kind for _, fact in self.facts]

    def last(self, kind: str) -> dict[str, Any]:
        return [fact.data for _, fact in self.facts if fact.kind == kind][-1]


def written(engine: Engine, turn: Turn) -> None:
    """Everything that a runtime does with a turn but the writing itself: number, copy, encode, tell the desktops."""
    mailbox = Mailbox(engine, SECRETS, shard=0, fence=1, seq=0)
    mailbox.turn = turn
    prepared = mailbox.prepare()
    ledger.encoded([prepared.batch], tell=refuse)
    for key, state in prepared.batch.interactions.items():
        assert opened(msgspec.json.decode(state, type=Live), SECRETS) == engine.live[key], "it comes back as it was"
    assert not prepared.batch.ended & engine.live.keys()
    mailbox.committed(prepared)
    msgspec.json.encode(mailbox.delta())


def refuse(flaw: str) -> None:
    raise AssertionError(f"not as published: {flaw}")


def taken_over(company: Company, legs: set[str], *, switch_since: datetime = START, **more: set[str]) -> Company:
    """Another runtime with what was committed, and what the switch has: legs, of them `up`, `recording`, `recorded`."""
    after = Company(company.engine.config)
    live = [msgspec.json.decode(msgspec.json.encode(record), type=Live) for record in company.engine.live.values()]
    after.engine = Engine(company.engine.config, node="node-1", new_id=company.engine.new_id)
    after.engine.load(live, list(company.engine.agents.values()))
    after.now = company.now
    turn = Turn()
    found = Resumed(frozenset(legs), switch_since, **{name: frozenset(of) for name, of in more.items()})
    after.engine.resume(found, after.now, turn)
    after.keep(turn)
    return after
