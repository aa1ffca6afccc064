"""SIP requests as nobody should write them: each a valid one with some bytes changed. One seed gives one sequence."""

from __future__ import annotations

import random
import re
import secrets
from collections.abc import Callable

# What has a meaning to somebody on the way: to SIP, to the dialplan, to JSON, to UTF-8, to a log.
POISON: tuple[bytes, ...] = (
    b"\xe9", b"\xff\xfe", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x00", b"\x01\x1b[31m", b"\x7f",
    b"%FF", b"%00", b"%E9", b"%ED%A0%80", b"%0D%0A", b"%2C", b"%zz", b"%",
    b",look", b",1", b"(", b")", b"${EPOCH}", b"$[1/0]", b"{", b"}", b"&", b"|", b'"', b"'", b"\\", b";", b"<", b">",
    b"@",
    b"\r", b"\n", b"\r\n ", b"\r\n\r\n", b"\t", b" ", b"\xe5\x91\xbc\xe5\x8f\xab", b"\xf0\x9f\x93\x9e", b"\xe2\x80\xae",
)  # fmt: skip
_FIELD = re.compile(rb"(?m)^([A-Za-z-]+): ?([^\r\n]*)")


def _somewhere(chance: random.Random, data: bytes, put: bytes) -> bytes:
    place = chance.randrange(len(data) + 1)
    return data[:place] + put + data[place:]


def poisoned_value(chance: random.Random, data: bytes) -> bytes:
    """Into the value of a field, or the called URI."""
    first = data.find(b" ") + 1, data.find(b" SIP/2.0")
    spans = [first] if first[1] > first[0] else []
    start, end = chance.choice(spans + [match.span(2) for match in _FIELD.finditer(data)] or [(0, len(data))])
    return data[:start] + _somewhere(chance, data[start:end], chance.choice(POISON)) + data[end:]


def poisoned_anywhere(chance: random.Random, data: bytes) -> bytes:
    return _somewhere(chance, data, chance.choice(POISON))


def flipped(chance: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randrange(1, 6)):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def longer(chance: random.Random, data: bytes) -> bytes:
    fields = [match.span(2) for match in _FIELD.finditer(data)]
    place = chance.choice(fields)[1] if fields else len(data)
    put = chance.choice((b"a", b"1", b"\xe9", b";x=1", b" ")) * chance.choice((100, 900, 3000, 20_000))
    return data[:place] + put + data[place:]


def without_a_line(chance: random.Random, data: bytes) -> bytes:
    lines = data.split(b"\r\n")
    del lines[chance.randrange(len(lines))]
    return b"\r\n".join(lines)


def twice_a_line(chance: random.Random, data: bytes) -> bytes:
    lines = data.split(b"\r\n")
    lines.insert(chance.randrange(1, len(lines) + 1), chance.choice(lines))
    return b"\r\n".join(lines)


def cut(chance: random.Random, data: bytes) -> bytes:
    return data[: chance.randrange(len(data)) + 1]


def other_numbers(chance: random.Random, data: bytes) -> bytes:
    """Lengths, sequence numbers, ports and times out of any range."""
    numbers = list(re.finditer(rb"\d+", data))
    if not numbers:
        return data
    found = chance.choice(numbers)
    put = chance.choice((b"0", b"-1", b"4294967296", b"99999999999999999999", b"1e9", b"\xd9\xa1", b""))
    return data[: found.start()] + put + data[found.end() :]


def other_case(chance: random.Random, data: bytes) -> bytes:
    return data.swapcase() if chance.random() < 0.3 else data.replace(b": ", chance.choice((b" : ", b":", b":\r\n ")))


def joined(chance: random.Random, data: bytes) -> bytes:
    if chance.random() < 0.5:
        return data + data.replace(b"CSeq: ", b"CSeq: 1")
    return b"\r\n" * chance.randrange(1, 9) + data


MUTATIONS: tuple[Callable[[random.Random, bytes], bytes], ...] = (
    poisoned_value, poisoned_value, poisoned_value, poisoned_anywhere, flipped, longer, without_a_line, twice_a_line,
    cut, other_numbers, other_case, joined,
)  # fmt: skip


def mutated(chance: random.Random, request: bytes) -> bytes:
    """Returns the request with one to three changes."""
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        request = chance.choice(MUTATIONS)(chance, request) or b"\r\n"
    return request


def token(chance: random.Random) -> bytes:
    return f"{chance.getrandbits(64):016x}".encode()


def new_seed() -> int:
    return secrets.randbelow(1 << 31)
