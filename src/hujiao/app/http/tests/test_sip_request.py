"""Which messages of a browser reach the switch: those that JsSIP writes do, what attackers try does not."""

from __future__ import annotations

import pytest

from hujiao.app.http.sockets.sip_request import acceptable

USER = "a1b2c3"


def message(
    start: str = "INVITE sip:echo@hujiao SIP/2.0",
    sender: str = f'"Li Na" <sip:{USER}@hujiao>;tag=8kq2',
    to: str = "<sip:echo@hujiao>",
    *more: str,
    body: str = "",
    length: int | None = None,
) -> bytes:
    fields = ["Via: SIP/2.0/WSS 3f.invalid;branch=z9hG4bK1", f"To: {to}", f"From: {sender}", "CSeq: 1 INVITE", *more]
    size = len(body.encode()) if length is None else length
    return "\r\n".join([start, *fields, f"Content-Length: {size}", "", body]).encode()


@pytest.mark.parametrize(
    "said",
    [
        b"\r\n\r\n",
        message(),
        message(sender=f"<sip:{USER}@hujiao>;tag=1", body="v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=é\r\n"),
        message("REGISTER sip:hujiao SIP/2.0", to=f"<sip:{USER}@hujiao>"),
        message("SIP/2.0 200 OK", '"13800" <sip:13800@10.0.0.1>;tag=z', "<sip:k3j2@x.invalid;transport=ws>;tag=u"),
        # Within a call the browser is whom the switch called, and the other side has any name.
        message("BYE sip:10.0.0.1:5060 SIP/2.0", "<sip:k3j2@x.invalid>;tag=u", '"a \\"b\\" <c>" <sip:10.0.0.1>;tag=z'),
        message("INVITE sip:x@10.0.0.1 SIP/2.0", "<sip:k3j2@x.invalid>;tag=u", "<sip:anonymous@10.0.0.1:5060>;tag=z"),
    ],
)
def test_what_our_phone_says_passes(said: bytes) -> None:
    assert acceptable(said, USER)


@pytest.mark.parametrize(
    "method", ["INVITE", "REGISTER", "MESSAGE", "SUBSCRIBE", "OPTIONS", "PUBLISH", "REFER", "NOTIFY"]
)
@pytest.mark.parametrize(
    "sender",
    [
        "<sip:test-phone@hujiao>;tag=1",
        "<sip:13800000000@hujiao>;tag=1",
        f"<sip:{USER}x@hujiao>;tag=1",
        f"<sip:x{USER}@hujiao>;tag=1",
        "<sip:%74est-phone@hujiao>;tag=1",
        "<sip:hujiao>;tag=1",
        f'"x" <sip:test-phone@hujiao>;a="<sip:{USER}@hujiao>"',
        f'"<sip:{USER}@hujiao>" <sip:other@hujiao>;tag=1',
        f'"\\" <sip:{USER}@hujiao>" <sip:other@hujiao>;tag=1',
        f"<sip:other@hujiao>, <sip:{USER}@hujiao>;tag=1",
        f"<sip:{USER}@hujiao>;tag=1, <sip:other@hujiao>",
        f"sip:other@hujiao;x=<sip:{USER}@hujiao>",
        f"<sip:{USER}@other@hujiao>",
        "",
    ],
)
def test_a_new_request_in_another_name_does_not(method: str, sender: str) -> None:
    assert not acceptable(message(f"{method} sip:95001@hujiao SIP/2.0", sender), USER)


FORGED = "From: <sip:test-phone@hujiao>;tag=2"


@pytest.mark.parametrize(
    "said",
    [
        message("INVITE sip:1@h SIP/2.0", f"<sip:{USER}@hujiao>;tag=1", "<sip:1@h>", FORGED),
        message("INVITE sip:1@h SIP/2.0", f"<sip:{USER}@hujiao>;tag=1", "<sip:1@h>", "f: <sip:test-phone@hujiao>"),
        message("INVITE sip:1@h SIP/2.0", f"<sip:{USER}@hujiao>;tag=1", "<sip:1@h>", "FROM : <sip:test-phone@hujiao>"),
        message("INVITE sip:1@h SIP/2.0", f"<sip:{USER}@hujiao>;tag=1", "<sip:1@h>", "X: 1\r\n " + FORGED),
        message("INVITE sip:1@h SIP/2.0", f"<sip:{USER}@hujiao>;tag=1", "<sip:1@h>", "X: 1\n" + FORGED),
        message("INVITE sip:1@h SIP/2.0", f"<sip:{USER}@hujiao>;tag=1", "<sip:1@h>", "X: 1\r" + FORGED),
        message("INVITE sip:1@h SIP/2.0", f"<sip:{USER}@hujiao>;tag=1", "<sip:1@h>", "X: 1\0"),
        message("INVITE sip:1@h SIP/2.0", f"<sip:{USER}@hujiao>;tag=1", "<sip:1@h>", "l: 5"),
        message("INVITE sip:1@h SIP/2.0", "<sip:other@h>;tag=1", "<sip:1@h>;tag="),
        message("INVITE sip:1@h SIP/2.0", "<sip:other@h>;tag=1", '"x;tag=1" <sip:1@h>'),
        message("INVITE sip:1@h SIP/2.0", "<sip:other@h>;tag=1", "<sip:1@h;tag=1>"),
        message("SIP/2.0 200 OK", "<sip:x@h>;tag=1", body="INVITE sip:1@h SIP/2.0\r\n", length=0),
        message() + message("INVITE sip:1@h SIP/2.0", "<sip:test-phone@h>;tag=1"),
        b"\r\n\r\n" + message("INVITE sip:1@h SIP/2.0", "<sip:test-phone@h>;tag=1"),
        message().replace(b"\r\n", b"\n"),
        message().removesuffix(b"\r\n"),
        message().replace(b"Li Na", b"Li\xff"),
        message("invite sip:1@h SIP/2.0", "<sip:other@h>;tag=1"),
        message("SIP/2.0 INVITE sip:1@h", "<sip:other@h>;tag=1"),
        b"x" * 100,
    ],
)
def test_what_two_readers_might_understand_in_two_ways_does_not(said: bytes) -> None:
    assert not acceptable(said, USER)
