import socket
from itertools import pairwise

import pytest

from hujiao.embedded import ports
from hujiao.embedded.problem import Problem


def test_a_new_instance_takes_the_first_free_ports():
    chosen = ports.choose(free=lambda port: port not in {8080, 5060, 5070})
    assert chosen == ports.Ports(web=8180, sip=5080, rtp_start=14000, rtp_end=15999)


def test_what_the_operator_sets_is_taken_as_it_is():
    chosen = ports.choose(web=443, sip=5566, rtp=(30000, 30999), free=lambda port: False)
    assert chosen == ports.Ports(443, 5566, 30000, 30999)


def test_instances_side_by_side_never_share_voice_ports():
    ranges = sorted(ports.rtp_range(sip) for sip in ports.SIP)
    assert all(first[1] < second[0] for first, second in pairwise(ranges))
    assert ranges[-1][1] < 32768  # the system takes outgoing ports from there


def test_no_free_port_is_said_with_the_way_out():
    with pytest.raises(Problem, match="--web-port"):
        ports.choose(free=lambda port: False)


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_a_port_in_use_is_not_free(kind):
    with socket.socket(socket.AF_INET, kind) as holder:
        holder.bind(("127.0.0.1", 0))
        if kind == socket.SOCK_STREAM:
            holder.listen()
        assert not ports.is_free(holder.getsockname()[1])


@pytest.mark.parametrize("text", ["", "20000", "20000-", "a-b", "21000-20000", "80-2000", "65530-70000"])
def test_a_bad_range_is_explained(text):
    with pytest.raises(Problem, match="--rtp"):
        ports.parse_range(text)


def test_internal_ports_differ():
    assert len(set(ports.internal(3, free=lambda port: True))) == 3
