"""Texts that a spreadsheet would run as formulas: marked in every file of ours, and understood when it comes back."""

from __future__ import annotations

import re

_FORMULA = re.compile(r"^[=@\t\r]|^[+-](?![\d ]*$)")


def harmless(text: str) -> str:
    """The text, marked as one where a spreadsheet would run it."""
    return f"'{text}" if _FORMULA.match(text) else text


def unmarked(text: str) -> str:
    """What `harmless` was given."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text
