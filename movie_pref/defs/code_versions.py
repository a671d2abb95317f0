"""What version of its code an asset was made by: a hash over the code that it reaches, so that a stale mark cannot lie.

An asset's code is its own function with the helpers beside it that it uses, and every file of the project that these
import, directly or through others. A file is read as text and taken whole, and so are the data files beside it (a
template, the shipped catalogue): rather marked stale for a comment than called fresh for another formula. Nothing is
imported for it, so that all versions together cost a tenth of a second.
"""

import ast
import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Self

PACKAGE = "movie_pref"
ROOT = Path(__file__).parents[1]
_IMPORT = re.compile(
    rf"^[ \t]*(?:from ({PACKAGE}[\w.]*) import (\([^)]*\)|[^\n]*)|import ({PACKAGE}[\w.]*))", re.MULTILINE
)


def code_version(function: Callable[..., Any]) -> str:
    """Twelve digits of a hash over all code that the function reaches."""
    source = _Source.of(Path(function.__code__.co_filename))
    used = source.used(function.__qualname__.partition(".")[0])
    bound = [repr(cell.cell_contents) for cell in function.__closure__ or ()]  # what tells functions of one maker apart
    digest = hashlib.sha256("".join([*bound, *(source.lines[name] for name in used)]).encode())
    for path in sorted(files_reached(function)):
        digest.update(f"{path.relative_to(ROOT)} {_hash_of(path)}".encode())
    return digest.hexdigest()[:12]


def files_reached(function: Callable[..., Any]) -> set[Path]:
    """The files of the project that the version of a function's code hangs on, besides its own."""
    source = _Source.of(Path(function.__code__.co_filename))
    used = source.used(function.__qualname__.partition(".")[0])
    return {path for name in used for module in source.imports[name] for path in _reached(module)}


@dataclass(frozen=True)
class _Source:
    """The top level of a file: by each name its lines, the other names that these use, and the modules they import.

    It is read from the text, since a decorator runs before the helpers further down the file are defined.
    """

    lines: Mapping[str, str]
    uses: Mapping[str, set[str]]
    imports: Mapping[str, set[str]]

    @classmethod
    @cache
    def of(cls, path: Path) -> Self:
        """The source of a module, part by part."""
        text = path.read_text(encoding="utf-8")
        lines: dict[str, str] = defaultdict(str)
        uses: dict[str, set[str]] = defaultdict(set)
        imports: dict[str, set[str]] = defaultdict(set)
        rows = text.splitlines(keepends=True)
        for part in ast.parse(text).body:
            inside = list(ast.walk(part))
            words = {one.id for one in inside if isinstance(one, ast.Name)}
            words |= {one.value for one in inside if isinstance(one, ast.Constant) and isinstance(one.value, str)}
            begins = min([part.lineno, *(one.lineno for one in getattr(part, "decorator_list", []))])
            for name in _named(part):
                lines[name] += "".join(rows[begins - 1 : part.end_lineno])
                uses[name] |= words
                imports[name] |= _imported("".join(rows[begins - 1 : part.end_lineno]))
        return cls(lines, uses, imports)

    def used(self, name: str) -> list[str]:
        """A name of the file and those that it uses, directly or through others."""
        found, waiting = set(), [name]
        while waiting:
            one = waiting.pop()
            if one in self.lines and one not in found:
                found.add(one)
                waiting += self.uses[one]
        return sorted(found)


def _named(part: ast.stmt) -> list[str]:
    """The names that a statement at the top of a file gives a meaning to."""
    if isinstance(part, ast.FunctionDef | ast.ClassDef):
        return [part.name]
    if isinstance(part, ast.ImportFrom | ast.Import):
        return [alias.asname or alias.name.partition(".")[0] for alias in part.names]
    if isinstance(part, ast.If):  # what is imported for the types only
        return [name for one in part.body for name in _named(one)]
    return [one.id for one in ast.walk(part) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)]


@cache
def _reached(module: str) -> frozenset[Path]:
    """The files of a module and of everything of the project that it imports, directly or through others."""
    found: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name not in found and _file(name):
            found.add(name)
            waiting += _imports(name)
    files = [path for name in found if (path := _file(name)) is not None]
    return frozenset([*files, *(path for file in files for path in _data_beside(file.parent))])


@cache
def _imports(module: str) -> frozenset[str]:
    path = _file(module)
    text = path.read_text(encoding="utf-8") if path else ""
    return frozenset({module.rpartition(".")[0], *_imported(text)})  # the first lines of its package run too


def _imported(text: str) -> set[str]:
    found: set[str] = set()
    for package, names, plain in _IMPORT.findall(text):
        found |= {package or plain, *(f"{package}.{name}" for name in re.findall(r"\w+", names))}
    return found


@cache
def _file(module: str) -> Path | None:
    if not module.startswith(PACKAGE):
        return None
    path = ROOT.joinpath(*module.split(".")[1:])
    for candidate in (path.with_suffix(".py"), path / "__init__.py"):
        if candidate.is_file():
            return candidate
    return None


@cache
def _data_beside(folder: Path) -> tuple[Path, ...]:
    return tuple(
        path for path in folder.iterdir() if path.is_file() and path.suffix in (".yaml", ".json", ".j2", ".css")
    )


@cache
def _hash_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
