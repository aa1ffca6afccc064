"""Check digits: of cards (Luhn), and of the 18-digit Chinese identity number (GB 11643: ISO 7064, mod 11-2). Pure."""

from __future__ import annotations

import re
from datetime import date

_ID = re.compile(r"[1-9]\d{5}(\d{4})(\d{2})(\d{2})\d{3}[\dX]", re.ASCII)
_CARD = re.compile(r"\d{2,}", re.ASCII)
_IDS_CHECKS = "10X98765432"


def is_luhn(digits: str) -> bool:
    """Whether the last digit is the one that Luhn's formula gives for the others."""
    if not _CARD.fullmatch(digits):
        return False
    doubled = [int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def is_chinese_id(text: str) -> bool:
    """Whether it has a day of birth that there was, and the last character that the others give."""
    found = _ID.fullmatch(text)
    if not found:
        return False
    try:
        date(*map(int, found.groups()))
    except ValueError:
        return False
    total = sum(int(digit) * 2 ** (17 - at) for at, digit in enumerate(text[:17]))
    return text[17] == _IDS_CHECKS[total % 11]
