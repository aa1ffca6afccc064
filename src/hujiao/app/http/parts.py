"""What the API process is made of: settings, database, bus and the rest, made once and handed to the routes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from hujiao.app.http.work import Work
from hujiao.app.realtime.hub import Hub
from hujiao.data_sources.client import DataSources
from hujiao.identity.passwords import Passwords
from hujiao.identity.throttle import SignInThrottle
from hujiao.kit.bus import Bus
from hujiao.kit.db import Database
from hujiao.kit.settings import Settings

SIGN_INS_AT_ONCE = 8
TRIES_AT_ONCE = 8  # of data sources


@dataclass(slots=True)
class Parts:
    settings: Settings
    database: Database
    bus: Bus
    hub: Hub
    data_sources: DataSources
    work: Work
    passwords: Passwords = field(default_factory=Passwords)
    throttle: SignInThrottle = field(default_factory=SignInThrottle)
    trying: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(TRIES_AT_ONCE))
    # So many sign in at a time, the others in the order in which they came: who works already is not held up.
    signing_in: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(SIGN_INS_AT_ONCE))
