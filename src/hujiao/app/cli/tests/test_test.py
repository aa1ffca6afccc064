"""A test that fails once among real phones and browsers is run again, and named; no other is."""

from __future__ import annotations

from pathlib import Path

import pytest

from hujiao.app.cli import test as tiers

ONCE = """
from pathlib import Path

def test_once():
    mark = Path(__file__).with_suffix(".seen")
    seen = mark.exists()
    mark.touch()
    assert seen
"""
NEVER = "def test_never():\n    assert False\n"


@pytest.mark.parametrize(
    ("tier", "files", "passes"),
    [
        ("sip", {"test_once.py": ONCE}, True),
        ("sip", {"test_once.py": ONCE, "test_never.py": NEVER}, False),
        ("sip", {f"test_once{number}.py": ONCE for number in range(4)}, False),
        ("integration", {"test_once.py": ONCE}, False),
    ],
)
def test_what_fails_once_is_run_again(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tier: str,
    files: dict[str, str],
    passes: bool,
) -> None:
    for name, code in files.items():
        (tmp_path / name).write_text(code)
    monkeypatch.setattr(tiers, "CHECKOUT", tmp_path)
    monkeypatch.setattr(tiers, "TIERS", {tier: ["."]})
    assert tiers._pytest(tier, ["-q"], beside=True) is passes
    said = capsys.readouterr()
    assert ("Unsteady" in said.out + said.err) is passes
