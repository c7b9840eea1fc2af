"""The tab of work on model files: what to do, with which model, and what came of it."""

from __future__ import annotations

from typing import Any

import reflex as rx

from localmind_app.features.models.state import WorkshopState
from localmind_app.features.models.state.workshop import AnswerRow, Fact, WorkRow
from localmind_app.ui import figures, kit
from localmind_app.ui.i18n import mark, t
from localmind_app.ui.query import query_part, sets_query_part
from localmind_app.ui.web.every import every

from .parts import CARD, CARDS, form_error, head, job_bar, problem, section

WORK, FIRST = "work", "quantise"
WORKS = [
    (FIRST, t("Make it smaller (quantise)")),
    ("bench", t("Measure the speed")),
    ("perplexity", t("Measure perplexity")),
    ("compare", t("Compare two models")),
    ("prune", t("Take out layers (prune)")),
    ("imatrix", t("Compute an importance matrix")),
    ("convert", t("Convert a folder to GGUF")),
]
# The names of figures come from the state; the catalogue must know them.
_FIGURES = (
    mark("Size before"),
    mark("Size"),
    mark("Writing"),
    mark("Reading"),
    mark("Memory"),
    mark("Perplexity"),
    mark("Perplexity before"),
    mark("Perplexity after"),
)


def workshop_tab() -> rx.Component:
    """One form for the chosen work, and the jobs below it."""
    chosen = query_part(WORK, FIRST)
    choice = rx.el.div(
        kit.select(id="work", label=t("Work"), options=WORKS, value=chosen, on_change=sets_query_part(WORK, FIRST)),
        class_name="max-w-md",
    )
    form = rx.match(
        chosen,
        ("bench", _bench()),
        ("perplexity", _perplexity()),
        ("compare", _compare()),
        ("prune", _prune()),
        ("imatrix", _imatrix()),
        ("convert", _convert()),
        _quantise(),
    )
    whole = rx.fragment(
        rx.el.p(
            t("Work on model files takes the machine for a while; everything else goes on. Originals are kept."),
            class_name="max-w-prose text-sm text-muted",
        ),
        choice,
        form,
        form_error(WorkshopState.error, WorkshopState.error_params),
        _jobs(),
        every(1, active=WorkshopState.working, on_tick=WorkshopState.refresh),
    )
    loading = kit.skeleton(label=t("Loading"), lines=5)
    return rx.el.div(rx.cond(WorkshopState.loaded, whole, loading), class_name="flex flex-col gap-5")


def _form(hint: rx.Var[str], handler: Any, *fields: rx.Component) -> rx.Component:
    return rx.el.form(
        rx.el.p(hint, class_name="max-w-prose text-sm text-muted"),
        *fields,
        rx.el.div(kit.button(label=t("Start"), variant="primary", type="submit")),
        on_submit=handler,
        class_name="flex max-w-md flex-col gap-4",
    )


def _model(id: str = "model", label: rx.Var[str] | None = None, **attributes: Any) -> rx.Component:  # HTML's name
    return kit.select(
        id=f"workshop-{id}",
        name=id,
        label=t("Model") if label is None else label,
        options=WorkshopState.models,
        **attributes,
    )


def _name() -> rx.Component:
    return kit.text_field(
        id="workshop-name",
        name="name",
        label=t("Name of the new file (optional)"),
        auto_complete="off",
        max_length=120,
    )


def _quantise() -> rx.Component:
    sizes: Any = WorkshopState.sizes.map(lambda one: [one.kind, one.kind + " · " + figures.size(one.bytes)])
    kinds = kit.select(
        id="workshop-kind",
        name="kind",
        label=t("Type, with the size it would have"),
        hint=t("Q4_K_M is the usual choice; fewer bits are smaller, quicker and less exact."),
        options=sizes.to(list[list[str]]),
        default_value="Q4_K_M",
    )
    reckoning = kit.spinner(label=t("Reckoning the sizes…"))
    none: Any = rx.Var.create([["", t("none")]]).to(list[list[str]])
    matrices = kit.select(
        id="workshop-matrix", name="matrix", label=t("Importance matrix"), options=none + WorkshopState.matrices
    )
    matrix = rx.cond(WorkshopState.matrices.length() > 0, matrices)
    return _form(
        t("Writes the model again with fewer bits per weight."),
        WorkshopState.quantise,
        _model(value=WorkshopState.previewed, on_change=WorkshopState.preview),
        rx.cond(WorkshopState.reckoning, reckoning, kinds),
        matrix,
        _name(),
    )


def _bench() -> rx.Component:
    hint = t("Loads the model by itself and measures how fast it reads and writes. Predictions are corrected by it.")
    return _form(hint, WorkshopState.bench, _model())


