"""A visitor of a website with a strict policy, and the agent at the desk: one conversation from both sides."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Literal

from aiohttp import web
from playwright.async_api import Browser, BrowserContext, Locator, Page, Route, expect

from tests.browser.accessible import faults, judged
from tests.browser.conftest import OpenDesk
from tests.browser.desk import PATIENCE, Desk
from tests.browser.test_routing_work import person, projects
from tests.integration.client import Client
from tests.sip.conftest import Build
from tests.sip.world import World

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(64)
NO_STYLES = "default-src 'none'; style-src 'none'; script-src {host}; connect-src {host}"
VIOLATIONS = "document.addEventListener('securitypolicyviolation', ({ violatedDirective: it }) => told(it))"


def document(queue: str) -> dict[str, Any]:
    labels = {"1": "An agent", "2": "Opening hours"}
    return {
        "version": 1,
        "start": "hello",
        "nodes": {
            "hello": {"type": "say", "text": "Hello {{name}}", "next": "menu"},
            "menu": {"type": "menu", "prompts": ["menu"], "keys": {"1": "queue", "2": "hello"}, "labels": labels},
            "queue": {"type": "queue", "queue": queue},
        },
    }


async def entry(world: World, admin: Client, origins: list[str]) -> dict[str, Any]:
    project = (await projects(admin))[0]
    flow = (await admin.made("/flows", {"name": "Chat", "project_id": project}))["id"]
    answer = await admin.send("PUT", f"/flows/{flow}/draft", {"document": document(str(world.queue_id))})
    assert answer.status == 200, answer.text
    await admin.made(f"/flows/{flow}/publish", {})
    fields = [
        {"key": "name", "label": {"en": "Your name"}, "required": True},
        {"key": "email", "label": {"en": "E-mail"}, "kind": "email"},
    ]
    wanted = {"name": "Shop", "flow_id": flow, "project_id": project, "languages": ["en"], "fields": fields}
    return await world.configure(admin, "POST", "/chat-entries", {**wanted, "origins": origins})


class Website:
    """Pages of another origin than ours. `policies`: what each of them lets happen, by path."""

    def __init__(self, port: int) -> None:
        self.origin = f"http://127.0.0.1:{port}"
        self.key = ""
        self.host = ""
        self.policies: dict[str, str] = {}

    async def page(self, request: web.Request) -> web.Response:
        script = f'<script src="{self.host}/chat/widget.js" data-key="{self.key}" async></script>'
        body = f"<!doctype html><html lang=en><title>Basket</title><h1>Basket</h1>{script}</html>"
        return web.Response(
            text=body,
            content_type="text/html",
            headers={"content-security-policy": self.policies[request.path]},
        )


@asynccontextmanager
async def website(world: World, admin: Client) -> AsyncIterator[Website]:
    server = web.Application()
    runner = web.AppRunner(server)
    site: Website | None = None

    async def page(request: web.Request) -> web.Response:
        assert site is not None
        return await site.page(request)

    server.router.add_get("/{path:.*}", page)
    await runner.setup()
    listening = web.TCPSite(runner, "127.0.0.1", 0)
    await listening.start()
    try:
        site = Website(runner.addresses[0][1])
        site.host = world.running.settings.web_url
        sockets = site.host.replace("http", "ws", 1)
        policy = NO_STYLES.format(host=site.host)
        site.policies = {"/": f"{policy} {sockets}", "/no-sockets": policy}
        site.key = (await entry(world, admin, [site.origin]))["key"]
        yield site
    finally:
        await runner.cleanup()


class Visitor:
    def __init__(self, context: BrowserContext, page: Page) -> None:
        self.context = context
        self.page = page
        self.widget = page.locator("hujiao-chat")
        self.hosts: set[str] = set()
        self.violations: list[str] = []
        self.errors: list[str] = []
        page.on("request", lambda request: self.hosts.add("/".join(request.url.split("/")[:3])))
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def violated(self, directive: str) -> None:
        """The page's policy forbade something."""
        self.violations.append(directive)

    def at(self, selector: str) -> Locator:
        return self.widget.locator(selector)

    def message(self, text: str) -> Locator:
        return self.at(".message").filter(has_text=text)

    async def begins(self, name: str) -> None:
        await self.at(".launcher").click()
        await self.at('[name="name"]').fill(name)
        await self.at(".sign-up button").click()
        await expect(self.message(f"Hello {name}")).to_be_visible(timeout=PATIENCE)

    async def writes(self, text: str) -> None:
        await self.at("textarea").fill(text)
        await self.at("textarea").press("Enter")

    async def texts(self) -> list[str]:
        return await self.at(".bubble").all_inner_texts()


