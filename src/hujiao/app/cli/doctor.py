"""`doctor`: find what is wrong, and say how to mend it."""

from __future__ import annotations

import argparse
import asyncio
import os
from dataclasses import asdict
from typing import Any

import asyncpg

from hujiao.app.cli import output, work
from hujiao.embedded import control, examine, nats
from hujiao.embedded.examine import Finding, well
from hujiao.kit.settings import Settings, default_home, load, settings_file

_MARKS = {"well": "✓", "warning": "!", "broken": "✗"}


def arguments(parser: argparse.ArgumentParser) -> None:
    return


def run(options: argparse.Namespace) -> int:
    home = default_home()
    findings = examine.each([lambda: examine.machine(home, os.environ)])
    if settings_file(home).exists():
        settings = load(home)
        state = control.ask(settings.run, {"op": "state"})
        findings += _parts(settings, state)
        findings += examine.each(
            [
                lambda: examine.port_findings(settings, running=state is not None),
                lambda: [examine.browser_audio(settings)],
            ]
        )
        if state is not None:
            findings += asyncio.run(_stores(settings))
            findings += _work(settings, work.read(settings))
    else:
        findings.append(well("installation", f"none in {home} yet; make it: ./hujiao up"))
    for finding in findings:
        output.say(f"  {_MARKS[finding.state]} {finding.check}: {finding.says}")
        if finding.mend:
            output.say(f"      → {finding.mend}")
    broken = [finding for finding in findings if finding.state == "broken"]
    output.say(f"\n{len(broken)} to mend." if broken else "\nNothing is wrong.")
    known = {"ok": not broken, "findings": [asdict(finding) for finding in findings]}
    output.result(known, as_json=options.json)
    return 1 if broken else 0


def _parts(settings: Settings, state: dict[str, Any] | None) -> list[Finding]:
    if state is None:
        return [Finding("parts", "warning", "hujiao is not running", "./hujiao up")]
    findings = []
    for part in state["parts"]:
        name = f"part {part['name']}"
        if part["state"] == "running":
            often = part["restarts"] > 3
            says = "running"
            if part["restarts"]:
                says += f", restarted {part['restarts']} times: it {part['reason']}"
            mend = f"./hujiao logs {part['name']}" if often else ""
            findings.append(Finding(name, "warning" if often else "well", says, mend))
        else:
            why = f": it {part['reason']}" if part["reason"] else ""
            findings.append(Finding(name, "broken", f"{part['state']}{why}", f"./hujiao logs {part['name']}"))
    return findings


def _work(settings: Settings, said: dict[str, Any]) -> list[Finding]:
    """What each process proves of its work, and what fails in it: each trouble once, with what to do."""
    findings = [Finding(trouble.part, "broken", trouble.says, trouble.mend) for trouble in said["troubles"]]
    told = "its administrator sees it on the live page; nobody else is harmed"
    findings += [Finding(f"tenant {slug}", "warning", says, told) for slug, says in said["problems"]]
    troubled = {trouble.part for trouble in said["troubles"] if trouble.impairs}
    for name in [*settings.runtime_names, *work.OWN]:
        kept = said["processes"].get(name)
        if kept is None:
            findings.append(Finding(name, "broken", "it does not say how its work goes", f"./hujiao logs {name}"))
        elif name not in troubled:
            findings.append(well(name, _proof(kept)))
    return findings


def _proof(kept: dict[str, Any]) -> str:
    if proof := kept.get("proof"):
        ready = sum(shard["stage"] == "ready" for shard in kept["shard_states"])
        commit, effect = proof["commit_seconds"], proof["effect_seconds"]
        served = f"serves {ready} shard{'' if ready == 1 else 's'}"
        return f"{served}; it committed {commit:.0f} s ago, and Asterisk answered its commands {effect:.0f} s ago"
    if "projection" in kept:
        events = sum(lag["events"] for lag in kept["projection"])
        return f"{events} events wait to be counted" if events else "every event is counted"
    if watch := kept.get("watch"):
        return f"looked after callers {watch['seconds']:.0f} s ago"
    return "answers"


async def _stores(settings: Settings) -> list[Finding]:
    findings = []
    for role, url in (("app", settings.database_url), ("ledger", settings.database_ledger_url)):
        try:
            connection = await asyncpg.connect(url, timeout=5)
        except (OSError, TimeoutError, asyncpg.PostgresError) as error:
            findings.append(Finding(f"database as {role}", "broken", str(error), "./hujiao logs postgres"))
            continue
        try:
            above = await connection.fetchval(
                "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
            )
            version = await connection.fetchval("SHOW server_version")
        finally:
            await connection.close()
        if above:
            says, mend = "its role may pass row-level security", "give it a role that may not"
            findings.append(Finding(f"database as {role}", "broken", says, mend))
        else:
            findings.append(well(f"database as {role}", f"PostgreSQL {version} answers"))
    silent = Finding("messages", "broken", "NATS is silent", "./hujiao logs nats")
    findings.append(well("messages", "NATS answers") if await nats.answers(settings) else silent)
    return findings
