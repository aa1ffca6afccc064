"""What the demo's tenants say to their callers: tenant → language → name → text."""

from __future__ import annotations

TEXTS: dict[str, dict[str, dict[str, str]]] = {
    "a": {
        "zh-CN": {
            "greeting": "您好，欢迎致电星河电信。",
            "main_menu": "账单查询请按一，故障报修请按二，人工服务请按零，再听一遍请按井号键。",
            "rating": "请您对本次服务进行评价，满意请按一，一般请按二，不满意请按三。",
            "thanks": "感谢您的评价，再见。",
        },
        "yue": {
            "greeting": "你好，歡迎致電星河電訊。",
            "main_menu": "查詢帳單請按一，報告故障請按二，搵職員請按零，再聽一次請按井號。",
            "rating": "請你評價今次嘅服務，滿意請按一，一般請按二，唔滿意請按三。",
            "thanks": "多謝你嘅評價，再見。",
        },
        "en": {
            "greeting": "Hello, and welcome to Galaxy Telecom.",
            "main_menu": "For bills, press one. To report a fault, press two. To speak to an operator, press zero. "
            "To hear this again, press the hash key.",
            "rating": "How was our service today? If you are satisfied, press one. If it was fair, press two. "
            "If you are not satisfied, press three.",
            "thanks": "Thank you for your answer. Goodbye.",
        },
    },
    "b": {
        "en": {
            "greeting": "Hello, and welcome to Clearwater Utilities.",
            "main_menu": "For billing, press one. For repairs, press two. To speak to an operator, press zero. "
            "To hear this again, press the hash key.",
            "rating": "How was our service today? If you are satisfied, press one. If it was fair, press two. "
            "If you are not satisfied, press three.",
            "thanks": "Thank you for your answer. Goodbye.",
        },
        "zh-CN": {
            "greeting": "您好，欢迎致电清水公司。",
            "main_menu": "账单查询请按一，故障报修请按二，人工服务请按零，再听一遍请按井号键。",
            "rating": "请您对本次服务进行评价，满意请按一，一般请按二，不满意请按三。",
            "thanks": "感谢您的评价，再见。",
        },
    },
}
# A British voice for the British company; every other language speaks with its default.
VOICES = {("b", "en"): "bf_emma"}
