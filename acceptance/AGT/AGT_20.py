"""AGT-20: mark a malicious call."""

from acceptance.about import About, Text
from acceptance.check import equal, expect
from acceptance.scene import Scene
from hujiao.app.cli.http_client import Refused

ABOUT = About(
    procedure=Text(
        "An agent marks the call at hand as malicious, takes it back and marks it again; a supervisor marks another "
        "contact after its end. The same number calls again and reaches another agent.",
        "坐席将正在进行的来电标记为恶意来电，撤销后再次标记；班长在另一联络结束后标记。同一号码再次来电，由另一坐席接听。",
    ),
    expected=Text(
        "The mark, its reason and each change of it are with the contact; the list finds it; the next agent is told "
        "how often and by whom the number was marked; an agent cannot take back another's mark.",
        "标记、原因及每次变更随联络保存；列表可筛选；下一坐席可见该号码被标记的次数与标记人；坐席不能撤销他人的标记。",
    ),
)


async def accept(scene: Scene) -> None:
    tenant, _queue, number = await scene.answering_tenant(agents=2, wrap_up_seconds=0)
    boss = await tenant.person("supervisor", "boss")
    first, second = tenant.agents
    await second.rests()
    call = await scene.call(number)
    at_hand = await first.talks_with(call)
    path = f"/interactions/{at_hand['id']}/malicious"
    await first.api.put(path, {"reason": "Threats"})
    await first.desk.sees(lambda desk: desk.interactions[at_hand["id"]]["malicious"], "the mark on the desktop")
    await first.api.delete(path)
    await first.desk.sees(lambda desk: not desk.interactions[at_hand["id"]]["malicious"], "that it is taken back")
    await first.api.put(path, {"reason": "Insults"})
    await call.hang_up()
    await tenant.ended(call.caller)
    marked = await tenant.contact(call.caller, lambda seen: seen["malicious_at"], "the contact is marked as malicious")
    equal((marked["malicious_reason"], marked["malicious_by_name"]), ("Insults", f"Agent {first.number}"), "the mark")
    kinds = [event["kind"] for event in marked["events"] if "mark" in event["kind"]]
    equal(
        kinds,
        ["interaction.marked_malicious", "interaction.mark_withdrawn", "interaction.marked_malicious"],
        "the trace of the mark",
    )

    other = await scene.call(number)
    await first.talks_with(other)
    await other.hang_up()
    ended = await tenant.ended(other.caller)
    await boss.put(f"/interactions/{ended['id']}/malicious", {"reason": "Reviewed"})
    await tenant.contact(other.caller, lambda seen: seen["malicious_reason"] == "Reviewed", "the supervisor's mark")
    found = (await tenant.admin.get("/interactions", malicious="true"))["items"]
    equal({one["caller"] for one in found}, {call.caller, other.caller}, "what the list of malicious contacts finds")
    try:
        await first.api.delete(f"/interactions/{ended['id']}/malicious")
        status = 204
    except Refused as refused:
        status = refused.status
    equal(status, 403, "an agent takes a supervisor's mark back")

    await first.rests()
    await second.is_ready()
    again = await scene.call(number, caller=call.caller)
    seen = await second.talks_with(again)
    before = await second.api.get(f"/me/interactions/{seen['id']}/marked-before")
    equal(
        (before["times"], before["by_name"], before["reason"]), (1, f"Agent {first.number}", "Insults"), "what is told"
    )
    expect(before["at"] == marked["malicious_at"], "the time of the mark is told", before["at"])
    await again.hang_up()
    scene.saw("The number's mark is shown to the next agent", "下一坐席可见该号码的恶意标记")
