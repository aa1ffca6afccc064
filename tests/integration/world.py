"""Two tenants with everything in them that a route can name, made through the API and the ledger."""

from __future__ import annotations

import base64
import math
import wave
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
import asyncpg
import msgspec

from hujiao.alarms.models import StateAlarm
from hujiao.app.jobs.projector import Projector
from hujiao.calls.contracts import CallArrived
from hujiao.calls.withheld import sealed
from hujiao.chat import files
from hujiao.customers.models import NextCall
from hujiao.identity.models import Account
from hujiao.identity.passwords import Passwords
from hujiao.kit.db import Database
from hujiao.kit.i18n import Said
from hujiao.kit.ids import new_id
from hujiao.kit.secrets import TenantSecrets, new_secret, secret_hash
from hujiao.kit.settings import Settings
from hujiao.recordings import audio
from hujiao.routing.problems import Problems
from hujiao.screen_views import service as screen_views
from hujiao.suggestions.models import QueueSuggestion
from hujiao.tenancy.models import Tenant
from tests.integration.client import Client
from tests.integration.control import CallControl, tone

PASSWORD = "correct horse battery"
SHOP = "https://shop.example"
# The smallest picture there is.
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="
)
WITHHELD_NUMBER = "13955554444"
ROLES = ("platform_administrator", "tenant_administrator", "supervisor", "agent")
TONE_SECONDS = 2.0


@dataclass(slots=True)
class Side:
    """One tenant: its people's clients by role, and the ids of what it has by kind.

    `ids` belong to the first project, whose supervisor and agent these are; `walled` to the second.
    """

    slug: str
    tenant_id: str
    project_name: str
    clients: dict[str, Client] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    walled: dict[str, str] = field(default_factory=dict)
    document: dict[str, Any] = field(default_factory=dict)

    @property
    def admin(self) -> Client:
        return self.clients["tenant_administrator"]

    @property
    def marks(self) -> list[str]:
        """What must never be read by the other tenant."""
        return [*self.ids.values(), *self.walled.values(), f"secret-of-{self.slug}"]


@dataclass(slots=True)
class World:
    operator: Client
    operator_ids: dict[str, str]
    a: Side
    b: Side
    began: datetime
    settings: Settings

    def client(self, side: Side, role: str) -> Client:
        return self.operator if role == "platform_administrator" else side.clients[role]


@asynccontextmanager
async def build(
    settings: Settings,
    database: Database,
    ledger: asyncpg.Pool[asyncpg.Record],
    url: str,
    control: CallControl,
) -> AsyncIterator[World]:
    async with AsyncExitStack() as stack:
        await make_operator(database)
        operator = await stack.enter_async_context(Client(url))
        await operator.sign_in("platform", "root", PASSWORD)
        trunk = await operator.made(
            "/trunks", {"name": "carrier", "kind": "address", "host": "192.0.2.10", "match": ["192.0.2.0/24"]}
        )
        control.trunk_states = [{"id": trunk["id"], "state": "up", "detail": "OK", "channels": 0, "since": None}]
        token = await operator.made("/tokens", {"name": "operator's"})
        began = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
        sides = []
        for slug in ("a", "b"):
            side = await make_side(stack, operator, url, slug)
            await add_calls(side, ledger, settings, began)
            await add_problems(side, database, began)
            await add_alarms(side, database, began)
            await add_next_calls(side, database, began)
            await add_suggestions(side, database, began)
            await add_screen_views(side, database)
            for own in (side.ids, side.walled):
                control.waiting[side.tenant_id, own["interaction"]] = own["queue"]
                own["callback"] = str(new_id())
                control.views[side.tenant_id]["blends"].append(blend(own))
            sides.append(side)
        await Projector(ledger).catch_up()
        ids = {
            "trunk": trunk["id"],
            "token": token["id"],
            "tenant": str(operator.session["tenant"]["id"]),
            "person": str(operator.session["account"]["id"]),
        }
        yield World(operator, ids, sides[0], sides[1], began, settings)


