"""`asterisk`: Asterisk's console of this installation."""

from __future__ import annotations

import argparse
import os

from hujiao.app.cli.parts import asterisk_command, find_asterisk
from hujiao.asterisk import console
from hujiao.embedded.problem import Problem
from hujiao.kit.settings import load


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("command", nargs="*", help="for example: core show channels")


def run(options: argparse.Namespace) -> int:
    settings = load()
    if not console.socket_path(settings).exists():
        raise Problem("Asterisk is not running. Start it: ./hujiao up")
    asterisk = find_asterisk(settings)
    last = ["-rx", " ".join(options.command)] if options.command else ["-r"]
    # Its console keeps a history in the home folder otherwise.
    environment = {**os.environ, **dict(asterisk.environment), "HOME": str(settings.run)}
    command = asterisk_command(settings, asterisk, *last)
    os.execve(command[0], list(command), environment)
