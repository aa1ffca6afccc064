import asyncio
import os
import signal
import sys
import threading
from pathlib import Path

from hujiao.embedded import control
from hujiao.embedded.supervisor import Impaired, Keeper, Part, Supervisor, back_off, rotate

WAIT = 60


def part(tmp_path: Path, code: str, **values) -> Part:
    async def healthy() -> bool:
        return (tmp_path / "well").exists()

    values.setdefault("healthy", healthy)
    return Part(name="part", command=(sys.executable, "-c", code), log=tmp_path / "part.log", **values)


def test_the_first_restart_is_at_once_and_the_later_ones_wait_longer():
    delays = [back_off(failures) for failures in range(1, 12)]
    assert delays[0] == 0
    assert delays == sorted(delays)
    assert delays[-1] == 30


async def until(condition) -> None:
    async with asyncio.timeout(WAIT):
        while not condition():  # noqa: ASYNC110 - processes are watched from outside here
            await asyncio.sleep(0.02)


async def test_a_part_that_dies_is_started_again_and_says_why(tmp_path):
    code = (
        "import pathlib, sys, time\n"
        "mark = pathlib.Path(sys.argv[1])\n"
        "if mark.exists(): time.sleep(60)\n"
        "mark.touch(); print('ERROR no luck'); sys.exit(3)"
    )
    said: list[str] = []
    (tmp_path / "well").touch()
    keeper = Keeper(
        Part(
            name="part",
            command=(sys.executable, "-c", code, str(tmp_path / "second")),
            log=tmp_path / "part.log",
            healthy=part(tmp_path, "").healthy,
        ),
        tmp_path,
        said.append,
    )
    keeper.start()
    await until(lambda: keeper.restarts == 1 and keeper.state == "running")
    assert keeper.reason == "ended with code 3: ERROR no luck"
    assert "part ended with code 3" in said[0]
    assert "next start in 0.0 s" in said[0]
    pid = keeper.pid
    await keeper.stop()
    assert keeper.state == "stopped"
    assert not Path(f"/proc/{pid}").exists()


async def test_a_part_that_hangs_is_killed_and_started_again(tmp_path):
    keeper = Keeper(part(tmp_path, "import time; time.sleep(60)", start_seconds=0.3), tmp_path, lambda text: None)
    keeper.start()
    await until(lambda: keeper.restarts >= 1)
    assert "was not ready" in keeper.reason
    await keeper.stop()


async def test_a_part_whose_log_was_taken_away_is_still_watched(tmp_path):
    (tmp_path / "well").touch()
    keeper = Keeper(part(tmp_path, "import time; time.sleep(60)", hang_seconds=0.0), tmp_path, lambda text: None)
    keeper.start()
    await until(lambda: keeper.state == "running")
    (tmp_path / "part.log").unlink()
    (tmp_path / "well").unlink()
    await until(lambda: keeper.restarts >= 1)
    assert "did not answer" in keeper.reason
    await keeper.stop()


async def test_a_keeper_that_stumbles_starts_its_part_again_and_says_why(tmp_path, monkeypatch):
    watch, stumbled, said = Keeper._watch, [], []

    async def stumbles(self, process):
        if stumbled:
            return await watch(self, process)
        stumbled.append(process.pid)
        raise KeyError("no such port")

    monkeypatch.setattr(Keeper, "_watch", stumbles)
    (tmp_path / "well").touch()
    keeper = Keeper(part(tmp_path, "import time; time.sleep(60)"), tmp_path, said.append)
    keeper.start()
    await until(lambda: keeper.state == "running")
    assert keeper.reason == "could not be watched: KeyError: 'no such port'"
    assert "stumbles" in said[0]
    assert not Path(f"/proc/{stumbled[0]}").exists()
    await keeper.stop()


async def test_a_program_that_is_not_there_is_a_reason_not_a_crash(tmp_path):
    missing = Part("part", (str(tmp_path / "none"),), tmp_path / "part.log", part(tmp_path, "").healthy)
    keeper = Keeper(missing, tmp_path, lambda text: None)
    keeper.start()
    await until(lambda: keeper.restarts >= 1)
    assert "does not start" in keeper.reason
    await keeper.stop()


async def test_a_part_that_works_only_in_part_is_left_alone_and_says_why(tmp_path):
    async def healthy() -> bool:
        if (tmp_path / "lacks").exists():
            raise Impaired("port 5060 is taken")
        return True

    (tmp_path / "lacks").touch()
    said: list[str] = []
    impaired = part(tmp_path, "import time; time.sleep(60)", healthy=healthy, hang_seconds=0.0, start_seconds=0.0)
    keeper = Keeper(impaired, tmp_path, said.append)
    keeper.start()
    await until(lambda: keeper.state == "impaired")
    assert keeper.report()["reason"] == "port 5060 is taken"
    (tmp_path / "lacks").unlink()
    await until(lambda: keeper.state == "running")
    assert (keeper.report()["reason"], keeper.restarts) == ("", 0)
    assert said == ["part: port 5060 is taken", "part: whole again"]
    await keeper.stop()


async def test_a_frozen_part_can_be_stopped(tmp_path):
    (tmp_path / "well").touch()
    keeper = Keeper(part(tmp_path, "import time; time.sleep(60)"), tmp_path, lambda text: None)
    keeper.start()
    await until(lambda: keeper.state == "running")
    os.kill(keeper.pid or 0, signal.SIGSTOP)
    async with asyncio.timeout(WAIT):
        await keeper.stop()


async def test_the_supervisor_is_steered_over_its_socket(tmp_path):
    (tmp_path / "well").touch()
    run = tmp_path / "run"
    run.mkdir()
    supervisor = Supervisor(tmp_path, [part(tmp_path, "import time; time.sleep(60)")], "stamp", lambda text: None)
    serving = asyncio.create_task(supervisor.serve(run / "supervisor.sock"))
    answers: list[dict] = []

    def steer() -> None:
        while (state := control.ask(run, {"op": "start"})) is None or state["parts"][0]["state"] != "running":
            threading.Event().wait(0.05)
        answers.append(state)
        control.ask(run, {"op": "stop"})

    await asyncio.wait_for(asyncio.to_thread(steer), WAIT)
    await asyncio.wait_for(serving, WAIT)
    assert answers[0]["stamp"] == "stamp"
    assert not Path(f"/proc/{answers[0]['parts'][0]['pid']}").exists()
    assert control.ask(run, {"op": "state"}) is None


def test_a_long_log_begins_anew_in_the_same_file(tmp_path):
    log = tmp_path / "part.log"
    with log.open("a") as writer:
        writer.write("old\n")
        writer.flush()
        rotate(log)
        writer.write("new\n")
    assert log.read_text() == "new\n"
    assert (tmp_path / "part.log.1").read_text() == "old\n"
