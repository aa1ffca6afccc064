"""The measurements' own extensions and queues in Asterisk, loaded for as long as they are needed."""

from __future__ import annotations

import asyncio

from bench import answers
from bench.bare_ari import APPLICATION
from bench.company import phone
from hujiao.app.cli import output
from hujiao.asterisk import config, console
from hujiao.asterisk.testphone.config import CALLERS
from hujiao.embedded.problem import Problem
from hujiao.kit.settings import Settings

DIAL, QUEUE, BARE, DIAL_MIXED, DIAL_LANES = "7001", "7002", "7003", "7004", "7005"

_MODULES = ("app_dial", "app_mixmonitor", "func_rand", *answers.MODULES)


def _extensions(agents: int) -> str:
    """Answer's `i`: at once; it waits half a second for media otherwise, and these callers send none.

    MixMonitor writes one file with both voices, or a file for each.
    """
    return f"""[from-trunk](+)
exten => {DIAL_MIXED},1,MixMonitor(${{UNIQUEID}}.wav,b)
 same => n,Goto({DIAL},1)
exten => {DIAL_LANES},1,MixMonitor(,br(${{UNIQUEID}}-in.wav)t(${{UNIQUEID}}-out.wav))
 same => n,Goto({DIAL},1)
exten => {DIAL},1,Dial(PJSIP/bench${{RAND(1000,{999 + agents})}},20)
exten => {QUEUE},1,Answer(,i)
 same => n,Queue(bench)
exten => {BARE},1,Stasis({APPLICATION},inbound)
"""


def _queue(members: int) -> str:
    lines = "\n".join(f"member => PJSIP/member{number}" for number in range(members))
    return f"""[general]
persistentmembers = no
autofill = yes

[bench]
strategy = rrmemory
timeout = 20
retry = 1
wrapuptime = 0
ringinuse = yes
joinempty = yes
{lines}
"""


def _members(members: int, port: int) -> str:
    """Endpoints in a file: Queue() rings only whom it knows a state of, and a row has none."""
    return "\n".join(
        f"""[member{number}]
type = endpoint
context = agents
disallow = all
allow = alaw,ulaw,g722,opus
direct_media = no
rtp_symmetric = yes
aors = member{number}

[member{number}]
type = aor
contact = sip:{phone(number)}@127.0.0.1:{port}
"""
        for number in range(members)
    )


async def prepare(settings: Settings, agents: int) -> None:
    for name, text in answers.FILES.items():
        config.replace(settings.asterisk_etc / name, text)
    answers.folder(settings).mkdir(exist_ok=True)
    config.replace(settings.asterisk_etc / "extensions_custom.conf", _extensions(agents))
    for module in _MODULES:
        await _console(settings, f"module load {module}.so")
    await _console(settings, "module reload cel")
    await _console(settings, "dialplan reload")


async def queue(settings: Settings, members: int, port: int) -> None:
    """A queue with so many members; none at all with 0, so that it costs the other arms nothing."""
    config.replace(settings.asterisk_etc / "pjsip_custom.conf", CALLERS + _members(members, port))
    if not members:
        await _console(settings, "module unload app_queue.so")
    await _console(settings, "module reload res_pjsip.so")
    if members:
        config.replace(settings.asterisk_etc / "queues.conf", _queue(members))
        await _console(settings, "module load app_queue.so")


async def channels(settings: Settings) -> int:
    text = await _console(settings, "core show channels count")
    return int(text.split()[0])


async def quiet(settings: Settings) -> None:
    """Until no channel is left: a step must not pay for the one before."""
    for _ in range(150):
        if await channels(settings) == 0:
            return
        await asyncio.sleep(0.2)
    left = await channels(settings)
    output.say(await show_channels(settings))
    raise Problem(f"Calls do not end: Asterisk still has {left} channels 30 s after the last caller hung up.")


async def show_channels(settings: Settings) -> str:
    return await _console(settings, "core show channels concise")


async def _console(settings: Settings, command: str) -> str:
    return await console.run(console.socket_path(settings), command, timeout=60)
