"""Which outside numbers may be called for a tenant (呼出号码范围): what keeps toll fraud small. Pure.

A dialled number becomes E.164 as seen from the tenant's home country. The operator's bounds let the home country's
numbers be called, besides and except their prefixes; the tenant narrows that by its own. Where several prefixes fit a
number the longest decides. Nothing but an agent calls an emergency number, where the operator lets agents do so.
"""

from __future__ import annotations

from typing import Literal

import msgspec
import phonenumbers

from hujiao.calls.numbers import DIALLED, canonical, is_emergency, names_nobody

Refusal = Literal[
    "number_withheld",
    "emergency_number",
    "not_a_number_to_call",
    "premium_number",
    "number_beyond_bounds",
    "number_not_allowed",
]


class NumberRules(msgspec.Struct, frozen=True, kw_only=True):
    """Prefixes of numbers in E.164, with +; "+" alone is every number."""

    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()

    def judge(self, number: str) -> bool | None:
        """What the longest prefix says that fits; None: none does."""
        fitting = [prefix for prefix in (*self.allow, *self.deny) if number.startswith(prefix)]
        return max(fitting, key=len) in self.allow if fitting else None


class Dialling(msgspec.Struct, frozen=True, kw_only=True):
    """`bounds` are the operator's, `own` the tenant's, within them. `premium`: numbers of raised price, too;
    `emergency`: emergency numbers, by agents.
    """

    home: str = "CN"
    premium: bool = False
    emergency: bool = False
    bounds: NumberRules = NumberRules()
    own: NumberRules = NumberRules()

    def e164(self, dialled: str) -> str | None:
        return self.canonical(dialled) if self._parsed(dialled) else None

    def canonical(self, number: str) -> str:
        """The form by which this tenant's callers are compared; "": nobody."""
        return canonical(number, self.home)

    def is_emergency(self, dialled: str) -> bool:
        return is_emergency(dialled, self.home)

    def refusal(self, dialled: str, *, by_agent: bool = False) -> Refusal | None:
        """Why this number is not called."""
        if names_nobody(dialled):
            return "number_withheld"
        if self.is_emergency(dialled):
            return None if by_agent and self.emergency else "emergency_number"
        found = self._parsed(dialled)
        if found is None:
            return "not_a_number_to_call"
        number = self.canonical(dialled)
        let = self.bounds.judge(number)
        if let is False or (let is None and not self._at_home(found)):
            return "number_beyond_bounds"
        if not self.premium and phonenumbers.number_type(found) == phonenumbers.PhoneNumberType.PREMIUM_RATE:
            return "premium_number"
        allowed = self.own.judge(number)
        if allowed is False or (allowed is None and self.own.allow):
            return "number_not_allowed"
        return None

    def lets(self, prefix: str) -> bool:
        """Whether the operator's bounds let a tenant allow this prefix."""
        let = self.bounds.judge(prefix)
        return prefix.startswith(self.home_prefix) if let is None else let

    @property
    def home_prefix(self) -> str:
        return f"+{phonenumbers.country_code_for_region(self.home)}"

    def _parsed(self, dialled: str) -> phonenumbers.PhoneNumber | None:
        if not DIALLED.fullmatch(dialled):
            return None
        try:
            return phonenumbers.parse(dialled, self.home)
        except phonenumbers.NumberParseException:
            return None

    def _at_home(self, number: phonenumbers.PhoneNumber) -> bool:
        """Countries may share a code (+1, +7, +44); short numbers are no country's in particular."""
        same_code = number.country_code == phonenumbers.country_code_for_region(self.home)
        return same_code and phonenumbers.region_code_for_number(number) in (self.home, None)