async def visits(chromium: Browser, address: str, **context: Any) -> Visitor:
    opened = await chromium.new_context(locale="en-GB", **context)
    page = await opened.new_page()
    visitor = Visitor(opened, page)
    await page.expose_function("told", visitor.violated)
    await page.add_init_script(VIOLATIONS)
    await page.goto(address)
    return visitor


async def at_work(world: World, admin: Client, desk: OpenDesk, number: str = "6001") -> Desk:
    """An agent of the world's queue, who is available."""
    skill = (await admin.get("/skills")).json["items"][0]["id"]
    skills = [{"skill_id": skill, "proficiency": 5}]
    agent = await person(world, admin, desk, "agent", {"number": number, "phone_kind": "browser", "skills": skills})
    await agent.go("/desktop")
    await agent.sign_in_to_work()
    await agent.go_available()
    return agent


async def says(agent: Desk, text: str) -> None:
    await agent.by("chat-text").fill(text)
    await agent.by("chat-text").press("Enter")


async def noted(admin: Client) -> dict[str, Any]:
    """The contact, as soon as its note is in the records."""
    async with asyncio.timeout(PATIENCE / 1000):
        while True:
            row: dict[str, Any] = (await admin.get("/interactions")).json["items"][0]
            if row["note"]:
                return row
            await asyncio.sleep(0.2)


def said(agent: Desk, text: str) -> Locator:
    return agent.by("message").filter(has_text=text)