async def add_alarms(side: Side, database: Database, began: datetime) -> None:
    """Each project's agent has written up for too long."""
    tenant_id = UUID(side.tenant_id)
    async with database.tenant(tenant_id) as session:
        for ids in (side.ids, side.walled):
            agent_id, alarm_id = UUID(ids["agent"]), new_id()
            state = {"subject_id": agent_id, "agent_id": agent_id, "state": "wrap_up", "since": began}
            told = {"level": "amber", "after_seconds": 30, "raised_at": began + timedelta(seconds=30)}
            session.add(StateAlarm(id=alarm_id, tenant_id=tenant_id, **state, **told))
            ids["alarm"] = str(alarm_id)


async def add_next_calls(side: Side, database: Database, began: datetime) -> None:
    """Each project's agent should have called the project's customer."""
    tenant_id = UUID(side.tenant_id)
    async with database.tenant(tenant_id) as session:
        for ids in (side.ids, side.walled):
            whom = {"customer_id": UUID(ids["customer"]), "agent_id": UUID(ids["agent"])}
            when = {"due_at": began, "remind_at": began, "created_at": began}
            made = NextCall(id=new_id(), tenant_id=tenant_id, note=f"secret-of-{side.slug}", **whom, **when)
            session.add(made)
            ids["next_call"] = str(made.id)


async def add_screen_views(side: Side, database: Database) -> None:
    async with database.tenant(UUID(side.tenant_id)) as session:
        for ids in (side.ids, side.walled):
            view, agent, person = new_id(), UUID(ids["agent"]), UUID(ids["person"])
            await screen_views.begin(session, UUID(side.tenant_id), view, agent, person, announced=True)
            await screen_views.end(session, view, "left")
            ids["screen_view"] = str(view)


async def add_suggestions(side: Side, database: Database, began: datetime) -> None:
    """Each project's queue was in trouble, and its agent was asked to help."""
    async with database.tenant(UUID(side.tenant_id)) as session:
        for ids in (side.ids, side.walled):
            one = suggestion(side, ids, began, applied_at=began, until_at=began, agent_ids=[UUID(ids["agent"])])
            one.applied_by, one.after_at = UUID(ids["person"]), began
            session.add(one)
            ids["queue_suggestion"] = str(one.id)


def suggestion(side: Side, ids: dict[str, str], at: datetime, **more: Any) -> QueueSuggestion:
    """Of the queue, whose agent lacks its skill."""
    agent, queue, skill = ids["agent"], ids["queue"], side.ids["skill"]
    outcome = {"waiting": 1, "wait_before": None, "wait_after": 60.0, "free_before": 0, "free_after": 0}
    others = {**outcome, "wait_before": 0.0, "wait_after": 0.0, "queue_id": side.walled["queue"]}
    counted = {"longest_wait_seconds": 130.0, "expected_wait_seconds": None, "agents_free": 0, "agents_signed_in": 0}
    helper = {"agent_id": agent, "skill_id": skill, "level": 3, "has": 0, "free": True, "queues": [others["queue_id"]]}
    values: dict[str, Any] = {
        "kind": "wait",
        "since": at,
        "raised_at": at,
        "updated_at": at,
        "figures": {"waiting": 1, **counted},
        "helpers": [helper],
        "plans": [{"agent_ids": [agent], "outcomes": [{**outcome, "queue_id": queue}, others]}],
    }
    return QueueSuggestion(id=new_id(), tenant_id=UUID(side.tenant_id), queue_id=UUID(queue), **{**values, **more})


async def make_operator(database: Database) -> None:
    passwords = Passwords()
    tenant_id = new_id()
    hashed = await passwords.hash(PASSWORD)
    passwords.close()
    async with database.tenant(tenant_id) as session:
        session.add(Tenant(id=tenant_id, slug="platform", name="operator", kind="operator", language="en"))
        await session.flush()
        session.add(
            Account(
                id=new_id(),
                tenant_id=tenant_id,
                login="root",
                name="Root",
                role="platform_administrator",
                password_hash=hashed,
            )
        )


