"""Imports of customers by the API and the process that does them: what is known, refused, broken off, taken back."""

from __future__ import annotations

import asyncio
import csv
import io
import re
import signal
import sys
import zipfile
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import date, timedelta
from typing import Any, TypeAlias
from uuid import UUID, uuid4

import asyncpg
import msgspec
import pytest
import xlsxwriter
from sqlalchemy import text

from hujiao.app.jobs import imports as work_of_imports
from hujiao.app.jobs.imports import Imports, _Work
from hujiao.customers.imports import files, writing
from hujiao.customers.imports import service as service_of_imports
from hujiao.customers.imports.reader import Batch
from hujiao.kit.bus import Bus
from hujiao.kit.clock import utc_now
from hujiao.kit.db import Database
from hujiao.kit.settings import Settings
from tests.conftest import Started, until
from tests.integration.client import Answer, Client
from tests.integration.test_customers import field_of, number, own_fields, reached
from tests.integration.world import PASSWORD, World

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
Rows = Sequence[Sequence[object]]
COLUMNS = [{"target": "name"}, {"target": "phone", "label": "手机"}]


@pytest.fixture
async def jobs(settings: Settings, database: Database, ledger: Pool, bus: Bus) -> Imports:
    return Imports(database, ledger, bus, settings)


async def work(jobs: Imports) -> None:
    """All that is to be done is done."""
    while await jobs.next():
        pass


def csv_of(rows: Rows, encoding: str = "utf-8") -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode(encoding)


def xlsx_of(rows: Rows) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet()
    for at, row in enumerate(rows):
        sheet.write_row(at, 0, row)
    book.close()
    return out.getvalue()


async def send(client: Client, content: bytes, name: str = "customers.csv") -> Answer:
    return await client.send("POST", "/customer-imports", data=content, query={"name": name})


async def sent(client: Client, content: bytes, name: str = "customers.csv") -> Any:
    answer = await send(client, content, name)
    assert answer.status == 201, answer.text
    return answer.json


async def checked(
    client: Client, jobs: Imports, content: bytes, columns: list[dict[str, Any]] | None = None, **plan: Any
) -> Any:
    """Sent, planned and looked through."""
    made = await sent(client, content)
    body = {"columns": columns or COLUMNS, **plan}
    answer = await client.send("PUT", f"/customer-imports/{made['id']}/plan", body)
    assert answer.status == 204, answer.text
    await work(jobs)
    return (await client.get(f"/customer-imports/{made['id']}")).json


async def imported(client: Client, jobs: Imports, content: bytes, *columns: dict[str, Any], **plan: Any) -> Any:
    made = await checked(client, jobs, content, list(columns) or None, **plan)
    assert made["state"] == "checked", made
    assert (await client.send("POST", f"/customer-imports/{made['id']}/run")).status == 204
    await work(jobs)
    return (await client.get(f"/customer-imports/{made['id']}")).json


def counts(one: Any) -> dict[str, int]:
    return {name: one[name] for name in ("done", "created", "changed", "skipped", "refused") if one[name]}


async def refused_rows(client: Client, one: Any) -> list[list[str]]:
    answer = await client.get(f"/customer-imports/{one['id']}/refused.csv")
    assert answer.status == 200, answer.text
    return list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig"))))


async def with_number(client: Client, value: str) -> list[Any]:
    found: list[Any] = (await client.get("/customers", contact=value)).json["items"]
    return found


@asynccontextmanager
async def company(world: World) -> AsyncIterator[Client]:
    """The administrator of a new one."""
    slug = f"imports-{uuid4().hex[:8]}"
    administrator = {"login": "admin", "name": "Admin", "password": PASSWORD}
    body = {"slug": slug, "name": slug, "language": "en", "time_zone": "Asia/Shanghai", "administrator": administrator}
    made = await world.operator.made("/platform/tenants", body)
    async with Client(world.settings.web_url) as client:
        await client.sign_in(slug, "admin", PASSWORD)
        client.session["tenant_id"] = made["id"]
        yield client


# ── files ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
async def test_each_encoding_is_told_apart(world: World, encoding: str) -> None:
    rows = [["客户姓名", "手机"], ["王芳", "13912345678"], ["李伟", "13912345679"]]
    made = await sent(world.a.admin, csv_of(rows, encoding))
    assert [made["headings"], *made["rows"]] == rows
    assert [column["target"] for column in made["proposed"]["columns"]] == ["name", "phone"]
    assert made["proposed"]["columns"][1]["label"] == "手机"


