"""Callers whose packets are odd: served or refused, and nobody else notices."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from bench.instance import pids
from drills import sip
from drills.sip import Dialog, Wire
from hujiao.asterisk import rest
from hujiao.asterisk.testphone.config import CALLERS_ADDRESS
from hujiao.embedded import preload
from tests.sip.conftest import Build
from tests.sip.ledger import PATIENCE, Row, kinds, the
from tests.sip.running import UNCHECKED_ADDRESS, Running
from tests.sip.test_faults import runtime_of, runtime_serves, whole_again
from tests.sip.test_trunks import trunk
from tests.sip.world import World

__all__ = ["whole_again"]


@pytest.fixture
async def caller(running: Running) -> AsyncIterator[Wire]:
    async with sip.udp(running.settings.sip_port, CALLERS_ADDRESS) as wire:
        yield wire


def uri(user: str) -> bytes:
    return f"sip:{user}@127.0.0.1".encode()


async def served(world: World, dialog: Dialog, number: str, *fields: bytes) -> dict[str, str]:
    """Call, and say what the ledger knows of the call; it is over then."""
    await dialog.invite(*fields)
    rows = await world.ledger.has("queue.entered", number)
    await dialog.hang_up()
    await world.ledger.ended(number)
    facts: dict[str, str] = the(rows, "interaction.started").data
    return facts


async def came(world: World) -> list[Row]:
    """The calls that hujiao heard of."""
    return [row for row in await world.ledger.rows() if row.kind == "interaction.started"]


async def status(dialog: Dialog, *fields: bytes) -> int:
    async with asyncio.timeout(PATIENCE):
        return await dialog.ask(b"INVITE", *fields)


async def test_a_called_number_is_found_whatever_is_written_around_it(caller: Wire, build: Build) -> None:
    world = await build(agents=0, straight=True)
    number = world.number
    written = [
        f"sip:{number};phone-context=+86@127.0.0.1",
        f"sip:{number};npdi;rn=+8613800@127.0.0.1;user=phone",
        f"sip:{number};cpc=ordinary;oli=00@127.0.0.1",
        f"sip:{number[:2]}-{number[2:4]}.({number[4:]})@127.0.0.1",
        f"sip:({number[:3]})%20{number[3:]}@127.0.0.1",
        f"tel:{number};phone-context=+86",
        f"tel:{number[:4]}-{number[4:]};npdi",
    ]

    async def one(place: int, text: str) -> None:
        number_of_caller = f"1391{place}{secrets.randbelow(10**6):06d}"
        sender = f"<sip:{number_of_caller};phone-context=+86@127.0.0.1>".encode()
        facts = await served(world, Dialog(caller, text.encode(), sender), number_of_caller)
        assert facts["called"] == number, text

    await asyncio.gather(*(one(place, text) for place, text in enumerate(written)))


async def test_a_called_number_that_is_none_means_nothing_to_the_dialplan(caller: Wire, build: Build) -> None:
    """None of these is in the context, or a command; the last is too long for any number."""
    world = await build(agents=0, straight=True)
    n = world.number
    users = [
        f"{n},look",
        f"{n}%2Clook",
        f"{n},1",
        f"{n}$%7BEPOCH%7D",
        f"{n}$%5B1%5D",
        f"{n}%22",
        f"{n}'",
        f"{n}&",
        f"{n}%7C1",
    ]
    users += [f"{n}%5C", f"{n}=1", f"{n}/1", f"{n}%5B", f"{n}%7D", f"({n}%29,n(look)", f"{n}%0D%0A", f"{n}%7F"]
    users += [f"{n}%FF", f"{n}%C3", f"{n}%ED%A0%80", f"{n}%01", n + "0" * 60, n + "0" * 3000]

    async def one(user: str) -> None:
        assert await status(Dialog(caller, uri(user))) == 404, user

    await asyncio.gather(*(one(user) for user in users))
    assert not await came(world)


@pytest.mark.parametrize("where", ["callers", "trunk"])
async def test_a_call_id_that_is_no_text_is_refused_before_anybody_hears_of_it(
    running: Running, build: Build, where: str
) -> None:
    world = await build(agents=0, straight=True)
    address = {"callers": CALLERS_ADDRESS, "trunk": "127.0.0.22"}[where]
    async with AsyncExitStack() as stack:
        if where == "trunk":
            how = {"host": address, "match": [address], "codecs": ["alaw"]}
            await stack.enter_async_context(trunk(running, kind="address", **how))
        wire = await stack.enter_async_context(sip.udp(running.settings.sip_port, address))
        for poison in (b"\xe9", b"\xff\xfe", b"\xed\xa0\x80", b"\x01", b"\xc0\x80"):
            call_id = secrets.token_hex(4).encode() + poison + b"z"
            assert await status(Dialog(wire, uri(world.number), call_id=call_id)) == 400
    assert not await came(world)


async def test_what_a_caller_says_of_itself_is_kept_as_text(caller: Wire, build: Build) -> None:
    world = await build(agents=0, straight=True)
    said: list[tuple[bytes, tuple[bytes, ...]]] = [
        (b'"J\xe9r\xf4me" <sip:%s@127.0.0.1>', ()),
        (b'"\xed\xa0\x80" <sip:%s@127.0.0.1>', ()),
        (b'"a\x01\x1b[31mb" <sip:%s@127.0.0.1>', ()),
        (b'"' + b"n" * 3000 + b'" <sip:%s@127.0.0.1>', ()),
        (b"<sip:x@127.0.0.1>", (b'P-Asserted-Identity: "\xe9" <sip:%s@127.0.0.1>',)),
        (b"<sip:%s@127.0.0.1>", (b'Diversion: "\xe9" <sip:%%E9%%FF@x>;reason=unconditional',)),
        (b"<sip:%s@127.0.0.1>", (b'Contact: "\xe9" <sip:%%E9@127.0.0.9>',)),
        (b"<sip:%s@127.0.0.1>", (b"X-Any: \xff\xfe", b"User-Agent: " + b"u" * 4000)),
    ]

    async def one(place: int, sender: bytes, fields: tuple[bytes, ...]) -> None:
        number = f"1392{place}{secrets.randbelow(10**6):06d}"
        filled = [text % number.encode() if b"%s" in text else text.replace(b"%%", b"%") for text in (sender, *fields)]
        dialog = Dialog(caller, uri(world.number), filled[0], to=b'"\xe9" <%s>' % uri(world.number))
        facts = await served(world, dialog, number, *filled[1:])
        assert all(character.isprintable() for character in facts["caller_name"])
        assert len(facts["caller_name"]) <= 80

    await asyncio.gather(*(one(place, *each) for place, each in enumerate(said)))


async def test_a_format_that_is_no_number_is_refused_before_asterisk_reads_it(
    caller: Wire, running: Running, build: Build
) -> None:
    """pjproject reads past the end of its answer for such a one, and all calls may end."""
    world = await build(agents=0, straight=True)
    for written in (b"8$101", b"8x", b"08", b"4294967304", b"0 101 8x", b"101\t08"):
        body = sip.SDP.replace(b"8 101", written)
        async with asyncio.timeout(PATIENCE):
            assert 400 <= await Dialog(caller, uri(world.number)).ask(b"INVITE", body=body) < 500, written
    assert not await came(world)
    number = "13930000001"
    dialog = Dialog(caller, uri(world.number), b"<sip:%s@127.0.0.1>" % number.encode())
    await served(world, dialog, number)  # 8 and 101, and the dialog that goes on has descriptions too
    maps = Path(f"/proc/{pids(running.settings)['asterisk']}/maps").read_text("utf-8")
    assert "sip_guard.so" in maps
    (stack,) = (line for line in maps.splitlines() if line.endswith("[stack]"))
    assert " rw-p " in stack  # the guard brings no stack that can be executed
    (module,) = {line.split()[-1] for line in maps.splitlines() if line.endswith(preload.CALLER)}
    assert preload.GUARDS_NAME in Path(module).read_bytes()  # a report about sound is taken back by way of the guard


@pytest.mark.parametrize("kind", ["dtmf-relay", "dtmf"])
async def test_a_caller_may_offer_last_and_press_keys_by_info(caller: Wire, build: Build, kind: str) -> None:
    world = await build(agents=0)
    number = f"1394{secrets.randbelow(10**7):07d}"
    dialog = Dialog(caller, uri(world.number), b"<sip:%s@127.0.0.1>" % number.encode(), late=True)
    await dialog.invite()
    async with asyncio.timeout(PATIENCE):
        assert await dialog.final() == 200
        await world.ledger.has("flow.node", number, node="menu")
        body = b"1" if kind == "dtmf" else b"Signal=1\r\nDuration=160\r\n"
        assert await dialog.ask(b"INFO", body=body, kind=b"application/" + kind.encode()) == 200
        await world.ledger.has("queue.entered", number)
        assert await dialog.hang_up() == 200
    await world.ledger.ended(number)


async def test_channels_that_asterisk_cannot_describe_cost_themselves_alone(running: Running, build: Build) -> None:
    """They come past what refuses them; and then the runtime dies."""
    world = await build(straight=True, wrap_up_seconds=1, shard=1)
    talk = await world.call()
    await world.ledger.has("agent.connected", talk.caller)
    waiting = await world.call()
    await world.ledger.has("queue.entered", waiting.caller)
    settings = running.settings
    async with (
        sip.udp(settings.sip_port, UNCHECKED_ADDRESS) as wire,
        rest.connect(settings.asterisk_http_port, settings.ari_user, settings.ari_password) as ari,
    ):
        in_shard = [
            Dialog(wire, uri(f"81{world.number}"), call_id=secrets.token_hex(4).encode() + b"\xe9"),
            Dialog(wire, uri(f"81{world.number}%FF")),
            Dialog(wire, uri(f"81{world.number}%ED%A0%80"), call_id=secrets.token_hex(4).encode() + b"\xff"),
        ]
        elsewhere = [
            Dialog(wire, uri("9000"), call_id=secrets.token_hex(4).encode() + b"\xe9"),
            Dialog(wire, uri("9000%FF")),
        ]
        runtime = await runtime_of(world)
        os.kill(runtime, signal.SIGSTOP)
        for dialog in (*in_shard, *elsewhere):
            await dialog.invite()
        await indescribable(ari)
        os.kill(runtime, signal.SIGKILL)
        await runtime_serves(running, world)
        async with asyncio.timeout(PATIENCE):
            for dialog in in_shard:
                await dialog.final()
        await indescribable(ari)  # the others are nobody's, and still there
        later = await world.call()
        await world.ledger.has("queue.entered", later.caller)
        assert not talk.ended.is_set()
        assert not waiting.ended.is_set()
        await talk.hang_up()
        await world.ledger.has("agent.connected", waiting.caller)
        assert "agent.connected" not in kinds(await world.ledger.rows(later.caller))
        for call in (waiting, later):
            await world.ledger.has("agent.connected", call.caller)
            await call.hang_up()
            await world.ledger.ended(call.caller)
        async with asyncio.timeout(PATIENCE):
            assert [await dialog.hang_up() for dialog in elsewhere] == [487, 487]


async def indescribable(ari: rest.Rest) -> None:
    """Wait until Asterisk cannot list its channels."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                await ari.get("channels")
            except rest.AriError as error:
                assert error.status == 500, error
                return
            await asyncio.sleep(0.05)


