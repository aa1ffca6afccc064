"""A row is accepted on an installation that runs: with evidence, and a report that can be handed over."""

from __future__ import annotations

from pathlib import Path

from tests.sip.running import Running, hujiao


async def test_a_row_is_tried_on_a_running_installation_and_reported(running: Running, tmp_path: Path) -> None:
    target = tmp_path / "report"
    said = await hujiao(running.home, "accept", "--rows", "IVR-4", "--home", str(running.home), "--report", str(target))
    assert said == {"rows": 174, "passed": 1, "partly": 0, "not_built": 0, "failed": [], "not_run": 173}
    page = target.with_suffix(".html").read_text("utf-8")
    assert "IVR-4" in page and "通过" in page
    assert target.with_suffix(".docx").stat().st_size > 10_000
    kept = {file.name.partition("-")[0] for file in (tmp_path / "report-evidence" / "IVR-4").iterdir()}
    assert kept == {"heard", "timeline"}
