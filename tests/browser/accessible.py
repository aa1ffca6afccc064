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
# What the keyboard cannot reach, or reaches without a mark; a key was pressed last, so focus shows.
BY_KEYBOARD = """
() => {
  const REACHED = 'a[href], button:enabled, [tabindex="0"]:not(.react-flow__edge)';  // a line is marked by its colour
  const ALSO = 'a, button, label, input, textarea, [tabindex], [role=tab], [role=menuitem], [role=option], .react-flow';
  const there = (one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const seen = (one) => [...document.querySelectorAll(one)].filter(there);
  const pointed = (one) => getComputedStyle(one).cursor === 'pointer';
  const outlined = ({ outlineStyle, outlineWidth }) => outlineStyle !== 'none' && outlineWidth !== '0px';
  const marked = (one) => {
    const changes = one.getAnimations({ subtree: true }).filter((each) => each.effect.getTiming().iterations < 9);
    changes.forEach((each) => each.finish());
    return [one, ...one.children].some((part) => outlined(getComputedStyle(part)));
  };
  const shows = (one) => (one.focus({ preventScroll: true }), one.matches(':focus-visible'));
  const about = (one) => one.outerHTML.slice(0, 160);
  const reached = seen(REACHED).filter(shows);
  const unmarked = reached.filter((one) => shows(one) && !marked(one));
  document.activeElement.blur();
  const byMouse = seen('body *').filter(
    (one) => pointed(one) && !pointed(one.parentElement) && !one.closest(ALSO) && !one.querySelector(ALSO),
  );
  return [
    ...(reached.length ? [] : ['focus shows nowhere: nothing was tried']),
    ...unmarked.map((one) => `focus without a mark: ${about(one)}`),
    ...byMouse.map((one) => `for the mouse alone: ${about(one)}`),
  ];
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
    other = next(language for language in LANGUAGES if language != shown)
    if await in_language(page, other):
        found += [f"{other} {one}" for one in await _run(page, "dark")]
    return found


async def in_language(page: Page, language: str) -> bool:
    """Choose the language, which the account keeps; False where the page has no choice."""
    menu = page.get_by_test_id("language-menu")
    if not await menu.count():
        return False
    if await page.locator("html").get_attribute("lang") != language:
        await menu.dispatch_event("click")  # it may lie behind a drawer
        await page.get_by_role("menuitem", name=LANGUAGES[language]).dispatch_event("click")
        await expect(page.locator("html")).to_have_attribute("lang", language, timeout=PATIENCE)
    return True


async def by_keyboard(page: Page) -> list[str]:
    """What the keyboard does not reach on the page, or what does not show that it has."""
    await page.wait_for_function(SETTLED)
    await page.keyboard.press("Tab")
    found: list[str] = await page.evaluate(BY_KEYBOARD)
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
