"""What of a message may hold facts about its writer: their own plain statements, and nothing they quote or play.

`statements(text)` cuts a message into clauses and leaves out code, quotations, quoted lines, links, questions,
suppositions, reported speech, and texts that are handed in to be worked on. Each clause stands in the message word for
word. It rather misses a fact than takes one that is none.
"""

# ruff: noqa: E501 -- patterns are read as lists

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST_MESSAGE = 4000  # characters; a longer one is a text that was handed in
LONGEST_CLAUSE = 300

BLOCK_BEGIN, BLOCK_END = "<memory>", "</memory>"  # what surrounds memories in a prompt; never read again

_I = re.IGNORECASE
_FENCE = re.compile(r"```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)", re.DOTALL)
_OURS = re.compile(rf"{re.escape(BLOCK_BEGIN)}.*?(?:{re.escape(BLOCK_END)}|\Z)", re.DOTALL)
_TAGGED = re.compile(r"<(\w+)>.*?</\1>", re.DOTALL)
_LINES = re.compile(r"^(?:\s*>.*|(?: {4}|\t)\S.*|\s*\|.*\|\s*)$", re.MULTILINE)  # quoted, code, tables
_SMALL = re.compile(r"`[^`\n]*`|\bhttps?://\S+")
_QUOTED = re.compile(
    r"\"([^\"]+)\"|“([^”]+)”|„([^“”]+)[“”]|«([^»]+)»|»([^«\n]+)«|(?<![\w])'([^'\n]{3,})'(?!\w)|‘([^’\n]{3,})’(?!\w)|"
    r"[\"“„«]([^\"“”„«»]*)\Z"  # one without an end goes on to that of the message
)
_FIRST_PERSON = re.compile(r"\b(?:i|i'm|i’m|my|me|we|our|ich|mein\w*|mir|mich|wir|unser\w*)\b", _I)

# A text that is not the person's own statement, wherever in the message this stands.
_HANDED_IN = re.compile(
    r"\b(?:translat\w*|summari[sz]\w*|proof-?read\w*|re-?write|rephrase|paraphrase|spell-?check|grammar|correct (?:this|the|my)|"
    r"fix (?:this|the|my) (?:text|grammar|sentence|spelling|english|german|code)|(?:the|this) following|following (?:text|sentence|email)|"
    r"(?:this|the|that) (?:text|sentence|paragraph|passage|email|letter|article|quote|review|transcript|conversation|example)\b|"
    r"here(?:'s| is) (?:a|an|the|my|his|her|their|what)|analy[sz]e (?:this|the)|sentiment|classify|extract (?:the|all)|"
    r"übersetz\w*|fass\w* .{0,40}zusammen|zusammenfass\w*|korrigier\w*|umformulier\w*|formulier\w* .{0,30}um|rechtschreib\w*|"
    r"(?:folgende[rnsm]?|diese[rnsm]?) (?:text|satz|e-?mail|brief|absatz|artikel|zitat)\w*)\b", _I,
)  # fmt: skip
# The person plays somebody, or invents: in this message and all that follow in the chat.
_FICTION = re.compile(
    r"\b(?:role-?\s?play\w*|pretend\w*|imagine\b|make[- ]believe|in character|let's play|let us play|(?:act|speak|respond|answer|write) as|"
    r"act like|you will (?:be|play)|(?:your|my|the) character|from the (?:perspective|point of view) of|persona|protagonist|narrat\w+|"
    r"dungeon\w*|once upon a time|fan ?fiction|es war einmal|rollenspiel\w*|stell dir vor|tu so|tun wir so|"
    r"spiel(?:e|en wir)? (?:eine|einen|die|den)|aus der sicht)\b"
    r"|(?:^|[.!?\n]\s*)(?:from now on,? |ab jetzt )?(?:you are|you're|du bist) (?:now |jetzt )?(?:a|an|ein|eine|einen)\b"
    r"(?! (?:great|good|real|true|big|huge|lifesaver|genius|star|legend|wonderful|tolle|große|echte|gute|schatz))", _I,
)  # fmt: skip
# A text to be made up: it reaches to the end of the message.
_MADE_UP = re.compile(
    r"\b(?:write|tell|continue|invent|compose|make up|create|draft|schreib\w*|erzähl\w*|erfinde|dichte)\b.{0,40}\b"
    r"(?:story|stories|novel|poem|lyrics|song|screenplay|dialogue|monologue|script|tale|geschichte|roman|gedicht|drehbuch|dialog|lied|märchen)\b",
    _I,
)
_JOKE = re.compile(r"\b(?:just kidding|kidding|jk|joking|sarcas\w+|/s|nur spaß|scherz|ironie)\b", _I)
# A task to write something in the person's name: what stands behind it belongs to that text.
_DRAFT = re.compile(
    r"\b(?:write|draft|compose|generate|create|give me|make up|come up with|schreib\w*|verfass\w*|entwirf|erstell\w*|erfinde)\b", _I
)  # fmt: skip

