"""`./hujiao simulate routing`, and that its service level is the one that the reports show."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from hujiao.app.cli import main as cli
from hujiao.interactions.facts import InteractionFacts, SegmentFacts
from hujiao.reporting.intervals import SERVICE_LEVEL_FORMULA, shares
from hujiao.routing.simulation import figures
from hujiao.routing.simulation.model import parse
from hujiao.routing.simulation.run import simulate
from hujiao.routing.tests import strategy

SMALL = """\
name: 小 <desk>
start: 08:30
hours: 2
queues:
  销售: {skills: {sales: 1}, arrivals: {per_hour: 120}, handle: 120, patience: 60}
  plain: {skills: {plain: 1}, tier: 1, arrivals: {per_hour: 10}, handle: 60}
agents:
  - {count: 4, skills: {sales: 5, plain: 5}}
"""


@pytest.fixture
def scenario(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HUJIAO_HOME", str(tmp_path))
    file = tmp_path / "small.yaml"
    file.write_text(SMALL, "utf-8")
    return file


def test_the_example_of_three_media_in_one_queue(capsys: pytest.CaptureFixture[str]) -> None:
    example = Path(__file__).parents[5] / "docs" / "examples" / "media.yaml"
    assert run(example, "--runs", "2", "--json") == 0
    said = capsys.readouterr().out.strip().splitlines()
    result = json.loads(said[-1])
    service = result["queues"]["service"]
    assert list(result["media"]) == list(service["media"]) == ["voice", "chat", "email"]
    assert sum(one["offered"]["mean"] for one in service["media"].values()) == service["offered"]["mean"]
    # An e-mail takes ten minutes when nobody calls, and is put aside for calls and chats.
    assert service["media"]["email"]["in_hand_seconds"]["mean"] > 600
    assert 0 < result["occupancy"]["points"]["mean"] < result["occupancy"]["mean"]["mean"]
    assert [line.split()[0] for line in said if line.startswith("  ") and "±" in line] == ["voice", "chat", "email"]


def run(*arguments: str | Path) -> int:
    return cli.main(["simulate", "routing", *map(str, arguments)])


def test_figures_page_and_picture(scenario: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page, picture = scenario.with_name("day.html"), scenario.with_name("day.png")
    assert run(scenario, "--runs", "3", "--seed", "7", "--html", page, "--png", picture, "--json") == 0
    said = capsys.readouterr().out.strip().splitlines()
    result = json.loads(said[-1])
    sales = result["queues"]["销售"]
    assert (result["days"], result["seed"]) == (3, 7)
    assert sales["offered"]["mean"] == pytest.approx(240, rel=0.25)
    assert sales["offered"]["half"] > 0
    assert set(result["tiers"]) == {"0", "1"}
    assert any(line.startswith("销售") for line in said)
    html = page.read_text("utf-8")
    assert "<svg" in html and "<td>销售</td>" in html
    assert "小 &lt;desk&gt;" in html and "<desk>" not in html
    assert "http://www.w3.org/2000/svg" in html and "<script" not in html and 'src="' not in html
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_the_same_seed_says_the_same(scenario: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = []
    for seed in ("1", "1", "2"):
        assert run(scenario, "--seed", seed, "--json") == 0
        said.append(json.loads(capsys.readouterr().out.strip().splitlines()[-1])["all"])
    assert said[0] == said[1] != said[2]


@pytest.mark.parametrize(
    ("good", "bad", "sentence"),
    [
        ("hours: 2", "hours: 0", "small.yaml, line 3: hours should be greater than 0"),
        (
            "handle: 60",
            "handle: 60, agent_order: [{expression: 'agent.('}]",
            "The expression 'agent.(' of an agent's order",
        ),
    ],
)
def test_a_mistake_is_a_sentence(
    scenario: Path, capsys: pytest.CaptureFixture[str], good: str, bad: str, sentence: str
) -> None:
    scenario.write_text(SMALL.replace(good, bad), "utf-8")
    assert run(scenario) == 1
    assert sentence in capsys.readouterr().err


def test_a_file_that_is_not_there_is_named(scenario: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(scenario.with_name("other.yaml")) == 1
    assert "There is no file" in capsys.readouterr().err


def test_an_expression_is_a_criterion(scenario: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scenario.write_text(SMALL + "agent_order: [{expression: 'agent.site == \"north\" ? 1 : 0'}]\n", "utf-8")
    assert run(scenario) == 0
    assert "failed" not in capsys.readouterr().out


def test_the_service_level_is_the_reports() -> None:
    assert figures.SERVICE_LEVEL_FORMULA == SERVICE_LEVEL_FORMULA
    plan = parse(SMALL, str).plan()
    day = simulate(plan, 1)
    midnight = datetime(2026, 3, 2, tzinfo=UTC)
    outcome = {"answered": "answered", "abandoned": "abandoned"}
    numerator = denominator = short = 0.0
    for call in day.calls:
        began = midnight + timedelta(seconds=call.arrived_at)
        segment = SegmentFacts(
            ordinal=0,
            kind="queue",
            queue_id=call.queue_id,
            started_at=began,
            ended_at=began + timedelta(seconds=call.wait),
            outcome=outcome[call.outcome],
            service_level_seconds=20,
            short_abandon_seconds=5,
            counted=True,
        )
        for share in shares(InteractionFacts(id=UUID(int=1), started_at=began, segments=[segment])).values():
            numerator += share.get("service_level_numerator", 0)
            denominator += share.get("service_level_denominator", 0)
            short += share.get("short_abandoned", 0)
    result = figures.figures(plan, day).all
    assert short > 0
    assert (result.service_level_numerator, result.service_level_denominator) == (numerator, denominator)
    assert result.short_abandoned == short


STRATEGY = """
class SouthFirst:
    def score_pair(self, agent, interaction, queue):
        assert queue["name"] in ("销售", "plain") and interaction["waited"] >= 0
        return agent["site"] == "south"
"""


def test_a_strategy_decides_in_a_scenario(
    scenario: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two sites alike: without the strategy both have as much to do."""
    scenario.write_text(
        SMALL.replace("  - {count: 4, ", "  - {count: 4, site: north, ")
        + "  - {count: 4, site: south, skills: {sales: 5, plain: 5}}\nagent_order: [{plugin: south_first}]\n",
        "utf-8",
    )
    assert run(scenario) == 1
    assert (
        "No strategy 'south_first' is installed that judges an agent; those that do: none." in capsys.readouterr().err
    )
    with strategy.installed(scenario.parent, monkeypatch, STRATEGY, south_first="SouthFirst"):
        assert run(scenario, "--json") == 0
    occupancy = json.loads(capsys.readouterr().out.strip().splitlines()[-1])["occupancy"]
    assert occupancy["highest"]["mean"] > 2 * occupancy["lowest"]["mean"]
