"""The limit of the design: an ARI application that answers, calls an agent, bridges, and keeps nothing.

It has hujiao's own sockets and hujiao's legs, but no tenants, flows, queues, machines or ledger. What hujiao's whole
path takes more than this is the price of everything else.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections import deque

import aiohttp
import structlog
import uvloop

from bench.company import phone
from hujiao.asterisk import decode, reconcile
from hujiao.asterisk.client import Answer, AriSocket, CommandPool, uri
from hujiao.kit.settings import Settings, load

APPLICATION = "bench-bare"


class Bare:
    def __init__(self, settings: Settings, agents: int, first: int) -> None:
        """Calls so many phones, from this number on: not hujiao's own, whose events hujiao would be told as well."""
        base = f"http://127.0.0.1:{settings.asterisk_http_port}"
        self.pool = CommandPool(base, settings.ari_user, settings.ari_password, APPLICATION)
        self.events = AriSocket(base, settings.ari_user, settings.ari_password, APPLICATION, self.received)
        self.idle = deque(phone(number) for number in range(first, first + agents))
        self.waiting: deque[str] = deque()
        self.agent_of: dict[str, str] = {}  # agent's leg → agent
        self.other: dict[str, str] = {}  # each leg → the other one
        self.number = 0

    async def run(self) -> None:
        async with aiohttp.ClientSession() as session:
            await self.pool.start(session)
            listening = asyncio.create_task(self.events.run(session))
            while not (self.events.connected and self.pool.connected):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
            await reconcile.choose_events(self.events)  # what hujiao does not read, it need not either
            print("ready", flush=True)
            await listening

    def received(self, text: str) -> None:
        event = decode.parse(text)
        if event.channel is None:
            return
        leg = event.channel.id
        if event.type == "StasisStart" and event.args[:1] == [decode.INBOUND]:
            self.send(leg, "POST", f"channels/{leg}/answer")
            self.waiting.append(leg)
            self.match()
        elif event.type == "StasisStart" and leg in self.other:
            caller = self.other[leg]
            self.send(caller, "POST", uri(f"bridges/{caller}", type="mixing"))
            self.send(caller, "POST", uri(f"bridges/{caller}/addChannel", channel=f"{caller},{leg}"))
        elif event.type == "StasisStart":
            self.send(leg, "DELETE", f"channels/{leg}")  # its caller is gone
        elif event.type in ("StasisEnd", "ChannelDestroyed"):  # the latter is all that an unanswered leg tells
            self.gone(leg)

    def match(self) -> None:
        while self.waiting and self.idle:
            caller, agent = self.waiting.popleft(), self.idle.popleft()
            self.number += 1
            leg = f"bare-{self.number}-{caller}"
            self.agent_of[leg] = agent
            self.other |= {leg: caller, caller: leg}
            resource = uri("channels", endpoint=f"PJSIP/{agent}", app=APPLICATION, channelId=leg, timeout=25)
            self.send(caller, "POST", resource, lambda answer, leg=leg: None if answer.ok else self.gone(leg))

    def gone(self, leg: str) -> None:
        """One side ended: so does the other, and the agent is free."""
        if leg in self.waiting:
            self.waiting.remove(leg)
        other = self.other.pop(leg, None)
        if other:
            self.other.pop(other, None)
            caller, agent_leg = (leg, other) if other in self.agent_of else (other, leg)
            self.send(caller, "DELETE", f"channels/{other}")
            self.send(caller, "DELETE", f"bridges/{caller}")
            self.idle.append(self.agent_of.pop(agent_leg))
            self.match()

    def send(self, caller: str, method: str, resource: str, answered: object = None) -> None:
        self.pool.lane(hash(caller)).send(method, resource, None, answered or _nothing)  # type: ignore[arg-type]


def _nothing(_: Answer) -> None:
    return


async def _run(agents: int, first: int) -> None:
    running = asyncio.create_task(Bare(load(), agents, first).run())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, running.cancel)
    await asyncio.wait([running])


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))  # nobody reads our output but `ready`
    uvloop.run(_run(*map(int, sys.argv[1:])))
