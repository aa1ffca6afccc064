"""`./hujiao drill sip-fuzz`: thousands of broken SIP requests; is anybody served worse for it?

An instance of its own, on the loopback alone. Mutated INVITE, REGISTER, OPTIONS, and re-INVITE and INFO within a call,
over UDP, TCP and WebSocket, from a trunk's address and from a stranger's. In each thousand the runtime of the company
is killed while they go on, and another has to have its shards again within five seconds; after it somebody calls with a
phone that is well, and has to be answered and to hear the prompt. A crash is a part that ended without our doing.
Last comes a flood: new calls over the trunk, 200 a second, and no ACK; meanwhile phones that are well call.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from websockets.exceptions import InvalidHandshake

from bench import company, instance, machine
from drills import flood, sip, torture
from drills import scene as stage
from drills.scene import Scene
from drills.sip import Dialog, Wire
from hujiao.app.cli import output
from hujiao.calls.models import Trunk
from hujiao.embedded import control
from hujiao.embedded.problem import Problem
from hujiao.kit.db import Database, make_engine
from hujiao.kit.ids import new_id
from hujiao.kit.settings import Settings
from hujiao.tenancy.models import Tenant

GOAL_SECONDS = 5.0
BATCH = 1000
TRUNK, STRANGER = "127.0.0.21", "127.0.0.77"
_AGENTS = 2
_CHANNELS = 400
_ANSWER_SECONDS = 10.0
_LISTEN_SECONDS = 2.0
_CALLED = (company.PLAIN, company.PROMPTS, company.MENU, "40440404")
_KINDS = ("INVITE", "INVITE", "REGISTER", "OPTIONS", "re-INVITE", "INFO")


@dataclass(slots=True)
class Thousand:
    """What followed one batch."""

    sent: int
    takeover_seconds: float | None = None  # None: not within the drill's patience
    control_answered: bool = False
    control_heard: bool = False
    crashed: list[str] = field(default_factory=list)


SENT: deque[str] = deque(maxlen=BATCH)  # the last requests, for when they end something


class Source:
    """One way in: a wire that is opened again when the switch has closed it, and a call that it has, if it may."""

    def __init__(self, name: str, opened: Any) -> None:
        self.name = name
        self._open = opened
        self._stack = AsyncExitStack()
        self.wire: Wire | None = None
        self.call: Dialog | None = None
        self._ending: set[asyncio.Task[None]] = set()

    async def send(self, chance: random.Random) -> None:
        wire = await self._wire()
        if wire is None:
            return
        kind = chance.choice(_KINDS)
        request, call_id = self._request(wire, chance, kind)
        data = torture.mutated(chance, request)
        if kind == "INVITE":
            self._end_when_answered(wire, Dialog(wire, _uri(chance), call_id=call_id))
        SENT.append(f"{datetime.now(UTC):%H:%M:%S.%f} {self.name}: {data!r}")
        await wire.send(data)

    def _request(self, wire: Wire, chance: random.Random, kind: str) -> tuple[bytes, bytes]:
        caller = b'"Caller" <sip:1%010d@127.0.0.1>' % chance.randrange(10**10)
        dialog = Dialog(wire, _uri(chance), caller, call_id=torture.token(chance))
        extra = chance.sample(_EXTRA, chance.randrange(0, 3))
        match kind:
            case "INVITE":
                return dialog.request(b"INVITE", *extra, body=sip.SDP), dialog.call_id
            case "REGISTER":
                dialog.to = caller
                return dialog.request(b"REGISTER", b"Expires: 60", *extra), dialog.call_id
            case "OPTIONS":
                return dialog.request(b"OPTIONS", *extra), dialog.call_id
            case "re-INVITE":
                return (self.call or dialog).request(b"INVITE", *extra, body=sip.SDP), dialog.call_id
            case _:
                body = b"Signal=1\r\nDuration=100\r\n"
                call = self.call or dialog
                return call.request(b"INFO", *extra, body=body, kind=b"application/dtmf-relay"), dialog.call_id

    def _end_when_answered(self, wire: Wire, dialog: Dialog) -> None:
        """A call that was taken all the same is hung up, as a caller would; one that was not is forgotten."""

        async def end() -> None:
            try:
                async with asyncio.timeout(_ANSWER_SECONDS):
                    wire.expect(dialog.call_id)
                    dialog.method, dialog.branch, dialog.cseq = b"INVITE", b"z9hG4bK1", 1
                    if await dialog.final() < 300:
                        await wire.send(dialog.request(b"BYE"))
            except TimeoutError:
                pass
            finally:
                wire.forget(dialog.call_id)

        task = asyncio.create_task(end())
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)

    async def begin_call(self) -> None:
        """A call of this source's own, so that there is something to send re-INVITE and INFO in."""
        self.call = None
        wire = await self._wire()
        if wire is None:
            return
        call = Dialog(wire, f"sip:{company.PROMPTS}@127.0.0.1".encode())
        with suppress(TimeoutError):
            async with asyncio.timeout(_ANSWER_SECONDS):
                await call.invite()
                if await call.final() < 300:
                    self.call = call

    async def end_call(self) -> None:
        if self.call and self.wire and not self.wire.closed.is_set():
            await self.wire.send(self.call.request(b"BYE"))
        self.call = None

    async def _wire(self) -> Wire | None:
        if self.wire is None or self.wire.closed.is_set():
            await self.close()
            with suppress(OSError, TimeoutError, InvalidHandshake):  # a switch that starts again says 404 for a while
                self.wire = await self._stack.enter_async_context(self._open())
                self.call = None
        return self.wire

    async def close(self) -> None:
        self.wire = None
        stack, self._stack = self._stack, AsyncExitStack()
        with suppress(OSError):
            await stack.aclose()


