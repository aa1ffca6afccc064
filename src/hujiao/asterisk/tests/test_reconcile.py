"""What a take-over reads of the switch: who has just come, who has been served, who can be commanded."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

import msgspec

from hujiao.asterisk import reconcile
from hujiao.asterisk.client import Answer, AriSocket


def channel(name: str, state: str, app: str = "Stasis", data: str = "", context: str = "arrived") -> dict[str, Any]:
    dialplan = {"context": context, "app_name": app, "app_data": data}
    return {"id": name, "state": state, "dialplan": dialplan, "caller": {"number": "138", "name": ""}}


class Switch:
    """Answers as Asterisk does."""

    application = "hujiao-x-0"

    def __init__(self, *channels: dict[str, Any], indescribable: Iterable[str] = ()) -> None:
        self.channels = channels
        self.indescribable = set(indescribable)

    async def request(self, method: str, resource: str, body: Any = None) -> Answer:
        content: Any
        if resource.startswith("asterisk/info"):
            content = {"status": {"startup_time": "2026-01-05T08:00:00.000+0000"}}
        elif resource.startswith("applications/"):
            content = {"channel_ids": [channel["id"] for channel in self.channels], "bridge_ids": []}
        elif resource == "channels":
            if self.indescribable:
                return Answer(500)
            content = list(self.channels)
        elif resource.removeprefix("channels/") in self.indescribable:
            return Answer(200)
        elif found := [channel for channel in self.channels if resource == f"channels/{channel['id']}"]:
            (content,) = found
        else:
            return Answer(404)
        return Answer(200, msgspec.json.encode(content).decode())


async def read(
    *channels: dict[str, Any], indescribable: Iterable[str] = (), known: Iterable[str] = ()
) -> reconcile.SwitchState:
    return await reconcile.read(cast(AriSocket, Switch(*channels, indescribable=indescribable)), known, [])


INBOUND = "hujiao-x-0,inbound,95001,line"


async def test_who_was_answered_has_not_just_come() -> None:
    """An end that was committed, but not commanded, is no new call of the same caller."""
    found = await read(channel("new", "Ring", data=INBOUND), channel("served", "Up", data=INBOUND))
    arrived = [(one.leg_id, one.caller, one.called, one.trunk, one.withheld) for one in found.arrived]
    assert arrived == [("new", "138", "95001", "line", False)]
    assert found.own == {"new", "served"}


async def test_who_withholds_the_number_does_so_after_a_take_over_too() -> None:
    found = await read(
        channel("a", "Ring", data=f"{INBOUND},prohib_passed_screen"),
        channel("b", "Ring", data=f"{INBOUND},allowed_not_screened,user;id"),
        channel("c", "Ring", data=f"{INBOUND},allowed,,anonymous.invalid"),
        channel("d", "Ring", data=f"{INBOUND},allowed_passed_screen,none,carrier.example"),
    )
    assert [one.withheld for one in found.arrived] == [True, True, True, False]


async def test_an_agent_who_answered_between_two_runtimes_cannot_be_commanded_yet() -> None:
    found = await read(
        channel("waits", "Up", app="Wait", context="peer"), channel("here", "Up", data="hujiao-x-0,peer")
    )
    assert found.legs == {"waits", "here"}
    assert found.up == {"here"}


async def test_who_hears_the_announcement_is_nobodys() -> None:
    assert (await read(channel("gone", "Ring", app="Playback", context="fallback"))).legs == frozenset()


async def test_a_channel_that_cannot_be_described_counts_as_gone_and_the_others_are_read() -> None:
    here = channel("here", "Up", data="hujiao-x-0,peer"), channel("new", "Ring", data=INBOUND)
    placeless = channel("placeless", "Up") | {"dialplan": None}
    for bad in (set[str](), {"bad"}, {"stranger"}, {"bad", "stranger"}):
        found = await read(*here, channel("bad", "Up"), placeless, indescribable=bad, known=["here", "gone", "bad"])
        assert found.legs >= {"here", "new"}
        assert "gone" not in found.legs
        assert found.unreadable == {"placeless"} | bad & {"bad"}
        assert found.unreadable.isdisjoint(found.legs)
        assert [arrival.leg_id for arrival in found.arrived] == ["new"]


async def test_what_a_caller_says_of_itself_is_bounded_and_steers_nothing() -> None:
    said = channel("new", "Ring", data=INBOUND) | {"caller": {"number": "138\n00", "name": "\x1b[31m" + "n" * 500}}
    (arrived,) = (await read(said)).arrived
    number, name = arrived.caller, arrived.name
    assert (number, name) == ("13800", "[31m" + "n" * 76)
