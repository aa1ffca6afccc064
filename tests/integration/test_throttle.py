"""Tries at signing in, as all workers of the API count them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hujiao.identity import throttle
from hujiao.identity.throttle import BY_ACCOUNT, BY_SOURCE, Attempt, SignInThrottle
from hujiao.kit.db import Database
from tests.integration.client import Client
from tests.integration.world import PASSWORD, World

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
HOME, AWAY = "192.0.2.1", "198.51.100.7"


@pytest.fixture
def workers(database: Database) -> tuple[SignInThrottle, SignInThrottle]:
    return SignInThrottle(database), SignInThrottle(database)


async def test_two_workers_count_together_and_tries_come_back(workers: tuple[SignInThrottle, SignInThrottle]) -> None:
    attempt = Attempt("t/one", HOME)
    for number in range(BY_SOURCE.burst):
        assert await workers[number % 2].before(attempt, NOW) == 0
        await workers[number % 2].failed(attempt, known=True, now=NOW)
    for worker in workers:
        assert await worker.before(attempt, NOW) == BY_SOURCE.refill_seconds
        assert await worker.before(attempt, NOW + timedelta(seconds=20)) == pytest.approx(10)
        assert await worker.before(attempt, NOW + timedelta(seconds=30)) == 0
    await workers[0].succeeded(attempt)
    assert await workers[1].before(attempt, NOW) == 0


async def test_a_strangers_tries_are_not_the_colleagues(workers: tuple[SignInThrottle, SignInThrottle]) -> None:
    stranger = Attempt("t/two", AWAY)
    for _ in range(50):
        await workers[0].failed(stranger, known=True, now=NOW)
    assert await workers[0].before(stranger, NOW) > 0
    assert await workers[0].before(Attempt("t/two", HOME), NOW) == 0
    assert await workers[0].before(Attempt("t/two", AWAY, "device"), NOW) == 0, "also behind the same address"
    assert await workers[0].before(Attempt("t/other", AWAY), NOW) == 0


async def test_guesses_from_everywhere_wait_and_known_devices_do_not(
    workers: tuple[SignInThrottle, SignInThrottle],
) -> None:
    for number in range(BY_ACCOUNT.burst):
        await workers[number % 2].failed(Attempt("t/three", f"203.0.113.{number}"), known=True, now=NOW)
    assert await workers[0].before(Attempt("t/three", HOME), NOW) > 0
    device = Attempt("t/three", HOME, "device")
    assert await workers[0].before(device, NOW) == 0
    for _ in range(BY_SOURCE.burst):
        await workers[0].failed(device, known=True, now=NOW)
    assert await workers[0].before(device, NOW) > 0, "a stolen device guesses no faster"


async def test_five_hundred_agents_behind_one_address_are_no_attack(
    workers: tuple[SignInThrottle, SignInThrottle],
) -> None:
    for number in range(500):
        attempt = Attempt(f"shift/{number}", HOME)
        assert await workers[0].before(attempt, NOW) == 0
        assert await workers[0].failed(attempt, known=True, now=NOW) == 0, "each mistypes once"
        assert await workers[0].before(attempt, NOW) == 0


async def test_guessing_names_is_slowed_by_address_and_only_for_what_fails(
    workers: tuple[SignInThrottle, SignInThrottle],
) -> None:
    address = "198.51.100.99"
    waits = [await workers[0].failed(Attempt(f"a/ghost{n}", address), known=False, now=NOW) for n in range(40)]
    assert waits[0] == 0
    assert waits[-1] > 0
    real = Attempt("t/real", address)
    assert await workers[1].failed(real, known=True, now=NOW) > 0, "as for an unknown one"
    assert await workers[1].failed(Attempt("t/real", HOME), known=True, now=NOW) == 0
    assert await workers[1].before(real, NOW) == 0, "the right password is still heard"


async def test_what_is_full_again_is_forgotten(
    workers: tuple[SignInThrottle, SignInThrottle], database: Database
) -> None:
    attempt = Attempt("t/old", HOME)
    for _ in range(BY_SOURCE.burst):
        await workers[0].failed(attempt, known=True, now=NOW)
    async with database.lookup() as session:
        await throttle.purge(session, NOW + throttle.KEPT + timedelta(seconds=1))
    assert await workers[0].before(attempt, NOW) == 0


async def test_a_colleague_whose_browser_is_known_comes_in_during_an_attack(world: World) -> None:
    person = {"login": "target", "name": "T", "role": "supervisor", "password": PASSWORD}
    await world.a.admin.made("/people", person)
    right = {"tenant": "a", "login": "target", "password": PASSWORD}
    async with Client(world.settings.web_url) as colleague, Client(world.settings.web_url) as stranger:
        await colleague.sign_in("a", "target", PASSWORD)
        for number in range(BY_SOURCE.burst):
            await stranger.post("/session", {**right, "password": f"guess {number}"})
        assert (await stranger.post("/session", right)).status == 429
        assert (await colleague.send("DELETE", "/session")).status == 204
        assert (await colleague.post("/session", right)).status == 200
