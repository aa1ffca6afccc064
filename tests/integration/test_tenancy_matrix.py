"""Every route, tried without signing in, as each role, and as another tenant; a route without a case fails.

For each case the roles that may, what belongs in path and body, and what the routes answers to somebody else's ids:
the same as to an id that does not exist.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

import aiohttp
import pytest
from fastapi.routing import APIRoute
from starlette.routing import Route, WebSocketRoute

from hujiao.app.http.app import build as build_app
from tests.conftest import until
from tests.integration.client import Answer, Client
from tests.integration.control import CallControl, tone
from tests.integration.test_sockets import agent_record
from tests.integration.world import PASSWORD, PICTURE, ROLES, Side, World, add_import

PLATFORM, ADMIN, SUPERVISOR, AGENT = "platform_administrator", "tenant_administrator", "supervisor", "agent"
TENANT = {ADMIN, SUPERVISOR, AGENT}
READERS = {ADMIN, SUPERVISOR}
WORKERS = {SUPERVISOR, AGENT}
EVERYBODY = {PLATFORM, *TENANT}
PERIOD = {"from": "2026-01-01T00:00:00Z", "to": "2026-01-31T00:00:00Z"}

CALENDAR = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20260501\nEND:VEVENT\nEND:VCALENDAR\n"

Body = Callable[[Side], Any]


@dataclass(frozen=True)
class Case:
    """`ids`: path parameter → kind of object. `fresh` makes the object that a removal may remove."""

    roles: set[str]
    ids: dict[str, str] = field(default_factory=dict)
    body: Body | None = None
    query: dict[str, str] = field(default_factory=dict)
    ok: tuple[int, ...] = (200, 201, 204)
    fresh: Callable[[Side, Client], Any] | None = None
    # Fields of the body that name objects; somebody else's are refused there.
    references: dict[str, str] = field(default_factory=dict)
    public: bool = False
    upload: bool = False
    picture: bool = False
    platform_body: Body | None = None  # what the operator's staff send in their own tenant
    words: dict[str, str] = field(default_factory=dict)  # path parameters that are no ids
    visitor: bool = False  # with the token of a chat
    file: bool = False  # the body is a file
    none_of: set[str] = field(default_factory=set)  # roles that may ask, in whose tenant there is no such object


def unique() -> str:
    return uuid4().hex[:10]


def named(**more: Any) -> Body:
    return lambda side: {"name": f"n{unique()}", **more}


def maker(path: str, body: Body, key: str = "id") -> Callable[[Side, Client], Any]:
    async def make(side: Side, admin: Client) -> str:
        return str((await admin.made(path, body(side)))[key])

    return make


def queue_body(side: Side) -> dict[str, Any]:
    ids = side.ids
    return {
        "name": f"q{unique()}",
        "project_id": ids["project"],
        "business_id": ids["business"],
        "skills": [{"skill_id": ids["skill"]}],
    }


def number_body(side: Side) -> dict[str, Any]:
    ids = side.ids
    return {
        "number": f"+99{uuid4().int % 10**12}",
        "flow_id": ids["flow"],
        "project_id": ids["project"],
        "business_id": ids["business"],
    }


def business_body(side: Side) -> dict[str, Any]:
    return {"name": f"b{unique()}", "project_id": side.ids["project"]}


def flow_body(side: Side) -> dict[str, Any]:
    return {"name": f"f{unique()}", "project_id": side.ids["project"]}


def flow_test_body(side: Side) -> dict[str, Any]:
    return {"name": f"t{unique()}", "script": {}, "expected": {}}


def try_flow_body(side: Side) -> dict[str, Any]:
    return {"document": side.document, "script": {}}


def look_up_body(side: Side) -> dict[str, Any]:
    """A document that asks the side's own data source at once."""
    look = {"type": "look_up", "source": side.ids["data_source"], "next": "end"}
    return {"document": {"start": "look", "nodes": {"look": look, "end": {"type": "hang_up"}}}, "script": {}}


async def new_flow_test(side: Side, admin: Client) -> str:
    path = f"/flows/{side.ids['flow']}/tests"
    return str((await admin.made(path, flow_test_body(side)))["id"])


def threshold_body(side: Side) -> dict[str, Any]:
    ids = side.ids
    return {"state": "not_ready", "group_id": ids["agent_group"], "reason_code_id": ids["reason_code"]}


async def new_threshold(side: Side, admin: Client) -> str:
    """There is one of a kind."""
    body = threshold_body(side)
    for one in (await admin.get("/state-thresholds")).json["items"]:
        if body.items() <= one.items():
            await admin.send("DELETE", f"/state-thresholds/{one['id']}")
    return str((await admin.made("/state-thresholds", body))["id"])


def reason_body(side: Side) -> dict[str, Any]:
    return {"name": f"r{unique()}", "code": f"c{unique()}"}


def person_body(side: Side) -> dict[str, Any]:
    return {"login": f"p{unique()}", "name": "P", "role": "agent", "project_ids": [side.ids["project"]]}


def new_person_body(side: Side) -> dict[str, Any]:
    return {**person_body(side), "password": PASSWORD}


def colleague_body(side: Side) -> dict[str, Any]:
    return {"login": f"p{unique()}", "name": "P", "role": PLATFORM}


def new_colleague_body(side: Side) -> dict[str, Any]:
    return {**colleague_body(side), "password": PASSWORD}


def changed_person_body(side: Side) -> dict[str, Any]:
    skills = [{"skill_id": side.ids["skill"], "proficiency": 5}]
    number = "1001" if side.slug == "a" else "1002"
    agent = {"number": number, "phone_kind": "phone", "skills": skills}
    return {**person_body(side), "login": "first", "name": f"Agent secret-of-{side.slug}", "agent": agent}


def bulletin_body(side: Side) -> dict[str, Any]:
    return {"title": "B", "text": "B", "audience": "persons", "account_ids": [side.ids["person"]]}


async def made_bulletin(side: Side, _: Client) -> str:
    """Of the supervisor, whom only those of their own projects concern."""
    return str((await side.clients[SUPERVISOR].made("/bulletins", bulletin_body(side)))["id"])


async def bulletin_for_all(side: Side, _: Client) -> str:
    return str((await side.admin.made("/bulletins", {"title": "B", "text": "B", "audience": "all"}))["id"])


def wallboard_body(side: Side) -> dict[str, Any]:
    ids = side.ids
    place = {"id": "a", "kind": "agents", "x": 0, "y": 0, "w": 4, "h": 4}
    tile = {**place, "queue_ids": [ids["queue"]], "group_ids": [ids["agent_group"]]}
    return {"name": f"w{unique()}", "tiles": [tile]}


async def made_wallboard(side: Side, _: Client) -> str:
    """Of the supervisor, whom only those of their own projects concern."""
    return str((await side.clients[SUPERVISOR].made("/wallboards", wallboard_body(side)))["id"])


def trunk_body(side: Side) -> dict[str, Any]:
    return {"name": f"t{unique()}", "kind": "address", "host": "192.0.2.20"}


def tenant_body(side: Side) -> dict[str, Any]:
    administrator = {"login": "admin", "name": "A", "password": PASSWORD}
    return {"slug": f"t{unique()}", "name": "T", "administrator": administrator}


def prompt_body(side: Side) -> dict[str, Any]:
    return {"name": f"p{unique()}", "language": "en", "text": "Good morning"}


def group_body(side: Side) -> dict[str, Any]:
    return {"name": f"g{unique()}", "agent_ids": [side.ids["agent"]]}


def capacity_body(side: Side) -> dict[str, Any]:
    return {"name": f"c{unique()}", "media": [{"medium": "chat", "weight": 25, "most": 3}]}


def customer_body(side: Side) -> dict[str, Any]:
    number = {"contact_points": [{"value": f"+98{uuid4().int % 10**12}"}]}
    return {"name": "C", "agent_id": side.ids["agent"], "project_id": side.ids["project"], **number}


async def maker_of_two(side: Side, admin: Client) -> str:
    """Two customers, of whom the body names the other."""
    side.ids["merged customer"] = str((await admin.made("/customers", customer_body(side)))["id"])
    return str((await admin.made("/customers", customer_body(side)))["id"])


def next_call_body(side: Side) -> dict[str, Any]:
    return {"due_at": (datetime.now(UTC) + timedelta(hours=1)).isoformat(), "note": "N"}