_EXTRA = [
    b"P-Asserted-Identity: \"A\" <sip:13800000000@127.0.0.1>",
    b"Diversion: <sip:02100000000@127.0.0.1>;reason=unconditional",
    b"Remote-Party-ID: \"A\" <sip:13800000000@127.0.0.1>;party=calling",
    b"Privacy: id",
    b"Supported: 100rel, timer, replaces",
    b"Require: timer",
    b"Session-Expires: 90;refresher=uac",
    b"Replaces: 1@1;to-tag=1;from-tag=1",
    b"Authorization: Digest username=\"test-phone\", realm=\"hujiao\", nonce=\"1\", uri=\"sip:x\", response=\"0\"",
    b"Route: <sip:127.0.0.1;lr>",
    b"Referred-By: <sip:1@127.0.0.1>",
    b"P-Called-Party-ID: <sip:95001@127.0.0.1>",
    b"User-to-User: 00C810;encoding=hex",
    b"Alert-Info: <http://127.0.0.1/x>",
]  # fmt: skip


def _uri(chance: random.Random) -> bytes:
    number = chance.choice(_CALLED)
    written = chance.choice(("sip:{}@127.0.0.1", "sip:{};npdi;rn=+8610@127.0.0.1;user=phone", "tel:{}", "sip:{}@[::1]"))
    return written.format(number).encode()


