"""`up`: bring everything, start everything, say where it is."""

from __future__ import annotations

import argparse
import datetime
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from hujiao.app.cli import accounts, output, smoke, sounds
from hujiao.app.cli.down import stop
from hujiao.app.cli.parts import STORES, all_parts, find_asterisk, stamp
from hujiao.app.cli.status import facts
from hujiao.asterisk import config
from hujiao.embedded import (
    asterisk_prefix,
    certificates,
    control,
    instance,
    music,
    nats,
    ports,
    postgres,
    processes,
    web_build,
)
from hujiao.embedded.instance import Wishes
from hujiao.embedded.last_words import last_words
from hujiao.embedded.locks import only_one
from hujiao.embedded.migrations import migrate
from hujiao.embedded.problem import Problem
from hujiao.embedded.progress import step
from hujiao.kit.settings import CHECKOUT, Settings, default_home

_NEEDED_BYTES = 1_500_000_000
_START_SECONDS = 240.0


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--address", metavar="IP|NAME", help="the address that others reach this machine by: serves HTTPS"
    )
    parser.add_argument("--cert", type=Path, help="your certificate for that address (PEM, with its chain)")
    parser.add_argument("--key", type=Path, help="the certificate's private key (PEM)")
    parser.add_argument("--web-port", type=_port, help="port of the web application")
    parser.add_argument("--sip-port", type=_port, help="port of SIP, UDP and TCP")
    parser.add_argument("--rtp", metavar="START-END", help="UDP ports of voice, for example 20000-21999")
    parser.add_argument(
        "--runtimes", type=int, metavar="N", help="processes that share the calls; one goes on when another dies (2)"
    )
    parser.add_argument(
        "--source-network",
        action="append",
        metavar="NETWORK",
        help="a private network that tenants' data sources may reach, such as 10.1.0.0/16; may be given again",
    )
    parser.add_argument("--without-backup", action="store_true", help="migrate without a backup before")
    parser.add_argument(
        "--no-web", action="store_true", help="build no web application (the API is there all the same)"
    )
    parser.add_argument("--no-demo", action="store_true", help="make no demonstration tenants")


