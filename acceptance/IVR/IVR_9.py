"""IVR-9: recording and mailbox."""

import io

import soundfile

from acceptance import flows
from acceptance.about import About, Text
from acceptance.check import equal, expect, happens
from acceptance.scene import CALLER, Scene, talk
from tests.sip import tones

ABOUT = About(
    procedure=Text(
        "A flow asks for a message; the caller speaks and presses #. The message is looked for among the "
        "contacts and played.",
        "流程请来电者留言；来电者讲话后按#。在联络中查找并播放留言。",
    ),
    expected=Text(
        "The message is kept as what the caller said, is listed and can be played.",
        "留言内容与所说一致，可列出并播放。",
    ),
    lacks=(
        Text("Fetching messages by telephone", "电话提取留言"),
        Text(
            "Recording in the flow while it goes on (agents' calls are recorded)", "流程中的实时录音（坐席通话已录音）"
        ),
    ),
)


async def accept(scene: Scene) -> None:
    tenant = await scene.tenant()
    record = {
        "type": "record_message",
        "prompts": ["greeting"],
        "max_seconds": 60,
        "silence_seconds": 0,
        "next": "thanks",
    }
    number = await tenant.number(await tenant.flow(flows.document(first=record, thanks=flows.play("thanks"))))
    call = await scene.call(number)
    await tenant.event(call.caller, "recording.started")
    await scene.speaks(call)
    await talk(5)
    await call.press("#")
    await happens(call.ended, "the flow ends")
    contact = await tenant.contact(
        call.caller,
        lambda seen: seen["message_left"] and any(r["state"] == "ready" for r in seen["recordings"]),
        "the message is ready",
    )
    found = (await tenant.admin.get("/interactions", message_left="true"))["items"]
    equal([row["id"] for row in found], [contact["id"]], "the contacts with a message")
    sound = await tenant.admin.download(f"/recordings/{contact['recordings'][0]['id']}/audio")
    scene.keeps_recording("message.mp3", sound)
    samples, rate = soundfile.read(io.BytesIO(sound))
    file = scene.folder / "message.wav"
    soundfile.write(file, samples, rate)
    said = tones.seconds_of(file, CALLER)
    expect(said > 3.5, "the message has what the caller said", f"{said:.1f} s")
    expect(tones.duration(file) < said + 1.5, "and nothing besides", f"{tones.duration(file):.1f} s")
    scene.saw(
        f"A message of {tones.duration(file):.1f} s, listed and played; {said:.1f} s of the caller's voice",
        f"留言 {tones.duration(file):.1f} 秒，可列出并播放；其中来电者声音 {said:.1f} 秒",
    )
