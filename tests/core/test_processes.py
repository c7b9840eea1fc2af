"""The supervisor with real processes: small stand-ins for web, engine and worker."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import psutil
import pytest

from localmind_app.core import processes, status
from localmind_app.core.home import Home
from localmind_app.core.processes import Program, Supervisor, reason_of

# Listens to nothing, starts a grandchild in a session of its own, and ends on SIGTERM like a good process.
STEADY = """
import subprocess, sys, time
below = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
print("ready", below.pid, flush=True)
time.sleep(60)
"""
STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("ready", flush=True)
time.sleep(60)
"""
FAILING = "import sys; print('no such table: chat', file=sys.stderr); sys.exit(3)"

# A whole `up` in small: what a terminal starts, and what is killed or interrupted there.
OWNER = """
import sys
from pathlib import Path
from localmind_app.core.home import Home
from localmind_app.core.processes import Program, Supervisor
home = Home(Path(sys.argv[1]))
programs = [Program(f"child{n}", (sys.executable, "-c", code)) for n, code in enumerate(sys.argv[2:])]
supervisor = Supervisor(programs, home, say=lambda text: print(text, flush=True))
with supervisor.signals():
    try:
        supervisor.start()
        supervisor.run()
    finally:
        supervisor.stop()
print("stopped", flush=True)
"""


@pytest.fixture
def home(tmp_path):
    return Home.open(tmp_path / "home")


@pytest.fixture
def said():
    return []


@pytest.fixture
def supervise(home, said):
    made = []

    def make(**codes):
        programs = [Program(name, (sys.executable, "-c", code)) for name, code in codes.items()]
        supervisor = Supervisor(programs, home, say=said.append)
        made.append(supervisor)
        supervisor.start()
        return supervisor

    yield make
    for supervisor in made:
        supervisor._hurry = True
        supervisor.stop()


def run_until(supervisor, true, within=10.0):
    deadline = time.monotonic() + within
    supervisor.run(lambda: true() or time.monotonic() > deadline)
    assert true(), "it did not happen in time"


def wait_for(true, within=5.0):
    deadline = time.monotonic() + within
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def alive(pids):
    return [pid for pid in pids if psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE]


@pytest.fixture
def owner(home):
    started = []

    def start(*codes):
        command = [sys.executable, "-c", OWNER, str(home.root), *codes]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        started.append(process)
        logs = [home.logs / f"child{n}.log" for n in range(len(codes))]
        wait_for(lambda: all(log.exists() and "ready" in log.read_text() for log in logs))
        below = [child.pid for child in psutil.Process(process.pid).children(recursive=True)]
        return process, below

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_a_killed_child_is_started_again_and_it_is_said(supervise, home, said):
    supervisor = supervise(web=STEADY)
    child = supervisor.children["web"]
    wait_for(lambda: "ready" in child.log.read_text())
    first = child.process.pid
    os.kill(first, signal.SIGKILL)
    began = time.monotonic()
    run_until(supervisor, lambda: child.alive and child.process.pid != first)
    assert time.monotonic() - began < 15
    assert "The web process ended by itself (killed by SIGKILL)" in said[0]
    assert "Its last words: ready" in said[0]
    assert str(child.log) in said[0]
    assert alive([first]) == []


def test_a_crash_loop_backs_off_and_is_never_silent(supervise, home, said, monkeypatch):
    monkeypatch.setattr(processes, "LONGEST_DELAY", 0.5)
    supervisor = supervise(worker=FAILING)
    child = supervisor.children["worker"]
    run_until(supervisor, lambda: child.restarts >= 3)
    waits = [float(text.split(" s.")[0].rsplit("in ", 1)[1]) for text in said]
    assert waits[:3] == pytest.approx([0.2, 0.4, 0.5], abs=0.06)
    assert all("exit code 3" in text and "no such table: chat" in text for text in said)
    run_until(supervisor, lambda: child.due is not None)
    seen = status.read(home)["worker"]
    assert seen["state"] == "waiting"
    assert seen["pid"] is None
    assert seen["last_exit"]["reason"] == "exit code 3"


def test_a_long_life_resets_the_delay(supervise, monkeypatch):
    monkeypatch.setattr(processes, "STEADY_SECONDS", 0.0)
    supervisor = supervise(worker=FAILING)
    child = supervisor.children["worker"]
    run_until(supervisor, lambda: child.restarts >= 3)
    assert child._delay <= 0.4


