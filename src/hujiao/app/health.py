"""What the processes' own answers about their work mean: sentences that name what fails, and say what to do.

Pure: `kept` are the facts that a process answered, and whoever asks has them judged here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from hujiao.kit.i18n import known, translate

# For so long a shard may be on its way to its runtime, an event to the ledger, a command to Asterisk.
LONG_SECONDS = 10.0
LAG_SECONDS = 60.0
MOST_PORTS_HELD = 0.1  # of the voice ports, by no call


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """What fails in `part`. `what`, `means` and `do` are keys of the language files, filled with `values`.

    `restart`: a new start of the process helps. `impairs`: it is the process's own, not one tenant's.
    `tenant_id` is whose it is, `count` how often it was met since `since`.
    """

    part: str
    what: str
    do: str
    means: str = ""
    values: dict[str, Any] = {}
    impairs: bool = True
    restart: bool = False
    tenant_id: str | None = None
    tenant: str = ""
    count: int = 0
    since: str = ""

    def in_words(self, key: str, language: str = "en") -> str:
        about = self.values.get("about")
        return translate(key, language, {**self.values, "about": _object(about, language)} if about else self.values)

    @property
    def says(self) -> str:
        """One English sentence for the console."""
        whose = f"tenant {self.tenant}: " if self.tenant_id else ""
        often = f" ({f'{self.count} times since ' if self.count > 1 else ''}{self.since[:19]}Z)" if self.since else ""
        return f"{whose}{self.in_words(self.what)}{often}" + (f"; {self.in_words(self.means)}" if self.means else "")

    @property
    def mend(self) -> str:
        return self.in_words(self.do)

    def facts(self) -> dict[str, Any]:
        """As `status --json` tells it."""
        return {
            "part": self.part,
            "says": self.says,
            "mend": self.mend,
            "impairs": self.impairs,
            "restart": self.restart,
        }


def troubles(part: str, kept: Mapping[str, Any], slugs: Mapping[str, str] | None = None) -> list[Trouble]:
    """All that is wrong by a process's own facts; `slugs` are the tenants' names by their ids."""
    found = [*_runtime(part, kept), *_jobs(part, kept), *_node(part, kept)]
    found += [_fault(part, fault, slugs or {}) for fault in kept.get("faults", ())]
    return found


def _trouble(part: str, what: str, *, logs: str | None = None, restart: bool = False, **values: Any) -> Trouble:
    """`logs` is the part whose log tells more, unless it is the part itself."""
    do = "health.do_restarts" if restart else "health.do_logs"
    return Trouble(part=part, what=f"health.{what}", do=do, values={**values, "part": logs or part}, restart=restart)


def _runtime(part: str, kept: Mapping[str, Any]) -> Iterator[Trouble]:
    proof = kept.get("proof")
    if proof is None:
        return
    if proof["database_seconds"] > LONG_SECONDS:
        yield _trouble(part, "database_silent", logs="postgres", seconds=proof["database_seconds"])
    elif proof["commit_seconds"] > LONG_SECONDS:
        yield _trouble(part, "no_commit", restart=True, seconds=proof["commit_seconds"])
    if proof["oldest_event_seconds"] > LONG_SECONDS:
        yield _trouble(part, "event_waits", seconds=proof["oldest_event_seconds"])
    if proof["effect_seconds"] > LONG_SECONDS:
        yield _trouble(part, "no_effect", logs="asterisk", seconds=proof["effect_seconds"])
    for shard in kept.get("shard_states", ()):
        if shard["stage"] != "ready" and shard["seconds"] > LONG_SECONDS:
            why = f": {shard['reason']}" if shard["reason"] else ""
            stage = f"health.stage_{shard['stage'].replace(' ', '_')}"
            yield _trouble(part, "shard_waits", shard=shard["shard"], stage=stage, seconds=shard["seconds"], why=why)


def _jobs(part: str, kept: Mapping[str, Any]) -> Iterator[Trouble]:
    aside = {fault["tenant_id"] for fault in kept.get("faults", ()) if fault["work"] == "facts"}
    behind = [lag for lag in kept.get("projection", ()) if lag["tenant_id"] not in aside]
    seconds = max((lag["seconds"] or 0.0 for lag in behind), default=0.0)
    if seconds > LAG_SECONDS:
        values = {"seconds": seconds, "events": sum(lag["events"] for lag in behind), "part": part}
        yield Trouble(part=part, what="health.facts_behind", do="health.do_logs_unless_shrinking", values=values)


def _node(part: str, kept: Mapping[str, Any]) -> Iterator[Trouble]:
    watch = kept.get("watch")
    if watch is None:
        return
    if not watch["asterisk"]:
        yield _trouble(part, "no_answer_from_asterisk", logs="asterisk")
    elif watch["seconds"] > LONG_SECONDS:
        yield _trouble(part, "watch_stands", seconds=watch["seconds"])
    ports = kept.get("voice_ports", {"held": 0, "count": 0})
    if ports["held"] > ports["count"] * MOST_PORTS_HELD:
        yield Trouble(part=part, what="health.ports_held", do="health.do_end_asterisk", values=ports, impairs=False)
    for trunk in kept.get("trunks_left_out", ()):
        yield Trouble(
            part=part, what="health.trunk_left_out", do="health.do_correct_trunk", values=dict(trunk), impairs=False
        )


def _object(about: str, language: str) -> str:
    """What fails, as `culprit` names it, with the kinds of things in the reader's words."""
    parts = []
    for part in about.split(", "):
        kind, _, name = part.partition(" ")
        word = f"health.object_{kind}"
        parts.append(translate(word, language, {"name": name}) if name and known(word) else part)
    return ", ".join(parts)


