"""The decorators behind every asset and check: a user's mistake becomes one sentence instead of a traceback."""

import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import dagster as dg

from movie_pref.defs.code_versions import code_version
from movie_pref.errors import UserError

BAD_INPUT = "bad input"
OWNERS = ["team:movie_pref"]


def node(
    group: str, *, kinds: Sequence[str] = ("pandas",), name: str | None = None, **options: Any
) -> Callable[[Callable[..., Any]], dg.AssetsDefinition]:
    """An asset of a group, described by its docstring, whose file lies in the data folder."""

    def decorate(function: Callable[..., Any]) -> dg.AssetsDefinition:
        """Makes the asset of one function."""

        return dg.asset(
            name=name or function.__name__,
            group_name=group,
            kinds=set(kinds),
            owners=OWNERS,
            code_version=code_version(function),
            io_manager_key="data_folder",
            **options,
        )(_in_sentences(function))

    return decorate


def check(
    asset: str, *also: str, blocking: bool = False, name: str | None = None, **options: Any
) -> Callable[[Callable[..., Any]], dg.AssetChecksDefinition]:
    """A check of an asset, described by its docstring, that may read other assets (`also`).

    `blocking` stops what comes after when it fails as an ERROR.
    """

    def decorate(function: Callable[..., Any]) -> dg.AssetChecksDefinition:
        """Makes the check of one function."""

        return dg.asset_check(
            asset=asset,
            name=name,
            blocking=blocking,
            additional_ins={other: dg.AssetIn(other, input_manager_key="data_folder") for other in also},
            **options,
        )(_in_sentences(function))

    return decorate


def _in_sentences(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        with user_errors():
            return function(*args, **kwargs)

    return guarded


@contextmanager
def user_errors() -> Iterator[None]:
    """Turn a `UserError` into a Dagster failure that says its sentence and is not retried."""
    try:
        yield
    except UserError as error:
        raise dg.Failure(str(error), metadata={"cause": BAD_INPUT}, allow_retries=False) from None
