"""Text to the phonemes that the Kokoro model was trained on. Runs only in the engine's process."""

from __future__ import annotations

import re

from hujiao.speech.espeak import Espeak

_CHINESE = r"[\u3400-\u9fff]+"
_LATIN = r"[A-Za-z][A-Za-z0-9 '\-]*"
_PUNCTUATION = str.maketrans(
    {
        "、": ", ",
        "，": ", ",
        "。": ". ",
        "．": ". ",
        "！": "! ",
        "：": ": ",
        "；": "; ",
        "？": "? ",
        "《": " “",
        "》": "” ",
        "「": " “",
        "」": "” ",
        "（": " (",
        "）": ") ",
    }
)
# Tones and syllabic vowels as the model's alphabet writes them; the longer pattern first.
_TONES = (
    ("˧˩˧", "↓"),
    ("˧˥", "↗"),
    ("˥˩", "↘"),
    ("˥", "→"),
    ("ɻ\u0329", "ɨ"),
    ("ɹ\u0329", "ɨ"),
    ("\u032f", ""),
)
# eSpeak's English, in the model's alphabet: its own letters for diphthongs and affricates; longest first.
_ENGLISH = (
    ("ʔˌn\u0329", "ʔn"),
    ("ʔn\u0329", "ʔn"),
    ("a^ɪ", "I"),
    ("a^ʊ", "W"),
    ("d^ʒ", "ʤ"),
    ("e^ɪ", "A"),
    ("e", "A"),
    ("t^ʃ", "ʧ"),
    ("ɔ^ɪ", "Y"),
    ("ə^l", "ᵊl"),
    ("ʲo", "jo"),
    ("ʲə", "jə"),
    ("ʲ", ""),
    ("ɚ", "əɹ"),
    ("r", "ɹ"),
    ("x", "k"),
    ("ç", "k"),
    ("ɐ", "ə"),
    ("ɬ", "l"),
    ("\u0303", ""),
)
_AMERICAN = (("o^ʊ", "O"), ("ɜːɹ", "ɜɹ"), ("ɜː", "ɜɹ"), ("ɪə", "iə"), ("ː", ""))
_BRITISH = (("e^ə", "ɛː"), ("iə", "ɪə"), ("ə^ʊ", "Q"))


def english(text: str, espeak: Espeak, *, british: bool) -> str:
    pieces = []
    for piece in re.split(r"([,.;:!?—…]+(?=\s|$)|\n+)", text):
        if not piece.strip() or re.fullmatch(r"[,.;:!?—…\s]+", piece):
            pieces.append(piece.strip()[:1] + " " if piece.strip() else "")
            continue
        spoken = espeak.phonemes(piece, "en" if british else "en-us").strip()
        for old, new in (*(_BRITISH if british else _AMERICAN), *_ENGLISH):
            spoken = spoken.replace(old, new)
        spoken = re.sub(r"(\S)\u0329", r"ᵊ\1", spoken).replace("\u0329", "")
        pieces.append(spoken.replace("o", "ɔ").replace("ɾ", "T").replace("^", ""))
    return "".join(pieces).strip()


def chinese(text: str, espeak: Espeak) -> str:
    """Mandarin, numbers and dates read as people do; Latin words inside are read as English."""
    import rjieba
    from misaki.zh_normalization.text_normalization import TextNormalizer

    normal = "".join(TextNormalizer().normalize(text)).translate(_PUNCTUATION)
    result = []
    for piece in re.findall(rf"{_CHINESE}|{_LATIN}|[^A-Za-z\u3400-\u9fff]+", normal):
        if re.fullmatch(_CHINESE, piece):
            result.append(" ".join(_word(word) for word in rjieba.cut(piece)))
        elif re.fullmatch(_LATIN, piece):
            result.append(f" {english(piece, espeak, british=False)} ")
        else:
            result.append(piece)
    return re.sub(r"\s+", " ", "".join(result)).strip()


def _word(word: str) -> str:
    from pypinyin import Style, lazy_pinyin

    return "".join(_syllable(pinyin) for pinyin in lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True))


def _syllable(pinyin: str) -> str:
    from misaki.transcription import pinyin_to_ipa

    try:
        spoken = "".join(pinyin_to_ipa(pinyin)[0])
    except ValueError:  # a character without a reading
        return ""
    for old, new in _TONES:
        spoken = spoken.replace(old, new)
    return spoken
