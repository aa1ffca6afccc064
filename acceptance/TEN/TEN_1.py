"""TEN-1: independent call centers."""

from acceptance import flows
from acceptance.about import About, Text
from acceptance.check import equal, expect, happens
from acceptance.scene import PROMPTS, Scene, hears, hears_not, talk

ABOUT = About(
    procedure=Text(
        "The operator makes two companies. Each has its own number, flow, prompts, queue and an agent, "
        "under the same names and the same agent number 5001. Both are called at the same time.",
        "运营方建立两家公司，各有接入号、流程、语音、技能组和坐席，名称与工号5001均相同。两家同时被呼叫。",
    ),
    expected=Text(
        "Each caller hears the own company's prompt and agent; screens, records and people of one hold "
        "nothing of the other.",
        "来电者听到各自公司的放音与坐席；一方的画面、记录、人员中没有另一方的内容。",
    ),
    lacks=(Text("Outbound campaigns of a tenant", "租户的外呼活动"),),
)


async def accept(scene: Scene) -> None:
    spoken = {}
    for prompt in ("greeting", "thanks"):
        tenant = await scene.tenant()
        queue = await tenant.queue("Service", wrap_up_seconds=0)
        wait = {"type": "queue", "queue": queue}
        number = await tenant.number(
            await tenant.flow(flows.document(first=flows.play(prompt, "wait"), wait=wait), "Main")
        )
        await tenant.agent(login="5001")
        spoken[prompt] = (tenant, number)
    calls = {}
    for prompt, (tenant, number) in spoken.items():
        calls[prompt] = await scene.calls_and_speaks(number)
        await tenant.agents[0].talks_with(calls[prompt])
    await talk()
    for prompt, (tenant, _) in spoken.items():
        equal(len(tenant.desk.interactions), 1, "the calls that the company's own live screen shows")
        await calls[prompt].hang_up()
        await happens(calls[prompt].ended, "the call ends")
    for prompt, other in (("greeting", "thanks"), ("thanks", "greeting")):
        tenant, _ = spoken[prompt]
        heard = await calls[prompt].heard()
        hears(heard, PROMPTS[prompt], "the caller", "the company's own prompt")
        hears_not(heard, PROMPTS[other], "the caller", "the other company's prompt")
        await tenant.ended(calls[prompt].caller)
        rows = (await tenant.admin.get("/interactions"))["items"]
        equal([row["caller"] for row in rows], [calls[prompt].caller], "the contacts that the company has on record")
        people = [row["login"] for row in (await tenant.admin.get("/people"))["items"]]
        expect(people.count("5001") == 1, "each company has an agent 5001 of its own", people)
    scene.saw(
        "Two companies with the same agent number, queue and flow names, at the same time, "
        "each with its own calls only",
        "两家公司使用相同的工号、技能组名、流程名，同时通话，各自只见自己的呼叫",
    )