async def make_side(stack: AsyncExitStack, operator: Client, url: str, slug: str) -> Side:
    made = await operator.made(
        "/platform/tenants",
        {
            "slug": slug,
            "name": f"secret-of-{slug}",
            "language": "en",
            "time_zone": "Asia/Shanghai",
            "administrator": {"login": "admin", "name": f"Admin {slug}", "password": PASSWORD},
        },
    )
    side = Side(slug, made["id"], f"first-{slug}")
    admin = await stack.enter_async_context(Client(url))
    side.clients["tenant_administrator"] = await admin.sign_in(slug, "admin", PASSWORD)
    side.ids["tenant"] = side.tenant_id
    for ids, name in ((side.ids, "first"), (side.walled, "second")):
        await _configure(side, admin, ids, f"{name}-{slug}")
    for role, login in (("supervisor", "boss"), ("agent", "first")):
        client = await stack.enter_async_context(Client(url))
        side.clients[role] = await client.sign_in(slug, login, PASSWORD)
    side.ids["bulletin"] = await add_bulletin(side, side.clients["supervisor"], side.ids)
    side.walled["bulletin"] = await add_bulletin(side, admin, side.walled)
    side.ids["customer_import"] = await add_import(side.clients["supervisor"])
    side.walled["customer_import"] = await add_import(admin)
    await add_wallboard(side, side.clients["supervisor"], side.ids)
    await add_wallboard(side, admin, side.walled)
    for role, client in side.clients.items():
        token = await client.made("/tokens", {"name": f"secret-of-{slug}"})
        side.ids[f"token of {role}"] = token["id"]
    return side


async def add_import(client: Client) -> str:
    """A file that was sent, and is not looked at yet."""
    sent = await client.send("POST", "/customer-imports", data=b"Name\nAnn\n", query={"name": "a.csv"})
    assert sent.status == 201, sent.text
    return str(sent.json["id"])


async def add_wallboard(side: Side, author: Client, ids: dict[str, str]) -> None:
    """A board with a link; the supervisor's shows the first project, the administrator's all."""
    text = {"id": "a", "kind": "text", "text": f"secret-of-{side.slug}", "x": 0, "y": 0, "w": 4, "h": 2}
    board = await author.made("/wallboards", {"name": f"Board {ids['queue'][-8:]}", "tiles": [text]})
    link = await author.made(f"/wallboards/{board['id']}/links", {"name": "Hall"})
    ids["wallboard"], ids["wallboard_link"], ids["board secret"] = board["id"], link["id"], link["secret"]


async def add_bulletin(side: Side, author: Client, ids: dict[str, str]) -> str:
    """One to the agent of a project, who knows it as theirs."""
    secret = f"secret-of-{side.slug}"
    addressed = {"audience": "persons", "account_ids": [ids["person"]]}
    return str((await author.made("/bulletins", {"title": secret, "text": secret, **addressed}))["id"])