def _port(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: a number from 1 to 65535")
    return int(text)


def _networks(given: list[str] | None) -> tuple[str, ...] | None:
    return None if given is None else tuple(network for network in given if network != "none")


def run(options: argparse.Namespace) -> int:
    began = time.monotonic()
    check_machine()
    wishes = Wishes.of_environment(
        address=options.address,
        cert=options.cert,
        key=options.key,
        web_port=options.web_port,
        sip_port=options.sip_port,
        rtp=ports.parse_range(options.rtp) if options.rtp else None,
        runtimes=options.runtimes,
        source_networks=_networks(options.source_network),
    )
    home = default_home()
    output.say(f"hujiao in {home}")
    settings = instance.prepare(home, wishes)
    with only_one(settings.run / "up.lock", lambda: output.say("  … another up is at work, waiting for it")):
        bring(settings, web=not options.no_web)
        own_certificate(settings)
        running = control.ask(settings.run, {"op": "state"})
        if running and running["stamp"] != stamp(settings):
            output.say("  … the code or the settings changed: starting anew")
            stop(settings, drain=20)
            running = None
        if running is None:
            settings = start(settings, wishes, options)
        else:
            control.ask(settings.run, {"op": "start"})
            with step("Start") as progress:
                wait_until_running(settings, [part["name"] for part in running["parts"]])
                progress.done("was running")
    finish(settings, time.monotonic() - began, as_json=options.json)
    return 0


def check_machine() -> None:
    if sys.platform != "linux" or platform.machine() != "x86_64":
        raise Problem(f"hujiao runs on Linux on x86-64; this is {platform.system()} on {platform.machine()}.")
    home = default_home()
    existing = next(folder for folder in (home, *home.parents) if folder.exists())
    free = shutil.disk_usage(existing).free
    if free < _NEEDED_BYTES and not (home / "postgres").exists():
        raise Problem(
            f"Only {free / 1e9:.1f} GB are free in {existing}; hujiao needs 1.5 GB. Free some, or set "
            "HUJIAO_HOME to a larger disk."
        )


def bring(settings: Settings, *, web: bool) -> None:
    """What has to be on this machine; done once, kept, and gone on with where it was interrupted."""
    settings.logs.mkdir(parents=True, exist_ok=True)
    with (
        only_one(settings.parts / ".lock", lambda: output.say("  … another up fetches the same parts, waiting for it")),
        step("Asterisk") as progress,
    ):
        if os.environ.get("HUJIAO_ASTERISK"):
            progress.done(find_asterisk(settings).version)
        else:
            asterisk_prefix.install(settings.parts, progress)
    if web:
        lock = web_build.WEB / ".build.lock"
        with (
            only_one(lock, lambda: output.say("  … another up builds it, waiting")),
            step("Web application") as progress,
        ):
            web_build.build(settings.parts, progress)


def own_certificate(settings: Settings) -> None:
    """Make or renew the certificate of the own authority; what runs takes a renewed one by itself."""
    own = settings.home / "tls"
    if settings.tls_cert and settings.tls_cert.parent == own:
        certificates.ensure(own, settings.address, datetime.datetime.now(datetime.UTC))


def configure(settings: Settings) -> None:
    """Write what the parts read at their start."""
    asterisk = find_asterisk(settings)
    if lacking := config.missing(asterisk.modules):
        raise Problem(
            f"Asterisk {asterisk.version} lacks the modules {', '.join(lacking)} in {asterisk.modules}. Install them, "
            "or unset HUJIAO_ASTERISK to let hujiao bring its own."
        )
    config.write(settings, asterisk.modules, asterisk.data)
    music.make(settings.home / "asterisk" / "music" / "hujiao.wav")
    sounds.make_fallback(settings.home / "asterisk" / "sounds" / "fallback.wav")
    sounds.make_tone(settings.home / "asterisk" / "data" / "sounds" / "beep.wav")
    if instance.embedded_nats(settings):
        nats.configure(settings)
    for folder in (settings.recordings, settings.prompts, settings.backups):
        folder.mkdir(parents=True, exist_ok=True)


def start(settings: Settings, wishes: Wishes, options: argparse.Namespace) -> Settings:
    left = processes.sweep(settings.home)
    if left:
        output.warn(f"{left} processes of a supervisor that was killed were ended")
    started = settings.home / "started"
    if not started.exists():
        settings = instance.with_free_public_ports(settings, wishes)
    check_ports(settings)
    settings = instance.with_free_internal_ports(settings)
    if instance.embedded_database(settings):
        with step("PostgreSQL") as progress:
            server = postgres.locate(settings, output.warn)
            made = postgres.initialise(settings, server)
            progress.done(f"new, in {server.cluster}" if made else f"in {server.cluster}")
    configure(settings)
    launch_supervisor(settings)
    try:
        names = [part.name for part in all_parts(settings)]
        control.ask(settings.run, {"op": "start", "names": [name for name in names if name in STORES]})
        with step("Database and messages"):
            wait_until_running(settings, [name for name in names if name in STORES])
            if instance.embedded_database(settings):
                postgres.prepare_database(settings)
            else:
                postgres.prepare_given_database(settings)
        with step("Tables") as progress:
            migrate(settings, progress, backup_wanted=not options.without_backup)
        if not options.no_demo and importlib.util.find_spec("hujiao.app.demo"):
            make_demo(settings)
        control.ask(settings.run, {"op": "start"})
        with step("Start") as progress:
            wait_until_running(settings, names)
            progress.done(", ".join(names))
        started.touch()
        if not os.environ.get("HUJIAO_ASTERISK"):
            smoke.when_untried(settings)
    except BaseException:
        stop(settings, drain=0)
        raise
    return settings


def check_ports(settings: Settings) -> None:
    for port, flag in ((settings.web_port, "--web-port"), (settings.sip_port, "--sip-port")):
        if not ports.is_free(port):
            holder = processes.listener(port) or "another program"
            raise Problem(
                f"Port {port} is taken by {holder}. End that program, or choose another port: ./hujiao up {flag} PORT"
            )


def launch_supervisor(settings: Settings) -> None:
    log = settings.logs / "supervisor.log"
    with log.open("ab") as file:
        began = file.tell()
        process = subprocess.Popen(
            [sys.executable, "-m", "hujiao", "supervise"],
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            cwd="/",
            start_new_session=True,
            env={
                **os.environ,
                "HUJIAO_HOME": str(settings.home),
                "HUJIAO_PARTS": str(settings.parts),
                "PYTHONPATH": str(CHECKOUT / "src"),
            },
        )
    until = time.monotonic() + 30
    while control.ask(settings.run, {"op": "state"}) is None:
        if process.poll() is not None or time.monotonic() > until:
            raise Problem(f"The supervisor does not start: {last_words(log, began) or 'no message'}. See {log}.")
        time.sleep(0.1)


def wait_until_running(settings: Settings, names: list[str]) -> None:
    until = time.monotonic() + _START_SECONDS
    while True:
        state = control.ask(settings.run, {"op": "state"})
        if state is None:
            raise Problem(f"The supervisor ended. See {settings.logs / 'supervisor.log'}.")
        waiting = [part for part in state["parts"] if part["name"] in names and not _is_up(part)]
        if not waiting:
            return
        hopeless = next((part for part in waiting if part["restarts"] >= 3), None)
        if hopeless or time.monotonic() > until:
            part = hopeless or waiting[0]
            why = part["reason"] or "it did not become ready in time"
            raise Problem(
                f"{part['name']} does not start: {why}. See ./hujiao logs {part['name']}, or run ./hujiao doctor."
            )
        time.sleep(0.15)


def _is_up(part: dict[str, Any]) -> bool:
    """Of hujiao's own processes also one that says what it lacks: that is no reason not to go on."""
    return bool(part["state"] == "running" or (part["state"] == "impaired" and part["name"] != "asterisk"))


def make_demo(settings: Settings) -> None:
    with step("Demonstration") as progress:
        log = settings.logs / "demo.log"
        with log.open("ab") as file:
            began = file.tell()
            done = subprocess.run(
                [sys.executable, "-m", "hujiao", "demo"],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                check=False,
                env={**os.environ, "HUJIAO_HOME": str(settings.home), "PYTHONPATH": str(CHECKOUT / "src")},
            )
        if done.returncode:
            raise Problem(
                f"The demonstration could not be made: {last_words(log, began)}. See {log}, or go on "
                "without: ./hujiao up --no-demo"
            )
        progress.done("two tenants")


def finish(settings: Settings, seconds: float, *, as_json: bool) -> None:
    demo = accounts.read(settings.home)
    output.say(f"\nhujiao is ready after {seconds:.0f} s: {settings.web_url}")
    if settings.tls_cert and settings.tls_cert.parent == settings.home / "tls":
        output.say(f"  Browsers do not know its certificate yet: {settings.web_url}/trust shows how to trust it.")
    if demo:
        output.say(accounts.lines(demo))
    output.say(
        "\nTry:\n"
        "  ./hujiao agents --count 2      two robot agents sign in and take calls\n"
        "  ./hujiao call --press 1        a real call, followed to its end\n"
        "  ./hujiao status                what runs, and how\n"
        "  ./hujiao down                  stop everything"
    )
    output.result({"ok": True, "seconds": round(seconds, 1), **facts(settings)}, as_json=as_json)