async def next_call_of_agent(side: Side, admin: Client) -> str:
    made = await admin.made("/customers", customer_body(side))
    set_at = f"/me/customers/{made['id']}/next-call"
    return str((await side.clients[AGENT].send("PUT", set_at, next_call_body(side))).json["id"])


async def next_call_that_is_done(side: Side, admin: Client) -> str:
    made = await next_call_of_agent(side, admin)
    assert (await side.clients[AGENT].post(f"/me/next-calls/{made}/done")).status == 200
    return made


async def new_import(side: Side, admin: Client) -> str:
    """A file that the supervisor has sent, and nobody has looked at yet; none is being worked on."""
    for one in (await admin.get("/customer-imports")).json["items"]:
        await admin.send("POST", f"/customer-imports/{one['id']}/cancel")
        if one["state"] == "uploaded" and one["id"] not in side.marks:
            await admin.send("DELETE", f"/customer-imports/{one['id']}")
    return await add_import(side.clients["supervisor"])


def customer_field_body(side: Side) -> dict[str, Any]:
    return {"key": "matrix", "label": {"en": "Matrix"}}


async def new_customer_field(side: Side, admin: Client) -> str:
    """The keys of fields are for ever: a changed field keeps its own."""
    for one in (await admin.get("/customer-fields", q="matrix")).json["items"]:
        await admin.send("DELETE", f"/customer-fields/{one['id']}")
    return str((await admin.made("/customer-fields", customer_field_body(side)))["id"])


def summary_rule_body(side: Side) -> dict[str, Any]:
    ids = side.ids
    return {"queue_id": ids["queue"], "direction": "outbound", "disposition_ids": [ids["disposition"]]}


async def new_summary_rule(side: Side, admin: Client) -> str:
    """There is one for the same contacts at most."""
    for one in (await admin.get("/summary-rules")).json["items"]:
        if one["direction"] == "outbound":
            await admin.send("DELETE", f"/summary-rules/{one['id']}")
    return str((await admin.made("/summary-rules", summary_rule_body(side)))["id"])


def note_template_body(side: Side) -> dict[str, Any]:
    place = {"queue_id": side.ids["queue"], "disposition_id": side.ids["disposition"]}
    return {"shortcut": f"n{unique()}", "name": "N", "text": "N", **place}


def hours_body(side: Side) -> dict[str, Any]:
    return {"name": f"h{unique()}", "weekly": [[]] * 7, "calendar_id": side.ids["calendar"]}


def source_body(side: Side) -> dict[str, Any]:
    results = [{"variable": "grade", "value": "answer.grade"}]
    # An address of this machine: refused before anything is sent.
    return {"name": f"s{unique()}", "request": {"kind": "http", "url": "http://localhost:9/"}, "results": results}


def try_body(side: Side) -> dict[str, Any]:
    return {"source": source_body(side), "source_id": side.ids["data_source"]}


def queue_routing_body(side: Side) -> dict[str, Any]:
    ids = side.ids
    ring = {"skills": [{"skill_id": ids["skill"]}], "group_ids": [ids["agent_group"]], "after_seconds": 20}
    return {"group_ids": [ids["agent_group"]], "rings": [ring], "hours_id": ids["hours"]}


def blend_rule_body(side: Side) -> dict[str, Any]:
    ids = side.ids
    return {
        "name": f"b{unique()}",
        "queue_ids": [ids["queue"]],
        "agent_ids": [ids["agent"]],
        "group_ids": [ids["agent_group"]],
    }


def adjustments_body(side: Side) -> dict[str, Any]:
    until = datetime.now(UTC) + timedelta(hours=1)
    changes = [{"kind": "skill", "subject": side.ids["skill"], "level": 3}]
    return {
        "agent_ids": [side.ids["agent"]],
        "group_ids": [side.ids["agent_group"]],
        "changes": changes,
        "until_at": until.isoformat(),
    }


def trial_body(side: Side) -> dict[str, Any]:
    draft = {"queue_id": side.ids["queue"], "routing": queue_routing_body(side), "skills": []}
    return {"from": "2026-01-05", "to": "2026-01-06", "queue_id": side.ids["queue"], "queues": [draft]}


def entry_body(side: Side) -> dict[str, Any]:
    ids = side.ids
    place = {"project_id": ids["project"], "business_id": ids["business"]}
    return {"name": f"e{unique()}", "flow_id": ids["flow"], **place}


def phrase_body(side: Side) -> dict[str, Any]:
    return {"shortcut": f"s{unique()}", "language": "en", "text": "Hello", "queue_id": side.ids["queue"]}


def text_body(side: Side) -> dict[str, Any]:
    return {"client_number": 2, "kind": "text", "text": "Hello"}


def chat_record(side: Side, ids: dict[str, str]) -> dict[str, Any]:
    """The answered contact, as a chat of the agent's that the supervisor reads along."""
    there = {"leg_id": "one", "state": "in", "room": "main", "since": "2026-01-05T08:00:00Z"}
    parties = [{**there, "agent_id": ids["agent"], "role": "agent"}]
    if "boss agent" in ids:
        parties.append({**there, "agent_id": ids["boss agent"], "role": "supervisor", "mode": "listen"})
    return {
        "id": ids["interaction"],
        "state": "connected",
        "medium": "chat",
        "direction": "inbound",
        "caller": "",
        "called": "",
        "started_at": "2026-01-05T08:00:00Z",
        "caller_name": f"secret-of-{side.slug}",
        "project_id": ids["project"],
        "queue_id": ids["queue"],
        "connected_at": None,
        "agent_id": ids["agent"],
        "parties": parties,
        "chat": {"entry_id": ids["chat_entry"]},
    }


def callback_body(side: Side) -> dict[str, Any]:
    return {"queue_id": side.ids["queue"], "number": f"+98{uuid4().int % 10**12}"}


def callback_record(side: Side, ids: dict[str, str]) -> dict[str, Any]:
    return {
        "id": ids["callback"],
        "state": "queued",
        "medium": "voice",
        "caller": "+8613800000000",
        "caller_name": f"secret-of-{side.slug}",
        "queue_id": ids["queue"],
        "queue_name": "q",
        "queued_at": "2026-01-05T08:00:00Z",
        "connected_at": None,
        "position": 1,
        "callback": {
            "first": "agent",
            "tries": 0,
            "most_tries": 3,
            "expires_at": "2026-01-05T16:00:00Z",
            "origin": None,
        },
    }


def conference_record(side: Side, ids: dict[str, str]) -> dict[str, Any]:
    """A caller in a conference, and a number that was called to it."""
    nobody = {"agent_id": None, "number": "", "muted": False}
    party = {**nobody, "role": "customer", "state": "in", "since": "2026-01-05T08:00:00Z"}
    return {
        "id": str(uuid5(UUID(ids["conference"]), "call")),
        "state": "conference",
        "medium": "voice",
        "project_id": ids["project"],
        "since": "2026-01-05T08:00:00Z",
        "conference": {"id": ids["conference"], "room": "board", "host": True},
        "parties": [
            {**party, "leg_id": "one", "name": f"secret-of-{side.slug}"},
            {**party, "leg_id": "two", "name": "", "role": "outside", "state": "calling"},
        ],
    }


def layout_body(side: Side) -> dict[str, Any]:
    section = {"kind": "source", "source_id": side.ids["data_source"], "items": [{"key": "grade"}]}
    return {"name": f"l{unique()}", "sections": [section]}


def page_body(side: Side) -> dict[str, Any]:
    address = f"https://crm.example.com/{unique()}?from={{{{caller}}}}"
    return {"name": f"p{unique()}", "address": address, "queue_ids": [side.ids["queue"]]}


def pop_rule_body(side: Side) -> dict[str, Any]:
    return {"name": f"r{unique()}", "position": 9, "enabled": False, "layout_id": side.ids["screen_layout"]}


def resting(side: Side, ids: dict[str, str]) -> dict[str, Any]:
    """An agent on a break."""
    asked = {"state": "began", "reason_code_id": ids["reason_code"], "place": None, "over_limit": False}
    times = {"asked_at": "2026-01-05T08:00:00Z", "began_at": "2026-01-05T08:00:00Z"}
    return agent_record(side, ids, "not_ready", break_request={**asked, **times})


@pytest.fixture(autouse=True)
async def live_contacts(world: World, control: CallControl) -> None:
    """Somebody waits to be called back, chats, is in a conference, and rests, in each tenant and project."""
    kinds = (callback_record, chat_record, conference_record)
    for side in (world.a, world.b):
        for ids in (side.ids, side.walled):
            ids["conference"] = str(uuid5(UUID(ids["callback"]), "conference"))
        records = [made(side, ids) for ids in (side.ids, side.walled) for made in kinds]
        agents = [resting(side, ids) for ids in (side.ids, {**side.ids, **side.walled})]
        if control.views[side.tenant_id]["interactions"] != records:
            control.views[side.tenant_id]["interactions"] = []
            await control.change(side.tenant_id, interactions=records, agents=agents)


