"""No input gives a 5xx: the API's own description as a source of requests, right and wrong, sent as each role.

They are sent in a company of their own. `HUJIAO_EXAMPLES=200` sends so many of each operation as each role instead of
a few, each time others.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from yarl import URL

from hujiao.app.http.app import PREFIX
from hujiao.app.http.app import build as build_app
from hujiao.app.jobs.projector import Projector
from hujiao.kit.settings import Settings
from tests.integration.client import Client
from tests.integration.control import CallControl
from tests.integration.test_tenancy_matrix import CASES
from tests.integration.world import World, add_calls, make_side

EXAMPLES = int(os.environ.get("HUJIAO_EXAMPLES", "3"))
ROLES = ("anonymous", "agent", "supervisor", "tenant_administrator", "platform_administrator", "token", "visitor")
# What would end the fixture itself.
LEFT_OUT = {
    "sign_out": "it ends the session that the next request needs",
    "change_own_password": "wrong guesses keep the account from signing in",
}
ODD_KEYS = st.sampled_from(["again", "", "x" * 300, "é", "%00", "\x7f"])

SCHEMA = schemathesis.openapi.from_dict(build_app().openapi())
OPERATIONS = {
    operation.definition.raw["operationId"]: operation
    for operation in (found.ok() for found in SCHEMA.get_all_operations())
}


@dataclass(slots=True)
class Hostile:
    """A client of each role, and the ids that paths may name."""

    url: str
    sessions: dict[str, requests.Session]
    ids: dict[str, str]
    seen: dict[int, int] = field(default_factory=dict)

    def send(self, case: Any, role: str, key: str | None) -> None:
        headers = {} if key is None else {"Idempotency-Key": key}
        session = self.sessions[role]
        try:
            response = case.call(base_url=self.url, session=session, headers=headers, timeout=120)
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidHeader, UnicodeError):
            return  # no client sends this
        status = response.status_code
        self.seen[status] = self.seen.get(status, 0) + 1
        assert status < 500, f"{role}: {status} {response.text[:300]}\n{case.as_curl_command()[:3000]}"


@pytest.fixture(scope="module")
async def hostile(
    world: World, settings: Settings, ledger: asyncpg.Pool[asyncpg.Record], control: CallControl
) -> AsyncIterator[Hostile]:
    async with AsyncExitStack() as stack:
        side = await make_side(stack, world.operator, settings.web_url, "z")
        await add_calls(side, ledger, settings, world.began)
        await Projector(ledger).catch_up()
        # Its own, because what comes as this role changes its own account.
        token = await side.admin.made("/tokens", {"name": "t"})
        program = await stack.enter_async_context(Client(settings.web_url, token=token["token"]))
        stranger = await stack.enter_async_context(Client(settings.web_url))
        visitor = await stack.enter_async_context(Client(settings.web_url, token=side.ids["chat token"]))
        clients = {
            **side.clients,
            "visitor": visitor,
            "platform_administrator": world.operator,
            "token": program,
            "anonymous": stranger,
        }
        spare = {"slug": "spare", "name": "S", "administrator": {"login": "admin", "name": "A", "password": "x" * 9}}
        ids = {**side.ids, "trunk": world.operator_ids["trunk"], "person": side.walled["person"]}
        ids["tenant"] = (await world.operator.made("/platform/tenants", spare))["id"]
        sessions = {role: as_requests(client, settings.web_url) for role, client in clients.items()}
        made = Hostile(settings.web_url, sessions, ids)
        yield made
        print(f"\nanswers by status: {dict(sorted(made.seen.items()))}")
        for session in sessions.values():
            session.close()


def as_requests(client: Client, url: str) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    session.headers.update(client.headers)
    for name, cookie in client._http.cookie_jar.filter_cookies(URL(url)).items():
        session.cookies.set(name, cookie.value)
    return session


def cases_of(operation: Any) -> st.SearchStrategy[Any]:
    """As the description says, and deliberately not so."""
    right = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    if not operation.body and not list(operation.query) and not list(operation.path_parameters):
        return right
    return right | operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)


@pytest.mark.parametrize("name", sorted(OPERATIONS.keys() - LEFT_OUT.keys()))
async def test_no_input_gives_a_5xx(hostile: Hostile, name: str) -> None:
    operation = OPERATIONS[name]
    kinds = CASES[operation.method.upper(), operation.path.removeprefix(PREFIX)].ids

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize="HUJIAO_EXAMPLES" not in os.environ,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases_of(operation), st.booleans(), st.none() | ODD_KEYS)
    def send(case: Any, real: bool, key: str | None) -> None:
        if real and operation.method.upper() != "DELETE":
            known = {place: hostile.ids[kind] for place, kind in kinds.items() if kind in hostile.ids}
            case.path_parameters = {**(case.path_parameters or {}), **known}
        for role in ROLES:
            hostile.send(case, role, key)

    await asyncio.to_thread(send)


def test_what_is_left_out_is_there() -> None:
    assert LEFT_OUT.keys() <= OPERATIONS.keys()
