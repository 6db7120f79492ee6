"""Arabic and Latin text, folded so that spellings of one word compare equal."""

import re
import unicodedata

# Hidden marks, directional controls and tatweel: never part of a word, and a means of spoofing.
_REMOVED = re.compile(
    "[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u08d3-\u08ff\u0640\u00ad\u061c"
    "\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
)
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_LETTERS = str.maketrans(
    {
        **dict.fromkeys("أإآٱٲٳ", "ا"),
        **dict.fromkeys("یېۍى", "ي"),
        **dict.fromkeys("ؤئ", "ء"),
        **dict.fromkeys("ۀەہھةۃ", "ه"),
        **dict.fromkeys("کڪگڭݣ", "ك"),
        **dict.fromkeys("ڤڥ", "ف"),
        "پ": "ب",
        "چ": "ج",
        "ژ": "ز",
    }
)
_DIGITS = {ord(d): str(i % 10) for i, d in enumerate("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹")}
_ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")


def row_number(text: str | None) -> int | None:
    """The primary key that an address or a form names, if it can be one."""
    if text and text.isascii() and text.isdigit() and len(text) < 19:
        return int(text)
    return None


def fold(text: str) -> str:
    """Return `text` for comparison: one spelling per letter, no marks, accents or case.

    Used on both sides of a comparison, stored and typed alike; never shown.
    """
    folded = unicodedata.normalize("NFKC", text).lower()
    folded = _REMOVED.sub("", folded).translate(_LETTERS).translate(_DIGITS)
    decomposed = unicodedata.normalize("NFKD", folded)
    folded = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    folded = re.sub(r"\b(عبد|ابو|بن) (?=\w)", r"\1", folded)
    return " ".join(re.findall(r"\w+", folded))


def latin_digits(text: str) -> str:
    """Return `text` with Arabic-Indic and Persian digits and separators as Latin ones."""
    return text.translate(_DIGITS).replace("٫", ".").replace("٬", "")


def clean_line(text: str) -> str:
    """Return a name or title without control and directional characters, spaces collapsed."""
    return " ".join(_CONTROLS.sub("", text).split())


def isolated(text: str) -> str:
    """Return `text` kept apart from the sentence around it, where no markup can stand."""
    return f"\u2068{text}\u2069"


def script_of(text: str, *, default: str) -> str:
    """Return "ar" or "en" by which script has more letters in `text`, else `default`."""
    arabic, latin = len(_ARABIC.findall(text)), len(_LATIN.findall(text))
    if arabic == latin:
        return default
    return "ar" if arabic > latin else "en"


def without_article(text: str) -> str:
    """Return an Arabic place name as lists sort it: without a leading article."""
    return text[2:] if text.startswith("ال") and len(text) > 4 else text
