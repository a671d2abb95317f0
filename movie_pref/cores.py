"""How work is laid on the machine's cores: threads for what leaves Python alone, a process beside this one for what does not.

XGBoost fits and predicts outside of Python, so that threads serve; a selection of features inside a fold is Python, too,
and needs nothing that is computed after the split: it is begun in a process beside this one as soon as the split is there.
"""

import gc
import os
import time
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from threading import Lock, Thread
from typing import Any, NamedTuple, Self, TypeVar

import psutil

from movie_pref.memory import need_room

IDLE = 10  # seconds after which a process that has nothing to do ends
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
Item = TypeVar("Item")
Result = TypeVar("Result")


def in_threads(jobs: int, function: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
    """`function` of each item, in their order, so many at a time."""
    items = list(items)
    if min(jobs, len(items)) <= 1:
        return [function(item) for item in items]
    with ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(function, items))


def as_they_end(jobs: Callable[[], int], function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """`function` of each item as soon as it is known, so many at a time as `jobs` says whenever another could begin."""
    waiting, running = deque(items), set[Future[Result]]()
    with ThreadPoolExecutor() as pool:
        while waiting or running:
            while waiting and len(running) < max(1, jobs()):
                running.add(pool.submit(function, waiting.popleft()))
            ended, running = wait(running, return_when=FIRST_COMPLETED)
            yield from (one.result() for one in ended)


@contextmanager
def linear_algebra_on_one_thread() -> Iterator[None]:
    """Matrices of a library are small: several threads of BLAS spend more time on waiting for each other than they save."""
    import scipy.linalg  # noqa: F401 has a BLAS of its own, which is limited only once it is there
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1, user_api="blas"):
        yield


@contextmanager
def imports_left_alone() -> Iterator[None]:
    """Python's collector of cycles passes over what is there by now: a million objects of imported modules, which stay.

    It would look at all of them again and again, and hold up every thread meanwhile.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


class _Task(NamedTuple):
    key: Hashable
    function: Callable[..., Any]
    arguments: tuple[Any, ...]


class Background:
    """Computes what was begun, as many at a time as there are processes, in the order in which it was begun.

    Whoever asks for a result that nobody has begun, or that still waits for its turn, computes it himself, and so does
    whoever asks for one whose process was killed: a result never depends on there being a process for it. The executor is
    joblib's, whose processes do not import the program that started them.

    Parameters
    ----------
    processes
        Beside this one; 0 begins nothing.
    """

    def __init__(self, processes: int) -> None:
        self.processes = processes
        self._waiting: deque[_Task] = deque()
        self._begun: dict[Hashable, Future[Any]] = {}
        self._executor: Any = None
        self._lock = Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def begin(self, key: Hashable, function: Callable[..., Any], *arguments: Any) -> None:
        """Compute `function(*arguments)` as soon as a process is free, once for a key; both are sent there by pickle."""
        if self.processes > 0:
            with self._lock:
                if key not in self._begun and all(task.key != key for task in self._waiting):
                    self._waiting.append(_Task(key, function, arguments))
            self._start_next()

    def result(self, key: Hashable, function: Callable[..., Any], *arguments: Any) -> Any:
        """What `function(*arguments)` gives or raises, which was perhaps begun under this key."""
        with self._lock:
            self._waiting = deque(task for task in self._waiting if task.key != key)
            future = self._begun.get(key)
        if future is not None:
            try:
                return future.result()
            except BrokenProcessPool:
                pass  # it was killed, perhaps for its memory: what it had begun is computed here
        return function(*arguments)

    def left(self, cores: int) -> int:
        """Of so many cores those that nothing begun keeps busy, at least one: two threads of Python on one core hold each other up."""
        with self._lock:
            return max(1, cores - self._busy())

    def close(self) -> None:
        """Forget what was begun, and end the processes."""
        with self._lock:
            self._waiting.clear()
            self._begun.clear()
            executor, self._executor = self._executor, None
        if executor is not None:
            executor.shutdown(wait=True, kill_workers=True)

    def _busy(self) -> int:
        return sum(not future.done() for future in self._begun.values())

    def _start_next(self, *_: object) -> None:
        """Hand the next task to a process if one is free: what the executor was given it does not give back."""
        with self._lock:
            if not self._waiting or self._busy() >= self.processes:
                return
            task = self._waiting.popleft()
            if self._executor is None:
                self._executor = _executor(self.processes)
            try:
                future = self._executor.submit(_computed, task.function, *task.arguments)
            except BrokenProcessPool:
                self._waiting.clear()
                return
            self._begun[task.key] = future
        future.add_done_callback(self._start_next)


def _executor(processes: int) -> Any:
    from joblib.externals.loky import ProcessPoolExecutor

    own = {"initializer": _end_with, "initargs": (os.getpid(),)}
    return ProcessPoolExecutor(max_workers=processes, timeout=IDLE, env=ONE_THREAD, **own)


def _computed(function: Callable[..., Any], *arguments: Any) -> Any:
    """What a process computes; what it has imported for that is there by now."""
    need_room()
    with imports_left_alone():
        return function(*arguments)


def _end_with(parent: int) -> None:
    """End this process within a second of the one that started it, which was perhaps killed and tells nobody."""

    def watch() -> None:
        while os.getppid() == parent and psutil.pid_exists(parent):
            time.sleep(1)
        os._exit(1)

    Thread(target=watch, daemon=True).start()
