"""Templates, mapping, breaker, cache, addresses."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hujiao.data_sources import template
from hujiao.data_sources.addresses import Addresses, AddressRefused
from hujiao.data_sources.contracts import Answer, DataSource, HttpRequest, Result
from hujiao.data_sources.guard import FAILURES_IN_A_ROW, SET_ASIDE_SECONDS, Breaker, Cache
from hujiao.data_sources.mapping import found


def test_places_are_filled_and_named() -> None:
    text = "https://crm/{{number}}?k={{ secrets.key }}"
    assert template.names(text) == {"number", "secrets.key"}
    assert template.fill(text, {"number": "1 2", "secrets.key": "s"}, lambda value: value.replace(" ", "%20")) == (
        "https://crm/1%202?k=s"
    )
    assert template.fill("{{absent}}|{{yes}}", {"yes": True}) == "|true"


def test_a_json_body_keeps_the_kinds_of_its_values() -> None:
    document = {"id": "{{number}}", "text": "no. {{number}}", "list": ["{{vip}}", 3, None]}
    assert template.fill_json(document, {"number": 7, "vip": True}) == {
        "id": 7,
        "text": "no. 7",
        "list": [True, 3, None],
    }


@given(st.text())
def test_a_value_never_becomes_part_of_the_query(value: str) -> None:
    query, bound = template.as_query("SELECT {{a}}, {{b}}, {{a}}", {"a": value, "b": None})
    assert query == "SELECT $1::text, $2::text, $1::text"
    assert bound == [value, None]


SOURCE = DataSource(
    id=UUID(int=1),
    name="crm",
    request=HttpRequest(method="GET", url="https://crm/"),
    results=(
        Result("grade", "answer.customer.grade", 1),
        Result("who", "has(answer.name) ? answer.name : 'nobody'", ""),
        Result("found", "status == 200", False),
    ),
)


def test_an_answer_becomes_variables() -> None:
    answer = Answer(outcome="ok", status=200, content={"customer": {"grade": 5}, "name": "王"})
    assert found(SOURCE, answer).values == {"grade": 5, "who": "王", "found": True}
    assert found(SOURCE, answer).outcome == "ok"


@pytest.mark.parametrize("content", [{}, None, [], "text", {"customer": {"grade": [1]}}])
def test_what_the_answer_lacks_has_its_default_and_is_told(content: object) -> None:
    got = found(SOURCE, Answer(outcome="ok", status=200, content=content))
    assert got.outcome == "incomplete"
    assert got.values["grade"] == 1
    assert got.problem.startswith("grade: ")


def test_without_an_answer_all_have_their_defaults() -> None:
    got = found(SOURCE, Answer(outcome="timeout", problem="late"))
    assert (got.outcome, got.problem, got.values) == ("timeout", "late", {"grade": 1, "who": "", "found": False})


def test_the_breaker_opens_after_failures_in_a_row_and_lets_one_try() -> None:
    breaker = Breaker()
    for _ in range(FAILURES_IN_A_ROW - 1):
        breaker.done(worked=False, now=0)
    breaker.done(worked=True, now=0)
    for now in range(FAILURES_IN_A_ROW):
        assert breaker.lets_through(now)
        breaker.done(worked=False, now=now)
    last = FAILURES_IN_A_ROW - 1
    assert not breaker.lets_through(last + SET_ASIDE_SECONDS - 0.1)
    assert breaker.lets_through(last + SET_ASIDE_SECONDS)
    assert not breaker.lets_through(last + SET_ASIDE_SECONDS), "only one asks"
    breaker.done(worked=True, now=last + SET_ASIDE_SECONDS)
    assert breaker.lets_through(last + SET_ASIDE_SECONDS)


def test_the_cache_forgets_by_age_and_by_use() -> None:
    cache: Cache[str] = Cache(most=2)
    cache.put("a", "A", until=10)
    cache.put("b", "B", until=10)
    assert cache.get("a", 9) == "A"
    cache.put("c", "C", until=10)
    assert (cache.get("b", 9), cache.get("a", 9), len(cache)) == (None, "A", 2)
    assert cache.get("a", 10) is None


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "::1", "::", "fe80::1%eth0", "fd00::1", "ff02::1", "::ffff:127.0.0.1", "2002:7f00:1::", "64:ff9b::a00:1",
        "64:ff9b:1::7f00:1", "64:ff9b:1:7f00:0:100::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff", "::127.0.0.1",
        "::10.1.2.3", "::8.8.8.8", "::ffff:0:127.0.0.1", "2001:0:7f00:1::", "2001::f5ff:fffe", "2002:0808:0808::1",
        "2606:4700::5efe:127.0.0.1", "2606:4700::200:5efe:10.0.0.1", "::ffff:0.0.0.0", "64:ff9b::169.254.169.254",
    ],
)  # fmt: skip
def test_private_addresses_are_refused_in_every_dress(address: str) -> None:
    with pytest.raises(AddressRefused):
        Addresses().check(address)


def test_public_addresses_and_what_the_operator_allows_are_reached() -> None:
    for address in ("1.1.1.1", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101", "2606:4700::5efe:1.1.1.1"):
        Addresses().check(address)
    allowed = Addresses(["10.1.0.0/16", "fd00::/8"])
    for address in ("10.1.2.3", "::ffff:10.1.2.3", "fd00::1"):
        allowed.check(address)
    with pytest.raises(AddressRefused):
        allowed.check("10.2.0.1")
    Addresses().check_host("a-name-is-checked-later")