async def test_a_workbook_is_read_as_people_see_it(world: World, jobs: Imports) -> None:
    """Numbers that are phone numbers, days, truths and texts beside each other, empty cells and rows between."""
    first, second, key = number(), number(), f"d{uuid4().hex[:8]}"
    rows = [["Name", "Mobile", "Since"], ["Ann & <Bo>", int(first), date(2026, 5, 31)], [], ["", second, ""]]
    async with own_fields(world.a.admin, {"key": key, "kind": "date"}):
        columns = [{"target": "name"}, {"target": "phone"}, {"target": f"fields.{key}"}]
        made = await imported(world.a.admin, jobs, xlsx_of(rows), *columns)
        assert made["rows"] == [["Ann & <Bo>", first, "2026-05-31"], ["", second]]
        assert counts(made) == {"done": 2, "created": 2}
        (ann,) = await with_number(world.a.admin, first)
        assert (ann["name"], ann["fields"][key]) == ("Ann & <Bo>", "2026-05-31")


def bomb() -> bytes:
    """A small archive that unpacks to a sheet of a gigabyte and more."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(64):
                part.write(b" " * (1 << 20))
    return out.getvalue()


def entities() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", '<!DOCTYPE a [<!ENTITY b "bbb">]><workbook>&b;</workbook>')
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\0", "characters|table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "older kind"),
        (b"PK\x03\x04 and nothing more", "damaged"),
        (b"\n\n", "first line"),
        (b",".join([b"a"] * 201), "200 columns"),
        (bomb(), "larger"),
        (entities(), "damaged"),
    ],
    ids=["empty", "picture", "old", "damaged", "no headings", "wide", "bomb", "entities"],
)
async def test_what_is_no_table_is_refused(world: World, content: bytes, message: str) -> None:
    answer = await send(world.a.admin, content)
    assert answer.status == 422 and answer.json["error"]["field"] == "file"
    assert re.search(message, answer.json["error"]["message"]), answer.text


async def test_a_file_that_breaks_off_is_told(world: World, jobs: Imports, settings: Settings) -> None:
    """What can be read before is counted, nothing is imported, and the file is not kept."""
    content = csv_of([["Name", "Phone"], *(["A", number()] for _ in range(20))]) + b'B,"' + b"9" * 40_000
    made = await checked(world.a.admin, jobs, content)
    assert made["state"] == "failed" and made["created"] == 20 and "quotation mark" in made["problem"]
    assert not files.place(settings.home, UUID(world.a.tenant_id), UUID(made["id"])).exists()
    assert (await world.a.admin.send("POST", f"/customer-imports/{made['id']}/run")).status == 409


# ── rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_row_is_a_customer_with_everything(world: World, jobs: Imports) -> None:
    side, first, second, key = world.a, number(), number(), uuid4().hex[:8]
    plain, private = {"key": f"p{key}", "kind": "choices", "options": ["A", "B"]}, {"key": f"s{key}", "private": True}
    agent = (await side.admin.get("/people", page_size=200)).json["items"]
    work_number = next(
        one["agent"]["number"] for one in agent if (one.get("agent") or {}).get("id") == side.ids["agent"]
    )
    heads = ["Name", "Mobile", "Mail", "Chat", "Grade", "Tags", "Own", "Project", "Remark", "Plan", "Card", "Left out"]
    targets = ["name", "phone", "email", "chat", "grade", "tags", "agent", "project", "note"]
    targets += [f"fields.p{key}", f"fields.s{key}"]
    project = next(
        one["name"] for one in (await side.admin.get("/projects")).json["items"] if one["id"] == side.ids["project"]
    )
    row = [
        "Wang Fang",
        f"{first}; {second}",
        f"{key}@Example.com",
        f"wx-{key}",
        "4",
        "VIP，North",
        work_number,
        project,
    ]
    row += ["a note", "B、A", "6222 0000 1111", "nobody's"]
    async with own_fields(side.admin, plain, private):
        columns = [{"target": target, "label": "L" if target == "phone" else ""} for target in targets]
        made = await imported(side.admin, jobs, csv_of([heads, row]), *columns, {"target": None})
        assert counts(made) == {"done": 1, "created": 1}, await refused_rows(side.admin, made)
        (found,) = await with_number(side.admin, second)
        assert [(point["kind"], point["value"], point["label"]) for point in found["contact_points"]] == [
            ("phone", first, "L"),
            ("phone", second, "L"),
            ("email", f"{key}@Example.com", ""),
            ("chat", f"wx-{key}", ""),
        ]
        told = {name: found[name] for name in ("name", "grade", "tags", "agent_id", "project_id", "note")}
        assert told == {
            "name": "Wang Fang",
            "grade": 4,
            "tags": ["VIP", "North"],
            "agent_id": side.ids["agent"],
            "project_id": side.ids["project"],
            "note": "a note",
        }
        assert found["fields"] == {f"p{key}": ["A", "B"], f"s{key}": "6222 0000 1111"}
        by_value = await side.admin.get("/customers", field=f"s{key}", value="622200001111")
        assert [one["id"] for one in by_value.json["items"]] == [found["id"]]
        (created,) = (await side.admin.get(f"/customers/{found['id']}/changes")).json
        assert (created["kind"], created["data"]["name"]) == ("created", [None, "Wang Fang"])
        assert "6222" not in str(created["data"]) and created["by"] == side.admin.session["account"]["name"]


async def test_what_is_wrong_is_told_with_its_column_and_can_be_mended(world: World, jobs: Imports) -> None:
    good, mended = number(), number()
    rows = [
        ["Name", "Phone", "Grade", "Agent no."],
        ["Good", good, "1", ""],
        ["Letters", "call me maybe", "1", ""],
        ["High", number(), "12", ""],
        ["=cmd()", number(), "1", "no such"],
        ["", "", "3", ""],
        ["Long" * 30, number(), "1", ""],
        ["Too", number(), "1", "", "many cells"],
    ]
    columns = [{"target": "name"}, {"target": "phone"}, {"target": "grade"}, {"target": "agent"}]
    made = await imported(world.a.admin, jobs, csv_of(rows), *columns)
    assert counts(made) == {"done": 7, "created": 1, "refused": 6}
    head, *refused = await refused_rows(world.a.admin, made)
    assert head[1:] == rows[0]
    faults = [row[0].partition(":")[0] for row in refused]
    assert faults == ["Phone", "Grade", "Agent no.", "Name", "Name", "The row has more cells than the 4 headings."]
    assert refused[2][1] == "'=cmd()"
    refused[2][2:] = [mended, "1", ""]
    again = await imported(world.a.admin, jobs, csv_of([head, refused[2]]), {"target": None}, *columns)
    assert counts(again) == {"done": 1, "created": 1}
    assert [one["name"] for one in await with_number(world.a.admin, mended)] == ["=cmd()"]


async def test_nothing_is_written_before_it_is_run(world: World, jobs: Imports) -> None:
    """And the check tells of the file's own repetitions what the import then does with them."""
    first, second = number(), number()
    content = csv_of([["Name", "Phone"], ["A", first], ["B", second], ["A again", f"+86 {first}"], ["", "x y z"]])
    made = await checked(world.a.admin, jobs, content)
    told = {"done": 4, "created": 2, "skipped": 1, "refused": 1}
    assert (made["state"], counts(made)) == ("checked", told)
    assert await with_number(world.a.admin, first) == []
    assert len(await refused_rows(world.a.admin, made)) == 2
    assert (await world.a.admin.send("POST", f"/customer-imports/{made['id']}/run")).status == 204
    await work(jobs)
    done = (await world.a.admin.get(f"/customer-imports/{made['id']}")).json
    assert (done["state"], counts(done)) == ("done", told)
    assert [one["name"] for one in await with_number(world.a.admin, first)] == ["A"]


