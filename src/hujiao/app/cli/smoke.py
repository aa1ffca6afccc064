"""A call inside Asterisk, for packages that hujiao was not tried with: dialplan, a channel, a playback, its end."""

from __future__ import annotations

import base64
import json
import secrets
import time
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

from hujiao.embedded import asterisk_prefix
from hujiao.embedded.problem import Problem
from hujiao.embedded.progress import step
from hujiao.kit.settings import Settings

_SECONDS = 20.0


def when_untried(settings: Settings) -> None:
    """Once for each set of packages that is not that of asterisk.lock."""
    versions = asterisk_prefix.installed_versions(settings.parts)
    different = asterisk_prefix.differences(versions, asterisk_prefix.LOCK)
    done = settings.parts / "asterisk" / ".tried"
    if not different or done.exists():
        return
    with step("A call inside Asterisk") as progress:
        call(settings)
        progress.done(f"well, with {len(different)} packages that are not those of asterisk.lock")
    done.touch()


def call(settings: Settings) -> None:
    name = f"smoke-{secrets.token_hex(6)}"
    try:
        where = {"context": "fallback", "extension": "s", "priority": "1"}
        _ask(settings, "POST", f"channels/{name}", endpoint="Local/s@echo", **where)
        try:
            until = time.monotonic() + _SECONDS
            while not _plays(_ask(settings, "GET", f"channels/{name}")):
                if time.monotonic() > until:
                    raise Problem("a call inside it hears nothing")
                time.sleep(0.1)
        finally:
            _ask(settings, "DELETE", f"channels/{name}")
    except (Problem, OSError, ValueError) as error:
        raise Problem(
            f"Asterisk's newer packages do not work with this version of hujiao ({error}). Update hujiao with git "
            "pull, or name an Asterisk 22 of your own by HUJIAO_ASTERISK."
        ) from error


def _plays(channel: dict[str, Any]) -> bool:
    return channel.get("state") == "Up" and channel.get("dialplan", {}).get("app_name") == "Playback"


def _ask(settings: Settings, method: str, path: str, **values: str) -> dict[str, Any]:
    query = urllib.parse.urlencode(values)
    request = urllib.request.Request(
        f"http://127.0.0.1:{settings.asterisk_http_port}/ari/{path}?{query}", method=method
    )
    word = base64.b64encode(f"{settings.ari_user}:{settings.ari_password}".encode()).decode()
    request.add_header("Authorization", f"Basic {word}")
    with urllib.request.urlopen(request, timeout=10) as answer:
        content = answer.read()
    result: dict[str, Any] = json.loads(content) if content else {}
    return result
