"""Films of an import that a person has to settle: the questions that are open, and the answers, which are remembered.

Both lie in the data folder as CSV files that can be edited by hand: `import_questions.csv` and `import_answers.csv`.
"""

from pathlib import Path

import pandas as pd

from movie_pref.data_folder import DataFolder
from movie_pref.errors import UserError, cause
from movie_pref.files import whole_file
from movie_pref.library.identifiers import check_imdb_id, imdb_ids_in
from movie_pref.library.titles import one_line
from movie_pref.sources.importers.matching import ANSWERS, NONE, read_answers

COLUMNS = ["title", "year", "uri", "suggestions", "described", "reason"]


def write_questions(data: Path, asked: pd.DataFrame) -> None:
    """Keep the open questions (as `questions` gives them) in the place of those before; none leaves no file."""
    path = DataFolder(data).import_questions
    if asked.empty:
        path.unlink(missing_ok=True)
        return
    with whole_file(path) as temporary:
        asked.to_csv(temporary, index=False)


def read_questions(data: Path) -> pd.DataFrame:
    """The open questions: `title`, `year`, `uri`, `suggestions` (a list of imdb_ids), `described` (the same with titles)
    and `reason`; without those that were answered since they were asked.

    Raises
    ------
    UserError
        A file is none of these, as after an edit.
    """
    path = DataFolder(data).import_questions
    if not path.exists():
        return pd.DataFrame({name: pd.Series(dtype="object") for name in COLUMNS})
    try:
        asked = pd.read_csv(path, dtype={"title": "str", "uri": "str", "suggestions": "str", "reason": "str"})
        asked = asked.rename(columns={"suggestions": "described"}).astype({"year": "Int64"})
        asked["suggestions"] = [imdb_ids_in(one) for one in asked["described"].fillna("")]
        asked = asked[COLUMNS]
    except (KeyError, ValueError, UnicodeDecodeError) as error:
        raise UserError(
            f"{path} is no longer a table of open questions ({cause(error)}); delete it and import the file again."
        ) from None
    answers = remembered_answers(data)
    if answers is None:
        return asked
    known = set(zip(answers["title"], answers["year"].fillna(0), strict=True))
    still = [(title, year) not in known for title, year in zip(asked["title"], asked["year"].fillna(0), strict=True)]
    return asked[still].reset_index(drop=True)


def remembered_answers(data: Path) -> pd.DataFrame | None:
    """The answers that were given so far, as `read_answers` gives them; None where there are none."""
    path = DataFolder(data).import_answers
    return read_answers(path) if path.exists() else None


def settle(data: Path, title: str, year: int | None, uri: str | None, imdb_id: str | None) -> None:
    """Remember which movie a film of an export is (None: it is nowhere); a later answer takes the place of an earlier one.

    The film joins the library when its export is imported again.

    Raises
    ------
    UserError
        The identifier is none, the title is empty, or the answers cannot be read or written.
    """
    if imdb_id is not None:
        check_imdb_id(imdb_id)
    title, uri = one_line(title), one_line(uri) if uri else None
    if not title:
        raise UserError("Say which film is meant: its title was left empty.")
    # the name decides, and the address beside it only where two films of one name and year were asked about
    same = read_questions(data)
    twice = len(same[(same["title"] == title) & (same["year"].fillna(0) == (year or 0))]) > 1
    row = {"title": title, "year": year, "uri": uri if twice else None, "imdb_id": imdb_id or NONE}
    remember_answers(data, pd.DataFrame([row]).astype(ANSWERS))


def remember_answers(data: Path, answers: pd.DataFrame) -> None:
    """Add answers (columns of `read_answers`) to those that are remembered; a later one takes an earlier one's place."""
    known = remembered_answers(data)
    together = answers if known is None else pd.concat([known, answers], ignore_index=True)
    together = together.drop_duplicates(["title", "year", "uri"], keep="last")
    with whole_file(DataFolder(data).import_answers) as temporary:
        together.astype(ANSWERS).to_csv(temporary, index=False)
