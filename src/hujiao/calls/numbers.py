"""Phone numbers as texts: the one form by which they are compared, callers who show none, emergency numbers. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import TypeVar

import phonenumbers
from phonenumbers import PhoneMetadata, shortnumberinfo

T = TypeVar("T")

_SEPARATORS = re.compile(r"[\s().\-/]")
_DIGITS = re.compile(r"\+?[0-9]+")
DIALLED = re.compile(r"\+?[0-9]{2,30}")

# What stands in place of a number, its letters alone, when a caller shows none.
_NOBODY = frozenset(
    ("", "anonymous", "anonymousinvalid", "unknown", "unavailable", "restricted", "private", "withheld", "nonumber")
)

# 3GPP TS 22.101: what mobile phones take for emergency numbers, whatever the country.
_EVERYWHERE = frozenset(("000", "08", "110", "112", "118", "119", "911", "999"))
# What the short-number metadata lacks: traffic accidents, police by text, forest fires, rescue at sea.
_FURTHER = {"CN": frozenset(("122", "12110", "12119", "12395"))}
# An area code before an emergency number reaches that city's.
_AREA_CODES = {"CN": re.compile(r"10|2[0-9]|[3-9][0-9]{2}")}


def plain(number: str) -> str:
    """The number without scheme, host, parameters and separators; a name stays as it is."""
    text = re.sub(r"(?i)^(sips?|tel):", "", number.strip()).partition(";")[0].partition("@")[0].strip()
    return without_separators(text)


@lru_cache(maxsize=4096)
def canonical(number: str, home: str) -> str:
    """The one form of a number by which callers are compared: E.164 as seen from the home country.

    Short codes and extensions get the home country's code, too. What is no number stays as it is; "" is nobody.
    """
    code, usual = _usual_mobile(home)
    if usual and usual.fullmatch(number):  # as nearly all are written, and so at a tenth of the price
        return f"+{code}{number}"
    if names_nobody(number):
        return ""
    text = plain(number)
    found = _parsed(text, home) if DIALLED.fullmatch(text) else None
    if found is None:
        return text
    if phonenumbers.is_valid_number(found):
        return str(phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164))
    if text.startswith("00"):  # as carriers write it, also where people dial another prefix
        abroad = _parsed(f"+{text[2:]}", home)
        if abroad and phonenumbers.is_valid_number(abroad):
            return str(phonenumbers.format_number(abroad, phonenumbers.PhoneNumberFormat.E164))
    national = _without_trunk_prefix(phonenumbers.national_significant_number(found), found.country_code or 0)
    return f"+{found.country_code}{national}"


@cache
def _usual_mobile(home: str) -> tuple[int, re.Pattern[str] | None]:
    """The home country's code, and mobile numbers of it that nothing stands before: neither the code nor a prefix.

    None where several countries share the code.
    """
    code = phonenumbers.country_code_for_region(home)
    metadata = PhoneMetadata.metadata_for_region(home, None)
    if metadata is None or phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(code) != (home,):
        return code, None
    before = [str(code), metadata.national_prefix_for_parsing, metadata.international_prefix]
    mobile = metadata.mobile.national_number_pattern if metadata.mobile else None
    general = metadata.general_desc.national_number_pattern if metadata.general_desc else None
    if not mobile or not general:
        return code, None
    barred = "|".join(f"(?:{prefix})" for prefix in before if prefix)
    return code, re.compile(f"(?!{barred})(?=[0-9]+$)(?=(?:{general})$)(?:{mobile})", re.ASCII)


def _parsed(text: str, home: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(text, home)
    except phonenumbers.NumberParseException:
        return None


def without_separators(text: str) -> str:
    """The digits of a number that was written with blanks, dashes, dots or brackets; other texts stay."""
    digits = _SEPARATORS.sub("", text)
    return digits if _DIGITS.fullmatch(digits) else text


def bare(number: str) -> str:
    """The number as it may be written with or without the international prefix."""
    text = plain(number)
    return re.sub(r"^(\+|00)(?=[0-9])", "", text) if _DIGITS.fullmatch(text) else text


def forms(number: str, home: str) -> dict[str, str]:
    """The forms in which an access number may be there but once."""
    return {"bare": bare(number), "canonical": canonical(number, home) or number}


def by_number(table: Mapping[str, T]) -> dict[str, T]:
    """The table with bare forms, too; what is written exactly so goes before."""
    return {**{bare(number): value for number, value in table.items()}, **table}


def called_in(table: Mapping[str, T], called: str) -> T | None:
    """What a table from `by_number` has for the called number, however a carrier writes it."""
    return table.get(called, table.get(bare(called)))


def names_nobody(caller: str) -> bool:
    """Whether this stands in place of the number of a caller who shows none."""
    if caller.strip().lower().endswith("@anonymous.invalid"):
        return True
    text = plain(caller)
    return not re.search(r"[0-9]", text) and re.sub(r"[^a-z]", "", text.lower()) in _NOBODY and text.isascii()


def is_emergency(dialled: str, home: str) -> bool:
    """Whether this may reach an emergency service: at home, by country code or area code, or as phones know them."""
    text = plain(dialled)
    return bool(_DIGITS.fullmatch(text)) and any(
        number in _EVERYWHERE
        or number in _FURTHER.get(region, ())
        or shortnumberinfo.is_emergency_number(number, region)
        for region, number in _readings(text, home)
    )


def _readings(text: str, home: str) -> Iterator[tuple[str, str]]:
    """What the digits may mean: countries and numbers in them."""
    for region, number in _by_country(text, home):
        yield region, number
        yield region, (local := number.lstrip("0"))
        area = _AREA_CODES.get(region)
        if area and (code := area.match(local)):
            yield region, local[code.end() :]


def _by_country(text: str, home: str) -> Iterator[tuple[str, str]]:
    digits, code = text.lstrip("+"), str(phonenumbers.country_code_for_region(home))
    if digits == text:
        yield home, digits
        if digits.startswith(code):
            yield home, digits.removeprefix(code)
    metadata = PhoneMetadata.metadata_for_region(home, None)
    abroad = re.match(metadata.international_prefix, digits) if metadata and metadata.international_prefix else None
    if digits != text or abroad:
        rest = digits[abroad.end() :] if abroad and digits == text else digits
        for length in (1, 2, 3):
            for region in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(rest[:length] or 0), ()):
                yield region, rest[length:]


def _without_trunk_prefix(national: str, country_code: int) -> str:
    """A trunk prefix before a short code is no part of it, which libphonenumber sees in longer numbers alone."""
    region = phonenumbers.region_code_for_country_code(country_code)
    metadata = PhoneMetadata.metadata_for_region(region, None)
    prefix = metadata.national_prefix if metadata else None
    return national.removeprefix(prefix) or national if prefix else national
