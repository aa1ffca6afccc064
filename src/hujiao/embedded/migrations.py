"""Bring the database to this version's tables, with a backup first."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import unquote, urlsplit

import asyncpg
from alembic.config import Config
from alembic.script import ScriptDirectory

from hujiao.embedded import postgres
from hujiao.embedded.last_words import of_text
from hujiao.embedded.problem import Problem
from hujiao.embedded.progress import Step, megabytes
from hujiao.kit.settings import CHECKOUT, Settings

_KEEP = 5


def migrate(settings: Settings, step: Step, *, backup_wanted: bool = True) -> None:
    script = ScriptDirectory.from_config(_configuration())
    head = script.get_current_head()
    current = asyncio.run(_revision(settings))
    if current == head:
        step.done(f"at {current}")
        return
    known = {revision.revision for revision in script.walk_revisions()}
    if current is not None and current not in known:
        raise Problem(
            f"The database was made by another version of hujiao ({current}), which this checkout does not know. "
            "Check out that version, or restore a backup from " + str(settings.backups)
        )
    saved = ""
    if current is not None and backup_wanted:
        step.update("backing up")
        path = backup(settings, current)
        saved = f", backup {path.name} ({megabytes(path.stat().st_size)})"
    step.update(f"to {head}")
    done = subprocess.run(
        [sys.executable, "-m", "alembic", "-c", str(CHECKOUT / "alembic.ini"), "upgrade", "head"],
        cwd=CHECKOUT,
        env={**os.environ, "HUJIAO_MIGRATE_URL": settings.database_owner_url, "PYTHONPATH": str(CHECKOUT / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        settings.logs.mkdir(parents=True, exist_ok=True)
        log = settings.logs / "migrate.log"
        log.write_text(done.stdout + done.stderr, "utf-8")
        kept = f" The data of before is in {settings.backups}." if saved else ""
        raise Problem(f"The database could not be migrated: {of_text(done.stderr)}. See {log}.{kept}")
    step.done(f"from {current or 'empty'} to {head}{saved}")


def _configuration() -> Config:
    configuration = Config(str(CHECKOUT / "alembic.ini"))
    configuration.set_main_option("script_location", str(CHECKOUT / "migrations"))
    return configuration


async def _revision(settings: Settings) -> str | None:
    connection = await asyncpg.connect(settings.database_owner_url, timeout=20)
    try:
        if not await connection.fetchval("SELECT to_regclass('public.alembic_version')"):
            return None
        revision: str | None = await connection.fetchval("SELECT version_num FROM alembic_version")
        return revision
    finally:
        await connection.close()


def backup(settings: Settings, revision: str) -> Path:
    """A dump that pg_restore reads, written by the wheel's own tools; the newest few are kept."""
    settings.backups.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = settings.backups / f"{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}-{revision}.dump"
    partial = path.with_suffix(".partial")
    # Row-level security is forced on the owner, too: only the superuser sees every row.
    own = postgres.password_file(settings).exists() and urlsplit(settings.database_owner_url).username == "hujiao_owner"
    url = postgres.superuser_url(settings, "hujiao") if own else settings.database_owner_url
    with partial.open("wb") as file:
        done = subprocess.run(
            [
                str(postgres.wheel() / "bin" / "pg_dump"),
                "--format=custom",
                "--compress=gzip",
                f"--dbname={_without_password(url)}",
            ],
            stdout=file,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env={**os.environ, "PGPASSWORD": unquote(urlsplit(url).password or "")},
        )
    if done.returncode:
        partial.unlink()
        raise Problem(
            f"The database could not be backed up before its migration: {of_text(done.stderr)}. Back "
            "it up yourself, then "
            "run ./hujiao up --without-backup"
        )
    partial.rename(path)
    for old in sorted(settings.backups.glob("*.dump"))[:-_KEEP]:
        old.unlink()
    return path


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{parts.username}@{place}").geturl()
