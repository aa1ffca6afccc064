from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from hujiao.app.runtime.admission import BURST_SECONDS, Admission

LOUD, CALM = UUID(int=1), UUID(int=2)


def test_a_flood_on_one_tenant_leaves_the_other_its_own() -> None:
    admission = Admission(10)
    assert sum(admission.admits(LOUD, 0.0) for _ in range(1000)) == 10 * BURST_SECONDS
    assert admission.admits(CALM, 0.0)
    assert sum(admission.admits(LOUD, 1.0) for _ in range(1000)) == 10


@given(st.lists(st.floats(0, 2), max_size=300), st.integers(1, 100))
def test_never_more_than_the_burst_and_the_rate_since(pauses: list[float], rate: int) -> None:
    admission, now, admitted = Admission(rate), 0.0, 0
    for pause in pauses:
        now += pause
        admitted += admission.admits(LOUD, now)
        assert admitted <= rate * (BURST_SECONDS + now) + 1e-6


def test_who_keeps_within_the_rate_is_never_refused() -> None:
    admission = Admission(4)
    assert all(admission.admits(LOUD, number / 4) for number in range(1000))
