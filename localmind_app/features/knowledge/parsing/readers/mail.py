"""E-mails (.eml): who, when, subject and text; messages sent along are read too, other attachments only named."""

from __future__ import annotations

import email
from email.message import Message
from email.policy import default

from ..draft import Draft
from ..encoding import decode, drop_controls
from ..source import Source
from .html import add_html
from .plain import add_paragraphs

_HEADERS = ("From", "To", "Cc", "Date")
_MOST_NESTED = 5  # messages inside messages that are read


def read(source: Source, draft: Draft) -> None:
    """The message's blocks. Raises Unreadable, Full."""
    draft.parser = "email"
    try:
        message = email.message_from_bytes(source.bytes(), policy=default)
        if not message.keys():
            raise source.damaged()
        _add(source, draft, message, 0)
    except RecursionError as error:  # parts in parts in parts
        raise source.harmful() from error


def _add(source: Source, draft: Draft, message: Message, depth: int) -> None:
    subject = _header(message, "Subject")
    draft.title = draft.title or subject
    draft.add("heading", subject, level=depth + 1)
    heads = [(name, _header(message, name)) for name in _HEADERS]
    draft.add("text", "\n".join(f"{name}: {text}" for name, text in heads if text))
    plain, html, inner, names = _parts(source, message)
    if plain:
        add_paragraphs("\n\n".join(map(_text, plain)), draft)
    else:
        for part in html:
            add_html(_text(part), draft)
    if names:
        draft.add("list", "\n".join(f"- {name}" for name in names))
        draft.warn("Attachments were not read; save them and add them as files.")
    for message_inside in inner:
        if depth < _MOST_NESTED:
            _add(source, draft, message_inside, depth + 1)
        else:
            draft.warn("Messages inside of messages were left out below {depth} levels.", depth=_MOST_NESTED)


def _parts(source: Source, message: Message) -> tuple[list[Message], list[Message], list[Message], list[str]]:
    """Plain text, HTML, messages inside and names of attachments; not what is in the messages inside."""
    plain: list[Message] = []
    html: list[Message] = []
    inner: list[Message] = []
    names: list[str] = []
    waiting, count = [message], 0
    while waiting:
        part = waiting.pop()
        count += 1
        if count > source.limits.members:
            raise source.harmful()
        kind, payload = part.get_content_type(), part.get_payload()
        if kind == "message/rfc822" and part is not message and isinstance(payload, list):
            inner += [one for one in payload if isinstance(one, Message)]
        elif isinstance(payload, list):
            waiting += reversed([one for one in payload if isinstance(one, Message)])
        elif part.get_content_disposition() == "attachment" or kind not in ("text/plain", "text/html"):
            name = part.get_filename()
            names += [drop_controls(" ".join(str(name).split()))] if name else []
        else:
            (plain if kind == "text/plain" else html).append(part)
    return plain, html, inner, names


def _text(part: Message) -> str:
    data = part.get_payload(decode=True)
    charset = part.get_content_charset()
    text = decode(data if isinstance(data, bytes) else b"", charset)
    return text.replace("\r\n", "\n")


def _header(message: Message, name: str) -> str:
    try:
        return drop_controls(" ".join(str(message.get(name, "")).split()))
    except (ValueError, IndexError, AttributeError, TypeError, LookupError):  # the library's parser on broken headers
        return ""
