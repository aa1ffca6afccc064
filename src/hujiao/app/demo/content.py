"""What the demo's tenants consist of. Names are in each tenant's language; logins and numbers are the same shape."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DemoQueue:
    key: str
    name: str
    business: str
    skill: str


# Which of the reasons are breaks, by their codes.
BREAKS = frozenset({"break", "meal"})


@dataclass(frozen=True, slots=True)
class DemoAgent:
    number: str
    name: str
    skills: dict[str, int]


@dataclass(frozen=True, slots=True)
class DemoNumber:
    number: str
    label: str
    business: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class DemoTenant:
    slug: str
    name: str
    language: str
    time_zone: str
    shard: int
    projects: dict[str, tuple[str, ...]]
    flow: str
    labels: dict[str, str]
    queues: tuple[DemoQueue, ...]
    agents: tuple[DemoAgent, ...]
    supervisor: str
    administrator: str
    numbers: tuple[DemoNumber, ...]
    reasons: dict[str, str]
    dispositions: dict[str, tuple[str, ...]]
    seats: tuple[str, ...]
    room: str


PLATFORM_SLUG = "platform"
PLATFORM_NAME = "hujiao"
PLATFORM_ADMINISTRATOR = "平台管理员"

TELECOM = DemoTenant(
    slug="a",
    name="星河电信客服",
    language="zh-CN",
    time_zone="Asia/Shanghai",
    shard=0,
    projects={"客户服务热线": ("账单", "报修", "综合服务"), "政企客户": ("政企咨询",)},
    flow="服务热线",
    labels={
        "answer": "接听",
        "greeting": "欢迎语",
        "menu": "主菜单",
        "bills": "账单队列",
        "repairs": "报修队列",
        "operator": "人工服务队列",
        "all_busy": "全忙提示",
        "rating": "满意度评价",
        "thanks": "致谢",
        "goodbye": "道别",
        "hang_up": "挂机",
    },
    queues=(
        DemoQueue("bills", "账单服务", "账单", "账单"),
        DemoQueue("repairs", "故障报修", "报修", "报修"),
        DemoQueue("operator", "人工服务", "综合服务", "综合"),
    ),
    agents=(
        DemoAgent("1001", "王芳", {"账单": 8, "综合": 6}),
        DemoAgent("1002", "李伟", {"账单": 6, "综合": 5}),
        DemoAgent("1003", "张敏", {"报修": 8, "综合": 6}),
        DemoAgent("1004", "刘洋", {"报修": 6, "综合": 5}),
        DemoAgent("1005", "陈静", {"账单": 5, "报修": 5, "综合": 8}),
    ),
    supervisor="赵班长",
    administrator="星河管理员",
    numbers=(
        DemoNumber("10010001", "星河电信服务热线", "综合服务"),
        DemoNumber("10010002", "星河電訊服務熱線（粵語）", "综合服务", "yue"),
    ),
    reasons={"break": "小休", "meal": "用餐", "training": "培训", "meeting": "会议", "paperwork": "整理资料"},
    dispositions={
        "账单": ("话费查询", "费用异议", "开具发票"),
        "报修": ("宽带故障", "手机信号", "预约上门"),
        "其他": ("投诉建议", "业务咨询", "拨错号码"),
    },
    seats=("A01", "A02", "A03", "A04", "A05", "A06"),
    room="一楼大厅",
)

WATER = DemoTenant(
    slug="b",
    name="Clearwater Utilities",
    language="en",
    time_zone="Europe/London",
    shard=1,
    projects={"Customer line": ("Billing", "Repairs", "General")},
    flow="Customer line",
    labels={
        "answer": "Answer",
        "greeting": "Greeting",
        "menu": "Main menu",
        "bills": "Billing queue",
        "repairs": "Repairs queue",
        "operator": "Operator queue",
        "all_busy": "All busy",
        "rating": "Satisfaction",
        "thanks": "Thanks",
        "goodbye": "Goodbye",
        "hang_up": "Hang up",
    },
    queues=(
        DemoQueue("bills", "Billing", "Billing", "Billing"),
        DemoQueue("repairs", "Repairs", "Repairs", "Repairs"),
        DemoQueue("operator", "Operator", "General", "General"),
    ),
    agents=(
        DemoAgent("2001", "Alice Reed", {"Billing": 8, "General": 6}),
        DemoAgent("2002", "Ben Carter", {"Billing": 6, "General": 5}),
        DemoAgent("2003", "Chloe Evans", {"Repairs": 8, "General": 6}),
        DemoAgent("2004", "Dan Foster", {"Repairs": 6, "General": 5}),
        DemoAgent("2005", "Emma Grant", {"Billing": 5, "Repairs": 5, "General": 8}),
    ),
    supervisor="Frank Hughes",
    administrator="Grace Irwin",
    numbers=(DemoNumber("20020001", "Clearwater customer line", "General"),),
    reasons={"break": "Break", "meal": "Meal", "training": "Training", "meeting": "Meeting", "paperwork": "Paperwork"},
    dispositions={
        "Billing": ("Balance", "Disputed charge", "Payment plan"),
        "Repairs": ("Leak", "No water", "Visit booked"),
        "Other": ("Complaint", "General question", "Wrong number"),
    },
    seats=("B01", "B02", "B03", "B04", "B05", "B06"),
    room="Ground floor",
)

TENANTS = (TELECOM, WATER)
