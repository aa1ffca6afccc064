"""Charts of simulated days, as a picture and within one self-contained page."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from io import BytesIO
from math import ceil
from typing import Any
from uuid import UUID

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MultipleLocator, PercentFormatter

from hujiao.routing.simulation.chance import HALF_HOUR
from hujiao.routing.simulation.day import Call, Day
from hujiao.routing.simulation.plan import Plan

# Queues' names may be Chinese: the first of these that the machine has. A page's text is drawn by the browser.
_CJK_FONTS = ("Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Zen Hei", "Microsoft YaHei", "PingFang SC", "SimHei")
_SHOWN = 12  # more queues than these are shown together
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "hujiao",
    "axes.spines.top": False,
    "axes.spines.right": False,
}


def draw(name: str, plan: Plan, days: Sequence[Day]) -> Figure:
    """Callers and service level by half hour, how long people wait, how busy agents are."""
    have = set(font_manager.get_font_names())
    fonts = [*(font for font in _CJK_FONTS if font in have), "DejaVu Sans"]
    with mpl.rc_context({**_STYLE, "font.family": fonts}):
        figure = Figure(figsize=(13, 8), layout="constrained")
        figure.suptitle(name)
        axes = figure.subplots(2, 2)
        groups = _groups(plan, days)
        _callers(axes[0][0], plan, days)
        _service_level(axes[0][1], plan, groups)
        _waits(axes[1][0], groups)
        _occupancy(axes[1][1], days)
        return figure


def png(figure: Figure) -> bytes:
    target = BytesIO()
    with mpl.rc_context(_STYLE):
        figure.savefig(target, format="png", dpi=120)
    return target.getvalue()


def html(name: str, tables: Sequence[Sequence[Sequence[str]]], figure: Figure) -> str:
    target = BytesIO()
    with mpl.rc_context(_STYLE):
        figure.savefig(target, format="svg", metadata={"Date": None})
    chart = target.getvalue().decode()
    body = "\n".join(_table(rows) for rows in tables)
    return _PAGE.format(name=escape(name), tables=body, chart=chart[chart.index("<svg") :])


def _table(rows: Sequence[Sequence[str]]) -> str:
    def row(cells: Sequence[str], kind: str) -> str:
        return "<tr>" + "".join(f"<{kind}>{escape(cell)}</{kind}>" for cell in cells) + "</tr>"

    return "<table>" + row(rows[0], "th") + "".join(row(cells, "td") for cells in rows[1:]) + "</table>"


def _groups(plan: Plan, days: Sequence[Day]) -> dict[str, list[Call]]:
    """Calls of all days by queue and medium; of too many queues, together."""
    calls = [call for day in days for call in day.calls]
    if len(plan.loads) > _SHOWN:
        return {"all queues": calls}
    groups: dict[str, list[Call]] = {}
    for queue, load in plan.loads.items():
        for stream in load.streams():
            groups[_line(plan, queue, stream.medium)] = []
    for call in calls:
        groups.setdefault(_line(plan, call.queue_id, call.medium), []).append(call)
    return groups


def _line(plan: Plan, queue: UUID, medium: str) -> str:
    """A queue's name, and the medium where several come to it."""
    name = plan.names.get(queue, str(queue))
    return f"{name}, {medium}" if plan.loads[queue].beside else name