async def _configure(side: Side, admin: Client, ids: dict[str, str], name: str) -> None:
    """A project with a queue, people, a flow and a number; every name says whose it is."""
    slug = side.slug
    secret = f"secret-of-{slug} {name}"
    walled = ids is side.walled
    ids["project"] = (await admin.made("/projects", {"name": secret}))["id"]
    project = {"project_id": ids["project"]}
    ids["business"] = (await admin.made("/businesses", {"name": secret, **project}))["id"]
    of_business = {**project, "business_id": ids["business"]}
    ids["skill"] = (await admin.made("/skills", {"name": secret}))["id"]
    ids["seat"] = (await admin.made("/seats", {"name": secret[:40], "room": secret}))["id"]
    ids["room"] = (await admin.made("/rooms", {"name": secret[:80]}))["id"]
    picture = aiohttp.FormData()
    picture.add_field("file", PICTURE, filename="plan.png")
    assert (await admin.send("PUT", f"/rooms/{ids['room']}/plan", form=picture)).status == 200
    placed = {"places": [{"seat_id": ids["seat"], "x": 0.25, "y": 0.5}]}
    assert (await admin.send("PUT", f"/rooms/{ids['room']}/places", placed)).status == 200
    code = f"break-{'2' if walled else '1'}"
    ids["reason_code"] = (await admin.made("/reason-codes", {"code": code, "name": secret}))["id"]
    ids["disposition"] = (await admin.made("/dispositions", {"name": secret}))["id"]
    queue = {"name": secret, **of_business, "skills": [{"skill_id": ids["skill"], "level": 2}]}
    ids["queue"] = (await admin.made("/queues", queue))["id"]
    number = ("2" if walled else "1") + {
        "a": "001",
        "b": "002",
        "m": "004",
        "p": "005",
        "s": "006",
        "q": "007",
        "n": "008",
    }.get(slug, "003")
    agent = {"number": number, "phone_kind": "phone", "skills": [{"skill_id": ids["skill"], "proficiency": 5}]}
    person = {"name": f"Agent {secret}"[:80], "password": PASSWORD, "project_ids": [ids["project"]]}
    login = "second" if walled else "first"
    made = await admin.made("/people", {"login": login, "role": "agent", "agent": agent, **person})
    ids["person"], ids["agent"] = made["id"], made["agent"]["id"]
    ids["phone secret"] = (await admin.made(f"/people/{ids['person']}/phone-secret", {}))["password"]
    if not walled:
        boss = {**person, "name": f"Supervisor {slug}"}
        made = await admin.made("/people", {"login": "boss", "role": "supervisor", "agent": {"number": "9"}, **boss})
        ids["boss agent"] = made["agent"]["id"]
    prompt = f"greeting_{number}"
    form = aiohttp.FormData()
    form.add_field("name", prompt)
    form.add_field("language", "en")
    form.add_field("text", secret)
    form.add_field("file", tone(seconds=0.3, hertz=500 + int(number)), filename="greeting.wav")
    uploaded = await admin.send("POST", "/prompts/upload", form=form)
    assert uploaded.status == 201, uploaded.text
    ids["prompt"] = uploaded.json["id"]
    flow = await admin.made("/flows", {"name": secret, **project})
    ids["flow"] = flow["id"]
    document = {
        "version": 1,
        "start": "answer",
        "nodes": {
            "answer": {"type": "answer", "next": "hello"},
            "hello": {"type": "play", "prompts": [prompt], "next": "wait"},
            "wait": {"type": "queue", "queue": ids["queue"]},
        },
    }
    if not walled:
        side.document = document
    saved = await admin.send("PUT", f"/flows/{flow['id']}/draft", {"document": document})
    assert saved.status == 200, saved.text
    await admin.made(f"/flows/{flow['id']}/publish", {})
    test = {"name": secret[:80], "script": {"called": secret[:40]}, "expected": {}}
    ids["flow_test"] = (await admin.made(f"/flows/{flow['id']}/tests", test))["id"]
    number_of = {"number": f"+8610{number}", "label": secret, "flow_id": ids["flow"], **of_business}
    group = {"name": secret, "agent_ids": [ids["agent"]]}
    ids["agent_group"] = (await admin.made("/agent-groups", group))["id"]
    capacity = {"name": secret, "media": [{"medium": "chat", "weight": 50}]}
    ids["capacity_profile"] = (await admin.made("/capacity-profiles", capacity))["id"]
    field = {"key": f"id_card_{number}", "label": {"en": secret[:60]}, "private": True}
    ids["customer_field"] = (await admin.made("/customer-fields", field))["id"]
    reached = {"contact_points": [{"value": f"138{number}"}], "fields": {field["key"]: f"{secret} private"}}
    known = {"name": secret[:80], "grade": 3, "agent_id": ids["agent"], **reached, **project}
    ids["customer"] = (await admin.made("/customers", known))["id"]
    ids["merged customer"] = (await admin.made("/customers", {"name": secret[:80], **project}))["id"]
    limit = {"state": "wrap_up", "group_id": ids["agent_group"], "amber_seconds": 30, "red_seconds": 60}
    ids["state_threshold"] = (await admin.made("/state-thresholds", limit))["id"]
    calendar = {"name": secret[:60], "days": [{"date": "2026-10-01", "name": secret}]}
    ids["calendar"] = (await admin.made("/holiday-calendars", calendar))["id"]
    office = [{"start": "09:00", "end": "18:00"}]
    week = {"name": secret[:60], "weekly": [office] * 5 + [[], []], "calendar_id": ids["calendar"]}
    ids["hours"] = (await admin.made("/hours", week))["id"]
    routed = {"group_ids": [ids["agent_group"]], "sites": [secret[:60]], "hours_id": ids["hours"]}
    answer = await admin.send("PUT", f"/queues/{ids['queue']}/routing", routed)
    assert answer.status == 200, answer.text
    rule = {"name": secret[:60], "queue_ids": [ids["queue"]], "group_ids": [ids["agent_group"]]}
    ids["blend_rule"] = (await admin.made("/blend-rules", rule))["id"]
    source = {"kind": "http", "url": "https://crm.example.com/{{secrets.key}}"}
    result = {"variable": "grade", "value": "answer.grade"}
    kept = {"name": secret[:60], "request": source, "results": [result], "secrets": {"key": secret}}
    ids["data_source"] = (await admin.made("/data-sources", kept))["id"]
    section = {"kind": "source", "title": secret[:60], "source_id": ids["data_source"], "items": [{"key": "grade"}]}
    ids["screen_layout"] = (await admin.made("/screen-layouts", {"name": secret[:60], "sections": [section]}))["id"]
    page = {"name": secret[:60], "address": f"https://{number}.example.com/?{secret}", "queue_ids": [ids["queue"]]}
    ids["linked_page"] = (await admin.made("/linked-pages", page))["id"]
    shows = {"layout_id": ids["screen_layout"], "page_ids": [ids["linked_page"]], "queue_ids": [ids["queue"]]}
    ids["pop_rule"] = (await admin.made("/pop-rules", {"name": secret[:60], **shows}))["id"]
    ids["access_number"] = (await admin.made("/access-numbers", number_of))["id"]
    days = {"from": "2026-01-05", "to": "2026-01-05", "queue_id": ids["queue"]}
    ids["trial"] = (await admin.made("/routing/trials", days))["id"]
    entry = {"name": secret[:60], "flow_id": ids["flow"], **of_business, "origins": [SHOP], "languages": ["en"]}
    made = await admin.made("/chat-entries", {**entry, "welcome": {"en": secret}})
    ids["chat_entry"], ids["chat key"] = made["id"], made["key"]
    phrase = {"shortcut": f"hi{number}", "language": "en", "text": secret, "queue_id": ids["queue"]}
    rule = {"queue_id": ids["queue"], "disposition_ids": [ids["disposition"]]}
    ids["summary_rule"] = (await admin.made("/summary-rules", rule))["id"]
    template = {"shortcut": f"t{number}", "name": secret[:60], "text": f"{secret} {{number}}", "queue_id": ids["queue"]}
    ids["note_template"] = (await admin.made("/note-templates", template))["id"]
    ids["chat_phrase"] = (await admin.made("/chat-phrases", phrase))["id"]