# ── the browser's socket ─────────────────────────────────────────────────────────────────────────────────────────────


@asynccontextmanager
async def page(world: World) -> AsyncIterator[tuple[aiohttp.ClientWebSocketResponse, str]]:
    """The agent's socket for SIP, as the page opens it, and the agent's SIP user."""
    agent = world.agents[0]
    async with world.working(agent) as client:
        socket = await client.socket("/sip", protocols=["sip"])
        yield socket, agent.robot.user
        await socket.close()


METHODS = (b"INVITE", b"REGISTER", b"MESSAGE", b"SUBSCRIBE", b"OPTIONS", b"PUBLISH", b"REFER", b"INFO", b"NOTIFY")


class _Page(Wire):
    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        super().__init__("WS", "page.invalid", 5060)
        self._socket = socket

    async def send(self, data: bytes) -> None:
        await self._socket.send_str(data.decode())

    async def closes(self) -> int | None:
        """The code it is closed with; what is answered before is read."""
        async for message in self._socket:
            self.received(message.data.encode() if isinstance(message.data, str) else message.data)
        return self._socket.close_code


@pytest.mark.parametrize("name", ["test-phone", "callers", "13800000000", "another agent"])
async def test_an_agents_socket_is_for_no_other_name(build: Build, name: str) -> None:
    world = await build(agents=2, straight=True)
    sender = f"<sip:{world.agents[1].robot.user if name == 'another agent' else name}@hujiao>".encode()
    for method in METHODS:
        async with page(world) as (socket, _), asyncio.timeout(PATIENCE):
            wire = _Page(socket)
            await wire.send(Dialog(wire, uri(world.number), sender).request(method))
            assert await wire.closes() == 1008, method
    assert not await came(world)


