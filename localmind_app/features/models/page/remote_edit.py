"""The dialog that changes a remote engine: name, address, key, prices, and which of its models may be used."""

from __future__ import annotations

from typing import Any

import reflex as rx

from localmind_app.features.models.state import RemoteEditState
from localmind_app.features.models.state.remote_edit import MODEL, ModelChoice
from localmind_app.ui import kit
from localmind_app.ui.i18n import t

from .parts import form_error

FORM = "edit-engine"


def remote_form() -> rx.Component:
    """Opens while an engine is being changed."""
    form = RemoteEditState.form
    fields = rx.el.form(
        _field("label", t("Name"), form.label, required=True, max_length=100),
        _field("url", t("Address"), form.url, required=True, input_mode="url"),
        _key(),
        _prices(),
        _models(),
        id=FORM,
        on_submit=RemoteEditState.save,
        class_name="flex flex-col gap-4",
    )
    error = form_error(RemoteEditState.error, RemoteEditState.error_params)
    footer = rx.fragment(
        rx.el.div(error, class_name="basis-full has-[p:empty]:hidden"),
        kit.dialog_close(label=t("Cancel")),
        kit.button(label=t("Save"), variant="primary", type="submit", form=FORM, loading=RemoteEditState.saving),
    )
    return kit.dialog(
        fields,
        footer=footer,
        title=t("Change {engine}", engine=form.label),
        open=form.id != "",
        on_open_change=RemoteEditState.end,
    )


def _field(name: str, label: str | rx.Var[str], value: rx.Var[str], **more: Any) -> rx.Component:
    """A field with what the engine has now."""
    id = f"edit-{name.replace('_', '-')}"
    return kit.text_field(id=id, name=name, label=label, default_value=value, auto_complete="off", **more)


def _key() -> rx.Component:
    kept = RemoteEditState.form.has_key
    return rx.el.div(
        kit.text_field(
            id="edit-key",
            name="key",
            type="password",
            label=rx.cond(kept, t("Another key"), t("Key (optional)")),
            hint=rx.cond(
                kept,
                t("One is kept encrypted. It is never shown, and stays as long as you enter nothing."),
                t("Kept encrypted, and only sent to this server."),
            ),
            auto_complete="off",
        ),
        rx.cond(kept, kit.switch(id="edit-forget", name="forget", label=t("Forget the key"))),
        class_name="flex flex-col gap-1",
    )


def _prices() -> rx.Component:
    form = RemoteEditState.form
    return rx.el.fieldset(
        rx.el.legend(t("Price per million tokens"), class_name="text-sm font-medium"),
        rx.el.p(
            t("As your contract with its operator says. Leave both empty where it costs nothing."),
            class_name="text-sm text-muted",
        ),
        rx.el.div(
            _field("price_in", t("Read"), form.price_in, input_mode="decimal"),
            _field("price_out", t("Written"), form.price_out, input_mode="decimal"),
            _field("currency", t("Currency"), form.currency, required=True, max_length=3, class_name="uppercase"),
            class_name="grid grid-cols-3 gap-3 pt-2",
        ),
    )


def _models() -> rx.Component:
    def row(model: rx.Var[ModelChoice]) -> rx.Component:
        box = rx.el.input(
            type="checkbox", name=MODEL + model.name, default_checked=model.allowed, class_name="size-5 accent-accent"
        )
        name = rx.el.span(model.name, class_name="min-w-0 [overflow-wrap:anywhere]")
        return rx.el.li(rx.el.label(box, name, class_name="lm-target flex cursor-pointer items-center gap-3"))

    rows = rx.el.ul(
        rx.foreach(RemoteEditState.form.models, row),
        aria_label=t("Models that may be used"),
        tab_index=0,
        class_name="max-h-56 overflow-y-auto rounded-md border border-border px-3 py-1",
    )
    unknown = rx.el.p(t("Check the engine first, so that its models are known."), class_name="text-sm text-muted")
    return rx.el.div(
        kit.switch(
            id="edit-some",
            name="some",
            label=t("Allow some models only"),
            hint=t("Otherwise all of them may be used, and those it gets later."),
            checked=RemoteEditState.some,
            on_change=RemoteEditState.choose_some,
        ),
        rx.cond(RemoteEditState.some, rx.cond(RemoteEditState.form.models.length() > 0, rows, unknown)),
        class_name="flex flex-col gap-2",
    )
