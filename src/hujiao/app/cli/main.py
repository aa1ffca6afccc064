"""The verbs of `./hujiao`."""

from __future__ import annotations

import argparse
import errno
import os
import sys
import time
import traceback
from collections.abc import Sequence
from importlib import import_module

from hujiao.app.cli import output
from hujiao.embedded.problem import Problem
from hujiao.kit.errors import HujiaoError
from hujiao.kit.settings import default_home

# A verb is a module here with arguments(parser) and run(options) -> exit code.
VERBS = {
    "up": "bring and start everything",
    "down": "let calls end, then stop everything",
    "status": "what runs, since when, how large, on which port",
    "logs": "what a part, or every part, wrote",
    "accounts": "the demonstration's sign-ins and access numbers",
    "doctor": "find what is wrong, and say how to mend it",
    "reset": "delete every call, recording, account and setting of this installation",
    "psql": "PostgreSQL's console; what follows -- goes to psql",
    "asterisk": "Asterisk's console; with a command: that one's answer",
    "speech": "speech synthesis: fetch it now, list its voices, or make a prompt file",
    "version": "of hujiao and of its parts",
    "lock": "lock the Python packages again (for developers)",
    "check": "the fast checks of the code: style, types, imports",
    "test": "every check and every test",
}
# These read their own command line: main(argv) -> exit code.
OWN_ARGUMENTS = {
    "call": "place a real SIP call with the product's own test phone and follow it",
    "agents": "run robot agents on real SIP registrations",
    "simulate": "let a day go by in seconds: ./hujiao simulate routing SCENARIO.yaml",
    "bench": "measure: ./hujiao bench calls",
    "accept": "try what the product promises, row by row, with a report: ./hujiao accept --rows ACC-1",
    "drill": "fail on purpose: ./hujiao drill NAME",
}
# What the supervisor starts; not for people.
_INNER = ("process", "supervise", "demo")


def main(argv: Sequence[str]) -> int:
    as_json = "--json" in argv
    try:
        return _run(list(argv))
    except BrokenPipeError:  # whoever read our lines has gone, `head` for one
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (Problem, HujiaoError, OSError) as error:
        if not isinstance(error, Problem):
            _keep_traceback()
        sentence = _sentence(error)
        print(f"✗ {sentence}", file=sys.stderr, flush=True)
        output.result({"ok": False, "error": sentence}, as_json=as_json)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The same command goes on from here.", file=sys.stderr)
        return 130
    except Exception as error:
        log = _keep_traceback()
        sentence = (
            f"Something went wrong inside hujiao: {type(error).__name__}: {error}. The details are in {log}; "
            "./hujiao doctor may find the cause."
        )
        print(f"✗ {sentence}", file=sys.stderr, flush=True)
        output.result({"ok": False, "error": sentence}, as_json=as_json)
        return 1


def _sentence(error: BaseException) -> str:
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return "The disk is full. Free some space, then run the same command again: it goes on from here."
    if isinstance(error, PermissionError) and error.filename:
        return (
            f"{error.filename} may not be used by this user: run hujiao as the user who made it, "
            "or choose another HUJIAO_HOME."
        )
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}. Run ./hujiao doctor."
    return str(error)


def _keep_traceback() -> str:
    log = default_home() / "logs" / "cli.log"
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8") as file:
            file.write(
                time.strftime("%Y-%m-%dT%H:%M:%SZ ", time.gmtime()) + " ".join(sys.argv) + "\n" + traceback.format_exc()
            )
    except OSError:
        return "no log: its folder cannot be written"
    return str(log)


def _run(argv: list[str]) -> int:
    if argv and argv[0] in _INNER:
        inner = import_module(f"hujiao.app.cli.{argv[0]}")
        return int(inner.main(argv[1:]))
    if argv and argv[0] in OWN_ARGUMENTS:
        module = import_module(f"hujiao.app.cli.{argv[0]}")
        return int(module.main(argv[1:]))
    parser = argparse.ArgumentParser(prog="./hujiao", description="hujiao 呼叫: an open contact-center platform")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for name, text in VERBS.items():
        verb = verbs.add_parser(name, help=text, description=text)
        verb.add_argument("--json", action="store_true", help="one JSON object as the last line")
        if argv[:1] == [name]:
            module = import_module(f"hujiao.app.cli.{name}")
            module.arguments(verb)
            verb.set_defaults(run=module.run)
    for name, text in OWN_ARGUMENTS.items():
        verbs.add_parser(name, help=text, add_help=False)
    options = parser.parse_args(argv or ["--help"])
    return int(options.run(options))
