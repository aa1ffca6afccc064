"""Chromium with a microphone that plays the agents' tone."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import soundfile
from playwright.async_api import Browser, async_playwright

from tests.browser.desk import AGENT_HERTZ

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
]


def voice_file(path: Path) -> Path:
    """What the agents' microphones hear: the tone in bursts, since noise suppression takes a steady one for noise."""
    at = np.arange(48_000 * 20) / 48_000
    tone = 0.4 * np.sin(2 * np.pi * AGENT_HERTZ * at) * (at % 1 < 0.7)
    soundfile.write(path, tone, 48_000, subtype="PCM_16", format="WAV")
    return path


def program() -> str | None:
    """Where Chromium is on this machine."""
    return next((found for name in ("chromium", "chromium-browser") if (found := shutil.which(name))), None)


@asynccontextmanager
async def launched(path: str, folder: Path) -> AsyncIterator[Browser]:
    flags = [*FLAGS, f"--use-file-for-fake-audio-capture={voice_file(folder / 'agent.wav')}"]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        await browser.close()
