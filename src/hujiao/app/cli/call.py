"""`./hujiao call`: a real SIP call from the product's own test phone, followed until its recording is ready."""

from __future__ import annotations

import argparse
import asyncio
import random
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from typing import Any

from hujiao.app.cli import following, output, voices
from hujiao.app.cli.parts import find_asterisk
from hujiao.asterisk.testphone import phone as testphone
from hujiao.embedded.problem import Problem
from hujiao.kit import bus as messages
from hujiao.kit.clock import utc_now
from hujiao.kit.db import Database, make_engine
from hujiao.kit.settings import Settings, load

_KEY_NODES = {"menu", "collect"}
_PROMPT_BEGAN = 0.7  # seconds after a step began until its prompt is heard
_RECORDING_SECONDS = 45.0


def main(argv: Sequence[str]) -> int:
    options = _arguments().parse_args(argv)
    if options.press and not all(set(keys) <= set("0123456789*#ABCD") for keys in options.press.split(",")):
        raise Problem("--press takes the keys 0-9, * and #; a comma separates what is pressed at different steps: 1,5")
    result = asyncio.run(Caller(load(), options).run())
    output.result(result, as_json=options.json)
    return 0 if result["ok"] else 1


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./hujiao call", description=__doc__)
    parser.add_argument("--tenant", default="a", help="whose number is called (a)")
    parser.add_argument("--to", metavar="NUMBER", help="the number to call; else the tenant's first access number")
    parser.add_argument(
        "--from", dest="caller", metavar="NUMBER", help="the caller's number; else a random mobile number"
    )
    parser.add_argument("--press", metavar="KEYS", default="", help="keys; a comma separates steps of the flow: 1,5")
    parser.add_argument("--say", metavar="FILE|TEXT", help="what the caller says to the agent: file, text or tone:440")
    parser.add_argument(
        "--hang-up-after",
        metavar="S",
        type=float,
        default=10,
        help="seconds of conversation (10); 0: let the agent hang up",
    )
    parser.add_argument(
        "--patience", metavar="S", type=float, default=120, help="hang up when no agent has answered by then (120)"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    return parser


def random_mobile() -> str:
    return "138" + "".join(random.choice("0123456789") for _ in range(8))


class Caller:
    def __init__(self, settings: Settings, options: argparse.Namespace) -> None:
        self.settings = settings
        self.options = options
        self.caller: str = options.caller or random_mobile()
        self.timeline: list[dict[str, Any]] = []
        self.answered = False
        self.end_reason: str | None = None
        self._keys = [keys for keys in options.press.split(",") if keys]
        self._started = utc_now()
        self._tasks: set[asyncio.Task[None]] = set()
        self._voice = ""

    async def run(self) -> dict[str, Any]:
        async with AsyncExitStack() as stack:
            database = Database(make_engine(self.settings.database_url, pool_size=2))
            stack.push_async_callback(database.close)
            bus = await _connect(self.settings)
            stack.push_async_callback(bus.close)
            tenant = await following.tenant(database, self.options.tenant)
            if tenant is None:
                raise Problem(f"There is no tenant {self.options.tenant!r}. ./hujiao accounts lists them.")
            number = self.options.to or (tenant.numbers[0] if tenant.numbers else None)
            if number is None:
                raise Problem(f"The tenant {tenant.slug} has no access number yet: give one by --to.")
            program = find_asterisk(self.settings)
            phone = await stack.enter_async_context(
                testphone.running(
                    self.settings,
                    testphone.Program(program.command, program.modules, program.data, dict(program.environment)),
                )
            )
            folder = phone.settings.home / "voice"
            language = tenant.language
            self._voice = str(
                await voices.prepare(
                    self.options.say, folder, self.settings, bus, str(tenant.id), language, voices.CUSTOMER
                )
            )
            return await self._call(database, bus, tenant, phone, number)

    async def _call(
        self, database: Database, bus: messages.Bus, tenant: following.Tenant, phone: testphone.TestPhone, number: str
    ) -> dict[str, Any]:
        self._started = utc_now()
        follower = following.Follower(database, bus, tenant.id, self.caller, self._started)
        self._say("phone.dialled", f"{self.caller} calls {number}")
        call = await phone.call(number, caller=self.caller)
        following_ledger = asyncio.create_task(self._follow(follower, tenant, call))
        self._in_background(self._milestone(call.ringing, "phone.ringing", "the caller hears ringing"))
        self._in_background(self._give_up(call))
        try:
            await call.ended.wait()
            self._say("phone.ended", f"the call is over ({_why(call)})")
            # What the ledger has of it comes a moment later; a call that no runtime saw has nothing there.
            done, _ = await asyncio.wait([following_ledger], timeout=8 if follower.interaction_id else 3)
            for task in done:
                task.result()
        finally:
            for task in (*self._tasks, following_ledger):
                task.cancel()
            await asyncio.gather(*self._tasks, following_ledger, return_exceptions=True)
        return await self._result(database, tenant, follower, number, call)

    async def _follow(self, follower: following.Follower, tenant: following.Tenant, call: testphone.Call) -> None:
        async for event in follower.events():
            self._say(event.kind, following.sentence(event, tenant), at=event.at, data=event.data)
            if event.kind == "flow.node" and event.data.get("type") in _KEY_NODES and self._keys:
                self._in_background(self._press(call, self._keys.pop(0)))
            elif event.kind == "agent.connected":
                self.answered = True
                await call.say(f"sound:{self._voice}", loop=True)
                if self.options.hang_up_after:
                    self._in_background(self._hang_up(call, self.options.hang_up_after))
            elif event.kind == "agent.disconnected":
                await call.be_silent()
            elif event.kind == "interaction.ended":
                self.end_reason = event.data.get("end_reason")

    async def _press(self, call: testphone.Call, keys: str) -> None:
        await asyncio.sleep(_PROMPT_BEGAN)
        self._say("phone.pressed", f"the caller presses {keys}")
        await call.press(keys)

    async def _hang_up(self, call: testphone.Call, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self._say("phone.hung_up", "the caller hangs up")
        await call.hang_up()

    async def _give_up(self, call: testphone.Call) -> None:
        await asyncio.sleep(self.options.patience)
        if not self.answered and not call.ended.is_set():
            self._say("phone.gave_up", f"no agent answered within {self.options.patience:.0f} s: the caller hangs up")
            await call.hang_up()

    async def _milestone(self, event: asyncio.Event, kind: str, words: str) -> None:
        await event.wait()
        self._say(kind, words)

    def _in_background(self, coroutine: Any) -> None:
        task = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _say(self, kind: str, words: str, *, at: datetime | None = None, data: dict[str, Any] | None = None) -> None:
        seconds = max(0.0, ((at or utc_now()) - self._started).total_seconds())
        self.timeline.append({"seconds": round(seconds, 3), "kind": kind, "text": words, "data": data or {}})
        output.say(f"{seconds:7.2f} s  {words}")

    async def _result(
        self,
        database: Database,
        tenant: following.Tenant,
        follower: following.Follower,
        number: str,
        call: testphone.Call,
    ) -> dict[str, Any]:
        url = self.settings.web_url
        result: dict[str, Any] = {
            "ok": False,
            "answered": self.answered,
            "caller": self.caller,
            "called": number,
            "sip_status": call.sip_status,
            "hangup_cause": call.cause,
            "end_reason": self.end_reason,
            "interaction_id": None,
            "interaction_url": None,
            "recording_id": None,
            "recording_url": None,
            "timeline": self.timeline,
        }
        if follower.interaction_id is None:
            output.say("The platform kept no record of this call: ./hujiao status says whether its runtime is up.")
            return result
        result["interaction_id"] = str(follower.interaction_id)
        result["interaction_url"] = f"{url}/interactions/{follower.interaction_id}"
        output.say(f"Interaction  {result['interaction_url']}")
        found = await following.recording(database, tenant.id, follower.interaction_id, wait=_RECORDING_SECONDS)
        if found:
            recording_id, state = found
            result["recording_id"] = str(recording_id)
            result["recording_url"] = f"{url}/api/v1/recordings/{recording_id}/audio"
            words = "" if state == "ready" else f"  (not ready: {state})"
            output.say(f"Recording    {result['recording_url']}{words}")
        if not self.answered:
            output.say("No agent talked with the caller. Robot agents: ./hujiao agents --count 2")
        result["ok"] = self.answered and (found is None or found[1] == "ready")
        return result


async def _connect(settings: Settings) -> messages.Bus:
    try:
        return await messages.connect(settings.nats_url, settings.instance, name="call")
    except Exception as error:
        raise Problem("hujiao is not running here: run ./hujiao up first.") from error


def _why(call: testphone.Call) -> str:
    return f"SIP {call.sip_status}, cause {call.cause}" if call.sip_status else f"cause {call.cause}"