async def test_a_conversation_from_the_website_to_the_summary(build: Build, desk: OpenDesk, chromium: Browser) -> None:
    world = await build(agents=0)
    async with world.administrator() as admin, website(world, admin) as site:
        await world.configure(
            admin,
            "POST",
            "/chat-phrases",
            {"shortcut": "hi", "language": "en", "text": "Good morning, how can I help?"},
        )
        agent = await at_work(world, admin, desk)
        visitor = await visits(chromium, site.origin)
        await expect(visitor.at(".launcher")).to_have_css("position", "fixed", timeout=PATIENCE)  # it has its styles

        # What is asked for has to be there, and then the flow's menu answers with buttons.
        await visitor.at(".launcher").click()
        await visitor.at(".sign-up button").click()
        await expect(visitor.at('[name="name"]')).to_be_focused()
        await expect(visitor.at("#error-name")).to_have_text("Please fill this in")
        await visitor.page.keyboard.press("Escape")
        await expect(visitor.at(".launcher")).to_be_focused()
        await visitor.begins("Wang")
        await visitor.at(".choices button").filter(has_text="An agent").click()

        # The agent takes it, and both write.
        await expect(agent.by("chat-offer-left")).to_be_visible(timeout=PATIENCE)
        await expect(agent.by("chat-item")).to_have_attribute("data-state", "offered")
        await agent.page.keyboard.press("F2")
        await expect(agent.by("chat-pane")).to_have_attribute("data-state", "connected", timeout=PATIENCE)
        await expect(said(agent, "An agent").last).to_be_visible(timeout=PATIENCE)
        await expect(visitor.at(".title span")).to_contain_text("is with you", timeout=PATIENCE)
        await agent.by("chat-text").fill("/hi")
        await expect(agent.by("phrases")).to_contain_text("Good morning")
        await agent.by("chat-text").press("Enter")
        await expect(agent.by("chat-text")).to_have_value("Good morning, how can I help?")
        await agent.by("chat-text").press("Enter")
        await expect(visitor.message("Good morning")).to_be_visible(timeout=PATIENCE)
        await visitor.at("textarea").press_sequentially("My bill")
        await expect(agent.page.get_by_text("The visitor is typing").first).to_be_visible(timeout=PATIENCE)
        await visitor.at("textarea").press("Enter")
        await expect(said(agent, "My bill")).to_be_visible(timeout=PATIENCE)
        await expect(visitor.message("My bill")).to_contain_text("Seen", timeout=PATIENCE)

        assert await faults(agent.page, briefly=True) == []

        # A supervisor reads along and whispers, which the agent sees and the visitor does not.
        number = {"number": "6009", "phone_kind": "browser", "skills": []}
        supervisor = await person(world, admin, desk, "supervisor", number)
        await supervisor.go("/desktop")
        await supervisor.sign_in_to_work()
        await supervisor.go("/live?tab=chats")
        await supervisor.by("chat-row").click()
        await expect(said(supervisor, "My bill")).to_be_visible(timeout=PATIENCE)
        await supervisor.by("whisper-text").fill("ask for the number")
        await supervisor.by("whisper-send").click()
        await expect(said(agent, "ask for the number")).to_have_attribute("data-kind", "whisper", timeout=PATIENCE)

        # They join in, write to the visitor, and leave again.
        await supervisor.by("supervise-barge").first.click()
        await supervisor.by("join-text").fill("I am the supervisor")
        await supervisor.by("join-text").press("Enter")
        await expect(visitor.message("I am the supervisor")).to_be_visible(timeout=PATIENCE)
        await expect(said(agent, "I am the supervisor")).to_be_visible(timeout=PATIENCE)
        await expect(supervisor.by("unsent")).to_have_count(0, timeout=PATIENCE)
        await supervisor.by("end-supervision").click()
        await expect(supervisor.by("join-text")).to_have_count(0, timeout=PATIENCE)

        # Files go both ways; what is no such file is refused in words.
        await visitor.at("input[type=file]").set_input_files(
            {"name": "bill.png", "mimeType": "image/png", "buffer": PICTURE}
        )
        await expect(said(agent, "bill.png")).to_be_visible(timeout=PATIENCE)
        await agent.by("chat-file").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": b"MZ\x00\x01"})
        await expect(agent.by("unsent")).to_have_attribute("data-state", "refused", timeout=PATIENCE)
        await agent.by("unsent").get_by_role("button").click()
        await agent.by("chat-file").set_input_files({"name": "answer.png", "mimeType": "image/png", "buffer": PICTURE})
        await expect(visitor.message("answer.png")).to_be_visible(timeout=PATIENCE)
        async with visitor.page.expect_download() as download:
            await visitor.message("answer.png").locator("button").click()
        assert (await (await download.value).path()).read_bytes() == PICTURE

        # Without a network what is written waits, and a reload in the middle of it loses nothing.
        await visitor.context.set_offline(True)
        await visitor.writes("first without a network")
        await visitor.writes("second without a network")
        await expect(visitor.at('.waiting[data-state="unsent"]')).to_have_count(2, timeout=PATIENCE)
        await visitor.context.set_offline(False)
        await visitor.page.reload()
        for text in ("first without a network", "second without a network"):
            await expect(visitor.message(text)).to_have_count(1, timeout=PATIENCE)
            await expect(said(agent, text)).to_have_count(1, timeout=PATIENCE)
        await expect(visitor.at(".waiting")).to_have_count(0, timeout=PATIENCE)

        # Another tab has the same conversation; closed, it counts what is new.
        other = Visitor(visitor.context, await visitor.context.new_page())
        await other.page.goto(site.origin)
        await expect(other.at(".launcher")).to_be_visible(timeout=PATIENCE)
        await visitor.at("header button").last.click()
        await says(agent, "Are you there?")
        await expect(visitor.at(".badge")).to_have_text("1", timeout=PATIENCE)
        await other.at(".launcher").click()
        await expect(other.message("Are you there?")).to_be_visible(timeout=PATIENCE)
        await expect(visitor.at(".badge")).to_have_count(0, timeout=PATIENCE)
        await other.writes("from the other tab")
        await visitor.at(".launcher").click()
        await expect(visitor.message("from the other tab")).to_have_count(1, timeout=PATIENCE)

        # What the agent has begun to write is there after a reload; the agent ends, and writes it up.
        await agent.by("chat-text").fill("half a sent")
        await agent.page.reload()
        await expect(agent.by("chat-text")).to_have_value("half a sent", timeout=PATIENCE)
        await expect(said(agent, "from the other tab")).to_be_visible(timeout=PATIENCE)
        await agent.by("chat-end").click()
        await agent.page.locator(".ant-popconfirm .ant-btn-dangerous").click()
        await expect(visitor.at(".over")).to_be_visible(timeout=PATIENCE)
        await expect(agent.by("chat-pane")).to_have_attribute("data-state", "wrap_up", timeout=PATIENCE)
        await agent.by("note").fill("refunded")
        await agent.by("finish").click()
        await expect(agent.by("chat-item")).to_have_count(0, timeout=PATIENCE)

        # The record has it all, and the visitor can begin again.
        shown = await visitor.texts()
        row = await noted(admin)
        assert (row["medium"], row["note"]) == ("chat", "refunded")
        kept = (await admin.get(f"/interactions/{row['id']}/messages")).json
        whispered = [one for one in kept if one["kind"] == "whisper"]
        written = [one for one in kept if one["kind"] not in {"notice", "whisper"}]
        assert len(whispered) == 1
        assert len(shown) == len(written)
        assert "ask for the number" not in shown
        numbers = [one["number"] for one in kept if one not in whispered]
        assert numbers == list(range(1, len(numbers) + 1))
        await agent.go(f"/interactions/{row['id']}")
        await expect(said(agent, "from the other tab")).to_be_visible(timeout=PATIENCE)
        await visitor.at(".over button").click()
        await expect(visitor.at('[name="name"]')).to_be_visible(timeout=PATIENCE)
        assert visitor.hosts == {site.origin, site.host}, "no third host"
        assert visitor.violations == []
        assert visitor.errors == other.errors == agent.errors == supervisor.errors == []
        await visitor.context.close()


