"""Reading recordings: which there are, and the file of one."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hujiao.kit.errors import Conflict, NotFound
from hujiao.recordings import repository
from hujiao.recordings.audio import peaks_path
from hujiao.recordings.views import Peaks, RecordingView

__all__ = ["file_of", "get", "of_interaction", "peaks"]


async def of_interaction(session: AsyncSession, interaction_id: UUID) -> list[RecordingView]:
    rows = await repository.of_interaction(session, interaction_id)
    return [RecordingView.model_validate(row, from_attributes=True) for row in rows]


async def get(session: AsyncSession, recording_id: UUID) -> RecordingView:
    row = await repository.one(session, recording_id)
    if row is None:
        raise NotFound("error.not_found")
    return RecordingView.model_validate(row, from_attributes=True)


async def file_of(session: AsyncSession, recording_id: UUID, folder: Path) -> Path:
    """The finished audio; an error that says why there is none."""
    row = await repository.one(session, recording_id)
    if row is None:
        raise NotFound("error.not_found")
    if row.state == "failed":
        raise Conflict("error.recording_failed", code="recording_failed", detail={"reason": row.failure or ""})
    if row.state != "ready" or row.path is None:
        raise Conflict("error.recording_not_ready", code="recording_not_ready")
    path = (folder / row.path).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.is_file():
        raise NotFound("error.recording_gone", code="recording_gone")
    return path


def peaks(path: Path) -> Peaks:
    """The outline that was written beside the audio."""
    try:
        return Peaks.model_validate_json(peaks_path(path).read_bytes())
    except FileNotFoundError:
        raise NotFound("error.recording_gone", code="recording_gone") from None
