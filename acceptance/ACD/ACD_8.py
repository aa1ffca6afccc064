"""ACD-8: announcements while waiting."""

from acceptance import flows
from acceptance.about import About, Text
from acceptance.check import equal, expect, happens
from acceptance.scene import PROMPTS, Scene, hears, hears_not, talk
from tests.sip import tones

ABOUT = About(
    procedure=Text(
        "Nobody is free. A caller waits, hears music and the place, presses 1 for a call-back; a second "
        "one waits. Then an agent is ready.",
        "无人空闲。来电者排队，听音乐与排位播报，按1登记回拨；第二人排队。随后坐席示闲。",
    ),
    expected=Text(
        "The place is announced between the music; the promise is said; the first is called back over the "
        "trunk before the second is served.",
        "音乐间播报排位；确认登记；先经中继回拨第一人，再服务第二人。",
    ),
)


CALLED_BACK = "13900139000"


async def accept(scene: Scene) -> None:
    tenant = await scene.tenant(language="zh-CN")
    await scene.outside(CALLED_BACK)
    place = {"type": "branch", "cases": [{"when": "vars.position == 1", "next": "first"}], "otherwise": "others"}
    back = {"type": "return"}
    nodes = {"place": place, "first": flows.play("other", "back"), "others": flows.play("menu", "back"), "back": back}
    says = await tenant.flow({"version": 1, "start": "place", "nodes": nodes})
    queue = await tenant.queue(
        wrap_up_seconds=0, announce_first_seconds=3, announce_every_seconds=10, waiting_flow_id=says
    )
    terms = {"number": CALLED_BACK, "first": "agent", "most_tries": 1, "ring_seconds": 10}
    document = flows.document(
        first={"type": "queue", "queue": queue, "keys": {"1": "promise"}},
        promise={"type": "call_back", **terms, "next": "said"},
        said=flows.play("thanks"),
    )
    number = await tenant.number(await tenant.flow(document))
    agent = await tenant.agent()
    await agent.rests()
    first = await scene.call(number)
    await tenant.event(first.caller, "queue.entered")
    await talk(9)
    later = await scene.call(number)
    await tenant.event(later.caller, "queue.entered")
    shown = await tenant.desk.sees(
        lambda desk: (seen := desk.interaction(later.caller)) and seen["position"] and seen,
        "the place of the second caller",
    )
    equal(shown["position"], 2, "the place of the second caller")
    await tenant.event(later.caller, "flow.node", node="others")
    await talk(2)
    await first.press("1")
    await happens(first.ended, "the caller is told, and the call ends")
    heard = await first.heard()
    hears(heard, PROMPTS["thanks"], "the caller", "that the call-back is promised")
    hears(heard, PROMPTS["other"], "the caller", "what is said at the first place")
    hears_not(heard, PROMPTS["menu"], "the caller", "what is said at later places")
    music = tones.loud_seconds(heard) - sum(tones.seconds_of(heard, PROMPTS[name]) for name in ("other", "thanks"))
    expect(music > 4, "the caller hears music between", f"{music:.1f} s")
    (kept,) = await tenant.admin.get("/callbacks")
    equal((kept["number"], kept["position"]), (CALLED_BACK, 1), "the number and the place that are kept")
    await agent.is_ready()
    connected = await tenant.event(CALLED_BACK, "agent.connected")
    equal(connected["agent_id"], agent.id, "who talks with the customer who is called back")
    kinds = {event["kind"] for event in (await tenant.contact(later.caller))["events"]}
    expect("offer.made" not in kinds, "who came later is not served before the kept place", sorted(kinds))
    called_back = (await tenant.contact(CALLED_BACK))["id"]
    await talk(2)
    await agent.api.post(f"/me/interactions/{called_back}/hang-up")
    await agent.talks_with(later)
    await later.hang_up()
    hears(await later.heard(), PROMPTS["menu"], "the second caller", "what is said at later places")
    scene.saw(
        f"Music for {music:.1f} s, each told the own place; the place kept, and called back before who came later",
        f"音乐 {music:.1f} 秒，各自听到自己的排位；保留位置，并先于后到者回拨",
    )
