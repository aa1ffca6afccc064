"""A test that fails once among real phones and browsers is run again, and named; no other is. No test is left out."""

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
    assert tiers._pytest(tiers._Share(tier), ["-q"], beside=True) is passes
    said = capsys.readouterr()
    assert ("Unsteady" in said.out + said.err) is passes


def test_lanes_run_each_file_once() -> None:
    shares = [share for lane in tiers._lanes(tiers._EVERYTHING, dealt=True) for share in lane]
    assert {share.tier for share in shares} == {"web", *tiers.TIERS}
    for tier in tiers.TIERS:
        whole = [file for place in tiers._Share(tier).places() for file in Path(place).rglob("test_*.py")]
        files = [
            file
            for share in shares
            if share.tier == tier
            for place in map(Path, share.places())
            for file in ([place] if place.is_file() else place.rglob("test_*.py"))
        ]
        assert sorted(files) == sorted(whole)
        assert files


def test_a_chosen_tier_runs_whole_in_one_lane() -> None:
    assert tiers._lanes(["sip"], dealt=False) == [[tiers._Share("sip")]]
