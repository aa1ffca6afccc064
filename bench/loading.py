"""`./hujiao bench loading`: what a browser without anything in its cache loads until an agent can work, and how soon.

An agent of the demonstration opens the desktop of an installation that runs (`./hujiao up`), already signed in, in
Chromium. Bytes are of the bodies as they are sent, compressed; the time ends when the phone is registered.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hujiao.app.cli import output
from hujiao.app.demo import accounts
from hujiao.embedded.problem import Problem
from hujiao.kit.settings import default_home, load

GOAL_BYTES, GOAL_PAINT_SECONDS = 450_000, 1.0
PATIENCE_MS = 60_000
FLAGS = ("--no-sandbox", "--disable-gpu", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
LOADED = """
() => {
  const [page] = performance.getEntriesByType('navigation');
  const parts = performance.getEntriesByType('resource').filter(({ name }) => !name.includes('/api/'));
  const [paint] = performance.getEntriesByName('first-contentful-paint');
  return {
    files: parts.length + 1,
    bytes: parts.reduce((total, { encodedBodySize }) => total + encodedBodySize, page.encodedBodySize),
    paint_seconds: paint.startTime / 1000,
    usable_seconds: performance.now() / 1000,
  };
}
"""


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="./hujiao bench loading", description=__doc__)
    parser.add_argument("--home", type=Path, default=default_home(), help="of the installation that runs")
    parser.add_argument("--times", type=int, default=5, help="how often; the medians are told (5)")
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    options = parser.parse_args(argv)
    found = asyncio.run(measure(options.home, options.times))
    result: dict[str, Any] = {key: round(statistics.median(one[key] for one in found), 3) for key in found[0]}
    result["ok"] = result["bytes"] <= GOAL_BYTES and result["paint_seconds"] <= GOAL_PAINT_SECONDS
    output.say(
        f"{result['bytes'] / 1000:.0f} kB in {result['files']:.0f} files, first paint after "
        f"{result['paint_seconds']:.2f} s, the desktop after {result['usable_seconds']:.2f} s"
    )
    output.result(result, as_json=options.json)
    return 0 if result["ok"] else 1


async def measure(home: Path, times: int) -> list[dict[str, float]]:
    try:
        from playwright.async_api import async_playwright
    except ImportError as error:
        raise Problem("This needs the tools of the tests: run ./hujiao check once.") from error
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        raise Problem("Chromium is not on this machine: as root, apt-get install chromium.")
    agent = next((one for one in accounts.read(home)["accounts"] if one["role"] == "agent"), None)
    if agent is None:
        raise Problem("There are no demonstration accounts here: run ./hujiao up without --no-demo.")
    address = load(home).web_url
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=FLAGS)
        signing_in = await browser.new_context(ignore_https_errors=True, locale="zh-CN")
        page = await signing_in.new_page()
        await page.goto(address)
        for field in ("tenant", "login", "password"):
            await page.get_by_test_id(f"sign-in-{field}").fill(agent[field])
        await page.get_by_test_id("sign-in-submit").click()
        await page.get_by_test_id("sign-in-to-work").click(timeout=PATIENCE_MS)
        await page.get_by_test_id("desktop").wait_for(timeout=PATIENCE_MS)
        kept = await signing_in.storage_state()
        await signing_in.close()
        found = []
        for _ in range(times):
            context = await browser.new_context(ignore_https_errors=True, locale="zh-CN", storage_state=kept)
            page = await context.new_page()
            await page.goto(f"{address}/desktop")
            ready = page.locator('[data-testid="phone-state"][data-state="registered"]')
            await ready.wait_for(state="attached", timeout=PATIENCE_MS)
            found.append(await page.evaluate(LOADED))
            await context.close()
        await browser.close()
    return found
