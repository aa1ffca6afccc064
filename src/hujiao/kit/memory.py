"""What a process keeps for as long as it lives."""

from __future__ import annotations

import gc

_THRESHOLDS = (20_000, 20, 50)


def settle() -> None:
    """Leave all that is loaded by now out of later collections, which would pause everybody for its sake.

    Little is a circle of what comes afterwards: they are looked for less often than Python does by itself.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
