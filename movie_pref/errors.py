"""The one error a person is meant to read, and what another library says within its sentence."""

import errno
from collections.abc import Sequence


class UserError(Exception):
    """Something the person can mend: one sentence that says what was given, what was expected and what to do.

    The command prints it and exits with 2; in the Dagster UI it is the description of the failed step. `choices` are what
    may have been meant, a line each, which the command prints below the sentence.
    """

    def __init__(self, sentence: str, choices: Sequence[str] = ()) -> None:
        super().__init__(sentence)
        self.choices = list(choices)


def cause(error: object, longest: int = 200) -> str:
    """What another library says of a mistake, to stand in brackets: on one line, cut to so many letters, without its full stop."""
    said = " ".join(str(getattr(error, "orig", None) or error).split())
    return said[:longest].rstrip(". ") or type(error).__name__


class DiskFullError(UserError):
    """There is no room on the disk for what was to be written; what stood there before is untouched."""

    def __init__(self, what: object) -> None:
        super().__init__(
            f"The disk is full: {what} could not be written; free some space and run again (what was there before is untouched)."
        )


class OutOfMemoryError(UserError):
    """There was not enough memory for what was to be computed."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(
            f"There is not enough memory ({cause(error)}); close other programs or allow this one more, and run again (what was there before is untouched)."
        )


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error came of too little memory: Python's and Arrow's own, the operating system's, or a thread that found no place.

    Of a thread Python says it in its text only.
    """
    if isinstance(error, OSError):
        return error.errno == errno.ENOMEM
    return isinstance(error, MemoryError) or (isinstance(error, RuntimeError) and "start new thread" in str(error))
