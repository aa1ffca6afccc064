"""`test`: every check and every test, in tiers; what they need from the system is brought first."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hujiao.app.cli import output
from hujiao.app.cli.check import check_all
from hujiao.embedded import web_build
from hujiao.embedded.locks import only_one
from hujiao.embedded.progress import step
from hujiao.kit.settings import CHECKOUT, default_home, parts_folder

TIERS = {
    "unit": ["src/hujiao"],
    "integration": ["tests/integration"],
    "sip": ["tests/sip"],
    "browser": ["tests/browser"],
}
_EVERYTHING = ("check", "web", *TIERS)
# Side by side, of about the same length: calls mostly wait, the others mostly compute. The files of a tier that stands
# in several lanes are dealt to them.
_LANES: tuple[tuple[str, ...], ...] = (("integration", "browser"), ("web", "unit", "sip"))
_NO_TESTS = 5  # pytest's exit code for an empty folder
# With real phones and browsers in real time, a test may fail once in hundreds of runs. Such a test is run again, in a
# new installation, and named: it is a fault to be found, but no reason to doubt all the others.
_AGAIN = ("sip", "browser")
_MOST_AGAIN = 3  # of more something is broken
_SLOWEST = 15  # tests of each tier are named


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--only", action="append", choices=_EVERYTHING, help="just this part; may be said more than once"
    )
    parser.add_argument("rest", nargs="*", metavar="-- ARGUMENT", help="for pytest, for example -- -k queue -x")


def run(options: argparse.Namespace) -> int:
    began = time.monotonic()
    chosen = options.only or list(_EVERYTHING)
    failed: list[str] = []
    missing = bring_tools() if {"sip", "browser"} & set(chosen) else []
    if "check" in chosen:
        failed += check_all(web=True)
    lanes = _lanes(chosen, dealt=not options.only and not options.rest)
    with ThreadPoolExecutor(len(_LANES)) as pool:
        ends = pool.map(lambda lane: _lane(lane, options.rest, len(lanes) > 1), lanes)
        failed += list(dict.fromkeys(tier for lane in ends for tier in lane))
    seconds = time.monotonic() - began
    for sentence in missing:
        output.warn(sentence)
    output.say(f"\n{'Failed: ' + ', '.join(failed) if failed else 'Everything passed'} after {seconds:.0f} s.")
    known = {"ok": not failed, "failed": failed, "missing": missing, "seconds": round(seconds)}
    output.result(known, as_json=options.json)
    return 1 if failed else 0


@dataclass(frozen=True, slots=True)
class _Share:
    """A tier, or every `of`th of its files beginning with that `number`."""

    tier: str
    number: int = 0
    of: int = 1

    @property
    def name(self) -> str:
        return self.tier if self.of == 1 else f"{self.tier} {self.number + 1} of {self.of}"

    def places(self) -> list[str]:
        """What pytest is told to collect."""
        folders = [CHECKOUT / folder for folder in TIERS[self.tier] if (CHECKOUT / folder).is_dir()]
        if self.of == 1:
            return [str(folder) for folder in folders]
        files = [file for folder in folders for file in folder.rglob("test_*.py")]
        dealt = sorted(files, key=lambda file: (file.stat().st_size, file))
        return [str(file) for file in dealt[self.number :: self.of]]


def _lanes(chosen: Collection[str], *, dealt: bool) -> list[list[_Share]]:
    """What runs side by side; not `dealt`, a tier runs whole in the first of its lanes."""
    shares = Counter(tier for lane in _LANES for tier in lane) if dealt else Counter(dict.fromkeys(chosen, 1))
    given: Counter[str] = Counter()
    lanes = []
    for names in _LANES:
        lane = []
        for tier in names:
            if tier in chosen and given[tier] < shares[tier]:
                lane.append(_Share(tier, given[tier], shares[tier]))
                given[tier] += 1
        if lane:
            lanes.append(lane)
    return lanes


def _lane(shares: list[_Share], rest: list[str], beside: bool) -> list[str]:
    """Returns those of the tiers that failed."""
    return [one.tier for one in shares if not (_vitest(beside) if one.tier == "web" else _pytest(one, rest, beside))]


def _pytest(share: _Share, rest: list[str], beside: bool) -> bool:
    tier, places = share.name, share.places()
    if not places:
        return True
    output.say(f"\n── {tier}{' …' if beside else ''}")
    cache = CHECKOUT / ".pytest_cache" / tier.replace(" ", "-")
    last_failed = cache / "v" / "cache" / "lastfailed"
    last_failed.unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", "-o", f"cache_dir={cache}", f"--durations={_SLOWEST}", *places, *rest]
    if _passes(tier, command, beside):
        return True
    failed = list(json.loads(last_failed.read_text("utf-8"))) if last_failed.exists() else []
    if share.tier not in _AGAIN or not 0 < len(failed) <= _MOST_AGAIN:
        return False
    output.say(f"\n── {tier}, once more: {', '.join(failed)}")
    if not _passes(tier, [*command, "--last-failed"], beside):
        return False
    output.warn(f"Unsteady, failed once and passed when run again: {', '.join(failed)}. Find out why.")
    return True


def _passes(tier: str, command: list[str], beside: bool) -> bool:
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT / "src")}
    return _ended(tier, command, CHECKOUT, environment, beside) in {0, _NO_TESTS}


def _ended(part: str, command: list[str], folder: Path, environment: dict[str, str], beside: bool) -> int:
    """Returns the command's exit code. Beside another lane, what it says is shown when it has ended."""
    into: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True} if beside else {}
    ended = subprocess.run(command, cwd=folder, env=environment, check=False, **into)
    if beside:
        output.say(f"\n── {part}\n{ended.stdout}")
    return ended.returncode


def _vitest(beside: bool) -> bool:
    output.say(f"\n── web{' …' if beside else ''}")
    parts = parts_folder(default_home())
    with only_one(web_build.WEB / ".build.lock"), step("Web tools") as progress:
        node, npm = web_build.toolchain(parts, progress)
        environment = web_build.npm_environment(node, parts)
        web_build.install_packages(npm, environment, progress)
    return _ended("web", [*npm, "run", "test"], web_build.WEB, environment, beside) == 0


def bring_tools() -> list[str]:
    """Programs of the system that the SIP and browser tests use: with apt as root, else what the machine has."""
    lacking = [package for package, present in _tools().items() if not present]
    if lacking and os.geteuid() == 0 and shutil.which("apt-get"):
        with step("Test tools") as progress:
            progress.update(", ".join(lacking))
            environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
            for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *lacking]):
                subprocess.run(["apt-get", *command], env=environment, capture_output=True, check=False)
            progress.done(", ".join(lacking))
        lacking = [package for package, present in _tools().items() if not present]
    if not lacking:
        return []
    return [
        f"Some tests were left out, this machine lacks {', '.join(lacking)}; "
        f"as root: apt-get install {' '.join(lacking)}"
    ]


def _tools() -> dict[str, bool]:
    fonts = any(Path("/usr/share/fonts").rglob("NotoSansCJK*")) if Path("/usr/share/fonts").is_dir() else False
    return {
        "sip-tester": bool(shutil.which("sipp")),
        "iproute2": bool(shutil.which("ip") or shutil.which("ip", path="/usr/sbin:/sbin")),
        "chromium": any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")),
        "fonts-noto-cjk": fonts,
    }