def blend(ids: dict[str, str]) -> dict[str, Any]:
    """A blending rule as the runtime sees it, with a suggestion."""
    why = {"reason": "calm", "service_level": None, "waiting": 0, "longest_wait": 0.0, "idle": 3, "inbound": 3}
    suggestion = {"direction": "out", "agents": [ids["agent"]], "why": why, "since": "2026-01-05T08:00:00Z"}
    return {
        "id": ids["blend_rule"],
        "name": "rule",
        "mode": "suggest",
        "queue_ids": [ids["queue"]],
        "agent_ids": [ids["agent"]],
        "service_level": None,
        "waiting": 0,
        "longest_wait": 0,
        "idle": 3,
        "inbound": 3,
        "outbound": 0,
        "load": None,
        "calm_since": None,
        "suggestion": suggestion,
    }


async def add_problems(side: Side, database: Database, at: datetime) -> None:
    tenant_id = UUID(side.tenant_id)
    async with database.tenant(tenant_id) as session:
        for ids in (side.ids, side.walled):
            problems = Problems(session, tenant_id)
            await problems.record("source", f"secret-of-{side.slug} {ids['queue']}", None, Said("it failed"), 1, at)
            ids["routing_problem"] = str((await problems.all())[0].id)


async def add_calls(side: Side, ledger: asyncpg.Pool[asyncpg.Record], settings: Settings, began: datetime) -> None:
    """Per project one answered call with a recording and one that was abandoned, as ledger events."""
    tenant_id = UUID(side.tenant_id)
    events: list[tuple[datetime, str, UUID | None, UUID | None, dict[str, Any]]] = []
    call = CallArrived(leg_id="", at=began, caller=WITHHELD_NUMBER, called="", withheld=True)
    kept = sealed(call, TenantSecrets(settings.secret_key, tenant_id)).sealed
    for ids in (side.ids, side.walled):
        agent, queue = UUID(ids["agent"]), ids["queue"]
        answered, abandoned, recording = new_id(), new_id(), new_id()
        ids["interaction"], ids["abandoned"], ids["recording"] = str(answered), str(abandoned), str(recording)
        at = began
        start = {
            "medium": "voice",
            "direction": "inbound",
            "caller": "13800138000",
            "caller_key": "+8613800138000",
            "caller_sealed": kept,
            "called": f"secret-of-{side.slug}",
            "project_id": ids["project"],
            "business_id": ids["business"],
            "language": "en",
        }
        marked = {"by_account": ids["person"], "by_name": f"secret-of-{side.slug}", "by_agent": ids["agent"]}
        entered = {"queue_id": queue, "service_level_seconds": 20, "short_abandon_seconds": 5}
        events += [
            (at, "agent.state", None, agent, {"state": "available", "previous": "logged_out"}),
            (at, "interaction.started", answered, None, start),
            (at, "interaction.answered", answered, None, {}),
            (at + timedelta(seconds=2), "queue.entered", answered, None, entered),
            (at + timedelta(seconds=4), "offer.made", answered, agent, {"queue_id": queue, "reason": "longest idle"}),
            (at + timedelta(seconds=6), "queue.left", answered, None, _left(queue, "answered", 4)),
            (at + timedelta(seconds=6), "offer.accepted", answered, agent, {"queue_id": queue, "ring_seconds": 2}),
            (at + timedelta(seconds=6), "agent.connected", answered, agent, {"queue_id": queue, "ring_seconds": 2}),
            (
                at + timedelta(seconds=66),
                "agent.disconnected",
                answered,
                agent,
                {"queue_id": queue, "by": "customer", "talk_seconds": 50, "hold_seconds": 10},
            ),
            (
                at + timedelta(seconds=76),
                "wrap_up.completed",
                answered,
                agent,
                {"disposition_id": ids["disposition"], "note": f"secret-of-{side.slug}", "wrap_up_seconds": 10},
            ),
            (at + timedelta(seconds=76), "summary.due", answered, agent, {"lacks": ["disposition_id"]}),
            (
                at + timedelta(seconds=76),
                "interaction.ended",
                answered,
                None,
                {"end_reason": "completed", "hangup_cause": 16, "ended_by": "customer"},
            ),
            (at + timedelta(seconds=90), "interaction.marked_malicious", answered, agent, marked),
            (at + timedelta(minutes=20), "interaction.started", abandoned, None, start),
            (at + timedelta(minutes=20), "queue.entered", abandoned, None, entered),
            (at + timedelta(minutes=20, seconds=30), "queue.left", abandoned, None, _left(queue, "abandoned", 30)),
            (
                at + timedelta(minutes=20, seconds=30),
                "interaction.ended",
                abandoned,
                None,
                {"end_reason": "abandoned_in_queue", "hangup_cause": 16, "ended_by": "customer"},
            ),
        ]
        await _record(ledger, settings, tenant_id, answered, recording, at)
        await _add_chat(ledger, settings, side, ids, at)
    async with ledger.acquire() as connection:
        for ids in (side.ids, side.walled):
            ids["adjustment"] = str(new_id())
            await connection.execute(
                "INSERT INTO adjustment (tenant_id, id, agent_id, subject, level, given_by, given_at)"
                " VALUES ($1, $2, $3, $4::uuid::text, 3, $5, $6)",
                tenant_id,
                *(UUID(ids[name]) for name in ("adjustment", "agent", "skill", "person")),
                began,
            )
        await connection.executemany(
            "INSERT INTO ledger_event (tenant_id, seq, at, kind, interaction_id, agent_id, data)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7)",
            [
                (tenant_id, seq, at, kind, interaction, agent, msgspec.json.encode(data).decode())
                for seq, (at, kind, interaction, agent, data) in enumerate(events, 1)
            ],
        )


