"""`reset --yes`: back to nothing, only the downloads are kept."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from hujiao.app.cli import output
from hujiao.app.cli.down import stop
from hujiao.embedded.problem import Problem
from hujiao.kit.settings import default_home, load, settings_file


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--yes", action="store_true", help="yes, delete them")
    parser.add_argument("--downloads", action="store_true", help="delete the downloaded parts, too")


def run(options: argparse.Namespace) -> int:
    home = default_home()
    if not options.yes:
        raise Problem(
            f"reset deletes every call, recording, account and setting in {home}. If you mean it: ./hujiao reset --yes"
        )
    if settings_file(home).exists():
        settings = load(home)
        stop(settings, drain=0)
        if settings.postgres.is_symlink():
            shutil.rmtree(settings.postgres.readlink().parent, ignore_errors=True)
    for entry in sorted(home.iterdir()) if home.is_dir() else []:
        if entry.name != "parts" or options.downloads:
            _delete(entry)
    output.say(f"{home} is empty{'' if options.downloads else ' but for the downloads'}. Begin anew: ./hujiao up")
    output.result({"ok": True, "home": str(home)}, as_json=options.json)
    return 0


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
