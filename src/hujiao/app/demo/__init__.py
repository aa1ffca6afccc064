"""Demo data: two companies and the platform's own staff, made once, through the application's own role.

The sign-ins are written to `demo.json` before a tenant is committed, and read from there when the work goes on after a
stop, so that what the file says is always what the database has. A tenant that exists is left as its people made it.
"""

from __future__ import annotations

import asyncio

from hujiao.app.demo.seed import seed
from hujiao.kit.db import Database, make_engine
from hujiao.kit.settings import Settings


async def _main(settings: Settings) -> None:
    database = Database(make_engine(settings.database_url, pool_size=2))
    try:
        await seed(database, settings)
    finally:
        await database.close()


def main(settings: Settings) -> int:
    asyncio.run(_main(settings))
    return 0
