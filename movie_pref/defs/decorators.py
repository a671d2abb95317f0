"""The decorators behind every asset and check: a user's mistake becomes one sentence instead of a traceback."""

import functools
import importlib
import inspect
import pkgutil
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import dagster as dg

from movie_pref.defs.code_versions import code_version
from movie_pref.errors import DiskFullError, OutOfMemoryError, UserError, is_out_of_memory
from movie_pref.memory import need_room

BAD_INPUT, DISK_FULL, OUT_OF_MEMORY = "bad input", "disk full", "out of memory"
OWNERS = ["team:movie_pref"]
SETTINGS = "settings"  # the parameter of a check that is no asset


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


@dataclass(frozen=True)
class Check:
    """A check: what Dagster is told of it, the function that judges, which asset each input is, which step it is part of."""

    spec: dg.AssetCheckSpec
    function: Callable[..., dg.AssetCheckResult]
    inputs: Mapping[str, str]
    step: str

    def __call__(self, **given: Any) -> dg.AssetCheckResult:
        """What it says of these inputs."""
        return self.function(**given)

    @property
    def parameters(self) -> Mapping[str, inspect.Parameter]:
        return inspect.signature(self.function).parameters


def check(
    asset: str,
    *also: str,
    blocking: bool = False,
    name: str | None = None,
    description: str | None = None,
    step: str | None = None,
) -> Callable[[Callable[..., dg.AssetCheckResult]], Check]:
    """A check of an asset, described by its docstring, that may read other assets (`also`).

    `blocking` stops what comes after when it fails as an ERROR. The checks of an asset are one step of a run, since a step
    costs more than most checks do, the blocking ones another; it reads whatever any of them reads. A check that reads what
    may not be there when the asset is, or that belongs to those of other assets, names another `step`.
    """

    def decorate(function: Callable[..., dg.AssetCheckResult]) -> Check:
        """Makes the check of one function."""
        names = [one for one in inspect.signature(function).parameters if one != SETTINGS]
        return Check(
            dg.AssetCheckSpec(
                name or function.__name__,
                asset=asset,
                description=description or inspect.getdoc(function),
                additional_deps=also,
                blocking=blocking,
            ),
            function,
            {one: one if one in also else asset for one in names},
            f"{step or asset}_{'blocking_checks' if blocking else 'checks'}",
        )

    return decorate


def load_checks(package: ModuleType) -> list[dg.AssetChecksDefinition]:
    """The checks in the modules of a package, alone or in a list, as Dagster runs them: step by step."""
    steps: dict[str, list[Check]] = defaultdict(list)
    for found in pkgutil.iter_modules(package.__path__):
        for one in checks_in(importlib.import_module(f"{package.__name__}.{found.name}")):
            steps[one.step].append(one)
    return [as_step(name, checks) for name, checks in steps.items()]


def checks_in(module: ModuleType) -> list[Check]:
    """The checks of a module, in the order in which they stand there."""
    values = [one for value in vars(module).values() for one in (value if isinstance(value, list) else [value])]
    return [one for one in values if isinstance(one, Check)]


def as_step(name: str, checks: Sequence[Check]) -> dg.AssetChecksDefinition:
    """One step for several checks, of which Dagster may ask for some only; one that cannot judge fails it at the end."""
    parameters = {key: parameter for one in checks for key, parameter in one.parameters.items()}
    inputs = {key: asset for one in checks for key, asset in one.inputs.items()}

    def judge(context: dg.AssetCheckExecutionContext, **given: Any) -> Iterator[dg.AssetCheckResult]:
        """What each check that is asked for says of the inputs; whatever one of them raises ends the step after the others."""
        with user_errors():
            need_room()
        failed: list[Exception] = []
        for one in checks:
            if one.spec.key in context.selected_asset_check_keys:
                try:
                    found = one(**{key: given[key] for key in one.parameters})
                except Exception as error:  # noqa: BLE001 raised below, once the others have judged
                    context.log.error(f"{one.spec.name} cannot judge: {error}")
                    failed.append(error)
                else:
                    yield _of(one.spec.key, found)
        if failed:
            with user_errors():
                raise failed[0]

    first = inspect.signature(judge).parameters["context"]
    judge.__signature__ = inspect.Signature([first, *parameters.values()])  # type: ignore[attr-defined]
    return dg.multi_asset_check(
        name=name,
        specs=[one.spec for one in checks],
        ins={key: dg.AssetIn(asset, input_manager_key="data_folder") for key, asset in inputs.items()},
        can_subset=True,
    )(judge)


def _of(key: dg.AssetCheckKey, found: dg.AssetCheckResult) -> dg.AssetCheckResult:
    """What a check says, with the name of the check, which a step of several must tell."""
    return dg.AssetCheckResult(
        asset_key=key.asset_key,
        check_name=key.name,
        passed=found.passed,
        metadata=found.metadata,
        severity=found.severity,
        description=found.description,
    )


def _in_sentences(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        with user_errors():
            need_room()
            return function(*args, **kwargs)

    return guarded


@contextmanager
def user_errors() -> Iterator[None]:
    """Turn a `UserError` into a Dagster failure that says its sentence and is not retried."""
    try:
        yield
    except UserError as error:
        cause = DISK_FULL if isinstance(error, DiskFullError) else BAD_INPUT
        raise dg.Failure(str(error), metadata={"cause": cause}, allow_retries=False) from None
    except (MemoryError, OSError, RuntimeError) as error:
        if not is_out_of_memory(error):
            raise
        said = str(OutOfMemoryError(error))
        raise dg.Failure(said, metadata={"cause": OUT_OF_MEMORY}, allow_retries=False) from None
