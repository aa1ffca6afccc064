"""Calls from end to end, as phones hear them and the ledger has them."""

from __future__ import annotations

import asyncio
import itertools
import time
from pathlib import Path

from tests.sip import sipp, tones
from tests.sip.conftest import Build
from tests.sip.ledger import PATIENCE, kinds, the
from tests.sip.running import Running
from tests.sip.tones import RATE
from tests.sip.world import AGENT_TONE, CALLER_TONE, PROMPTS, Phones, World, answering


async def test_a_call_through_flow_and_queue_to_an_agent_and_back(build: Build) -> None:
    world = await build()
    call = await world.call_and_press("1")
    await world.ledger.has("agent.connected", call.caller)
    await call.say(f"sound:{world.phones.caller_voice}", loop=True)
    await asyncio.sleep(4)  # the conversation
    agent = world.agents[0]
    view = await agent.becomes("engaged")
    assert (await agent.command("interaction.hang_up", interaction_id=view["interaction_id"]))["ok"]
    await world.ledger.has("flow.node", call.caller, node="rating")
    await call.press("5")
    rows = await world.ledger.ended(call.caller)
    await agent.becomes("wrap_up")
    await agent.wrap_up(rows[0].interaction_id)
    await agent.becomes("available")

    heard = await call.heard()
    for name in ("greeting", "menu", "thanks"):
        assert tones.seconds_of(heard, PROMPTS[name][0]) > 0.2, name
    assert tones.seconds_of(heard, AGENT_TONE) > 2
    assert the(rows, "interaction.ended").data["end_reason"] == "completed"
    assert [row.data["node"] for row in rows if row.kind == "flow.node"][:4] == ["answer", "greeting", "menu", "queue"]
    order = [
        "interaction.started",
        "flow.entered",
        "interaction.answered",
        "flow.key",
        "queue.entered",
        "offer.made",
        "offer.accepted",
        "agent.connected",
        "agent.disconnected",
        "interaction.ended",
    ]
    positions = [kinds(rows).index(kind) for kind in order]
    assert sorted(positions) == positions, kinds(rows)
    assert the(rows, "agent.disconnected").data["by"] == "agent"
    assert the(rows, "agent.disconnected").data["talk_seconds"] > 3


async def sides_of(world: World, caller: str) -> list[Path]:
    """The two files of a recording that is under way, by names that stay: the spool's go when it is filed."""
    rows = await world.ledger.has("recording.started", caller)
    spool, recording = world.running.settings.spool, the(rows, "recording.started").data["recording_id"]
    sides = [spool / f"{recording}-{side}.wav" for side in ("in", "out")]
    async with asyncio.timeout(PATIENCE):
        while not all((spool / "recording" / side.name).exists() for side in sides):
            await asyncio.sleep(0.05)
    for side in sides:
        side.hardlink_to(spool / "recording" / side.name)
    return sides


async def closed(*paths: Path) -> None:
    """Wait until Asterisk has written the files to their ends."""
    async with asyncio.timeout(PATIENCE):
        while not all(map(tones.is_whole, paths)):
            await asyncio.sleep(0.1)


async def test_both_sides_are_on_the_recording_for_the_whole_talk(build: Build) -> None:
    world = await build(straight=True)
    call = await world.call()
    await world.ledger.has("agent.connected", call.caller)
    await call.say(f"sound:{world.phones.caller_voice}", loop=True)
    await asyncio.sleep(5)  # the conversation
    said, was_told = await sides_of(world, call.caller)
    await call.hang_up()
    rows = await world.ledger.ended(call.caller)
    talk = the(rows, "agent.disconnected").data["talk_seconds"]
    await closed(said, was_told)
    assert tones.seconds_of(said, CALLER_TONE) > 3
    assert tones.seconds_of(said, AGENT_TONE) == 0
    assert tones.seconds_of(was_told, AGENT_TONE) > 3
    assert tones.seconds_of(was_told, CALLER_TONE) == 0
    for side in (said, was_told):
        assert abs(tones.duration(side) - talk) < 1


