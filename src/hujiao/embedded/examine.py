"""What may be wrong with a machine, or with an installation that does not run: each check says what it found."""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from hujiao.embedded import asterisk_prefix, ports, processes, speech_part, web_build
from hujiao.embedded.apt_sources import debian_sources
from hujiao.embedded.instance import LOOPBACK, MAX_HOME
from hujiao.kit.settings import Settings, parts_folder, settings_file

State = Literal["well", "warning", "broken"]
_OPTIONS = (
    "OPTIONS sip:{host}:{port} SIP/2.0\r\nVia: SIP/2.0/UDP {own};branch=z9hG4bK-doctor-{mark};rport\r\n"
    "Max-Forwards: 5\r\nFrom: <sip:doctor@{own}>;tag={mark}\r\nTo: <sip:{host}:{port}>\r\nCall-ID: {mark}@doctor\r\n"
    "CSeq: 1 OPTIONS\r\nContact: <sip:doctor@{own}>\r\nContent-Length: 0\r\n\r\n"
)


@dataclass(frozen=True, slots=True)
class Finding:
    check: str
    state: State
    says: str
    mend: str = ""


def well(check: str, says: str) -> Finding:
    return Finding(check, "well", says)


def machine(home: Path, environment: Mapping[str, str]) -> list[Finding]:
    """What can be said before anything is installed."""
    return [
        _system(),
        _disk(home),
        _memory(),
        _folder(home),
        _files(),
        _clock(home),
        _asterisk(parts_folder(home), environment),
        _node(parts_folder(home)),
        _database_account(home),
        _speech(parts_folder(home)),
    ]


def _system() -> Finding:
    here = f"{platform.system()} on {platform.machine()}, Python {platform.python_version()}"
    if sys.platform != "linux" or platform.machine() != "x86_64":
        return Finding("system", "broken", f"{here}: hujiao runs on Linux on x86-64 only", "use such a machine")
    return well("system", here)


def _disk(home: Path) -> Finding:
    place = next(folder for folder in (home, *home.parents) if folder.exists())
    free = shutil.disk_usage(place).free
    says = f"{free / 1e9:.1f} GB free in {place}"
    mend = "free some space, or set HUJIAO_HOME to a folder on a larger disk"
    if free < 300_000_000:
        return Finding("disk", "broken", says, mend)
    return Finding("disk", "warning", f"{says}, a few days of recordings", mend) if free < 2e9 else well("disk", says)


def _memory() -> Finding:
    values = dict(line.split(":") for line in Path("/proc/meminfo").read_text("utf-8").splitlines())
    available = int(values["MemAvailable"].split()[0]) * 1024
    says = f"{available / 1e9:.1f} GB available"
    if available < 700_000_000:
        return Finding("memory", "warning", says, "hujiao takes about 700 MB; end other programs or add memory")
    return well("memory", says)


def _folder(home: Path) -> Finding:
    place = next(folder for folder in (home, *home.parents) if folder.exists())
    if not os.access(place, os.W_OK):
        return Finding(
            "folder", "broken", f"{place} cannot be written by this user", "set HUJIAO_HOME to your own folder"
        )
    if len(str(home)) > MAX_HOME:
        return Finding(
            "folder",
            "broken",
            f"the path {home} is too long for sockets",
            f"HUJIAO_HOME: {MAX_HOME} characters at most",
        )
    if settings_file(home).exists() and settings_file(home).stat().st_uid != os.geteuid():
        return Finding(
            "folder", "broken", f"{home} belongs to another user", "run hujiao as that user, or set HUJIAO_HOME"
        )
    return well("folder", str(home))


def _files() -> Finding:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard != resource.RLIM_INFINITY and hard < 16384:
        return Finding(
            "open files",
            "warning",
            f"this user may open {hard} files, enough for about {hard // 12} calls",
            "raise 'nofile' in /etc/security/limits.conf, then sign in again",
        )
    return well("open files", "no limit" if hard == resource.RLIM_INFINITY else f"up to {hard}")


def _clock(home: Path) -> Finding:
    now = time.time()
    stamps = [file.stat().st_mtime for file in (settings_file(home), home / "demo.json") if file.exists()]
    if any(stamp > now + 60 for stamp in stamps):
        return Finding(
            "clock", "broken", "the clock was set back behind the installation's files", "set the right time"
        )
    if _unsynchronised():
        return Finding(
            "clock",
            "warning",
            f"it is {time.strftime('%Y-%m-%d %H:%M:%S', time.gmtime(now))} UTC here, and nothing keeps the clock right",
            "switch a time service on, for example: timedatectl set-ntp true",
        )
    return well("clock", "kept by a time service")


def _unsynchronised() -> bool:
    """The kernel knows whether a time service steers it; in a container it says what the host's kernel knows."""
    buffer = (ctypes.c_long * 64)()
    state: int = ctypes.CDLL(None).adjtimex(ctypes.byref(buffer))
    return state == 5  # TIME_ERROR


def _asterisk(parts: Path, environment: Mapping[str, str]) -> Finding:
    present = asterisk_prefix.installed(parts)
    named = environment.get("HUJIAO_ASTERISK")
    if named:
        return well("asterisk", f"{named}, as HUJIAO_ASTERISK says")
    if present:
        done = subprocess.run([*present.command, "-V"], capture_output=True, text=True, check=False, timeout=60)
        if done.returncode:
            return Finding(
                "asterisk",
                "broken",
                f"it does not start: {done.stderr.strip()[-200:]}",
                f"delete {parts}/asterisk, then ./hujiao up",
            )
        return well("asterisk", present.version)
    missing = [tool for tool in ("apt-get", "dpkg-deb") if not shutil.which(tool)]
    if missing:
        return Finding(
            "asterisk",
            "broken",
            f"not here, and this machine has no {' and no '.join(missing)} to fetch it",
            "use Debian or Ubuntu, or install Asterisk 22 and name it by HUJIAO_ASTERISK",
        )
    if not debian_sources(environment):
        return Finding(
            "asterisk",
            "broken",
            "not here, and this machine's apt sources name no Debian mirror",
            "give one: HUJIAO_DEBIAN_MIRROR=<address> ./hujiao up (on Ubuntu, install debian-archive-keyring first)",
        )
    return well("asterisk", "not here yet, up will fetch it from Debian's sid")


