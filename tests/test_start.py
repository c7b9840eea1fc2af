"""`up` as a real process with small stand-ins for its four programs; the real ones are tested end to end."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import psutil
import pytest

from localmind_app import start
from localmind_app.core.errors import StartError
from localmind_app.core.home import Home
from localmind_app.core.lock import running

WEB = """
import os, socket
listener = socket.socket(fileno=int(os.environ["LOCALMIND_WEB_FD"]))
while True:
    connection, _ = listener.accept()
    connection.recv(4096)
    connection.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\nConnection: close\\r\\n\\r\\nok")
    connection.close()
"""
IDLE = "import time; time.sleep(60)"
BROKEN = "import sys; sys.exit('no module named web')"

UP = """
import dataclasses, sys
from localmind_app import cli, start
real = start.programs
codes = dict(zip(("engine", "web", "worker"), sys.argv[1:4]))
IDLE = "import time; time.sleep(60)"
def stand_ins(home, listener):
    return [
        dataclasses.replace(one, command=(sys.executable, "-c", codes.get(one.name, IDLE)))
        for one in real(home, listener)
    ]
start.programs = stand_ins
sys.argv[1:] = ["up", "--no-browser", *sys.argv[4:]]
cli.main()
"""


@pytest.fixture
def up(home):
    started = []

    def run(*arguments, engine=IDLE, web=WEB, worker=IDLE):
        process = subprocess.Popen(
            [sys.executable, "-c", UP, engine, web, worker, *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env={**os.environ, "LOCALMIND_HOME": str(home.root)},
        )  # fmt: skip
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


def read_until(process, pattern):
    text = ""
    while not (found := re.search(pattern, text)):
        line = process.stdout.readline()
        assert line, f"it ended with:\n{text}"
        text += line
    return text, found


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def test_it_prints_a_link_serves_and_ends_with_nothing_left(up, home):
    port = free_port()
    process = up("--port", str(port))
    text, _ = read_until(process, r"\n    http://127\.0\.0\.1:\d+/open/\S+\n")
    assert f"LocalMind runs on http://127.0.0.1:{port}" in text
    assert urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).read() == b"ok"
    assert running(home).port == port
    below = psutil.Process(process.pid).children(recursive=True)
    assert len(below) == 4
    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=5)
    assert process.returncode == 0
    assert "Stopped" in rest
    assert [one for one in below if one.is_running() and one.status() != psutil.STATUS_ZOMBIE] == []
    assert running(home) is None


def test_a_second_start_on_the_same_folder_names_the_first(up):
    port = free_port()
    first = up("--port", str(port))
    read_until(first, "/open/")
    second = up("--port", str(free_port()))
    said, _ = second.communicate(timeout=10)
    assert second.returncode == 1
    assert f"process {first.pid} " in said
    assert f"http://127.0.0.1:{port}" in said
    assert "Traceback" not in said


def test_a_chosen_port_that_is_taken_is_a_sentence(up):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = up("--port", str(port))
        said, _ = process.communicate(timeout=10)
    assert process.returncode == 1
    assert f"Port {port} is taken by another program. Choose another one: up --port {port + 1}" in said


def test_without_a_wish_the_next_free_port_is_taken(monkeypatch):
    said = []
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setattr(start, "DEFAULT_PORT", taken.getsockname()[1])
        with start.listening(None, said.append) as listener:
            assert start.DEFAULT_PORT < listener.getsockname()[1] <= start.DEFAULT_PORT + start.OTHER_PORTS
    assert said[0].startswith(f"Port {start.DEFAULT_PORT} is taken by another program; using ")


def test_it_never_listens_beyond_this_machine():
    with start.listening(free_port(), print) as listener:
        assert listener.getsockname()[0] == "127.0.0.1"


def test_no_free_port_at_all_is_a_sentence(monkeypatch):
    monkeypatch.setattr(start, "OTHER_PORTS", 0)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setattr(start, "DEFAULT_PORT", taken.getsockname()[1])
        with pytest.raises(StartError, match="are all taken"), start.listening(None, print):
            pass


def test_a_process_that_keeps_ending_stops_the_start_with_its_last_words(up, home):
    # Other tests of the run may keep an engine or a browser open.
    before = set(psutil.Process().children(recursive=True))
    process = up("--port", str(free_port()), web=BROKEN)
    said, _ = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "LocalMind cannot start: the web process keeps ending (exit code 1: no module named web)" in said
    assert str(home.logs / "web.log") in said
    assert set(psutil.Process().children(recursive=True)) <= before


def test_a_killed_web_process_refuses_nobody(up, home):
    port = free_port()
    process = up("--port", str(port))
    read_until(process, "/open/")
    for child in psutil.Process(process.pid).children():
        if "LOCALMIND_WEB_FD" in child.environ():
            child.kill()
            child.wait(5)  # what it had accepted dies with it; who comes from now on is served by the next one
    assert urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).read() == b"ok"
    said, _ = read_until(process, "The web process ended by itself")
    assert "killed by SIGKILL" in said


def test_without_a_screen_the_link_is_left_to_the_reader(monkeypatch):
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    said = []
    start.open_browser("http://127.0.0.1:1/open/x", said.append)
    assert said == ["No browser could be opened here; copy the link into one on this machine."]


def test_a_closed_terminal_does_not_stop_it(monkeypatch):
    reader, writer = os.pipe()
    os.close(reader)
    with monkeypatch.context() as patched, open(writer, "w") as closed:
        patched.setattr(sys, "stdout", closed)
        start.tell("x")
        start.tell("y")
        sys.stdout.close()
        with pytest.raises(BrokenPipeError):
            closed.close()


def test_nothing_answers_in_time(home):
    from localmind_app.core.processes import Supervisor

    supervisor = Supervisor([], Home(home.root), say=print)
    began = time.monotonic()
    with pytest.raises(StartError, match="did not answer on port 1 within 0 seconds"):
        start.await_ready(supervisor, 1, patience=0.2)
    assert time.monotonic() - began < 20