async def talks(chromium: Browser, site: Website, name: str) -> Visitor:
    """A visitor who asks for an agent."""
    visitor = await visits(chromium, site.origin)
    await visitor.begins(name)
    await visitor.at(".choices button").filter(has_text="An agent").click()
    return visitor


def item_of(agent: Desk, name: str) -> Locator:
    return agent.by("chat-item").filter(has_text=name)


async def accepts(agent: Desk, name: str) -> None:
    """The offer of this visitor's chat."""
    await expect(item_of(agent, name)).to_have_attribute("data-state", "offered", timeout=PATIENCE)
    await agent.page.keyboard.press("F2")
    await expect(item_of(agent, name)).to_have_attribute("data-state", "connected", timeout=PATIENCE)


async def test_several_chats_at_one_desk(build: Build, desk: OpenDesk, chromium: Browser) -> None:
    """They are told apart; one is declined, one is passed to a colleague, one waits again when its agent leaves."""
    world = await build(agents=0)
    async with world.administrator() as admin, website(world, admin) as site:
        first = await at_work(world, admin, desk)
        wang = await talks(chromium, site, "Wang")
        await accepts(first, "Wang")

        # What is written before it is known how far the chat is, is sent, whichever one is looked at by then.
        known = asyncio.Event()

        async def late(route: Route) -> None:
            await known.wait()
            await route.continue_()

        await first.page.route("**/messages?*", late)
        li = await talks(chromium, site, "Li")
        await accepts(first, "Li")
        await item_of(first, "Li").click()
        await says(first, "At once")
        await item_of(first, "Wang").click()
        known.set()
        await expect(li.message("At once")).to_have_count(1, timeout=PATIENCE)
        await first.page.unroute("**/messages?*")

        # The keys go from one to the next; what comes in the other one is counted.
        await item_of(first, "Li").click()
        await expect(item_of(first, "Li")).to_have_attribute("aria-current", "true")
        for key, name in (("Alt+ArrowDown", "Wang"), ("Alt+ArrowUp", "Li"), ("Alt+ArrowUp", "Wang")):
            await first.page.keyboard.press(key)
            await expect(item_of(first, name)).to_have_attribute("aria-current", "true")
        await li.writes("Is anybody there?")
        await expect(item_of(first, "Li").get_by_test_id("chat-unread")).to_have_text("1", timeout=PATIENCE)
        await first.page.keyboard.press("Alt+ArrowDown")
        await expect(said(first, "Is anybody there?")).to_be_visible(timeout=PATIENCE)
        await expect(first.by("chat-unread")).to_have_count(0, timeout=PATIENCE)

        # A third is declined, and goes to whoever is free next.
        zhao = await talks(chromium, site, "Zhao")
        await expect(item_of(first, "Zhao")).to_have_attribute("data-state", "offered", timeout=PATIENCE)
        await item_of(first, "Zhao").click()
        await first.by("chat-reject").click()
        await expect(item_of(first, "Zhao")).to_have_count(0, timeout=PATIENCE)
        second = await at_work(world, admin, desk, "6002")
        await accepts(second, "Zhao")

        # A colleague takes one over, with all that was said.
        await item_of(first, "Li").click()
        await first.by("chat-transfer").click()
        await first.by("target").filter(has_text="6002").click()
        await first.by("target-transfer").click()
        await accepts(second, "Li")
        await item_of(second, "Li").click()
        await expect(said(second, "Is anybody there?")).to_be_visible(timeout=PATIENCE)
        await says(second, "It is me now")
        await expect(li.message("It is me now")).to_be_visible(timeout=PATIENCE)

        # Who leaves work is asked first; the visitor then waits for another agent.
        dialog = first.page.get_by_role("dialog")
        for choice, state in (("Stay", "connected"), ("Sign out", None)):
            await first.leaves("state-menu")
            await expect(dialog).to_contain_text("There are chats in hand")
            await dialog.get_by_role("button", name=choice).click()
            await expect(dialog).to_have_count(0)
            if state:
                await expect(item_of(first, "Wang")).to_have_attribute("data-state", state)
        await expect(first.by("sign-in-to-work")).to_be_visible(timeout=PATIENCE)
        await accepts(second, "Wang")
        for visitor in (wang, li, zhao):
            assert visitor.errors == []
            await visitor.context.close()
        assert first.errors == second.errors == []


