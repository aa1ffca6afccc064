"""The measurements' own extensions and queues in Asterisk, loaded for as long as they are needed."""

from __future__ import annotations

from bench import answers
from bench.bare_ari import APPLICATION
from bench.company import phone
from hujiao.asterisk import config, console
from hujiao.kit.settings import Settings

DIAL, QUEUE, BARE = "7001", "7002", "7003"

_MODULES = ("app_dial", "func_rand", *answers.MODULES)


def _extensions(agents: int) -> str:
    return f"""[from-trunk](+)
exten => {DIAL},1,Dial(PJSIP/bench${{RAND(1000,{999 + agents})}},20)
exten => {QUEUE},1,Answer()
 same => n,Queue(bench)
exten => {BARE},1,Stasis({APPLICATION},inbound)
"""


def _queue(members: int) -> str:
    lines = "\n".join(f"member => PJSIP/{phone(number)}" for number in range(members))
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


async def prepare(settings: Settings, agents: int) -> None:
    for name, text in answers.FILES.items():
        config.replace(settings.asterisk_etc / name, text)
    answers.folder(settings).mkdir(exist_ok=True)
    config.replace(settings.asterisk_etc / "extensions_custom.conf", _extensions(agents))
    for module in _MODULES:
        await _console(settings, f"module load {module}.so")
    await _console(settings, "module reload cel")
    await _console(settings, "dialplan reload")


async def queue(settings: Settings, members: int) -> None:
    """A queue with so many members; none at all with 0, so that it costs the other arms nothing."""
    if members:
        config.replace(settings.asterisk_etc / "queues.conf", _queue(members))
        await _console(settings, "module load app_queue.so")
    else:
        await _console(settings, "module unload app_queue.so")


async def channels(settings: Settings) -> int:
    text = await _console(settings, "core show channels count")
    return int(text.split()[0])


async def show_channels(settings: Settings) -> str:
    return await _console(settings, "core show channels concise")


async def _console(settings: Settings, command: str) -> str:
    return await console.run(console.socket_path(settings), command, timeout=60)
