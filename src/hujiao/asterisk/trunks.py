"""Carriers' trunks: their rows as Asterisk's configuration, their live state, and a test call over one.

A trunk's password leaves the database only into `pjsip_trunks.conf`, which only the owner may read.
"""

from __future__ import annotations

import asyncio
import re
import socket
import time
from collections.abc import Sequence
from datetime import datetime
from ipaddress import ip_address, ip_network
from typing import Any
from uuid import UUID, uuid4

import msgspec
import structlog

from hujiao.asterisk import authorities, console, transports
from hujiao.asterisk.config import most_legs, replace
from hujiao.asterisk.decode import DIVERTED_FROM
from hujiao.asterisk.rest import AriError, Rest
from hujiao.calls.lines import LeftOut, Line, enabled_lines
from hujiao.kit.clock import utc_now
from hujiao.kit.db import Database
from hujiao.kit.errors import BadField, NotFound, Unavailable
from hujiao.kit.faults import reason_of
from hujiao.kit.i18n import Said
from hujiao.kit.settings import Settings

log = structlog.get_logger()

PJSIP_FILE = "pjsip_trunks.conf"
DIALPLAN_FILE = "extensions_trunks.conf"
_NUMBER = re.compile(r"[+*#0-9A-Za-z.-]{1,40}")
_NOT_OF_NUMBERS = re.compile(r"[^+*#0-9a-zA-Z]")
_CODECS = ("alaw", "ulaw", "g722", "opus")
_ENCRYPTION = {
    "off": ["media_encryption = no"],
    "optional": ["media_encryption = sdes", "media_encryption_optimistic = yes"],
    "required": ["media_encryption = sdes"],
}
GIVE_CERTIFICATE = "./hujiao up --address, or --cert and --key"
_ASKED = "-asked"  # of the name of what OPTIONS go to
# By SIP status: what whoever keeps the trunk can do about a refusal.
_REFUSALS = {
    "trunk.call_not_allowed": {401, 403, 407, 603},
    "trunk.call_number_unknown": {404, 410, 484, 604},
    "trunk.call_nobody": {408, 480},
    "trunk.call_busy": {486, 600},
    "trunk.call_media": {415, 488, 606},
    "trunk.call_no_room": {500, 502, 503, 504},
}
_TEST_SECONDS = 25.0
_RESOLVE_SECONDS = 3.0


def endpoint_name(trunk_id: UUID) -> str:
    return f"trunk-{trunk_id.hex}"


class TestCall(msgspec.Struct):
    __test__ = False
    trunk_id: UUID
    number: str


