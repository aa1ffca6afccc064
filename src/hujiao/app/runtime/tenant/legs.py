"""What happens to legs: told to the flow that speaks to the caller, and to the interaction. Pure."""

from __future__ import annotations

from hujiao.app.runtime.tenant import at_number, fragments
from hujiao.app.runtime.tenant.work import EventHandler, Work
from hujiao.calls import contracts as calls
from hujiao.flows import contracts as flows


def _happened(work: Work, event: calls.CallEvent) -> None:
    tenant = work.tenant
    interaction_id = tenant.legs.get(event.leg_id)
    if interaction_id is None:
        return
    record = tenant.live[interaction_id]
    if at_number.takes(work, record, event):
        return
    state = record.interaction
    in_flow = (state.state == "flow" or record.fragment is not None) and event.leg_id == state.customer_leg
    match event:
        case calls.KeyPressed() if in_flow and fragments.listens(tenant, record, event.key):
            work.flow(interaction_id, flows.Key(event.key))
        case calls.PlaybackFinished() if in_flow:
            number = event.playback_id.rpartition(".")[2]
            if number.isdigit():
                work.flow(interaction_id, flows.Played(int(number)))
            work.later(interaction_id, event)
        case calls.LegAnswered() if not any(event.leg_id in party.legs for party in state.parties):
            # Given up before it answered, because the switch was slow to say so: nobody waits for it.
            work.command(record, calls.HangUp(leg_id=event.leg_id))
        case _:
            work.later(interaction_id, event)


EVENTS: dict[type, EventHandler] = {calls.CallEvent: _happened}
