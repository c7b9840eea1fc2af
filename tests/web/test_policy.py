import json
from pathlib import Path

from localmind_app.web.policy import content_policy


def test_the_policy_has_the_builds_hashes_and_no_eval(tmp_path: Path) -> None:
    file = tmp_path / "csp.json"
    file.write_text(json.dumps({"pages": {}, "all": ["sha256-abc="]}))
    policy = content_policy(file)
    assert "script-src 'self' 'sha256-abc=';" in policy
    assert "unsafe-eval" not in policy
    assert policy.count("unsafe-inline") == 1 and "style-src 'self' 'unsafe-inline'" in policy


def test_without_a_build_no_inline_script_is_allowed(tmp_path: Path) -> None:
    assert "script-src 'self';" in content_policy(tmp_path / "missing.json")