async def test_who_hangs_up_in_which_stage_is_told_apart(build: Build) -> None:
    in_flow, in_queue, ringing, talking = await asyncio.gather(
        build(agents=0), build(agents=0), build(robot={"answers": "no"}), build(straight=True)
    )

    async def hang_up_in_menu() -> str:
        call = await in_flow.call()
        await in_flow.in_menu(call)
        await call.hang_up()
        return str(the(await in_flow.ledger.ended(call.caller), "interaction.ended").data["end_reason"])

    async def hang_up_in_queue() -> str:
        call = await in_queue.call_and_press("1")
        await in_queue.ledger.has("queue.entered", call.caller)
        await call.hang_up()
        rows = await in_queue.ledger.ended(call.caller)
        assert the(rows, "queue.left").data["outcome"] == "abandoned"
        return str(the(rows, "interaction.ended").data["end_reason"])

    async def hang_up_while_ringing() -> str:
        call = await ringing.call_and_press("1")
        await ringing.ledger.has("offer.ringing", call.caller)
        await call.hang_up()
        rows = await ringing.ledger.ended(call.caller)
        assert the(rows, "offer.missed").data["reason"] == "caller_gone"
        await ringing.agents[0].becomes("available")  # it was not the agent's fault
        return str(the(rows, "interaction.ended").data["end_reason"])

    async def hang_up_while_talking() -> str:
        call = await talking.call()
        await talking.ledger.has("agent.connected", call.caller)
        await call.hang_up()
        rows = await talking.ledger.ended(call.caller)
        ended = the(rows, "interaction.ended").data
        assert the(rows, "agent.disconnected").data["by"] == "customer"
        assert ended["ended_by"] == "customer"
        await talking.agents[0].becomes("wrap_up")
        return str(ended["end_reason"])

    reasons = await asyncio.gather(
        hang_up_in_menu(), hang_up_in_queue(), hang_up_while_ringing(), hang_up_while_talking()
    )
    assert reasons == ["abandoned_in_flow", "abandoned_in_queue", "abandoned_ringing", "completed"]


async def test_an_agent_who_does_not_answer_rejects_or_is_away_passes_the_call_on(build: Build) -> None:
    async def first_agent(answers: str, reason: str) -> None:
        world = await build(agents=2, straight=True, no_answer_seconds=4)
        silent, ready = world.agents
        await world.phones.change(answering(silent, answers=answers))
        call = await world.call()
        rows = await world.ledger.has("agent.connected", call.caller)
        missed = the(rows, "offer.missed")
        assert (missed.agent_id, missed.data["reason"]) == (silent.id, reason)
        assert the(rows, "agent.connected").agent_id == ready.id
        assert (await silent.becomes("not_ready"))["reason_code_id"] is not None
        await call.hang_up()
        assert the(await world.ledger.ended(call.caller), "interaction.ended").data["end_reason"] == "completed"

    async def without_a_phone() -> None:
        world = await build(agents=2, straight=True)
        away, ready = world.agents
        await world.running.bus.request(
            world.running.bus.subjects.node(world.running.settings.node, "endpoint"),
            {"op": "set", "sip_user": away.robot.user, "md5": "0" * 32, "transport": "browser", "shard": world.shard},
        )
        await away.reached(False)
        call = await world.call()
        rows = await world.ledger.has("agent.connected", call.caller)
        assert "offer.missed" not in kinds(rows), "nobody is offered where no phone is"
        assert the(rows, "agent.connected").agent_id == ready.id
        await call.hang_up()
        await world.ledger.ended(call.caller)

    await asyncio.gather(first_agent("no", "no_answer"), first_agent("busy", "rejected"), without_a_phone())


async def test_a_busy_phone_is_heard_every_time(build: Build) -> None:
    world = await build(agents=1, straight=True)
    agent = world.agents[0]
    await world.phones.change(answering(agent, answers="busy"))
    call = await world.call()
    await agent.becomes("not_ready")
    assert (await agent.command("agent.set_state", state="available"))["ok"]
    rows = await world.ledger.until(lambda rows: kinds(rows).count("offer.missed") == 2)
    assert [row.data["reason"] for row in rows if row.kind == "offer.missed"] == ["rejected", "rejected"]
    await call.hang_up()
    await world.ledger.ended(call.caller)


async def test_two_callers_and_one_agent_keep_their_order(build: Build) -> None:
    world = await build(straight=True, wrap_up_seconds=1)
    agent = world.agents[0]
    await agent.command("agent.set_state", state="not_ready")
    first = await world.call()
    await world.ledger.has("queue.entered", first.caller)
    second = await world.call()
    await world.ledger.has("queue.entered", second.caller)
    await agent.command("agent.set_state", state="available")
    await world.ledger.has("agent.connected", first.caller)
    assert "offer.made" not in kinds(await world.ledger.rows(second.caller))
    await first.hang_up()
    await world.ledger.has("agent.connected", second.caller)
    await second.hang_up()
    await world.ledger.ended(second.caller)
    rows = await world.ledger.rows()
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1)), "the tenant's order has gaps"


