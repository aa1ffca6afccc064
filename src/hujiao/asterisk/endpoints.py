"""Agents' SIP endpoints: rows of a SQLite file beside Asterisk, read by it at each registration and call.

A change needs no reload and no center. Secrets are there only as the digest that SIP compares, md5(user:realm:secret).
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from hujiao.agents.contracts import PhoneEncryption
from hujiao.asterisk import console
from hujiao.asterisk.config import REALM
from hujiao.kit.errors import BadField
from hujiao.kit.settings import Settings

Transport = Literal["browser", "phone"]

Rows = dict[str, dict[str, str]]

_TABLES = ("ps_endpoints", "ps_auths", "ps_aors")
_CACHE = "res_pjsip/endpoint"
_USER = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_DIGEST = re.compile(r"[0-9a-f]{32}")

_COMMON = {
    "context": "agents",
    "disallow": "all",
    "dtmf_mode": "auto_info",  # RFC 4733, or SIP INFO where the phone has not agreed to that; it may send either
    "direct_media": "no",
    "rtp_symmetric": "yes",
    "force_rport": "yes",
    "rewrite_contact": "yes",
    "identify_by": "auth_username,username",
    "allow_subscribe": "no",
    "device_state_busy_at": "1",
}
_KINDS: dict[Transport, dict[str, str]] = {
    "browser": {
        "allow": "opus,alaw,ulaw",
        "webrtc": "yes",
        "use_avpf": "yes",
        "ice_support": "yes",
        "rtcp_mux": "yes",
        "allow_transfer": "no",  # the page sends calls on by itself
        "media_encryption": "dtls",
        "dtls_auto_generate_cert": "yes",
        "timers": "no",
        # A browser always sends sound, muted too: this long without any, its window is gone.
        "rtp_timeout": "8",
    },
    # A desk phone may keep silent while its user does; a minute without any packet, its line is broken.
    "phone": {
        "allow": "alaw,ulaw,g722,opus",
        "timers": "yes",
        "rtp_timeout": "60",
        "allow_transfer": "yes",  # a REFER is the runtime's decision, by PJSIP_TRANSFER_HANDLING of each of its calls
    },
}
_ENCRYPTION: dict[PhoneEncryption, dict[str, str]] = {
    "off": {},
    # One offer that both kinds of phone take: a plain line with keys beside it.
    "optional": {"media_encryption": "sdes", "media_encryption_optimistic": "yes"},
    "required": {"media_encryption": "sdes"},
}
_AOR = {
    "max_contacts": "1",
    "remove_existing": "yes",
    "minimum_expiration": "30",
    "default_expiration": "120",
    "maximum_expiration": "600",
    # No call is offered to a phone that does not answer: a dead one is found out within eight seconds.
    "qualify_frequency": "5",
    "qualify_timeout": "3.0",
    "support_path": "no",
}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One agent's way to register. `shard` is where its tenant's calls are handled.

    `encryption` is of a hard phone's sound (SRTP with keys in SDES); a browser's is always encrypted.
    """

    sip_user: str
    md5: str
    transport: Transport
    shard: int = 0
    encryption: PhoneEncryption = "optional"


class Endpoints:
    def __init__(self, settings: Settings) -> None:
        self._database = settings.endpoints_database
        self._control = console.socket_path(settings)
        self._writing = asyncio.Lock()

    async def set(self, endpoints: Sequence[Endpoint]) -> None:
        """Let these register, with these secrets only, from now on."""
        for endpoint in endpoints:
            _check(endpoint)
        async with self._writing:
            changed = await asyncio.to_thread(_write, self._database, endpoints)
        await self._forget(changed, [await self._contact(user) for user in changed])

    async def remove(self, users: Sequence[str]) -> None:
        """Nobody registers or is called under these names any more."""
        contacts = [await self._contact(user) for user in users]
        async with self._writing:
            await asyncio.to_thread(_delete, self._database, users)
        await self._forget(users, contacts)

    async def keep_phones(self, phones: Iterable[Endpoint]) -> tuple[int, int]:
        """Make the hard phones exactly these; who registers by browser now is left alone. Returns set and removed."""
        async with self._writing:
            there, browsers = await asyncio.to_thread(_stored, self._database)
        wanted = {phone.sip_user: phone for phone in phones if phone.sip_user not in browsers}
        changed = [phone for user, phone in wanted.items() if there.get(user) != _rows(phone)]
        gone = [user for user in there if user not in wanted]
        if changed:
            await self.set(changed)
        if gone:
            await self.remove(gone)
        return len(changed), len(gone)

    async def count(self) -> int:
        return await asyncio.to_thread(_count, self._database)

    async def _contact(self, user: str) -> str:
        """Where the user is registered now, as the key under which Asterisk stores it."""
        try:
            shown = await console.run(self._control, f"pjsip show aor {user}")
        except OSError:
            return ""  # Asterisk is not running
        found = re.search(r"^ contact +: (\S+)$", shown, re.M)
        return hashlib.md5(found.group(1).encode(), usedforsecurity=False).hexdigest() if found else ""

    async def _forget(self, users: Sequence[str], contacts: Sequence[str]) -> None:
        """Drop what Asterisk remembers of them: the cached endpoint, and where the old secret was registered."""
        for user, contact in zip(users, contacts, strict=True):
            try:
                await console.run(self._control, f"sorcery memory cache expire {_CACHE} {user}")
                if contact:
                    await console.run(self._control, f'database del registrar/contact "{user};@{contact}"')
            except OSError:
                return  # Asterisk is not running: it will read what is there


