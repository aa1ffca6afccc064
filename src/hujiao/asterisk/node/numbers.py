"""Which shard serves an access number: lines of the dialplan, so that a call finds its way without the center."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from hujiao.asterisk.config import replace
from hujiao.calls.numbers import bare

FILE = "numbers.conf"
_NUMBER = re.compile(r"[+*#0-9A-Za-z]{1,40}")


def render(numbers: Iterable[tuple[str, int]]) -> str:
    """Extensions of the context `shard-of`; a number that a dialplan cannot hold is left to shard 0."""
    exact = dict(sorted(numbers))
    written = {prefix + bare(number): shard for number, shard in exact.items() for prefix in _prefixes(number)}
    lines = [
        f"exten => {number},1,Goto(shard,{shard},1)"
        for number, shard in sorted({**written, **exact}.items())
        if _NUMBER.fullmatch(number)
    ]
    return "\n".join(["; access number -> shard, written by hujiao", *lines, ""])


def _prefixes(number: str) -> tuple[str, ...]:
    """With which carriers may write it."""
    return ("", "+", "00") if bare(number).isdecimal() else ("",)


def write(etc: Path, numbers: Iterable[tuple[str, int]]) -> bool:
    """Says whether the file is another than before."""
    path, text = etc / FILE, render(numbers)
    if path.exists() and path.read_text("utf-8") == text:
        return False
    replace(path, text)
    return True
