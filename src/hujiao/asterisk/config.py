"""Asterisk's configuration for one node: which modules, which ports, where calls go.

What changes while the node runs (trunks, access numbers, agents' endpoints) is written by `hujiao node` into files and
the SQLite database that these refer to.
"""

from __future__ import annotations

import hashlib
import hmac
import resource
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path

from hujiao.asterisk import authorities, transports
from hujiao.kit.secrets import sip_digest
from hujiao.kit.settings import Settings

REALM = "hujiao"  # agents' secrets are kept as md5(user:REALM:secret)
TEST_PHONE = "test-phone"
# A call has its ports before anything can refuse it; so many are looked at at once (`threadpool_max_size`), and more.
_PORTS_FOR_REFUSALS = 128
_TEMPLATES = Path(__file__).parent / "templates"

MODULES: tuple[str, ...] = (
    # what others build on comes first
    "res_config_sqlite3",
    "res_sorcery_config",
    "res_sorcery_memory",
    "res_sorcery_memory_cache",
    "res_sorcery_astdb",
    "res_sorcery_realtime",
    "res_timing_timerfd",
    "res_crypto",
    "res_http_websocket",
    "res_websocket_client",
    "res_pjproject",
    "res_musiconhold",
    "res_srtp",
    "res_rtp_asterisk",
    "res_format_attr_opus",
    # SIP
    "res_pjsip",
    "res_pjsip_acl",
    "res_pjsip_session",
    "res_pjsip_sdp_rtp",
    "res_pjsip_authenticator_digest",
    "res_pjsip_caller_id",
    "res_pjsip_diversion",
    "res_pjsip_dlg_options",
    "res_pjsip_dtmf_info",
    "res_pjsip_empty_info",
    "res_pjsip_endpoint_identifier_anonymous",
    "res_pjsip_endpoint_identifier_ip",
    "res_pjsip_endpoint_identifier_user",
    "res_pjsip_header_funcs",
    "res_pjsip_logger",
    "res_pjsip_nat",
    "res_pjsip_outbound_authenticator_digest",
    "res_pjsip_outbound_registration",
    "res_pjsip_path",
    "res_pjsip_pubsub",
    "res_pjsip_refer",
    "res_pjsip_registrar",
    "res_pjsip_rfc3326",
    "res_pjsip_transport_websocket",
    "chan_pjsip",
    # ARI
    "res_stasis",
    "res_stasis_answer",
    "res_stasis_device_state",
    "res_stasis_playback",
    "res_stasis_recording",
    "res_stasis_snoop",
    "res_ari",
    "res_ari_model",
    "res_ari_applications",
    "res_ari_asterisk",
    "res_ari_bridges",
    "res_ari_channels",
    "res_ari_device_states",
    "res_ari_endpoints",
    "res_ari_events",
    "res_ari_playbacks",
    "res_ari_recordings",
    "res_ari_sounds",
    # media
    "bridge_holding",
    "bridge_simple",
    "bridge_softmix",
    "chan_bridge_media",
    "codec_a_mu",
    "codec_alaw",
    "codec_g722",
    "codec_opus_open_source",
    "codec_resample",
    "codec_ulaw",
    "format_pcm",
    "format_sln",
    "format_wav",
    # dialplan
    "pbx_config",
    "app_echo",
    "app_playback",
    "app_stack",
    "app_stasis",
    "func_callerid",
    "func_channel",
    "func_cut",
    "func_dialplan",
    "func_global",
    "func_groupcount",
    "func_hangupcause",
    "func_jitterbuffer",
    "func_logic",
    "func_pjsip_aor",
    "func_pjsip_contact",
    "func_pjsip_endpoint",
    "func_strings",
    "func_talkdetect",
    "func_timeout",
    "func_uri",
    "func_volume",
)
# The peers that hujiao is measured against, and what a robot phone's dialplan is made of.
BENCH_MODULES: tuple[str, ...] = ("app_dial", "app_queue", "app_senddtmf", "func_math", "func_rand")

# Without these a node still takes calls.
_DISPENSABLE = {"codec_opus_open_source", "res_format_attr_opus", "res_websocket_client"}

# Asterisk complains of these when they are not there at all.
_EMPTY = ("acl.conf", "ccss.conf", "features.conf", "pjproject.conf", "udptl.conf", "websocket_client.conf")

# For the dialplan: whether what a caller sent may be read, and the channel's endpoint by its name (PJSIP/…-0000002a; to
# ask PJSIP for it would cost two changes of thread).
_READABLE = (
    '${REGEX("^[ -~]+$" ${CHANNEL(pjsip,call-id)})}'
    ' & ${REGEX("^[-.() ]{0,20}[+*#0-9a-zA-Z][-.() +*#0-9a-zA-Z]{0,39}$" ${called})}'
)
_ENDPOINT = "${CHANNEL(name):6:-9}"

