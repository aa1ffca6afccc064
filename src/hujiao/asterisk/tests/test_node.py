"""What the node decides and writes, apart from any Asterisk."""

from __future__ import annotations

import socket
from typing import Any

from hujiao.asterisk import transports
from hujiao.asterisk.node import numbers, reachable
from hujiao.asterisk.node.voice_ports import IDLE_SECONDS, VoicePorts
from hujiao.asterisk.node.watch import to_relieve


def channel(name: str, data: str, state: str = "Up", application: str = "Stasis") -> dict[str, Any]:
    return {"id": name, "state": state, "dialplan": {"app_name": application, "app_data": data}}


CHANNELS = [
    channel("waiting", "hujiao-i-2,inbound,95001,trunk"),
    channel("talking", "hujiao-i-2,inbound,95001,trunk"),
    channel("unanswered", "hujiao-i-2,inbound,95001,trunk", "Ring"),
    channel("other-shard", "hujiao-i-1,inbound,95002,trunk"),
    channel("agent", "hujiao-i-2,peer"),
    channel("snoop", "hujiao-i-2,snoop"),
    channel("in-fallback", "prompt", application="Playback"),
]


def test_while_callers_keep_their_place_only_the_unanswered_leave() -> None:
    assert to_relieve(CHANNELS, {"talking", "agent"}, "hujiao-i-2", everybody=False) == ["unanswered"]


def test_after_the_grace_everybody_leaves_who_does_not_talk() -> None:
    assert to_relieve(CHANNELS, {"talking", "agent"}, "hujiao-i-2", everybody=True) == ["waiting", "unanswered"]


def test_numbers_are_extensions_and_what_no_dialplan_can_hold_is_left_out() -> None:
    text = numbers.render([("95001", 2), ("+8610", 0), ("9,1,System(x)", 1), ("95000", 3)])
    assert text.splitlines()[1:] == [
        "exten => +8610,1,Goto(shard,0,1)",
        "exten => +95000,1,Goto(shard,3,1)",
        "exten => +95001,1,Goto(shard,2,1)",
        "exten => 008610,1,Goto(shard,0,1)",
        "exten => 0095000,1,Goto(shard,3,1)",
        "exten => 0095001,1,Goto(shard,2,1)",
        "exten => 8610,1,Goto(shard,0,1)",
        "exten => 95000,1,Goto(shard,3,1)",
        "exten => 95001,1,Goto(shard,2,1)",
    ]


def test_what_is_written_exactly_so_goes_before() -> None:
    text = numbers.render([("+2001", 1), ("2001", 2), ("sales", 3)])
    assert {line for line in text.splitlines()[1:] if "002001" not in line} == {
        "exten => +2001,1,Goto(shard,1,1)",
        "exten => 2001,1,Goto(shard,2,1)",
        "exten => sales,1,Goto(shard,3,1)",
    }


def test_a_file_that_says_the_same_is_not_written_again(tmp_path: Any) -> None:
    assert numbers.write(tmp_path, [("95001", 1)])
    assert not numbers.write(tmp_path, [("95001", 1)])
    assert numbers.write(tmp_path, [("95001", 2)])


def test_a_sip_port_that_was_taken_is_told_from_an_asterisk_that_ends() -> None:
    def shown(*names: str) -> str:
        return "\n".join(["Transport:  <TransportId>", *(f"Transport:  transport-{name}  {name}  0" for name in names)])

    assert transports.missing(shown("tcp", "udp", "ws")) == []
    assert transports.missing(shown("tcp", "ws")) == ["udp"]
    assert transports.missing(shown("ws")) == ["udp", "tcp"]
    assert transports.missing(shown("tcp", "udp", "ws"), tls=True) == ["tls"]
    assert transports.missing(shown("tcp", "udp", "ws", "tls"), tls=True) == []
    assert transports.missing("No objects found.") == []


SHOWN = """
  Contact:  <Aor/ContactUri..............................> <Hash....> <Status> <RTT(ms)..>
==========================================================================================

  Contact:  a000000000000/sip:a000000000000@127.0.0.1:3409 b2ce68486b Avail         0.587
  Contact:  a000000000001/sip:a000000000001@127.0.0.1:3409 2559b4e21b Unavail         nan
  Contact:  a000000000002/sip:a000000000002@127.0.0.1:5060 9ac9786516 NonQual        -nan
  Contact:  a000000000003/sips:a3@[2001:db8::1]:5061;trans 9ac9786517 Avail        11.505

Objects found: 4
"""


def test_phones_that_answer_and_those_just_registered_can_be_called() -> None:
    assert reachable.parse(SHOWN) == {"a000000000000", "a000000000002", "a000000000003"}
    assert reachable.parse("No objects found.") == frozenset()


def test_ports_that_stay_open_without_a_call_for_long_are_held_by_nothing() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as left:
        left.bind(("127.0.0.1", 0))
        port = left.getsockname()[1]
        ports = VoicePorts(port, port + 1)
        ports.look(0, 100.0)
        ports.look(1, 100.0 + IDLE_SECONDS)
        ports.look(0, 101.0 + IDLE_SECONDS)
        assert ports.held == 0, "a call was there meanwhile"
        ports.look(0, 101.0 + 2 * IDLE_SECONDS)
        assert (ports.held, ports.count) == (1, 2)
        ports.look(1, 102.0 + 2 * IDLE_SECONDS)
        assert ports.held == 1, "they do not come back by a call"