def administered(
    path: str, kind: str, body: Body, readers: set[str], references: dict[str, str]
) -> Iterator[tuple[Any, Case]]:
    """The five routes of a plain list."""
    one = f"{path}/{{row_id}}"
    ids = {"row_id": kind}
    yield ("GET", path), Case(readers)
    yield ("POST", path), Case({ADMIN}, body=body, references=references)
    yield ("GET", one), Case(readers, ids)
    yield ("PUT", one), Case({ADMIN}, ids, body=body, references=references, fresh=maker(path, body))
    yield ("DELETE", one), Case({ADMIN}, ids, fresh=maker(path, body))


OF_BUSINESS = {"project_id": "project", "business_id": "business"}
FLOW = {"flow_id": "flow"}
FLOW_TEST = {"flow_id": "flow", "test_id": "flow_test"}
ROOM = {"room_id": "room"}
THRESHOLD = {"group_id": "agent_group", "reason_code_id": "reason_code"}
BULLETIN = {"bulletin_id": "bulletin"}
CALL = {"interaction_id": "interaction"}
LINE = {"seconds": 60, "mos": 4.2, "mos_lowest": 3.8, "loss_percent": 0.4, "jitter_ms": 6, "round_trip_ms": 40}
CUSTOMER = {"customer_id": "customer"}
IMPORT = {"import_id": "customer_import"}
NEXT_CALL = {"next_call_id": "next_call"}
OF_CUSTOMER = {"agent_id": "agent", "project_id": "project"}
CONFERENCE = {"conference_id": "conference"}
HOURS = {"hours_id": "hours"}
SUMMARY_RULE = {"row_id": "summary_rule"}
OF_SUMMARY_RULE = {"queue_id": "queue", "disposition_ids": "disposition"}
RECORDING = {"recording_id": "recording"}

PAGE = {"queue_ids": "queue", "source_ids": "data_source"}
POP_RULE = {"queue_ids": "queue", "layout_id": "screen_layout", "page_ids": "linked_page"}

SUGGESTION = {"suggestion_id": "queue_suggestion"}
WALLBOARD = {"row_id": "wallboard"}

CHAT_FILE = {**CALL, "file_id": "chat_file"}
VISITOR = {"public": True, "visitor": True}