@pytest.mark.parametrize("known", ["skip", "fill", "overwrite"])
async def test_known_customers(world: World, jobs: Imports, known: str) -> None:
    admin, value, more, key = world.a.admin, number(), number(), f"k{uuid4().hex[:8]}"
    async with own_fields(admin, {"key": key}, {"key": f"s{key}", "private": True}):
        body = {"name": "Old", "grade": 0, "fields": {key: "old"}, "contact_points": reached(value)}
        customer = await admin.made("/customers", body)
        heads = ["Name", "Phone", "Second", "Grade", "Field", "Secret"]
        rows = [heads, ["New", value, more, "5", "new", "hidden"], ["", value, "", "", "", ""]]
        columns = [{"target": name} for name in ("name", "phone", "phone", "grade", f"fields.{key}", f"fields.s{key}")]
        made = await imported(admin, jobs, csv_of(rows), *columns, known=known)
        after = (await admin.get(f"/customers/{customer['id']}")).json
        seen = after["name"], after["grade"], after["fields"], [point["value"] for point in after["contact_points"]]
        if known == "skip":
            assert counts(made) == {"done": 2, "skipped": 2}
            assert seen == ("Old", 0, {key: "old"}, [value]) and after["updated_at"] == customer["updated_at"]
            return
        assert counts(made) == {"done": 2, "changed": 1, "skipped": 1}
        name, field = ("Old", "old") if known == "fill" else ("New", "new")
        assert seen == (name, 5, {key: field, f"s{key}": "hidden"}, [value, more])
        history = (await admin.get(f"/customers/{customer['id']}/changes")).json
        assert history[0]["data"]["grade"] == [None, 5] and "hidden" not in str(history)


