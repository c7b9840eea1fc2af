import pytest

from localmind_app.core.errors import Invalid
from localmind_app.features.models.accepted import check_name, missing_parts, part_of


@pytest.mark.parametrize("path", ["a.gguf", "Model-Q4_K_M.GGUF", "unet/model.fp16.safetensors", "config.json"])
def test_models_and_their_texts_are_taken(path: str) -> None:
    assert check_name(path) == path


@pytest.mark.parametrize("path", ["pytorch_model.bin", "a/b.PT", "x.pth", "model.ckpt", "a.pkl"])
def test_pickles_are_refused(path: str) -> None:
    with pytest.raises(Invalid, match="can run code when it is read"):
        check_name(path)


@pytest.mark.parametrize("path", ["../a.gguf", "/a.gguf", "a/../b.gguf", ".a.gguf", "a//b.gguf", "a\\b.gguf",
                                  "a\n.gguf", "", "x" * 400 + ".gguf", "a/.hidden/b.gguf", "C:a.gguf"])  # fmt: skip
def test_names_that_lead_elsewhere_are_refused(path: str) -> None:
    with pytest.raises(Invalid, match="not one that a model file may have"):
        check_name(path)


@pytest.mark.parametrize("path", ["run.py", "model.onnx", "setup.json", "a.gguf.exe"])
def test_everything_else_is_refused(path: str) -> None:
    with pytest.raises(Invalid, match="neither GGUF nor safetensors"):
        check_name(path)


def test_parts_know_each_other() -> None:
    assert part_of("m/x-00002-of-00003.gguf") == ("m/x", 2, 3) and part_of("x.gguf") is None
    assert missing_parts(["x-00001-of-00003.gguf", "y.gguf"]) == ["x-00002-of-00003.gguf", "x-00003-of-00003.gguf"]
    assert missing_parts([f"x-0000{n}-of-00002.gguf" for n in (1, 2)]) == []
