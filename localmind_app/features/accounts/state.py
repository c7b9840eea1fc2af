"""View model of the account settings."""

from __future__ import annotations

import time
from typing import Any

import reflex as rx

from localmind_app.core.errors import UserError
from localmind_app.features.notice import failed, said, tell
from localmind_app.features.services import services

from .acting import acting


class AccountState(rx.State):
    """Password, sessions and API keys of the signed-in person."""

    has_password: bool = False
    password_error: str = ""
    password_params: dict[str, Any] = {}
    keys: list[dict[str, str]] = []
    new_key: str = ""

    @rx.event
    async def load(self) -> None:
        """Fill the page."""
        self.has_password = await services().accounts.has_password()
        await self._load_keys()

    @rx.event
    def hide_key(self) -> None:
        """Forget the new key; a reconnect must not do this while somebody is copying it."""
        self.new_key = ""

    async def _load_keys(self) -> None:
        def day(ms: int | None) -> str:
            return time.strftime("%Y-%m-%d", time.localtime(ms / 1000)) if ms else ""

        self.keys = [
            {
                "id": key.id,
                "name": key.name,
                "hint": key.hint,
                "created": day(key.created_at),
                "used": day(key.used_at),
                "scopes": ", ".join(key.scopes or []),
                "ends": day(key.expires_at),
            }
            for key in await services().accounts.keys(acting())
        ]

    @rx.event
    async def set_password(self, form: dict[str, Any]) -> Any:
        """Set or change the password; every session ends and the sign-in page opens."""
        new, again = str(form.get("new", "")), str(form.get("again", ""))
        if new != again:
            self._refuse(UserError("The two passwords are not the same."))
            return None
        try:
            await services().accounts.set_password(acting(), new, str(form.get("current", "")))
        except UserError as error:
            self._refuse(error)
            return None
        self.password_error = ""
        return AccountState.load  # refused by the event guard now, which leads the page to the sign-in page

    def _refuse(self, error: UserError) -> None:
        self.password_error, self.password_params = error.message, dict(error.params)

    @rx.event
    async def sign_out_everywhere(self) -> Any:
        """End every session, this one too."""
        await services().accounts.sign_out_everywhere(acting())
        return AccountState.load  # refused by the event guard now, which leads the page to the sign-in page

    @rx.event
    async def create_key(self, form: dict[str, Any]) -> None:
        """Make an API key and show it, this once."""
        scope, days = str(form.get("scope") or ""), str(form.get("days") or "")
        ends = int((time.time() + int(days) * 24 * 3600) * 1000) if days.isdecimal() else None
        try:
            self.new_key = await services().accounts.create_key(
                acting(), str(form.get("name", "")), scopes=scope.split(), expires_at=ends
            )
        except UserError as error:
            await tell(self, failed(error))
        await self._load_keys()

    @rx.event
    async def revoke_key(self, key_id: str) -> None:
        """End a key at once."""
        try:
            await services().accounts.revoke_key(acting(), key_id)
            await tell(self, said("The key was revoked. Programs that use it are refused from now on."))
        except UserError as error:
            await tell(self, failed(error))
        await self._load_keys()
