"""Pictures of screens to be looked at, in two languages and at two sizes.

`HUJIAO_SCREENSHOTS=FOLDER ./hujiao test --only browser -- -k accessibility` keeps one of each page and each state of a
call in the folder; without the folder nothing is done.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from playwright.async_api import Page

from tests.browser.desk import Desk

FOLDER = os.environ.get("HUJIAO_SCREENSHOTS")
LANGUAGES = {"en": "English", "zh-CN": "简体中文"}  # tests go on in the last
SIZES = ((1920, 1080), (1366, 768))  # and at this size


async def of_path(at: Desk, path: str) -> None:
    """The page, loaded in each language."""
    if FOLDER is None:
        return
    await at.page.emulate_media(color_scheme="light")
    for language in LANGUAGES:
        await at.page.evaluate("language => localStorage.setItem('hujiao.language', language)", language)
        await at.go(path)
        await at.page.wait_for_load_state("networkidle")
        await _kept(at.page, path, language)


async def of_state(at: Desk, name: str) -> None:
    """The page as it is; it is not loaded anew."""
    if FOLDER is None:
        return
    await at.page.emulate_media(color_scheme="light")
    for language, title in LANGUAGES.items():
        await at.by("language-menu").click()
        await at.page.get_by_role("menuitem", name=title).click()
        await _kept(at.page, name, language)


async def _kept(page: Page, name: str, language: str) -> None:
    assert FOLDER is not None
    named = re.sub(r"[0-9a-f-]{36}", "id", name).strip("/")
    for width, height in SIZES:
        await page.set_viewport_size({"width": width, "height": height})
        file = Path(FOLDER) / f"{re.sub(r'[^a-z0-9]+', '-', named.lower())}-{language}-{width}.png"
        await page.screenshot(path=file)
