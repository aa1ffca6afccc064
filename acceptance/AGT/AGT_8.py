"""AGT-8: recordings of one's own."""

from acceptance.about import About, Text
from acceptance.check import equal, expect
from acceptance.scene import Scene, talk
from hujiao.app.cli.http_client import Refused

ABOUT = About(
    procedure=Text(
        "Two agents take a recorded call each. Each searches by time, number, direction, customer and "
        "business and plays the own recording, then tries the other's.",
        "两名坐席各接一次录音通话；各自按时间、号码、方向、客户、业务检索并收听自己的录音，再尝试他人的录音。",
    ),
    expected=Text(
        "The own recording, as long as the talk, is found and played; the other agent's contact and "
        "recording do not exist.",
        "找到并播放自己的录音，长度与通话一致；他人的联络与录音不存在。",
    ),
)


async def accept(scene: Scene) -> None:
    tenant, _queue, number = await scene.answering_tenant(agents=2, wrap_up_seconds=0)
    contacts = {}
    for agent in tenant.agents:
        for other in tenant.agents:
            await (other.is_ready() if other is agent else other.rests())
        call = await scene.calls_and_speaks(number)
        await agent.talks_with(call)
        await talk(2)
        await call.hang_up()
        contacts[agent.id] = await tenant.recorded(call.caller)
    for agent in tenant.agents:
        own = contacts[agent.id]
        foreign = next(contact for name, contact in contacts.items() if name != agent.id)
        asked = {
            "caller": own["caller"], "direction": "inbound", "business_id": tenant.business, "from": own["started_at"],
            "customer": own["caller"],
        }  # fmt: skip
        equal(
            [row["id"] for row in (await agent.api.get("/interactions", **asked))["items"]], [own["id"]], "the own one"
        )
        asked = {"caller": foreign["caller"]}
        equal(
            (await agent.api.get("/interactions", **asked))["items"],
            [],
            "another agent's contacts, as the agent sees them",
        )
        sound = await agent.api.download(f"/recordings/{own['recordings'][0]['id']}/audio")
        expect(len(sound) > 1000, "the agent gets the own recording", f"{len(sound)} bytes")
        try:
            await agent.api.download(f"/recordings/{foreign['recordings'][0]['id']}/audio")
            status = 200
        except Refused as refused:
            status = refused.status
        equal(status, 404, "the answer to another agent's recording")
    length = contacts[tenant.agents[0].id]
    expect(
        abs(length["recordings"][0]["duration_seconds"] - length["talk_seconds"]) < 1.5, "the whole talk is recorded"
    )
    scene.saw(
        "Each agent finds and plays the own recordings by time, number, direction, customer, "
        "business; the other's do not exist",
        "坐席可按时间、号码、方向、客户、业务检索并收听自己的录音；他人的不存在",
    )
