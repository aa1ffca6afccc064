"""IVR-6: several parties in one flow."""

import asyncio

from acceptance import flows
from acceptance.about import About, Text
from acceptance.check import equal, happens, until
from acceptance.scene import Scene, talk
from hujiao.asterisk.testphone.phone import Call
from tests.sip import tones

ABOUT = About(
    procedure=Text(
        "Three callers come to one conference by a flow, the third of them waits outside. A supervisor lets the third "
        "in, holds the second out, takes them back and hangs up on the third.",
        "三名来电者经流程进入同一会议，第三人先在会场外等候。班长让第三人进入会场，将第二人移出会场、再接回，并挂断第三人。",
    ),
    expected=Text(
        "After each act those who are in hear each other, and whoever is outside hears music only.",
        "每次操作之后，会场内各方互相听到，会场外的只听到音乐。",
    ),
)

# What each of the three says after each act, above the music; and whom each of them must hear then.
VOICES = ((2270, 1490, 2000), (1270, 2690, 2970), (1380, 1900, 2480), (2370, 2120, 3180))
HEARD = (("1", "0", ""), ("12", "02", "01"), ("2", "", "0"), ("12", "02", "01"))
TALK_SECONDS = 2.0


def room(**more: object) -> flows.Document:
    return flows.document(first={"type": "conference", "room": "board", "tones": False, **more})


async def accept(scene: Scene) -> None:
    tenant = await scene.tenant()
    open_door = await tenant.number(await tenant.flow(room()))
    waits = await tenant.number(await tenant.flow(room(admission="by_host")))
    callers = []
    for number in (open_door, open_door, waits):
        callers.append(await scene.call(number))
        await tenant.event(callers[-1].caller, "conference.entered")
    _, second, third = callers

    async def act(call: Call, what: str, kind: str) -> None:
        async def look() -> str:
            for conference in await tenant.admin.get("/conferences"):
                for party in conference["parties"]:
                    if party["number"] == call.caller:
                        return f"/conferences/{conference['id']}/parties/{party['leg_id']}"
            return ""

        party = await until(look, bool, f"{call.caller} is among the parties")
        await tenant.admin.post(f"{party}/{what}")
        await tenant.event(call.caller, kind)

    async def all_talk(part: int) -> None:
        for call, hertz in zip(callers, VOICES[part], strict=True):
            await call.say(f"sound:{scene.tone(hertz, 60).with_suffix('')}")
        await talk(TALK_SECONDS)
        for call in callers:
            await call.be_silent()

    await all_talk(0)
    await act(third, "admit", "conference.admitted")
    await all_talk(1)
    await act(second, "hold", "conference.held")
    await all_talk(2)
    await act(second, "admit", "conference.resumed")
    await all_talk(3)
    await act(third, "remove", "conference.left")
    await happens(third.ended, "the third is hung up on")
    await asyncio.gather(*(call.hang_up() for call in callers[:2]))
    for part, (voices, wanted) in enumerate(zip(VOICES, HEARD, strict=True)):
        found = []
        for call in callers:
            seconds = [tones.seconds_of(await call.heard(), hertz) for hertz in voices]
            found.append("".join(str(place) for place, heard in enumerate(seconds) if heard > TALK_SECONDS / 4))
        equal(tuple(found), wanted, f"whom each of them hears in part {part + 1}, by place")
    contact = await tenant.ended(third.caller)
    left = next(event for event in contact["events"] if event["kind"] == "conference.left")
    equal(left["data"]["why"], "removed", "why the third has left")
    scene.saw("each act changed who heard whom, and nothing else", "每次操作只改变了相应各方的收听")
