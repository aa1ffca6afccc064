"""What the processes' own answers about their work mean: sentences that name what fails, and say what to do.

Pure: `kept` are the facts that a process answered, and whoever asks has them judged here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

# For so long a shard may be on its way to its runtime, an event to the ledger, a command to Asterisk.
LONG_SECONDS = 10.0
LAG_SECONDS = 60.0
_DO_LOG = "./hujiao logs {part}"
_MEANS = {
    "events": "it is read anew as committed, and its callers hear the announcement while it pauses",
    "reading": "it cannot be taken over: its new callers hear the announcement, its conversations go on",
    "configuration": "it is served as it was configured before",
    "live view": "its screens stand still",
    "facts": "its report and its list of contacts stand still",
    "recordings": "that recording is not finished",
    "trials": "trials of its set-up are not run",
    "purge": "what has expired is kept",
}


class Trouble(msgspec.Struct, frozen=True):
    """`says` is a sentence about `part`, `mend` what to do. `restart`: a new start of the process helps.

    `impairs`: it is the process's own, not one tenant's.
    """

    part: str
    says: str
    mend: str
    impairs: bool = True
    restart: bool = False


def troubles(part: str, kept: Mapping[str, Any], slugs: Mapping[str, str] | None = None) -> list[Trouble]:
    """All that is wrong by a process's own facts; `slugs` are the tenants' names by their ids."""
    found = [*_runtime(part, kept), *_jobs(part, kept), *_node(part, kept)]
    found += [_fault(part, fault, slugs or {}) for fault in kept.get("faults", ())]
    return found


def _runtime(part: str, kept: Mapping[str, Any]) -> Iterator[Trouble]:
    proof = kept.get("proof")
    if proof is None:
        return
    logs = _DO_LOG.format(part=part)
    if proof["database_seconds"] > LONG_SECONDS:
        says = f"the database has not answered for {proof['database_seconds']:.0f} s, so nothing is committed"
        yield Trouble(part, says, "./hujiao logs postgres")
    elif proof["commit_seconds"] > LONG_SECONDS:
        says = f"no event has been committed for {proof['commit_seconds']:.0f} s"
        yield Trouble(part, says, f"it is started again by itself; why: {logs}", restart=True)
    if proof["oldest_event_seconds"] > LONG_SECONDS:
        yield Trouble(part, f"an event has waited for {proof['oldest_event_seconds']:.0f} s to be committed", logs)
    if proof["effect_seconds"] > LONG_SECONDS:
        says = f"Asterisk has not answered its commands for {proof['effect_seconds']:.0f} s"
        yield Trouble(part, says, "./hujiao logs asterisk")
    for shard in kept.get("shard_states", ()):
        if shard["stage"] != "ready" and shard["seconds"] > LONG_SECONDS:
            why = f": {shard['reason']}" if shard["reason"] else ""
            says = f"shard {shard['shard']} has been {shard['stage']} for {shard['seconds']:.0f} s{why}"
            yield Trouble(part, f"{says}; its tenants' new callers hear the announcement", logs)


def _jobs(part: str, kept: Mapping[str, Any]) -> Iterator[Trouble]:
    aside = {fault["tenant_id"] for fault in kept.get("faults", ()) if fault["work"] == "facts"}
    behind = [lag for lag in kept.get("projection", ()) if lag["tenant_id"] not in aside]
    seconds = max((lag["seconds"] or 0.0 for lag in behind), default=0.0)
    if seconds > LAG_SECONDS:
        events = sum(lag["events"] for lag in behind)
        says = f"the report and the list of contacts are {seconds:.0f} s behind ({events} events)"
        yield Trouble(part, says, "if it does not shrink: ./hujiao logs jobs")


def _node(part: str, kept: Mapping[str, Any]) -> Iterator[Trouble]:
    watch = kept.get("watch")
    if watch is None:
        return
    if not watch["asterisk"]:
        yield Trouble(part, "Asterisk does not answer it", "./hujiao logs asterisk")
    elif watch["seconds"] > LONG_SECONDS:
        says = f"its watch over callers without a runtime has not come round for {watch['seconds']:.0f} s"
        yield Trouble(part, says, _DO_LOG.format(part=part))
    for left_out in kept.get("trunks_left_out", ()):
        says = f"trunk {left_out['name']} is left out: {left_out['reason']}"
        yield Trouble(part, says, "correct it on the page Trunks; the other trunks are in use", impairs=False)


def _fault(part: str, fault: Mapping[str, Any], slugs: Mapping[str, str]) -> Trouble:
    tenant_id = fault["tenant_id"]
    reason = f"{fault['about']}: {fault['reason']}"
    first = f"{fault['first_at'][:19]}Z"
    often = f"{fault['count']} times since {first}" if fault["count"] > 1 else first
    if tenant_id is None:
        return Trouble(part, f"{reason} ({often})", _DO_LOG.format(part=part))
    what = _MEANS.get(fault["work"], "it is tried again after a pause")
    says = f"tenant {slugs.get(tenant_id, tenant_id)}: {reason} ({often}); {what}"
    mend = f"mend {fault['about']} of that tenant, or its data; the log has the details: {_DO_LOG.format(part=part)}"
    return Trouble(part, says, mend, impairs=False)


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
            before = f" ({last[shard]} had it last)" if last.get(shard) else ""
            says = f"no runtime holds it{before}: its tenants' callers hear the announcement"
            found.append(Trouble(f"shard {shard}", says, "it is taken within seconds; if not: ./hujiao logs runtime"))
    return found
