"""`psql`: PostgreSQL's own console on this installation's database."""

from __future__ import annotations

import argparse
import os
from urllib.parse import unquote, urlsplit

from hujiao.embedded import instance, postgres
from hujiao.kit.settings import load


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--role", choices=("superuser", "owner", "app", "ledger"), help="default: superuser of the embedded server"
    )
    parser.add_argument("rest", nargs="*", metavar="-- ARGUMENT", help="for psql, for example -- -c 'select 1'")


def run(options: argparse.Namespace) -> int:
    settings = load()
    role = options.role or ("superuser" if instance.embedded_database(settings) else "owner")
    url = {
        "superuser": lambda: postgres.superuser_url(settings, "hujiao"),
        "owner": lambda: settings.database_owner_url,
        "app": lambda: settings.database_url,
        "ledger": lambda: settings.database_ledger_url,
    }[role]()
    parts = urlsplit(url)
    program = str(postgres.wheel() / "bin" / "psql")
    place = parts._replace(netloc=f"{parts.username}@{parts.netloc.rpartition('@')[2]}").geturl()
    environment = {
        **os.environ,
        "PGPASSWORD": unquote(parts.password or ""),
        "PSQL_HISTORY": str(settings.run / "psql_history"),
    }
    os.execve(program, [program, f"--dbname={place}", *options.rest], environment)
