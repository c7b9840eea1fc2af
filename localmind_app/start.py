"""What `up` does: takes the data folder, opens the port, starts the four processes and watches them.

The engine starts before the database is looked at and web before anything else is, because a start is as slow as
its slowest process.
"""

from __future__ import annotations

import errno
import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .core.errors import StartError
from .core.home import Home
from .core.lock import InstanceLock
from .core.migrate import prepare
from .core.processes import Program, Supervisor, last_words

HOST, DEFAULT_PORT = "127.0.0.1", 8765
OTHER_PORTS = 20
READY_SECONDS = 120.0
CRASH_LOOP = 3  # so many restarts before the first answer are one failure, not bad luck


def up(port: int | None, *, browser: bool, say: Callable[[str], None] | None = None) -> None:
    """Run LocalMind until it is told to stop. Raises StartError when it cannot start."""
    say = say or tell
    began = time.monotonic()
    home = Home.open()
    with held(home) as lock, listening(port, say) as listener:
        chosen = listener.getsockname()[1]
        lock.publish(chosen)
        supervisor = Supervisor(programs(home, listener), home, say=say)
        with supervisor.signals():
            try:
                supervisor.start("engine")
                prepare(home)
                supervisor.start("web", "worker")
                link = _link(home, chosen)
                await_ready(supervisor, chosen)
                supervisor.start("vectors")  # a start waits for nothing that can come later
                if not supervisor.stopping:
                    announce(chosen, link, time.monotonic() - began, say)
                    if browser:
                        threading.Thread(target=open_browser, args=(link, say), daemon=True).start()
                supervisor.run()
                say("Stopping …")
            finally:
                supervisor.stop()
    say("Stopped; everything is saved.")


@contextmanager
def held(home: Home) -> Iterator[InstanceLock]:
    """The data folder, for this instance only."""
    try:
        lock = InstanceLock.take(home)
    except OSError as error:
        raise StartError(f"The data folder {home.root} cannot be written ({error.strerror}).") from error
    try:
        yield lock
    finally:
        lock.release()


@contextmanager
def listening(port: int | None, say: Callable[[str], None]) -> Iterator[socket.socket]:
    """A listening loopback socket. It outlives the web process, so a restart of that refuses nobody.

    Without a wish the default port or one of the next twenty is taken. Raises StartError when none is free.
    """
    with _bind(port, say) as listener:
        yield listener


def _bind(port: int | None, say: Callable[[str], None]) -> socket.socket:
    for candidate in range(DEFAULT_PORT, DEFAULT_PORT + OTHER_PORTS + 1) if port is None else (port,):
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if sys.platform == "win32":  # its SO_REUSEADDR would share a port that is in use
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:  # not refused because of connections that just ended
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, candidate))
            listener.listen(512)
        except OSError as error:
            listener.close()
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
            if port is not None:
                raise StartError(_refused(candidate, error)) from error
            continue
        if port is None and candidate != DEFAULT_PORT:
            say(f"Port {DEFAULT_PORT} is taken by another program; using {candidate}.")
        return listener
    last = DEFAULT_PORT + OTHER_PORTS
    raise StartError(f"The ports {DEFAULT_PORT} to {last} are all taken. Choose a free one: up --port 9000")


def _refused(port: int, error: OSError) -> str:
    if error.errno == errno.EACCES:
        return f"Port {port} is reserved for the system. Choose one above 1023: up --port {DEFAULT_PORT}"
    return f"Port {port} is taken by another program. Choose another one: up --port {port + 1}"


def programs(home: Home, listener: socket.socket) -> list[Program]:
    """The four processes of LocalMind."""
    port = listener.getsockname()[1]
    common = {"LOCALMIND_HOME": str(home.root), "LOCALMIND_PORT": str(port), "PYTHONFAULTHANDLER": "1"}
    handed: tuple[int, ...] = () if sys.platform == "win32" else (listener.fileno(),)
    if sys.platform == "win32":  # sockets are not inherited by number there: web binds the port itself
        listener.close()
    own = {"LOCALMIND_WEB_FD": str(handed[0])} if handed else {}

    def python(name: str, module: str, **more: str) -> Program:
        return Program(name, (sys.executable, "-m", module), {**common, **more}, handed if name == "web" else ())

    return [
        python("engine", "localmind_app.engine.server"),
        python("web", "localmind_app.web.server", **own),
        python("worker", "localmind_app.worker"),
        python("vectors", "localmind_app.features.knowledge.vectors.server"),
    ]


def _link(home: Home, port: int) -> str:
    # Imported here: web is starting meanwhile, and SQLAlchemy takes a quarter of a second.
    from .features.accounts.links import new_link

    return f"http://{HOST}:{port}/open/{new_link(home)}"


def await_ready(supervisor: Supervisor, port: int, patience: float = READY_SECONDS) -> None:
    """Watch the children until the pages answer or a stop is requested.

    Raises StartError when a child keeps ending, or nothing answers in time.
    """
    answered, deadline = threading.Event(), time.monotonic() + patience

    def until() -> bool:
        for child in supervisor.children.values():
            if child.restarts >= CRASH_LOOP:
                raise StartError(f"LocalMind cannot start: {last_words(child)}")
        if time.monotonic() > deadline:
            raise StartError(
                f"LocalMind did not answer on port {port} within {patience:.0f} seconds. "
                f"The reason should be in {supervisor.home.logs}."
            )
        return answered.is_set()

    over = threading.Event()
    threading.Thread(target=_ask, args=(port, answered, over), name="readyz", daemon=True).start()
    try:
        supervisor.run(until)
    finally:
        over.set()


def _ask(port: int, answered: threading.Event, over: threading.Event) -> None:
    import http.client

    # The socket listens already, so one request simply waits until web takes it.
    while not over.wait(0.02):
        connection = http.client.HTTPConnection(HOST, port, timeout=10)
        try:
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                answered.set()
                return
        except (OSError, http.client.HTTPException):
            continue
        finally:
            connection.close()


def announce(port: int, link: str, seconds: float, say: Callable[[str], None]) -> None:
    """Print where LocalMind is and the link that opens it, each on a line of its own."""
    say(f"\nLocalMind runs on http://{HOST}:{port} (started in {seconds:.1f} s). Ctrl-C stops it.")
    say("This link opens it once, within the next hour:\n")
    say(f"    {link}\n")


def open_browser(link: str, say: Callable[[str], None]) -> None:
    """Open the link where there is a screen to open it on."""
    import webbrowser

    graphical = sys.platform in ("win32", "darwin") or bool({"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys())
    # Without a screen Python would choose a text browser and give it this terminal.
    if not graphical or not webbrowser.open(link):
        say("No browser could be opened here; copy the link into one on this machine.")


def tell(text: str) -> None:
    """Print at once; a terminal that was closed meanwhile is no reason to stop serving."""
    try:
        print(text, flush=True)
    except OSError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 (it replaces stdout for good)