_QUESTION = re.compile(
    r"^(?:(?:and|but|so|also|or|hey|hi|hello|ok|okay|und|aber|also|oder|hallo)[, ]+)*(?:what|who|whom|whose|where|when|why|how|which|is|are|"
    r"am|do|does|did|can|could|would|should|will|shall|was|were|has|may|might|wer|wen|wem|was|wo|wohin|woher|wann|warum|wieso|weshalb|wie|"
    r"welche[rnms]?|kann|kannst|könnte[nst]*|soll\w*|bin ich|bist|ist|sind|hast|hat|wirst|wird|darf|muss ich)\b", _I,
)  # fmt: skip
_SUPPOSED = re.compile(
    r"\b(?:if|suppose|supposing|assum\w+|hypothe\w+|what-if|let's say|lets say|let us say|say that i|would|could|should|might|i'd|we'd|may be|"
    r"maybe|perhaps|probably not|wish|unless|whether|as though|for example|for instance|e\.g\.|scenario|in (?:my|a|the) dream\w*|dreamt|dreamed|"
    r"i (?:(?:have|am going) to|(?:guess|think|hope|want|need|plan|will|may|must)(?: to| that)?)\b(?=.*\b(?:move|live|become|work|be)\b)|"
    r"i'll|i'm going to|i will|gonna|about to|"
    r"wenn|falls|angenommen|gesetzt den fall|würde\w*|hätte\w*|wäre\w*|könnte\w*|sollte\w*|möchte|vielleicht|eventuell|ob|zum beispiel|"
    r"z\.\s?b\.|beispielsweise|als ob|werde|will (?:nach|in)|geträumt)\b", _I,
)  # fmt: skip
_REPORTED = re.compile(
    r"\b(?:said|says|saying|told|tells|wrote|writes|claims?|claimed|thinks|thought|believes|believed|asked|asks|mentioned|replied|"
    r"goes like|according to|quote|quoting|sings?|sang|reads|sagt\w*|meint\w*|schrieb\w*|behauptet\w*|fragt\w*|erzählt\w*|denkt|glaubt|"
    r"laut|zitat)\b", _I,
)  # fmt: skip
_CODE = re.compile(
    r"[{}=<>\\\[\]|]|\w\(\)|::|->|=>|;\s*$|^\s*(?:def|class|import|from|return|var|let|const|SELECT|print)\b.*[:(]?$"
)
_SCREENPLAY = re.compile(r"^\s*[A-ZÄÖÜ][\w .]{0,24}:\s")  # "Anna: I live …": a line of a conversation

_ENDS = re.compile(
    r"(?<!\bDr)(?<!\bMr)(?<!\bMrs)(?<!\bMs)(?<!\bSt)(?<!\bz\.B)(?<!\be\.g)(?<!\d)([.!?…]+)(?=\s|$)|([.!?…]+)(?=\s*$)|\n+"
)
_BULLET = re.compile(r"^\s*(?:[-*•–]|\d{1,2}[.)])\s+")
_CLAUSE = re.compile(
    r"\s*(?:[,;:–—]|\s-\s)\s*(?:(?:and|but|so|also|und|aber)\s+)?(?=(?:i|i'm|i’m|my|we|our|ich|mein|meine|wir|unser|unsere)\b)"
    r"|\s+(?:and|but|und|aber)\s+(?:also\s+|auch\s+)?(?=(?:i|i'm|i’m|my|we|our|ich|mein|meine|wir|unser|unsere)\b)", _I,
)  # fmt: skip


@dataclass(frozen=True)
class Clause:
    """A clause of the person's own, as it stands in the message, and the sentence that it is part of."""

    text: str
    sentence: str


def is_fiction(text: str) -> bool:
    """Whether a message begins or continues a play or an invention: what it and those after it say is nobody's life."""
    return bool(_FICTION.search(_bare(text)))


def statements(text: str) -> list[Clause]:
    """The clauses of a message that plainly say something of its writer, in order."""
    if len(text) > LONGEST_MESSAGE:
        return []
    own = _bare(text)
    if _HANDED_IN.search(own) or _MADE_UP.search(own) or _JOKE.search(own) or is_fiction(text):
        return []
    found: list[Clause] = []
    for sentence, end in _sentences(own):
        if _DRAFT.search(sentence) and not _FIRST_PERSON.match(sentence.strip()):
            break
        if "?" in end or not _is_plain(sentence):
            continue
        found += [Clause(clause, sentence) for clause in _clauses(sentence)]
    return found


def own_sentences(text: str) -> list[str]:
    """The sentences of a message that are the person's own words, questions and wishes too, with what ends them."""
    own = _bare(text)
    if len(text) > LONGEST_MESSAGE or _HANDED_IN.search(own) or _MADE_UP.search(own) or is_fiction(text):
        return []
    return [sentence + end.strip() for sentence, end in _sentences(own)]


def _bare(text: str) -> str:
    """The text without what is not the person's own, each hole a line break, so that nothing grows together."""
    for pattern in (_FENCE, _OURS, _TAGGED, _LINES, _SMALL):
        text = pattern.sub("\n", text)
    return _QUOTED.sub(_quoted, text)


def _quoted(found: re.Match[str]) -> str:
    """A quoted name stays in its sentence; words that somebody speaks, and titles, do not."""
    inside = next(group for group in found.groups() if group is not None)
    return found[0] if len(inside.split()) <= 2 and not _FIRST_PERSON.search(inside) else "\n"


def _sentences(text: str) -> Iterator[tuple[str, str]]:
    """(sentence, what ended it), each a piece of the text."""
    start = 0
    for end in [*_ENDS.finditer(text), None]:
        piece = text[start : end.start() if end else len(text)]
        start = end.end() if end else start
        piece = piece[bullet.end() :] if (bullet := _BULLET.match(piece)) else piece
        if piece.strip():
            yield piece.strip(), end[0] if end else ""


def _is_plain(sentence: str) -> bool:
    checks = (_QUESTION, _SUPPOSED, _REPORTED, _CODE, _SCREENPLAY)
    return len(sentence) <= 2 * LONGEST_CLAUSE and not any(check.search(sentence) for check in checks)


def _clauses(sentence: str) -> list[str]:
    parts, start = [], 0
    for cut in _CLAUSE.finditer(sentence):
        parts.append(sentence[start : cut.start()])
        start = cut.end()
    parts.append(sentence[start:])
    return [part.strip() for part in parts if part.strip() and len(part) <= LONGEST_CLAUSE]