async def test_in_its_own_name_an_agents_socket_is_asked_for_the_secret(build: Build) -> None:
    world = await build(agents=1, straight=True)
    async with page(world) as (socket, user):
        wire = _Page(socket)
        listening = asyncio.create_task(wire.closes())
        for method in (b"INVITE", b"REGISTER", b"MESSAGE", b"SUBSCRIBE"):
            for name in (user, "test-phone"):
                proof = (
                    f'Authorization: Digest username="{name}", realm="hujiao", nonce="1/a", uri="sip:x", response="0"'
                )
                fields = [] if name == user else [proof.encode()]
                dialog = Dialog(wire, uri(world.number), f"<sip:{user}@hujiao>".encode())
                async with asyncio.timeout(PATIENCE):
                    assert await dialog.ask(method, *fields) == 401, (method, name)
        assert not listening.done()
        listening.cancel()
    assert not await came(world)


async def test_who_reaches_asterisks_websocket_is_no_trunk_whatever_its_address_is(
    running: Running, build: Build
) -> None:
    """As if the application's check of names were passed; a carrier's switch may be on this machine, too."""
    world = await build(agents=0, straight=True)
    url = f"ws://127.0.0.1:{running.settings.asterisk_http_port}/ws"
    async with sip.websocket(url) as wire:
        for sender in (b"<sip:test-phone@hujiao>", b"<sip:callers@hujiao>", b"<sip:13800000000@hujiao>"):
            assert await status(Dialog(wire, uri(world.number), sender)) == 401
        how = {"host": "127.0.0.1", "match": ["127.0.0.1"], "codecs": ["alaw"]}
        async with trunk(running, kind="address", **how) as trunk_id:
            for sender in (b"<sip:13800000000@hujiao>", f"<sip:trunk-{trunk_id.hex}@hujiao>".encode()):
                assert await status(Dialog(wire, uri(world.number), sender)) == 403
    assert not await came(world)


