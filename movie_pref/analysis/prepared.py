"""The rows that are analysed, sorted into families once, in the forms that the statistics take."""

import json
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Self

import pandas as pd

from movie_pref.analysis.association import Kind as TargetKind
from movie_pref.analysis.association import adjusted_p, categorical_target, numeric_target
from movie_pref.analysis.contingency import Contingency, contingency
from movie_pref.errors import UserError
from movie_pref.features.preprocessing import Preprocessor
from movie_pref.files import whole_file, write_json
from movie_pref.library import contract
from movie_pref.library.catalogue import Catalogue, Entry, Kind, blank_unknown, features
from movie_pref.library.label_names import LABELS
from movie_pref.library.training_rows import encode_label, encode_level
from movie_pref.settings import Settings


@dataclass(frozen=True)
class Prepared:
    """Training rows and what the catalogue says about their columns.

    `held` has the rows as they came, `given` each feature cast to the type of its kind, `rows` with null where the catalogue says that a value means 'not known';
    `label` is 0/1; `target` is the label too, 0 to 2 where the third one is in use, or, with `continuous_target`, a number
    such as a star rating. `short_texts`
    are the texts that the catalogue here takes for categories, because they are short or repeat themselves.
    """

    held: pd.DataFrame
    given: pd.DataFrame
    catalogue: Catalogue
    label: pd.Series
    target: pd.Series
    continuous_target: bool
    list_level_limit: int
    short_texts: tuple[str, ...] = ()

    @property
    def target_kind(self) -> TargetKind:
        if self.continuous_target:
            return "continuous"
        return "ordinal" if self.target.max() > 1 else "categorical"

    @cached_property
    def rows(self) -> pd.DataFrame:
        return blank_unknown(self.given, self.catalogue)

    @cached_property
    def names(self) -> list[str]:
        """The features: columns that are there and are no identifiers, in the order of the catalogue."""
        return [name for name in features(self.catalogue) if name in self.given]

    def family(self, name: str) -> str:
        return self.catalogue[name].kind

    def of(self, family: str) -> list[str]:
        return [name for name in self.names if self.family(name) == family]

    @cached_property
    def preprocessor(self) -> Preprocessor:
        return Preprocessor(self.catalogue, self.list_level_limit).fit(self.given)

    @cached_property
    def columns(self) -> pd.DataFrame:
        """The model columns: normalised numbers, categories, indicators."""
        return self.preprocessor.transform(self.given)

    @cached_property
    def numeric(self) -> pd.DataFrame:
        """Continuous features in their own units, one column each."""
        names = self.of("continuous")
        return self.rows[names].apply(pd.to_numeric, errors="coerce").astype("float64")

    @cached_property
    def categoricals(self) -> pd.DataFrame:
        """Scalar categorical features with a known value, one column each."""
        return self.columns[list(self.preprocessor.categories)]

    @cached_property
    def indicators(self) -> pd.DataFrame:
        """0/1 indicators of the list columns, one column an element."""
        return self.columns[self.preprocessor.indicator_columns()]

    @cached_property
    def list_of(self) -> dict[str, str]:
        """The list column behind each indicator."""
        levels = self.preprocessor.levels
        return {column: name for name in levels for column in self.preprocessor.indicator_columns(name)}

    # what several tests read off one computation

    @cached_property
    def scalars(self) -> pd.DataFrame:
        """The scalar categorical features that have few enough levels to be tested."""
        counts = self.categoricals.nunique()
        return self.categoricals[counts[counts <= self.list_level_limit].index]

    @cached_property
    def pairs(self) -> Contingency:
        """Chi-squared and bias-corrected Cramér's V of all pairs among indicators and categorical features."""
        return contingency(self.indicators, self.scalars)

    @cached_property
    def number_scores(self) -> pd.DataFrame:
        """The continuous features against the target: correlations, or ANOVA over its classes."""
        return _with_adjusted(numeric_target(self.numeric, self.target, self.target_kind))

    @cached_property
    def category_scores(self) -> pd.DataFrame:
        """The categories and indicators against the target: ANOVA over their levels, or chi-squared and Cramér's V."""
        return _with_adjusted(categorical_target(self.indicators, self.scalars, self.target, self.target_kind))

    def model_columns(self, feature: str) -> list[str]:
        """The columns of the training table that a feature (or an indicator) stands for."""
        if feature in self.list_of or feature in self.preprocessor.categories:
            return [feature]
        if feature in self.preprocessor.numeric:
            return [f"{feature}_norm"]
        return self.preprocessor.indicator_columns(feature)

    def entry(self, name: str) -> Entry:
        """What the catalogue says about a feature, or about the list behind an indicator."""
        return self.catalogue[self.list_of.get(name, name)]

    def with_kind(self, kinds: dict[str, Kind]) -> "Prepared":
        """The same rows with some features taken for another kind, such as a short text for a category."""
        changed = {name: self.catalogue[name].model_copy(update={"kind": kind}) for name, kind in kinds.items()}
        return replace(self, catalogue={**self.catalogue, **changed})

    @property
    def with_texts_as_given(self) -> "Prepared":
        """The same rows, no text taken for a category."""
        return replace(self.with_kind(dict.fromkeys(self.short_texts, "text")), short_texts=())

    def save(self, path: Path) -> list[Path]:
        """Write the rows as they came into a Parquet file, and into the file that is named how they are to be taken."""
        write_json(
            path.with_suffix(".json"),
            {
                "catalogue": {name: entry.model_dump() for name, entry in self.catalogue.items()},
                "continuous_target": self.continuous_target,
                "list_level_limit": self.list_level_limit,
                "short_texts": self.short_texts,
            },
        )
        with whole_file(path) as temporary:
            self.held.to_parquet(temporary, index=False)
        return [path.with_suffix(".json")]

    @classmethod
    def read(cls, path: Path) -> Self:
        """The rows that `save` wrote."""
        content = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        catalogue = {name: Entry(**entry) for name, entry in content["catalogue"].items()}
        made = cls._of(pd.read_parquet(path), catalogue, content["continuous_target"], content["list_level_limit"])
        return replace(made, short_texts=tuple(content["short_texts"]))

    @classmethod
    def _of(cls, held: pd.DataFrame, catalogue: Catalogue, continuous_target: bool, list_level_limit: int) -> Self:
        label = encode_label(held["label"])
        target = pd.to_numeric(held["rating"], errors="coerce") if continuous_target else encode_level(held["label"])
        types = {name: _cast(held[name], one.kind) for name, one in catalogue.items() if name in held}
        return cls(held, held.assign(**types), catalogue, label, target, continuous_target, list_level_limit)