def main(argv: Sequence[str]) -> int:
    options = _arguments(argv)
    seed = options.seed = torture.new_seed() if options.seed is None else options.seed
    output.say(f"Seed {seed}")
    with instance.fresh(source_bounded=True) as settings:
        people = asyncio.run(_people(settings))
        instance.start(settings)
        began = time.monotonic()
        thousands, flooded = asyncio.run(_drill(settings, people, options, random.Random(seed)))
        result = _result(thousands, flooded, seed, time.monotonic() - began, machine.describe(settings))
    _report(result)
    if not options.keep_nothing:
        machine.keep("sip-fuzz", result)
    output.result(result, as_json=options.json)
    return 0 if result["ok"] else 1


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    made = argparse.ArgumentParser(
        prog="./hujiao drill sip-fuzz", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("--messages", type=int, default=20_000, metavar="N", help="requests in all (20 000)")
    made.add_argument("--rate", type=float, default=150, metavar="N", help="requests a second (150)")
    made.add_argument("--flood-seconds", type=float, default=20, metavar="S", help="length of the flood (20; 0: none)")
    made.add_argument("--flood-rate", type=float, default=200, metavar="N", help="its calls a second (200)")
    made.add_argument("--seed", type=int, metavar="N", help="the same requests as in a run before")
    made.add_argument("--minutes", type=float, default=60, metavar="M", help="no new thousand after so long (60)")
    made.add_argument("--keep-nothing", action="store_true", help="write no file into bench/results")
    made.add_argument("--json", action="store_true", help="one JSON object as the last line")
    options = made.parse_args(argv)
    if not 0 <= options.messages <= 1_000_000:
        raise Problem("--messages takes 0 to 1 000 000.")
    if not (1 <= options.rate <= 2000 and 1 <= options.flood_rate <= 2000):
        raise Problem("--rate and --flood-rate take 1 to 2 000 requests a second.")
    if not 0 <= options.flood_seconds <= 600:
        raise Problem("--flood-seconds takes 0 to 600.")
    return options


async def _people(settings: Settings) -> company.Company:
    """The company, and the operator's trunk to which the requests seem to belong."""
    people = await company.make(settings, _AGENTS)
    database = Database(make_engine(settings.database_url, pool_size=1))
    operator = new_id()
    row = {"id": new_id(), "tenant_id": operator, "name": "Fuzz", "kind": "address", "host": TRUNK, "match": [TRUNK]}
    try:
        async with database.tenant(operator) as session:
            named = {"slug": "operator", "name": "Operator", "time_zone": "UTC", "language": "en"}
            session.add(Tenant(id=operator, kind="operator", shard=0, **named))
            await session.flush()
            await session.execute(insert(Trunk).values(**row, codecs=["alaw", "ulaw"], max_channels=_CHANNELS))
    finally:
        await database.close()
    return people


@asynccontextmanager
async def _sources(settings: Settings) -> AsyncIterator[list[Source]]:
    port, url = settings.sip_port, f"ws://127.0.0.1:{settings.asterisk_http_port}/ws"
    sources = [
        Source("trunk, UDP", lambda: sip.udp(port, TRUNK)),
        Source("trunk, TCP", lambda: sip.tcp(port, TRUNK)),
        Source("stranger, UDP", lambda: sip.udp(port, STRANGER)),
        Source("stranger, TCP", lambda: sip.tcp(port, STRANGER)),
        Source("WebSocket", lambda: sip.websocket(url)),
    ]
    try:
        yield sources
    finally:
        for source in sources:
            await source.close()


async def _drill(
    settings: Settings, people: company.Company, options: argparse.Namespace, chance: random.Random
) -> tuple[list[Thousand], flood.Flood | None]:
    thousands: list[Thousand] = []
    ends = time.monotonic() + options.minutes * 60
    left = options.messages
    async with stage.scene(settings, people) as scene, _sources(settings) as sources:
        known = await _restarts(settings)
        while left and time.monotonic() < ends:
            done = await _thousand(scene, sources, chance, min(BATCH, left), options.rate)
            left -= done.sent
            now = await _restarts(settings)
            ours = next((name for name in sorted(now - known) if name.startswith("runtime")), "")
            done.crashed = sorted((now - known - Counter({ours: 1})).elements())
            known = now
            thousands.append(done)
            took = "never" if done.takeover_seconds is None else f"{done.takeover_seconds:.2f} s"
            output.say(
                f"  {len(thousands):3d}  sent {done.sent}  take-over {took}  "
                f"control call {'heard' if done.control_heard else 'answered' if done.control_answered else 'failed'}"
                + (f"  crashed: {', '.join(done.crashed)}" if done.crashed else "")
            )
            for name, why in (await _reasons(settings)).items():
                if name in done.crashed:
                    output.say(f"{name} {why}\n{_kept(options.seed, len(thousands))}")
        if not options.flood_seconds:
            return thousands, None
        await stage.until(lambda: _all_run(settings), "the runtime of the last thousand is back")
        await scene.ready()
        how = {"seconds": options.flood_seconds, "rate": options.flood_rate}
        return thousands, await flood.flood(scene, TRUNK, **how)


async def _all_run(settings: Settings) -> bool:
    state = await asyncio.to_thread(control.ask, settings.run, {"op": "state"})
    return state is not None and all(part["state"] == "running" for part in state["parts"])


def _kept(seed: int | None, thousand: int) -> str:
    """The requests until now in a file, by which whoever looks for the cause can try them again."""
    file = Path(tempfile.gettempdir()) / f"hujiao-sip-fuzz-{seed}-{thousand}.txt"
    file.write_text("\n".join(SENT))
    return f"The last requests are in {file}"


async def _reasons(settings: Settings) -> dict[str, str]:
    """How each part ended the last time."""
    state = await asyncio.to_thread(control.ask, settings.run, {"op": "state"})
    return {part["name"]: part["reason"] for part in state["parts"]} if state else {}


async def _restarts(settings: Settings) -> Counter[str]:
    """How often each part was started again."""
    state = await asyncio.to_thread(control.ask, settings.run, {"op": "state"})
    if state is None:
        raise Problem("The supervisor has ended in the middle of the drill.")
    return Counter({part["name"]: part["restarts"] for part in state["parts"]})


async def _thousand(scene: Scene, sources: list[Source], chance: random.Random, count: int, rate: float) -> Thousand:
    done = Thousand(count)
    for source in sources[:2]:
        await source.begin_call()
    await _send(sources, chance, count - count // 10, rate)
    await stage.until(lambda: _all_run(scene.settings), "the runtime of the last thousand is back")
    killed_at = await scene.kill_runtime()
    sending = asyncio.create_task(_send(sources, chance, count // 10, rate))
    with suppress(TimeoutError):
        done.takeover_seconds = round(await scene.ready() - killed_at, 3)
    await sending
    for source in sources[:2]:
        await source.end_call()
    await _control_call(scene, done)
    return done


async def _send(sources: list[Source], chance: random.Random, count: int, rate: float) -> None:
    began = time.monotonic()
    for number in range(count):
        await chance.choice(sources).send(chance)
        await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))


async def _control_call(scene: Scene, done: Thousand) -> None:
    probe = await scene.probe()
    with suppress(TimeoutError):
        async with asyncio.timeout(_ANSWER_SECONDS):
            await probe.call.answered.wait()
        done.control_answered = True
        await asyncio.sleep(_LISTEN_SECONDS)
    await probe.call.hang_up()
    with suppress(TimeoutError):
        done.control_heard = await probe.waited() is not None


def _result(
    thousands: list[Thousand], flooded: flood.Flood | None, seed: int, seconds: float, described: dict[str, Any]
) -> dict[str, Any]:
    times = [done.takeover_seconds for done in thousands]
    late = sum(taken is None or taken > GOAL_SECONDS for taken in times)
    unserved = sum(not (done.control_answered and done.control_heard) for done in thousands)
    crashes = sum(len(done.crashed) for done in thousands)
    return {
        "ok": not (late or unserved or crashes) and (flooded is None or flooded.ok()),
        "sent": sum(done.sent for done in thousands),
        "control_calls": len(thousands),
        "failed_control_calls": unserved,
        "takeovers": len(thousands),
        "failed_takeovers": late,
        "crashes": crashes,
        "takeover_seconds_max": max((taken for taken in times if taken is not None), default=None),
        "goal_seconds": GOAL_SECONDS,
        "seed": seed,
        "seconds": round(seconds),
        "flood": asdict(flooded) | {"ok": flooded.ok()} if flooded else None,
        "each": [asdict(done) for done in thousands],
        "machine": described,
    }


def _report(result: dict[str, Any]) -> None:
    names = ("sent", "control_calls", "failed_control_calls", "takeovers", "failed_takeovers", "crashes")
    rows = [[name, str(result[name])] for name in (*names, "takeover_seconds_max")]
    rows += [[f"flood: {name}", str(value)] for name, value in (result["flood"] or {}).items()]
    output.say("\n" + output.table([["", ""], *rows]))


if __name__ == "__main__":
    from drills import run

    sys.exit(run(main))