CASES: dict[tuple[str, str], Case] = {
    **dict(administered("/chat-entries", "chat_entry", entry_body, READERS, {"flow_id": "flow", **OF_BUSINESS})),
    **dict(administered("/chat-phrases", "chat_phrase", phrase_body, TENANT, {"queue_id": "queue"})),
    ("GET", "/public/chat/{key}"): Case(EVERYBODY, {"key": "chat key"}, public=True),
    ("POST", "/public/chat/{key}/conversations"): Case(
        EVERYBODY, {"key": "chat key"}, body=lambda side: {"language": "en"}, public=True
    ),
    ("GET", "/public/chat/conversation"): Case(EVERYBODY, **VISITOR),
    ("GET", "/public/chat/conversation/messages"): Case(EVERYBODY, **VISITOR),
    ("POST", "/public/chat/conversation/messages"): Case(EVERYBODY, body=text_body, **VISITOR),
    ("POST", "/public/chat/conversation/files"): Case(
        EVERYBODY, query={"client_number": "2", "name": "a.txt"}, file=True, **VISITOR
    ),
    ("GET", "/public/chat/conversation/files/{file_id}"): Case(EVERYBODY, {"file_id": "chat_file"}, **VISITOR),
    ("POST", "/public/chat/conversation/typing"): Case(EVERYBODY, **VISITOR),
    ("POST", "/public/chat/conversation/read"): Case(EVERYBODY, body=lambda side: {"number": 1}, **VISITOR),
    ("POST", "/public/chat/conversation/end"): Case(EVERYBODY, **VISITOR),
    ("POST", "/me/interactions/{interaction_id}/accept"): Case(WORKERS, CALL),
    ("POST", "/me/interactions/{interaction_id}/messages"): Case(WORKERS, CALL, body=text_body),
    ("POST", "/me/interactions/{interaction_id}/files"): Case(
        WORKERS, CALL, query={"client_number": "2", "name": "a.txt"}, file=True
    ),
    ("POST", "/me/interactions/{interaction_id}/typing"): Case(WORKERS, CALL),
    ("POST", "/me/interactions/{interaction_id}/read"): Case(WORKERS, CALL, body=lambda side: {"number": 1}),
    ("POST", "/me/interactions/{interaction_id}/end"): Case(WORKERS, CALL),
    ("GET", "/interactions/{interaction_id}/messages"): Case(TENANT, CALL),
    ("GET", "/interactions/{interaction_id}/files/{file_id}"): Case(TENANT, CHAT_FILE),
    ("POST", "/interactions/{interaction_id}/whisper"): Case(READERS, CALL, body=lambda side: {"text": "Hello"}),
    ("GET", "/wallboards"): Case(READERS),
    ("POST", "/wallboards"): Case(READERS, body=wallboard_body),
    ("GET", "/wallboards/{row_id}"): Case(READERS, WALLBOARD),
    ("PUT", "/wallboards/{row_id}"): Case(READERS, WALLBOARD, body=wallboard_body, fresh=made_wallboard),
    ("DELETE", "/wallboards/{row_id}"): Case(READERS, WALLBOARD, fresh=made_wallboard),
    ("GET", "/wallboards/{row_id}/links"): Case(READERS, WALLBOARD),
    ("POST", "/wallboards/{row_id}/links"): Case(READERS, WALLBOARD, body=named()),
    ("DELETE", "/wallboards/{row_id}/links/{link_id}"): Case(
        READERS, {**WALLBOARD, "link_id": "wallboard_link"}, ok=(204, 404)
    ),
    ("GET", "/health"): Case(EVERYBODY, public=True),
    ("GET", "/trust"): Case(EVERYBODY, public=True),
    ("POST", "/session"): Case(
        EVERYBODY, public=True, body=lambda side: {"tenant": side.slug, "login": "first", "password": PASSWORD}
    ),
    ("GET", "/session"): Case(EVERYBODY),
    ("PATCH", "/session"): Case(EVERYBODY, body=lambda side: {"language": "en"}),
    ("GET", "/session/keys"): Case(EVERYBODY),
    ("PUT", "/session/keys"): Case(EVERYBODY, body=lambda side: {"keys": {"hold": "Alt+H"}}),
    ("PUT", "/session/password"): Case(EVERYBODY, body=lambda side: {"current": PASSWORD, "password": PASSWORD}),
    ("DELETE", "/session"): Case(EVERYBODY),
    ("GET", "/tokens"): Case(EVERYBODY),
    ("POST", "/tokens"): Case(EVERYBODY, body=named()),
    ("DELETE", "/tokens/{token_id}"): Case(EVERYBODY, {"token_id": "token"}, fresh=maker("/tokens", named())),
    ("GET", "/me/desktop"): Case(WORKERS),
    ("GET", "/me/today"): Case(WORKERS),
    ("GET", "/me/interactions"): Case(WORKERS),
    ("POST", "/me/sign-in"): Case(
        WORKERS,
        body=lambda side: {"phone_kind": "browser", "seat_id": side.ids["seat"]},
        references={"seat_id": "seat"},
    ),
    ("POST", "/me/sign-out"): Case(WORKERS),
    ("POST", "/me/state"): Case(
        WORKERS,
        body=lambda side: {"state": "not_ready", "reason_code_id": side.ids["reason_code"]},
        references={"reason_code_id": "reason_code"},
    ),
    ("POST", "/me/interactions/{interaction_id}/wrap-up"): Case(
        WORKERS,
        CALL,
        body=lambda side: {"disposition_id": side.ids["disposition"], "note": "n"},
        references={"disposition_id": "disposition"},
    ),
    ("POST", "/me/interactions/{interaction_id}/{action}"): Case(WORKERS, CALL, words={"action": "hold"}),
    ("POST", "/me/interactions/{interaction_id}/recording/{act}"): Case(WORKERS, CALL, words={"act": "pause"}),
    ("POST", "/me/interactions/{interaction_id}/return"): Case(WORKERS, CALL, body=lambda side: {"leg_id": "agent-1"}),
    ("POST", "/me/interactions/{interaction_id}/line-quality"): Case(
        WORKERS, CALL, body=lambda side: LINE, none_of={SUPERVISOR}
    ),
    ("POST", "/me/interactions/{interaction_id}/keys"): Case(WORKERS, CALL, body=lambda side: {"keys": "1#"}),
    ("POST", "/me/calls"): Case(
        WORKERS,
        body=lambda side: {
            "agent_id": side.ids["agent"],
            "business_id": side.ids["business"],
            "caller_number_id": side.ids["access_number"],
        },
        references={
            "agent_id": "agent",
            "business_id": "business",
            "caller_number_id": "access_number",
            "customer_id": "customer",
        },
    ),
    ("GET", "/me/customers"): Case(WORKERS),
    ("GET", "/me/customers.csv"): Case({SUPERVISOR}),
    ("GET", "/me/customers.xlsx"): Case({SUPERVISOR}),
    ("PUT", "/me/customers/{customer_id}/next-call"): Case(WORKERS, CUSTOMER, body=next_call_body),
    ("GET", "/me/next-calls"): Case(WORKERS),
    ("POST", "/me/next-calls/{next_call_id}/snooze"): Case(
        WORKERS, NEXT_CALL, body=lambda side: {"minutes": 5}, fresh=next_call_of_agent, none_of={SUPERVISOR}
    ),
    ("POST", "/me/next-calls/{next_call_id}/done"): Case(
        WORKERS, NEXT_CALL, fresh=next_call_of_agent, none_of={SUPERVISOR}
    ),
    ("POST", "/me/next-calls/{next_call_id}/reopen"): Case(
        WORKERS, NEXT_CALL, fresh=next_call_that_is_done, none_of={SUPERVISOR}
    ),
    ("GET", "/customers/{customer_id}/next-calls"): Case(TENANT, CUSTOMER),
    ("GET", "/next-calls/overdue"): Case(READERS),
    ("GET", "/next-calls/overdue/{agent_id}"): Case(READERS, {"agent_id": "agent"}),
    ("POST", "/dispositions/outbound"): Case({ADMIN}),
    ("GET", "/me/caller-numbers"): Case(WORKERS),
    ("POST", "/me/interactions/{interaction_id}/park"): Case(WORKERS, CALL),
    ("GET", "/me/parked"): Case(WORKERS),
    ("POST", "/me/parked/{interaction_id}/pick-up"): Case(WORKERS, CALL),
    ("POST", "/me/break"): Case(
        WORKERS,
        body=lambda side: {"reason_code_id": side.ids["reason_code"]},
        references={"reason_code_id": "reason_code"},
    ),
    ("DELETE", "/me/break"): Case(WORKERS),
    ("PUT", "/me/night-bell"): Case(WORKERS, body=lambda side: {"on": True}),
    ("GET", "/me/forwarding"): Case(WORKERS),
    ("PUT", "/me/forwarding"): Case(WORKERS, body=lambda side: {"busy": {"to": "queue", "target": side.ids["queue"]}}),
    ("GET", "/agents/{agent_id}/forwarding"): Case({PLATFORM, ADMIN}, {"agent_id": "agent"}, none_of={PLATFORM}),
    ("PUT", "/agents/{agent_id}/forwarding"): Case(
        {PLATFORM, ADMIN}, {"agent_id": "agent"}, body=lambda side: {"no_answer_seconds": 30}, none_of={PLATFORM}
    ),
    ("GET", "/me/telephone"): Case(WORKERS),
    ("PUT", "/me/telephone"): Case(WORKERS, body=lambda side: {"pin": "739104"}),
    ("GET", "/agents/{agent_id}/telephone"): Case({PLATFORM, ADMIN}, {"agent_id": "agent"}, none_of={PLATFORM}),
    ("PUT", "/agents/{agent_id}/telephone"): Case(
        {PLATFORM, ADMIN}, {"agent_id": "agent"}, body=lambda side: {"pin": "739104"}, none_of={PLATFORM}
    ),
    ("GET", "/breaks"): Case(READERS),
    ("POST", "/breaks/{agent_id}/grant"): Case(READERS, {"agent_id": "agent"}),
    ("POST", "/breaks/{agent_id}/refuse"): Case(READERS, {"agent_id": "agent"}, body=lambda side: {"word": "Later"}),
    ("POST", "/breaks/{agent_id}/end"): Case(READERS, {"agent_id": "agent"}),
    ("GET", "/me/targets"): Case(WORKERS),
    ("GET", "/me/targets/now"): Case(WORKERS),
    ("GET", "/me/seats"): Case(WORKERS),
    ("POST", "/me/interactions/{interaction_id}/consult"): Case(
        WORKERS,
        CALL,
        body=lambda side: {"to": "agent", "target": side.ids["agent"]},
        references={"target": "agent"},
    ),
    ("POST", "/me/interactions/{interaction_id}/guidance"): Case(
        WORKERS, CALL, body=lambda side: {"flow_id": side.ids["flow"]}, references={"flow_id": "flow"}
    ),
    ("DELETE", "/me/interactions/{interaction_id}/guidance"): Case(WORKERS, CALL),
    ("POST", "/me/interactions/{interaction_id}/parties/{leg_id}/{act}"): Case(
        WORKERS, CALL, words={"leg_id": "out-1", "act": "hold"}
    ),
    ("DELETE", "/me/interactions/{interaction_id}/parties/{leg_id}"): Case(WORKERS, CALL, words={"leg_id": "out-1"}),
    ("GET", "/interactions"): Case(TENANT),
    ("GET", "/event-kinds"): Case(TENANT),
    ("GET", "/interactions.csv"): Case(TENANT),
    ("GET", "/interactions.xlsx"): Case(TENANT),
    ("GET", "/interactions/{interaction_id}"): Case(TENANT, CALL),
    ("GET", "/recordings/{recording_id}"): Case(TENANT, RECORDING),
    ("GET", "/recordings/{recording_id}/audio"): Case(TENANT, RECORDING),
    ("GET", "/recordings/{recording_id}/peaks"): Case(TENANT, RECORDING),
    ("GET", "/reports/queue-intervals"): Case(READERS, query=PERIOD),
    ("GET", "/reports/queue-intervals.csv"): Case(READERS, query=PERIOD),
    ("GET", "/reports/queue-intervals.xlsx"): Case(READERS, query=PERIOD),
    ("GET", "/people"): Case({PLATFORM, *READERS}),
    ("POST", "/people"): Case({PLATFORM, ADMIN}, body=new_person_body, platform_body=new_colleague_body),
    ("GET", "/people/{account_id}"): Case({PLATFORM, *READERS}, {"account_id": "person"}),
    ("PUT", "/people/{account_id}"): Case(
        {PLATFORM, ADMIN}, {"account_id": "person"}, body=changed_person_body, platform_body=colleague_body
    ),
    ("DELETE", "/people/{account_id}"): Case(
        {PLATFORM, ADMIN}, {"account_id": "person"}, fresh=maker("/people", new_person_body)
    ),
    ("POST", "/people/{account_id}/password"): Case(
        {PLATFORM, ADMIN},
        {"account_id": "person"},
        body=lambda side: {"password": PASSWORD},
        fresh=maker("/people", new_person_body),
    ),
    # The operator's own staff have no agent numbers.
    ("POST", "/people/{account_id}/phone-secret"): Case({PLATFORM, ADMIN}, {"account_id": "person"}, ok=(201, 409)),
    **dict(administered("/projects", "project", named(), READERS, {})),
    **dict(administered("/businesses", "business", business_body, READERS, {"project_id": "project"})),
    **dict(administered("/seats", "seat", named(), TENANT, {})),
    **dict(administered("/rooms", "room", named(), READERS, {})),
    ("GET", "/rooms/places"): Case(READERS),
    ("PUT", "/rooms/{room_id}/places"): Case(
        {ADMIN}, ROOM, body=lambda side: {"places": [{"seat_id": side.ids["seat"], "x": 0.1, "y": 0.9}]}
    ),
    ("PUT", "/rooms/{room_id}/plan"): Case({ADMIN}, ROOM, picture=True),
    ("GET", "/rooms/{room_id}/plan"): Case(READERS, ROOM),
    **dict(administered("/skills", "skill", named(), READERS, {})),
    **dict(administered("/reason-codes", "reason_code", reason_body, TENANT, {})),
    ("GET", "/state-thresholds"): Case(READERS),
    ("GET", "/state-thresholds/usual"): Case(READERS),
    ("POST", "/state-thresholds"): Case({ADMIN}, body=threshold_body, ok=(201, 409), references=THRESHOLD),
    ("GET", "/state-thresholds/{row_id}"): Case(READERS, {"row_id": "state_threshold"}),
    ("PUT", "/state-thresholds/{row_id}"): Case(
        {ADMIN}, {"row_id": "state_threshold"}, body=threshold_body, references=THRESHOLD, fresh=new_threshold
    ),
    ("DELETE", "/state-thresholds/{row_id}"): Case({ADMIN}, {"row_id": "state_threshold"}, fresh=new_threshold),
    ("GET", "/alarms"): Case(READERS),
    ("POST", "/alarms/acknowledge"): Case(
        READERS, body=lambda side: {"alarm_ids": [side.ids["alarm"]]}, references={"alarm_ids": "alarm"}
    ),
    ("GET", "/settings"): Case(READERS),
    ("PUT", "/settings"): Case({ADMIN}, body=lambda side: {"recording_format": "opus"}),
    ("GET", "/settings/indicators"): Case(READERS),
    ("PUT", "/settings/indicators"): Case({ADMIN}, body=lambda side: {"minutes": 5}),
    ("GET", "/settings/dialling"): Case(READERS),
    ("POST", "/calendar-files/read"): Case({ADMIN}, body=lambda side: {"text": CALENDAR}),
    ("PUT", "/settings/dialling"): Case({ADMIN}, body=lambda side: {"deny": ["+86139"]}),
    ("POST", "/settings/dialling/check"): Case(READERS, body=lambda side: {"number": "10086"}),
    ("GET", "/media"): Case(READERS),
    **dict(administered("/data-sources", "data_source", source_body, READERS, {})),
    ("POST", "/data-sources/try"): Case({ADMIN}, body=try_body, references={"source_id": "data_source"}),
    **dict(administered("/screen-layouts", "screen_layout", layout_body, {ADMIN}, {})),
    **dict(administered("/linked-pages", "linked_page", page_body, {ADMIN}, PAGE)),
    **dict(administered("/pop-rules", "pop_rule", pop_rule_body, {ADMIN}, POP_RULE)),
    ("GET", "/me/interactions/{interaction_id}/pop"): Case(WORKERS, CALL),
    ("GET", "/me/interactions/{interaction_id}/pop/sources/{source_id}"): Case(
        WORKERS, {**CALL, "source_id": "data_source"}
    ),
    ("GET", "/me/linked-pages/{page_id}/frame"): Case(WORKERS, {"page_id": "linked_page"}),
    ("GET", "/routing"): Case(READERS),
    ("GET", "/routing/strategies"): Case(READERS),
    ("GET", "/routing/problems"): Case(READERS),
    ("DELETE", "/routing/problems/{problem_id}"): Case({ADMIN}, {"problem_id": "routing_problem"}),
    ("PUT", "/routing"): Case({ADMIN}, body=lambda side: {"item_order": [{"kind": "age"}]}),
    ("GET", "/queues/{queue_id}/routing"): Case(READERS, {"queue_id": "queue"}),
    ("PUT", "/queues/{queue_id}/routing"): Case(
        {ADMIN}, {"queue_id": "queue"}, body=queue_routing_body, references={"hours_id": "hours"}
    ),
    **dict(administered("/hours", "hours", hours_body, READERS, {"calendar_id": "calendar"})),
    ("GET", "/hours/{hours_id}/switches"): Case(READERS, HOURS),
    ("PUT", "/hours/{hours_id}/switch"): Case(READERS, HOURS, body=lambda side: {"open": False}),
    ("DELETE", "/hours/{hours_id}/switch"): Case(READERS, HOURS),
    **dict(administered("/holiday-calendars", "calendar", named(), READERS, {})),
    ("GET", "/public-holidays"): Case(READERS, query={"country": "CN", "year": "2026"}),
    ("GET", "/interactions/{interaction_id}/why"): Case(READERS, CALL),
    ("POST", "/interactions/{interaction_id}/transfer"): Case(
        TENANT,
        CALL,
        body=lambda side: {"to": "queue", "target": side.ids["queue"]},
        references={"target": "queue"},
    ),
    ("POST", "/interactions/{interaction_id}/supervision"): Case(
        READERS,
        CALL,
        body=lambda side: {"mode": "listen"},
    ),
    ("DELETE", "/interactions/{interaction_id}/supervision"): Case(WORKERS, CALL),
    ("GET", "/supervision/agents"): Case(READERS),
    ("POST", "/interactions/{interaction_id}/recording/{act}"): Case(READERS, CALL, words={"act": "pause"}),
    ("POST", "/interactions/{interaction_id}/disconnect"): Case(READERS, CALL),
    ("GET", "/conferences"): Case(READERS),
    ("POST", "/conferences/{conference_id}/parties/{leg_id}/{act}"): Case(
        READERS, CONFERENCE, words={"leg_id": "leg", "act": "hold"}
    ),
    ("DELETE", "/conferences/{conference_id}"): Case(READERS, CONFERENCE),
    ("POST", "/agents/states"): Case(
        READERS,
        body=lambda side: {"agent_ids": [side.ids["agent"]], "state": "not_ready"},
        references={"agent_ids": "agent"},
        ok=(200, 409),  # who is not signed in has no state to be changed
    ),
    ("GET", "/bulletins"): Case(READERS),
    ("POST", "/bulletins"): Case(READERS, body=bulletin_body, references={"account_ids": "person"}),
    ("GET", "/bulletins/{bulletin_id}"): Case(READERS, BULLETIN),
    ("PUT", "/bulletins/{bulletin_id}"): Case(
        READERS, BULLETIN, body=bulletin_body, references={"account_ids": "person"}, fresh=made_bulletin
    ),
    ("POST", "/bulletins/{bulletin_id}/withdraw"): Case(READERS, BULLETIN, fresh=made_bulletin),
    ("GET", "/bulletins/{bulletin_id}/readers"): Case(READERS, BULLETIN),
    ("GET", "/me/bulletins"): Case(EVERYBODY),
    ("GET", "/me/bulletins/earlier"): Case(EVERYBODY),
    ("POST", "/me/bulletins/{bulletin_id}/read"): Case(
        EVERYBODY, BULLETIN, body=lambda side: {"revision": 1}, fresh=bulletin_for_all, none_of={PLATFORM}
    ),
    ("PUT", "/interactions/{interaction_id}/malicious"): Case(TENANT, CALL, body=lambda side: {"reason": "R"}),
    ("DELETE", "/interactions/{interaction_id}/malicious"): Case(TENANT, CALL),
    ("GET", "/me/interactions/{interaction_id}/marked-before"): Case(WORKERS, CALL),
    ("GET", "/me/summaries"): Case(WORKERS),
    ("GET", "/me/interactions/{interaction_id}/summary"): Case(WORKERS, CALL),
    ("PUT", "/me/interactions/{interaction_id}/summary"): Case(
        WORKERS,
        CALL,
        body=lambda side: {"disposition_id": side.ids["disposition"]},
        references={"disposition_id": "disposition"},
        none_of={SUPERVISOR},  # it is the agent's
    ),
    ("GET", "/reports/open-summaries"): Case(READERS),
    ("GET", "/reports/dispositions"): Case(READERS),
    ("GET", "/reports/dispositions.csv"): Case(READERS),
    ("GET", "/reports/dispositions.xlsx"): Case(READERS),
    ("GET", "/summary-rules"): Case(READERS),
    ("POST", "/summary-rules"): Case({ADMIN}, body=summary_rule_body, references=OF_SUMMARY_RULE),
    ("GET", "/summary-rules/{row_id}"): Case(READERS, SUMMARY_RULE),
    ("PUT", "/summary-rules/{row_id}"): Case(
        {ADMIN}, SUMMARY_RULE, body=summary_rule_body, references=OF_SUMMARY_RULE, fresh=new_summary_rule
    ),
    ("DELETE", "/summary-rules/{row_id}"): Case({ADMIN}, SUMMARY_RULE, fresh=new_summary_rule),
    **dict(
        administered(
            "/note-templates",
            "note_template",
            note_template_body,
            READERS,
            {"queue_id": "queue", "disposition_id": "disposition"},
        )
    ),
    ("GET", "/screen-views"): Case(READERS),
    ("GET", "/adjustments"): Case(READERS),
    ("POST", "/adjustments"): Case(
        READERS, body=adjustments_body, references={"agent_ids": "agent", "group_ids": "agent_group"}
    ),
    ("POST", "/adjustments/end"): Case(
        READERS,
        body=lambda side: {"ids": [side.ids["adjustment"]]},
        references={"ids": "adjustment"},
    ),
    ("GET", "/queue-suggestions"): Case(READERS),
    ("POST", "/queue-suggestions/{suggestion_id}/apply"): Case(
        READERS, SUGGESTION, body=lambda side: {"agent_ids": [side.ids["agent"]]}
    ),
    ("POST", "/queue-suggestions/{suggestion_id}/undo"): Case(READERS, SUGGESTION),
    ("GET", "/queues/{queue_id}/absent-agents"): Case(READERS, {"queue_id": "queue"}),
    ("POST", "/routing/trials"): Case({ADMIN}, body=trial_body, references={"queue_id": "queue"}),
    ("GET", "/routing/trials/{trial_id}"): Case({ADMIN}, {"trial_id": "trial"}),
    ("DELETE", "/routing/trials/{trial_id}"): Case({ADMIN}, {"trial_id": "trial"}),
    ("GET", "/callbacks"): Case(READERS),
    ("POST", "/callbacks"): Case(TENANT, body=callback_body, references={"queue_id": "queue"}),
    ("DELETE", "/callbacks/{interaction_id}"): Case(READERS, {"interaction_id": "callback"}),
    **dict(administered("/capacity-profiles", "capacity_profile", capacity_body, READERS, {})),
    **dict(
        administered(
            "/blend-rules",
            "blend_rule",
            blend_rule_body,
            READERS,
            {"queue_ids": "queue", "agent_ids": "agent", "group_ids": "agent_group"},
        )
    ),
    ("GET", "/blending"): Case(READERS),
    ("POST", "/blend-rules/{rule_id}/suggestion"): Case(
        READERS, {"rule_id": "blend_rule"}, body=lambda side: {"accept": True}
    ),
    ("POST", "/agents/work"): Case(
        READERS,
        body=lambda side: {"agent_ids": [side.ids["agent"]], "work": "outbound"},
        references={"agent_ids": "agent"},
        ok=(200, 409),  # who is not signed in has nothing to be given
    ),
    **dict(administered("/agent-groups", "agent_group", group_body, READERS, {})),
    ("GET", "/customers"): Case(TENANT),
    ("POST", "/customers"): Case(TENANT, body=customer_body, references=OF_CUSTOMER),
    ("GET", "/customers/{customer_id}"): Case(TENANT, CUSTOMER),
    ("PATCH", "/customers/{customer_id}"): Case(
        TENANT, CUSTOMER, body=customer_body, references=OF_CUSTOMER, fresh=maker("/customers", customer_body)
    ),
    ("DELETE", "/customers/{customer_id}"): Case(READERS, CUSTOMER, fresh=maker("/customers", customer_body)),
    ("GET", "/customers/{customer_id}/changes"): Case(TENANT, CUSTOMER),
    ("GET", "/customers/duplicates"): Case(READERS),
    ("POST", "/customers/hand-over"): Case(
        READERS,
        body=lambda side: {"from_agent_id": side.ids["boss agent"], "to_agent_ids": [side.ids["agent"]]},
        references={"from_agent_id": "boss agent", "to_agent_ids": "agent"},
    ),
    **{
        ("POST", f"/customers/{{customer_id}}/{act}"): Case(
            READERS,
            CUSTOMER,
            body=lambda side, shown=shown: {"other_id": side.ids["merged customer"], **shown},
            references={"other_id": "customer"},
            fresh=maker_of_two,
        )
        for act, shown in (("merge", {}), ("apart", {"contacts": [], "fields": []}), ("may-be-one", {}))
    },
    ("GET", "/customers/apart"): Case(READERS),
    ("GET", "/customers.csv"): Case(READERS),
    ("GET", "/customers.xlsx"): Case(READERS),
    ("GET", "/numbers/place"): Case(TENANT, query={"number": "13800138000"}),
    ("GET", "/customer-imports"): Case(READERS),
    ("POST", "/customer-imports"): Case(READERS, query={"name": "a.csv"}, file=True),
    ("GET", "/customer-imports/{import_id}"): Case(READERS, IMPORT),
    ("PUT", "/customer-imports/{import_id}/plan"): Case(
        READERS,
        IMPORT,
        body=lambda side: {"columns": [{"target": "name"}], "project_id": side.ids["project"]},
        references={"project_id": "project"},
        fresh=new_import,
    ),
    # It is not checked yet, and nothing came with it.
    ("POST", "/customer-imports/{import_id}/run"): Case(READERS, IMPORT, ok=(409,)),
    ("POST", "/customer-imports/{import_id}/taking-back"): Case(
        READERS, IMPORT, body=lambda side: {"expected": 0}, ok=(409,)
    ),
    ("POST", "/customer-imports/{import_id}/cancel"): Case(READERS, IMPORT),
    ("DELETE", "/customer-imports/{import_id}"): Case(READERS, IMPORT, fresh=new_import),
    ("GET", "/customer-imports/{import_id}/refused.csv"): Case(READERS, IMPORT, none_of=READERS),
    ("GET", "/customer-imports/{import_id}/taking-back"): Case(READERS, IMPORT),
    ("GET", "/customer-fields"): Case(TENANT),
    ("POST", "/customer-fields"): Case({ADMIN}, body=lambda side: {**customer_field_body(side), "key": f"f{unique()}"}),
    ("GET", "/customer-fields/{row_id}"): Case(TENANT, {"row_id": "customer_field"}),
    ("PUT", "/customer-fields/{row_id}"): Case(
        {ADMIN}, {"row_id": "customer_field"}, body=customer_field_body, fresh=new_customer_field
    ),
    ("DELETE", "/customer-fields/{row_id}"): Case({ADMIN}, {"row_id": "customer_field"}, fresh=new_customer_field),
    **dict(administered("/queues", "queue", queue_body, READERS, OF_BUSINESS)),
    **dict(administered("/dispositions", "disposition", named(), TENANT, {"parent_id": "disposition"})),
    **dict(administered("/access-numbers", "access_number", number_body, READERS, {"flow_id": "flow", **OF_BUSINESS})),
    ("GET", "/flows"): Case(READERS),
    ("POST", "/flows"): Case({ADMIN}, body=flow_body, references={"project_id": "project"}),
    ("GET", "/flows/node-kinds"): Case(READERS),
    ("GET", "/flows/{flow_id}"): Case(READERS, FLOW),
    ("PUT", "/flows/{flow_id}"): Case(
        {ADMIN}, FLOW, body=flow_body, references={"project_id": "project"}, fresh=maker("/flows", flow_body)
    ),
    ("DELETE", "/flows/{flow_id}"): Case({ADMIN}, FLOW, fresh=maker("/flows", flow_body)),
    ("GET", "/flows/{flow_id}/versions/{version}"): Case(READERS, FLOW, words={"version": "1"}),
    ("PUT", "/flows/{flow_id}/draft"): Case({ADMIN}, FLOW, body=lambda side: {"document": side.document}),
    ("POST", "/flows/{flow_id}/editors"): Case({ADMIN}, FLOW, body=lambda side: {"page_id": str(uuid4())}),
    ("POST", "/flows/{flow_id}/validate"): Case({ADMIN}, FLOW, body=lambda side: {"document": side.document}),
    ("POST", "/flows/{flow_id}/publish"): Case({ADMIN}, FLOW),
    ("POST", "/flows/{flow_id}/try"): Case({ADMIN}, FLOW, body=try_flow_body),
    ("POST", "/flows/{flow_id}/try/look-up"): Case({ADMIN}, FLOW, body=look_up_body),
    ("GET", "/flows/{flow_id}/tests"): Case({ADMIN}, FLOW),
    ("POST", "/flows/{flow_id}/tests"): Case({ADMIN}, FLOW, body=flow_test_body),
    ("POST", "/flows/{flow_id}/tests/run"): Case({ADMIN}, FLOW, body=lambda side: {}),
    ("PUT", "/flows/{flow_id}/tests/{test_id}"): Case({ADMIN}, FLOW_TEST, body=flow_test_body),
    ("DELETE", "/flows/{flow_id}/tests/{test_id}"): Case({ADMIN}, FLOW_TEST, fresh=new_flow_test),
    ("GET", "/prompts"): Case(READERS),
    ("GET", "/voices"): Case(READERS),
    ("POST", "/prompts"): Case({ADMIN}, body=prompt_body),
    ("POST", "/prompts/upload"): Case({ADMIN}, upload=True),
    ("GET", "/prompts/{prompt_id}/audio"): Case(READERS, {"prompt_id": "prompt"}),
    ("DELETE", "/prompts/{prompt_id}"): Case({ADMIN}, {"prompt_id": "prompt"}, fresh=maker("/prompts", prompt_body)),
    ("GET", "/trunks"): Case({PLATFORM}),
    ("POST", "/trunks"): Case({PLATFORM}, body=trunk_body),
    ("GET", "/trunks/state"): Case({PLATFORM}),
    ("GET", "/trunks/{trunk_id}"): Case({PLATFORM}, {"trunk_id": "trunk"}),
    ("PUT", "/trunks/{trunk_id}"): Case(
        {PLATFORM}, {"trunk_id": "trunk"}, body=trunk_body, fresh=maker("/trunks", trunk_body)
    ),
    ("DELETE", "/trunks/{trunk_id}"): Case({PLATFORM}, {"trunk_id": "trunk"}, fresh=maker("/trunks", trunk_body)),
    ("POST", "/trunks/{trunk_id}/test-call"): Case(
        {PLATFORM}, {"trunk_id": "trunk"}, body=lambda side: {"number": "10086"}
    ),
    ("GET", "/platform/health"): Case({PLATFORM}),
    ("GET", "/platform/tenants"): Case({PLATFORM}),
    ("POST", "/platform/tenants"): Case({PLATFORM}, body=tenant_body),
    ("GET", "/platform/tenants/{tenant_id}/use"): Case({PLATFORM}, {"tenant_id": "tenant"}),
    ("GET", "/platform/tenants/{tenant_id}/interactions/{interaction_id}/withheld-caller"): Case(
        {PLATFORM}, {"tenant_id": "tenant", "interaction_id": "interaction"}
    ),
    ("PATCH", "/platform/tenants/{tenant_id}"): Case(
        {PLATFORM}, {"tenant_id": "tenant"}, body=lambda side: {"language": "en"}
    ),
}