async def test_a_row_that_names_two_customers_is_refused(world: World, jobs: Imports) -> None:
    admin, first, second = world.a.admin, number(), number()
    for value in (first, second):
        await admin.made("/customers", {"contact_points": reached(value)})
    made = await imported(admin, jobs, csv_of([["N", "P"], ["Both", f"{first};{second}"]]), known="overwrite")
    assert counts(made) == {"done": 1, "refused": 1}
    assert (await refused_rows(admin, made))[1][0].startswith("P: The numbers and addresses of this row belong to sev")


async def test_a_new_owner_gets_the_next_call(world: World, jobs: Imports) -> None:
    side, value = world.a, number()
    customer = await side.admin.made(
        "/customers", {"name": "Due", "agent_id": side.ids["agent"], "contact_points": reached(value)}
    )
    due = {"due_at": (utc_now() + timedelta(days=1)).isoformat()}
    set_at = f"/me/customers/{customer['id']}/next-call"
    assert (await side.clients["agent"].send("PUT", set_at, due)).status == 200
    other = side.walled["agent"]
    people = (await side.admin.get("/people", page_size=200)).json["items"]
    work_number = next(one["agent"]["number"] for one in people if (one.get("agent") or {}).get("id") == other)
    content = csv_of([["P", "Own"], [value, work_number]])
    await imported(side.admin, jobs, content, {"target": "phone"}, {"target": "agent"}, known="overwrite")
    (call,) = (await side.admin.get(f"/customers/{customer['id']}/next-calls")).json
    assert call["agent_id"] == other


async def test_required_fields_are_asked_of_new_customers_alone(world: World, jobs: Imports) -> None:
    admin, value, new = world.a.admin, number(), number()
    await admin.made("/customers", {"contact_points": reached(value)})
    key = f"r{uuid4().hex[:8]}"
    async with own_fields(admin, {"key": key, "required": True}):
        content = csv_of([["N", "P"], ["Known", value], ["New", new]])
        made = await imported(admin, jobs, content, known="fill")
        assert counts(made) == {"done": 2, "changed": 1, "refused": 1}


# ── walls ────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_supervisor_imports_into_their_own_projects(world: World, jobs: Imports) -> None:
    """The other project's customers are not known to them, and neither are its agents and its name."""
    side, boss, shared = world.a, world.a.clients["supervisor"], number()
    walled = await side.admin.made(
        "/customers", {"name": "Walled", "project_id": side.walled["project"], "contact_points": reached(shared)}
    )
    projects = {one["id"]: one["name"] for one in (await side.admin.get("/projects")).json["items"]}
    rows = [["N", "P", "Project"], ["Ours", shared, projects[side.ids["project"]]]]
    rows += [["Theirs", number(), projects[side.walled["project"]]]]
    columns = [{"target": "name"}, {"target": "phone"}, {"target": "project"}]
    made = await imported(boss, jobs, csv_of(rows), *columns, known="overwrite")
    assert counts(made) == {"done": 2, "created": 1, "refused": 1}
    assert (await side.admin.get(f"/customers/{walled['id']}")).json["name"] == "Walled"
    to_other = {"columns": COLUMNS, "project_id": side.walled["project"]}
    again = await sent(boss, csv_of([["N", "P"], ["A", number()]]))
    refused = await boss.send("PUT", f"/customer-imports/{again['id']}/plan", to_other)
    assert field_of(refused) == (422, "project_id")


