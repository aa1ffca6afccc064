"""The heartbeat watch: callers whose runtime is gone for good leave it for the node's fallback.

A runtime renews `HUJIAO_BEAT_<shard>` (epoch seconds) over ARI. While it is silent:
- new calls go to the fallback at once, the dialplan sees to that; so do calls that came in just before and were never
  answered: nobody would ever have told them anything;
- callers in a menu or a queue keep their place for `grace` seconds, because a runtime that returns finds them again in
  their order; only then do they hear the fallback;
- conversations in a bridge go on untouched.

A channel that Asterisk cannot describe to anybody is hung up: nobody can serve it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec
import structlog

from hujiao.asterisk import channels, console, transports
from hujiao.asterisk.node.voice_ports import VoicePorts
from hujiao.asterisk.rest import AriError, Rest
from hujiao.kit.faults import Faults, reason_of
from hujiao.kit.settings import Settings

log = structlog.get_logger()

SILENT_AFTER = 3.0  # the dialplan's figure, too
_EVERY = 1.0
_SELDOM = 10  # looks


@dataclass(slots=True)
class Shard:
    beat: float
    silent: bool = False


@dataclass(slots=True)
class Seen:
    """What the watch last found, for the node's health."""

    asterisk: bool = False
    sip: bool = True
    round_trip_ms: float | None = None
    silent_shards: list[int] = field(default_factory=list)
    moved_to_fallback: int = 0
    unreadable: int = 0  # channels hung up


class Watch:
    def __init__(self, settings: Settings, rest: Rest, faults: Faults, *, grace: float) -> None:
        self._rest = rest
        self._faults = faults
        self._looked_at = time.monotonic()
        self._control = console.socket_path(settings)
        self._sip_port = settings.sip_port
        self._tls = settings.sip_tls_port is not None
        self._grace = grace
        self._looks = 0
        self._applications = {shard: settings.stasis_application(shard) for shard in range(settings.shards)}
        # A shard that never beat counts from now: its runtime may just be starting.
        self._shards = {shard: Shard(time.time()) for shard in self._applications}
        self.ports = VoicePorts(settings.rtp_start, settings.rtp_end)
        self.seen = Seen()

    def seconds(self) -> float:
        """How long ago it last came round."""
        return round(time.monotonic() - self._looked_at, 3)

    async def run(self) -> None:
        while True:
            try:
                await self._look()
                self._looked_at = time.monotonic()
            except (OSError, TimeoutError, AriError) as error:
                if self.seen.asterisk:
                    log.warning("asterisk_away", error=str(error))
                self.seen.asterisk, self.seen.round_trip_ms = False, None
            await asyncio.sleep(_EVERY)

    async def _look(self) -> None:
        start = time.perf_counter()
        beats = await asyncio.gather(*(self._beat(shard) for shard in self._shards))
        self.seen.round_trip_ms = round((time.perf_counter() - start) * 1000, 2)
        self.seen.asterisk = True
        if self._looks % _SELDOM == 0:
            await self._look_at_sip()
            self.ports.look(len(await self._channels(*self._shards)), time.monotonic())
        self._looks += 1
        now = time.time()
        for shard, beat in zip(self._shards, beats, strict=True):
            try:
                await self._judge(shard, beat, now)
            except (AriError, msgspec.MsgspecError) as error:  # Asterisk answers, but not to what is asked about it
                about = f"callers of shard {shard}"
                self._faults.met(about, None, about=about, reason=reason_of(error))
        self.seen.silent_shards = [number for number, shard in self._shards.items() if shard.silent]

    async def _look_at_sip(self) -> None:
        """A port that another program held when Asterisk started is tried again until it is free."""
        try:
            closed = await transports.closed(self._control, tls=self._tls)
        except ValueError:  # it ends, and has unloaded the command already
            return
        if closed and self.seen.sip:
            log.error("sip_port_taken", port=self._sip_port, transports=closed)
        elif not closed and not self.seen.sip:
            log.info("sip_port_open", port=self._sip_port)
        self.seen.sip = not closed
        if closed:
            await console.run(self._control, console.RELOAD_PJSIP)

    async def _judge(self, number: int, beat: float, now: float) -> None:
        shard = self._shards[number]
        shard.beat = max(shard.beat, beat)
        age = now - shard.beat
        if (age > SILENT_AFTER) != shard.silent:
            shard.silent = not shard.silent
            log.info("runtime_silent" if shard.silent else "runtime_back", shard=number)
        if shard.silent:
            await self._relieve(number, everybody=age > self._grace)

    async def _beat(self, shard: int) -> float:
        try:
            answer = await self._rest.get("asterisk/variable", variable=f"HUJIAO_BEAT_{shard}")
            return float(answer["value"] or 0)
        except ValueError:
            return 0.0

    async def _relieve(self, shard: int, *, everybody: bool) -> None:
        found = await self._channels(shard)
        bridges = await self._rest.get("bridges")
        talking = {channel for bridge in bridges for channel in bridge["channels"]}
        for channel in to_relieve(found, talking, self._applications[shard], everybody=everybody):
            try:
                await self._to_fallback(channel)
            except AriError as error:
                if error.status not in (404, 409):  # it hung up, or left by itself
                    raise
            else:
                self.seen.moved_to_fallback += 1
                log.info("caller_to_fallback", shard=shard, channel=channel)

    async def _channels(self, *shards: int) -> list[dict[str, Any]]:
        """Returns the channels; those of these shards at least. One that cannot be read is hung up."""
        own: set[str] = set()
        for shard in shards:
            own.update(await self._own(self._applications[shard]))
        found = await channels.read(self._ask, own)
        for channel in found.unreadable:
            log.error("channel_unreadable", channel=channel)
            self.seen.unreadable += 1
            await self._quietly("DELETE", f"channels/{channel}")
        return found.readable

    async def _own(self, application: str) -> list[str]:
        status, found = await self._ask(f"applications/{application}")
        return list(found["channel_ids"]) if status == 200 else []  # 404: no runtime has connected yet

    async def _ask(self, resource: str) -> tuple[int, Any]:
        try:
            return 200, await self._rest.get(resource)
        except AriError as error:
            return error.status, None

    async def _quietly(self, method: str, path: str) -> None:
        """Ask for something of a channel that may just have ended, or left."""
        try:
            await self._rest.request(method, path)
        except AriError as error:
            if error.status not in (404, 409):
                raise

    async def _to_fallback(self, channel: str) -> None:
        await self._quietly("DELETE", f"channels/{channel}/moh")
        await self._rest.post(f"channels/{channel}/continue", context="fallback", extension="s", priority=1)


def to_relieve(
    channels: Iterable[dict[str, Any]], talking: Collection[str], application: str, *, everybody: bool
) -> list[str]:
    """The callers of this application who are in no conversation; only the unanswered ones unless `everybody`."""
    found = []
    for channel in channels:
        dialplan = channel["dialplan"]
        mine = dialplan["app_name"] == "Stasis" and dialplan["app_data"].split(",")[:2] == [application, "inbound"]
        if mine and channel["id"] not in talking and (everybody or channel["state"] != "Up"):
            found.append(channel["id"])
    return found