async def test_a_page_that_allows_no_sockets_and_a_small_screen(
    build: Build, desk: OpenDesk, chromium: Browser
) -> None:
    """The widget asks again and again instead; on a phone it is the whole screen, and Tab stays in it."""
    world = await build(agents=0)
    async with world.administrator() as admin, website(world, admin) as site:
        agent = await at_work(world, admin, desk)
        visitor = await visits(chromium, f"{site.origin}/no-sockets", viewport={"width": 320, "height": 640})
        await visitor.begins("Li")
        box = await visitor.at(".panel").bounding_box()
        assert box
        assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 320, 640)
        assert await visitor.page.evaluate("document.documentElement.scrollWidth") <= 320
        schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
        for scheme in schemes:
            await visitor.page.emulate_media(color_scheme=scheme)
            assert await judged(visitor.page) == []
        for _ in range(12):
            await visitor.page.keyboard.press("Tab")
            assert await visitor.widget.evaluate("host => host.shadowRoot.activeElement !== null")
        await visitor.at(".choices button").first.click()
        await agent.by("chat-accept").click(timeout=PATIENCE)
        await expect(agent.by("chat-pane")).to_have_attribute("data-state", "connected", timeout=PATIENCE)
        await says(agent, "without a socket")
        await expect(visitor.message("without a socket")).to_be_visible(timeout=PATIENCE)
        await expect(visitor.at(".banner")).to_have_count(0)
        await visitor.at("header button").first.click()
        await visitor.at(".sure .strong").click()
        await expect(visitor.at(".over")).to_be_visible(timeout=PATIENCE)
        await expect(agent.by("chat-pane")).to_have_attribute("data-state", "wrap_up", timeout=PATIENCE)
        assert visitor.errors == agent.errors == []
        await visitor.context.close()


async def test_an_entry_is_made_on_its_page_and_a_stranger_does_not_get_it(
    build: Build, desk: OpenDesk, chromium: Browser
) -> None:
    """The line that the page shows is the one that works."""
    world = await build(agents=0)
    async with world.administrator() as admin, website(world, admin) as site:
        at = await person(world, admin, desk, "tenant_administrator")
        await at.go("/admin/chat-entries")
        await at.by("row").filter(has_text="Shop").click()
        await expect(at.by("script-line")).to_have_text(
            f'<script src="{site.host}/chat/widget.js" data-key="{site.key}" async></script>'
        )
        await at.by("field-name").fill("Shop of the town")
        await expect(at.by("chat-preview").locator("header strong")).to_have_text("Shop of the town", timeout=PATIENCE)
        assert await faults(at.page, briefly=True) == []
        await at.by("save").click()
        await expect(at.by("row")).to_contain_text("Shop of the town", timeout=PATIENCE)
        stored = (await admin.get("/chat-entries")).json["items"][0]
        assert (stored["name"], stored["origins"], len(stored["fields"])) == ("Shop of the town", [site.origin], 2)
        await world.configure(
            admin, "PUT", f"/chat-entries/{stored['id']}", without_key(stored) | {"origins": ["https://other.example"]}
        )
        visitor = await visits(chromium, "about:blank")
        async with visitor.page.expect_console_message(lambda message: "no chat entry" in message.text):
            await visitor.page.goto(site.origin)
        await expect(visitor.widget).to_have_count(0)
        assert at.errors == []
        await visitor.context.close()


def without_key(stored: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in stored.items() if name not in {"id", "key"}}