async def test_whoever_has_it_done_a_file_stays_within_the_projects_of_who_sent_it(world: World, jobs: Imports) -> None:
    """Who sent it sees all that came of it."""
    side, boss = world.a, world.a.clients["supervisor"]
    projects = {one["id"]: one["name"] for one in (await side.admin.get("/projects")).json["items"]}
    ours, theirs = number(), number()
    rows = [["N", "P", "Project"], ["Ours", ours, projects[side.ids["project"]]]]
    rows += [["Theirs", theirs, projects[side.walled["project"]]]]
    path = f"/customer-imports/{(await sent(boss, csv_of(rows)))['id']}"
    plan = {"columns": [*COLUMNS, {"target": "project"}]}
    walled = await side.admin.send("PUT", f"{path}/plan", {**plan, "project_id": side.walled["project"]})
    assert field_of(walled) == (422, "project_id")
    assert (await side.admin.send("PUT", f"{path}/plan", plan)).status == 204
    await work(jobs)
    assert counts((await side.admin.get(path)).json) == {"done": 2, "created": 1, "refused": 1}
    assert (await side.admin.send("POST", f"{path}/run")).status == 204
    await work(jobs)
    for asker in (side.admin, boss):
        assert (await asker.get(f"{path}/taking-back")).json == {"count": 1, "changed": 0}
    assert (await boss.send("POST", f"{path}/taking-back", {"expected": 1})).status == 204
    await work(jobs)
    assert await with_number(side.admin, ours) == await with_number(side.admin, theirs) == []


async def test_imports_of_others_are_seen_by_who_sees_all_projects(world: World, jobs: Imports) -> None:
    side, boss = world.a, world.a.clients["supervisor"]
    content = csv_of([["Name", "Phone"], ["Secret name", "no number"]])
    theirs = await checked(side.admin, jobs, content)
    ours = await sent(boss, content)
    seen = {one["id"] for one in (await boss.get("/customer-imports")).json["items"]}
    assert ours["id"] in seen and theirs["id"] not in seen
    for path in ("", "/refused.csv", "/taking-back"):
        assert (await boss.get(f"/customer-imports/{theirs['id']}{path}")).status == 404
    everything = {one["id"] for one in (await side.admin.get("/customer-imports")).json["items"]}
    assert {ours["id"], theirs["id"]} <= everything


# ── the work ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def many(count: int, start: int = 0) -> tuple[bytes, Callable[[int], str]]:
    def value(at: int) -> str:
        return f"138{start + at:08}"

    return csv_of([["Name", "Phone"], *([f"C{at}", value(at)] for at in range(count))]), value


async def test_who_changes_a_customer_meanwhile_is_not_held_up_for_ever(world: World, jobs: Imports) -> None:
    """Somebody gives numbers to the customers whom the import overwrites: neither is refused."""
    async with company(world) as admin:
        content, value = many(3000)
        await imported(admin, jobs, content)
        ids = [one["id"] for one in (await admin.get("/customers", page_size=200, sort="name")).json["items"]]
        lines = content.replace(b"\r\nC", b"\r\nD")
        made = await checked(admin, jobs, lines, known="overwrite")
        assert (await admin.send("POST", f"/customer-imports/{made['id']}/run")).status == 204
        running = asyncio.create_task(work(jobs))
        told = []
        while not running.done():
            for at, customer_id in enumerate(ids[:20]):
                points = reached(*((await admin.get(f"/customers/{customer_id}")).json["contact_points"][0]["value"],))
                body = {"contact_points": [*points, *reached(number())], "grade": at % 9}
                told.append((await admin.send("PATCH", f"/customers/{customer_id}", body)).status)
        await running
        assert set(told) == {200}
        done = (await admin.get(f"/customer-imports/{made['id']}")).json
        assert (done["state"], counts(done)) == ("done", {"done": 3000, "changed": 3000})
        assert [one["name"][0] for one in await with_number(admin, value(2999))] == ["D"]


async def test_one_import_of_a_company_at_a_time(world: World, jobs: Imports) -> None:
    async with company(world) as admin:
        content = csv_of([["N", "P"], ["A", number()]])
        first, second = await sent(admin, content), await sent(admin, content)
        plan = {"columns": COLUMNS}
        answers = await asyncio.gather(
            *(admin.send("PUT", f"/customer-imports/{one['id']}/plan", plan) for one in (first, second))
        )
        assert sorted(answer.status for answer in answers) == [204, 409]
        await work(jobs)
        async with company(world) as other:  # whom it does not hold up
            assert counts(await imported(other, jobs, content)) == {"done": 1, "created": 1}