async def _add_chat(
    ledger: asyncpg.Pool[asyncpg.Record], settings: Settings, side: Side, ids: dict[str, str], at: datetime
) -> None:
    """The answered call's words as a chat would have them: the visitor's, a file of the agent's, and a whisper."""
    tenant_id, chat = UUID(side.tenant_id), UUID(ids["interaction"])
    secret, ids["chat token"], ids["chat_file"] = f"secret-of-{side.slug}", new_secret(), str(new_id())
    path = files.place(settings.home, tenant_id, UUID(ids["chat_file"]))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(secret)
    file = {"id": ids["chat_file"], "name": "a.txt", "size": len(secret), "type": "text/plain"}
    agent = UUID(ids["agent"])
    rows: list[tuple[int, int, str, UUID | None, str, str, dict[str, Any] | None, int | None]] = [
        (1, 0, "visitor", None, "text", secret, None, 1),
        (2, 0, "agent", agent, "file", "a.txt", {"file": file}, 1),
        (2, 1, "agent", None, "whisper", f"{secret} whispered", None, None),
    ]
    async with ledger.acquire() as connection:
        await connection.execute(
            "INSERT INTO chat_conversation (tenant_id, id, entry_id, secret_hash, language, name, fields, page_url,"
            " page_title, opened_at) VALUES ($1, $2, $3, $4, 'en', $5, '{}', '', '', $6)",
            *(tenant_id, chat, UUID(ids["chat_entry"]), secret_hash(ids["chat token"]), secret, at),
        )
        await connection.executemany(
            "INSERT INTO chat_message (tenant_id, interaction_id, at, number, part, sender, agent_id, kind, text, data,"
            " client_number) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            [(tenant_id, chat, at, *row) for row in rows],
        )


