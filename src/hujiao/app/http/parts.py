"""What the API process is made of: settings, database, bus and the rest, made once and handed to the routes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from hujiao.app.http.work import Work
from hujiao.app.realtime.boards import Limits as BoardLimits
from hujiao.app.realtime.chat import Chats
from hujiao.app.realtime.hub import Hub
from hujiao.app.realtime.screens import Screens
from hujiao.data_sources.client import DataSources
from hujiao.identity.devices import Devices
from hujiao.identity.passwords import Passwords
from hujiao.identity.throttle import SignInThrottle
from hujiao.kit.apart import Apart
from hujiao.kit.bus import Bus
from hujiao.kit.db import Database
from hujiao.kit.settings import Settings
from hujiao.kit.slots import Slots

SIGN_INS_AT_ONCE = 8
TRIES_AT_ONCE = 8  # of data sources
UPLOADS_AT_ONCE, UPLOADS_OF_A_TENANT = 4, 2


@dataclass(slots=True)
class Parts:
    settings: Settings
    database: Database
    bus: Bus
    hub: Hub
    chats: Chats
    screens: Screens
    data_sources: DataSources
    throttle: SignInThrottle
    devices: Devices
    work: Work
    passwords: Passwords = field(default_factory=Passwords)
    trying: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(TRIES_AT_ONCE))
    # So many sign in at a time, the others in the order in which they came: who works already is not held up.
    signing_in: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(SIGN_INS_AT_ONCE))
    uploads: Slots = field(default_factory=lambda: Slots(UPLOADS_AT_ONCE, UPLOADS_OF_A_TENANT))
    boards: BoardLimits = field(default_factory=BoardLimits)
    apart: Apart = field(default_factory=Apart)
