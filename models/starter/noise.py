"""Typing noise: what fingers and keyboards do to a clean question."""

from __future__ import annotations

import random
import re

NEIGHBOURS = {
    "a": "sqw", "b": "vn", "c": "xv", "d": "sfe", "e": "wr", "f": "dg", "g": "fh", "h": "gj",
    "i": "uo", "j": "hk", "k": "jl", "l": "k", "m": "n", "n": "bm", "o": "ip", "p": "o", "r": "et",
    "s": "ad", "t": "ry", "u": "yi", "v": "cb", "w": "qe", "x": "zc", "y": "tu", "z": "x",
}  # fmt: skip

SHORT = {
    "you": "u", "are": "r", "your": "ur", "please": "pls", "what is": "whats", "who is": "whos",
    "thanks": "thx", "because": "cuz", "how do i": "how to", "do not": "dont", "can not": "cant",
    "what are": "what r", "for": "4", "to": "2", "about": "abt", "message": "msg", "people": "ppl",
}  # fmt: skip

FOLD = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
DROP_DOTS = str.maketrans("äöüÄÖÜß", "aouAOUs")

ASKING = re.compile(
    r"^(what|who|how|why|where|when|which|are|is|do|does|did|can|could|would|should|will|may|have|am|"
    r"was|were|wer|wie|was|wo|warum|welche|kann|kannst|bist|sind|ist|gibt|hast|brauche|wird|werden)\b"
)


def _by_lower_case(names: str) -> dict[str, str]:
    return {name.lower(): name for name in names.split()}


NAMES = _by_lower_case("""
    LocalMind Starter ChatGPT GPT GPT-4 Claude Gemini Copilot Siri Alexa OpenAI Google Ollama Mistral Llama Qwen
    Gemma PDF PDFs GGUF API AI LLM URL HTTP USB GPU CPU RAM PWA LaTeX KaTeX JSON CSV HTML CSS SQL Python Java
    JavaScript Rust Mac Windows Linux Android iPhone WiFi Internet English German French Spanish Italian GDPR I
    Mermaid Markdown Apache Reddit Wikipedia YouTube Word Excel
""")
"""How names are written by people who look after it; the templates are in lower case."""

NOUNS = _by_lower_case("""
    Abend Ahnung Antwort Antworten API App Aufsatz Auskunft Auto Banane Bilder Bot Brief Chat ChatGPT Chats Chef
    Claude Cloud Code Computer Copilot Dank Datei Dateien Daten Datenschutz Datensicherheit Design Detail
    Deutsch Dienst Dokumente DSGVO Dunkelmodus E-Mail Einwohner Englisch Entschuldigung Erfinder Export Fehler
    Feierabend Firma Firmen Frage Fragen Französisch Freund Funktionen Fähigkeiten Gedicht Gemini Geschichte
    GGUF GGUF-Datei Gold Gott GPT Grenzen Hauptstadt Herbst Hilfe Himmel Hund Internet Internetverbindung KI
    KI-Modell Konto König Krieg Land Lied Liste LocalMind Markdown Mathe Mensch Menschen Modell Modell-Ordner
    Modelldatei Modelle Modellordner Models-Ordner Modus Mond Nachrichten Nacht Name Ordner Ordnung Parameter
    Person Privatsphäre Programm Python-Programm Rat Rechner Rezept Rhein Roboter Satz Schach Siri Spanisch
    Spiel Sprache Sprachen Sprachmodell Starter Streaming Tabelle Tag Telemetrie Text Texte Thema Themen Tipps
    Uhr Verzeihung Wahl Wetter Wiedersehen Witz Woche Ihnen
""")
"""German nouns and names of the templates, as they are spelled."""

WORD = re.compile(r"\w+(?:-\w+)*")


def spelled(text: str, language: str) -> str:
    """Return ``text`` with the capitals a careful writer sets inside a sentence."""
    known = NOUNS if language == "de" else NAMES
    return WORD.sub(lambda match: known.get(match[0].lower(), match[0]), text)


def typo(text: str, rng: random.Random) -> str:
    """Return ``text`` with one slip of a finger: swap, drop, double or neighbour key."""
    spots = [i for i in range(1, len(text) - 1) if text[i].isalpha() and text[i - 1].isalpha()]
    if not spots:
        return text
    i = rng.choice(spots)
    kind = rng.randrange(5)
    if kind == 0:
        return text[: i - 1] + text[i] + text[i - 1] + text[i + 1 :]
    if kind == 1:
        return text[:i] + text[i + 1 :]
    if kind == 2:
        return text[:i] + text[i] + text[i:]
    if kind == 3 and text[i + 1] == " ":
        return text[: i + 1] + text[i + 2 :]
    return text[:i] + rng.choice(NEIGHBOURS.get(text[i], text[i])) + text[i + 1 :]


def punctuate(text: str, rng: random.Random) -> str:
    """Return ``text`` with the end mark a person may or may not type."""
    if text[-1:] in "?!.,;:)" or not text[-1:].isalnum():
        return text
    draw = rng.random()
    if ASKING.match(text.lower()):
        return text + ("?" if draw < 0.6 else "??" if draw < 0.63 else " ?" if draw < 0.66 else "")
    return text + ("." if draw < 0.18 else "!" if draw < 0.28 else "?" if draw < 0.38 else "")


def letter_case(text: str, rng: random.Random) -> str:
    """Return ``text`` as typed: sentence case, all lower, or rarely all upper."""
    draw = rng.random()
    if draw < 0.5:
        return text[:1].upper() + text[1:]
    if draw < 0.85:
        return text.lower()
    return text.upper() if draw < 0.875 else text


def noisy(text: str, rng: random.Random, language: str = "en") -> str:
    """Return ``text`` as a hurried person might type it; many results stay clean."""
    if rng.random() < 0.65:
        text = spelled(text, language)
    if rng.random() < 0.12:
        for long, short in rng.sample(sorted(SHORT.items()), 6):
            text = re.sub(rf"\b{long}\b", short, text)
    draw = rng.random()
    if draw < 0.1:
        text = text.translate(FOLD)
    elif draw < 0.17:
        text = text.translate(DROP_DOTS)
    draw = rng.random()
    if draw < 0.3:
        text = text.replace("'", "")
    elif draw < 0.38:
        text = text.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}")
    text = letter_case(punctuate(text, rng), rng)
    if rng.random() < 0.3 and len(text) > 4:
        for _ in range(1 + len(text) // 30):
            text = typo(text, rng)
    if rng.random() < 0.02:
        text = rng.choice([" ", "  ", "\n"]) + text
    if rng.random() < 0.02:
        text += rng.choice([" ", "\n", "  "])
    return text
