"""Asterisk in a folder of its own, from Debian's sid, without touching the machine.

apt works with its own root (lists, cache, an empty status file) and the mirror and keyring that the machine already
has; the packages are unpacked by `dpkg-deb -x` and started with the dynamic loader that came with them, so that the
machine's libc does not matter.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from hujiao.embedded import preload
from hujiao.embedded.apt_sources import Source, debian_sources
from hujiao.embedded.last_words import of_text
from hujiao.embedded.problem import Problem
from hujiao.embedded.progress import Step, megabytes
from hujiao.kit.settings import CHECKOUT

# tcc compiles what stands before Asterisk's libraries.
PACKAGES = ("asterisk", "asterisk-modules", "asterisk-config", "asterisk-core-sounds-en", "tcc")
LOCK = CHECKOUT / "asterisk.lock"
_TRIPLET = "x86_64-linux-gnu"
# Documentation and the init system's files are a third of the size and of no use here.
_DROP = ("usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/lintian", "usr/share/info", "usr/lib/systemd")


@dataclass(frozen=True, slots=True)
class Asterisk:
    """A way to start Asterisk, and where its modules and data are."""

    command: tuple[str, ...]
    modules: Path
    data: Path
    version: str
    environment: tuple[tuple[str, str], ...] = ()


def installed(parts: Path) -> Asterisk | None:
    """The private Asterisk in `parts`, if it is there whole."""
    prefix = parts / "asterisk"
    try:
        version = (prefix / ".installed").read_text("utf-8").splitlines()[0]
    except (FileNotFoundError, IndexError):
        return None
    return _describe(prefix, version) if preload.is_built(prefix) else None


def installed_versions(parts: Path) -> dict[str, str]:
    """The packages that the private Asterisk was made of."""
    try:
        lines = (parts / "asterisk" / ".installed").read_text("utf-8").splitlines()[1:]
    except FileNotFoundError:
        return {}
    return dict(line.split(" ", 1) for line in lines)


def _describe(prefix: Path, version: str) -> Asterisk:
    library = prefix / "usr/lib" / _TRIPLET
    guard = ("--preload", str(preload.library(prefix)))
    return Asterisk(
        command=(*_loader(prefix), *guard, str(prefix / "usr/sbin/asterisk")),
        modules=library / "asterisk/modules",
        data=prefix / "usr/share/asterisk",
        version=version,
        # OpenSSL reads its configuration from a fixed path of the machine otherwise.
        # Two arenas: each of Asterisk's hundred threads would keep its own of what a flood of calls has needed.
        environment=(("OPENSSL_CONF", "/dev/null"), ("MALLOC_ARENA_MAX", "2")),
    )


def _loader(prefix: Path) -> tuple[str, ...]:
    """The words that start a program of the prefix: its loader, and where its libraries are."""
    library = prefix / "usr/lib" / _TRIPLET
    search = ":".join(str(folder) for folder in (library, library / "asterisk", prefix / "usr/lib"))
    return (str(library / "ld-linux-x86-64.so.2"), "--library-path", search)


def of_machine(binary: str) -> Asterisk:
    """An Asterisk that the operator installed, named by HUJIAO_ASTERISK."""
    path = Path(binary)
    if path.is_dir():
        path = path / "sbin/asterisk" if (path / "sbin/asterisk").exists() else path / "usr/sbin/asterisk"
    try:
        said = subprocess.run([str(path), "-V"], capture_output=True, text=True, timeout=20, check=True).stdout
    except (OSError, subprocess.SubprocessError) as error:
        why = of_text(getattr(error, "stderr", None) or "") or error
        raise Problem(
            f"HUJIAO_ASTERISK names {binary}, which does not start ({why}). Name the asterisk program."
        ) from error
    found = re.search(r"Asterisk (?:certified[-/])?(\d+)\S*", said)
    if not found or int(found.group(1)) < 22:
        raise Problem(f"HUJIAO_ASTERISK names {said.strip() or binary}; hujiao needs Asterisk 22 or later.")
    root = path.resolve().parent.parent
    for modules in (
        root / "lib" / _TRIPLET / "asterisk/modules",
        root / "lib/asterisk/modules",
        Path("/usr/lib/asterisk/modules"),
    ):
        if modules.is_dir():
            data = next((d for d in (root / "share/asterisk", Path("/var/lib/asterisk")) if d.is_dir()), modules)
            return Asterisk((str(path),), modules, data, said.strip().removeprefix("Asterisk "))
    raise Problem(
        f"The modules of {path} were not found beside it. Unset HUJIAO_ASTERISK to let hujiao bring its own Asterisk."
    )


def install(parts: Path, step: Step) -> Asterisk:
    """Bring the private Asterisk into `parts`; what an interrupted run has fetched is used again."""
    present = installed(parts)
    if present:
        step.done(f"{present.version}, already here")
        return present
    for tool in ("apt-get", "dpkg-deb"):
        if not shutil.which(tool):
            raise Problem(
                f"{tool} is not on this machine, so hujiao cannot fetch Asterisk. Use Debian 12 or Ubuntu 24.04, "
                "or install Asterisk 22 or later and name it by HUJIAO_ASTERISK."
            )
    apt = parts / "asterisk.apt"
    failures: list[str] = []
    for source in debian_sources(os.environ):
        configuration = _apt_root(apt, source)
        step.update("reading Debian's package list")
        update = _apt(configuration, "update", "-qq")
        if update.returncode == 0 and not re.search(r"^(E|W: Failed)", update.stderr, re.M):
            break
        failures.append(_why_unread(update.stderr))
    else:
        raise Problem(
            "Asterisk could not be fetched: no Debian mirror of this machine's apt sources answered for the suite 'sid'"
            + (f" ({failures[-1]})" if failures else "")
            + ". Check the network, or give a Debian mirror: HUJIAO_DEBIAN_MIRROR=<address> ./hujiao up"
        )
    archives = _download(configuration, apt, step)
    prefix = _unpack(parts, archives, step)
    preload.build(prefix, _loader(prefix), prefix / "usr/lib" / _TRIPLET / "tcc")
    version = _versions(archives).get("asterisk", "unknown")
    described = _describe(prefix, version)
    probe = subprocess.run([*described.command, "-V"], capture_output=True, text=True, timeout=60, check=False)
    if probe.returncode:
        raise Problem(f"The Asterisk that was fetched does not start: {_last_line(probe.stderr)}. Run ./hujiao doctor.")
    different = differences(_versions(archives), LOCK)
    lines = [version, *[f"{name} {number}" for name, number in sorted(_versions(archives).items())]]
    (prefix / ".new").write_text("\n".join(lines) + "\n", "utf-8")
    final = parts / "asterisk"
    if final.exists():
        shutil.rmtree(final)
    prefix.rename(final)
    (final / ".new").rename(final / ".installed")
    size = sum(archive.stat().st_size for archive in archives)
    note = f", {len(different)} packages are newer than those in asterisk.lock" if different else ""
    step.done(f"{version}, {len(archives)} packages, {megabytes(size)}{note}")
    return _describe(final, version)


def _apt_root(root: Path, source: Source) -> Path:
    """apt's own folders and its configuration file; the machine's settings for proxies and certificates stay."""
    for folder in ("lists/partial", "archives/partial", "sources", "preferences", "log"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    status = root / "status"
    status.write_text("", "utf-8")
    (root / "sources" / "debian.sources").write_text(source.stanza("sid"), "utf-8")
    configuration = root / "apt.conf"
    configuration.write_text(
        "#clear APT::Update::Post-Invoke;\n#clear APT::Update::Post-Invoke-Success;\n#clear DPkg::Post-Invoke;\n"
        f'Dir::State "{root}";\nDir::State::lists "{root}/lists";\nDir::State::status "{status}";\n'
        f'Dir::Cache "{root}";\nDir::Cache::archives "{root}/archives";\n'
        # Some machines keep no package cache: apt would build it anew at each call.
        'Dir::Cache::pkgcache "pkgcache.bin";\nDir::Cache::srcpkgcache "srcpkgcache.bin";\n'
        f'\nDir::Log "{root}/log";\n'
        f'Dir::Etc::sourcelist "/dev/null";\nDir::Etc::sourceparts "{root}/sources";\n'
        f'Dir::Etc::preferences "/dev/null";\nDir::Etc::preferencesparts "{root}/preferences";\n'
        'APT::Architecture "amd64";\nAPT::Architectures "amd64";\nAPT::Sandbox::User "root";\n'
        'APT::Install-Recommends "false";\nAPT::Default-Release "";\nAcquire::Languages "none";\n'
        'Acquire::PDiffs "false";\nAcquire::Retries "3";\n',
        "utf-8",
    )
    return configuration


def _apt(configuration: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["apt-get", "-c", str(configuration), *arguments],
        capture_output=True,
        text=True,
        env=_environment(),
        timeout=1800,
        check=False,
    )


def _environment() -> dict[str, str]:
    return {**os.environ, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}


def _download(configuration: Path, root: Path, step: Step) -> list[Path]:
    """Fetch what is missing; returns the packages of the plan. With an empty status file that is the whole closure."""
    archives = root / "archives"
    output = root / "plan"
    before = sum(file.stat().st_size for file in archives.glob("*.deb"))
    with output.open("w", encoding="utf-8") as plan:
        fetch = subprocess.Popen(
            ["apt-get", "-c", str(configuration), "install", "-y", "-V", "--download-only", *PACKAGES],
            stdin=subprocess.DEVNULL,
            stdout=plan,
            stderr=subprocess.PIPE,
            text=True,
            env=_environment(),
        )
        while fetch.poll() is None:
            time.sleep(0.3)
            needed = re.search(r"Need to get (?:[\d.,]+ k?B/)?([\d.,]+ \wB)", output.read_text("utf-8"))
            if needed:
                step.update(f"{megabytes(max(_fetched(archives) - before, 0))} of {needed.group(1)}")
    stderr = fetch.stderr.read() if fetch.stderr else ""
    if fetch.returncode and "Unable to locate package" in stderr:
        raise Problem(
            f"The Debian mirror has no Asterisk in sid: {_last_line(stderr)}. Try again tomorrow, or another mirror."
        )
    if fetch.returncode:
        raise Problem(f"Fetching Asterisk's packages failed: {_last_line(stderr)}. Run ./hujiao up again to go on.")
    listed = output.read_text("utf-8").partition("NEW packages will be installed:\n")[2]
    chosen = re.findall(r"^   (\S+) \((\S+)\)$", listed, re.M)
    named = [
        archives / f"{name.partition(':')[0]}_{number.replace(':', '%3a')}_{architecture}.deb"
        for name, number in chosen
        for architecture in ("amd64", "all")
    ]
    return sorted(file for file in named if file.exists())


def _fetched(archives: Path) -> int:
    total = 0
    for folder in (archives, archives / "partial"):
        for file in folder.glob("*.deb*"):
            try:
                total += file.stat().st_size
            except FileNotFoundError:
                continue  # apt moved it meanwhile
    return total


def _unpack(parts: Path, archives: list[Path], step: Step) -> Path:
    prefix = parts / "asterisk.partial"
    if prefix.exists():
        shutil.rmtree(prefix)
    (prefix / "usr").mkdir(parents=True)
    for merged in ("bin", "sbin", "lib", "lib64"):  # merged /usr, whatever the package was built for
        (prefix / "usr" / merged).mkdir()
        (prefix / merged).symlink_to(f"usr/{merged}")
    with ThreadPoolExecutor(2) as pool:
        for number, _ in enumerate(pool.map(lambda archive: _unpack_one(archive, prefix), archives), 1):
            step.update(f"unpacking {number} of {len(archives)}")
    return prefix


def _unpack_one(archive: Path, prefix: Path) -> None:
    # Not `dpkg-deb -x`: it would keep owners and set-user-id bits when this is root.
    tar = ["tar", "-x", "-C", str(prefix), "--keep-directory-symlink", "--no-same-owner", "--no-same-permissions"]
    tar += ["--delay-directory-restore", *[f"--exclude=./{folder}" for folder in _DROP]]
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", str(archive)], stdout=subprocess.PIPE) as package:
        done = subprocess.run(tar, stdin=package.stdout, capture_output=True, check=False)
    if done.returncode or package.returncode:
        archive.unlink(missing_ok=True)
        raise Problem(f"The package {archive.name} could not be unpacked. Run ./hujiao up again to fetch it anew.")


def _versions(archives: list[Path]) -> dict[str, str]:
    pairs = (archive.name.split("_")[:2] for archive in archives)
    return {name: number.replace("%3a", ":") for name, number in pairs}


def differences(versions: dict[str, str], lock: Path) -> list[str]:
    """The packages whose version is not the one that hujiao was tried with."""
    if not lock.exists():
        return []
    tried = dict(line.split() for line in lock.read_text("utf-8").splitlines() if line and not line.startswith("#"))
    return sorted(name for name, number in versions.items() if tried.get(name) != number)


def _why_unread(stderr: str) -> str:
    """apt's own reason, which follows the address in its line."""
    reasons = re.findall(r"^[WE]: Failed to fetch \S+\s+(.+)$", stderr, re.M)
    return reasons[-1].strip() if reasons else _last_line(stderr)


def _last_line(text: str) -> str:
    lines = [line for line in text.strip().splitlines() if line.strip()]
    return lines[-1].strip() if lines else "no message"
