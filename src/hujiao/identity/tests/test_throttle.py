from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hujiao.identity.throttle import Buckets, SignInThrottle

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


def test_a_bucket_empties_and_fills_again() -> None:
    buckets = Buckets(burst=2, refill_seconds=10)
    for _ in range(2):
        assert buckets.wait("x", NOW) == 0
        buckets.take("x", NOW)
    assert buckets.wait("x", NOW) == 10
    assert buckets.wait("y", NOW) == 0
    assert buckets.wait("x", NOW + timedelta(seconds=4)) == 6
    assert buckets.wait("x", NOW + timedelta(seconds=10)) == 0


def test_five_hundred_agents_behind_one_address_are_no_attack() -> None:
    throttle = SignInThrottle()
    for n in range(500):
        account = f"a/{n}"
        assert throttle.before(account, NOW) == 0
        assert throttle.failed(account, "192.0.2.1", known=True, now=NOW) == 0, "each mistypes once"
        assert throttle.before(account, NOW) == 0
        throttle.succeeded(account)


def test_guessing_names_is_slowed_by_address_and_only_for_what_fails() -> None:
    throttle = SignInThrottle()
    waits = [throttle.failed(f"a/ghost{n}", "192.0.2.1", known=False, now=NOW) for n in range(40)]
    assert waits[0] == 0
    assert waits[-1] > 0
    assert throttle.failed("a/real", "192.0.2.1", known=True, now=NOW) > 0, "as for an unknown one"
    assert throttle.failed("a/real", "192.0.2.2", known=True, now=NOW) == 0
    assert throttle.before("a/real", NOW) == 0, "the right password is still heard"


def test_a_success_forgives_what_came_before() -> None:
    throttle = SignInThrottle()
    for _ in range(10):
        throttle.failed("a/1", "192.0.2.1", known=True, now=NOW)
    assert throttle.before("a/1", NOW) > 0
    throttle.succeeded("a/1")
    assert throttle.before("a/1", NOW) == 0


def test_memory_is_bounded() -> None:
    buckets = Buckets(burst=1, refill_seconds=1)
    for n in range(60_000):
        buckets.take(str(n), NOW)
    assert len(buckets._buckets) == 50_000
