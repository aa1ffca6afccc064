"""What a person does in the browser, by the names that the screens give."""

from __future__ import annotations

from typing import Any

from playwright.async_api import APIResponse, Locator, Page, expect

AGENT_HERTZ = 880
PATIENCE = 30_000

# The strongest frequency that the page's remote audio carries, in hertz, and how strong (0 to 255).
LISTEN = """
async (seconds) => {
  const element = document.querySelector('[data-testid=remote-audio]');
  const patience = performance.now() + 10_000;
  while (!element.srcObject && performance.now() < patience) await new Promise((next) => setTimeout(next, 100));
  const context = new AudioContext();
  await context.resume();
  const analyser = context.createAnalyser();
  analyser.fftSize = 8192;
  context.createMediaStreamSource(element.srcObject).connect(analyser);
  const bins = new Uint8Array(analyser.frequencyBinCount);
  const end = performance.now() + seconds * 1000;
  let best = { hertz: 0, strength: 0 };
  while (performance.now() < end) {
    await new Promise((next) => setTimeout(next, 100));
    analyser.getByteFrequencyData(bins);
    bins.forEach((strength, bin) => {
      if (strength > best.strength) {
        best = { hertz: (bin * context.sampleRate) / analyser.fftSize, strength };
      }
    });
  }
  await context.close();
  return best;
}
"""

# What arrives of a whole screen: the size of the picture, and how many of its points change within a while.
PICTURE = """
async () => {
  const video = document.querySelector('[data-testid=whole-screen-video]');
  const canvas = document.createElement('canvas');
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const points = () => {
    context.drawImage(video, 0, 0);
    return context.getImageData(0, 0, canvas.width, canvas.height).data;
  };
  const before = points();
  await new Promise((next) => setTimeout(next, 1500));
  const after = points();
  let changed = 0;
  for (let at = 0; at < before.length; at += 4) if (Math.abs(before[at] - after[at]) > 24) changed += 1;
  return { width: canvas.width, height: canvas.height, changed };
}
"""


class Desk:
    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.errors: list[str] = []
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def by(self, name: str) -> Locator:
        return self.page.get_by_test_id(name)

    async def sign_in(self, tenant: str, login: str, password: str) -> None:
        await self.page.goto(self.address)
        await self.by("sign-in-tenant").fill(tenant)
        await self.by("sign-in-login").fill(login)
        await self.by("sign-in-password").fill(password)
        await self.by("sign-in-submit").click()
        await expect(self.by("account-menu")).to_be_visible(timeout=PATIENCE)

    async def go(self, path: str) -> None:
        await self.page.goto(self.address + path)

    # ── work ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    async def check_phone(self) -> None:
        await self.by("run-check").click()
        for name in ("microphone", "connection", "loop"):
            await expect(self.by(f"check-{name}")).to_have_attribute("data-state", "good", timeout=PATIENCE)

    async def sign_in_to_work(self) -> None:
        await self.by("sign-in-to-work").click()
        await self.becomes("not_ready")
        await expect(self.by("phone-state")).to_have_attribute("data-state", "registered", timeout=PATIENCE)

    async def go_available(self) -> None:
        await self.choose_state("available")
        await self.becomes("available")

    async def choose_state(self, key: str) -> None:
        await self.by("state-menu").click()
        await self.page.locator(f'[data-menu-id$="-{key}"]').click()

    async def leaves(self, menu: str, how: str = "sign-out") -> None:
        """Chooses to sign out: of work in the `state-menu`, of the application in the `account-menu`."""
        await self.by(menu).click()
        await self.page.locator(f'[data-menu-id$="-{how}"]:visible').click()

    async def becomes(self, state: str) -> None:
        await expect(self.by("desktop")).to_have_attribute("data-state", state, timeout=PATIENCE)

    async def ringing(self) -> None:
        await expect(self.by("offered-card")).to_be_visible(timeout=PATIENCE)

    async def hears(self, seconds: float = 3) -> dict[str, Any]:
        heard: dict[str, Any] = await self.page.evaluate(LISTEN, seconds)
        return heard


class Api:
    """The API with the session of a desk's page."""

    def __init__(self, at: Desk) -> None:
        self.address = f"{at.address}/api/v1"
        self.http = at.page.request

    async def items(self, path: str) -> list[Any]:
        answer = await (await self.http.get(self.address + path)).json()
        return list(answer["items"] if isinstance(answer, dict) else answer)

    async def post(self, path: str, body: dict[str, Any]) -> APIResponse:
        return await self.http.post(self.address + path, data=body, headers=await self._headers())

    async def delete(self, path: str) -> APIResponse:
        return await self.http.delete(self.address + path, headers=await self._headers())

    async def made(self, path: str, body: dict[str, Any]) -> Any:
        """The object, made unless there is one of that number, name, key or agents."""
        key = next(name for name in ("number", "name", "key", "agent_ids") if name in body)
        for one in await self.items(path):
            if one.get(key) == body[key]:
                return one
        answer = await self.post(path, body)
        assert answer.ok, f"{path}: {await answer.text()}"
        return await answer.json()

    async def _headers(self) -> dict[str, str]:
        session = await (await self.http.get(self.address + "/session")).json()
        return {"X-CSRF-Token": session["csrf_token"]}