def _check(endpoint: Endpoint) -> None:
    if not _USER.fullmatch(endpoint.sip_user):
        raise BadField("A SIP user is 1 to 64 letters, digits, dots, dashes or underscores.", field="sip_user")
    if not _DIGEST.fullmatch(endpoint.md5):
        raise BadField("The secret's digest is 32 hexadecimal digits: md5(user:realm:secret).", field="md5")
    if endpoint.transport not in _KINDS:
        raise BadField("The transport is 'browser' or 'phone'.", field="transport")
    if endpoint.encryption not in _ENCRYPTION:
        raise BadField("The encryption is 'off', 'optional' or 'required'.", field="encryption")


def _open(database: Path) -> closing[sqlite3.Connection]:
    return closing(sqlite3.connect(database, timeout=10))


def _rows(endpoint: Endpoint) -> Rows:
    """What Asterisk reads of the endpoint, by table."""
    user = endpoint.sip_user
    # The account code tells browsers and phones apart when phones are synchronised.
    kind = {**_COMMON, **_KINDS[endpoint.transport], "accountcode": endpoint.transport}
    if endpoint.transport == "phone":
        kind |= _ENCRYPTION[endpoint.encryption]
    kind |= {"auth": user, "aors": user, "set_var": f"HUJIAO_SHARD={endpoint.shard}"}
    auth = {"auth_type": "md5", "username": user, "realm": REALM, "md5_cred": endpoint.md5}
    return {"ps_endpoints": {"id": user, **kind}, "ps_auths": {"id": user, **auth}, "ps_aors": {"id": user, **_AOR}}


def _write(database: Path, endpoints: Sequence[Endpoint]) -> list[str]:
    """Returns whose secret or kind is another than before: what they registered is void."""
    changed = []
    with _open(database) as connection, connection:
        for endpoint in endpoints:
            user = endpoint.sip_user
            old = connection.execute("SELECT md5_cred FROM ps_auths WHERE id = ?", (user,)).fetchone()
            if old is None or old[0] != endpoint.md5 or _kind(connection, user) != endpoint.transport:
                changed.append(user)
            for table, row in _rows(endpoint).items():
                _insert(connection, table, row)
    return changed


def _insert(connection: sqlite3.Connection, table: str, row: dict[str, str]) -> None:
    places = ", ".join("?" * len(row))
    connection.execute(f"INSERT OR REPLACE INTO {table} ({', '.join(row)}) VALUES ({places})", tuple(row.values()))


def _delete(database: Path, users: Iterable[str]) -> None:
    with _open(database) as connection, connection:
        for user in users:
            for table in _TABLES:
                connection.execute(f"DELETE FROM {table} WHERE id = ?", (user,))


def _kind(connection: sqlite3.Connection, user: str) -> str | None:
    found = connection.execute("SELECT accountcode FROM ps_endpoints WHERE id = ?", (user,)).fetchone()
    return found[0] if found else None


def _stored(database: Path) -> tuple[dict[str, Rows], set[str]]:
    """The hard phones as they are stored, and the users who have a browser's endpoint."""
    found: dict[str, Rows] = {}
    with _open(database) as connection:
        connection.row_factory = sqlite3.Row
        for table in _TABLES:
            for row in connection.execute(f"SELECT * FROM {table}"):
                said = {name: row[name] for name in row.keys() if row[name] is not None}  # noqa: SIM118
                found.setdefault(row["id"], {})[table] = said
    kinds = {user: rows.get("ps_endpoints", {}).get("accountcode") for user, rows in found.items()}
    phones = {user: rows for user, rows in found.items() if kinds[user] != "browser"}
    return phones, {user for user, kind in kinds.items() if kind == "browser"}


def _count(database: Path) -> int:
    with _open(database) as connection:
        return int(connection.execute("SELECT count(*) FROM ps_endpoints").fetchone()[0])
