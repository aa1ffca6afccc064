"""A hujiao of its own for a measurement: new database, new switch, own ports; gone afterwards."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from hujiao.app.cli import output, up
from hujiao.app.cli.down import stop
from hujiao.app.cli.parts import STORES, all_parts
from hujiao.asterisk import config
from hujiao.asterisk.testphone.config import CALLERS
from hujiao.embedded import control, instance, postgres
from hujiao.embedded.instance import Wishes
from hujiao.embedded.migrations import migrate
from hujiao.embedded.problem import Problem
from hujiao.embedded.progress import step
from hujiao.kit.settings import Settings, default_home, parts_folder, save


@contextmanager
def fresh(*, source_bounded: bool = False, web: bool = False) -> Iterator[Settings]:
    """Database and messages run and the tables are there; `start` starts the rest. Nothing of it is left in the end.

    All calls of a measurement come from one address, and so the bound for one is off unless it is `source_bounded`.
    With `web` the screens are there.
    """
    outer = default_home()
    parts = parts_folder(outer)
    home = Path(tempfile.mkdtemp(prefix="hujiao-bench-"))
    home.chmod(0o755)  # as root PostgreSQL runs under another account, which must get in
    before = {name: os.environ.get(name) for name in ("HUJIAO_HOME", "HUJIAO_PARTS")}
    os.environ |= {"HUJIAO_HOME": str(home), "HUJIAO_PARTS": str(parts)}
    interrupt = signal.signal(signal.SIGTERM, signal.default_int_handler)
    # What is measured is one tenant's.
    settings = replace(instance.prepare(home, Wishes()), tenant_calls_per_second=100_000)
    if not source_bounded:
        settings = replace(settings, source_calls_per_second=0)
    save(settings)
    try:
        settings = _stores(settings, web=web)
        yield settings
    except Exception:
        kept = outer / "logs" / "bench"
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(settings.logs, kept)
        output.say(f"  The logs are in {kept}")
        raise
    finally:
        stop(settings, drain=0)
        if settings.postgres.is_symlink():
            shutil.rmtree(settings.postgres.readlink().parent, ignore_errors=True)
        shutil.rmtree(home, ignore_errors=True)
        signal.signal(signal.SIGTERM, interrupt)
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _stores(settings: Settings, *, web: bool) -> Settings:
    up.bring(settings, web=web)
    up.check_ports(settings)
    settings = instance.with_free_internal_ports(settings)
    with step("PostgreSQL"):
        postgres.initialise(settings, postgres.locate(settings))
    up.configure(settings)
    config.replace(settings.asterisk_etc / "pjsip_custom.conf", CALLERS)
    up.launch_supervisor(settings)
    control.ask(settings.run, {"op": "start", "names": list(STORES)})
    with step("Database and messages"):
        up.wait_until_running(settings, list(STORES))
        postgres.prepare_database(settings)
    with step("Tables") as progress:
        migrate(settings, progress, backup_wanted=False)
    return settings


def start(settings: Settings, *, without: Sequence[str] = ()) -> None:
    """Start what is not running yet and wait until it is well."""
    names = [part.name for part in all_parts(settings) if part.name not in without]
    control.ask(settings.run, {"op": "start", "names": names})
    with step("Start") as progress:
        up.wait_until_running(settings, names)
        progress.done(", ".join(names))


def restart(settings: Settings, name: str) -> None:
    control.ask(settings.run, {"op": "restart", "name": name}, seconds=60)
    up.wait_until_running(settings, [name])


def pids(settings: Settings) -> dict[str, int]:
    """The first process of each running part."""
    state = control.ask(settings.run, {"op": "state"})
    if state is None:
        raise Problem(f"The supervisor of {settings.home} has ended in the middle of the measurement.")
    return {part["name"]: part["pid"] for part in state["parts"] if part["pid"]}