class Trunks:
    def __init__(self, settings: Settings, database: Database, ari: Rest) -> None:
        self._settings = settings
        self._database = database
        self._ari = ari
        self._control = console.socket_path(settings)
        self._lines: list[Line] = []
        self.left_out: list[LeftOut] = []
        self._states: dict[UUID, tuple[str, datetime]] = {}
        self._writing = asyncio.Lock()
        self._placing = asyncio.Lock()
        self._application = f"hujiao-{settings.instance}-{settings.node}-test"

    async def synchronise(self) -> None:
        """Make Asterisk's trunks those of the database; it reloads only when one changed, and calls go on.

        One that cannot be used is left out, and none of the others for it.
        """
        async with self._writing:
            lines, left_out = await enabled_lines(self._database, self._settings.secret_key)
            rendered: list[tuple[Line, str, str]] = []
            for line in lines:
                try:
                    rendered.append((line, *await self._rendered(line, len(lines))))
                except Exception as error:
                    left_out.append(LeftOut(line.id, line.name, reason_of(error)))
            for one in left_out:
                log.error("trunk_left_out", trunk=str(one.id), name=one.name, reason=one.reason)
            self._lines, self.left_out = [line for line, _, _ in rendered], left_out
            etc = self._settings.asterisk_etc
            authorities.write(etc, [line.tls_authority for line in self._lines])
            pjsip = "\n".join(["; written by hujiao", *(text for _, text, _ in rendered)])
            dialplan = "\n".join(["; written by hujiao", *(text for _, _, text in rendered)])
            for name, content, reload in (
                (DIALPLAN_FILE, dialplan, "dialplan reload"),
                (PJSIP_FILE, pjsip, console.RELOAD_PJSIP),
            ):
                path = etc / name
                if path.exists() and path.read_text("utf-8") == content:
                    continue
                replace(path, content)
                try:
                    await console.run(self._control, reload)
                except (OSError, TimeoutError) as error:  # Asterisk reads the files when it starts
                    log.info("asterisk_away", command=reload, error=str(error))
                log.info("trunks_written", file=name, count=len(self._lines))

    async def _rendered(self, line: Line, trunks: int) -> tuple[str, str]:
        """Returns the trunk's objects and its dialplan."""
        if line.transport == "tls" and self._settings.sip_tls_port is None:
            raise ValueError(f"transport is tls, and this installation has no certificate: {GIVE_CERTIFICATE}")
        pjsip = render(line, await _addresses(line))
        return pjsip, render_dialplan(line, node_calls=most_legs(self._settings) // 2, trunks=trunks)

    async def states(self) -> list[dict[str, Any]]:
        """[{id, state, detail, values, channels, since}] of every enabled trunk; `detail` is a key of the texts."""
        if not self._lines and not self.left_out:
            return []
        try:
            registrations = parse_registrations(await console.run(self._control, "pjsip show registrations"))
            endpoints = {endpoint["resource"]: endpoint for endpoint in await self._ari.get("endpoints/PJSIP")}
        except (OSError, TimeoutError, AriError):
            found = [(line, "unknown", Said("trunk.asterisk_away"), 0) for line in self._lines]
        else:
            talking = await self._talking(endpoints)
            found = [(line, *_state(line, registrations, endpoints, line.id in talking)) for line in self._lines]
        told = [(line.id, state, said, channels) for line, state, said, channels in found]
        told += [(one.id, "down", Said("trunk.left_out", {"reason": one.reason}), 0) for one in self.left_out]
        now = utc_now()
        rows = []
        for trunk_id, state, said, channels in told:
            if self._states.get(trunk_id, ("", now))[0] != state:
                self._states[trunk_id] = (state, now)
            since = self._states[trunk_id][1]
            row = {"id": trunk_id, "state": state, "channels": channels, "since": since}
            rows.append({**row, "detail": said.key, "values": said.values})
        return rows

    async def _talking(self, endpoints: dict[str, dict[str, Any]]) -> set[UUID]:
        """Trunks with an answered call, of those that answer no OPTIONS."""
        found = set()
        for line in self._lines:
            asked = endpoints.get(asked_name(line.id))
            if asked is None or asked["state"] == "online":
                continue
            for channel in endpoints.get(endpoint_name(line.id), {}).get("channel_ids", ()):
                try:
                    up = (await self._ari.get(f"channels/{channel}"))["state"] == "Up"
                except AriError:  # it has ended, or cannot be described
                    continue
                if up:
                    found.add(line.id)
                    break
        return found

    async def test_call(self, message: Any) -> dict[str, Any]:
        """Call a number over a trunk, hang up when it answers, and say what the carrier said, as `states` does."""
        wanted = msgspec.convert(message, TestCall)
        if not _NUMBER.fullmatch(wanted.number):
            raise BadField("error.trunk_test_number", field="number")
        line = next((line for line in self._lines if line.id == wanted.trunk_id), None)
        if line is None:
            raise NotFound("error.trunk_disabled")
        channel = f"test-{uuid4()}"
        try:
            async with self._ari.events(self._application) as events:
                start = time.monotonic()
                if not await self._placed(line, wanted.number, channel):
                    full = Said("trunk.call_full", {"most": line.max_channels})
                    return {"ok": False, "seconds": None, "sip_status": None, "detail": full.key, "values": full.values}
                try:
                    async with asyncio.timeout(_TEST_SECONDS):
                        status, said = await _outcome(events, channel)
                except TimeoutError:
                    status, said = 408, Said("trunk.call_silent")
                seconds = round(time.monotonic() - start, 2)
                await self._hang_up(channel)
        except (AriError, OSError) as error:
            raise Unavailable("error.trunk_call_not_placed", detail={"reason": str(error)}) from error
        told = {"detail": said.key, "values": said.values}
        return {"ok": status == 200, "seconds": seconds, "sip_status": status, **told}

    async def _placed(self, line: Line, number: str, channel: str) -> bool:
        """Call, unless the trunk has as many calls as it may. One after another, so that each counts those before."""
        name = endpoint_name(line.id)
        query: dict[str, str | int] = {
            "endpoint": f"PJSIP/{number}@{name}",
            "app": self._application,
            "channelId": channel,
            "callerId": line.caller_number,
            "formats": ",".join(line.codecs),
            "timeout": int(_TEST_SECONDS) - 5,
        }
        async with self._placing:
            present = await self._ari.get(f"endpoints/PJSIP/{name}")
            if len(present["channel_ids"]) >= line.max_channels:
                return False
            await self._ari.request("POST", "channels", query, {"variables": {"GROUP(trunk)": name}})
        return True

    async def _hang_up(self, channel: str) -> None:
        try:
            await self._ari.delete(f"channels/{channel}")
        except AriError as error:
            if error.status != 404:
                raise


async def _outcome(events: Any, channel: str) -> tuple[int, Said]:
    ringing = False
    async for event in events:
        if event.get("channel", {}).get("id") != channel:
            continue
        kind, state = event["type"], event["channel"].get("state")
        if kind == "StasisStart" or (kind == "ChannelStateChange" and state == "Up"):
            return 200, Said("trunk.call_answered_after_ringing" if ringing else "trunk.call_answered")
        ringing = ringing or (kind == "ChannelStateChange" and state == "Ringing")
        if kind == "ChannelDestroyed":
            return refused(event.get("tech_cause") or 0, event.get("cause_txt") or "")
    raise Unavailable("error.trunk_call_not_placed", detail={"reason": "ARI"})


def refused(status: int, cause: str) -> tuple[int, Said]:
    """What a SIP status that refuses a test call means; `cause` is Asterisk's word for it."""
    if not status:
        return 408, Said("trunk.call_silent")
    key = next((key for key, those in _REFUSALS.items() if status in those), "trunk.call_refused")
    return status, Said(key, {"cause": cause or "–"})


async def _addresses(line: Line) -> list[str]:
    """Where the trunk's calls come from. Names are resolved here: Asterisk would hold up SIP while it asks DNS."""
    found: list[str] = []
    for name in (line.host, *line.match):
        try:
            ip_network(name, strict=False)
            found.append(name)
            continue
        except ValueError:
            pass
        try:
            async with asyncio.timeout(_RESOLVE_SECONDS):
                answers = await asyncio.get_running_loop().getaddrinfo(name, None, type=socket.SOCK_DGRAM)
        except (OSError, TimeoutError):
            log.warning("trunk_host_unknown", trunk=str(line.id), host=name)
            continue
        found += sorted((str(answer[4][0]) for answer in answers), key=lambda address: ":" in address)
    return list(dict.fromkeys(found))


def render(line: Line, addresses: Sequence[str]) -> str:
    """One trunk's objects for PJSIP."""
    name, host = endpoint_name(line.id), _host(line.host)
    target = f"{host}:{line.port}" + ("" if line.transport == "udp" else rf"\;transport={line.transport}")
    transport = f"transport-{line.transport}{'6' if over_ipv6(line, addresses) else ''}"
    auth = [f"outbound_auth = {name}"] if line.username else []
    # A registered line calls as itself, its caller number goes into P-Asserted-Identity.
    caller = line.username if line.kind == "registration" else line.caller_number
    user = [f"from_user = {_clean(caller)}"] if caller else []
    blocks = [
        [
            f"[{name}]",
            "type = endpoint",
            f"transport = {transport}",
            f"context = {name}",
            # By its address or its registration, never by the name that a stranger gives for the caller.
            "identify_by = ip",
            "disallow = all",
            f"allow = {','.join(codec for codec in line.codecs if codec in _CODECS) or 'alaw,ulaw'}",
            f"aors = {name}",
            *auth,
            *user,
            f"from_domain = {host}",
            "trust_id_inbound = yes",
            # Of an answer the first counts: a far end that answers with several need not be asked again.
            "codec_prefs_incoming_answer = prefer: pending, operation: intersect, keep: first, transcode: allow",
            "direct_media = no",
            "allow_transfer = no",  # a carrier's REFER would send our caller anywhere
            "rtp_symmetric = yes",
            f"rtp_ipv6 = {'yes' if transport.endswith('6') else 'no'}",
            f"rtp_timeout = {line.rtp_timeout_seconds}",
            *_ENCRYPTION[line.media_encryption],
            "force_rport = yes",
            "rewrite_contact = yes",
            f"dtmf_mode = {line.dtmf}",
            "send_pai = yes",
            # Who we are is said once: a later word would be a re-INVITE.
            "send_connected_line = no",
            f"device_state_busy_at = {line.max_channels}",
        ],
        [f"[{name}]", "type = aor", f"contact = sip:{target}"],
    ]
    if line.qualify:
        # Apart from where calls go: PJSIP sends no INVITE to a contact that has not answered its OPTIONS.
        asked = ["qualify_frequency = 30", "qualify_timeout = 3.0"]
        blocks.append([f"[{name}{_ASKED}]", "type = aor", f"contact = sip:{target}", *asked])
        nobodys = ["identify_by = ip", "context = nowhere"]
        blocks.append(
            [f"[{name}{_ASKED}]", "type = endpoint", f"transport = {transport}", f"aors = {name}{_ASKED}", *nobodys]
        )
    if line.username:
        blocks.append(
            [
                f"[{name}]",
                "type = auth",
                "auth_type = userpass",
                f"username = {_clean(line.username)}",
                f"password = {_clean(line.password)}",
            ]
        )
    if line.kind == "registration":
        blocks.append(
            [
                f"[{name}]",
                "type = registration",
                f"transport = {transport}",
                f"outbound_auth = {name}",
                f"server_uri = sip:{target}",
                f"client_uri = sip:{_clean(line.username)}@{host}:{line.port}",
                f"contact_user = {_clean(line.username)}",
                "line = yes",
                f"endpoint = {name}",
                "expiration = 300",
                "max_random_initial_delay = 2",
                # A carrier that refuses today may be mended tomorrow: never give up, never hurry.
                "retry_interval = 20",
                "forbidden_retry_interval = 60",
                "fatal_retry_interval = 60",
                "auth_rejection_permanent = no",
                "max_retries = 1000000",
            ]
        )
    if addresses:
        matches = [f"match = {address}" for address in addresses]
        blocks.append([f"[{name}-address]", "type = identify", f"endpoint = {name}", *matches])
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def render_dialplan(line: Line, *, node_calls: int, trunks: int) -> str:
    """The trunk's contexts: what it may bring, and called numbers in the form that access numbers have.

    It brings no more than its channels, and so many new calls a second. Of the `node_calls` that the node has room for,
    the last quarter is for trunks that have less than an equal share. What is over is refused before anything else.
    """
    name = endpoint_name(line.id)
    lines = [f"[{name}]"]
    for pattern in ("_[+*#0-9a-zA-Z(_].", "_[*#0-9s]"):
        lines += [f"exten => {pattern},1,Set(called=${{EXTEN}})", f" same => n,Goto({name}-arrived,s,1)"]
    own, every = "${GROUP_COUNT(@trunk)}", "${GROUP_COUNT(calls@node)}"  # the node's without this one
    too_many = " | ".join(
        (
            f"{own} > {line.max_channels}",
            f"${{GROUP_COUNT(@second)}} > {calls_a_second(line)}",
            f"{every} >= {node_calls}",
            f"({every} >= {node_calls * 3 // 4} & {own} > {node_calls // trunks})",
        )
    )
    lines += [
        "",
        f"[{name}-arrived]",
        f"exten => s,1,MSet(GROUP(trunk)={name},GROUP(second)={name}-${{EPOCH}})",
        f" same => n,GotoIf($[{too_many}]?full)",
        " same => n,Set(GROUP(node)=calls)",
        f" same => n,Set(registered={_NOT_OF_NUMBERS.sub('', line.username)})",
        f" same => n,Gosub(called-number,s,1({name},{','.join(_places(line))}))",
        " same => n,Set(called=${GOSUB_RETVAL})",
        " same => n,Gosub(called-in,diversion,1)",
        f" same => n,Set({DIVERTED_FROM}=${{GOSUB_RETVAL}})",
        " same => n,Goto(arrived,s,1)",
        # Cause 34, no circuit available: the carrier may try another way.
        " same => n(full),Hangup(34)",
        "",
        f"[{name}-number]",
    ]
    for pattern, number in number_rules(line.inbound_number_format, line.country_code, line.national_prefix):
        lines.append(f"exten => {pattern},1,Return({number})")
    return "\n".join([*lines, ""])


def calls_a_second(line: Line) -> int:
    """Returns how many new calls a second it may bring: ten, and more only if it has hundreds of channels."""
    return max(10, line.max_channels // 10)


def _places(line: Line) -> list[str]:
    """Where the called number is looked for, in this order.

    What a registered line's Request-URI has is mostly its own name, which says nothing: that comes last.
    """
    if line.called_number_in != "auto":
        return [line.called_number_in]
    if line.kind == "registration":
        return ["other_than_registered", "p_called_party_id", "to", "diversion", "request"]
    return ["request", "p_called_party_id", "to", "diversion"]


def number_rules(form: str, country: str, prefix: str) -> list[tuple[str, str]]:
    """Dialplan patterns and what each turns the called number into. `form` is what access numbers are written in."""
    country = re.sub(r"\D", "", country)
    prefix = re.sub(r"\D", "", prefix)
    rules = []
    if form == "e164":
        rules.append(("_00X.", "+${EXTEN:2}"))
        if prefix and country:
            rules.append((f"_{prefix}Z.", f"+{country}${{EXTEN:{len(prefix)}}}"))
    elif form == "national" and country:
        rules.append((f"_+{country}X.", f"{prefix}${{EXTEN:{len(country) + 1}}}"))
        rules.append((f"_00{country}X.", f"{prefix}${{EXTEN:{len(country) + 2}}}"))
    return [*rules, ("_[+*#0-9a-zA-Z].", "${EXTEN}"), ("_[+*#0-9a-zA-Z]", "${EXTEN}")]


def parse_registrations(shown: str) -> dict[str, str]:
    """`pjsip show registrations`, as trunk's name -> status."""
    found = {}
    for row in shown.splitlines():
        match = re.match(r"\s*(trunk-[0-9a-f]{32})/\S+\s+\S+\s+(.+?)\s*$", row)
        if match:
            found[match.group(1)] = match.group(2)
    return found


def _state(
    line: Line, registrations: dict[str, str], endpoints: dict[str, dict[str, Any]], talking: bool
) -> tuple[str, Said, int]:
    """`talking`: a call over it is answered, which says more than OPTIONS that are not."""
    endpoint = endpoints.get(endpoint_name(line.id))
    if endpoint is None:
        return "unknown", Said("trunk.not_yet"), 0
    channels = len(endpoint["channel_ids"])
    if line.kind == "registration":
        status = registrations.get(endpoint_name(line.id), "")
        if status.startswith("Registered"):
            return "up", Said("trunk.registered"), channels
        if status.startswith("Rejected"):
            return "rejected", Said("trunk.rejected"), channels
        return "registering", Said("trunk.registering"), channels
    if not line.qualify:
        return "unknown", Said("trunk.not_asked"), channels
    asked = endpoints.get(asked_name(line.id))
    if asked and asked["state"] == "online":
        return "up", Said("trunk.answers"), channels
    if talking:
        return "up", Said("trunk.takes_calls"), channels
    if ":" in line.host and not transports.ipv6():
        return "down", Said("trunk.no_ipv6"), channels
    return "down", Said("trunk.silent", {"address": f"{_host(line.host)}:{line.port}"}), channels


def over_ipv6(line: Line, addresses: Sequence[str]) -> bool:
    """Whether calls go there by IPv6: to such an address, or to a name that has no other."""
    return ":" in line.host or ":" in next(iter(addresses), "")


def asked_name(trunk_id: UUID) -> str:
    """The endpoint whose state says whether the carrier answers OPTIONS."""
    return endpoint_name(trunk_id) + _ASKED


def _host(host: str) -> str:
    try:
        return f"[{host}]" if ip_address(host).version == 6 else host
    except ValueError:
        return _clean(host)


def _clean(value: str) -> str:
    """A value on one line of Asterisk's configuration; `;` would begin a comment."""
    return re.sub(r"[\r\n]", "", value).replace(";", r"\;")
