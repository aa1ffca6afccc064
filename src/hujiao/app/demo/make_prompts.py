"""Make the shipped prompts with the product's own synthesis: `python -m hujiao.app.demo.make_prompts`.

For developers, after a text or the engine changed; the results are committed. A prompt whose text and voice are as
listed is not made again, unless `--all` is given.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from hujiao.app.demo.prompt_texts import TEXTS, VOICES
from hujiao.app.demo.seed import PROMPTS
from hujiao.embedded import speech_part
from hujiao.embedded.progress import step
from hujiao.kit.settings import default_home, parts_folder
from hujiao.speech import builtin_texts, shipped
from hujiao.speech.service import SpeechService
from hujiao.speech.shipped import ShippedPrompt
from hujiao.speech.voices import choose


def _prompt(name: str, language: str, voice: str | None, text: str) -> ShippedPrompt:
    return ShippedPrompt(name, language, choose(language, voice).name, text, f"{language}-{name}.opus")


def _wanted() -> Iterable[tuple[Path, list[ShippedPrompt]]]:
    yield (
        shipped.BUILTIN,
        [
            _prompt(name, language, None, text)
            for language in builtin_texts.LANGUAGES
            for name, text in builtin_texts.texts(language).items()
        ],
    )
    for tenant, languages in TEXTS.items():
        yield (
            PROMPTS / tenant,
            [
                _prompt(name, language, VOICES.get((tenant, language)), text)
                for language, texts in languages.items()
                for name, text in texts.items()
            ],
        )


async def _make(parts: Path, *, everything: bool) -> None:
    async def prepared() -> None:
        return

    with tempfile.TemporaryDirectory() as folder:
        service = SpeechService(Path(folder), parts, prepared)
        for target, prompts in _wanted():
            target.mkdir(parents=True, exist_ok=True)
            present = set(shipped.read_list(target)) if not everything and (target / shipped.LIST).exists() else set()
            with step(str(target)) as running:
                total = 0
                for prompt in prompts:
                    running.update(prompt.file)
                    file = target / prompt.file
                    if prompt not in present or not file.exists():
                        made = await service.speak(prompt.text, prompt.language, prompt.voice)
                        file.write_bytes(shipped.encode(service.store.path(made.sha256).read_bytes()))
                    total += file.stat().st_size
                for file in target.glob("*.opus"):
                    if file.name not in {prompt.file for prompt in prompts}:
                        file.unlink()
                shipped.write_list(target, prompts)
                running.done(f"{len(prompts)} prompts, {total / 1000:.0f} kB")
        await service.close()


def main() -> None:
    parts = parts_folder(default_home())
    with step("Speech synthesis") as running:
        speech_part.install(parts, running)
    asyncio.run(_make(parts, everything="--all" in sys.argv[1:]))


if __name__ == "__main__":
    main()