def test_the_status_file_is_whole_at_every_moment(supervise, home):
    supervisor = supervise(web=STEADY, engine=STEADY)
    seen = status.read(home)
    assert set(seen) == {"web", "engine"}
    assert seen["web"]["pid"] == supervisor.children["web"].process.pid
    assert seen["web"]["state"] == "running"
    assert abs(seen["web"]["since"] - time.time()) < 5
    assert seen["web"]["last_exit"] is None
    supervisor.stop()
    assert {entry["state"] for entry in status.read(home).values()} == {"stopped"}
    assert [path.name for path in home.run.iterdir()] == ["status.json"]
    json.loads((home.run / "status.json").read_text())


def test_stop_ends_even_a_stubborn_child_and_its_grandchildren(supervise, home):
    me = psutil.Process()
    others = {child.pid for child in me.children(recursive=True)}  # of the tests before
    supervisor = supervise(web=STEADY, engine=STUBBORN)
    logs = [child.log for child in supervisor.children.values()]
    wait_for(lambda: all("ready" in log.read_text() for log in logs))
    below = [child.pid for child in me.children(recursive=True) if child.pid not in others]
    assert len(below) == 3
    began = time.monotonic()
    supervisor.stop()
    assert time.monotonic() - began < 15
    assert alive(below) == []
    assert not {child.pid for child in me.children()} & set(below)


def test_ctrl_c_stops_everything(owner):
    process, below = owner(STEADY, STUBBORN)
    assert len(below) == 3
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=20)
    assert time.monotonic() - began < 15
    assert process.returncode == 0
    assert output == "stopped\n"
    assert alive(below) == []


def test_a_second_ctrl_c_kills_at_once(owner):
    process, below = owner(STUBBORN)
    process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=5)
    assert time.monotonic() - began < 1.5  # before the time a first one gives
    assert alive(below) == []


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere each child watches its parent itself")
def test_a_killed_supervisor_leaves_no_child(owner):
    process, below = owner(STUBBORN, STUBBORN)
    process.kill()
    wait_for(lambda: not alive(below))


def test_an_inherited_socket_keeps_connections_while_a_child_restarts(home, said):
    import socket

    serve = textwrap.dedent("""
        import os, socket
        listener = socket.socket(fileno=int(os.environ["FD"]))
        while True:
            connection, _ = listener.accept()
            connection.sendall(str(os.getpid()).encode())
            connection.close()
    """)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        program = Program("web", (sys.executable, "-c", serve), {"FD": str(listener.fileno())}, (listener.fileno(),))
        supervisor = Supervisor([program], home, say=said.append)
        supervisor.start()
        os.kill(supervisor.children["web"].process.pid, signal.SIGKILL)
        with socket.create_connection(listener.getsockname(), timeout=10) as waiting:  # nobody serves at this moment
            run_until(supervisor, lambda: supervisor.children["web"].restarts == 1)
            assert int(waiting.recv(100)) == supervisor.children["web"].process.pid
        supervisor.stop()


def test_exit_codes_in_words():
    assert reason_of(1) == "exit code 1"
    assert reason_of(-11) == "killed by SIGSEGV"
    assert reason_of(-200) == "killed by signal 200"


def test_a_full_disk_does_not_end_the_supervisor(supervise, said, monkeypatch):
    supervisor = supervise(web=STEADY)
    child = supervisor.children["web"]

    def full(home, children):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(status, "write", full)
    os.kill(child.process.pid, signal.SIGKILL)
    run_until(supervisor, lambda: child.restarts == 1)
    assert any("No space left" in text for text in said)
    assert child.alive


def test_a_program_that_cannot_be_started_again_is_tried_later(supervise, said):
    supervisor = supervise(web=STEADY)
    child = supervisor.children["web"]
    os.kill(child.process.pid, signal.SIGKILL)
    child.program = Program("web", ("/no/such/program",))
    run_until(supervisor, lambda: any("cannot be started" in text for text in said))
    assert child.due is not None


def test_logs_are_private(supervise, home):
    supervise(web=STEADY)
    assert Path(home.logs / "web.log").stat().st_mode & 0o077 == 0
