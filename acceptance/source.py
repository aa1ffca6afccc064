"""A tenant's own application server, which knows some numbers, as its flows ask it over HTTP."""

from __future__ import annotations

import socket
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from acceptance.scene import Scene, Tenant

_SECRET = "t-123"


@dataclass
class Source:
    known: dict[str, dict[str, Any]]
    id: str = ""
    broken: bool = False
    asked: list[str] = field(default_factory=list)
    tokens: list[str | None] = field(default_factory=list)

    @classmethod
    async def serves(cls, scene: Scene, tenant: Tenant, known: dict[str, dict[str, Any]]) -> Source:
        """It runs as long as the row, and is a data source of the tenant: `queue` and `debt` of a number."""
        made = cls(known)
        application = web.Application()
        application.router.add_get("/customers/{number}", made._answer)
        runner = web.AppRunner(application)
        await runner.setup()
        scene.stack.push_async_callback(runner.cleanup)
        listening = socket.create_server(("127.0.0.1", 0))
        await web.SockSite(runner, listening).start()
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/customers/{{{{number}}}}"
        headers = [{"name": "Authorization", "value": "Bearer {{secrets.token}}"}]
        results = [
            {"variable": "queue", "value": "answer.queue", "default": "Usual"},
            {"variable": "debt", "value": "double(answer.debt)", "default": 0},
        ]
        body = {"name": "CRM", "parameters": ["number"], "results": results, "secrets": {"token": _SECRET}}
        request = {"kind": "http", "url": address, "headers": headers}
        made.id = (await tenant.configures("POST", "/data-sources", {**body, "request": request}))["id"]
        return made

    async def _answer(self, request: web.Request) -> web.Response:
        number = request.match_info["number"]
        self.asked.append(number)
        self.tokens.append(request.headers.get("Authorization"))
        if self.broken:
            return web.json_response({}, status=500)
        return web.json_response(self.known[number]) if number in self.known else web.json_response({}, status=404)
