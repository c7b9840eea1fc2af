from localmind_app.core.errors import TooMany
from localmind_app.features.accounts.throttle import FREE_TRIES, LONGEST_WAIT, Throttle


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_wait_doubles_and_is_bounded() -> None:
    clock = Clock()
    throttle = Throttle(clock)
    waits = []
    for _ in range(30):
        throttle.failed()
        try:
            throttle.check()
        except TooMany as error:
            waits.append(error.retry_after)
            clock.now += error.retry_after
    assert waits[:4] == [2, 3, 5, 9]
    assert max(waits) <= LONGEST_WAIT + 1
    throttle.check()


def test_a_right_one_forgets_the_wrong_ones() -> None:
    throttle = Throttle(Clock())
    for _ in range(FREE_TRIES - 1):
        throttle.failed()
    throttle.succeeded()
    throttle.failed()
    throttle.check()
