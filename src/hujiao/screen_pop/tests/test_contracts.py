"""Which rule holds for a call, what pages and sources are told of it, and which addresses a page may have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from hujiao.kit.expressions import BadExpression
from hujiao.screen_pop.contracts import Call, address_of, check_condition, chosen, origin_of, source_parameters

SALES, REPAIRS = UUID(int=1), UUID(int=2)


@dataclass(frozen=True)
class Rule:
    name: str
    condition: str = ""
    queue_ids: tuple[UUID, ...] = ()


def call(**known: Any) -> Call:
    return Call(interaction_id=UUID(int=9), agent_number="1001", agent_name="Li", **known)


@pytest.mark.parametrize(
    ("condition", "known", "holds"),
    [
        ("", {}, True),
        ('medium == "chat"', {"medium": "chat"}, True),
        ('direction == "outbound"', {}, False),
        ('queue == "Repairs" && business == "Water"', {"queue": "Repairs", "business": "Water"}, True),
        ('called.endsWith("95588")', {"called": "+8695588"}, True),
        ('caller.startsWith("+86138")', {"caller": "+8613800000000"}, True),
        ('keys == "2"', {"keys": "2"}, True),
        ('vars.account == "A1"', {"variables": {"account": "A1"}}, True),
        ("has(vars.account)", {}, False),
        ('vars.account == "A1"', {}, False),  # cannot be computed
        ('language == "en"', {"language": "zh-CN"}, False),
        ('"VIP" in groups', {"groups": ("VIP", "Night")}, True),
        ("vars.number > 3", {"variables": {"number": "x"}}, False),
    ],
)
def test_conditions(condition: str, known: dict[str, Any], holds: bool) -> None:
    rule = Rule("r", condition)
    assert chosen([rule], call(**known)) == (rule if holds else None)


def test_the_first_that_holds_for_the_queue() -> None:
    rules = [Rule("repairs", queue_ids=(REPAIRS,)), Rule("pressed", 'keys == "2"'), Rule("any")]
    assert chosen(rules, call(queue_id=REPAIRS, keys="2")).name == "repairs"
    assert chosen(rules, call(queue_id=SALES, keys="2")).name == "pressed"
    assert chosen(rules, call()).name == "any"
    assert chosen([], call()) is None


def test_one_that_takes_too_long_does_not_hold() -> None:
    slow = "vars.list.all(a, vars.list.all(b, vars.list.all(c, a + b + c >= 0)))"
    found = chosen([Rule("slow", slow), Rule("next")], call(variables={"list": list(range(3000))}))
    assert found is None or found.name == "next"


@pytest.mark.parametrize("wrong", ["1 + 1", '"text"', "unknown == 1", "vars.", "caller =="])
def test_what_is_no_condition(wrong: str) -> None:
    with pytest.raises(BadExpression):
        check_condition(wrong)


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://crm.example.com/a?b={{caller}}", "https://crm.example.com"),
        ("https://CRM.example.com:8443", "https://crm.example.com:8443"),
        ("https://crm.example.com:443/", "https://crm.example.com"),
        ("http://127.0.0.1:9000/x", "http://127.0.0.1:9000"),
        ("http://localhost/x", "http://localhost"),
        ("https://[::1]:8000/", "https://[::1]:8000"),
        ("http://crm.example.com", None),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("//crm.example.com", None),
        ("https://{{caller}}.example.com", None),
        ("https://user:word@crm.example.com", None),
        ("https://crm.example.com;script-src *", None),
        ("https://a b.example.com", None),
        ("https://crm.example.com:x", None),
        ("https://*.example.com", None),
        ("https://", None),
    ],
)
def test_origins(address: str, origin: str | None) -> None:
    assert origin_of(address) == origin


def test_a_value_stays_one_part_of_the_address() -> None:
    told = {"caller": "+86 138&admin=1#x", "vars.path": "../../etc", "queue": "报修/一"}
    template = "https://crm.example.com/{{vars.path}}?from={{caller}}&q={{ queue }}&none={{keys}}"
    assert address_of(template, told) == (
        "https://crm.example.com/..%2F..%2Fetc?from=%2B86%20138%26admin%3D1%23x&q=%E6%8A%A5%E4%BF%AE%2F%E4%B8%80&none="
    )


def test_what_is_told() -> None:
    known = call(caller="+86138", variables={"account": "A1", "many": ["a", "b"]})
    told = known.parameters({"name": "Wang", "tags": ["vip", "old"], "account": "B2"})
    assert told["agent_number"] == "1001" and told["caller"] == "+86138"
    assert told["vars.many"] == "a, b" and told["customer.tags"] == "vip, old"
    # The flow's variable before the customer's field of that name.
    assert source_parameters(["caller", "account", "tags", "nothing"], told) == {
        "caller": "+86138",
        "account": "A1",
        "tags": "vip, old",
        "nothing": None,
    }
