"""The capability of docs/developers/adding.md, added to a copy of the source: its table, its walls, its routes."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from hujiao.embedded import postgres
from hujiao.kit.settings import CHECKOUT, Settings

PAGE = (
    (CHECKOUT / "docs/developers/adding.md")
    .read_text("utf-8")
    .partition("## A capability")[2]
    .partition("## A medium")[0]
)
SNIPPETS = dict(re.findall(r'^``` \{\.\w+ title="([^"]+)"\}\n(.*?)^```$', PAGE, re.S | re.M))
DATABASE = "adding"

# In the copy: two tenants keep their lists, the models are those of the migration, and the routes are served.
TRIAL = """
import asyncio, json, sys
from uuid import uuid4

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import create_async_engine

from hujiao.app.http.routes import ROUTERS
from hujiao.app.schema import metadata
from hujiao.branches.service import Branches
from hujiao.branches.views import BranchIn
from hujiao.kit.db import Database, make_engine, sqlalchemy_url
from hujiao.kit.errors import HujiaoError
from hujiao.kit.paging import ListQuery
from hujiao.tenancy.models import Tenant

async def main(owner, application):
    engine = create_async_engine(sqlalchemy_url(owner))
    async with engine.connect() as connection:
        differences = await connection.run_sync(
            lambda plain: compare_metadata(MigrationContext.configure(plain), metadata)
        )
    await engine.dispose()
    database, seen, refused = Database(make_engine(application, pool_size=2)), {}, ""
    tenants = {name: uuid4() for name in ("a", "b")}
    for name, tenant in tenants.items():
        async with database.tenant(tenant) as session:
            row = {"id": tenant, "slug": name, "name": name, "language": "en", "shard": 0}
            await session.execute(insert(Tenant).values(**row))
            await Branches(session, tenant).create(BranchIn(name=f"Main office of {name}", address="1 High Street"))
    for name, tenant in tenants.items():
        async with database.tenant(tenant) as session:
            page = await Branches(session, tenant).page(ListQuery(page=1, page_size=10, sort=None, q="office"))
            seen[name] = [one.name for one in page.items]
    try:
        async with database.tenant(tenants["a"]) as session:
            await Branches(session, tenants["a"]).create(BranchIn(name="Main office of a"))
    except HujiaoError as error:
        refused = error.field
    await database.close()
    routes = sorted(
        f"{method} {route.path}" for router in ROUTERS for route in router.routes
        for method in route.methods if "/branches" in route.path
    )
    print(json.dumps({"differences": list(map(str, differences)), "seen": seen, "refused": refused, "routes": routes}))

asyncio.run(main(*sys.argv[1:]))
"""


def changed(before: str, difference: str) -> str:
    """The text after a difference of several places, each with what stands around it."""
    for place in difference.split("@@\n"):
        lines = place.splitlines(keepends=True)
        old = "".join(line[1:] for line in lines if line[0] in " -")
        assert before.count(old) == 1, f"{old!r} stands there {before.count(old)} times"
        before = before.replace(old, "".join(line[1:] for line in lines if line[0] in " +"))
    return before


def head() -> str:
    configuration = Config()
    configuration.set_main_option("script_location", str(CHECKOUT / "migrations"))
    found = ScriptDirectory.from_config(configuration).get_current_head()
    assert found
    return found


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The source with the capability in it."""
    for name in ("src", "migrations"):
        shutil.copytree(CHECKOUT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "tests"))
    shutil.copy(CHECKOUT / "alembic.ini", tmp_path)
    rows = re.findall(r"^\| (\w+) \| `([^`]+)` \|", PAGE, re.M)
    made, touched = [path for kind, path in rows if kind == "made"], [path for kind, path in rows if kind != "made"]
    assert {*made, *touched} == {*SNIPPETS, "src/hujiao/branches/__init__.py"} and len(touched) <= 3
    assert not any((CHECKOUT / path).exists() for path in made)
    for path in made:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(SNIPPETS.get(path, "").replace('"HEAD"', f'"{head()}"'), "utf-8")
    for path in touched:
        (tmp_path / path).write_text(changed((CHECKOUT / path).read_text("utf-8"), SNIPPETS[path]), "utf-8")
    return tmp_path


def ran(copy: Path, *command: str, **environment: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(copy / "src"), **environment}
    done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


async def test_the_capability_works_as_it_is_written_down(settings: Settings, copy: Path) -> None:
    connection = await asyncpg.connect(postgres.superuser_url(settings))
    await connection.execute(f"CREATE DATABASE {DATABASE} OWNER hujiao_owner")
    owner, application = (
        f"{url.rpartition('/')[0]}/{DATABASE}" for url in (settings.database_owner_url, settings.database_url)
    )
    try:
        migrated = (sys.executable, "-m", "alembic", "upgrade", "head")
        await asyncio.to_thread(ran, copy, *migrated, HUJIAO_MIGRATE_URL=owner)
        found = json.loads(await asyncio.to_thread(ran, copy, sys.executable, "-c", TRIAL, owner, application))
    finally:
        await connection.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")
        await connection.close()
    assert found["differences"] == []
    assert found["seen"] == {"a": ["Main office of a"], "b": ["Main office of b"]}
    assert found["refused"] == "name"
    assert found["routes"] == [
        "DELETE /branches/{row_id}",
        "GET /branches",
        "GET /branches/{row_id}",
        "POST /branches",
        "PUT /branches/{row_id}",
    ]
