"""`./hujiao bench NAME`: figures against named peers in the same run. The programs are in the folder `bench`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module

from hujiao.app.cli import output
from hujiao.embedded.problem import Problem
from hujiao.kit.settings import CHECKOUT

# Each is a module there with main(argv) -> exit code.
NAMES = {
    "calls": "calls per second and CPU per call, against Dial, Queue and a bare ARI application",
    "talk": "recorded conversations with sound both ways, as many as the processors carry, against Dial and MixMonitor",
    "chat": "messages between 2 000 visitors and 200 agents: delay, price, and what is lost when processes are killed",
    "ari-latency": "how long a command to Asterisk waits while 50 callers hear prompts",
    "desktop": "how soon a screen shows what has happened, and 500 agents on one, against a page that polls",
    "loading": "what a browser loads until an agent can work, and how soon it paints",
    "sign-in": "500 agents behind one address sign in at the start of a shift",
    "import": "customers imported from a file, against plain INSERTs of the same rows into a bare table",
    "upkeep": "what follows a call and a change of the configuration, against doing everything anew",
    "routing": "decisions a second of the router, the quality of its choices, the truth of its estimated waits",
}

MODULES = {"import": "importing"}  # a word of the language is no name of a module


def main(argv: Sequence[str]) -> int:
    if not argv or argv[0] in ("-h", "--help"):
        output.say("./hujiao bench NAME [options] [--json]\n")
        output.say(output.table([[f"  {name}", text] for name, text in NAMES.items()]))
        output.say("\nEach explains its options with --help.")
        return 0 if argv else 2
    name = argv[0].replace("_", "-")
    if name not in NAMES:
        raise Problem(f"There is no measurement {argv[0]!r}. These are: {', '.join(NAMES)}.")
    if str(CHECKOUT) not in sys.path:
        sys.path.insert(0, str(CHECKOUT))
    module = MODULES.get(name, name.replace("-", "_"))
    return int(import_module(f"bench.{module}").main(argv[1:]))