@pytest.mark.parametrize("name", ["test-phone", "callers", "unchecked"])
async def test_nobody_is_a_line_by_its_name(running: Running, build: Build, name: str) -> None:
    world = await build(agents=0, straight=True)
    async with (
        trunk(running, kind="address", host="127.0.0.23", match=["127.0.0.23"], codecs=["alaw"]) as trunk_id,
        sip.udp(running.settings.sip_port, "127.0.0.99") as wire,
    ):
        for user in (name, f"trunk-{trunk_id.hex}"):
            assert await status(Dialog(wire, uri(world.number), f"<sip:{user}@hujiao>".encode())) == 401
    assert not await came(world)


# ── somebody else's dialog ───────────────────────────────────────────────────────────────────────────────────────────


def replacing(dialog: Dialog) -> bytes:
    """What takes this dialog over."""
    return b"Replaces: %s;to-tag=%s;from-tag=1" % (dialog.call_id, dialog.tag.partition(b"=")[2])


@pytest.mark.parametrize("who", ["the same line", "a trunk", "a stranger"])
async def test_nobody_takes_over_a_dialog(running: Running, build: Build, caller: Wire, who: str) -> None:
    world = await build(agents=0)
    address = {"the same line": CALLERS_ADDRESS, "a trunk": "127.0.0.26", "a stranger": "127.0.0.98"}[who]
    number = f"1395{secrets.randbelow(10**7):07d}"
    call = Dialog(caller, uri(world.number), f"<sip:{number}@127.0.0.1>".encode())
    async with (
        trunk(running, kind="address", host="127.0.0.26", match=["127.0.0.26"], codecs=["alaw"]),
        sip.udp(running.settings.sip_port, address) as wire,
    ):
        await call.invite()
        async with asyncio.timeout(PATIENCE):
            assert await call.final() == 200
            await world.ledger.has("flow.node", number, node="menu")
            for more in ((), (b"Require: replaces",)):
                thief = Dialog(wire, uri(world.number), b"<sip:13960000001@127.0.0.1>")
                await thief.invite(replacing(call), *more)
                assert await thief.final() == 401, "as one whom nobody knows"
            if who != "a stranger":
                own = Dialog(wire, uri(world.number), b"<sip:13960000002@127.0.0.1>")
                await own.invite()
                assert await own.final() == 200
                await own.invite(replacing(call))
                await own.final()  # whatever it is
                assert await own.hang_up() == 200
        assert await still_there(world, number)
        async with asyncio.timeout(PATIENCE):
            assert await call.hang_up() == 200
        rows = await world.ledger.ended(number)
    assert the(rows, "interaction.ended").data["ended_by"] == "customer"


