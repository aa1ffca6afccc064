"""The message that a caller leaves. Pure."""

from __future__ import annotations

from datetime import timedelta

from msgspec import structs

from hujiao.calls import contracts as calls
from hujiao.interactions.contracts import (
    CancelTimer,
    Message,
    MessageTaken,
    SetTimer,
    TakeMessage,
)
from hujiao.interactions.working import Working

MESSAGE = "message"

# Who hangs up before this has left no message.
SHORTEST_MESSAGE_SECONDS = 1.0
# The switch ends a message by itself, but counts only sound: of who sends none the end is ours. Its tone comes first.
MESSAGE_MARGIN_SECONDS = 2.0


class Messages(Working):
    def take_message(self, event: TakeMessage) -> None:
        self.answer()
        self.record(Message(since=self.now, **structs.asdict(event)))
        self.fact("recording.started", recording_id=event.recording_id, started_at=self.now, channels=1)

    def record(self, message: Message) -> None:
        self.change(message=message)
        due = message.since + timedelta(seconds=message.max_seconds + MESSAGE_MARGIN_SECONDS)
        self.effects.append(SetTimer(name=MESSAGE, due_at=due))
        self.do(
            calls.RecordMessage(
                leg_id=self.state.customer_leg,
                name=str(message.recording_id),
                max_seconds=message.max_seconds,
                silence_seconds=message.silence_seconds,
            )
        )

    def message_recorded(self, *, failed: bool = False, hung_up: bool = False) -> None:
        """The flow goes on, unless the caller has hung up: the end of the leg comes next."""
        message = self.state.message
        assert message is not None
        self.message_over(failed=failed)
        if not hung_up:
            self.effects.append(MessageTaken(recording_id=message.recording_id, failed=failed))

    def message_over(self, *, failed: bool = False) -> None:
        message = self.state.message
        if message is None:
            return
        left = not failed and (self.now - message.since).total_seconds() >= SHORTEST_MESSAGE_SECONDS
        self.change(message=None, message_left=self.state.message_left or left)
        self.effects.append(CancelTimer(MESSAGE))
        self.fact("recording.stopped", recording_id=message.recording_id, channels=1, message_left=left)
