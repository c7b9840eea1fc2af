import stat
import threading
from pathlib import Path

import pytest

from localmind_app.core.errors import Invalid
from localmind_app.features.models.remote.seal import Seal


def test_a_secret_comes_back_and_is_nowhere_in_the_sealed_form(tmp_path: Path) -> None:
    seal = Seal(tmp_path / "seal.key")
    one, two = seal.close("sk-very-secret", "engine-1"), seal.close("sk-very-secret", "engine-1")
    assert b"secret" not in one and one != two
    assert Seal(tmp_path / "seal.key").open(one, "engine-1") == "sk-very-secret"
    assert stat.S_IMODE((tmp_path / "seal.key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["seal.key"]


def test_a_changed_moved_or_foreign_one_is_not_opened(tmp_path: Path) -> None:
    seal = Seal(tmp_path / "seal.key")
    sealed = seal.close("sk", "engine-1")
    flipped = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for bad, owner in ((flipped, "engine-1"), (sealed, "engine-2"), (b"", "engine-1"), (sealed[:5], "engine-1")):
        with pytest.raises(Invalid, match="Enter it again"):
            seal.open(bad, owner)
    (tmp_path / "seal.key").unlink()
    with pytest.raises(Invalid, match="Enter it again"):
        seal.open(sealed, "engine-1")
    (tmp_path / "seal.key").write_bytes(b"short")
    with pytest.raises(Invalid, match="Enter it again"):
        seal.open(sealed, "engine-1")


def test_many_at_once_make_one_key(tmp_path: Path) -> None:
    sealed: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: sealed.append(Seal(tmp_path / "seal.key").close("sk", "e"))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [Seal(tmp_path / "seal.key").open(one, "e") for one in sealed] == ["sk"] * 8
