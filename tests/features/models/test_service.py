from localmind_app.engine.client import ModelInfo
from localmind_app.features.models.service import ModelItem, _detail, ordered, usual_model


def test_own_models_come_first_then_the_starter_then_what_cannot_be_loaded() -> None:
    models = [
        ModelInfo("starter", label="Starter", starter=True),
        ModelInfo("broken", label="A broken one", state="broken"),
        ModelInfo("minilm", label="MiniLM", kind="embedding"),
        ModelInfo("b", label="beta"),
        ModelInfo("a", label="Alpha"),
    ]
    assert [model.id for model in ordered(models)] == ["a", "b", "starter", "broken"]


def test_a_model_is_described_in_a_few_words() -> None:
    assert _detail(4_700_000_000, "Q4_K_M", 8192) == "4.7 GB · Q4_K_M · 8,192 tokens"
    assert _detail(5_900_000, None, None) == "6 MB"
    assert _detail(None, None, None) == ""


def test_what_leaves_this_machine_is_never_chosen_by_itself() -> None:
    cloud = ModelItem("remote:x/big", "big", "", starter=False, problem="", engine="Cloud", leaves_machine=True)
    near = ModelItem("remote:y/big", "big", "", starter=False, problem="", engine="Near")
    broken = ModelItem("broken", "Broken", "", starter=False, problem="It is cut off.")
    assert usual_model([broken, cloud], None) == ""
    assert usual_model([broken, cloud, near], "gone") == "remote:y/big"
    assert usual_model([broken, cloud, near], "broken") == "remote:y/big"
    assert usual_model([cloud, near], "remote:x/big") == "remote:x/big", "somebody chose it"