async def test_a_flow_that_fails_ends_the_call_and_says_where(build: Build) -> None:
    world = await build(agents=0)
    call = await world.call_and_press("9")
    rows = await world.ledger.ended(call.caller)
    assert the(rows, "flow.failed").data["node"] == "broken"
    assert the(rows, "interaction.ended").data["end_reason"] == "flow_error"
    await call.ended.wait()


async def test_wrong_keys_are_told_and_the_last_one_leaves(build: Build) -> None:
    world = await build(agents=0)
    call = await world.call()
    await world.in_menu(call)
    for count in (1, 2, 3):
        await call.press("7")
        await world.ledger.has("flow.key", call.caller, count=count)
    rows = await world.ledger.ended(call.caller)
    assert tones.seconds_of(await call.heard(), PROMPTS["invalid"][0]) > 0.3
    assert the(rows, "interaction.ended").data["end_reason"] in ("flow_ended", "completed")


async def test_an_unknown_number_is_refused_with_words_and_a_cause(running: Running, phones: Phones) -> None:
    result = await sipp.run("refused_early", running.settings.sip_port, running.home / "sipp", service="40440404")
    assert result.passed, result.said + result.messages
    call = await phones.phone.call("40440404", caller=phones.new_caller())
    heard = await call.heard()
    assert not call.answered.is_set()
    assert (call.sip_status, call.cause) == (404, 1)
    assert tones.loud_seconds(heard) > 1


async def test_a_call_stays_in_its_tenant(build: Build) -> None:
    ours, theirs = await asyncio.gather(build(straight=True), build(straight=True))
    before = len(await theirs.ledger.rows())
    call = await ours.call()
    rows = await ours.ledger.has("agent.connected", call.caller)
    assert the(rows, "agent.connected").agent_id == ours.agents[0].id
    assert await theirs.agents[0].state() == "available"
    assert len(await theirs.ledger.rows()) == before
    # Their agent's command on our call is as if the call did not exist.
    stranger = theirs.agents[0]
    answer = await stranger.command("interaction.hang_up", interaction_id=rows[0].interaction_id)
    assert not answer["ok"]
    await call.hang_up()
    await ours.ledger.ended(call.caller)


async def test_a_caller_who_sends_no_sound_is_recorded_for_the_true_time(running: Running, build: Build) -> None:
    world = await build(straight=True)
    caller = world.phones.new_caller()
    calling = asyncio.create_task(
        sipp.run(
            "silent_caller",
            running.settings.sip_port,
            running.home / "sipp",
            service=world.number,
            arguments=("-key", "caller", caller),
        )
    )
    sides = await sides_of(world, caller)
    rows = await world.ledger.ended(caller)
    result = await calling
    assert result.passed, result.said + result.messages
    talk = the(rows, "agent.disconnected").data["talk_seconds"]
    assert talk > 5
    await closed(*sides)
    for side in sides:
        assert abs(tones.duration(side) - talk) < 1


async def test_a_gap_in_the_callers_sound_leaves_everything_at_its_second(build: Build) -> None:
    world = await build(straight=True)
    call = await world.call()
    await world.ledger.has("agent.connected", call.caller)
    word = f"sound:{tones.make(world.phones.voice.with_name('word.wav'), CALLER_TONE, 1).with_suffix('')}"
    spoken_at = []
    await asyncio.sleep(2)  # the recording is under way
    for pause in (5, 0):
        spoken_at.append(time.monotonic())
        await call.say(word)
        await call.said()
        await asyncio.sleep(pause)  # the caller's phone sends nothing
    await asyncio.sleep(4)
    sides = await sides_of(world, call.caller)
    await call.hang_up()
    await world.ledger.ended(call.caller)
    await closed(*sides)
    said, told = (tones.read(side)[0][:, 0] for side in sides)
    words = onsets(said, CALLER_TONE)
    assert len(words) == 2
    assert abs((words[1] - words[0]) - (spoken_at[1] - spoken_at[0])) < 0.25
    # The agent's phone speaks five seconds and pauses for a half, whatever the caller does.
    agent = onsets(told, AGENT_TONE)
    assert len(agent) > 1
    assert all(abs(later - earlier - 5.5) < 0.25 for earlier, later in itertools.pairwise(agent))
    assert abs(len(said) - len(told)) / RATE < 0.25


def onsets(samples: tones.Samples, frequency: float) -> list[float]:
    """The seconds at which the tone begins."""
    window = 0.05
    loud = tones.level(samples, RATE, frequency, window) > 0.05
    return [round(index * window, 3) for index in range(1, len(loud)) if loud[index] and not loud[index - 1]]
