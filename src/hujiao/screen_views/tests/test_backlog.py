"""What waits for one who views a screen: bounded, and never a picture with a hole in it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hujiao.screen_views.frames import Backlog, Frame, Page, Piece

LIMIT = 100


def piece(page_id: str, data: str, *, whole: bool = False) -> Frame:
    return Frame(page_id, piece=Piece(data, whole))


def test_pieces_count_from_the_first_whole_picture_of_their_page() -> None:
    backlog = Backlog()
    backlog.put(piece("p", "a"))
    backlog.put(piece("p", "b", whole=True))
    backlog.put(piece("q", "c"))
    backlog.put(piece("p", "d"))
    assert [backlog.take() for _ in range(3)] == [piece("p", "b", whole=True), piece("p", "d"), None]


def test_who_falls_behind_needs_a_whole_picture_anew() -> None:
    backlog = Backlog(LIMIT)
    backlog.put(Frame("p", page=Page(visible=True)))
    backlog.put(piece("p", "x" * 60, whole=True))
    backlog.put(piece("p", "y" * 60))
    assert backlog.behind
    backlog.put(piece("p", "z"))
    assert backlog.take() == Frame("p", page=Page(visible=True)), "what is said of pages is not lost"
    assert backlog.take() is None
    backlog.put(piece("p", "w", whole=True))
    assert not backlog.behind
    assert backlog.take() == piece("p", "w", whole=True)


def test_a_picture_larger_than_the_limit_passes_when_nothing_waits() -> None:
    backlog = Backlog(LIMIT)
    backlog.put(piece("p", "x" * 2 * LIMIT, whole=True))
    assert backlog.take() == piece("p", "x" * 2 * LIMIT, whole=True)


@given(
    st.lists(
        st.one_of(
            st.tuples(st.sampled_from("pq"), st.integers(0, 80), st.booleans()),
            st.just(None),  # one is taken
        )
    )
)
def test_it_stays_small_and_shows_no_hole(acts: list[tuple[str, int, bool] | None]) -> None:
    backlog = Backlog(LIMIT)
    sent: dict[str, list[Frame]] = {"p": [], "q": []}
    taken: dict[str, list[Frame]] = {"p": [], "q": []}
    waiting = 0
    for number, act in enumerate(acts):
        if act is None:
            if (frame := backlog.take()) is not None:
                taken[frame.page_id].append(frame)
            continue
        page_id, size, whole = act
        frame = piece(page_id, f"{number:04}" + "x" * size, whole=whole)
        sent[page_id].append(frame)
        backlog.put(frame)
    while (frame := backlog.take()) is not None and frame.piece is not None:
        waiting += len(frame.piece.data)
        taken[frame.page_id].append(frame)
    assert waiting <= LIMIT
    for page_id, frames in taken.items():
        for before, frame in zip([None, *frames], frames, strict=False):
            assert frame.piece is not None
            if not frame.piece.whole:
                assert before is not None
                at = sent[page_id].index(frame)
                assert sent[page_id][at - 1] == before, "a piece follows the one that was sent before it"
