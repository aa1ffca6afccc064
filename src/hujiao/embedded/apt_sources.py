"""The Debian mirrors and keyrings that the machine's own apt sources name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

KEYRINGS = (
    Path("/usr/share/keyrings/debian-archive-keyring.gpg"),
    Path("/usr/share/keyrings/debian-archive-keyring.pgp"),
)
_RELEASES = {"stable", "testing", "sid", "unstable", "bookworm", "trixie", "forky", "oldstable"}


@dataclass(frozen=True, slots=True)
class Source:
    uri: str
    signed_by: str  # a path, or a key block as deb822 holds it; empty: apt's own trusted keys

    def stanza(self, suite: str) -> str:
        signed = f"Signed-By:{_field(self.signed_by)}\n" if self.signed_by else ""
        return f"Types: deb\nURIs: {self.uri}\nSuites: {suite}\nComponents: main\n{signed}"


def _field(value: str) -> str:
    return value if value.startswith("\n") else f" {value}"


def debian_sources(environment: Mapping[str, str], etc: Path = Path("/etc/apt")) -> list[Source]:
    """Where sid may be had, best first: the mirror given by HUJIAO_DEBIAN_MIRROR, else the machine's own."""
    given = environment.get("HUJIAO_DEBIAN_MIRROR", "").strip()
    keyring = next((str(path) for path in KEYRINGS if path.exists()), "")
    if given:
        return [Source(given, keyring)]
    files = [etc / "sources.list", *sorted((etc / "sources.list.d").glob("*.list"))]
    found = [source for file in files if file.exists() for source in one_line(file.read_text("utf-8"))]
    for file in sorted((etc / "sources.list.d").glob("*.sources")):
        found.extend(deb822(file.read_text("utf-8")))
    unique: dict[str, Source] = {}
    for source in found:
        unique.setdefault(source.uri.rstrip("/"), source if source.signed_by else Source(source.uri, keyring))
    return list(unique.values())


def _is_debian(suites: Iterable[str], components: Iterable[str]) -> bool:
    # The security archive has no sid, and other vendors' repositories are no Debian mirrors.
    return bool(_RELEASES & set(suites)) and "main" in components


def one_line(text: str) -> Iterator[Source]:
    for line in text.splitlines():
        match = re.match(r"\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+([^#]*)", line)
        if match and _is_debian([match.group(3)], match.group(4).split()):
            signed = re.search(r"signed-by=(\S+)", match.group(1) or "", re.I)
            yield Source(match.group(2), signed.group(1) if signed else "")


def deb822(text: str) -> Iterator[Source]:
    for block in re.split(r"\n\s*\n", text):
        values: dict[str, str] = {}
        name = ""
        for line in block.splitlines():
            if line.startswith("#"):
                continue
            if line[:1] in {" ", "\t"} and name:
                values[name] += "\n" + line
            elif ":" in line:
                name, _, value = line.partition(":")
                name = name.strip().lower()
                values[name] = value.strip()
        if "deb" not in values.get("types", "").split() or values.get("enabled", "yes").lower() == "no":
            continue
        if _is_debian(values.get("suites", "").split(), values.get("components", "").split()):
            for uri in values.get("uris", "").split():
                yield Source(uri, values.get("signed-by", ""))
