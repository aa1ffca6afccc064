"""Effects as ARI commands: pure translation, then sending in order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import structlog

from hujiao.asterisk.client import Answer, AriSocket, CommandPool, uri
from hujiao.asterisk.decode import DIALLED, PEER, SNOOP, WATCH
from hujiao.asterisk.phones import Phones
from hujiao.calls import contracts as calls

log = structlog.get_logger()

Command = tuple[str, str, dict[str, Any] | None]
REFUSAL = "refusal-"
WITHHELD = '"Anonymous" <anonymous>'  # what an agent's phone shows of a caller who shows no number
SIDES = ("in", "out")
MUSIC_AFTER_SECONDS = 0.3  # an agent who answers at once is not heralded by a snatch of it


def commands(effect: calls.AnyEffect, *, application: str, prompts: Path) -> Iterable[Command]:
    """The ARI requests that perform the effect, in order."""
    match effect:
        case calls.AnswerLeg():
            yield "POST", f"channels/{effect.leg_id}/answer", None
        case calls.Play():
            media = ",".join(f"sound:{prompts / sha}" for sha in effect.prompts)
            yield "POST", uri(f"channels/{effect.leg_id}/play/{effect.playback_id}", media=media), None
        case calls.PlayToAll():
            media = ",".join(f"sound:{prompts / sha}" for sha in effect.prompts)
            yield "POST", uri(f"bridges/{effect.bridge_id}/play/{effect.playback_id}", media=media), None
        case calls.SoundTones():
            media = ",".join(["sound:beep"] * effect.count)
            yield "POST", uri(f"bridges/{effect.bridge_id}/play", media=media), None
        case calls.StopPlayback():
            yield "DELETE", f"playbacks/{effect.playback_id}", None
        case calls.StartMusic():
            yield "POST", uri(f"channels/{effect.leg_id}/moh", mohClass=effect.music), None
        case calls.StopMusic():
            yield "DELETE", f"channels/{effect.leg_id}/moh", None
        case calls.Ring():
            yield "POST", f"channels/{effect.leg_id}/ring", None
        case calls.StopRing():
            yield "DELETE", f"channels/{effect.leg_id}/ring", None
        case calls.CallAgent():
            variables = {
                "PJSIP_HEADER(add,X-Hujiao-Interaction)": str(effect.interaction_id),
                "PJSIP_TRANSFER_HANDLING()": "ari-only",
            }
            if effect.automatic_answer:
                variables["PJSIP_HEADER(add,Call-Info)"] = "<sip:hujiao>;answer-after=0"
            yield _originate(
                effect.leg_id,
                f"PJSIP/{effect.sip_user}",
                _caller_id(effect.caller_name, effect.caller) or WITHHELD,
                effect.timeout_seconds,
                application,
                variables,
            )
        case calls.CallNumber():
            yield _create(effect, application)
        case calls.Bridge():
            yield from _bridge(effect.bridge_id, effect.legs, keys_kept=effect.keys_kept)
        case calls.LeaveBridge():
            yield "POST", uri(f"bridges/{effect.bridge_id}/removeChannel", channel=effect.leg_id), None
        case calls.EndBridge():
            yield "DELETE", f"bridges/{effect.bridge_id}", None
        case calls.MuteLeg():
            method = "POST" if effect.on else "DELETE"
            yield method, uri(f"channels/{effect.leg_id}/mute", direction=effect.direction), None
        case calls.SendKeys():
            yield "POST", uri(f"channels/{effect.leg_id}/dtmf", dtmf=effect.keys), None
        case calls.Watch():
            resource = f"channels/{effect.watched}/snoop/{effect.watch_id}"
            yield from _bridge(effect.bridge_id, [effect.leg_id])
            yield (
                "POST",
                uri(resource, spy="both", whisper="out", app=application, appArgs=f"{WATCH},{effect.bridge_id}"),
                None,
            )
        case calls.EndWatch():
            yield "DELETE", f"channels/{effect.watch_id}", None
        case calls.StartRecording():
            for side in SIDES:
                snoop = f"snoop-{effect.recording_id}-{side}"
                resource = f"channels/{effect.leg_id}/snoop/{snoop}"
                yield "POST", uri(resource, spy=side, app=application, appArgs=SNOOP), None
        case calls.StopRecording():
            for side in SIDES:
                yield "DELETE", f"channels/snoop-{effect.recording_id}-{side}", None
        case calls.PauseRecording():
            for side in SIDES:
                yield recording_paused(f"{effect.recording_id}-{side}", on=effect.on)
        case calls.RecordMessage():
            yield (
                "POST",
                uri(
                    f"channels/{effect.leg_id}/record",
                    name=effect.name,
                    format="wav",
                    maxDurationSeconds=effect.max_seconds,
                    maxSilenceSeconds=effect.silence_seconds,
                    terminateOn=effect.terminator,
                    beep="true",
                    ifExists="overwrite",
                ),
                None,
            )
        case calls.StopMessage():
            yield "POST", f"recordings/live/{effect.name}/stop", None
        case calls.Refuse():
            if effect.prompts:
                media = ",".join(f"sound:{prompts / sha}" for sha in effect.prompts)
                playback = f"{REFUSAL}{effect.cause}-{effect.leg_id}"
                yield "POST", uri(f"channels/{effect.leg_id}/play/{playback}", media=media), None
            else:
                yield "DELETE", uri(f"channels/{effect.leg_id}", reason_code=effect.cause), None
        case calls.HangUp():
            yield "DELETE", uri(f"channels/{effect.leg_id}", reason_code=effect.cause), None
        case calls.TellTransfer():
            said = "channel_answered" if effect.done else "channel_declined"
            yield "POST", uri(f"channels/{effect.leg_id}/transfer_progress", states=said), None


def snoop_ready(channel_id: str) -> Command:
    """Record a snoop that has entered Stasis; before that, Asterisk refuses."""
    name = channel_id.removeprefix("snoop-")
    return "POST", uri(f"channels/{channel_id}/record", name=name, format="wav", ifExists="overwrite"), None


def recording_paused(name: str, *, on: bool) -> Command:
    """Asterisk ignores the one who says again what is so. (Its `mute` keeps time, but said twice it records again.)"""
    return "POST" if on else "DELETE", f"recordings/live/{name}/pause", None


def refusal_over(playback_id: str, leg_id: str) -> calls.HangUp | None:
    """The hang-up that follows a refusal's announcement, if this playback was one."""
    if not playback_id.startswith(REFUSAL):
        return None
    cause = playback_id.removeprefix(REFUSAL).partition("-")[0]
    return calls.HangUp(leg_id=leg_id, cause=int(cause))