def _fault(part: str, fault: Mapping[str, Any], slugs: Mapping[str, str]) -> Trouble:
    tenant_id = fault["tenant_id"]
    work = fault["work"].replace(" ", "_")
    about = f"health.about_{work}"  # of a tenant's works that have no object of their own
    values = {"about": about if tenant_id and known(about) else fault["about"], "reason": fault["reason"], "part": part}
    often = {"count": fault["count"], "since": fault["first_at"]}
    if tenant_id is None:
        return Trouble(part=part, what="health.fault", do="health.do_logs", values=values, **often)
    means = f"health.means_{work}"
    return Trouble(
        part=part,
        what="health.fault",
        means=means if known(means) else "health.means_pause",
        do="health.do_mend",
        values=values,
        impairs=False,
        tenant_id=tenant_id,
        tenant=slugs.get(tenant_id, tenant_id),
        **often,
    )


def problems(kept: Mapping[str, Any], slugs: Mapping[str, str]) -> list[tuple[str, str]]:
    """What tenants' own flows, sources and expressions failed with lately: the tenant's name, and a sentence."""
    return [
        (
            slugs.get(met["tenant_id"], met["tenant_id"]),
            f"{met['kind']} {met['place']}: {met['problem']} ({met['count']} times, last {met['last_at'][:19]}Z)",
        )
        for met in kept.get("problems", ())
    ]


def unheld(count: int, leases: Sequence[Mapping[str, Any]]) -> list[Trouble]:
    """Shards that no runtime holds; nothing is known when there is no lease at all."""
    held = {lease["shard"] for lease in leases if lease["held"]}
    last = {lease["shard"]: lease["runtime"] for lease in leases}
    found = []
    for shard in range(count) if leases else ():
        if shard not in held:
            what = "health.shard_unheld_since" if last.get(shard) else "health.shard_unheld"
            values = {"part": "runtime", "runtime": last.get(shard)}
            found.append(Trouble(part=f"shard {shard}", what=what, do="health.do_logs_if_not_taken", values=values))
    return found
