"""What one instance knows about itself: addresses, ports, secrets and folders.

`./hujiao up` writes `settings.json` once and keeps it; every process reads it at start.
"""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[3]


def default_home() -> Path:
    given = os.environ.get("HUJIAO_HOME")
    return Path(given).expanduser().resolve() if given else CHECKOUT / ".hujiao"


@dataclass(frozen=True, slots=True)
class Settings:
    home: Path
    parts: Path
    instance: str
    database_url: str
    database_owner_url: str
    database_ledger_url: str
    nats_url: str
    address: str
    web_port: int
    web_url: str
    tls_cert: Path | None
    tls_key: Path | None
    asterisk_http_port: int
    ari_user: str
    ari_password: str
    sip_port: int
    rtp_start: int
    rtp_end: int
    node: str
    shards: int
    secret_key: str
    api_workers: int = 1
    runtimes: int = 2
    tenant_calls_per_second: int = 50  # new ones, on a runtime; more are refused with 503
    source_calls_per_second: int = 25  # new ones over UDP from one address; more are left out, 0: none are
    source_networks: tuple[str, ...] = ()  # not public, and tenants' data sources may reach them all the same

    @property
    def sip_tls_port(self) -> int | None:
        """Where phones register by TLS; None without a certificate."""
        return self.sip_port + 1 if self.tls_cert else None

    @property
    def recordings(self) -> Path:
        return self.home / "recordings"

    @property
    def spool(self) -> Path:
        return self.home / "spool"

    @property
    def prompts(self) -> Path:
        return self.home / "prompts"

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def run(self) -> Path:
        return self.home / "run"

    @property
    def asterisk_etc(self) -> Path:
        return self.home / "asterisk" / "etc"

    @property
    def endpoints_database(self) -> Path:
        return self.home / "asterisk" / "endpoints.sqlite"

    @property
    def postgres(self) -> Path:
        return self.home / "postgres"

    @property
    def backups(self) -> Path:
        return self.home / "backups"

    @property
    def runtime_names(self) -> list[str]:
        """The runtimes that share the shards, as parts of this installation."""
        return ["runtime", *(f"runtime-{number}" for number in range(2, self.runtimes + 1))]

    def stasis_application(self, shard: int) -> str:
        return f"hujiao-{self.instance}-{shard}"


_PATHS = {"home", "parts", "tls_cert", "tls_key"}
_COMPUTED = {"home", "parts"}  # where the file lies and the environment decide these


def settings_file(home: Path) -> Path:
    return home / "settings.json"


def load(home: Path | None = None) -> Settings:
    """Read the settings of the instance in `home` (default: HUJIAO_HOME, else the checkout's `.hujiao`)."""
    home = home or default_home()
    try:
        stored: dict[str, Any] = json.loads(settings_file(home).read_text("utf-8"))
    except FileNotFoundError:
        raise FileNotFoundError(f"There is no hujiao in {home} yet: run ./hujiao up first.") from None
    known = {field.name for field in fields(Settings)}
    values: dict[str, Any] = {name: value for name, value in stored.items() if name in known - _COMPUTED}
    for name in _PATHS & values.keys():
        values[name] = Path(values[name]) if values[name] else None
    values["source_networks"] = tuple(values.get("source_networks", ()))
    return Settings(home=home, parts=parts_folder(home), **values)


def parts_folder(home: Path) -> Path:
    given = os.environ.get("HUJIAO_PARTS")
    return Path(given).expanduser().resolve() if given else home / "parts"


def strategies_folder(home: Path) -> Path:
    """The installation's own Python packages, which outlive an upgrade and are no other installation's."""
    return home / "strategies"


def save(settings: Settings) -> None:
    """Write the settings whole or not at all; only the owner may read them, they hold passwords."""
    stored: dict[str, Any] = {}
    for field in fields(Settings):
        if field.name not in _COMPUTED:
            value = getattr(settings, field.name)
            stored[field.name] = str(value) if isinstance(value, Path) else value
    settings.home.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=settings.home, prefix=".settings-")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(stored, file, indent=2)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    Path(temporary).replace(settings_file(settings.home))
