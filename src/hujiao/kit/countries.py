"""The country of a time zone, by the IANA time zone database's own table."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def _by_zone() -> dict[str, str]:
    table = (files("tzdata") / "zoneinfo" / "zone.tab").read_text("utf-8")
    rows = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return {row[2]: row[0] for row in rows}


def country_of(time_zone: str) -> str | None:
    """ISO 3166 code; None for one that is no country's, as UTC."""
    return _by_zone().get(time_zone)