class Performer:
    """Sends effects; the commands of one key (an interaction) stay in order on one socket."""

    def __init__(self, pool: CommandPool, prompts: Path) -> None:
        self._pool = pool
        self._prompts = prompts
        self._phones = Phones(pool.offers)
        self._listening: set[tuple[str, str]] = set()  # application and phone
        self._paused: set[str] = set()  # recordings, by the name of each side
        self._music: dict[str, Callable[[], None]] = {}  # by leg, what gives up music that has not begun

    def connected(self, application: str) -> None:
        """What its connection before listened to may be forgotten."""
        self._listening = {pair for pair in self._listening if pair[0] != application}

    def perform(
        self,
        effect: calls.AnyEffect,
        *,
        key: int,
        application: str,
        until: float,
        done: Callable[[calls.AnyEffect, str | None], None],
    ) -> None:
        """Send, but not after `until`; `done` is called once, with None or with why the effect failed."""
        to_phones = calls.CallAgent | calls.HangUp | calls.TellTransfer
        if isinstance(effect, to_phones) and (phone := calls.phone_of(effect.leg_id)):
            self._to_phone(phone, effect, application, until, done)
            return
        if isinstance(effect, calls.StopRecording | calls.PauseRecording):
            self._note_pause(effect)
        lane = self._pool.lane(hash(str(effect.recording_id)) if isinstance(effect, calls.PauseRecording) else key)
        if isinstance(effect, calls.StartMusic) and not effect.again:
            self._start_music(lane, effect, application, until, done)
            return
        if isinstance(effect, calls.StopMusic) and (give_up := self._music.pop(effect.leg_id, None)):
            give_up()
            done(effect, None)
            return
        if isinstance(effect, calls.CallNumber) and effect.trunk and effect.max_channels:
            self._if_room(lane, effect, application, until, done)
            return
        self._send_all(lane, effect, application, until, done)

    def _to_phone(
        self,
        phone: str,
        effect: calls.AnyEffect,
        application: str,
        until: float,
        done: Callable[[calls.AnyEffect, str | None], None],
    ) -> None:
        lane = self._phones.take(phone)

        def answered(sent: calls.AnyEffect, problem: str | None) -> None:
            self._phones.answered(phone)
            done(sent, problem)

        if isinstance(effect, calls.CallAgent):
            self._listen_to(lane, effect, application, until)
        self._send_all(lane, effect, application, until, answered)

    def _send_all(
        self,
        lane: AriSocket,
        effect: calls.AnyEffect,
        application: str,
        until: float,
        done: Callable[[calls.AnyEffect, str | None], None],
    ) -> None:
        """The last answer counts: a leg that could not be made cannot be listened to either."""
        *before, last = commands(effect, application=application, prompts=self._prompts)
        for request in before:
            _send(lane, request, until, partial(_note, effect, request[1]))
        _send(lane, last, until, lambda answer: done(effect, _problem(effect, last[1], answer)))

    def _listen_to(self, lane: AriSocket, effect: calls.CallAgent, application: str, until: float) -> None:
        """Before the first call, or a phone that is busy would have said so before anybody listened.

        Not before each: Asterisk answers with the names of all that is listened to, which are hundreds.
        """
        phone = (application, effect.sip_user)
        if phone in self._listening:
            return
        self._listening.add(phone)
        resource = _listen(application, f"endpoint:PJSIP/{effect.sip_user}")

        def answered(answer: Answer) -> None:
            if not answer.ok:
                self._listening.discard(phone)
            _note(effect, resource, answer)

        _send(lane, ("POST", resource, None), until, answered)

    def _start_music(
        self,
        lane: AriSocket,
        effect: calls.StartMusic,
        application: str,
        until: float,
        done: Callable[[calls.AnyEffect, str | None], None],
    ) -> None:
        """Start it a moment later, unless it is stopped before."""

        def start() -> None:
            self._music.pop(effect.leg_id, None)
            self._send_all(lane, effect, application, until, done)

        waiting = asyncio.get_running_loop().call_later(MUSIC_AFTER_SECONDS, start)

        def give_up() -> None:
            waiting.cancel()
            done(effect, None)

        if before := self._music.pop(effect.leg_id, None):
            before()
        self._music[effect.leg_id] = give_up

    def _if_room(
        self,
        lane: AriSocket,
        effect: calls.CallNumber,
        application: str,
        until: float,
        done: Callable[[calls.AnyEffect, str | None], None],
    ) -> None:
        """Call over the trunk unless it has as many calls as it may."""

        def counted(answer: Answer) -> None:
            if answer.ok and len(answer.json()["channel_ids"]) >= effect.max_channels:
                done(effect, calls.TRUNK_FULL)
                return
            self._send_all(lane, effect, application, until, done)

        _send(lane, ("GET", f"endpoints/PJSIP/{effect.trunk}", None), until, counted)

    def _note_pause(self, effect: calls.StopRecording | calls.PauseRecording) -> None:
        sides = {f"{effect.recording_id}-{side}" for side in SIDES}
        if isinstance(effect, calls.PauseRecording) and effect.on:
            self._paused |= sides
        else:
            self._paused -= sides

    def recording_started(self, name: str, until: float) -> None:
        """Pause a recording that was to be paused before Asterisk had begun it, which it refuses."""
        if name in self._paused:
            request = recording_paused(name, on=True)
            lane = self._pool.lane(hash(name.rpartition("-")[0]))  # as what takes it back
            _send(lane, request, until, partial(_note, "record", request[1]))

    def record(self, snoop: str, until: float) -> None:
        """Begin to record a snoop that is ready."""
        request = snoop_ready(snoop)
        _send(self._pool.lane(hash(snoop)), request, until, partial(_note, "record", request[1]))

    def watch(self, watch_id: str, arguments: Sequence[str], until: float) -> None:
        """Join what carries a conversation to a supervisor, when it is ready."""
        request = "POST", uri(f"bridges/{arguments[0]}/addChannel", channel=watch_id), None
        _send(self._pool.lane(hash(watch_id)), request, until, partial(_note, "watch", request[1]))

    def dial(self, leg_id: str, arguments: Sequence[str], until: float) -> None:
        """Dial a leg that is ready; what cannot be dialled ends."""
        lane = self._pool.lane(hash(leg_id))
        *before, last = dial(leg_id, *arguments)
        for request in before:
            _send(lane, request, until, partial(_note, "dial", request[1]))

        def answered(answer: Answer) -> None:
            _note("dial", last[1], answer)
            if not answer.ok:
                _send(lane, ("DELETE", f"channels/{leg_id}", None), until, lambda _: None)

        _send(lane, last, until, answered)


