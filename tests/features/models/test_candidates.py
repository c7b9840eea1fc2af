"""What is foretold of models that are not here yet."""

from __future__ import annotations

from dataclasses import replace

from localmind_app.features.models import candidates, catalogue
from localmind_app.features.models.catalogue import Entry


def chat(**changed: object) -> Entry:
    """An entry of the catalogue that is on offer."""
    entry = next(one for one in catalogue.entries() if one.task == "chat" and one.runnable)
    return replace(entry, **changed)  # type: ignore[arg-type]


def test_only_what_talks_and_can_be_run_is_offered() -> None:
    entries = [chat(), chat(task="small chat"), chat(task="embedding"), chat(task="picture"), chat(task="vision")]
    assert len(candidates.offers(entries)) == 2
    offered = candidates.offers(catalogue.entries())
    assert offered and {one.id for one in offered} <= {one.id for one in catalogue.entries() if one.runnable}


def test_sizes_are_those_of_the_catalogue() -> None:
    [offer] = candidates.offers([chat(size_gb=5.03, parameters=8.2, context=40960)])
    assert (offer.size_bytes, offer.n_params, offer.context_train) == (5_030_000_000, 8_200_000_000, 40960)


def test_a_mixture_of_experts_is_known_by_its_usual_name() -> None:
    for name, active in (("qwen3-30b-a3b", 3_000_000_000), ("x-26b-a4.5b-it", 4_500_000_000), ("llama-8b", None),
                         ("alpha-a3bc", None)):  # fmt: skip
        [offer] = candidates.offers([chat(id=name)])
        assert offer.active_params == active, name


def test_the_cache_of_a_larger_model_is_larger() -> None:
    small, large = candidates.offers([chat(parameters=2.0), chat(parameters=32.0)])
    assert (small.kv_bytes, large.kv_bytes) == (110_000, 260_000)
