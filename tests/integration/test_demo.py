"""The demo is made once, whole, and its file says what the database has, also after a stop half-way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select, text

from hujiao.app.demo import accounts, content
from hujiao.app.demo.seed import _Tenant, seed
from hujiao.embedded import postgres
from hujiao.embedded.migrations import migrate
from hujiao.embedded.progress import step
from hujiao.flows.document import FlowDocument
from hujiao.flows.models import AccessNumber, Flow
from hujiao.identity.models import Account
from hujiao.kit.db import Database, make_engine
from hujiao.kit.settings import Settings
from hujiao.speech import builtin_texts
from hujiao.speech.models import Prompt
from hujiao.speech.service import PromptStore


@pytest.fixture(scope="module")
async def place(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Settings]:
    """A database of its own beside the session's: its tenants have the demo's names."""
    connection = await asyncpg.connect(postgres.superuser_url(settings))
    await connection.execute("CREATE DATABASE demo OWNER hujiao_owner")

    def there(url: str) -> str:
        return f"{url.rpartition('/')[0]}/demo"

    made = replace(
        settings,
        home=tmp_path_factory.mktemp("demo"),
        database_url=there(settings.database_url),
        database_owner_url=there(settings.database_owner_url),
    )
    with step("Tables") as progress:
        await asyncio.to_thread(migrate, made, progress, backup_wanted=False)
    yield made
    await connection.execute("DROP DATABASE demo WITH (FORCE)")
    await connection.close()


@pytest.fixture
async def database(place: Settings) -> AsyncIterator[Database]:
    opened = Database(make_engine(place.database_url, pool_size=2))
    yield opened
    await opened.close()


async def tenants(database: Database) -> dict[str, object]:
    async with database.lookup() as session:
        rows = await session.execute(text("SELECT slug, id FROM lookup_tenants()"))
        return {row.slug: row.id for row in rows}


async def test_made_once_also_after_a_stop_half_way(
    place: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stop(*_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(_Tenant, "_lists", stop)
        with pytest.raises(RuntimeError):
            await seed(database, place)
    assert set(await tenants(database)) == {"platform"}, "a tenant is there whole or not at all"
    written = {entry["login"]: entry["password"] for entry in accounts.read(place.home)["accounts"]}

    await seed(database, place)
    first = accounts.read(place.home)
    again = {entry["login"]: entry["password"] for entry in first["accounts"] if entry["tenant"] == "a"}
    assert again.items() <= written.items(), "passwords that somebody may have noted down still hold"
    made = await tenants(database)
    assert set(made) == {"platform", "a", "b"}

    await seed(database, place)
    assert accounts.read(place.home) == first
    assert await tenants(database) == made


async def test_every_password_of_the_file_signs_in(place: Settings, database: Database) -> None:
    made = await tenants(database)
    hasher = PasswordHasher()
    entries = accounts.read(place.home)["accounts"]
    assert len(entries) == 15
    for entry in entries:
        async with database.tenant(made[entry["tenant"]]) as session:  # type: ignore[arg-type]
            account = await session.scalar(select(Account).where(Account.login == entry["login"]))
        assert account is not None
        assert account.role == entry["role"]
        assert hasher.verify(account.password_hash, entry["password"])


@pytest.mark.parametrize("tenant", content.TENANTS, ids=lambda tenant: tenant.slug)
async def test_flow_and_prompts_are_there(place: Settings, database: Database, tenant: content.DemoTenant) -> None:
    made = await tenants(database)
    async with database.tenant(made[tenant.slug]) as session:  # type: ignore[arg-type]
        flow = await session.scalar(select(Flow))
        numbers = list(await session.scalars(select(AccessNumber.number)))
        prompts = list(await session.scalars(select(Prompt)))
        logins = await session.scalar(select(func.count()).select_from(Account))
    assert flow is not None
    FlowDocument.model_validate(flow.draft)
    assert sorted(numbers) == sorted(number.number for number in tenant.numbers)
    assert logins == 7
    store = PromptStore(place.prompts)
    names = {(prompt.name, prompt.language) for prompt in prompts}
    assert {(name, tenant.language) for name in builtin_texts.texts(tenant.language)} <= names
    assert all(store.path(prompt.sha256).exists() for prompt in prompts)


async def test_lost_audio_comes_back(place: Settings, database: Database) -> None:
    lost: list[Path] = list(place.prompts.glob("*.wav"))[:5]
    for file in lost:
        file.unlink()
    await seed(database, place)
    assert all(file.exists() for file in lost)
