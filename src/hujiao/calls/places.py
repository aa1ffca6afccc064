"""Where a number comes from (归属地) and whose network it was given to, by libphonenumber's tables."""

from __future__ import annotations

from pydantic import BaseModel, Field

from hujiao.calls.dialling import Dialling
from hujiao.calls.numbers import plain


class NumberPlace(BaseModel):
    number: str = Field(description="In E.164, where it is a number")
    place: str = Field(description="City, province or country; empty where nobody knows")
    carrier: str = Field(description="Whose it was at first: a number may have been taken to another since")


def place_of(number: str, dialling: Dialling, language: str) -> NumberPlace:
    """Takes half a second and 80 MB the first time: call it off the loop."""
    import phonenumbers
    from phonenumbers import carrier, geocoder

    e164 = dialling.e164(plain(number))
    if e164 is None:
        return NumberPlace(number=number, place="", carrier="")
    parsed = phonenumbers.parse(e164)
    tables = {"zh-CN": ("zh",), "zh-TW": ("zh_Hant", "zh")}.get(language, ("en",))

    def told(of: object) -> str:
        """In the reader's language; in letters only where no table has characters."""
        found = [of(parsed, table) for table in tables]  # type: ignore[operator]
        return str(next((name for name in found if name and not name.isascii()), found[0]))

    return NumberPlace(number=e164, place=told(geocoder.description_for_number), carrier=told(carrier.name_for_number))
