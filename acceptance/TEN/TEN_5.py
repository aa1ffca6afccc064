"""TEN-5: language for each tenant."""

from acceptance.about import About, Text
from acceptance.check import expect
from acceptance.scene import Scene

ABOUT = About(
    procedure=Text(
        "Three tenants are made with Simplified Chinese, Traditional Chinese and English as their language;"
        " an administrator of each signs in with a browser of another language.",
        "分别以简体中文、繁体中文、英文建立三个租户；各自的管理员用其他语言的浏览器登录。",
    ),
    expected=Text(
        "Each sees the screens in the tenant's language, and no word of another.",
        "界面均为租户的语言，没有其他语言的词语。",
    ),
)


WORDS = {"zh-CN": "技能组", "zh-TW": "佇列", "en": "Queues"}


async def accept(scene: Scene) -> None:
    for language, word in WORDS.items():
        tenant = await scene.tenant(language=language)
        window = await scene.window(tenant.slug, "admin", tenant.password, language="fr")
        await window.go("/admin/queues")
        await window.page.get_by_text(word, exact=True).first.wait_for()
        shown = await window.page.inner_text("body")
        for other in set(WORDS.values()) - {word}:
            expect(other not in shown, f"the screen in {language} has no word of another language", other)
        await scene.picture(
            window, f"queues-{language}", f"The queues page of a tenant in {language}", f"{language} 租户的技能组页面"
        )
        await window.page.context.close()
    scene.saw(
        "The screens of three tenants in Simplified Chinese, Traditional Chinese and English",
        "三个租户的界面分别为简体中文、繁体中文、英文",
    )
