"""Every example of docs/api.md runs, with the address and the key of a real product in their places."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.product import ROOT, Product
from tests.web.openai.node_client import run_javascript

PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
EXAMPLES = [
    pytest.param(language, code, id=f"{language}-{number}")
    for number, (language, code) in enumerate(re.findall(r"^```(\w+)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))
    if language != "json" and (language != "sh" or shutil.which("curl"))
]


def test_there_are_examples_of_each_language() -> None:
    languages = [example.values[0] for example in EXAMPLES]
    assert languages.count("python") >= 4
    assert languages.count("javascript") >= 1


@pytest.mark.parametrize(("language", "code"), EXAMPLES)
def test_an_example_runs_and_says_something(
    language: str, code: str, product: Product, key: str, tmp_path: Path
) -> None:
    own = code.replace("http://127.0.0.1:8765", product.base).replace("lm-…", key)
    assert own != code, "an example that does not talk to LocalMind"
    if language == "javascript":
        said = run_javascript(own)
    else:
        script = tmp_path / "example"
        script.write_text(own, encoding="utf-8")
        command = [sys.executable, str(script)] if language == "python" else ["sh", "-e", str(script)]
        environment = {**os.environ, "KEY": key}
        run = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120, check=False)
        assert run.returncode == 0, run.stderr
        said = run.stdout
    assert said.strip() and '"error"' not in said