async def test_who_is_killed_goes_on_where_it_was(world: World, settings: Settings, database: Database) -> None:
    """No row is lost, none is there twice, and the refused ones are told once."""
    async with company(world) as admin:
        content, _ = many(20_000)
        lines = content.split(b"\r\n")
        lines[5000:5000] = [b"Wrong,no number"] * 7
        lines[15_000:15_000] = [b"Wrong,no number"] * 5
        made = await sent(admin, b"\r\n".join(lines))
        path = f"/customer-imports/{made['id']}"

        async def state() -> Any:
            return (await admin.get(path)).json

        command = (sys.executable, "-m", "hujiao", "process", "jobs")
        process = Started(command, settings.logs / "jobs.log")
        try:
            assert (await admin.send("PUT", f"{path}/plan", {"columns": COLUMNS})).status == 204

            async def is_checked() -> bool:
                return bool((await state())["state"] == "checked")

            await until(is_checked, "the check")
            assert (await admin.send("POST", f"{path}/run")).status == 204

            async def is_under_way() -> bool:
                return bool((await state())["done"] > 5000)

            await until(is_under_way, "the import")
            process.process.send_signal(signal.SIGKILL)
            process.process.wait()
            before = await state()
            assert before["state"] == "importing" and before["done"] < 20_012
            process = Started(command, settings.logs / "jobs.log")

            async def is_done() -> bool:
                return bool((await state())["state"] == "done")

            await until(is_done, "the rest")
        finally:
            process.stop()
        after = await state()
        assert counts(after) == {"done": 20_012, "created": 20_000, "refused": 12}
        assert len(await refused_rows(admin, after)) == 13
        async with database.tenant(UUID(admin.session["tenant_id"])) as session:
            there = await session.execute(text("SELECT count(*), count(DISTINCT key) FROM contact_point"))
            assert there.one() == (20_000, 20_000)
            customers = await session.execute(text("SELECT count(*), count(DISTINCT name) FROM customer"))
            assert customers.one() == (20_000, 20_000)
            assert await session.scalar(text("SELECT count(*) FROM customer_change")) == 20_000
        place = files.place(settings.home, UUID(admin.session["tenant_id"]), UUID(made["id"]))

        async def is_gone() -> bool:
            return not place.exists()

        await until(is_gone, "the file")  # the job removes it once it is done


async def test_a_cancelled_import_keeps_what_there_is_and_can_be_taken_back(
    world: World, jobs: Imports, database: Database
) -> None:
    async with company(world) as admin:
        content, value = many(6000)
        made = await checked(admin, jobs, content)
        path = f"/customer-imports/{made['id']}"
        assert (await admin.send("POST", f"{path}/run")).status == 204
        running = asyncio.create_task(work(jobs))

        async def has_begun() -> bool:
            return bool((await admin.get(path)).json["done"])

        await until(has_begun, "the import")
        assert (await admin.send("POST", f"{path}/cancel")).status == 204
        await running
        stopped = (await admin.get(path)).json
        assert stopped["state"] == "cancelled" and 0 < stopped["created"] < 6000
        (kept,) = await with_number(admin, value(0))
        assert (await admin.send("PATCH", f"/customers/{kept['id']}", {"grade": 9})).status == 200
        told = (await admin.get(f"{path}/taking-back")).json
        assert told == {"count": stopped["created"] - 1, "changed": 1}
        wrong = await admin.send("POST", f"{path}/taking-back", {"expected": stopped["created"]})
        assert field_of(wrong) == (409, "expected")
        right = await admin.send("POST", f"{path}/taking-back", {"expected": told["count"]})
        assert right.status == 204, right.text
        await work(jobs)
        gone = (await admin.get(path)).json
        assert (gone["state"], gone["taken_back"]) == ("taken_back", told["count"])
        left = (await admin.get("/customers")).json
        assert [one["id"] for one in left["items"]] == [kept["id"]]
        async with database.tenant(UUID(admin.session["tenant_id"])) as session:
            noted = set(await session.scalars(text("SELECT DISTINCT customer_id FROM customer_change")))
            assert noted == {UUID(kept["id"])}


async def test_a_later_row_of_the_same_file_is_no_change(world: World, jobs: Imports) -> None:
    """The customer can be taken back all the same."""
    async with company(world) as admin:
        value = number()
        rows = [["N", "P"], ["First", value], ["Second", value]]
        made = await imported(admin, jobs, csv_of(rows), known="overwrite")
        assert counts(made) == {"done": 2, "created": 1, "changed": 1}
        assert [one["name"] for one in await with_number(admin, value)] == ["Second"]
        assert (await admin.get(f"/customer-imports/{made['id']}/taking-back")).json["count"] == 1


