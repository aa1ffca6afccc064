"""The drill's verdict finds what it is for: each wrong in a log of phones, and nothing in a right one."""

from __future__ import annotations

from pathlib import Path

from drills import verdict
from drills.kill_runtime import PHASES, faults
from drills.robots import Offer
from drills.verdict import Caller, CallerLog


def caller(number: str, at: float, ended: float | None = 100.0, **more: object) -> Caller:
    return Caller(number, at, at + 0.01, ended_at=ended, **more)  # type: ignore[arg-type]


def offer(agent: str, number: str, at: float, ended: float | None = 100.0, by: str = "agent") -> Offer:
    return Offer(agent, number, "", at, at + 1, ended, by, at + 1.2)


def test_a_day_without_faults_is_clean() -> None:
    callers = {one.number: one for one in (caller("1", 0), caller("2", 1))}
    offers = [offer("a", "1", 10), offer("b", "2", 11)]
    assert verdict.dropped(callers, offers) == []
    assert verdict.inversions(callers, offers) == []
    assert verdict.double_offers(offers) == []
    assert verdict.served_again(offers) == []
    assert verdict.unconnected(offers, 5) == []


def test_a_call_that_nobody_wanted_to_end_is_dropped() -> None:
    never_served, refused = caller("1", 0), Caller("2", 1, ended_at=2, status=486)
    elsewhere = Caller("3", 1, status=503)
    cut = caller("4", 0)
    callers = {one.number: one for one in (never_served, refused, elsewhere, cut)}
    assert verdict.dropped(callers, [offer("a", "4", 10, by="product")]) == ["1", "2", "4"]


def test_the_later_one_came_first() -> None:
    callers = {one.number: one for one in (caller("1", 0), caller("2", 1))}
    assert verdict.inversions(callers, [offer("a", "2", 10), offer("b", "1", 11)]) == [("1", "2")]
    assert verdict.inversions(callers, [offer("a", "2", 10), offer("b", "1", 10.05)]) == []


def test_who_may_have_come_first_is_not_overtaken() -> None:
    """A key may have been heard at any of its presses."""
    callers = {one.number: one for one in (caller("1", 0, pressed=[2.0, 8.0]), caller("2", 5))}
    assert verdict.inversions(callers, [offer("a", "2", 10), offer("b", "1", 11)]) == []
    callers["1"].pressed = [2.0]
    assert verdict.inversions(callers, [offer("a", "2", 10), offer("b", "1", 11)]) == [("1", "2")]


def test_two_agents_at_once_and_one_agent_twice_at_once() -> None:
    assert len(verdict.double_offers([offer("a", "1", 10, 20), offer("b", "1", 15, 30)])) == 1
    assert len(verdict.double_offers([offer("a", "1", 10, 20), offer("a", "2", 15, 30)])) == 1
    assert verdict.double_offers([offer("a", "1", 10, 12, "taken_back"), offer("b", "1", 12, 30)]) == []


def test_served_again_and_never_heard() -> None:
    assert verdict.served_again([offer("a", "1", 10, 20), offer("b", "1", 25, 40)]) == ["1"]
    silent = offer("a", "1", 10, 20)
    silent.connected_at = None
    assert verdict.unconnected([silent], 5) == [silent]


def test_sipps_log_is_read_as_it_grows(tmp_path: Path) -> None:
    file = tmp_path / "short.log"
    log = CallerLog(file)
    assert log.look() == []

    def line(at: float, way: str, sequence: str, message: str) -> str:
        return f"2026-01-05\t08:00:00\t{at}\t{way}\t721-77@127.0.0.1\tCSeq:{sequence}\t{message}\n"

    file.write_text(line(1.0, "S", "1 INVITE", "INVITE sip:95004@127.0.0.1 SIP/2.0") + "2026-01-05\t08")
    assert log.look() == []
    assert log.callers["721"].invited_at == 1.0
    file.write_text(
        line(1.0, "S", "1 INVITE", "INVITE sip:95004@127.0.0.1 SIP/2.0")
        + line(1.1, "R", "1 INVITE", "SIP/2.0 200 OK")
        + line(3.0, "S", "2 INFO", "INFO sip:127.0.0.1 SIP/2.0")
        + line(3.1, "R", "2 INFO", "SIP/2.0 200 OK")
        + line(9.0, "R", "5 BYE", "BYE sip:721@127.0.0.1 SIP/2.0")
    )
    assert [what for what, _ in log.look()] == ["answered", "ended"]
    known = log.callers["721"]
    assert (known.entered, known.ended_at, known.status) == ((3.0, 3.0), 9.0, None)


def test_every_phase_is_struck_equally_often() -> None:
    struck = faults(25, 25)
    assert len(struck) == 50
    assert all(struck.count((fault, phase)) == 5 for fault in ("kill", "freeze") for phase in PHASES)
