"""REC-1: recordings."""

import io

import soundfile

from acceptance.about import About, Text
from acceptance.check import equal, expect
from acceptance.scene import CALLER, Scene, talk
from tests.sip import tones

ABOUT = About(
    procedure=Text(
        "Two calls are recorded, one as MP3, one as Opus; both sides speak a tone of their own. The files "
        "are fetched and measured, and searched for by agent, caller, queue, business, direction and time.",
        "录制两次通话，一次MP3、一次Opus；双方各有不同的音调。取回文件并测量，再按坐席、主叫、技能组、业务、方向、"
        "时间检索。",
    ),
    expected=Text(
        "Each side is clear on a channel of its own, the length is that of the talk, a minute takes less "
        "than 1.2 MB, and the search finds exactly that recording.",
        "双方各在自己的声道上且清晰，长度与通话一致，每分钟小于1.2 MB，检索恰好找到该录音。",
    ),
)


LARGEST_PER_MINUTE = 1_200_000


async def accept(scene: Scene) -> None:
    tenant, queue, number = await scene.answering_tenant(wrap_up_seconds=0)
    agent = tenant.agents[0]
    for wanted, kind in (("mp3", "MP3"), ("opus", "OGG")):
        await tenant.admin.put("/settings", {"recording_format": wanted})
        call = await scene.calls_and_speaks(number)
        await agent.talks_with(call)
        await talk(6)
        await call.hang_up()
        contact = await tenant.recorded(call.caller)
        recording = contact["recordings"][0]
        audio = await tenant.admin.download(f"/recordings/{recording['id']}/audio")
        scene.keeps_recording(f"recording-{wanted}.{'mp3' if wanted == 'mp3' else 'ogg'}", audio)
        with soundfile.SoundFile(io.BytesIO(audio)) as sound:
            equal(
                (sound.format, sound.channels), (kind, 2), "the format, and the customer and the agent on a side each"
            )
            seconds = sound.frames / sound.samplerate
        file = scene.folder / f"{recording['id']}.wav"
        samples, rate = soundfile.read(io.BytesIO(audio))
        soundfile.write(file, samples, rate)
        for channel, own, other in ((0, CALLER, agent.tone), (1, agent.tone, CALLER)):
            heard, foreign = (tones.seconds_of(file, tone, channel=channel) for tone in (own, other))
            expect(heard > 3, f"side {channel + 1} of the {wanted} has its voice", f"{heard:.1f} s")
            expect(foreign < 0.5, f"side {channel + 1} of the {wanted} has no other voice", f"{foreign:.1f} s")
        expect(abs(seconds - contact["talk_seconds"]) < 1.5, "the recording is as long as the talk", f"{seconds:.1f} s")
        size = len(audio) / seconds * 60
        expect(size < LARGEST_PER_MINUTE, "a minute is of moderate size", f"{size / 1000:.0f} kB")
        filed = {"agent_id": agent.id, "caller": call.caller, "queue_id": queue, "business_id": tenant.business}
        found = await tenant.admin.get(
            "/interactions", **filed, direction="inbound", has_recording="true", **{"from": contact["started_at"]}
        )
        equal([row["id"] for row in found["items"]], [contact["id"]], "what is found by agent, caller, kind and time")
        scene.saw(
            f"{kind}: {seconds:.1f} s, both sides apart, {size / 1000:.0f} kB a minute, "
            "found by agent, time, caller, business",
            f"{kind}：{seconds:.1f} 秒，双方分声道，每分钟 {size / 1000:.0f} kB，可按坐席、时间、主叫、业务找到",
        )
