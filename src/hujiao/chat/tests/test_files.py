"""What files are by their content, whatever they are called."""

from __future__ import annotations

import zipfile
from pathlib import Path
from uuid import UUID

import pytest

from hujiao.chat.files import LONGEST_NAME, named, place, type_of

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"\xff\xd8\xff\xe0....", "image/jpeg"),
        (b"GIF89a....", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", None),
        (b"%PDF-1.7", "application/pdf"),
        ("发票 Invoice".encode(), "text/plain"),
        ("发票".encode("gbk"), None),
        (b"\x00\x01", None),
        (b"  <!DOCTYPE html><p>", None),
        (b"\xef\xbb\xbf<html>", None),
        (b"<?xml version='1.0'?><svg onload='x'/>", None),
        (b"MZ\x90\x00\x03", None),
        (b"PK\x03\x04 broken", None),
    ],
)
def test_by_content(tmp_path: Path, content: bytes, kind: str | None) -> None:
    path = tmp_path / "invoice.png"
    path.write_bytes(content)
    assert type_of(path) == kind


@pytest.mark.parametrize(
    ("inside", "kind"),
    [("word/document.xml", DOCX), ("xl/workbook.xml", XLSX), ("a.exe", "application/zip")],
)
def test_archives_by_what_is_in_them(tmp_path: Path, inside: str, kind: str) -> None:
    path = tmp_path / "a"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(inside, "x")
    assert type_of(path) == kind


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ("..", "file"),
        ("", "file"),
        ("发票.pdf", "发票.pdf"),
        ('a"b\r\nc.txt', "a_b_c.txt"),
        ("C:\\x\\y.png", "C_x_y.png"),
    ],
)
def test_names(given: str, kept: str) -> None:
    assert named(given) == kept


def test_a_long_name_keeps_its_ending() -> None:
    assert len(named("x" * 300 + ".pdf")) == LONGEST_NAME
    assert named("x" * 300 + ".pdf").endswith("x.pdf")
    assert len(named("x" * 300)) == LONGEST_NAME


def test_a_file_lies_in_its_tenants_folder(tmp_path: Path) -> None:
    path = place(tmp_path, UUID(int=1), UUID(int=2))
    assert path.relative_to(tmp_path).parts[:2] == ("chat-files", str(UUID(int=1)))
