"""What is known of a call when it pops: the facts that rules judge, and the parameters that pages get. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol
from urllib.parse import quote, urlsplit
from uuid import UUID

from cel_expr_python import cel

from hujiao.data_sources.contracts import Plain
from hujiao.data_sources.template import fill
from hujiao.kit.expressions import ANY, MAP, TEXT, Allowance, BadExpression, Expressions

# What a rule's condition may name.
POP = Expressions(
    {
        "vars": MAP,
        "caller": TEXT,
        "called": TEXT,
        "keys": TEXT,
        "language": TEXT,
        "medium": TEXT,
        "direction": TEXT,
        "queue": TEXT,
        "business": TEXT,
        "groups": cel.Type.List(ANY),
    }
)

# What a linked page may be told of a call, besides `vars.<name>` and `customer.<key>`.
ParameterName = Literal[
    "agent_number", "agent_name", "queue", "caller", "called", "interaction_id", "medium", "direction", "business",
    "language", "keys",
]  # fmt: skip
VARIABLE, OF_CUSTOMER = "vars.", "customer."
# Of every customer; the others are the tenant's own fields.
CUSTOMER_NAMES = ("id", "name", "grade", "tags", "note", "agent", "contacts")

# Where a page may be without TLS: on the agent's own computer.
THIS_COMPUTER = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, kw_only=True)
class Call:
    """A call that pops at an agent's desktop. `variables` hold nothing private."""

    interaction_id: UUID
    agent_number: str
    agent_name: str
    groups: tuple[str, ...] = ()
    medium: str = "voice"
    direction: str = "inbound"
    caller: str = ""
    called: str = ""
    keys: str = ""
    language: str = ""
    queue_id: UUID | None = None
    queue: str = ""
    business: str = ""
    variables: Mapping[str, Any] = field(default_factory=dict)

    def facts(self) -> dict[str, Any]:
        names = ("caller", "called", "keys", "language", "medium", "direction", "queue", "business")
        return {"vars": dict(self.variables), "groups": list(self.groups), **{one: getattr(self, one) for one in names}}

    def parameters(self, customer: Mapping[str, Any]) -> dict[str, Plain]:
        """All that a page or a source may be told, by name. `customer`: what is known of them that is not private."""
        told: dict[str, Plain] = {
            "agent_number": self.agent_number,
            "agent_name": self.agent_name,
            "queue": self.queue,
            "caller": self.caller,
            "called": self.called,
            "interaction_id": str(self.interaction_id),
            "medium": self.medium,
            "direction": self.direction,
            "business": self.business,
            "language": self.language,
            "keys": self.keys,
        }
        told |= {VARIABLE + name: _plain(value) for name, value in self.variables.items()}
        return told | {OF_CUSTOMER + name: _plain(value) for name, value in customer.items()}


def _plain(value: Any) -> Plain:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


class Rule(Protocol):
    @property
    def queue_ids(self) -> Iterable[UUID]: ...
    @property
    def condition(self) -> str: ...


def chosen(rules: Iterable[Rule], call: Call) -> Any:
    """The first rule that holds. One whose condition cannot be computed for this call does not hold."""
    facts, allowance = call.facts(), Allowance()
    for rule in rules:
        queues = set(rule.queue_ids)
        if queues and call.queue_id not in queues:
            continue
        if not rule.condition or _holds(rule.condition, facts, allowance):
            return rule
    return None


def _holds(condition: str, facts: Mapping[str, Any], allowance: Allowance) -> bool:
    try:
        return POP.evaluate(condition, facts, allowance) is True
    except BadExpression:
        return False


def check_condition(source: str) -> None:
    """Raises `BadExpression` for what can never be computed or gives neither true nor false."""
    given = POP.compile(source).return_type()
    if given not in (cel.Type.BOOL, cel.Type.DYN):
        raise BadExpression(f"{source} is of the type {given}, not true or false")


def source_parameters(names: Iterable[str], told: Mapping[str, Plain]) -> dict[str, Plain]:
    """A source is asked with what has the name of its parameter: of the call, of its variables, of the customer."""
    return {
        name: next(
            (told[key] for key in (name, VARIABLE + name, OF_CUSTOMER + name) if told.get(key) is not None), None
        )
        for name in names
    }


def origin_of(address: str) -> str | None:
    """The origin of an https address, or of one on the agent's own computer; None: a page may not be there."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    usable = parts.scheme == "https" or (parts.scheme == "http" and host in THIS_COMPUTER)
    # Only what may stand in a policy: letters, digits, dots, hyphens; an address of IPv6 in its brackets.
    plain = host and all(sign.isascii() and (sign.isalnum() or sign in ".-:") for sign in host)
    if not usable or not host or not plain or parts.username is not None or parts.password is not None:
        return None
    shown = f"[{host}]" if ":" in host else host
    default = {"https": 443, "http": 80}[parts.scheme]
    return f"{parts.scheme}://{shown}" + (f":{port}" if port not in (None, default) else "")


def address_of(template: str, told: Mapping[str, Plain]) -> str:
    """The page's address for this call: whatever a value has in it, it stays one part of path or query."""
    return fill(template, told, lambda text: quote(text, safe=""))
