"""The line protocol, with a real child process whose native output must not break it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from localmind_app.engine.wire import pack, unpack

CHILD = """
import os
from localmind_app.engine.wire import Pipe
pipe = Pipe()
os.write(1, b"native noise\\n")
for message in pipe.messages():
    pipe.send("done", id=message["id"], result=message["text"] * 2)
"""

# The main thread sits in native code, as in a long step.
FOLLOWER = """
import threading, time
from localmind_app.engine.wire import Pipe
pipe, changed, taken = Pipe(), threading.Condition(), []
threading.Thread(target=pipe.follow, args=(taken.append, changed), daemon=True).start()
with changed:
    changed.wait_for(lambda: len(taken) == 2)
pipe.send("done", id=1, result=[message["text"] for message in taken])
time.sleep(600)
"""


def test_round_trip() -> None:
    message = {"verb": "run", "text": 'Zeile\n"😀"\u2028'}
    line = pack(message)
    assert line.count(b"\n") == 1
    assert unpack(line) == message
    with pytest.raises(ValueError, match="not an object"):
        unpack(b"[]\n")


def test_native_output_goes_to_stderr() -> None:
    text = "ä" * 100_000  # larger than any pipe buffer
    done = subprocess.run(
        [sys.executable, "-c", CHILD], input=pack({"id": 1, "text": text}), capture_output=True, check=True, timeout=20
    )
    assert unpack(done.stdout) == {"event": "done", "id": 1, "result": text * 2}
    assert done.stderr == b"native noise\n"


def test_a_child_that_follows_hears_everything_and_ends_with_the_engine() -> None:
    said = pack({"text": "a"}) + pack({"text": "b"})
    with subprocess.Popen([sys.executable, "-c", FOLLOWER], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdin is not None and child.stdout is not None
        child.stdin.write(said)
        child.stdin.flush()
        assert unpack(child.stdout.readline()) == {"event": "done", "id": 1, "result": ["a", "b"]}
        assert child.poll() is None
        child.stdin.close()
        assert child.wait(30) == 0
