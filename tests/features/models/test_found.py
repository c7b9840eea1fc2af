"""Folders as other programs make them, with real small models in them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from localmind_app.features.models import found
from localmind_app.features.models.found import FoundModel, find


def put(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def ollama(root: Path, name: str, data: bytes, kind: str = "application/vnd.ollama.image.model") -> Path:
    digest = hashlib.sha256(data).hexdigest()
    layers = [
        {"mediaType": "application/vnd.ollama.image.template", "digest": f"sha256:{'1' * 64}", "size": 3},
        {"mediaType": kind, "digest": f"sha256:{digest}", "size": len(data)},
    ]
    put(root / "manifests" / name, json.dumps({"schemaVersion": 2, "layers": layers}).encode())
    return put(root / "blobs" / f"sha256-{digest}", data)


def short(models: list[FoundModel]) -> list[tuple[str, str, str]]:
    return [(model.app, model.label, model.name) for model in models]


def test_models_of_every_program_are_found(tmp_path: Path, gguf: bytes) -> None:
    home = tmp_path
    blob = ollama(home / ".ollama/models", "registry.ollama.ai/library/llama3.2/3b", gguf)
    ollama(home / ".ollama/models", "registry.ollama.ai/someone/tuned/latest", gguf + b"tuned")
    put(home / ".lmstudio/models/lmstudio-community/Tiny-GGUF/Tiny-Q4.gguf", gguf + b"1")
    put(home / ".lmstudio/models/lmstudio-community/Tiny-GGUF/mmproj-Tiny.gguf", gguf)
    for number in (1, 2):
        put(home / f".cache/lm-studio/models/a/b/Split-0000{number}-of-00002.gguf", gguf + b"2")
    put(home / ".local/share/Jan/data/llamacpp/models/Jan-nano/model.gguf", gguf + b"3")
    put(home / ".cache/llama.cpp/ggml-org_gemma_gemma.gguf", gguf + b"4")
    repo = home / ".cache/huggingface/hub/models--maker--thing-GGUF"
    stored = put(repo / "blobs" / "abc", gguf + b"5")
    (repo / "snapshots" / "c0ffee").mkdir(parents=True)
    (repo / "snapshots" / "c0ffee" / "thing-Q8.gguf").symlink_to(stored)
    put(home / ".cache/llama.cpp/broken.gguf", b"PK\x03\x04 a zip")
    models = find(home, {})
    assert short(models) == [
        ("Ollama", "llama3.2:3b", "llama3.2-3b"),
        ("Ollama", "someone/tuned:latest", "someone-tuned-latest"),
        ("LM Studio", "Tiny-Q4", "Tiny-Q4"),
        ("LM Studio", "Split", "Split"),
        ("Jan", "Jan-nano", "Jan-nano"),
        ("llama.cpp", "ggml-org_gemma_gemma", "ggml-org_gemma_gemma"),
        ("Hugging Face", "maker/thing-GGUF: thing-Q8", "thing-Q8"),
    ]
    assert models[0].path == blob and models[0].size == len(gguf)
    assert models[3].size == 2 * len(gguf) + 2


def test_the_environment_says_where_to_look(tmp_path: Path, gguf: bytes) -> None:
    ollama(tmp_path / "o", "registry.ollama.ai/library/a/b", gguf)
    put(tmp_path / "hf/hub/models--x--y/snapshots/1/z.gguf", gguf + b"1")
    put(tmp_path / "lc/w.gguf", gguf + b"2")
    env = {"OLLAMA_MODELS": str(tmp_path / "o"), "HF_HOME": str(tmp_path / "hf"), "LLAMA_CACHE": str(tmp_path / "lc")}
    assert [model.app for model in find(tmp_path / "nobody", env)] == ["Ollama", "llama.cpp", "Hugging Face"]


@pytest.mark.parametrize("text", ["", "[]", '{"layers": 3}', '{"layers": [{}]}', '{"layers": [{"mediaType": 1}]}',
    '{"layers": [{"mediaType": "application/vnd.ollama.image.model", "digest": "sha256:../../../etc/passwd"}]}',
    '{"layers": [{"mediaType": "application/vnd.ollama.image.model", "digest": "sha256:00"}]}'])  # fmt: skip
def test_odd_manifests_are_passed_by(tmp_path: Path, text: str) -> None:
    put(tmp_path / ".ollama/models/manifests/r/library/m/t", text.encode())
    put(tmp_path / ".ollama/models/blobs/x", b"GGUF")
    assert find(tmp_path, {}) == []


def test_looking_is_bounded_and_a_file_is_named_once(
    tmp_path: Path, gguf: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = put(tmp_path / ".lmstudio/models/a/b/c.gguf", gguf)
    put(tmp_path / ".lmstudio/models/1/2/3/4/5/6/7/8/9/10/deep.gguf", gguf)
    (tmp_path / ".cache/llama.cpp").mkdir(parents=True)
    (tmp_path / ".cache/llama.cpp/c.gguf").symlink_to(stored)
    (tmp_path / ".lmstudio/models/round").symlink_to(tmp_path)
    assert short(find(tmp_path, {})) == [("LM Studio", "c", "c")]
    monkeypatch.setattr(found, "MOST_ENTRIES", 0)
    assert find(tmp_path, {}) == []


def test_nothing_is_found_where_nothing_is(tmp_path: Path) -> None:
    assert find(tmp_path / "empty", {}) == []
