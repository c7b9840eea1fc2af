import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from localmind_app.core.orphan import death_signal

PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", sys.argv[1]], stdout=subprocess.PIPE)
child.stdout.readline()
print(child.pid, flush=True)
time.sleep(60)
"""
CHILD = """
import time
from localmind_app.core.orphan import die_with_parent
die_with_parent()
print("armed", flush=True)
time.sleep(60)
"""


def gone(pid, within=3.0):
    deadline = time.monotonic() + within
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def test_a_child_dies_with_a_killed_parent():
    with subprocess.Popen([sys.executable, "-c", PARENT, CHILD], stdout=subprocess.PIPE, text=True) as parent:
        child = int(parent.stdout.readline())
        assert psutil.pid_exists(child)
        parent.kill()
    assert gone(child)


def test_a_child_told_of_a_parent_that_is_gone_ends_at_once():
    code = "from localmind_app.core.orphan import die_with_parent; die_with_parent(parent=999999); print('alive')"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=10, check=False)
    assert (ended.returncode, ended.stdout) == (1, "")


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel does it on Linux only")
def test_a_child_that_knows_nothing_dies_too():
    starter = (
        "import subprocess, time\n"
        "from localmind_app.core.orphan import death_signal\n"
        "child = subprocess.Popen(['sleep', '60'], preexec_fn=death_signal())\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", starter], stdout=subprocess.PIPE, text=True) as parent:
        child = int(parent.stdout.readline())
        os.kill(parent.pid, signal.SIGKILL)
    assert gone(child)
    assert death_signal() is not None
