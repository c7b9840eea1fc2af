"""The peers: `llama-server`, and llama-cpp-python's own server.

The first is built from the llama.cpp sources inside the llama-cpp-python source distribution: same commit, same flags
as the library the engine runs on. The build lies in the system's temporary folder and is kept between runs; nothing of
it is committed.
"""

from __future__ import annotations

import importlib.metadata
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

VERSION = importlib.metadata.version("llama-cpp-python")
FLAGS = (
    "-DCMAKE_BUILD_TYPE=Release",
    "-DGGML_NATIVE=ON",
    "-DLLAMA_BUILD_TESTS=OFF",
    "-DLLAMA_BUILD_EXAMPLES=OFF",
    "-DLLAMA_CURL=OFF",
    "-DLLAMA_OPENSSL=OFF",
    "-DLLAMA_BUILD_UI=OFF",
    "-DLLAMA_USE_PREBUILT_UI=OFF",
    "-DLLAMA_BUILD_APP=OFF",
)


def llama_server() -> Path:
    """The program; builds it when it is not there, which takes many minutes."""
    folder = Path(tempfile.gettempdir()) / f"localmind-bench-peer-{VERSION}-{os.getuid()}"
    program = folder / "build" / "bin" / "llama-server"
    if not program.exists():
        folder.mkdir(mode=0o700, exist_ok=True)
        _build(_sources(folder), folder / "build")
    return program


def _sources(folder: Path) -> Path:
    wanted = f"llama-cpp-python=={VERSION}"
    pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps"]
    subprocess.run([*pip, "--no-binary", "llama-cpp-python", "-d", str(folder), wanted], check=True)
    (archive,) = folder.glob("llama_cpp_python-*.tar.gz")
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    return folder / archive.name.removesuffix(".tar.gz") / "vendor" / "llama.cpp"


def _build(sources: Path, target: Path) -> None:
    print(f"building llama-server in {target} …", flush=True)
    subprocess.run(["cmake", "-S", str(sources), "-B", str(target), *FLAGS], check=True, stdout=subprocess.DEVNULL)
    build = ["cmake", "--build", str(target), "--target", "llama-server", "-j", str(os.cpu_count() or 1)]
    subprocess.run(build, check=True, stdout=subprocess.DEVNULL)


def python_server(model: Path, port: int) -> tuple[list[str], dict[str, str]]:
    """Command and environment of llama-cpp-python's own server; the packages it needs beside ours stay apart."""
    folder = Path(tempfile.gettempdir()) / f"localmind-bench-python-server-{VERSION}-{os.getuid()}"
    if not (folder / "fastapi").exists():
        pip = [sys.executable, "-m", "pip", "install", "-q", "--target", str(folder)]
        needed = (
            "uvicorn>=0.22",
            "fastapi>=0.100",
            "pydantic-settings>=2",
            "sse-starlette>=1.6",
            "starlette-context>=0.3,<0.4",
        )
        subprocess.run([*pip, *needed, "PyYAML>=5"], check=True)
    command = [sys.executable, "-m", "llama_cpp.server", "--model", str(model), "--model_alias", "bench"]
    settings = ["--port", str(port), "--n_ctx", "2048", "--interrupt_requests", "false"]
    return [*command, *settings], {**os.environ, "PYTHONPATH": str(folder)}
