"""The commands and what each needs set up before it can run; also the help that needs nothing installed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Command:
    """One command: how it is typed, what it does, and which parts of the setup it needs besides the packages."""

    usage: str
    does: str
    frontend: bool = False
    development: bool = False
    tools: bool = False


COMMANDS: dict[str, Command] = {
    "up": Command("up [--port N] [--no-browser]", "set up, start, open the browser on a one-time link", frontend=True),
    "test": Command("test [ARGUMENTS]", "pass every check and test; ARGUMENTS go to pytest", True, True, True),
    "check": Command("check", "ruff, mypy and the import rules", development=True),
    "bench": Command("bench [NAMES]", "measure, and print figures", True, True, True),
    "doctor": Command("doctor", "say what is there, what is missing and how to get it; installs nothing"),
    "key": Command("key new NAME | list | revoke ID", "keys for programs that use LocalMind's API"),
    "forget-password": Command("forget-password", "remove a forgotten password; the next link is the way in"),
    "worker": Command("worker", "run only the process that does the jobs"),
}

HELP = "\n".join(
    [
        "LocalMind: a private AI workspace that runs on your machine.",
        "",
        "  python3 -m localmind_app COMMAND",
        "",
        *(f"  {command.usage:<34}{command.does}" for command in COMMANDS.values()),
        "",
        "The first command sets everything up in .venv (about fifteen minutes, most of it compiling llama.cpp).",
        "Your data is kept in the folder LOCALMIND_HOME names, by default your system's place for application data.",
    ]
)
