"""Every threshold and path, in one place.

A value comes from, strongest first: run config in the Dagster UI (resource `settings`), an environment variable
(`MOVIE_PREF_` and the name in capitals), `settings.toml` in the data folder, the default below.
"""

import difflib
import os
import re
import reprlib
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from movie_pref.addresses import PASSWORD_SHOWN, can_be_a_path, has_password, is_address, is_database
from movie_pref.errors import UserError
from movie_pref.settings_file import SETTINGS_FILE, read_settings_file

LIBRARY_FILE, CANDIDATES_FILE = "01_training.parquet", "candidates.parquet"
LABELS_FILE = "labels.sqlite"
SNAPSHOT_FOLDER = "database"


class Settings(BaseSettings):
    """The settings of a run. Immutable; made by `load_settings`, which turns mistakes into one sentence."""

    model_config = SettingsConfigDict(env_prefix="MOVIE_PREF_", extra="forbid", frozen=True, allow_inf_nan=False)

    data: Path = Field(Path("data"), description="The folder that holds the input and everything that is computed.")
    library: Path | str | None = Field(
        None,
        description="The labelled library: a Parquet or CSV file, or the address of a PostgreSQL database with its schema, as postgresql://me@host/movies?schema=atp (leave the password to ~/.pgpass). Default: 01_training.parquet in the data folder.",
    )
    candidates: Path | None = Field(
        None,
        description="The movies to rank, Parquet or CSV. Default: candidates.parquet in the data folder. Of a library in a database its movies without a label are ranked, and no file.",
    )

    write_engineered: bool = Field(
        False,
        description="Whether a run also writes the engineered features of the movies into the database that the library is in.",
    )

    label_store: str | None = Field(
        None,
        description="Where labels are kept, as an SQLAlchemy URL (leave its password to the driver, as in ~/.pgpass). Default: labels.sqlite in the data folder.",
    )
    object_store: str | None = Field(
        None,
        description="Where runs keep a copy of the data folder and take it from, as s3://bucket/folder or another address that fsspec knows; its keys are read where the store's own package looks for them. Default: nowhere.",
    )
    retrain_labels: int = Field(10, ge=1, description="New labels from which the sensor starts a retrain.")
    retrain_hours: float = Field(
        24.0, gt=0, description="Hours after which the sensor starts a retrain for fewer new labels."
    )

    import_cut: float | None = Field(
        None,
        ge=0,
        le=10,
        description="Imported films rated this or more, on 0 to 10, are liked; confirmed by an import.",
    )
    import_again_cut: float | None = Field(
        None,
        ge=0,
        le=10,
        description="Imported films rated this or more are would_watch_again, where favourites are taken; confirmed by an import.",
    )
    import_favourites: bool | None = Field(
        None,
        description="Whether imports take favourites as would_watch_again. Default: where that label is in use already.",
    )

    questions_per_second: float = Field(
        20.0, gt=0, description="Most questions a second that are put to TMDB, and to OMDb, for metadata."
    )

    holdout_share: float = Field(0.15, gt=0, lt=0.5, description="Share of all labelled movies kept for the holdout.")
    validation_share: float = Field(0.15, gt=0, lt=0.5, description="Share of the rest kept for validation.")
    folds: int = Field(5, ge=2, le=20, description="Stratified folds inside the training rows.")
    seed: int = Field(0, ge=0, lt=2**31, description="Seed of every random draw: folds, search, shufflings, boosting.")

    list_level_limit: int = Field(
        500,
        ge=1,
        description="A list or category column with more distinct values than this is not encoded (production companies).",
    )

    target: Literal["label", "rating"] = Field(
        "label",
        description="What the target analysis tests against: the label (categorical) or a column of star ratings.",
    )
    policy: Literal["balanced", "strict", "none"] = Field(
        "balanced",
        description="How several tests on one feature are settled: balanced, strict (every arrow enforced) or none (nothing dropped).",
    )
    guard: bool = Field(
        True,
        description="Under balanced, withhold a drop that costs more than half a corrected paired standard error of average precision.",
    )
    cost_repeats: int = Field(
        3,
        ge=1,
        le=20,
        description="How often the folds are drawn to measure what dropping features costs the model; of pairs, the first draw counts.",
    )
    ablation_repeats: int = Field(
        3, ge=1, le=20, description="How often the folds are drawn to compare the policies of the feature selection."
    )
    comparison_repeats: int = Field(
        2, ge=1, le=20, description="How often the folds are drawn to compare XGBoost with other algorithms."
    )
    null_share_high: float = Field(
        0.5, gt=0, lt=1, description="Share of nulls above which a feature's null count is high."
    )
    distinct_share_high: float = Field(
        0.5, gt=0, lt=1, description="Share of distinct values among known ones above which a distinct count is high."
    )
    skewness_limit: float = Field(1.0, gt=0, description="Largest |skewness| of a generally normal distribution.")
    kurtosis_limit: float = Field(
        2.0, gt=0, description="Largest |excess kurtosis| of a generally normal distribution."
    )
    dominant_share: float = Field(
        0.99, gt=0.5, le=1, description="Share of one category above which the categories of a feature are not useful."
    )
    indicator_support: int = Field(
        10, ge=1, description="An indicator in fewer training movies is dropped for support."
    )
    text_length_short: int = Field(20, ge=1, description="Median characters up to which a text is short.")
    text_distinct_few: int = Field(50, ge=1, description="Distinct values up to which a text has few.")
    text_components: int = Field(24, ge=1, description="Components of the TF-IDF and truncated SVD text embedding.")
    correlation_limit: float = Field(
        0.85, gt=0, lt=1, description="|r| of Pearson and Spearman between features above which a pair is redundant."
    )
    cramers_v_limit: float = Field(
        0.75, gt=0, lt=1, description="Cramér's V between features above which a pair is redundant."
    )
    chi_squared_p: float = Field(
        0.05, gt=0, lt=1, description="p of chi-squared below which two variables depend on each other."
    )
    anova_f_limit: float = Field(10.0, gt=0, description="F of ANOVA above which a feature tells groups apart.")
    target_correlation: float = Field(
        0.3, gt=0, lt=1, description="|r| with a continuous target above which a feature is kept."
    )
    target_cramers_v: float = Field(
        0.3, gt=0, lt=1, description="Cramér's V with a categorical target above which a feature is kept."
    )

    search: Literal["race", "exhaustive", "sample"] = Field(
        "race", description="How the production grid is searched: a race, every point, or a random sample."
    )
    search_budget: int = Field(
        600, ge=10, description="Most fits of a race; a fit is one booster on one fold, and serves three points."
    )
    search_points: int = Field(40, ge=1, description="Points of the production grid that a sample tries.")
    search_scheduler: str | None = Field(
        None, description="Address of a Dask scheduler (tcp://host:8786) on whose workers the search runs."
    )
    jobs: int = Field(0, ge=0, description="Threads for fitting and scoring; 0 takes every core.")

    model: Literal["committee", "winner"] = Field(
        "committee",
        description="What ranks: a committee of the search's best boosters and a linear member, or the search's winner alone.",
    )
    committee_boosters: int = Field(
        5,
        ge=1,
        le=50,
        description="How many of the search's best points the committee takes, each with a seed of its own.",
    )

    threshold: float = Field(0.35, gt=0, lt=1, description="Probability from which a movie is flagged as worth a look.")
    review_budget: float | None = Field(
        None,
        gt=0,
        le=1,
        description="Share of movies that you are willing to look at, and the most that is flagged. Default: the larger of 15 % and 1.5 times the base rate.",
    )
    recall_target: float = Field(
        0.98,
        gt=0,
        le=1,
        description="Recall that is enough: where it is reached with less than the review budget, less is flagged.",
    )
    recall_floor: float = Field(0.85, ge=0, le=1, description="Recall at the threshold that a model should reach.")
    again_weight: float = Field(
        1.0,
        ge=0,
        description="How much the probability to be watched again counts in the order of movies, where the label would_watch_again is in use; 0 orders by the first question alone.",
    )
    again_recall_floor: float = Field(
        0.85,
        ge=0,
        le=1,
        description="Share of the movies labelled would_watch_again that should be within the review budget.",
    )
    bootstrap_samples: int = Field(
        1000,
        ge=100,
        description="Draws behind the floor of the calibration error, the error that right probabilities would show.",
    )
    drift_limit: float = Field(
        0.3, gt=0, le=1, description="Kolmogorov-Smirnov distance of a feature from which candidates count as drifted."
    )

    review_queue_size: int = Field(200, ge=1, description="Most movies in the review queue.")
    review_band: float = Field(
        0.15,
        gt=0,
        le=1,
        description="Distance from the threshold, in probability, up to which an unseen movie is an edge case.",
    )
    review_doubtful_share: float = Field(
        0.2, ge=0, lt=1, description="Share of the review queue that are labelled movies whose label looks wrong."
    )

    reasons_for: int = Field(1000, ge=0, description="How many of the best ranked movies get reasons.")
    score_batch_rows: int = Field(50_000, ge=1, description="Rows scored at a time; bounds the memory of scoring.")

    posters: bool = Field(
        False,
        description="Whether the review page may fetch posters from image.tmdb.org, which sees then which movies you look at; the page's own switch sets it.",
    )

    transmission_url: str | None = Field(
        None,
        description="Address of Transmission's RPC (http://localhost:9091/transmission/rpc), whose torrents `movie-pref removals` looks through; user name and password are only read from the environment.",
    )
    transmission_delete: Literal["never", "torrent", "torrent_and_files"] = Field(
        "never",
        description="What `movie-pref removals --delete` may remove from Transmission: nothing, the torrent, or its files as well.",
    )

    @field_validator("object_store")
    @classmethod
    def _an_address(cls, address: str | None) -> str | None:
        if address is not None and not is_address(address):
            raise PydanticCustomError(
                "address", "It should be an address as s3://bucket/folder, without `?` and blanks"
            )
        return address

    @field_validator("transmission_url", "object_store")
    @classmethod
    def _no_secret_in_an_address(cls, address: str | None) -> str | None:
        if address is not None and "@" in address:
            raise PydanticCustomError(
                "secret", "An address that holds a user name or password would be shown, so leave them out"
            )
        return address

    @field_validator("library", mode="before")
    @classmethod
    def _a_path_or_an_address(cls, library: Any) -> Any:
        return Path(library) if isinstance(library, str) and not is_database(library) else library

    @field_validator("library", "label_store")
    @classmethod
    def _no_password(cls, address: Path | str | None) -> Path | str | None:
        if isinstance(address, str) and has_password(address):
            raise PydanticCustomError("secret", PASSWORD_SHOWN)
        return address

    @field_validator("data", "library", "candidates")
    @classmethod
    def _a_path(cls, path: Path | str | None) -> Path | str | None:
        if isinstance(path, Path) and not can_be_a_path(path):
            raise PydanticCustomError("path", "No file can have such a name")
        return path

    @property
    def database(self) -> str | None:
        """The address of the PostgreSQL database that the library is in; None where it is a file."""
        return self.library if isinstance(self.library, str) else None

    @property
    def library_name(self) -> str:
        """The library as a sentence names it: its file, or the address of its database."""
        return self.database or str(self.library_path)

    @property
    def library_path(self) -> Path:
        """The library's file; of one in a database, what the last run has read of it."""
        if self.database:
            return self.data / SNAPSHOT_FOLDER / "library.parquet"
        return Path(self.library) if self.library else self.data / LIBRARY_FILE

    @property
    def candidates_path(self) -> Path:
        """The candidates' file; of a library in a database always its movies without a label."""
        if self.database:
            return self.data / SNAPSHOT_FOLDER / "candidates.parquet"
        return self.candidates or self.data / CANDIDATES_FILE

    @property
    def label_store_url(self) -> str:
        return self.label_store or self.local_label_store_url

    @property
    def local_label_store_url(self) -> str:
        """The label store in the data folder, where no setting names another."""
        return f"sqlite:///{(self.data / LABELS_FILE).resolve()}"

    @property
    def n_jobs(self) -> int:
        available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        return self.jobs or available or 1

    def budget(self, base_rate: float) -> float:
        """The review budget as a share of movies, for a library with this share of liked movies."""
        return self.review_budget if self.review_budget is not None else max(0.15, 1.5 * float(base_rate))

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        data = Path(init_settings().get("data") or env_settings().get("data") or cls.model_fields["data"].default)
        return init_settings, env_settings, InitSettingsSource(settings_cls, read_settings_file(data))


def load_settings(**overrides: Any) -> Settings:
    """Settings from overrides, environment and `settings.toml`; an override of None means 'not given'.

    Raises
    ------
    UserError
        A value is unknown or out of range; the sentence names the setting.
    """
    try:
        return Settings(**{name: value for name, value in overrides.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])[:60]
        value = str(first["input"]) if isinstance(first["input"], Path) else first["input"]
        hidden = "password" in name or "@" in str(value) or re.search(r"://.*\?", str(value))
        given = "a secret" if hidden else reprlib.repr(value)
        if first["type"] == "extra_forbidden":
            near = difflib.get_close_matches(name, Settings.model_fields, 1)
            raise UserError(
                f"There is no setting {name!r} (it was given {given})"
                f"{f'; {near[0]!r} may be meant' if near else ''}; mend it in {SETTINGS_FILE} or in the run config."
            ) from None
        raise UserError(
            f"The setting {name!r} was given {given}: {first['msg'][0].lower()}{first['msg'][1:]}; "
            f"mend it in the command, the environment (MOVIE_PREF_{name.upper()}), {SETTINGS_FILE} or the run config."
        ) from None
