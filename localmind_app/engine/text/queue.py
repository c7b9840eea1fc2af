"""Who is next: the higher priority first, within one the user with the least going on, then whoever came first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from .sequence import Job


class WaitingJobs:
    """Jobs that wait for a slot, in the order they came."""

    def __init__(self) -> None:
        self._jobs: list[Job] = []

    def __len__(self) -> int:
        return len(self._jobs)

    def __iter__(self) -> Iterator[Job]:
        return iter(self._jobs)

    def add(self, job: Job) -> None:
        """Put a job at the end."""
        self._jobs.append(job)

    def next(self, running: Iterable[Job]) -> Job:
        """Take out the job that is to begin beside `running` ones."""
        busy = Counter(job.request.user for job in running)
        best = min(self._jobs, key=lambda job: (-job.request.priority, busy[job.request.user]))
        self._jobs.remove(best)
        return best

    def put_back(self, jobs: list[Job]) -> None:
        """Let jobs that were taken out be first again, in their order."""
        self._jobs[:0] = jobs

    def drop_cancelled(self) -> int:
        """Take out what nobody waits for any more; returns how many."""
        kept = [job for job in self._jobs if not job.cancelled]
        dropped = len(self._jobs) - len(kept)
        self._jobs = kept
        return dropped
