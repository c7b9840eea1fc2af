"""The command line inside `.venv`; `python3 -m localmind_app` hands over to it once everything is set up.

Imports sit inside the commands, so that `up` pays only for what it uses.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from .bootstrap.output import show_what_can_be_shown
from .core.errors import StartError, UserError

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)
keys = typer.Typer(no_args_is_help=True, help="Keys for programs that use LocalMind's API.")
app.add_typer(keys, name="key")

ANY = {"allow_extra_args": True, "ignore_unknown_options": True}


@app.command()
def up(
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Listen here, on this machine only.")] = None,
    browser: Annotated[bool, typer.Option(help="Open the one-time link in a browser.")] = True,
) -> None:
    """Start LocalMind and open it in the browser."""
    from .start import up as start

    start(port, browser=browser)


@app.command(context_settings=ANY)
def test(context: typer.Context) -> None:
    """Pass every check and every test; further arguments go to pytest."""
    from .check import run_tests

    raise typer.Exit(run_tests(context.args))


@app.command()
def check() -> None:
    """Run ruff, mypy and the import rules."""
    from .check import run_checks

    raise typer.Exit(run_checks())


@app.command()
def bench(names: Annotated[list[str] | None, typer.Argument(help="Which of tests/bench; all of them.")] = None) -> None:
    """Measure, and print figures."""
    from .check import run_benchmarks

    raise typer.Exit(run_benchmarks(names or []))


@app.command()
def doctor() -> None:
    """Say what is there, what is missing and how to get it."""
    from .bootstrap.doctor import report
    from .bootstrap.place import Place

    raise typer.Exit(report(Place()))


@app.command("forget-password")
def forget_password() -> None:
    """Remove a forgotten password; the link of the next start is the way in."""
    from .core.home import Home
    from .core.migrate import prepare
    from .features.accounts.reset import forget_password as forget

    home = Home.open()
    prepare(home)
    forget(home)
    print("The password is removed and every browser is signed out. Use the link that `up` prints.")


@app.command()
def worker() -> None:
    """Run only the process that does the jobs."""
    from .worker import main as work

    work()


@keys.command()
def new(
    name: Annotated[str, typer.Argument(help="What the key is for.")],
    scope: Annotated[
        list[str] | None, typer.Option(help="What it may do: chat, embeddings, models, batches, metrics; all of them.")
    ] = None,
    days: Annotated[int | None, typer.Option(min=1, help="How long it holds; for good.")] = None,
    requests: Annotated[int | None, typer.Option(min=1, help="Most requests a minute, in each rate class.")] = None,
    tokens: Annotated[int | None, typer.Option(min=1, help="Most tokens a minute, in each rate class.")] = None,
) -> None:
    """Make a key and print it; it is shown this once."""
    from .core.home import Home
    from .core.ids import now_ms
    from .core.migrate import prepare
    from .features.accounts.keys import create_key
    from .features.accounts.rates import DEFAULTS, Limit

    home = Home.open()
    prepare(home)
    ends = None if days is None else now_ms() + days * 24 * 3600 * 1000
    limits = {kind: Limit(requests, tokens) for kind in DEFAULTS} if requests or tokens else None
    print(create_key(home, name, scopes=scope or (), expires_at=ends, limits=limits))


@keys.command("list")
def list_() -> None:
    """List the keys: id, name, scopes, when made, when last used, when they end."""
    from .core.home import Home
    from .core.migrate import prepare
    from .features.accounts.keys import list_keys

    home = Home.open()
    prepare(home)
    for key in list_keys(home):
        print(key)


@keys.command()
def revoke(key: Annotated[str, typer.Argument(help="The id that `key list` shows.")]) -> None:
    """End a key at once."""
    from .core.home import Home
    from .core.migrate import prepare
    from .features.accounts.keys import revoke_key

    home = Home.open()
    prepare(home)
    revoke_key(home, key)
    print("The key works no longer.")


def main() -> None:
    """Run the command line; what goes wrong on purpose is one sentence and exit status 1."""
    show_what_can_be_shown()
    try:
        app(prog_name="localmind")
    except StartError as error:
        sys.exit(f"\n{error}")
    except UserError as error:
        sys.exit(error.text)


if __name__ == "__main__":
    main()
