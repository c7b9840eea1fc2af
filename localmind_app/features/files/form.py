"""The file in a form (multipart/form-data, RFC 7578) as it comes in: nothing of it waits in memory or elsewhere."""

from __future__ import annotations

from collections.abc import AsyncIterator

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from localmind_app.core.errors import Invalid


class FormFile:
    """The first file in a form. Ask for `name` first, then for its `chunks`, once."""

    def __init__(self, content_type: str, body: AsyncIterator[bytes]) -> None:
        kind, options = parse_options_header(content_type)
        if kind != b"multipart/form-data" or not options.get(b"boundary"):
            raise Invalid("The form cannot be read: {detail}", detail="there is no boundary")
        self._body = body
        self._header, self._value = b"", b""
        self._name: str | None = None
        self._wanted = self._over = False
        self._ready: list[bytes] = []
        self._parser = MultipartParser(
            options[b"boundary"],
            {
                "on_header_field": self._on_header_field,
                "on_header_value": self._on_header_value,
                "on_header_end": self._on_header_end,
                "on_part_data": self._on_part_data,
                "on_part_end": self._on_part_end,
            },
        )

    async def name(self) -> str:
        """What the form calls the file. Raises Invalid when there is none."""
        while self._name is None:
            if not await self._more():
                raise Invalid("The form has no file.")
        return self._name

    async def chunks(self) -> AsyncIterator[bytes]:
        """The file's bytes. Raises Invalid when the form ends in the middle of them."""
        while True:
            for chunk in self._ready:
                yield chunk
            self._ready.clear()
            if self._over:
                return
            if not await self._more():
                raise Invalid("The form cannot be read: {detail}", detail="it ends in the middle of the file")

    async def _more(self) -> bool:
        try:
            chunk = await anext(self._body)
        except StopAsyncIteration:
            return False
        try:
            self._parser.write(chunk)
        except FormParserError as error:
            raise Invalid("The form cannot be read: {detail}", detail=str(error)[:200]) from None
        return True

    def _on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]  # the parser limits how long it may get

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _on_header_end(self) -> None:
        if self._name is None and self._header.lower() == b"content-disposition":
            _, options = parse_options_header(self._value)
            if b"filename" in options:
                self._name, self._wanted = options[b"filename"].decode("utf-8", "replace"), True
        self._header, self._value = b"", b""

    def _on_part_data(self, data: bytes, start: int, end: int) -> None:
        if self._wanted:
            self._ready.append(data[start:end])

    def _on_part_end(self) -> None:
        self._over = self._over or self._wanted
        self._wanted = False
