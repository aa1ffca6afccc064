"""`python -m hujiao VERB …`: what the launcher `./hujiao` runs."""

from __future__ import annotations

import sys

from hujiao.app.cli.main import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
