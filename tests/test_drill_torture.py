"""What the drill sip-fuzz sends: the same for one seed, other for another, and odd in every way that it means to be."""

from __future__ import annotations

import random
from typing import cast

from drills import torture
from drills.sip import SDP, Dialog, Wire

WIRE = Wire("UDP", "127.0.0.1", 5060)
REQUEST = Dialog(WIRE, b"sip:95001@127.0.0.1", call_id=b"id").request(b"INVITE", body=SDP)


def sequence(seed: int, count: int) -> list[bytes]:
    chance = random.Random(seed)
    return [torture.mutated(chance, REQUEST) for _ in range(count)]


def test_one_seed_gives_one_sequence() -> None:
    assert sequence(1, 300) == sequence(1, 300)
    assert sequence(1, 300) != sequence(2, 300)


def test_every_mutation_takes_whatever_another_has_left() -> None:
    chance = random.Random(7)
    for mutation in torture.MUTATIONS:
        for data in (b"\r\n", b"x", b"INVITE", REQUEST, REQUEST[:40], *sequence(3, 100)):
            assert isinstance(mutation(chance, data), bytes)


def test_call_ids_and_called_numbers_get_bytes_that_are_no_text() -> None:
    sent = sequence(5, 3000)
    lines = [line for data in sent for line in data.split(b"\r\n")]
    for start in (b"Call-ID:", b"INVITE sip:", b"From:", b"Contact:"):
        of = [line for line in lines if line.startswith(start)]
        assert any(cast(bytes, line).translate(None, bytes(range(128))) for line in of), start
    assert any(b"%FF" in data.split(b" SIP/2.0")[0] for data in sent)