async def test_a_check_can_be_ended_and_made_anew(world: World, jobs: Imports) -> None:
    async with company(world) as admin:
        made = await sent(admin, csv_of([["N", "P"], ["A", number()]]))
        path, plan = f"/customer-imports/{made['id']}", {"columns": COLUMNS}
        assert (await admin.send("PUT", f"{path}/plan", plan)).status == 204
        assert (await admin.send("POST", f"{path}/cancel")).status == 204
        await work(jobs)
        assert (await admin.get(path)).json["state"] == "uploaded"
        assert (await admin.send("PUT", f"{path}/plan", plan)).status == 204
        await work(jobs)
        assert (await admin.get(path)).json["state"] == "checked"
        assert (await admin.send("DELETE", path)).status == 204
        assert (await admin.get(path)).status == 404


async def test_who_still_checks_by_an_earlier_plan_stops(
    world: World, jobs: Imports, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with company(world) as admin:
        path = f"/customer-imports/{(await sent(admin, csv_of([['N', 'P'], ['A', 'no number']])))['id']}"
        assert (await admin.send("PUT", f"{path}/plan", {"columns": COLUMNS})).status == 204
        taken, batches = [], _Work._batches

        async def meanwhile(self: _Work) -> AsyncGenerator[Batch]:
            taken.append(self.row.turn)
            if len(taken) == 1:
                assert (await admin.send("POST", f"{path}/cancel")).status == 204
                plan = {"columns": [{"target": "name"}, {"target": "note"}]}
                assert (await admin.send("PUT", f"{path}/plan", plan)).status == 204
            async for batch in batches(self):
                yield batch

        monkeypatch.setattr(_Work, "_batches", meanwhile)
        await work(jobs)
        made = (await admin.get(path)).json
        assert (made["state"], counts(made), taken) == ("checked", {"done": 1, "created": 1}, [1, 2])


async def test_a_file_that_is_read_without_end_can_be_cancelled(
    world: World, jobs: Imports, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(_: asyncio.StreamReader) -> Batch:
        return await asyncio.get_running_loop().create_future()

    async with company(world) as admin:
        path = f"/customer-imports/{(await sent(admin, csv_of([['N', 'P'], ['A', number()]])))['id']}"
        assert (await admin.send("PUT", f"{path}/plan", {"columns": COLUMNS})).status == 204
        monkeypatch.setattr(work_of_imports, "_next", never)
        monkeypatch.setattr(work_of_imports, "ASKED_SECONDS", 0.05)
        running = asyncio.create_task(work(jobs))
        await asyncio.sleep(0.2)
        assert not running.done()
        assert (await admin.send("POST", f"{path}/cancel")).status == 204
        await asyncio.wait_for(running, 60)


async def test_an_import_makes_room_for_others_and_goes_on(
    world: World, jobs: Imports, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def wait(_: Imports) -> bool:
        return True

    monkeypatch.setattr(work_of_imports, "TURN_SECONDS", 0.0)
    monkeypatch.setattr(Imports, "_others_wait", wait)
    async with company(world) as admin:
        made = await checked(admin, jobs, many(3500)[0])
        path = f"/customer-imports/{made['id']}"
        assert (await admin.send("POST", f"{path}/run")).status == 204
        assert await jobs.next()
        between = (await admin.get(path)).json
        assert between["state"] == "importing" and 0 < between["created"] < 3500
        await work(jobs)
        done = (await admin.get(path)).json
        assert (done["state"], counts(done)) == ("done", {"done": 3500, "created": 3500})


async def test_who_is_deleted_meanwhile_is_new(world: World, jobs: Imports, monkeypatch: pytest.MonkeyPatch) -> None:
    async with company(world) as admin:
        value = number()
        customer = await admin.made("/customers", {"name": "Old", "contact_points": reached(value)})
        made = await checked(admin, jobs, csv_of([["N", "P"], ["New", value]]), known="overwrite")
        assert counts(made) == {"done": 1, "changed": 1}
        holders, asked = writing.holders, []

        async def meanwhile(*of: Any) -> Any:
            found = await holders(*of)
            asked.append(len(found))
            if len(asked) == 1:
                assert (await admin.send("DELETE", f"/customers/{customer['id']}")).status == 204
            return found

        monkeypatch.setattr(writing, "holders", meanwhile)
        assert (await admin.send("POST", f"/customer-imports/{made['id']}/run")).status == 204
        await work(jobs)
        done = (await admin.get(f"/customer-imports/{made['id']}")).json
        assert (done["state"], counts(done), asked) == ("done", {"done": 1, "created": 1}, [1, 0])


async def test_what_is_gone_since_the_plan_was_read_is_left_out(
    world: World, jobs: Imports, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An owner, say: rows that name them are refused, and the others imported."""
    async with company(world) as admin:
        content = csv_of([["N", "P", "Own"], ["A", number(), "77"], ["B", number(), ""]])
        made = await checked(admin, jobs, content, [*COLUMNS, {"target": "agent"}])
        plan_of, asked = service_of_imports.plan_of, []

        async def before(*of: Any) -> Any:
            plan = await plan_of(*of)
            asked.append(plan)
            return msgspec.structs.replace(plan, agents={"77": uuid4()}) if len(asked) == 1 else plan

        monkeypatch.setattr(service_of_imports, "plan_of", before)
        assert (await admin.send("POST", f"/customer-imports/{made['id']}/run")).status == 204
        await work(jobs)
        done = (await admin.get(f"/customer-imports/{made['id']}")).json
        assert (done["state"], counts(done)) == ("done", {"done": 2, "created": 1, "refused": 1})
        assert len(asked) == 2


async def test_callers_are_looked_up_from_the_first_customer_on(
    world: World, jobs: Imports, bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told once, and also when all the rows before the first customer were refused."""
    told: list[UUID] = []

    async def changed(tenant_id: UUID) -> None:
        told.append(tenant_id)

    async with company(world) as admin:
        wrong = [["Wrong", "no number"]] * 1100
        monkeypatch.setattr(bus, "configuration_changed", changed)
        await imported(admin, jobs, csv_of([["N", "P"], *wrong]))
        assert told == []
        good = [["A", number()] for _ in range(1100)]
        await imported(admin, jobs, csv_of([["N", "P"], *wrong, *good]))
        assert told == [UUID(admin.session["tenant_id"])]


async def test_the_last_plan_is_remembered(world: World, jobs: Imports) -> None:
    async with company(world) as admin:
        content = csv_of([["Kunde", "Draht", "Name"], ["A", number(), "x"]])
        columns = [{"target": "name"}, {"target": "phone", "label": "D"}, {"target": None}]
        await imported(admin, jobs, content, *columns, known="fill")
        proposed = (await sent(admin, csv_of([["Draht", "Name", "Kunde", "Mobile"]])))["proposed"]
        assert proposed["known"] == "fill"
        assert [(one["target"], one["label"]) for one in proposed["columns"]] == [
            ("phone", "D"),
            (None, ""),
            ("name", ""),
            ("phone", "Mobile"),
        ]


@pytest.mark.parametrize(
    ("columns", "field"),
    [
        ([{"target": "name"}], "columns"),
        ([{"target": "name"}, {"target": "name"}], None),
        ([{"target": "note"}, {"target": None}], None),
        ([{"target": "name"}, {"target": "fields.none_such"}], "columns.1.target"),
        ([{"target": "name"}, {"target": "shoe size"}], "columns.1.target"),
    ],
)
async def test_plans_that_cannot_be(world: World, columns: list[Any], field: str | None) -> None:
    made = await sent(world.a.admin, csv_of([["N", "P"], ["A", number()]]))
    answer = await world.a.admin.send("PUT", f"/customer-imports/{made['id']}/plan", {"columns": columns})
    assert field_of(answer) == (422, field), answer.text


async def test_files_go_after_a_day(world: World, jobs: Imports, settings: Settings, database: Database) -> None:
    async with company(world) as admin:
        tenant_id = UUID(admin.session["tenant_id"])
        content = csv_of([["N", "P"], ["Wrong", "no number"]])
        ended = await imported(admin, jobs, content)
        never = await sent(admin, content)
        places = [files.place(settings.home, tenant_id, UUID(one["id"])) for one in (ended, never)]
        assert files.refused_place(places[0]).exists() and places[1].exists()
        assert places[1].stat().st_mode & 0o077 == 0
        async with database.tenant(tenant_id) as session:
            assert await service_of_imports.purge(session, utc_now()) == []
            later = utc_now() + 2 * service_of_imports.KEPT
            assert set(await service_of_imports.purge(session, later)) == {UUID(ended["id"]), UUID(never["id"])}
        kept = (await admin.get(f"/customer-imports/{ended['id']}")).json
        assert kept["refused"] == 1 and not kept["has_refused"] and kept["rows"] == []
        assert (await admin.get(f"/customer-imports/{ended['id']}/refused.csv")).status == 404
        assert (await admin.get(f"/customer-imports/{never['id']}")).status == 404
