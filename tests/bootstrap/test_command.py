import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from localmind_app.bootstrap.command import run_logged
from localmind_app.core.errors import StartError


def test_every_line_is_heard_and_logged(tmp_path):
    heard = []
    run_logged([sys.executable, "-c", "print('one'); print('two')"], tmp_path / "log", "No.", heard=heard.append)
    assert heard == ["one", "two"]
    assert (tmp_path / "log").read_text().splitlines()[1:] == ["one", "two"]


def test_a_failure_says_what_failed_why_and_where_the_log_is(tmp_path):
    code = "print('CMake Error'); raise SystemExit(1)"
    with pytest.raises(StartError) as failed:
        run_logged([sys.executable, "-c", code], tmp_path / "log", "It failed.", explain=lambda text: "Do this.")
    assert str(failed.value) == f"It failed. Do this.\n    CMake Error\n  The whole log: {tmp_path / 'log'}"


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_ctrl_c_ends_the_command_and_what_it_started(tmp_path):
    inner = "import subprocess; print('up', flush=True); subprocess.run(['sleep', '60'])"
    outer = (
        # Whoever runs the tests in the background has told their processes to ignore Ctrl-C.
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "import sys; from pathlib import Path; from localmind_app.bootstrap.command import run_logged\n"
        f"run_logged([sys.executable, '-c', {inner!r}], Path(sys.argv[1]), 'No.', heard=lambda s: print(s, flush=True))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", outer, str(tmp_path / "log")],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout.readline() == "up\n"
        time.sleep(0.2)
        below = psutil.Process(process.pid).children(recursive=True)
        assert len(below) == 2
        os.kill(process.pid, signal.SIGINT)
        process.wait(timeout=5)
    _, left = psutil.wait_procs(below, timeout=2)
    assert [one for one in left if one.status() != psutil.STATUS_ZOMBIE] == []