def _send(lane: AriSocket, command: Command, until: float, answered: Callable[[Answer], None]) -> None:
    method, resource, body = command
    lane.send(method, resource, body, answered, until=until)


def _problem(effect: calls.AnyEffect, resource: str, answer: Answer) -> str | None:
    """Why it failed. What is already so, or is gone with its leg, is no failure: the leg's end is told by an event.

    But for what something waits for: the end of a prompt that never began, say.
    """
    if answer.ok:
        return None
    awaited = calls.CallAgent | calls.CallNumber | calls.Play | calls.PlayToAll
    if answer.status in (404, 409, 412) and not isinstance(effect, awaited):
        return None
    _note(effect, resource, answer)
    return f"{answer.status} {answer.body[:200]}"


def _note(effect: object, resource: str, answer: Answer) -> None:
    if not answer.ok and answer.status not in (404, 409, 412):
        log.warning(
            "ari_refused",
            effect=effect if isinstance(effect, str) else type(effect).__name__,
            resource=resource.partition("?")[0],
            status=answer.status,
            body=answer.body[:200],
        )


def _originate(
    leg_id: str, endpoint: str, caller_id: str, timeout: int, application: str, variables: dict[str, str]
) -> Command:
    """By way of the dialplan, which waits when the answer falls between two runtimes."""
    query = uri(
        "channels",
        endpoint=endpoint,
        context=PEER,
        extension=application.rpartition("-")[2],
        priority=1,
        channelId=leg_id,
        callerId=caller_id or None,
        timeout=timeout,
    )
    return "POST", query, {"variables": variables}