def _pieces(plan: Plan) -> range:
    return range(int(plan.warm_up // HALF_HOUR), -int(-plan.length // HALF_HOUR))


def _clock(axis: Any, plan: Plan) -> None:
    """Times of day at whole hours."""

    def told(seconds: float, _: int) -> str:
        minutes = int(plan.begins_at + seconds) // 60
        return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"

    axis.xaxis.set_major_locator(MultipleLocator(3600 * ceil(plan.length / 3600 / 12), offset=-plan.begins_at % 3600))
    axis.xaxis.set_major_formatter(FuncFormatter(told))


def _callers(axis: Any, plan: Plan, days: Sequence[Day]) -> None:
    pieces = _pieces(plan)
    counts = {outcome: [0.0] * len(pieces) for outcome in ("answered", "abandoned", "unserved")}
    for day in days:
        for call in day.calls:
            counts[call.outcome][int(call.arrived_at // HALF_HOUR) - pieces.start] += 1 / len(days)
    below = [0.0] * len(pieces)
    for (outcome, values), color in zip(counts.items(), ("#3b7dd8", "#e07b39", "#999999"), strict=True):
        if any(values):
            at = [piece * HALF_HOUR for piece in pieces]
            axis.bar(at, values, HALF_HOUR * 0.9, bottom=below, align="edge", label=outcome, color=color)
            below = [one + other for one, other in zip(below, values, strict=True)]
    axis.set_title("Callers by half hour of arrival")
    _clock(axis, plan)
    if any(below):
        axis.legend()


def _service_level(axis: Any, plan: Plan, groups: dict[str, list[Call]]) -> None:
    for name, calls in groups.items():
        parts: dict[int, list[int]] = {}
        for call in calls:
            load = plan.loads[call.queue_id].on(call.medium)
            if call.outcome == "abandoned" and call.wait <= load.short_abandon_seconds:
                continue
            part = parts.setdefault(int(call.arrived_at // HALF_HOUR), [0, 0])
            part[0] += call.outcome == "answered" and call.wait <= load.service_level_seconds
            part[1] += 1
        at = sorted(parts)
        axis.plot(
            [(piece + 0.5) * HALF_HOUR for piece in at], [parts[p][0] / parts[p][1] for p in at], ".-", label=name
        )
    axis.set_ylim(0, 1.02)
    axis.yaxis.set_major_formatter(PercentFormatter(1.0))
    axis.set_title("Service level by half hour of arrival")
    _clock(axis, plan)
    axis.legend()


def _waits(axis: Any, groups: dict[str, list[Call]]) -> None:
    for name, calls in groups.items():
        waits = sorted(call.wait for call in calls if call.outcome == "answered")
        if waits:
            step = max(1, len(waits) // 500)
            axis.plot(waits[::step], [at / len(waits) for at in range(1, len(waits) + 1, step)], label=name)
    axis.yaxis.set_major_formatter(PercentFormatter(1.0))
    axis.set_ylim(0, 1.02)
    axis.set_xlabel("seconds")
    axis.set_title("Answered within")
    if axis.lines:
        axis.legend()


def _occupancy(axis: Any, days: Sequence[Day]) -> None:
    there = [agent for day in days for agent in day.agents if agent.present]
    shares = [agent.busy / agent.present for agent in there]
    points = [agent.loaded / agent.present for agent in there]
    weights = [1 / len(days)] * len(there)
    axis.hist(shares, bins=25, range=(0, 1), color="#3b7dd8", weights=weights, label="with something in hand")
    if any(abs(one - other) > 0.01 for one, other in zip(shares, points, strict=True)):
        axis.hist(points, bins=25, range=(0, 1), color="#e07b39", alpha=0.6, weights=weights, label="in points")
        axis.legend()
    axis.xaxis.set_major_formatter(PercentFormatter(1.0))
    axis.set_xlabel("occupancy")
    axis.set_title("Agents by occupancy")


_PAGE = """<!doctype html>
<html><head><meta charset="utf-8"><title>{name}</title>
<style>
body {{ font: 14px/1.5 system-ui, "Noto Sans CJK SC", sans-serif; color: #222 }}
body {{ margin: 2rem auto; max-width: 1200px; padding: 0 1rem }}
table {{ border-collapse: collapse; margin: 1rem 0; display: block; overflow-x: auto }}
th, td {{ padding: .3rem .7rem; text-align: right; border-bottom: 1px solid #ddd; white-space: nowrap }}
th:first-child, td:first-child {{ text-align: left }}
svg {{ width: 100%; height: auto }}
</style></head>
<body><h1>{name}</h1>
{tables}
{chart}
</body></html>
"""