def _perplexity() -> rx.Component:
    text = kit.textarea(
        id="workshop-text", name="text", label=t("Text (optional)"), hint=t("Without one a built-in sample is read.")
    )
    hint = t("How surprised a model is by a text: lower is better. Compare only models with the same vocabulary.")
    return _form(hint, WorkshopState.perplexity, _model(), text)


def _compare() -> rx.Component:
    prompts = kit.textarea(
        id="workshop-prompts", name="prompts", label=t("Prompts (optional)"), hint=t("One in each line, at most eight.")
    )
    return _form(
        t("Speed, perplexity and answers of two models, side by side."),
        WorkshopState.compare,
        _model("first", t("First model")),
        _model("second", t("Second model")),
        prompts,
    )


def _prune() -> rx.Component:
    layers = kit.text_field(
        id="workshop-layers",
        name="layers",
        label=t("Layers to take out"),
        hint=t("Counted from 0, such as 4, 7-9. Layers in the middle are missed least."),
        required=True,
        auto_complete="off",
    )
    hint = t("A model without some of its layers is smaller, quicker and worse. Its perplexity says by how much.")
    return _form(hint, WorkshopState.prune, _model(), layers, _name())


def _imatrix() -> rx.Component:
    hint = t(
        "Measures which weights matter, on a built-in sample. Types below three bits need it, all others gain by it."
    )
    return _form(hint, WorkshopState.imatrix, _model(), _name())


def _convert() -> rx.Component:
    folder = kit.text_field(
        id="workshop-folder",
        name="folder",
        label=t("Folder in the models folder"),
        hint=t("With config.json, the tokenizer and safetensors files, as the hub has them."),
        required=True,
        auto_complete="off",
    )
    return _form(t("Makes one GGUF file that can be used and quantised."), WorkshopState.convert, folder, _name())


def _jobs() -> rx.Component:
    nothing = rx.el.p(
        t("Nothing was done here yet. To begin, make a model smaller, or measure how fast it is."),
        class_name="text-sm text-muted",
    )
    rows = rx.el.ul(rx.foreach(WorkshopState.jobs, _job), class_name=CARDS)
    return section("jobs", t("Work and results"), None, rx.cond(WorkshopState.jobs.length() > 0, rows, nothing))


def _job(job: rx.Var[WorkRow]) -> rx.Component:
    live = (job.state == "queued") | (job.state == "running") | (job.state == "cancelling")
    title = rx.match(job.work, *[(name, label) for name, label in WORKS], job.work)
    state = rx.match(
        job.state,
        ("done", kit.badge(label=t("Done"), tone="success", icon="check")),
        ("cancelled", kit.badge(label=t("Cancelled"))),
        ("failed", kit.badge(label=t("Failed"), tone="danger")),
        ("lost", kit.badge(label=t("Failed"), tone="danger")),
        rx.fragment(),
    )
    cancel = kit.button(
        label=t("Cancel"),
        size="sm",
        disabled=job.state == "cancelling",
        on_click=WorkshopState.cancel(job.id),
        aria_label=t("Cancel {model}", model=job.of),
    )
    return rx.el.li(
        head(title, state, rx.cond(live, cancel)),
        rx.el.p(job.of, class_name="text-sm text-muted [overflow-wrap:anywhere]"),
        rx.cond(live, job_bar(job)),
        problem(job.error, job.error_params),
        rx.cond(job.facts.length() > 0, _facts(job)),
        rx.foreach(job.answers, _answer),
        class_name=CARD,
    )


def _facts(job: rx.Var[WorkRow]) -> rx.Component:
    def fact(one: rx.Var[Fact]) -> rx.Component:
        value = rx.match(
            one.unit,
            ("bytes", figures.size(one.value)),
            ("speed", t("{n} tokens/s", n=figures.number(one.value, 1))),
            figures.number(one.value, 2),
        )
        name = rx.cond(one.of != "", one.of + ": ", "")
        return rx.el.div(
            rx.el.dt(name, t(one.name), class_name="text-xs text-muted [overflow-wrap:anywhere]"),
            rx.el.dd(value, class_name="text-sm font-medium tabular-nums [overflow-wrap:anywhere]"),
            class_name="min-w-0",
        )

    return rx.el.dl(rx.foreach(job.facts, fact), class_name="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-4")


def _answer(answer: rx.Var[AnswerRow]) -> rx.Component:
    return rx.el.details(
        rx.el.summary(answer.model, ": ", answer.prompt, class_name="lm-target py-2 text-sm [overflow-wrap:anywhere]"),
        rx.el.p(answer.text, class_name="whitespace-pre-wrap pb-2 text-sm text-muted [overflow-wrap:anywhere]"),
    )