def _create(effect: calls.CallNumber, application: str) -> Command:
    """The leg is in Stasis before it is dialled, so that somebody can hear what the carrier has to say meanwhile.

    What `dial` needs then goes with it.
    """
    query = uri(
        "channels/create",
        endpoint=f"PJSIP/{effect.number}@{effect.trunk}",
        app=application,
        appArgs=",".join((DIALLED, str(effect.timeout_seconds), effect.bridge_id, effect.heard_by)),
        channelId=effect.leg_id,
        formats=",".join(effect.codecs) or None,
    )
    variables = {"CONNECTEDLINE(num)": effect.caller} if effect.caller else {}
    if effect.trunk:
        variables["GROUP(trunk)"] = effect.trunk  # as the dialplan does for calls in
    return "POST", query, {"variables": variables}


def dial(leg_id: str, timeout: str, bridge_id: str = "", heard_by: str = "") -> Iterable[Command]:
    """Dial a leg that has entered Stasis; before that, Asterisk refuses."""
    if heard_by:
        yield from _bridge(bridge_id, [heard_by, leg_id])
    yield "POST", uri(f"channels/{leg_id}/dial", timeout=timeout), None


def _bridge(bridge_id: str, legs: list[str], *, keys_kept: bool = False) -> Iterable[Command]:
    kept = "true" if keys_kept else None
    yield "POST", uri(f"bridges/{bridge_id}", type="mixing"), None
    yield "POST", uri(f"bridges/{bridge_id}/addChannel", channel=",".join(legs), absorbDTMF=kept), None


def _listen(application: str, source: str) -> str:
    return uri(f"applications/{application}/subscription", eventSource=source)


def _caller_id(name: str, number: str) -> str:
    clean = name.replace('"', "").replace("<", "").replace(">", "")
    return f'"{clean}" <{number}>' if clean else number
