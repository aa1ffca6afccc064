"""What a row's script says of itself, in English and in Simplified Chinese."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

ROW_SECONDS = 300.0


class Text(msgspec.Struct, frozen=True):
    """The same sentence in both languages."""

    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class About:
    """`lacks` names what the row asks for and the product does not do yet; with one such, it is met only partly."""

    procedure: Text
    expected: Text
    lacks: tuple[Text, ...] = ()
    seconds: float = ROW_SECONDS
