"""axe-core on a page that is shown: what it finds serious or critical, in both themes and both languages."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from playwright.async_api import Page, expect

from hujiao.kit.settings import CHECKOUT
from tests.browser.desk import PATIENCE

SERIOUS = {"serious", "critical"}
LANGUAGES = {"zh-CN": "简体中文", "en": "English"}
# What is on its way is not judged: spinners and layers that open or close.
SETTLED = """
() => !document.querySelector('.ant-spin-spinning, .ant-skeleton, [aria-busy=true]')
      && document.getAnimations().every((one) => one.playState !== 'running' || one.effect.getTiming().iterations > 9)
"""
RUN = """
async (options) => {
  const { violations } = await axe.run(document, { resultTypes: ['violations'], ...options });
  return violations.map(({ id, impact, nodes }) => ({
    id,
    impact,
    nodes: nodes.map(({ html, target, failureSummary }) => ({ html, target: target.join(' '), failureSummary })),
  }));
}
"""


@cache
def axe() -> str:
    return (CHECKOUT / "web" / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")


async def faults(page: Page, *, briefly: bool = False) -> list[str]:
    """What is seriously wrong on the page as it is: everything in light, contrast in dark, names in the other language.

    Themes change no names and languages no colours, so each is looked at once; the language stays the other one.
    `briefly`: everything in light alone, for what does not stay on the screen.
    """
    found = [f"light {one}" for one in await _run(page, "light")]
    if briefly:
        return found
    found += [f"dark {one}" for one in await _run(page, "dark", only="color-contrast")]
    shown = await page.locator("html").get_attribute("lang")
    menu = page.get_by_test_id("language-menu")
    if await menu.count():
        other = next(language for language in LANGUAGES if language != shown)
        await menu.dispatch_event("click")  # it may lie behind a drawer
        await page.get_by_role("menuitem", name=LANGUAGES[other]).dispatch_event("click")
        await expect(page.locator("html")).to_have_attribute("lang", other, timeout=PATIENCE)
        found += [f"{other} {one}" for one in await _run(page, "dark")]
    return found


async def _run(page: Page, theme: str, *, only: str | None = None) -> Iterable[str]:
    await page.emulate_media(color_scheme="dark" if theme == "dark" else "light", reduced_motion="reduce")
    await expect(page.locator("html")).to_have_attribute("data-theme", theme, timeout=PATIENCE)
    return await judged(page, only=only)


async def judged(page: Page, *, only: str | None = None) -> list[str]:
    """What is seriously wrong on any page, ours or not, as it looks now."""
    await page.wait_for_function(SETTLED)
    if not await page.evaluate("() => 'axe' in window"):
        await page.evaluate(axe())
    options: dict[str, Any] = {"runOnly": [only]} if only else {}
    violations = await page.evaluate(RUN, options)
    return [
        f"{one['id']}: {node['target']} {node['html'][:160]} – {' '.join(node['failureSummary'].split())[:300]}"
        for one in violations
        if one["impact"] in SERIOUS
        for node in one["nodes"]
    ]
