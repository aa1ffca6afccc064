"""Addresses outside the API: the web application's files, health, the authority's certificate; recordings' audio."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hujiao.app.http import static
from hujiao.app.http.app import build
from hujiao.kit.settings import CHECKOUT
from tests.integration.client import Client
from tests.integration.world import TONE_SECONDS, World


async def test_what_is_nobodys_is_the_same_for_everybody(world: World) -> None:
    async with Client(world.settings.web_url) as nobody:
        url = world.settings.web_url
        assert (await nobody.send("GET", f"{url}/health")).status == 200
        assert (await nobody.get("/trust")).json["authority"] is False
        assert (await nobody.send("GET", f"{url}/ca.pem")).status == 404, "there is no authority under plain http"
        assert (await nobody.get("/openapi.json")).json["info"]["title"] == "hujiao"
        assert (await nobody.get("/nothing/here")).code == "not_found"
        assert (await nobody.send("GET", f"{url}/api/v2/session")).code == "not_found"


async def test_pages_run_only_our_own_scripts(world: World) -> None:
    async with Client(world.settings.web_url) as nobody:
        for path in ("/", "/interactions", "/api/v1/session"):
            answer = await nobody.send("GET", world.settings.web_url + path)
            policy = answer.headers["Content-Security-Policy"]
            scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
            assert scripts == "script-src 'self'"
            assert "frame-ancestors 'none'" in policy
            host = world.settings.web_url.partition("//")[2]
            assert f"connect-src 'self' ws://{host} wss://{host}" in policy
            assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_answers_of_the_api_are_kept_by_no_cache(world: World) -> None:
    assert (await world.a.admin.get("/people")).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    [
        "/../pyproject.toml",
        "/assets/../../package.json",
        "/..%2f..%2fpyproject.toml",
        "/%2e%2e/%2e%2e/pyproject.toml",
        "/assets/nothing.js",
        "//etc/passwd",
    ],
)
async def test_no_path_leads_out_of_the_application(world: World, path: str) -> None:
    async with Client(world.settings.web_url) as nobody:
        answer = await nobody.send("GET", world.settings.web_url + path)
        assert "[project]" not in answer.text
        assert "root:" not in answer.text
        assert '"dependencies"' not in answer.text


def test_files_are_looked_for_inside_the_built_application_alone(tmp_path: Path) -> None:
    dist = tmp_path / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text("page", "utf-8")
    (tmp_path / "secret.txt").write_text("secret", "utf-8")
    (dist / "assets" / "link.txt").symlink_to(tmp_path / "secret.txt")
    assert static.file_of("/index.html", dist) == (dist / "index.html").resolve()
    for path in ("/../secret.txt", "/assets/../../secret.txt", "/assets/link.txt", "/assets", "/absent.js"):
        assert static.file_of(path, dist) is None


async def test_a_recordings_audio_by_range(world: World) -> None:
    side = world.a
    path = f"/recordings/{side.ids['recording']}/audio"
    whole = await side.admin.get(path)
    assert whole.status == 200
    assert whole.headers["Content-Type"] == "audio/mpeg"
    assert "left-customer_right-agent" in whole.headers["Content-Disposition"]
    detail = (await side.admin.get(f"/recordings/{side.ids['recording']}")).json
    assert len(whole.body) == detail["bytes"]
    part = await side.admin.send("GET", path, headers={"range": "bytes=100-199"})
    assert part.status == 206
    assert part.body == whole.body[100:200]
    assert part.headers["Content-Range"] == f"bytes 100-199/{detail['bytes']}"
    beyond = await side.admin.send("GET", path, headers={"range": f"bytes={detail['bytes']}-"})
    assert beyond.status == 416


async def test_a_recordings_outline(world: World) -> None:
    peaks = (await world.a.admin.get(f"/recordings/{world.a.ids['recording']}/peaks")).json
    assert abs(peaks["duration_seconds"] - TONE_SECONDS) < 0.1
    assert len(peaks["customer"]) == len(peaks["agent"]) == round(TONE_SECONDS * peaks["points_per_second"])
    assert 0.4 < max(peaks["customer"]) <= 1


def test_the_description_for_the_web_is_of_this_version() -> None:
    """`web/openapi.json` is what the web's types are made from."""
    written = json.loads((CHECKOUT / "web" / "openapi.json").read_text("utf-8"))
    assert written == json.loads(json.dumps(build().openapi())), (
        "run: python -m hujiao.app.http.openapi > web/openapi.json"
    )
