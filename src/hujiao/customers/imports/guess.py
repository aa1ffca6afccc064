"""What the columns of a file may be: by what the last file's were, else by their headings. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from hujiao.customers.imports.views import SEVERAL, ColumnIn

# Headings as people write them, without blanks and in small letters.
_WORDS: Mapping[str, str] = {
    "name": "姓名 名称 名稱 客户姓名 客户名称 客戶姓名 客戶名稱 客户 客戶 联系人 聯絡人"
    " name fullname customer customername contact contactname",
    "phone": "电话 電話 手机 手機 号码 號碼 手机号 手机号码 手機號碼 电话号码 電話號碼"
    " 联系电话 聯絡電話 联系方式"
    " 固话 座机 家庭电话 办公电话 公司电话 备用电话 行動電話 phone phones mobile tel telephone number phonenumber"
    " mobilephone cell homephone workphone officephone",
    "email": "邮箱 郵箱 电子邮箱 电子邮件 電子郵件 邮件 信箱 email e-mail e-mails emails mail emailaddress",
    "chat": "微信 微信号 在线聊天 聊天账号 会话账号 線上對話 wechat chat chats chatid openid line",
    "grade": "等级 等級 级别 級別 客户等级 客户级别 客戶等級 grade level",
    "tags": "标签 標籤 标记 tags tag labels",
    "agent": "工号 工號 坐席工号 专属坐席工号 專屬專員工號 客户经理工号 agentnumber ownagentnumber",
    "project": "项目 專案 项目名称 所属项目 project",
    "note": "备注 備註 说明 說明 note notes remark remarks comment",
}
_TARGETS = {word: target for target, words in _WORDS.items() for word in words.split()}
_LABELLED = frozenset(("phone", "email", "chat"))


def columns(
    headings: Sequence[str],
    fields: Iterable[tuple[str, Iterable[str]]],
    last: Mapping[str, ColumnIn],
) -> list[ColumnIn]:
    """What each column is. `fields` are the tenant's own: the key of each with its names; `last` is by heading."""
    own = {_plain(name): f"fields.{key}" for key, names in fields for name in (key, *names)}
    taken: set[str] = set()
    found = []
    for heading in headings:
        column = last.get(heading) or _by_heading(heading, own)
        known = column.target is None or column.target in _WORDS or column.target in own.values()
        if column.target in taken or not known:
            column = ColumnIn()
        if column.target and column.target not in SEVERAL:
            taken.add(column.target)
        found.append(column)
    return found


def _by_heading(heading: str, own: Mapping[str, str]) -> ColumnIn:
    plain = _plain(heading)
    target = own.get(plain) or _TARGETS.get(plain) or _TARGETS.get(plain.rstrip("0123456789"))
    return ColumnIn(target=target, label=heading.strip()[:30] if target in _LABELLED else "")


def _plain(heading: str) -> str:
    return "".join(heading.split()).replace("_", "").casefold()
