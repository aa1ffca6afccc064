"""Any order of what visitors, agents and time do: what holds of chats always, and that every chat ends."""

from __future__ import annotations

from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from hujiao.agents import contracts as agents
from hujiao.app.runtime.tenant.chatting import holders
from hujiao.app.runtime.tenant.turn import AgentCommand, InteractionCommand
from hujiao.app.runtime.tests.company import agent_id, taken_over
from hujiao.app.runtime.tests.test_chats import CHAT, Chat
from hujiao.interactions.contracts import WrapUp

AGENTS = (1, 2)
ACTS = (
    "visitor says 2", "visitor says hello", "visitor ends", "accept", "reject", "agent says", "hang up", "wrap up",
    "ready", "sign out", "supervise", "intercept", "transfer", "wait", "wait long", "take over",
)  # fmt: skip


def act(chat: Chat, what: str, agent: int) -> Chat:
    company = chat.company
    match what:
        case "visitor says 2" | "visitor says hello":
            chat.says(what.rpartition(" ")[2])
        case "visitor ends":
            chat.command("chat.visitor_ends")
        case "accept":
            chat.command("chat.accept", agent)
        case "reject":
            chat.command("interaction.reject", agent)
        case "agent says":
            chat.says("hello", agent=agent)
        case "hang up":
            chat.command("interaction.hang_up", agent)
        case "wrap up":
            if CHAT in company.engine.live:
                chat.take(company.do(InteractionCommand(CHAT, WrapUp(agent_id=agent_id(agent)))))
        case "ready":
            company.do(AgentCommand(agent_id(agent), agents.SignIn(phone_kind="browser")))
            chat.take(company.do(AgentCommand(agent_id(agent), agents.SetAvailable())))
        case "sign out":
            chat.take(company.do(AgentCommand(agent_id(agent), agents.SignOut())))
        case "supervise":
            chat.command("interaction.supervise", agent, mode="listen", projects=None)
        case "intercept":
            chat.command("interaction.supervise", agent, mode="intercept", projects=None)
        case "transfer":
            queue = str(next(iter(company.engine.config.queues)))
            chat.command("interaction.transfer", agent, to="queue", target=queue)
        case "wait" | "wait long":
            chat.wait(30 if what == "wait" else 400)
        case _:
            after = Chat(taken_over(company, set()))
            after.written, after._numbers = chat.written, chat._numbers
            after.company.timers += company.timers
            return after
    return chat


def holds(chat: Chat) -> None:
    engine = chat.company.engine
    record = engine.live.get(CHAT)
    has = holders(record.interaction) if record else set()
    for key, agent in engine.agents.items():
        assert (CHAT in {item.interaction_id for item in agent.items}) == (key in has)
    numbers = chat.numbers()
    assert numbers == list(range(1, len(numbers) + 1)), "gapless"
    assert not chat.company.sent, "no switch hears of it"
    if record and record.chat:
        assert record.chat.last == len(numbers)
        waits = record.interaction.state in ("flow", "queued", "offered")
        assert not waits or "presence" in record.timers, "whoever waits is looked for"
        open_end = record.interaction.state == "connected"
        assert not open_end or "silence" in record.timers, "somebody's silence ends it"


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(ACTS), st.sampled_from(AGENTS)), max_size=25))
def test_any_order(acts: list[tuple[str, int]]) -> None:
    chat = Chat()
    chat.opens()
    holds(chat)
    for what, agent in acts:
        chat = act(chat, what, agent)
        holds(chat)
    for _ in range(20):
        chat.wait(400)
    assert chat.state == "ended"
    assert all(agent.items == () for agent in chat.company.engine.agents.values())
    assert UUID(int=0) not in chat.company.engine.live