async def still_there(world: World, number: str) -> bool:
    return any(one["caller"] == number for one in await world.interactions())


# ── floods ───────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_trunk_over_its_rate_is_refused_and_another_trunk_is_served(running: Running, build: Build) -> None:
    world = await build(agents=0, straight=True)
    loud, calm = "127.0.0.24", "127.0.0.25"
    async with (
        trunk(running, kind="address", host=loud, match=[loud], codecs=["alaw"], max_channels=40),
        trunk(running, kind="address", host=calm, match=[calm], codecs=["alaw"], max_channels=40),
        sip.udp(running.settings.sip_port, loud) as flooding,
        sip.udp(running.settings.sip_port, calm) as other,
    ):
        calls = [
            Dialog(flooding, uri(world.number), f"<sip:1393{n:07d}@x>".encode()) for n in range(20)
        ]  # fewer than what one address may bring
        for call in calls:
            await call.invite()
        assert (await served(world, Dialog(other, uri(world.number), b"<sip:13940000000@x>"), "13940000000"))["called"]
        async with asyncio.timeout(PATIENCE):
            statuses = Counter([await call.final() for call in calls])
        assert set(statuses) == {200, 503}
        assert statuses[200] <= 40
        for call in calls:
            await flooding.send(call.request(b"BYE"))  # to one that was refused the switch answers 481


async def test_a_flood_from_one_address_costs_no_other_address(running: Running, build: Build, caller: Wire) -> None:
    """What is over the bound is not even read; who sends it again later, as a caller who is well does, is."""
    world = await build(agents=0, straight=True)
    most = running.settings.source_calls_per_second
    async with sip.udp(running.settings.sip_port, "127.0.0.78") as wire:
        flood = [Dialog(wire, uri(world.number)) for _ in range(5 * most)]
        began = time.monotonic()
        for dialog in flood:
            await dialog.invite()
        number = "13940000001"
        await served(world, Dialog(caller, uri(world.number), b"<sip:%s@127.0.0.1>" % number.encode()), number)
        waiting = {asyncio.create_task(dialog.final()) for dialog in flood}
        answered: set[asyncio.Task[int]] = set()
        while len(answered) < most:
            done, waiting = await asyncio.wait(waiting, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
            assert done, "as many as may are answered"
            answered |= done
        assert len(answered) <= most * (2 + time.monotonic() - began)
        for task in waiting:
            task.cancel()
        again = Dialog(wire, uri(world.number))
        async with asyncio.timeout(PATIENCE):
            assert await again.ask(b"INVITE") == 401  # a stranger's, and read
