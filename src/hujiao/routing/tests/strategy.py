"""A strategy installed for a test, in a folder of its own, as pip leaves one."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hujiao.routing import plugins

MODULE = "hujiao_example_strategy"


@contextmanager
def installed(folder: Path, monkeypatch: pytest.MonkeyPatch, source: str, **names: str) -> Iterator[None]:
    """`names` are the strategies' and the classes that they name."""
    (folder / f"{MODULE}.py").write_text(source)
    information = folder / f"{MODULE}-1.2.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: hujiao-example-strategy\nVersion: 1.2\n")
    points = "".join(f"{name} = {MODULE}:{given}\n" for name, given in names.items())
    (information / "entry_points.txt").write_text(f"[{plugins.GROUP}]\n{points}")
    monkeypatch.syspath_prepend(str(folder))
    plugins.installed.cache_clear()
    yield
    plugins.installed.cache_clear()
    sys.modules.pop(MODULE, None)
