"""The test phone's configuration: one line to the product, and a registration for each robot agent."""

from __future__ import annotations

import random
import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from hujiao.asterisk import config
from hujiao.kit.settings import Settings

LOOPBACK = "127.0.0.1"
# Besides the modules of a node; the product itself does without them.
MODULES = ("app_dial", "app_mixmonitor", "app_senddtmf")

_PJSIP = """[global]
type = global
user_agent = hujiao test phone
endpoint_identifier_order = ip,username,anonymous

[system]
type = system
threadpool_max_size = 20

[transport-udp]
type = transport
protocol = udp
bind = @address@:@sip_port@

[product]
type = endpoint
context = incoming
aors = product
outbound_auth = product
disallow = all
allow = @codecs@
direct_media = no
rtp_symmetric = yes
dtmf_mode = rfc4733
trust_id_inbound = yes
timers = no

[product]
type = aor
contact = sip:127.0.0.1:@product_port@

[product]
type = auth
auth_type = userpass
username = @test_phone@
password = @test_phone_password@

[product-address]
type = identify
endpoint = product
match = 127.0.0.1
"""
_ROBOT = """
[auth-@user@]
type = auth
auth_type = userpass
username = @user@
password = @password@

[robot-@user@]
type = registration
outbound_auth = auth-@user@
server_uri = sip:127.0.0.1:@product_port@
client_uri = sip:@user@@127.0.0.1:@product_port@
contact_user = @user@
expiration = 120
max_random_initial_delay = @spread@
retry_interval = 2
max_retries = 100
auth_rejection_permanent = no
"""


# Programs that measure and test call from here, as from a carrier that is known by its address.
CALLERS_ADDRESS = "127.0.0.9"
CALLERS = f"""[callers]
type = endpoint
context = from-trunk
identify_by = ip
disallow = all
allow = alaw,ulaw,g722,opus
direct_media = no
rtp_symmetric = yes
force_rport = yes
rewrite_contact = yes
dtmf_mode = rfc4733
trust_id_inbound = yes

[callers-address]
type = identify
endpoint = callers
match = {CALLERS_ADDRESS}
"""
SHOWN = "SHOWN_"  # and the robot's user: a variable that has whom its phone showed last


@dataclass(frozen=True, slots=True)
class Robot:
    """An agent's phone that needs no hands. `voice` is a sound file without its ending, spoken again and again.

    With `keeps` there is a file of what it heard last.
    """

    user: str
    password: str
    voice: str
    answers: Literal["yes", "no", "busy"] = "yes"
    after_seconds: float = 1.0
    talk_seconds: int = 0  # 0: until the other side hangs up
    keeps: bool = False


def settings_of(product: Settings, folder: Path, robots: int) -> Settings:
    """Where this phone lives: its own folder and free ports on the loopback."""
    width = max(200, 8 * robots)
    start = _rtp_start(product, width)
    return replace(
        product,
        home=folder,
        asterisk_http_port=free_port(),
        sip_port=free_port(socket.SOCK_DGRAM),
        rtp_start=start,
        rtp_end=start + width,
        node="test-phone",
    )


def write(
    phone: Settings,
    product: Settings,
    robots: Sequence[Robot],
    modules: Path,
    data: Path,
    codecs: str,
    address: str = LOOPBACK,
) -> None:
    config.write(phone, modules, data, MODULES)
    etc = phone.asterisk_etc
    config.replace(etc / "sorcery.conf", "; everything is in files\n")
    config.replace(etc / "extconfig.conf", "; everything is in files\n")
    config.replace(etc / "pjsip.conf", pjsip(phone, product, robots, codecs, address))
    config.replace(etc / "extensions.conf", dialplan(robots, phone.spool))


def heard(folder: Path, user: str) -> Path:
    """Returns where the file of what this robot heard is, in the phone's spool folder."""
    return folder / f"{user}-heard.wav"


def pjsip(phone: Settings, product: Settings, robots: Sequence[Robot], codecs: str, address: str = LOOPBACK) -> str:
    spread = len(robots) // 200  # seconds: no burst of registrations
    values = {
        "address": address,
        "sip_port": phone.sip_port,
        "product_port": product.sip_port,
        "codecs": codecs,
        "spread": spread,
        "test_phone": config.TEST_PHONE,
        "test_phone_password": config.test_phone_password(product),
    }
    blocks = [config.fill(_PJSIP, values)]
    for robot in robots:
        secret = robot.password.replace(";", r"\;")
        blocks.append(config.fill(_ROBOT, {**values, "user": robot.user, "password": secret}))
    return "".join(blocks)


def dialplan(robots: Iterable[Robot], folder: Path) -> str:
    lines = ["[incoming]"]
    for robot in robots:
        lines += [
            f"exten => {robot.user},1,Set(GLOBAL({SHOWN}{robot.user})=${{CALLERID(all)}})",
            " same => n,Ringing()",
        ]
        if robot.answers == "busy":
            lines.append(" same => n,Hangup(17)")
            continue
        if robot.answers == "no":
            lines.append(" same => n,Wait(600)")
            continue
        lines += [f" same => n,Wait({robot.after_seconds})", " same => n,Answer()"]
        if robot.keeps:
            lines.append(f" same => n,MixMonitor({folder / robot.user}.wav,r({heard(folder, robot.user)}))")
        if robot.talk_seconds:
            lines.append(f" same => n,Set(TIMEOUT(absolute)={robot.talk_seconds})")
        lines += [f" same => n(speak),Playback({robot.voice})", " same => n,Wait(0.5)", " same => n,Goto(speak)"]
    lines += ["exten => T,1,Hangup(16)", ""]
    return "\n".join(lines)


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _rtp_start(product: Settings, width: int) -> int:
    """Away from the product's own ports; a taken one is passed over by Asterisk."""
    while True:
        start = random.randrange(20000, 64000 - width, 2)
        if start > product.rtp_end or start + width < product.rtp_start:
            return start
