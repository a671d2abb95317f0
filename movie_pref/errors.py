"""The one error a person is meant to read."""


class UserError(Exception):
    """Something the person can mend: one sentence that says what was given, what was expected and what to do.

    The command prints it and exits with 2; in the Dagster UI it is the description of the failed step.
    """
