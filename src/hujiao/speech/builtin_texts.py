"""What the platform itself says to callers, in each language: every tenant starts with these prompts.

`queue_position_N` is for who is at position N (1 is next to be served), `expected_wait_N` for who waits N minutes more.
"""

from __future__ import annotations

POSITIONS = 20
WAIT_MINUTES = 15

_GENERAL: dict[str, dict[str, str]] = {
    "zh-CN": {
        "invalid_key": "您的输入有误，请重新输入。",
        "timeout": "没有收到您的按键。",
        "goodbye": "感谢您的来电，再见。",
        "all_busy": "非常抱歉，现在所有座席都在通话中，请您稍后再拨。",
        "system_failure": "非常抱歉，系统出现故障，暂时无法为您服务，请稍后再拨。",
        "unknown_number": "您拨打的号码不存在，请核对后再拨。",
        "suspended": "您拨打的号码已暂停服务。",
        "fallback": "您好，服务系统正在维护，暂时无法接通，请您稍后再拨。",
        "leave_message": "请在提示音后留言，按井号键结束。",
        "please_wait": "正在为您接通，请稍候。",
        "queue_position_many": "现在排队的客户较多，请您耐心等候，不要挂机。",
        "queue_position_1": "您是下一位，马上为您接通，请稍候。",
        "expected_wait_1": "预计等待时间不超过一分钟。",
        "expected_wait_many": "预计等待时间较长。",
        "callback_offer": "如果您不想继续等候，请按一，我们会为您保留位置，轮到您时拨打您的来电号码。",
        "callback_promised": "已为您登记回电，您的位置已经保留，轮到您时我们会打给您。感谢您的来电，再见。",
        "agent_number": "工号",
        "at_your_service": "为您服务。",
    },
    "yue": {
        "invalid_key": "你嘅輸入唔正確，請再試一次。",
        "timeout": "收唔到你嘅按鍵。",
        "goodbye": "多謝你嘅來電，再見。",
        "all_busy": "對唔住，而家所有職員都喺通話中，請你遲啲再打嚟。",
        "system_failure": "對唔住，系統出咗問題，暫時未能為你服務，請遲啲再打嚟。",
        "unknown_number": "你打嘅號碼唔存在，請查清楚再打。",
        "suspended": "你打嘅號碼已經暫停服務。",
        "fallback": "你好，系統正喺維修，暫時未能接通，請遲啲再打嚟。",
        "leave_message": "請喺提示音之後留言，講完請撳井號鍵。",
        "please_wait": "而家幫你接通，請等一陣。",
        "queue_position_many": "而家排隊嘅客戶比較多，請耐心等候，唔好收線。",
        "queue_position_1": "你係下一位，即將幫你接通，請等一陣。",
        "expected_wait_1": "預計等候時間唔超過一分鐘。",
        "expected_wait_many": "預計要等一段時間。",
        "callback_offer": "如果你唔想再等，請按一，我哋會為你保留位置，輪到你就會打返你嘅來電號碼。",
        "callback_promised": "已經為你登記回電，你嘅位置會保留，輪到你我哋就會打畀你。多謝你嘅來電，再見。",
        "agent_number": "職員編號",
        "at_your_service": "為你服務。",
    },
    "en": {
        "invalid_key": "Sorry, that key is not an option.",
        "timeout": "Sorry, we did not receive a key.",
        "goodbye": "Thank you for calling. Goodbye.",
        "all_busy": "Sorry, all of our agents are busy. Please call again later.",
        "system_failure": "Sorry, we are having a technical problem. Please call again later.",
        "unknown_number": "The number you have dialled is not in service. Please check it and dial again.",
        "suspended": "The number you have dialled is out of service at present.",
        "fallback": "Hello. Our system is being serviced and cannot take your call right now. Please call again later.",
        "leave_message": "Please leave a message after the tone. Press the hash key when you have finished.",
        "please_wait": "Please wait while we connect you.",
        "queue_position_many": "Many callers are waiting. Please stay on the line.",
        "queue_position_1": "You are next. Please stay on the line.",
        "expected_wait_1": "Your expected wait is less than one minute.",
        "expected_wait_many": "The expected wait is long.",
        "callback_offer": "If you would rather not wait, press one. We will keep your place, and call you back on the"
        " number you are calling from.",
        "callback_promised": "Your place is kept, and we will call you back. Thank you for calling. Goodbye.",
        "agent_number": "You are speaking with agent number",
        "at_your_service": "How may I help you?",
    },
}
_POSITION = {
    "zh-CN": "您目前排在第{}位，请您耐心等候。",
    "yue": "你而家排第{}位，請耐心等候。",
    "en": "You are number {} in the queue. Please stay on the line.",
}
_WAIT = {
    "zh-CN": "预计等待时间大约{}分钟。",
    "yue": "預計要等大約{}分鐘。",
    "en": "Your expected wait is about {} minutes.",
}
_DIGITS = "零一二三四五六七八九"
# As digits of a number are said: over the telephone 一 is 幺, which cannot be taken for 七.
_SINGLE = {
    "zh-CN": "零幺二三四五六七八九",
    "yue": "零一二三四五六七八九",
    "en": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
}
_ENGLISH = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
]


def _spoken(number: int, language: str) -> str:
    if language == "en":
        return _ENGLISH[number - 1]
    tens, ones = divmod(number, 10)
    return ("" if not tens else "十" if tens == 1 else f"{_DIGITS[tens]}十") + (_DIGITS[ones] if ones else "")


def _counted(number: int, language: str) -> str:
    """Two of something is 两."""
    return {"zh-CN": "两", "yue": "兩"}.get(language, "two") if number == 2 else _spoken(number, language)


def texts(language: str) -> dict[str, str]:
    """Every built-in prompt's text by name."""
    numbered = {
        f"queue_position_{number}": _POSITION[language].format(_spoken(number, language))
        for number in range(2, POSITIONS + 1)
    }
    waits = {
        f"expected_wait_{minutes}": _WAIT[language].format(_counted(minutes, language))
        for minutes in range(2, WAIT_MINUTES + 1)
    }
    digits = {f"digit_{digit}": spoken for digit, spoken in enumerate(_SINGLE[language])}
    return _GENERAL[language] | numbered | waits | digits


LANGUAGES = tuple(_GENERAL)