# Columns that PJSIP's objects understand; an unknown one would make the whole row unusable.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS ps_endpoints (
  id TEXT PRIMARY KEY, transport TEXT, aors TEXT, auth TEXT, context TEXT, disallow TEXT, allow TEXT, webrtc TEXT,
  dtmf_mode TEXT, direct_media TEXT, rtp_symmetric TEXT, force_rport TEXT, rewrite_contact TEXT, ice_support TEXT,
  media_encryption TEXT, use_avpf TEXT, rtcp_mux TEXT, dtls_auto_generate_cert TEXT, callerid TEXT, language TEXT,
  accountcode TEXT, identify_by TEXT, set_var TEXT, rtp_timeout TEXT, rtp_keepalive TEXT, timers TEXT,
  device_state_busy_at TEXT, moh_suggest TEXT, allow_subscribe TEXT, send_pai TEXT, trust_id_outbound TEXT
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ps_auths (
  id TEXT PRIMARY KEY, auth_type TEXT, username TEXT, realm TEXT, md5_cred TEXT, password TEXT
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ps_aors (
  id TEXT PRIMARY KEY, max_contacts TEXT, remove_existing TEXT, remove_unavailable TEXT, minimum_expiration TEXT,
  default_expiration TEXT, maximum_expiration TEXT, qualify_frequency TEXT, qualify_timeout TEXT, support_path TEXT
) WITHOUT ROWID;
"""
# Added to the endpoints, also to those that an earlier version made.
_LATER_COLUMNS = ("allow_transfer", "media_encryption_optimistic")


def render(settings: Settings, modules: Path, available: Iterable[str], extra: Iterable[str] = ()) -> dict[str, str]:
    """The configuration files by name. `modules` is Asterisk's module folder, `available` what it holds."""
    home = settings.home / "asterisk"
    here = set(available)
    values: Mapping[str, object] = {
        "etc": settings.asterisk_etc,
        "modules": modules,
        "state": home / "state",
        "data": home / "data",
        "spool": settings.spool,
        "run": settings.run,
        "logs": settings.logs,
        "music": home / "music",
        "fallback": home / "sounds" / "fallback",
        "endpoints": settings.endpoints_database,
        "node": settings.node,
        "http_port": settings.asterisk_http_port,
        "ari_user": settings.ari_user,
        "ari_password": settings.ari_password,
        "sip_port": settings.sip_port,
        "tls": transports.over_tls(settings),
        "transports_ipv6": transports.over_ipv6(settings),
        "rtp_start": settings.rtp_start,
        "rtp_end": settings.rtp_end,
        "most_legs": most_legs(settings),
        "realm": REALM,
        "test_phone_digest": sip_digest(TEST_PHONE, test_phone_password(settings), REALM),
        "application": f"hujiao-{settings.instance}",
        "readable": _READABLE,
        "endpoint": _ENDPOINT,
        "max_files": _open_files(),
        "load": "\n".join(f"load = {name}.so" for name in (*MODULES, *extra) if name in here),
    }
    files = dict.fromkeys(_EMPTY, "; nothing set\n")
    for template in sorted(_TEMPLATES.glob("*.conf")):
        files[template.name] = fill(template.read_text("utf-8"), values)
    return files


def most_legs(settings: Settings) -> int:
    """Returns how many legs the node has room for: two ports of voice each, and some for calls being refused."""
    return max(8, (settings.rtp_end - settings.rtp_start + 1 - _PORTS_FOR_REFUSALS) // 2)


def test_phone_password(settings: Settings) -> str:
    """Returns what the installation's own test phone proves itself with."""
    return hmac.new(settings.secret_key.encode(), b"the test phone's SIP password", hashlib.sha256).hexdigest()


def missing(modules: Path) -> list[str]:
    """Modules that an Asterisk which somebody else built lacks."""
    here = {file.stem for file in modules.glob("*.so")}
    return [name for name in MODULES if name not in here and name not in _DISPENSABLE]


def fill(template: str, values: Mapping[str, object]) -> str:
    """`@name@` becomes the value; Asterisk's own `${…}` stays as it is."""
    for name, value in values.items():
        template = template.replace(f"@{name}@", str(value))
    return template


def _open_files() -> int:
    """Each call takes several; the operating system's hard limit is as far as an ordinary user can go."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    return 65536 if hard == resource.RLIM_INFINITY else min(65536, hard)


def write(settings: Settings, modules: Path, data: Path, extra: Iterable[str] = ()) -> None:
    """Lay out a node's folders, configuration and endpoint database; what the node wrote itself is left alone."""
    home = settings.home / "asterisk"
    for folder in (
        *(home / name for name in ("state/keys", "data", "music", "sounds")),
        settings.asterisk_etc,
        settings.spool / "recording",
        settings.spool / "tmp",
        settings.run,
        settings.logs,
        settings.prompts,
    ):
        folder.mkdir(parents=True, exist_ok=True)
    for name, target in (("documentation", data / "documentation"), ("rest-api", data / "rest-api")):
        link(home / "data" / name, target)
    (home / "data" / "sounds").mkdir(exist_ok=True)
    link(home / "data" / "sounds" / "prompts", settings.prompts)
    if not (settings.asterisk_etc / authorities.FILE).exists():  # the transport does not open without it
        authorities.write(settings.asterisk_etc, ())
    for name, text in render(settings, modules, (file.stem for file in modules.glob("*.so")), extra).items():
        replace(settings.asterisk_etc / name, text)
    with sqlite3.connect(settings.endpoints_database, timeout=10) as database:
        database.execute("PRAGMA journal_mode = WAL")  # Asterisk reads while the node writes
        database.executescript(_SCHEMA)
        present = {row[1] for row in database.execute("PRAGMA table_info(ps_endpoints)")}
        for column in _LATER_COLUMNS:
            if column not in present:
                database.execute(f"ALTER TABLE ps_endpoints ADD COLUMN {column} TEXT")
    settings.endpoints_database.chmod(0o600)


def link(path: Path, target: Path) -> None:
    if path.is_symlink() and path.readlink() == target:
        return
    path.unlink(missing_ok=True)
    path.symlink_to(target)


def replace(path: Path, text: str) -> None:
    """Write a file of the configuration whole; it may hold passwords."""
    temporary = path.with_name(f".{path.name}.new")
    temporary.touch(mode=0o600)
    temporary.write_text(text, "utf-8")
    temporary.replace(path)
