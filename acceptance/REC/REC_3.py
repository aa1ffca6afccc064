"""REC-3: play, save, back up."""

from playwright.async_api import expect as shows

from acceptance.about import About, Text
from acceptance.check import equal, expect, until
from acceptance.scene import Scene, talk

ABOUT = About(
    procedure=Text(
        "A recorded call is opened in the browser: played, paused, moved ahead and back; and saved as a file.",
        "在浏览器中打开一次录音：播放、暂停、快进、快退，并另存为文件。",
    ),
    expected=Text(
        "The position follows each act; the saved file has as many bytes as the recording.",
        "播放位置随操作变化；另存的文件字节数与录音一致。",
    ),
    lacks=(
        Text("A tool to edit recordings", "录音编辑工具"),
        Text("Scheduled backup of a search's results, and bulk download", "检索结果定时备份与批量下载"),
        Text("A settable time for which recordings are kept", "可设置的录音保存期"),
    ),
)


PATIENCE_MS = 30_000


async def accept(scene: Scene) -> None:
    tenant, _, number = await scene.answering_tenant(wrap_up_seconds=0)
    call = await scene.calls_and_speaks(number)
    await tenant.agents[0].talks_with(call)
    await talk(8)
    await call.hang_up()
    contact = await tenant.recorded(call.caller)
    window = await scene.window(tenant.slug, "admin", tenant.password)
    await window.go(f"/interactions/{contact['id']}")
    await shows(window.by("player")).to_be_visible(timeout=PATIENCE_MS)
    audio = window.by("player-audio")

    async def at() -> float:
        return float(await audio.evaluate("element => element.currentTime"))

    await window.by("player-play").click()
    await until(at, lambda seconds: seconds > 1, "the recording plays")
    await window.by("player-play").click()
    equal(await audio.evaluate("element => element.paused"), True, "pausing")
    stopped = await at()
    await window.by("player").locator('[tabindex="0"]').first.focus()
    await window.page.keyboard.press("ArrowRight")
    ahead = await until(at, lambda seconds: seconds > stopped + 3, "an arrow key moves ahead")
    await window.page.keyboard.press("ArrowLeft")
    back = await until(at, lambda seconds: seconds < ahead - 3, "an arrow key moves back")
    scene.saw(
        f"Played to {stopped:.1f} s, paused, ahead to {ahead:.1f} s, back to {back:.1f} s",
        f"播放至 {stopped:.1f} 秒，暂停，快进至 {ahead:.1f} 秒，快退至 {back:.1f} 秒",
    )
    await scene.picture(window, "player", "The player, customer above, agent below", "播放器：上为客户，下为坐席")
    path = f"/recordings/{contact['recordings'][0]['id']}/audio"
    saved = await tenant.admin.download(f"{path}?download=true")
    equal(len(saved), contact["recordings"][0]["bytes"], "the bytes of the saved file")
    scene.keeps_recording("saved.mp3", saved)
    expect(not window.errors, "the page has no errors", window.errors)
