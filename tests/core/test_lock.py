import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from localmind_app.core.errors import StartError
from localmind_app.core.home import Home
from localmind_app.core.lock import FileLock, InstanceLock, running

HOLD = """
import sys, time
from pathlib import Path
from localmind_app.core.home import Home
from localmind_app.core.lock import InstanceLock
lock = InstanceLock.take(Home(Path(sys.argv[1])))
lock.publish(4321)
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture
def home(tmp_path):
    return Home.open(tmp_path / "home")


@pytest.fixture
def holder(home):
    with subprocess.Popen([sys.executable, "-c", HOLD, str(home.root)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_instance_is_told_who_has_the_folder(home, holder):
    with pytest.raises(StartError) as refused:
        InstanceLock.take(home)
    text = str(refused.value)
    assert f"process {holder.pid} on {socket.gethostname()}" in text
    assert "http://127.0.0.1:4321" in text
    assert time.strftime("since %Y-") in text


def test_running_names_the_holder_and_does_not_disturb_it(home, holder):
    found = running(home)
    assert found is not None
    assert (found.pid, found.port) == (holder.pid, 4321)
    assert running(home) == found


def test_a_file_left_by_a_killed_instance_does_not_block(home, holder):
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    assert "4321" in home.lock.read_text()
    assert running(home) is None
    lock = InstanceLock.take(home)
    assert running(home).pid == os.getpid()
    lock.release()
    assert running(home) is None


def test_nothing_runs_in_a_folder_that_was_never_used(tmp_path):
    assert running(Home(tmp_path / "none")) is None


def test_rubbish_in_the_file_still_gives_a_sentence(home):
    lock = FileLock(home.lock)
    assert lock.acquire()
    lock.write("rubbish")
    with pytest.raises(StartError, match="just starting"):
        InstanceLock.take(home)
    assert running(home).pid == 0
    lock.release()


def test_the_lock_file_is_private(home):
    lock = InstanceLock.take(home)
    assert home.lock.stat().st_mode & 0o077 == 0
    lock.release()
