"""Beside each Asterisk: its endpoints, numbers and trunks, and callers' way out when their runtime is gone."""
