"""Hang-up causes, Q.850, that the interaction's machine gives and reads; and how long a call that rings is watched."""

UNALLOCATED, NO_ROUTE, NORMAL, BUSY, NO_ANSWER, REJECTED = 1, 3, 16, 17, 19, 21
NO_CIRCUIT, NO_SOUND, BARRED, NO_COMMON_SOUND = 34, 44, 52, 58
NORMAL_CAUSES = frozenset({16, 17, 31})

# The switch ends a call that rings too long; this much later it has not done so.
RING_MARGIN_SECONDS = 5
