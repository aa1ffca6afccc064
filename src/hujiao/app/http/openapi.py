"""The API's description, for the web's generated types: `python -m hujiao.app.http.openapi > web/openapi.json`."""

from __future__ import annotations

import json
import sys

from hujiao.app.http.app import build


def main() -> None:
    json.dump(build().openapi(), sys.stdout, indent=1, ensure_ascii=False, sort_keys=True)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
