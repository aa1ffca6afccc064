"""What an agent's browser may say to the switch: one message at a time, and requests in its own agent's name alone.

Everything that our phone never sends is refused, because another reader might understand it otherwise than we do.
"""

from __future__ import annotations

import re

_REQUEST = re.compile(r"[A-Z]{1,20} sips?:\S+ SIP/2\.0")
_RESPONSE = re.compile(r"SIP/2\.0 [1-6]\d\d .*")
_FIELD = re.compile(r"([!%*+.A-Za-z0-9_`'~-]+):[ \t]*(.*)")
_SHORT = {"f": "from", "t": "to", "l": "content-length"}
# Name, user if there is one, host, parameters.
_ADDRESS = re.compile(r'(?:"(?:[^"\\]|\\.)*" ?|[^"<>,;:\\]*)<sips?:(?:([^<>"@\s]+)@)?[^<>"@\s]+>((?:;[^<>",;]+)*)')


def acceptable(message: bytes, user: str) -> bool:
    """Whether it is a keep-alive or one whole SIP message, and no new request in another name than the `user`'s."""
    if not message.strip(b"\r\n"):
        return True
    head, end, body = message.partition(b"\r\n\r\n")
    try:
        lines = head.decode("utf-8").split("\r\n")
    except UnicodeDecodeError:
        return False
    if not end or any(character in line for line in lines for character in "\r\n\0"):
        return False
    fields = _fields(lines[1:])
    if fields is None or fields.get("content-length", "0") != str(len(body)):
        return False
    if _RESPONSE.fullmatch(lines[0]):
        return True
    return bool(_REQUEST.fullmatch(lines[0])) and _own(fields, user)


def _fields(lines: list[str]) -> dict[str, str] | None:
    """Returns the fields that matter here; None where one is folded, without a name, or there twice."""
    found: dict[str, str] = {}
    for line in lines:
        field = _FIELD.fullmatch(line)
        if field is None:
            return None
        name = field[1].lower()
        name = _SHORT.get(name, name)
        if name in _SHORT.values():
            if name in found:
                return None
            found[name] = field[2].rstrip()
    return found


def _own(fields: dict[str, str], user: str) -> bool:
    sender, to = (_ADDRESS.fullmatch(fields.get(name, "")) for name in ("from", "to"))
    if sender is None or to is None:
        return False
    # Within a call the switch called us by our contact; it knows the call by its tags.
    return sender[1] == user or bool(re.search(r";tag=[^;]", to[2]))
