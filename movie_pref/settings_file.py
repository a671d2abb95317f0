"""The settings that a data folder remembers: `settings.toml`, which a person may write by hand, too."""

import tomllib
from pathlib import Path
from typing import Any

from movie_pref.errors import UserError, cause
from movie_pref.files import read_handwritten, whole_file

SETTINGS_FILE = "settings.toml"


def remember(data: Path, **values: Path | str | float | bool | None) -> None:
    """Keep settings in the file of a data folder, so that the UI and later runs use them; None forgets one."""
    import tomli_w

    kept = read_settings_file(data)
    given = {name: str(value) if isinstance(value, Path) else value for name, value in values.items()}
    changed = {name: value for name, value in {**kept, **given}.items() if value is not None}
    if changed != kept:
        with whole_file(data / SETTINGS_FILE) as temporary:
            temporary.write_text(tomli_w.dumps(changed), encoding="utf-8")


def read_settings_file(data: Path) -> dict[str, Any]:
    """What the file of a data folder holds; nothing where there is none.

    Raises
    ------
    UserError
        It is no TOML, or names another data folder.
    """
    file = data / SETTINGS_FILE
    problem, remedy = "is not valid TOML", "mend or delete it"
    text = read_handwritten(file, problem, remedy)
    try:
        found = tomllib.loads(text or "")
    except (ValueError, RecursionError) as error:  # TOMLDecodeError is a ValueError; a number may have too many digits
        raise UserError(f"{file} {problem} ({cause(error)}); {remedy}.") from None
    if "data" in found:
        raise UserError(
            f"{file} lies in the data folder, so its setting 'data' cannot name another; name it with MOVIE_PREF_DATA."
        )
    return found