def _left(queue: str, outcome: str, seconds: float) -> dict[str, Any]:
    return {"queue_id": queue, "outcome": outcome, "wait_seconds": seconds}


async def _record(
    ledger: asyncpg.Pool[asyncpg.Record],
    settings: Settings,
    tenant_id: UUID,
    interaction: UUID,
    recording: UUID,
    at: datetime,
) -> None:
    """A real file: the caller says 440 Hz on the left, the agent 880 Hz on the right."""
    sources = []
    for hertz in (440, 880):
        source = settings.home / f"{recording}-{hertz}.wav"
        write_tone(source, hertz)
        sources.append(source)
    name = f"{tenant_id}/{recording}.mp3"
    done = audio.produce(sources, settings.recordings / name, seconds=TONE_SECONDS, form="mp3")
    async with ledger.acquire() as connection:
        await connection.execute(
            "INSERT INTO recording (tenant_id, id, interaction_id, node, started_at, ended_at, state, duration_seconds,"
            " bytes, sha256, format, channels, path) VALUES ($1, $2, $3, 'node-1', $4, $5, 'ready', $6, $7, $8, 'mp3',"
            " 2, $9)",
            tenant_id,
            recording,
            interaction,
            at,
            at + timedelta(seconds=TONE_SECONDS),
            done.duration_seconds,
            done.bytes,
            done.sha256,
            name,
        )


def write_tone(path: Path, hertz: int) -> None:
    with wave.open(str(path), "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(8000)
        samples = [int(16000 * math.sin(2 * math.pi * hertz * n / 8000)) for n in range(int(8000 * TONE_SECONDS))]
        writer.writeframes(b"".join(sample.to_bytes(2, "little", signed=True) for sample in samples))
