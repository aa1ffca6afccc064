"""The other processes' side of the bus, for tests of the API alone: what a runtime, a node and jobs would answer."""

from __future__ import annotations

import hashlib
import math
import struct
import wave
from collections import defaultdict
from io import BytesIO
from typing import Any
from uuid import UUID

from hujiao.kit.bus import Bus
from hujiao.kit.settings import Settings


class CallControl:
    """Each tenant's live records by number, and every command that came."""

    def __init__(self, bus: Bus, settings: Settings) -> None:
        self.bus = bus
        self.settings = settings
        self.commands: list[dict[str, Any]] = []
        self.endpoints: list[dict[str, Any]] = []
        self.refuse: dict[str, Any] | None = None
        self.trunk_states: list[dict[str, Any]] = []
        self.waiting: dict[tuple[str, str], str] = {}  # (tenant, interaction) → queue
        self.helpers: dict[str, dict[str, Any]] = {}  # queue → who could help it, and what that would do
        self.asked: list[dict[str, Any]] = []  # of helpers
        self.views: dict[str, dict[str, Any]] = defaultdict(
            lambda: {
                "seq": 0,
                "agents": [],
                "queues": [],
                "interactions": [],
                "blends": [],
                "use": {"calls": 0, "waiting": 0, "waiting_web": 0, "chats": 0},
            }
        )

    async def serve(self) -> None:
        subjects = self.bus.subjects
        for shard in range(self.settings.shards):
            await self.bus.serve(subjects.command(shard), self._command)
            await self.bus.serve(subjects.snapshot(shard), self._snapshot)
            await self.bus.serve(subjects.explain(shard), self._explain)
            await self.bus.serve(subjects.helpers(shard), self._helpers)
            await self.bus.serve(subjects.holder(shard), self._holder)
        node = self.settings.node
        await self.bus.serve(subjects.node(node, "endpoint"), self._endpoint)
        await self.bus.serve(subjects.node(node, "trunk-state"), self._trunk_state)
        await self.bus.serve(subjects.node(node, "trunk-test"), self._trunk_test)
        await self.bus.serve(subjects.jobs("speech"), self._speech)

    async def change(
        self,
        tenant_id: str,
        *,
        agents: list[dict[str, Any]] | None = None,
        queues: list[dict[str, Any]] | None = None,
        interactions: list[dict[str, Any]] | None = None,
        ended: list[str] | None = None,
        blends: list[dict[str, Any]] | None = None,
        skip: bool = False,
    ) -> int:
        """Change the tenant's view and say so; with `skip`, as if the message before it had been lost."""
        view = self.views[tenant_id]
        for name, records in (("agents", agents), ("queues", queues), ("interactions", interactions)):
            by_id = {record["id"]: record for record in view[name]}
            by_id.update({record["id"]: record for record in records or []})
            view[name] = [record for record in by_id.values() if record["id"] not in (ended or [])]
        if blends is not None:
            view["blends"] = blends
        before = view["seq"] + (1 if skip else 0)
        view["seq"] = before + 1
        await self.bus.publish(
            self.bus.subjects.live(tenant_id),
            {
                "prev_seq": before,
                "seq": view["seq"],
                "agents": agents or [],
                "queues": queues or [],
                "interactions": interactions or [],
                "ended": ended or [],
                "blends": blends,
            },
        )
        await self.bus.client.flush()
        return int(view["seq"])

    async def _holder(self, _: dict[str, Any]) -> dict[str, Any]:
        return {"ok": True}

    async def _command(self, message: dict[str, Any]) -> dict[str, Any]:
        self.commands.append(message)
        return self.refuse or {"ok": True, "data": self._told(message)}

    def _told(self, message: dict[str, Any]) -> dict[str, Any]:
        """What the runtime says besides that it is done."""
        match message["kind"]:
            case "chat.visitor_says" | "chat.agent_says":
                return {"number": 7}
            case "chat.look":
                return {"id": message["interaction_id"], "state": "connected", "last": 2}
            case "interaction.park":
                return {"place": 3}
            case "break.ask":
                return {"break": "waiting", "place": 2}
            case "chat.open":
                return {"state": "flow"}
            case _:
                return {}

    async def _snapshot(self, message: dict[str, Any]) -> dict[str, Any]:
        return self.views[message["tenant_id"]]

    async def _explain(self, message: dict[str, Any]) -> dict[str, Any]:
        queue = self.waiting.get((message["tenant_id"], message["interaction_id"]))
        if queue is None:
            return {"ok": False, "error": {"code": "not_waiting", "field": None, "message": "error.not_waiting"}}
        why = {
            "interaction_id": message["interaction_id"],
            "queue_id": queue,
            "queue_name": "",
            "medium": "voice",
            "queued_at": "2026-01-05T08:00:00Z",
            "position": 1,
            "grade": 0,
            "ring": 0,
            "rings": 1,
            "next_ring_at": None,
            "waits_for": None,
            "needs": [],
            "free": [],
            "busy": 0,
            "away": 1,
            "reserved_for": [],
            "overflow": [],
        }
        return {"ok": True, "data": why}

    async def _helpers(self, message: dict[str, Any]) -> dict[str, Any]:
        self.asked.append(message)
        found = self.helpers.get(message["queue_id"])
        return {"ok": True, "data": found} if found else {"ok": False, "error": {"code": "not_found"}}

    async def _endpoint(self, message: dict[str, Any]) -> dict[str, Any]:
        self.endpoints.append(message)
        return {"ok": True}

    async def _trunk_state(self, _: Any) -> list[dict[str, Any]]:
        return self.trunk_states

    async def _trunk_test(self, message: dict[str, Any]) -> dict[str, Any]:
        UUID(message["trunk_id"])
        return {"ok": True, "data": {"ok": True, "seconds": 1.5, "sip_status": 200, "detail": "The call was answered."}}

    async def _speech(self, message: dict[str, Any]) -> dict[str, Any]:
        content = tone(seconds=0.5, hertz=300 + len(message["text"]))
        name = hashlib.sha256(content).hexdigest()
        (self.settings.prompts / f"{name}.wav").write_bytes(content)
        return {"ok": True, "sha256": name, "duration_seconds": 0.5}


def tone(*, seconds: float, hertz: float, rate: int = 8000) -> bytes:
    """A WAV of one tone."""
    file = BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(rate)
        samples = (int(12000 * math.sin(2 * math.pi * hertz * n / rate)) for n in range(int(seconds * rate)))
        writer.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return file.getvalue()
