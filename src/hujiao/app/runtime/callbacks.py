"""Call-backs: asked for by a flow or from outside, they stand in the queue like who asked for them. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec

from hujiao.agents.contracts import Impossible
from hujiao.app.runtime.turn import Live, Turn
from hujiao.calls.dialling import Refusal
from hujiao.flows.contracts import FlowRun
from hujiao.interactions import contracts as interactions
from hujiao.queues.contracts import QueueSettings

if TYPE_CHECKING:
    from hujiao.app.runtime.engine import Engine


class RequestCallBack(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody outside asks that this number be called. Refused with `Impossible`."""

    id: UUID
    queue_id: UUID
    number: str
    name: str = ""
    terms: interactions.CallBackTerms
    by: UUID


class CallBacks:
    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def request(self, event: RequestCallBack, now: datetime, turn: Turn) -> None:
        """From outside: a web form, a customer's application."""
        queue = self.engine.config.queues.get(event.queue_id)
        if queue is None:
            raise Impossible("no_such_queue")
        refusal = self.engine.config.dialling.refusal(event.number)
        if refusal:
            turn.facts.append((now, None, number_refused(event.number, refusal, by_account=event.by)))
            raise Impossible(refusal, "number")
        if self.engine.config.suspended:
            raise Impossible("suspended")
        key = self.engine.config.dialling.canonical(event.number)
        self.one_place(key, queue.id)
        state = interactions.InteractionState(
            id=event.id,
            tenant_id=self.engine.config.id,
            caller=event.number,
            called="",
            caller_key=key,
            caller_name=event.name,
            direction="callback",
            project_id=queue.project_id,
            business_id=queue.business_id,
            language=self.engine.config.language,
            started_at=now,
            since=now,
            callback=callback_of(event.terms, now),
        )
        record = Live(interaction=state)
        self._enter(record, queue, self.engine.queueing.entering(queue), now, turn)
        self.engine.recognise(record, now, turn)

    def asked(
        self,
        record: Live,
        queue: QueueSettings,
        number: str,
        terms: interactions.CallBackTerms,
        flow: FlowRun | None,
        now: datetime,
        turn: Turn,
    ) -> bool:
        """For a caller in a flow, at the place that they had; False when this number cannot be called.

        `flow` led to the queue: its way stays with the customer, and it goes on when the agent has gone.
        """
        state = record.interaction
        refusal = self.engine.config.dialling.refusal(number)
        if refusal:
            turn.facts.append((now, state.id, number_refused(number, refusal)))
            return False
        key = self.engine.config.dialling.canonical(number)
        waiting = self._waiting(key, queue.id)
        callback_id = waiting or self.engine.new_id()
        data = {"callback_id": callback_id, "queue_id": queue.id, "number": number, "already": waiting is not None}
        turn.facts.append((now, state.id, interactions.Fact(kind="callback.requested", data=data)))
        if waiting is None:
            kept = {
                name: getattr(state, name)
                for name in (
                    "tenant_id", "called", "caller_name", "access_number_id", "language", "grade", "own_agent",
                    "last_agent", "last_agent_at",
                )
            }  # fmt: skip
            new = interactions.InteractionState(
                id=callback_id,
                caller=number,
                caller_key=key,
                direction="callback",
                project_id=queue.project_id,
                business_id=queue.business_id,
                started_at=now,
                since=now,
                callback=callback_of(terms, now, origin=state.id),
                **kept,
            )
            variables = record.flow.variables if record.flow else state.variables
            document = self.engine.flowing.document(flow, state.language) if flow else None
            enter = self.engine.queueing.entering(
                queue,
                place=state.place or state.queued_at,
                priority=state.priority,
                needs=state.needs,
                variables=variables,
                after=state.after if document and state.after in document.nodes else None,
            )
            kept_flow = msgspec.structs.replace(flow, phase="away", variables=variables, secrets={}) if flow else None
            self._enter(Live(interaction=new, flow=kept_flow), queue, enter, now, turn)
        self.engine.step(state.id, interactions.CallBackPromised(), now, turn)
        return True

    def _enter(
        self, record: Live, queue: QueueSettings, enter: interactions.EnterQueue, now: datetime, turn: Turn
    ) -> None:
        state = record.interaction
        assert state.callback is not None
        more = {"queue_id": queue.id, "origin": state.callback.origin}
        self.engine.begin(record, now, turn, **more)
        self.engine.step(state.id, enter, now, turn)

    def one_place(self, caller_key: str, queue_id: UUID, field: str | None = None) -> None:
        """Refused when this customer has a place in the queue already."""
        if self._waiting(caller_key, queue_id):
            raise Impossible("already_to_be_called_back", field)

    def _waiting(self, caller_key: str, queue_id: UUID) -> UUID | None:
        """Who is to be called back already keeps the one place."""
        for record in self.engine.live.values():
            state = record.interaction
            if state.callback and state.caller_key == caller_key and state.queue_id == queue_id and not state.answered:
                return state.id
        return None


def callback_of(
    terms: interactions.CallBackTerms, now: datetime, *, origin: UUID | None = None
) -> interactions.CallBack:
    expires_at = now + timedelta(seconds=terms.expires_seconds)
    return interactions.CallBack(**msgspec.structs.asdict(terms), expires_at=expires_at, origin=origin)


def number_refused(number: str, reason: Refusal, **by: UUID | None) -> interactions.Fact:
    """An outside number that somebody wanted to be called and that is not: kept, for it may be toll fraud."""
    return interactions.Fact(kind="number.refused", data={"number": number, "reason": reason, **by})
