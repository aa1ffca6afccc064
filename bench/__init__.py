"""Figures: what hujiao takes and how long, measured against named peers in the same run. `./hujiao bench NAME`."""
