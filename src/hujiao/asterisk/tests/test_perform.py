"""What Asterisk's refusals mean: nothing when it is so already, everything when somebody waits for it."""

from __future__ import annotations

import pytest

from hujiao.asterisk.client import Answer
from hujiao.asterisk.perform import _problem
from hujiao.calls import contracts as calls


@pytest.mark.parametrize("status", [404, 409, 412])
def test_a_prompt_that_never_began_is_told(status: int) -> None:
    play = calls.Play(leg_id="a", playback_id="p", prompts=["sha"])
    assert _problem(play, "channels/a/play/p", Answer(status, "gone")) is not None
    assert _problem(calls.StopMusic(leg_id="a"), "channels/a/moh", Answer(status, "gone")) is None
