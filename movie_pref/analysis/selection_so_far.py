"""What has been decided so far about the units that a model could read, while the policy settles one verdict after another.

Belongs here: the state that `selection` and `redundant_pairs` change and that `selection_rows` tells. No rule is in it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from movie_pref.analysis.ledger import Cause
from movie_pref.analysis.prepared import Prepared
from movie_pref.features.preprocessing import text_columns
from movie_pref.settings import Settings


class Why(NamedTuple):
    """The cause of a decision, and the sentence for people."""

    cause: Cause
    says: str


@dataclass
class Selection:
    """What has been decided so far about the units (numbers, categories, indicators, texts) that a model could read."""

    prepared: Prepared
    settings: Settings
    alive: list[str]
    dropped: dict[str, Why] = field(default_factory=dict)
    by: dict[str, set[str]] = field(default_factory=dict)
    spared: dict[str, list[str]] = field(default_factory=dict)  # by the guard, unit by unit
    withheld: dict[str, str] = field(default_factory=dict)  # by the guard, block by block and pair by pair
    pairs: list[dict] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def drop(self, units: Iterable[str], nodes: Iterable[str], cause: Cause, reason: str) -> None:
        for unit in units:
            self.alive.remove(unit)
            self.dropped[unit] = Why(cause, reason)
            self.by.setdefault(unit, set()).update(nodes)

    def withhold(self, name: str, units: Iterable[str], reason: str) -> None:
        """Note that the guard withheld the drop of a block or a pair."""
        self.withheld[name] = reason
        for unit in units:
            self.spared.setdefault(unit, []).append(reason)

    def pin(self, unit: str) -> str:
        return self.prepared.entry(unit).pin

    def columns(self, units: Iterable[str] | None = None) -> list[str]:
        """The columns of the training table that the units (those alive, by default) stand for."""
        units = self.alive if units is None else units
        return [column for unit in units for column in self.prepared.model_columns(unit)]

    @property
    def final_columns(self) -> list[str]:
        """The columns of the training table, the components of texts that are worth embedding among them."""
        components = self.settings.text_components
        return [*self.columns(), *(column for name in self.texts for column in text_columns(name, components))]


def units(prepared: Prepared) -> list[str]:
    """Everything that is kept or dropped by itself, but for texts."""
    return [*prepared.of("continuous"), *prepared.of("categorical"), *prepared.indicators]