def _node(parts: Path) -> Finding:
    if web_build.is_current():
        return well("web", "built, and as its sources are")
    node = shutil.which("node")
    if node and shutil.which("npm") and web_build.version(node) >= web_build.NEEDED:
        return well("web", f"will be built with {node}")
    if (parts / "node" / ".installed-from").exists():
        return well("web", "will be built with the Node that hujiao brought")
    return well("web", "no Node of 20.19 or later here: up will bring one (60 MB)")


def _database_account(home: Path) -> Finding:
    if os.geteuid() != 0:
        return well("postgresql", "runs as this user")
    link = home / "postgres"
    place = link.readlink() if link.is_symlink() else link
    return well("postgresql", f"runs as nobody, since it refuses root; its data are in {place}")


def _speech(parts: Path) -> Finding:
    if speech_part.is_installed(parts):
        return well("speech", "the voices are here")
    return well(
        "speech", "the voices are not here yet: fetched when first needed (130 MB), or by ./hujiao speech install"
    )


def port_findings(settings: Settings, *, running: bool) -> list[Finding]:
    findings = []
    for name, port, flag in (
        ("web port", settings.web_port, "--web-port"),
        ("SIP port", settings.sip_port, "--sip-port"),
    ):
        holder = processes.listener(port)
        if running:
            findings.append(
                well(name, f"{port}, held by {holder}")
                if holder
                else Finding(name, "broken", f"nothing listens on {port}", "see ./hujiao status and ./hujiao logs")
            )
        elif ports.is_free(port):
            findings.append(well(name, f"{port} is free"))
        else:
            findings.append(
                Finding(name, "broken", f"{port} is taken by {holder}", f"end it, or ./hujiao up {flag} PORT")
            )
    if running:
        findings.append(_sip_answers(settings))
    findings.append(_rtp(settings))
    return findings


def _sip_answers(settings: Settings) -> Finding:
    """The same way as a phone's first packet: over UDP to the address that others use."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
        own.settimeout(2)
        try:
            own.connect((settings.address, settings.sip_port))
            host, port = own.getsockname()
            request = _OPTIONS.format(
                host=settings.address, port=settings.sip_port, own=f"{host}:{port}", mark=os.urandom(6).hex()
            )
            own.send(request.encode())
            answer = own.recv(4096).decode("utf-8", "replace").splitlines()[0]
        except OSError as error:
            return Finding(
                "SIP over UDP",
                "broken",
                f"{settings.address}:{settings.sip_port} does not answer ({error or 'no packet came back'})",
                f"let UDP port {settings.sip_port} through the firewall; see ./hujiao logs asterisk",
            )
    return well("SIP over UDP", f"{settings.address}:{settings.sip_port} answers: {answer}")


def _rtp(settings: Settings) -> Finding:
    start, end = settings.rtp_start, settings.rtp_end
    taken, silent = 0, 0
    sample = range(start, end + 1, max(1, (end - start) // 50))
    for port in sample:
        with (
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as there,
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as here,
        ):
            there.settimeout(1)
            try:
                there.bind(("0.0.0.0", port))
            except OSError:
                taken += 1
                continue
            try:
                here.sendto(b"hujiao", (settings.address, port))
                there.recv(16)
            except OSError:
                silent += 1
    if taken > len(sample) // 2:
        return Finding(
            "RTP ports",
            "broken",
            f"most of UDP {start}-{end} is taken by other programs",
            "./hujiao up --rtp START-END",
        )
    if silent:
        return Finding(
            "RTP ports",
            "broken",
            f"packets to {settings.address} do not arrive on UDP {start}-{end}",
            f"let UDP {start}-{end} through the firewall: without it calls have no voice",
        )
    note = "" if settings.address in {LOOPBACK, "localhost"} else "; a firewall outside must let them in, too"
    return well("RTP ports", f"UDP {start}-{end}{note}")


def browser_audio(settings: Settings) -> Finding:
    if settings.tls_cert:
        if not settings.tls_cert.exists():
            return Finding(
                "browser audio", "broken", f"the certificate {settings.tls_cert} is gone", "give --cert and --key"
            )
        own = settings.tls_cert.parent == settings.home / "tls"
        trust = f"; each browser has to trust its authority once: {settings.web_url}/trust" if own else ""
        return well("browser audio", f"{settings.web_url} is encrypted, browsers give the microphone there{trust}")
    if settings.address in {LOOPBACK, "localhost"}:
        return well("browser audio", "on this machine only; for others: ./hujiao up --address IP, browsers want HTTPS")
    return Finding(
        "browser audio",
        "broken",
        f"browsers refuse the microphone on {settings.web_url}",
        f"./hujiao up --address {settings.address}",
    )


def each(checks: list[Callable[[], list[Finding]]]) -> list[Finding]:
    """A check that itself fails is a finding, not the end."""
    found: list[Finding] = []
    for check in checks:
        try:
            found.extend(check())
        except (OSError, subprocess.SubprocessError) as error:
            found.append(Finding(check.__name__, "warning", f"could not be checked: {error}"))
    return found
