"""A shard: the tenants of one lease, and the one connection to Asterisk that carries their events.

Taking a shard over is: get the lease, load what is committed, connect under the shard's application name, compare with
what the switch has. Losing any of these stops all commands at once.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Literal, Protocol
from uuid import UUID

import aiohttp
import msgspec
import structlog

from hujiao.app.runtime.admission import Admission
from hujiao.app.runtime.lease import FAILURES
from hujiao.app.runtime.mailbox import Mailbox
from hujiao.app.runtime.routes import Routes
from hujiao.asterisk import decode, perform, reconcile
from hujiao.asterisk.client import Answer, AriSocket, uri
from hujiao.asterisk.perform import Performer
from hujiao.asterisk.trunks import asked_name, endpoint_name
from hujiao.calls import contracts as calls
from hujiao.calls.lines import WayOut
from hujiao.calls.withheld import sealed
from hujiao.interactions.contracts import Resumed
from hujiao.kit.clock import utc_now
from hujiao.kit.faults import Faults, reason_of
from hujiao.kit.settings import Settings
from hujiao.kit.tasks import Tasks, first_of

log = structlog.get_logger()

Stage = Literal["loading", "connecting", "reconciling", "ready", "handing over"]

BEAT_SECONDS = 1.0
# An orderly hand-over may take so much longer than a beat is young.
HAND_OVER_SECONDS = 5.0
# A loop that slept longer than this was frozen: callers may have been moved while it was.
FROZEN_SECONDS = 3.0
RETRY_SECONDS = 0.5
REPLACED = "ApplicationReplaced"
OUT_OF_ORDER_CAUSE = 27  # Q.850: destination out of order
# Who asked for the end inside Asterisk, in its own figures: 1 is the channel itself, without sound for too long.
_SOFT_CAUSES = {1: 44}
# What Asterisk answers to who asks where the sound of such a channel goes.
_WITHOUT_SOUND = (404, 500)
# Q.850: what lies with the trunk or its carrier, not with the number: out of order, congestion, no resource.
_NEXT_TRUNK = frozenset({27, 34, 38, 41, 42, 47, 102})
NO_SOUND_CAUSE = 58  # Q.850: bearer capability not presently available
INTERWORKING_CAUSE = 127  # Q.850: unspecified; Asterisk's own end of a call whose answer says nothing of media
NO_SERVICE_CAUSE = 34  # Q.850: no circuit available, as the node's fallback: a carrier may try elsewhere
REJECTED_CAUSE = 21  # Q.850: call rejected
# Asterisk tells of a REFER before it is ready for the answer, and would end by one that comes at once.
REFER_SECONDS = 0.2
# Why a phone's own call is refused, as Q.850 says it; any other reason is REJECTED_CAUSE.
_CAUSES = {
    "you_have_a_call": 17,
    "not_possible_in_this_state": 17,
    "target_busy": 17,
    "target_has_the_call": 17,
    "target_not_ready": 20,
    "target_signed_out": 20,
    "too_many_calls": NO_SERVICE_CAUSE,
    "too_many_parties": NO_SERVICE_CAUSE,
    "not_a_number_to_call": 28,
}


def name_of(number: int) -> str:
    """What faults are written down under."""
    return f"shard {number}"


class Host(Protocol):
    """What a shard needs of the runtime that holds it."""

    settings: Settings
    performer: Performer
    faults: Faults
    routes: Routes

    async def load(self, shard: Shard) -> None: ...
    async def serve(self, shard: Shard) -> list[Callable[[], Awaitable[None]]]: ...
    async def holds(self, shard: Shard) -> bool: ...
    def lose(self, shard: Shard, why: str) -> None: ...
    def post(self, mailbox: Mailbox, event: Any) -> None: ...
    def resume(self, mailbox: Mailbox, found: Resumed) -> None: ...
    def wake(self) -> None: ...
    async def flush(self) -> None: ...
    def operators_prompts(self, name: str) -> list[str]: ...
    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]: ...


class Shard:
    """`out` are its tenants that are being read anew, `aside` those of them that could not be, or crash again and
    again: their callers hear the fallback.

    `held_until` is the moment (of the monotonic clock) after which another may hold the lease: no command is sent
    later than that until the lease has been renewed.
    """

    def __init__(self, runtime: Host, number: int, fence: int, held_until: float) -> None:
        self.runtime = runtime
        self.number = number
        self.fence = fence
        self.held_until = held_until
        self.name = name_of(number)
        self.application = f"hujiao-{runtime.settings.instance}-{number}"
        self.mailboxes: dict[UUID, Mailbox] = {}
        self.owner_of_leg: dict[str, Mailbox] = {}
        self.task: asyncio.Task[None] | None = None
        self.loaded = asyncio.Event()
        self.lost = False
        self.ready = False
        self.compared = asyncio.Event()
        self.paused = False
        self._put_off: list[tuple[Mailbox, Any]] = []
        self._unanswered = 0
        self._settled = asyncio.Event()
        self._settled.set()
        self._compared_at = 0.0
        self.out: set[UUID] = set()
        self.aside: set[UUID] = set()
        self._refused: set[str] = set()
        self._held_back: list[str] = []
        self._causes: dict[str, int] = {}
        self._ended_for: dict[str, int] = {}
        self._unheard: set[str] = set()  # answered, and not known to have sound that both understand
        self._asked: set[str] = set()  # legs whose phones have sent them on, a moment ago
        self._other_ways: dict[str, Callable[[], None]] = {}  # of calls out that have not rung yet
        self._comparing = Tasks()
        self._reconciling = asyncio.Lock()
        self.stage: Stage = "loading"
        self.since = utc_now()
        self.reason = ""  # of its last failure, until it is ready
        settings = runtime.settings
        self._admission = Admission(settings.tenant_calls_per_second)
        self.socket = AriSocket(
            f"http://127.0.0.1:{settings.asterisk_http_port}",
            settings.ari_user,
            settings.ari_password,
            self.application,
            self._received,
        )

    def add(self, mailbox: Mailbox) -> None:
        self.mailboxes[mailbox.tenant_id] = mailbox
        self.out.discard(mailbox.tenant_id)
        self.aside.discard(mailbox.tenant_id)
        for leg in mailbox.engine.legs:
            self.owner_of_leg[leg] = mailbox

    def remove(self, mailbox: Mailbox) -> None:
        """Callers of this tenant who arrive before it is back are found in the switch then."""
        del self.mailboxes[mailbox.tenant_id]
        self.out.add(mailbox.tenant_id)
        self.owner_of_leg = {leg: owner for leg, owner in self.owner_of_leg.items() if owner is not mailbox}

    def set_aside(self, mailbox: Mailbox) -> None:
        """Nobody serves its callers for a while: who is in a flow hears the fallback; who waits or talks stays."""
        self.aside.add(mailbox.tenant_id)
        for record in mailbox.engine.live.values():
            state = record.interaction
            if state.state == "flow" and state.customer_leg:
                self._refuse(state.customer_leg, NO_SERVICE_CAUSE, "fallback")

    # ── the lease ────────────────────────────────────────────────────────────────────────────────────────────────────

    def renewed(self, until: float) -> None:
        lapsed = time.monotonic() > self.held_until
        self.held_until = until
        if lapsed and self.ready:  # commands may have been withheld
            self._compare("the lease had run out")

    @property
    def ours(self) -> bool:
        """Whether the lease is ours, by the clock; a process that stood still may not know yet that it lost it."""
        return not self.lost and time.monotonic() <= self.held_until

    def put_off(self, mailbox: Mailbox, event: Any) -> bool:
        """Whether the event has to wait, until it is known what the switch has: it might add to it."""
        if self.compared.is_set():
            return False
        self._put_off.append((mailbox, event))
        return True

    def pause(self) -> None:
        """Take up nothing more: another will. Who calls meanwhile waits for it, and hears no fallback."""
        self._beat_once(HAND_OVER_SECONDS)
        self.paused = True
        self.ready = False
        self._enter("handing over")

    async def settled(self) -> None:
        """Until the switch has answered every command, or its time is over."""
        await self._settled.wait()

    def at_work(self) -> tuple[int, int]:
        """How many callers a hand-over would disturb (in menus, being offered), and how many there are."""
        states = [record.interaction.state for m in self.mailboxes.values() for record in m.engine.live.values()]
        return sum(state in ("flow", "offered") for state in states), len(states)

    # ── connection ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def run(self, session: aiohttp.ClientSession) -> None:
        """Until it is lost."""
        await first_of(self._serve(session), self._beat())

    async def _serve(self, session: aiohttp.ClientSession) -> None:
        """Load what is committed, then keep the event connection; after each connect, compare with the switch."""
        serving: list[Callable[[], Awaitable[None]]] = []
        try:
            await self.runtime.load(self)
            self.loaded.set()
            serving += await self.runtime.serve(self)
            while not self.lost:
                self.ready = False
                self._enter("connecting")
                self._held_back.clear()
                try:
                    await self.socket.run(session, self._connected)
                except (aiohttp.ClientError, OSError, TimeoutError) as error:
                    log.info("ari_away", shard=self.number, reason=self.failed(error))
                await self._comparing.stop()
                await asyncio.sleep(0.3)
        finally:
            self.loaded.set()
            self.compared.set()
            await self._comparing.stop()
            for stop in serving:
                with suppress(Exception):  # the connection to the bus may be gone
                    await stop()

    def _connected(self) -> None:
        self.runtime.performer.connected(self.application)
        self._compare("connected")

    def _enter(self, stage: Stage) -> None:
        if stage != self.stage:
            self.stage, self.since = stage, utc_now()

    def state(self) -> dict[str, Any]:
        """How far its take-over is, for health."""
        seconds = round((utc_now() - self.since).total_seconds(), 3)
        return {"shard": self.number, "stage": self.stage, "seconds": seconds, "reason": self.reason}

    def failed(self, error: Exception) -> str:
        """Keep the reason for whoever asks how the shard is; returns it."""
        self.reason = reason_of(error)
        return self.reason

    def _compare(self, why: str) -> None:
        self.ready = False  # from now on events wait
        self._comparing.spawn(self._until_compared(why))

    async def _until_compared(self, why: str) -> None:
        while not self.lost:
            try:
                await self.reconcile(why)
            except Exception as error:
                log.exception("reconcile_failed", shard=self.number, why=why)
                pause = self.runtime.faults.met(self.name, None, about=self.name, reason=self.failed(error))
                await asyncio.sleep(max(RETRY_SECONDS, pause))
            else:
                return

    async def reconcile(self, why: str, *, only: Mailbox | None = None) -> None:
        """Hold events back, read the switch, bring the machines in line, then go on with the events in order.

        `only` spares the callers of the other tenants, who lost nothing; if that fails, all are compared.
        """
        try:
            await self._reconcile(why, only)
        except Exception:
            if only is None:
                raise
            log.exception("reconcile_failed", shard=self.number, why=why, tenant_id=str(only.tenant_id))
            self._compare(f"{why}, which failed")

    async def _reconcile(self, why: str, only: Mailbox | None) -> None:
        wanted_at = time.monotonic()
        async with self._reconciling:
            if only is None and self._compared_at > wanted_at:
                return
            self.ready = False
            self._enter("reconciling")
            self.compared.clear()
            await self.runtime.flush()
            await self.settled()  # or legs that are just being made would be missed in what is read now
            level = logging.INFO  # an Asterisk that goes away is no news: the connection ends before the second try
            while not self.lost:
                try:
                    if not await self.runtime.holds(self):
                        return
                    await reconcile.choose_events(self.socket)
                    messages = [name for mailbox in self.mailboxes.values() for name in mailbox.engine.messages()]
                    switch = await reconcile.read(self.socket, self.owner_of_leg, messages)
                    break
                except FAILURES as error:
                    log.log(level, "switch_unreadable", shard=self.number, reason=self.failed(error))
                    level = logging.ERROR
                    await asyncio.sleep(RETRY_SECONDS)
            if self.lost or self.paused:
                return
            for leg in switch.unreadable:
                log.error("channel_unreadable", shard=self.number, channel=leg)
                self.socket.send("DELETE", f"channels/{leg}", until=self.held_until)
            known = set(self.owner_of_leg)
            found = Resumed(switch.legs, switch.since, switch.up, switch.recording, switch.recorded)
            for mailbox in [only] if only else list(self.mailboxes.values()):
                self.runtime.resume(mailbox, found)
            self.compared.set()
            put_off, self._put_off = self._put_off, []
            for mailbox, event in put_off:
                self.runtime.post(mailbox, event)
            self.runtime.wake()
            await self.runtime.flush()
            for arrival in switch.arrived:
                if arrival.leg_id not in known:
                    self._event(arrival)
            arrived = {arrival.leg_id for arrival in switch.arrived}
            # Among them may be the calls of a tenant that is out: they talk on.
            nobodys = switch.own - known - arrived - switch.unreadable if not self.out else frozenset()
            for leg in nobodys:
                if not leg.startswith(("snoop-", calls.WATCH)):
                    self.socket.send("DELETE", f"channels/{leg}", until=self.held_until)
            log.info("reconciled", shard=self.number, why=why, legs=len(switch.legs), arrived=len(switch.arrived))
            if self.lost or self.paused:
                return
            self.ready = True
            self._enter("ready")
            self.reason = ""
            self.runtime.faults.mended(self.name, None)
            if only is None:
                self._compared_at = time.monotonic()
            self._beat_once()
            held, self._held_back = self._held_back, []
            for text in held:
                self._received(text)

    async def _beat(self) -> None:
        """Callers are sent to us while this is fresh; a frozen or unconnected runtime stops it by itself."""
        last = time.monotonic()
        while not self.lost:
            now = time.monotonic()
            if now - last > FROZEN_SECONDS and self.ready:
                log.warning("was_frozen", shard=self.number, seconds=round(now - last, 1))
                self._compare("was frozen")
            last = now
            if self.ready:
                self._beat_once()
            await asyncio.sleep(BEAT_SECONDS)

    def _beat_once(self, ahead: float = 0.0) -> None:
        resource = uri("asterisk/variable", variable=f"HUJIAO_BEAT_{self.number}", value=int(time.time() + ahead))
        self.socket.send("POST", resource, None, self._beaten, until=self.held_until)

    def _beaten(self, answer: Answer) -> None:
        if not answer.ok:
            log.warning("beat_refused", shard=self.number, status=answer.status)

    # ── events ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _received(self, text: str) -> None:
        """One bad event must not take the connection with it."""
        if self.lost:
            return
        try:
            if self.ready:
                self._take(text)
            elif decode.parse(text).type == REPLACED:
                self._replaced()
            else:
                self._held_back.append(text)
        except Exception:
            log.exception("event_failed", shard=self.number, type=decode.type_of(text), channel=decode.channel_of(text))

    def _take(self, text: str) -> None:
        parsed = decode.parse(text)
        if parsed.type == REPLACED:
            self._replaced()
            return
        event = decode.call_event(parsed, utc_now())
        if isinstance(event, calls.LegEnded | calls.LegRinging | calls.LegAnswered) and self._tried(parsed.type, event):
            return
        if parsed.type == "ChannelHangupRequest" and parsed.channel:
            ours = self._ended_for.get(parsed.channel.id, 16)  # Asterisk does not say with which cause we ended it
            self._causes[parsed.channel.id] = _SOFT_CAUSES.get(parsed.cause, ours) if parsed.soft else parsed.cause
        elif isinstance(event, calls.LegEnded):
            cause = self._causes.pop(event.leg_id, None)
            self._ended_for.pop(event.leg_id, None)
            left = parsed.type == "StasisEnd"
            # Who left Stasis without hanging up was sent elsewhere: for us the leg is gone.
            gone = left and cause is None
            cause = cause or event.cause
            if event.leg_id in self._unheard and cause == INTERWORKING_CAUSE:
                cause = NO_SOUND_CAUSE  # Asterisk was faster than our question
            self._unheard.discard(event.leg_id)
            self._event(msgspec.structs.replace(event, cause=cause, gone=gone))
        elif isinstance(event, calls.MessageRecorded):
            self._event(msgspec.structs.replace(event, hung_up=event.leg_id in self._causes))
        elif isinstance(event, calls.LegAnswered):
            self._if_heard(event, parsed.args[1:])
        elif isinstance(event, calls.TransferAsked):
            self._transfer(event)
        elif event is not None:
            self._event(event)
        elif parsed.type == "StasisStart" and parsed.args[:1] == [decode.SNOOP] and parsed.channel:
            self.runtime.performer.record(parsed.channel.id, self.held_until)
        elif parsed.type == "RecordingStarted" and parsed.recording:
            self.runtime.performer.recording_started(parsed.recording.name, self.held_until)
        elif parsed.type == "StasisStart" and parsed.args[:1] == [decode.WATCH] and parsed.channel:
            self.runtime.performer.watch(parsed.channel.id, parsed.args[1:], self.held_until)
        elif parsed.type == "StasisStart" and parsed.args[:1] == [decode.DIALLED] and parsed.channel:
            if parsed.channel.id in self.owner_of_leg:
                self.runtime.performer.dial(parsed.channel.id, parsed.args[1:], self.held_until)
            else:  # its interaction is over
                self._command(calls.HangUp(leg_id=parsed.channel.id))

    def _tried(self, kind: str, event: calls.LegEnded | calls.LegRinging | calls.LegAnswered) -> bool:
        """Whether a call that a trunk has not taken goes on by another, once Asterisk has let go of its channel."""
        if event.leg_id not in self._other_ways:
            return False
        if isinstance(event, calls.LegEnded) and kind != "ChannelDestroyed":
            return True
        if isinstance(event, calls.LegEnded) and event.cause in _NEXT_TRUNK:
            self._causes.pop(event.leg_id, None)
            return self._by_another(event.leg_id, f"cause {event.cause}")
        del self._other_ways[event.leg_id]
        return False

    def _if_heard(self, event: calls.LegAnswered, told: Sequence[str]) -> None:
        """A carrier or a phone may answer without sound that both understand (one that was offered SRTP, in plain):
        nobody is to be joined to that. Of a leg that came by the dialplan it has told where its sound goes.
        """

        def answered(answer: Answer) -> None:
            if answer.ok:
                self._unheard.discard(event.leg_id)
                self._event(event)
            elif answer.status in _WITHOUT_SOUND and event.leg_id in self.owner_of_leg:
                self._end_unheard(event.leg_id)

        if told and told[0]:
            self._event(event)
            return
        self._unheard.add(event.leg_id)
        if told:
            self._end_unheard(event.leg_id)
            return
        resource = uri(f"channels/{event.leg_id}/variable", variable="CHANNEL(rtp,dest)")
        self.socket.send("GET", resource, None, answered, until=self.held_until)

    def _end_unheard(self, leg_id: str) -> None:
        self._ended_for[leg_id] = NO_SOUND_CAUSE
        self._command(calls.HangUp(leg_id=leg_id, cause=NO_SOUND_CAUSE))

    def _transfer(self, event: calls.TransferAsked) -> None:
        """A REFER is told twice, of the channel and of its endpoint, and cannot be answered yet."""

        def ready() -> None:
            self._asked.discard(event.leg_id)
            self._event(event)

        if event.leg_id not in self._asked:
            self._asked.add(event.leg_id)
            asyncio.get_running_loop().call_later(REFER_SECONDS, ready)

    def _replaced(self) -> None:
        self.runtime.lose(self, "another runtime connected under this shard's name")

    def _event(self, event: calls.AnyCallEvent) -> None:
        if isinstance(event, calls.CallArrived):
            self._arrived(event)
            return
        if isinstance(event, calls.CallPlaced):
            self._placed(event)
            return
        if isinstance(event, calls.PlaybackFinished) and (
            over := perform.refusal_over(event.playback_id, event.leg_id)
        ):
            self._command(over)
            return
        mailbox = self.owner_of_leg.get(event.leg_id)
        if isinstance(event, calls.LegEnded):
            self.owner_of_leg.pop(event.leg_id, None)
            self._refused.discard(event.leg_id)
        elif isinstance(event, calls.LegAnswered) and (mailbox is None or event.leg_id not in mailbox.engine.legs):
            self._command(calls.HangUp(leg_id=event.leg_id))  # its interaction is over
            return
        if mailbox:
            self.runtime.post(mailbox, event)

    def _arrived(self, event: calls.CallArrived) -> None:
        if event.leg_id in self.owner_of_leg or event.leg_id in self._refused:
            return
        tenant_id = self.runtime.routes.owner(event.called)
        mailbox = self.mailboxes.get(tenant_id) if tenant_id else None
        if tenant_id in self.aside:
            self._refuse(event.leg_id, NO_SERVICE_CAUSE, "fallback")
            return
        if tenant_id in self.out:
            return
        if mailbox is None or mailbox.engine.config.number(event.called) is None:
            log.info("unknown_number", called=event.called, trunk=event.trunk)
            self._refuse(event.leg_id, 1, "unknown_number")
            return
        if not self._admission.admits(mailbox.tenant_id, time.monotonic()):
            self._refused.add(event.leg_id)
            self._command(calls.Refuse(leg_id=event.leg_id, cause=NO_SERVICE_CAUSE))
            return
        self.owner_of_leg[event.leg_id] = mailbox
        self.runtime.post(mailbox, sealed(event, mailbox.secrets))

    def _placed(self, event: calls.CallPlaced) -> None:
        """An agent's phone calls; a phone that nobody here has is refused."""
        if event.leg_id in self.owner_of_leg or event.leg_id in self._refused:
            return
        mailbox = next((one for one in self.mailboxes.values() if one.engine.config.whose_phone(event.sip_user)), None)
        if mailbox is None or mailbox.tenant_id in self.aside:
            self._refused.add(event.leg_id)
            self._command(calls.Refuse(leg_id=event.leg_id, cause=REJECTED_CAUSE))
            return
        self.owner_of_leg[event.leg_id] = mailbox
        self.runtime.post(mailbox, event)

    def refused(self, event: Any, code: str) -> None:
        """Tell the phone that asked for it, if one did."""
        match event:
            case calls.CallPlaced(leg_id=leg_id):
                self._refused.add(leg_id)
                self._command(calls.Refuse(leg_id=leg_id, cause=_CAUSES.get(code, REJECTED_CAUSE)))
            case calls.TransferAsked(leg_id=leg_id):
                self._command(calls.TellTransfer(leg_id=leg_id, done=False))

    def _refuse(self, leg_id: str, cause: int, prompt: str) -> None:
        self._refused.add(leg_id)  # who hears why is not served any more, even if that becomes possible meanwhile
        self._command(calls.Refuse(leg_id=leg_id, cause=cause, prompts=self.runtime.operators_prompts(prompt)))

    def _command(self, effect: calls.Refuse | calls.HangUp | calls.TellTransfer) -> None:
        """What no interaction asked for."""
        self._send(effect, hash(effect.leg_id), lambda *_: None)

    def _send(self, effect: calls.AnyEffect, key: int, done: Callable[[Any, str | None], None]) -> None:
        """Perform while the shard is ours; counted until the switch has answered."""
        self._unanswered += 1
        self._settled.clear()

        def answered(sent: Any, problem: str | None) -> None:
            self._answered()
            done(sent, problem)

        self.runtime.performer.perform(
            effect, key=key, application=self.application, until=self.held_until, done=answered
        )

    def _ways(self, effect: calls.CallNumber) -> list[WayOut]:
        """The enabled trunks, the one with the caller's number first, else the oldest."""
        return sorted(self.runtime.routes.ways_out, key=lambda way: way.caller_number != effect.caller)

    def _call_out(
        self,
        mailbox: Mailbox,
        interaction_id: UUID,
        effect: calls.CallNumber,
        ways: Sequence[WayOut],
        silent: tuple[WayOut, ...] = (),
    ) -> None:
        """Call by the first of these trunks; while nobody rings, another one gets what it does not take.

        Carriers that are `silent` when they are asked come last. With no trunk Asterisk refuses the call, and things go
        on as for a failure.
        """
        self.owner_of_leg[effect.leg_id] = mailbox
        choose = partial(self._call_out, mailbox, interaction_id, effect)
        if ways and len(ways) + len(silent) > 1:
            way, others = ways[0], ways[1:]

            def asked(answer: Answer) -> None:
                if self.lost or not mailbox.engine.is_party(effect.leg_id):
                    return  # given up meanwhile
                if answer.ok and answer.json()["state"] == "offline":
                    choose(others, (*silent, way))
                else:
                    self._call_by(mailbox, interaction_id, effect, way, partial(choose, others, silent))

            self._ask(uri(f"endpoints/PJSIP/{asked_name(way.id)}"), asked)
            return
        left = (*ways, *silent)
        again = partial(choose, (), left[1:]) if len(left) > 1 else None
        self._call_by(mailbox, interaction_id, effect, left[0] if left else None, again)

    def _call_by(
        self,
        mailbox: Mailbox,
        interaction_id: UUID,
        effect: calls.CallNumber,
        way: WayOut | None,
        again: Callable[[], None] | None,
    ) -> None:
        if again:
            self._other_ways[effect.leg_id] = again
        else:
            self._other_ways.pop(effect.leg_id, None)

        def done(sent: Any, problem: str | None) -> None:
            if problem is None or self.lost or not self._by_another(effect.leg_id, problem):
                self._done(mailbox, interaction_id, sent, problem)

        self._send(_by(effect, way) if way else effect, interaction_id.int, done)

    def _ask(self, resource: str, answered: Callable[[Answer], None]) -> None:
        """Before a command that depends on the answer: until then the switch has not answered all."""
        self._unanswered += 1
        self._settled.clear()

        def counted(answer: Answer) -> None:
            answered(answer)
            self._answered()

        self.socket.send("GET", resource, None, counted, until=self.held_until)

    def _answered(self) -> None:
        self._unanswered -= 1
        if not self._unanswered:
            self._settled.set()

    def _by_another(self, leg_id: str, reason: str) -> bool:
        """Whether the call is tried again, by the next trunk."""
        again = self._other_ways.pop(leg_id, None)
        if again is None:
            return False
        log.warning("next_trunk", shard=self.number, leg=leg_id, reason=reason)
        again()
        return True

    async def _end_if_silent(self, mailbox: Mailbox, interaction_id: UUID, effect: calls.EndIfSilent) -> None:
        """Listen for as long as the phone does not answer and the leg is in the conversation."""
        heard = await self._packets(effect.leg_id)
        while heard is not None:
            await asyncio.sleep(effect.seconds)
            if self.lost or not mailbox.engine.phone_is_gone(interaction_id, effect.leg_id):
                return
            before, heard = heard, await self._packets(effect.leg_id)
            if heard == before:
                log.info("phone_vanished", shard=self.number, leg=effect.leg_id)
                self._ended_for[effect.leg_id] = OUT_OF_ORDER_CAUSE
                self._command(calls.HangUp(leg_id=effect.leg_id, cause=OUT_OF_ORDER_CAUSE))
                return

    async def _packets(self, leg_id: str) -> int | None:
        """How many packets of sound have come from the leg; None when it is gone or has no sound."""
        answer = await self.socket.request("GET", f"channels/{leg_id}/rtp_statistics")
        return int(answer.json()["rxcount"]) if answer.ok else None

    def perform(self, mailbox: Mailbox, interaction_id: UUID, effect: calls.AnyEffect) -> None:
        """Send a committed effect; what fails comes back as an event."""
        if self.lost:
            return
        if isinstance(effect, calls.EndIfSilent):
            mailbox.engine.done(interaction_id, effect)
            self.runtime.spawn(self._end_if_silent(mailbox, interaction_id, effect))
            return
        if isinstance(effect, calls.CallNumber):
            self._call_out(mailbox, interaction_id, effect, self._ways(effect))
            return
        if isinstance(effect, calls.CallAgent):
            self.owner_of_leg[effect.leg_id] = mailbox
        elif isinstance(effect, calls.HangUp):
            self._other_ways.pop(effect.leg_id, None)
        self._send(effect, interaction_id.int, partial(self._done, mailbox, interaction_id))

    def _done(self, mailbox: Mailbox, interaction_id: UUID, sent: Any, problem: str | None) -> None:
        """The switch has answered; what somebody waits for, and has failed, is told."""
        mailbox.engine.done(interaction_id, sent)
        if self.lost or not problem:
            return
        if isinstance(sent, calls.Play | calls.PlayToAll):
            log.info("play_refused", leg=sent.leg_id, reason=problem)
            played = calls.PlaybackFinished(leg_id=sent.leg_id, at=utc_now(), playback_id=sent.playback_id, failed=True)
            self.runtime.post(mailbox, played)
        if isinstance(sent, calls.CallAgent | calls.CallNumber | calls.RecordMessage):
            failed = calls.EffectFailed(
                leg_id=sent.leg_id,
                at=utc_now(),
                effect_id=sent.effect_id,
                effect=type(sent).__name__,
                reason=problem,
            )
            self.runtime.post(mailbox, failed)


def _by(effect: calls.CallNumber, way: WayOut) -> calls.CallNumber:
    return msgspec.structs.replace(
        effect,
        trunk=endpoint_name(way.id),
        caller=way.caller_number or effect.caller,
        max_channels=way.max_channels,
        codecs=way.codecs,
    )
