"""Several people at one flow: nobody's saving covers another's unseen, each hears of the others, versions say whose."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

from tests.integration.client import Client
from tests.integration.world import PASSWORD, Side, World


async def a_flow(side: Side) -> str:
    made = await side.admin.made("/flows", {"name": f"f{uuid4().hex[:8]}", "project_id": side.ids["project"]})
    return str(made["id"])


def labelled(side: Side, label: str) -> dict[str, Any]:
    nodes = side.document["nodes"]
    return {**side.document, "nodes": {**nodes, "answer": {**nodes["answer"], "label": label}}}


async def test_a_draft_that_somebody_else_saved_is_not_covered(world: World) -> None:
    side, path = world.a, f"/flows/{await a_flow(world.a)}"
    me = await side.admin.get("/session")
    began = (await side.admin.get(path)).json["draft"]
    assert (began["revision"], began["saved_by"]) == (0, None)

    async def save(label: str, revision: int | None) -> Any:
        body = {"document": labelled(side, label), "revision": revision}
        return await side.admin.send("PUT", f"{path}/draft", body)

    first = await save("first", 0)
    assert (first.status, first.json["draft"]["revision"]) == (200, 1)
    assert first.json["draft"]["saved_by"] in me.text
    refused = await save("second", 0)
    error = refused.json["error"]
    assert (refused.status, error["code"], error["field"]) == (409, "draft_changed", "revision")
    assert (error["detail"]["revision"], error["detail"]["saved_by"]) == (1, first.json["draft"]["saved_by"])
    assert error["detail"]["saved_at"] == first.json["draft"]["saved_at"]
    assert (await side.admin.get(path)).json["draft"]["document"]["nodes"]["answer"]["label"] == "first"

    answers = await asyncio.gather(*(save(f"at once {number}", 1) for number in range(4)))
    assert sorted(answer.status for answer in answers) == [200, 409, 409, 409]
    assert (await save("whatever stands", None)).json["draft"]["revision"] == 3

    stale = await side.admin.post(f"{path}/publish?revision=2", {})
    assert (stale.status, stale.code) == (409, "draft_changed")
    published = await side.admin.post(f"{path}/publish?revision=3", {})
    assert published.status == 200, published.text
    version = published.json["versions"][0]
    assert (version["version"], version["published_by_name"]) == (1, first.json["draft"]["saved_by"])
    for bad in (-1, 2**31, "x"):
        wrong = await side.admin.send("PUT", f"{path}/draft", {"document": side.document, "revision": bad})
        assert (wrong.status, wrong.json["error"]["field"]) == (422, "revision")


async def test_pages_hear_of_each_other(world: World) -> None:
    side, path = world.a, f"/flows/{await a_flow(world.a)}"
    login = f"d{uuid4().hex[:8]}"
    person = {"login": login, "name": "Second designer", "role": "tenant_administrator", "password": PASSWORD}
    await side.admin.made("/people", {**person, "project_ids": [side.ids["project"]]})
    async with Client(world.settings.web_url) as second:
        await second.sign_in(side.slug, login, PASSWORD)
        mine, theirs = str(uuid4()), str(uuid4())

        async def say(client: Client, page: str, **more: Any) -> Any:
            return (await client.made(f"{path}/editors", {"page_id": page, **more}))["others"]

        assert await say(side.admin, mine) == []
        (told,) = await say(second, theirs)
        assert (told["own"], told["unsaved"]) == (False, False)
        (told,) = await say(side.admin, mine, unsaved=True)
        assert (told["name"], told["own"]) == ("Second designer", False)
        assert [one["unsaved"] for one in await say(second, theirs)] == [True]
        another = await say(side.admin, str(uuid4()), leaving=True)
        assert sorted(one["own"] for one in another) == [False, True]
        # Nobody says for another that the page is left, or what is in it.
        await say(second, mine, leaving=True)
        assert [one["unsaved"] for one in await say(second, theirs)] == [True]
        await say(side.admin, mine, leaving=True)
        assert await say(second, theirs) == []
        saved = {"document": side.document, "revision": 0}
        assert (await side.admin.send("PUT", f"{path}/draft", saved)).status == 200
        heard = await second.made(f"{path}/editors", {"page_id": theirs})
        assert heard["draft"]["revision"] == 1


async def test_notes_are_kept_and_not_carried_out(world: World) -> None:
    side, path = world.a, f"/flows/{await a_flow(world.a)}"
    note = {"text": "ask the bank first", "position": {"x": 1, "y": 2}, "width": 200, "height": 100}
    document = {**side.document, "notes": {"note_1": note}}
    assert (await side.admin.send("PUT", f"{path}/draft", {"document": document})).status == 200
    published = await side.admin.post(f"{path}/publish", {})
    assert published.status == 200, published.text
    version = (await side.admin.get(f"{path}/versions/1")).json["document"]
    assert version["notes"]["note_1"] == note
    long = {**side.document, "notes": {"note_1": {**note, "text": "x" * 2001}}}
    problems = (await side.admin.post(f"{path}/validate", {"document": long})).json["problems"]
    assert [problem["field"] for problem in problems if problem["severity"] == "error"] == ["notes.note_1.text"]
