"""Identifiers: UUIDv7, so that keys grow with time and indexes stay compact."""

from __future__ import annotations

import uuid

import uuid_utils


def new_id() -> uuid.UUID:
    return uuid.UUID(int=uuid_utils.uuid7().int)
