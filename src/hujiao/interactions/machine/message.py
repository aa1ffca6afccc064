"""The message that a caller leaves. Pure."""

from __future__ import annotations

from datetime import timedelta

from msgspec import structs

from hujiao.calls import contracts as calls
from hujiao.interactions.contracts import CancelTimer, Message, MessageTaken, SetTimer, TakeMessage
from hujiao.interactions.machine.step import Handler, Step, TimerHandler

MESSAGE = "message"

# Who hangs up before this has left no message.
SHORTEST_MESSAGE_SECONDS = 1.0
# The switch ends a message by itself, but counts only sound: of who sends none the end is ours. Its tone comes first.
MESSAGE_MARGIN_SECONDS = 2.0


def _take(step: Step, event: TakeMessage) -> None:
    if step.state.state != "flow" or step.state.message:
        return
    step.answer()
    record(step, Message(since=step.now, **structs.asdict(event)))
    step.fact("recording.started", recording_id=event.recording_id, started_at=step.now, channels=1)


def record(step: Step, message: Message) -> None:
    step.on_the_way(message=message)
    due = message.since + timedelta(seconds=message.max_seconds + MESSAGE_MARGIN_SECONDS)
    step.ask(SetTimer(name=MESSAGE, due_at=due))
    step.do(
        calls.RecordMessage(
            leg_id=step.state.customer_leg,
            name=str(message.recording_id),
            max_seconds=message.max_seconds,
            silence_seconds=message.silence_seconds,
        )
    )


def recorded(step: Step, *, failed: bool = False, hung_up: bool = False) -> None:
    """The flow goes on, unless the caller has hung up: the end of the leg comes next."""
    message = step.state.message
    assert message is not None
    over(step, failed=failed)
    if not hung_up:
        step.ask(MessageTaken(recording_id=message.recording_id, failed=failed))


def over(step: Step, *, failed: bool = False) -> None:
    message = step.state.message
    if message is None:
        return
    left = not failed and (step.now - message.since).total_seconds() >= SHORTEST_MESSAGE_SECONDS
    step.on_the_way(message=None)
    step.change(message_left=step.state.message_left or left)
    step.ask(CancelTimer(MESSAGE))
    step.fact("recording.stopped", recording_id=message.recording_id, channels=1, message_left=left)


def _recorded(step: Step, event: calls.MessageRecorded) -> None:
    message = step.state.message
    if message and event.name == str(message.recording_id):
        recorded(step, failed=event.failed, hung_up=event.hung_up)


def _too_long(step: Step, about: str) -> None:
    message = step.state.message
    if message:
        step.do(calls.StopMessage(leg_id=step.state.customer_leg, name=str(message.recording_id)))
        recorded(step)


EVENTS: dict[type, Handler] = {TakeMessage: _take, calls.MessageRecorded: _recorded}
TIMERS: dict[str, TimerHandler] = {MESSAGE: _too_long}