def prepare(rows: pd.DataFrame, settings: Settings, catalogue: Catalogue) -> Prepared:
    """Sort training rows for analysis.

    Parameters
    ----------
    rows
        Labelled rows in the library's columns; rows without a label are left out.

    Raises
    ------
    UserError
        There is no label, or another than the two, or no column `rating` where the setting `target` asks for it.
    """
    if "label" not in rows or rows["label"].notna().sum() == 0:
        raise UserError("The rows to analyse have no label; the analysis needs labelled movies.")
    rows = rows[rows["label"].notna()].reset_index(drop=True)
    strange = rows.loc[~rows["label"].isin(LABELS), "label"]
    if len(strange):
        raise UserError(
            f"The column 'label' holds {strange.iloc[0]!r}; the analysis knows {' and '.join(LABELS)} only: mend these rows."
        )
    continuous = settings.target == "rating"
    if continuous and "rating" not in rows:
        raise UserError(
            "The setting 'target' is 'rating' but the library has no column 'rating'; add it, or set target to 'label'."
        )
    known = {name: one for name, one in catalogue.items() if not (continuous and name == "rating")}
    return Prepared._of(rows, known, continuous, settings.list_level_limit)


def _cast(column: pd.Series, kind: Kind) -> pd.Series:
    """A column in the type of its kind; a cell that does not fit is null, which `dtype_analysis` counts."""
    if kind == "continuous":
        return pd.to_numeric(column, errors="coerce").astype("float64")
    if kind == "categorical_list":
        lists = contract.to_list(column)
        return lists if lists.dtype == contract.LIST_OF_STRINGS else lists.map(_strings, na_action="ignore")
    if kind == "identifier":
        return column
    text = contract.to_text(column)
    return text if text.dtype == "str" else text.astype(object).map(str, na_action="ignore").astype("str")


def _strings(cell: object) -> list[str | None] | None:
    if not isinstance(cell, list):
        return None
    return [each if isinstance(each, str) or each is None else str(each) for each in cell]


def family(prepared: Prepared, name: str) -> str:
    return "indicator" if name in prepared.list_of else prepared.family(name)


def _with_adjusted(scores: pd.DataFrame) -> pd.DataFrame:
    """Scores of many features with an adjusted p beside each p: `anova_adjusted` beside `anova_p`."""
    raw = [name for name in scores if name.endswith("_p")]
    return scores.assign(**{f"{name.removesuffix('_p')}_adjusted": adjusted_p(scores[name]) for name in raw})
