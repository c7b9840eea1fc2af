"""The peer: `llama-server`, built from the llama.cpp sources inside the llama-cpp-python source distribution.

Same commit and same flags as the library the engine runs on. The build lies in the system's temporary folder and is
kept between runs; nothing of it is committed.
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
