"""What a process keeps for as long as it lives."""

from __future__ import annotations

import gc


def settle() -> None:
    """Leave all that is loaded by now out of later collections, which would pause everybody for its sake."""
    gc.collect()
    gc.freeze()
