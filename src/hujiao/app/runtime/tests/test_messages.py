"""Callers who leave a message: how it ends, and what becomes of its recording."""

from __future__ import annotations

import pytest

from hujiao.app.runtime.mailbox import Mailbox
from hujiao.app.runtime.tests.company import SECRETS, START, Company, taken_over
from hujiao.calls import contracts as calls


def leaving() -> Company:
    company = Company()
    company.call("c1", "3")
    return company


def of_recording(company: Company) -> list[str]:
    return [kind for kind in company.kinds() if kind.startswith("recording.")]


def ended(company: Company) -> str:
    return str(company.last("interaction.ended")["end_reason"])


def test_the_message_is_recorded_under_its_own_name() -> None:
    company = leaving()
    (wanted,) = company.messages()
    began = company.last("recording.started")
    assert (wanted.leg_id, wanted.max_seconds, wanted.silence_seconds) == ("c1", 60, 5)
    assert wanted.name == str(began["recording_id"])
    assert (began["channels"], began["started_at"]) == (1, START)
    assert any(isinstance(effect, calls.AnswerLeg) for effect in company.sent)


def test_after_the_message_the_flow_goes_on() -> None:
    company = leaving()
    company.wait(8)
    company.press("c1", "#")  # ends the message in the switch; here it is no answer to anything
    assert of_recording(company) == ["recording.started"]
    company.recorded("c1")
    assert of_recording(company) == ["recording.started", "recording.stopped"]
    assert company.last("flow.node")["node"] == "thanks"
    record = next(iter(company.engine.live.values()))
    assert record.flow and record.flow.variables["message"] == company.messages()[0].name
    company.played("c1")
    assert ended(company) == "flow_ended"


def test_the_row_is_written_and_stopped() -> None:
    company = Company()
    mailbox = Mailbox(company.engine, SECRETS, shard=0, fence=1, seq=0)
    mailbox.turn = company.do(calls.CallArrived(leg_id="c1", at=START, caller="1", called="95001"))
    mailbox.handle(calls.KeyPressed(leg_id="c1", at=START, key="3"), START)
    (began,) = mailbox.prepare().batch.recordings
    assert (began.started_at, began.ended_at, began.channels) == (START, None, 1)
    company.wait(9)
    mailbox.handle(calls.LegEnded(leg_id="c1", at=company.now), company.now)
    (stopped,) = mailbox.prepare().batch.recordings
    assert (stopped.recording_id, stopped.ended_at, stopped.channels) == (began.recording_id, company.now, 1)


@pytest.mark.parametrize("told_first", ["recording", "leg"])
@pytest.mark.parametrize(("spoke", "reason"), [(5.0, "flow_ended"), (0.4, "abandoned_in_flow")])
def test_hanging_up_keeps_the_message_whichever_is_told_first(told_first: str, spoke: float, reason: str) -> None:
    company = leaving()
    company.wait(spoke)
    if told_first == "recording":
        company.recorded("c1", hung_up=True)
        assert company.last("flow.node")["node"] == "message", "nothing is played to who has hung up"
        company.hang_up("c1")
    else:
        company.hang_up("c1")
        company.recorded("c1", hung_up=True)
    assert of_recording(company) == ["recording.started", "recording.stopped"]
    assert ended(company) == reason
    assert not company.engine.live


def test_hanging_up_after_the_message_is_no_abandoning() -> None:
    company = leaving()
    company.wait(5)
    company.recorded("c1")
    company.hang_up("c1")
    assert ended(company) == "flow_ended"


def test_a_message_that_cannot_be_recorded_is_a_failure_of_the_flow() -> None:
    company = leaving()
    company.recorded("c1", failed=True)
    assert company.last("flow.failed")["node"] == "message"
    assert company.sent[-1].prompts == ["sha-system_failure"]  # type: ignore[union-attr]
    company.played("c1")
    assert ended(company) == "flow_error"
    assert of_recording(company) == ["recording.started", "recording.stopped"]


def test_a_switch_that_refuses_to_record_is_a_failure_of_the_flow() -> None:
    company = leaving()
    refused = calls.EffectFailed(leg_id="c1", at=company.now, effect_id="9", effect="RecordMessage", reason="500 no")
    company.do(refused)
    company.played("c1")
    assert ended(company) == "flow_error"
    assert of_recording(company) == ["recording.started", "recording.stopped"]


def test_a_message_without_any_sound_ends_at_the_longest_time() -> None:
    company = leaving()
    company.wait(61)
    assert of_recording(company) == ["recording.started"]
    company.wait(2)
    (stop,) = [effect for effect in company.sent if isinstance(effect, calls.StopMessage)]
    assert stop.name == company.messages()[0].name
    assert of_recording(company) == ["recording.started", "recording.stopped"]
    assert company.last("flow.node")["node"] == "thanks"
    company.recorded("c1")
    assert of_recording(company) == ["recording.started", "recording.stopped"]


def test_another_recording_of_the_leg_is_not_the_message() -> None:
    company = leaving()
    company.do(calls.MessageRecorded(leg_id="c1", at=company.now, name="another"))
    assert of_recording(company) == ["recording.started"]


def test_take_over_leaves_the_caller_speaking() -> None:
    company = leaving()
    company.wait(3)
    name = company.messages()[0].name
    after = taken_over(company, {"c1"}, recording={name})
    assert not after.sent, "any command would wait in the switch until the message is over"
    after.do(calls.MessageRecorded(leg_id="c1", at=after.now, name=name))
    assert of_recording(after) == ["recording.stopped"]
    assert after.last("flow.node")["node"] == "thanks"


def test_take_over_finds_the_message_complete() -> None:
    company = leaving()
    company.wait(3)
    name = company.messages()[0].name
    after = taken_over(company, {"c1"}, recorded={name})
    assert of_recording(after) == ["recording.stopped"]
    assert not after.messages()
    assert after.last("flow.node")["node"] == "thanks"
    after.do(calls.MessageRecorded(leg_id="c1", at=after.now, name=name))  # told late
    assert of_recording(after) == ["recording.stopped"]


def test_take_over_begins_a_message_that_never_began() -> None:
    company = leaving()
    name = company.messages()[0].name
    after = taken_over(company, {"c1"})
    assert [message.name for message in after.messages()] == [name]
    assert of_recording(after) == []
    after.recorded("c1")
    assert of_recording(after) == ["recording.stopped"]


def test_take_over_ends_the_message_of_a_caller_who_has_gone() -> None:
    company = leaving()
    company.wait(30)
    after = taken_over(company, set(), recorded={company.messages()[0].name})
    assert of_recording(after) == ["recording.stopped"]
    assert ended(after) == "system_failure"
