from __future__ import annotations


class Problem(Exception):
    """Something a person has to know: its text says what happened and what to do."""
