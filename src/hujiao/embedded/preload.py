"""Builds the small library that stands before Asterisk's own (`sip_guard.c`), with the compiler that came with it."""

from __future__ import annotations

import struct
import subprocess
from pathlib import Path

from hujiao.embedded.problem import Problem

SOURCE = Path(__file__).with_name("sip_guard.c")
_SEGMENT = struct.Struct("<IIQQQQQQ")
_SEGMENTS_AT, _SEGMENT_COUNT_AT = 32, 56
# No library can stand before a function of the program itself: the module that calls it is given the guard's name.
CALLER, OWN_NAME, GUARDS_NAME = "res_rtp_asterisk.so", b"\0ast_sched_del\0", b"\0hj__sched_del\0"
_GNU_STACK, _READ_WRITE = 0x6474E551, 6


def library(prefix: Path) -> Path:
    """Where it is in Asterisk's folder, built or not."""
    return prefix / "sip_guard.so"


def is_built(prefix: Path) -> bool:
    """Whether it is there and was made of today's source."""
    try:
        return (prefix / SOURCE.name).read_bytes() == SOURCE.read_bytes() and library(prefix).exists()
    except FileNotFoundError:
        return False


def build(prefix: Path, started: tuple[str, ...], compiler: Path) -> None:
    """Compile it; `started` are the words that start a program of the prefix, `compiler` is the folder of tcc's own."""
    target = library(prefix)
    words = [*started, str(prefix / "usr/bin/tcc"), "-B", str(compiler), "-Wall", "-Werror", "-shared", "-nostdlib"]
    made = subprocess.run(
        [*words, "-o", str(target), str(SOURCE)], capture_output=True, text=True, timeout=60, check=False
    )
    if made.returncode:
        raise Problem(f"The guard before pjproject could not be compiled: {made.stderr.strip()[-300:]}")
    target.write_bytes(with_plain_stack(target.read_bytes()))
    for module in prefix.glob(f"usr/lib/*/asterisk/modules/{CALLER}"):
        module.write_bytes(module.read_bytes().replace(OWN_NAME, GUARDS_NAME))
    (prefix / SOURCE.name).write_bytes(SOURCE.read_bytes())


def with_plain_stack(elf: bytes) -> bytes:
    """The library, saying that it needs no stack whose memory can be executed.

    tcc does not say it, and one library that does not is enough for the loader to make every stack executable. The
    table of segments is written anew at the end, with one more.
    """
    (at,) = struct.unpack_from("<Q", elf, _SEGMENTS_AT)
    (count,) = struct.unpack_from("<H", elf, _SEGMENT_COUNT_AT)
    table = elf[at : at + count * _SEGMENT.size] + _SEGMENT.pack(_GNU_STACK, _READ_WRITE, 0, 0, 0, 0, 0, 16)
    body = bytearray(elf + bytes(-len(elf) % 8))
    struct.pack_into("<Q", body, _SEGMENTS_AT, len(body))
    struct.pack_into("<H", body, _SEGMENT_COUNT_AT, count + 1)
    return bytes(body) + table