# Not of the API: files and pages that are the same for everybody, tried in test_files.py.
FILES = {"authority_certificate", "health_alone", "no_such_route", "web_application", "openapi"}
# Tried in test_sockets.py, test_chats.py, test_wallboards.py and test_screen_views.py.
SOCKETS = {"live_socket", "sip_socket", "chat_socket", "board_socket", "screen_socket", "screen_view_socket"}


def flat(routes: Iterable[Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """All routes with the prefix under which they are included."""
    for route in routes:
        included = getattr(route, "original_router", None)
        if included is None:
            yield prefix, route
        else:
            yield from flat(included.routes, prefix + route.include_context.prefix)


def test_every_route_has_a_case() -> None:
    app = build_app()
    found, files, sockets = set(), set(), set()
    for prefix, route in flat(app.routes):
        if isinstance(route, APIRoute):
            found |= {(method, (prefix + route.path).removeprefix("/api/v1")) for method in route.methods}
        elif isinstance(route, WebSocketRoute):
            sockets.add(route.name)
        elif isinstance(route, Route):
            files.add(route.name)
        else:
            pytest.fail(f"{route!r} is of a kind that no test knows")
    assert found == CASES.keys()
    assert files == FILES
    assert sockets == SOCKETS


def address(path: str, case: Case, ids: dict[str, str], given: str | None = None) -> str:
    """The path with this side's ids, or with `given` for every id in it."""
    for name, kind in case.ids.items():
        path = path.replace(f"{{{name}}}", given or ids[kind])
    for name, word in case.words.items():
        path = path.replace(f"{{{name}}}", word)
    return path


async def ask(
    client: Client, method: str, path: str, case: Case, side: Side, body: Any = None, *, role: str = ""
) -> Answer:
    if case.upload:
        form = aiohttp.FormData()
        form.add_field("name", f"u{unique()}")
        form.add_field("language", "en")
        form.add_field("file", tone(seconds=0.2, hertz=600), filename="u.wav")
        return await client.send(method, path, form=form)
    if case.picture:
        form = aiohttp.FormData()
        form.add_field("file", PICTURE, filename="plan.png")
        return await client.send(method, path, form=form)
    if body is None and case.body is not None:
        made = case.platform_body if role == PLATFORM and case.platform_body else case.body
        body = made(side)
    headers = {"authorization": f"Bearer {side.ids['chat token']}"} if case.visitor else None
    data = b"a text" if case.file else None
    return await client.send(method, path, body, query=case.query or None, headers=headers, data=data)


def own_ids(world: World, side: Side, role: str) -> dict[str, str]:
    if role == PLATFORM:
        return {**side.ids, **world.operator_ids, "tenant": side.tenant_id}
    return {**world.operator_ids, **side.ids, "token": side.ids[f"token of {role}"]}


PARAMETERS = [pytest.param(method, path, id=f"{method} {path}") for method, path in CASES]


@pytest.mark.parametrize(("method", "path"), PARAMETERS)
async def test_nobody(world: World, method: str, path: str) -> None:
    """Without signing in: only what is public, and the same answer whether the object exists or not."""
    case = CASES[method, path]
    async with Client(world.settings.web_url) as nobody:
        there = await ask(nobody, method, address(path, case, {**world.operator_ids, **world.a.ids}), case, world.a)
        if case.public:
            assert there.status in case.ok, there.text
            return
        assert (there.status, there.code) == (401, "not_signed_in")
        absent = await ask(nobody, method, address(path, case, {}, str(uuid4())), case, world.a)
        assert absent.body == there.body


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("method", "path"), PARAMETERS)
async def test_each_role(world: World, control: CallControl, method: str, path: str, role: str) -> None:
    """In their own tenant: what the role may works, everything else is refused before anything is looked up."""
    case, side = CASES[method, path], world.a
    client = world.client(side, role)
    if case.public:
        return  # tried without signing in
    if (method, path) == ("DELETE", "/session"):
        login = {
            PLATFORM: ("platform", "root"),
            ADMIN: ("a", "admin"),
            SUPERVISOR: ("a", "boss"),
            AGENT: ("a", "first"),
        }
        async with Client(world.settings.web_url) as leaving:
            await leaving.sign_in(*login[role], PASSWORD)
            assert (await leaving.send(method, path)).status == 204
        return
    target = address(path, case, own_ids(world, side, role))
    if role in case.roles and case.ids.get("account_id") and role == PLATFORM and method != "GET":
        colleague = await client.made("/people", new_colleague_body(side))
        target = address(path, case, {}, colleague["id"])
    elif role in case.roles and case.fresh is not None:
        maker_client = client if role == PLATFORM or path.startswith("/tokens") else side.admin
        made = await case.fresh(side, maker_client)
        target = address(path, case, {**own_ids(world, side, role), [*case.ids.values()][-1]: made})
    answer = await ask(client, method, target, case, side, role=role)
    if role in case.none_of:
        assert answer.status == 404, answer.text
    elif role in case.roles:
        assert answer.status in case.ok, answer.text
        for mark in world.b.marks:
            assert mark not in answer.text or role == PLATFORM
    else:
        assert (answer.status, answer.code) == (403, "forbidden"), answer.text


def allowed(wanted: Callable[[tuple[str, str], Case], bool], roles: Iterable[str] = ROLES) -> list[Any]:
    """Routes with the roles that may use them; the others are refused in their own tenant already."""
    return [
        pytest.param(*key, role, id=f"{' '.join(key)}-{role}")
        for key, case in CASES.items()
        if wanted(key, case)
        for role in roles
        if role in case.roles
    ]


@pytest.mark.parametrize(
    ("method", "path", "role"),
    allowed(lambda key, case: not case.public and key != ("DELETE", "/session")),
)
async def test_another_tenant(world: World, control: CallControl, method: str, path: str, role: str) -> None:
    """Another tenant's object answers exactly as one that does not exist; its lists show nothing of ours."""
    case = CASES[method, path]
    client = world.client(world.b, role)
    before = len(control.commands)
    if not case.ids:
        answer = await ask(client, method, address(path, case, {}), case, world.b, role=role)
        assert answer.status in case.ok, answer.text
        if role != PLATFORM:
            assert not [mark for mark in world.a.marks if mark in answer.text]
        return
    if path.startswith("/platform"):
        return  # the platform's staff keep every tenant
    control.refuse = {"ok": False, "error": {"code": "not_your_interaction", "field": None, "message": ""}}
    try:
        theirs = {**world.a.ids, "token": world.a.ids[f"token of {role}"]} if role != PLATFORM else world.a.ids
        if role == PLATFORM:
            theirs = {**theirs, "trunk": theirs["queue"], "token": theirs["token of agent"]}
        foreign = await ask(client, method, address(path, case, theirs), case, world.b, role=role)
        absent = await ask(client, method, address(path, case, {}, str(uuid4())), case, world.b, role=role)
    finally:
        control.refuse = None
    assert foreign.status == 404, foreign.text
    assert foreign.body == absent.body
    for command in control.commands[before:]:
        assert command["tenant_id"] == world.b.tenant_id, "a command names the caller's own tenant, whatever was asked"


@pytest.mark.parametrize(("method", "path", "role"), allowed(lambda _, case: bool(case.references), TENANT))
async def test_references_to_another_tenant(
    world: World, control: CallControl, method: str, path: str, role: str
) -> None:
    """A body that names another tenant's object is refused as if it named nothing."""
    case = CASES[method, path]
    assert case.body is not None
    client = world.client(world.b, role)
    before = len(control.commands)
    for name, kind in case.references.items():
        target = address(path, case, {**world.b.ids, "token": ""})
        if case.fresh is not None:
            made = await case.fresh(world.b, world.b.admin)
            target = address(path, case, {**world.b.ids, [*case.ids.values()][-1]: made})
        body = case.body(world.b)
        many = isinstance(body.get(name), list)
        answers = [
            await ask(client, method, target, case, world.b, {**body, name: [value] if many else value})
            for value in (world.a.ids[kind], str(uuid4()))
        ]
        assert answers[0].status in {404, 422}, f"{name}: {answers[0].text}"
        assert answers[0].body == answers[1].body
    assert len(control.commands) == before


WALLED = {
    "/bulletins/{bulletin_id}": "bulletin",
    "/bulletins/{bulletin_id}/readers": "bulletin",
    "/chat-entries/{row_id}": "chat_entry",
    "/wallboards/{row_id}": "wallboard",
    "/wallboards/{row_id}/links": "wallboard",
    "/interactions/{interaction_id}/messages": "interaction",
    "/customers/{customer_id}": "customer",
    "/customer-imports/{import_id}": "customer_import",
    "/customer-imports/{import_id}/taking-back": "customer_import",
    "/customers/{customer_id}/changes": "customer",
    "/customers/{customer_id}/next-calls": "customer",
    "/next-calls/overdue/{agent_id}": "agent",
    "/queues/{row_id}": "queue",
    "/summary-rules/{row_id}": "summary_rule",
    "/note-templates/{row_id}": "note_template",
    "/projects/{row_id}": "project",
    "/businesses/{row_id}": "business",
    "/access-numbers/{row_id}": "access_number",
    "/flows/{flow_id}": "flow",
    "/flows/{flow_id}/versions/1": "flow",
    "/people/{account_id}": "person",
    "/interactions/{interaction_id}": "interaction",
    "/recordings/{recording_id}": "recording",
    "/recordings/{recording_id}/audio": "recording",
    "/recordings/{recording_id}/peaks": "recording",
}


async def test_conferences_of_another_project(world: World, control: CallControl) -> None:
    """A supervisor sees the parties of their own projects' calls, and the runtime is told of which these are."""
    boss, leg = world.client(world.a, SUPERVISOR), world.a.ids["conference"]
    (seen,) = (await boss.get("/conferences")).json
    assert seen["id"] == leg and [(one["state"], one["host"]) for one in seen["parties"]] == [
        ("in", True), ("calling", False),
    ]  # fmt: skip
    assert len((await world.a.admin.get("/conferences")).json) == 2
    assert (await boss.send("POST", f"/conferences/{leg}/parties/one/hold")).status == 200
    assert control.commands[-1]["projects"] == [world.a.ids["project"]]
    assert (await world.a.admin.send("DELETE", f"/conferences/{leg}")).status == 204
    assert control.commands[-1]["projects"] is None
    assert (await boss.send("POST", f"/conferences/{leg}/parties/one/sing")).status == 404


async def test_agents_to_hear(world: World, control: CallControl) -> None:
    """By number, skill as it is now and group, of one's own projects, by whom was heard how often."""
    side, boss = world.a, world.client(world.a, SUPERVISOR)
    agent, other = side.ids["agent"], side.walled["agent"]

    async def found(client: Client = boss, **query: Any) -> set[str]:
        answer = await client.get("/supervision/agents", **query)
        assert answer.status == 200, answer.text
        return {one["id"] for one in answer.json}

    assert agent in await found() and other not in await found()
    assert {agent, other} <= await found(side.admin)
    assert agent in await found(number="1", unheard="true") and not await found(number="2")
    in_group = await found(side.admin, group_id=side.ids["agent_group"])
    assert agent in in_group and other not in in_group
    skill, record = side.ids["skill"], resting(side, side.ids)
    for temporary, has in (([0], False), ([3], True), ([], True)):
        now = {"adjustments": [{"kind": "skill", "subject": skill, "level": level} for level in temporary]}
        await control.change(side.tenant_id, agents=[record | now])

        async def as_it_is_now(has: bool = has) -> bool:
            return (agent in await found(skill_id=skill)) == has

        await until(as_it_is_now, f"whoever has the skill at {temporary}")
    for name in ("skill_id", "group_id"):
        refused = await boss.get("/supervision/agents", **{name: world.b.ids["skill"]})
        assert (refused.status, refused.json["error"]["field"]) == (422, name)


async def test_callbacks_of_another_project(world: World) -> None:
    boss = world.client(world.a, SUPERVISOR)
    listed = (await boss.get("/callbacks")).json
    assert [one["id"] for one in listed] == [world.a.ids["callback"]]
    assert len((await world.a.admin.get("/callbacks")).json) == 2
    assert (await boss.send("DELETE", f"/callbacks/{world.a.walled['callback']}")).status == 404
    body = {**callback_body(world.a), "queue_id": world.a.walled["queue"]}
    assert (await boss.send("POST", "/callbacks", body)).status == 404
    refused = await boss.send("POST", "/callbacks", {**callback_body(world.a), "number": "me"})
    assert (refused.status, refused.json["error"]["field"]) == (422, "number")


@pytest.mark.parametrize("path", WALLED)
async def test_another_project(world: World, path: str) -> None:
    """A supervisor of one project sees nothing of the other; the administrator sees both."""
    kind = WALLED[path]
    target = path[: path.index("{")] + world.a.walled[kind] + path[path.index("}") + 1 :]
    assert (await world.a.clients["supervisor"].get(target)).status == 404
    assert (await world.a.admin.get(target)).status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/wallboards",
        "/bulletins",
        "/queues",
        "/projects",
        "/businesses",
        "/access-numbers",
        "/flows",
        "/people",
        "/interactions",
        "/adjustments",
        "/screen-views",
        "/queue-suggestions",
        "/customers",
        "/customer-imports",
    ],
)
async def test_lists_stay_inside_the_project(world: World, path: str) -> None:
    side = world.a
    seen = (await side.clients["supervisor"].get(path, page_size=200)).text
    everything = (await side.admin.get(path, page_size=200)).text
    kinds = (
        "queue",
        "project",
        "business",
        "access_number",
        "flow",
        "person",
        "interaction",
        "abandoned",
        "adjustment",
        "screen_view",
        "queue_suggestion",
        "wallboard",
        "customer",
        "customer_import",
    )
    hidden = [side.walled[kind] for kind in kinds if side.walled[kind] in everything]
    assert hidden
    assert not [mark for mark in hidden if mark in seen]


async def test_an_agent_sees_its_own_calls_alone(world: World) -> None:
    side = world.a
    agent = side.clients["agent"]
    found = {item["id"] for item in (await agent.get("/interactions")).json["items"]}
    assert found == {side.ids["interaction"]}
    assert (await agent.get(f"/interactions/{side.ids['abandoned']}")).status == 404
    assert (await agent.get(f"/recordings/{side.walled['recording']}/audio")).status == 404


async def test_another_tenants_queue_is_no_target_of_a_flow(world: World) -> None:
    document = json.loads(json.dumps(world.b.document).replace(world.b.ids["queue"], world.a.ids["queue"]))
    flow = world.b.ids["flow"]
    answer = await world.b.admin.post(f"/flows/{flow}/validate", {"document": document})
    assert [(p["node"], p["field"], p["severity"]) for p in answer.json["problems"]] == [("wait", "queue", "error")]
