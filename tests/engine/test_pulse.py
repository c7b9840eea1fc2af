"""What counts as a hang; real processes for what is seen of them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

from localmind_app.engine.pulse import LONGEST_STEP_SECONDS, STILL_LOADING_SECONDS, Pulse, Sign, sign_of

DEAD = Sign(1.0, 100, 5, 1.0)


def test_still_for_too_long_is_a_hang_only_when_it_owes_something() -> None:
    pulse = Pulse(30)
    assert [pulse.look(DEAD, 10, owes=True, loading=False) for _ in range(4)] == [None, None, None, 30]
    assert pulse.look(DEAD, 10, owes=False, loading=False) is None
    assert pulse.look(DEAD, 10, owes=True, loading=False) is None


def test_a_long_step_is_no_hang_while_it_computes_or_reads() -> None:
    for grown in (Sign(0.5, 0, 0, 0), Sign(0, 4096, 0, 0)):
        pulse, sign = Pulse(30), DEAD
        for _ in range(int(LONGEST_STEP_SECONDS / 10)):
            assert pulse.look(sign, 10, owes=True, loading=False) is None
            sign = Sign(sign.cpu + grown.cpu, sign.read + grown.read, 5, 1.0)
        assert pulse.look(sign, 10, owes=True, loading=False) is not None


def test_loading_may_be_still_for_longer() -> None:
    pulse = Pulse(30)
    looks = [pulse.look(DEAD, 10, owes=True, loading=True) for _ in range(int(STILL_LOADING_SECONDS / 10) + 1)]
    assert looks[:-1] == [None] * (len(looks) - 1)
    assert looks[-1] == STILL_LOADING_SECONDS


def test_steps_and_progress_begin_the_time_anew() -> None:
    pulse = Pulse(30)
    for number in range(20):
        assert pulse.look(Sign(1.0, 100, number // 2, 1.0), 20, owes=True, loading=False) is None


def test_signs_of_a_real_process() -> None:
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as process:
        first = sign_of(process.pid, 0, 0)
        time.sleep(0.5)
        second = sign_of(process.pid, 0, 0)
        assert first and second and second.cpu > first.cpu + 0.05
        os.kill(process.pid, signal.SIGSTOP)
        time.sleep(0.1)
        third = sign_of(process.pid, 0, 0)
        time.sleep(0.5)
        assert sign_of(process.pid, 0, 0) == third
        process.kill()
        process.wait()
        assert sign_of(process.pid, 0, 0) is None
