"""The linear member of a committee: logistic regression on numbers made normal, their bends and products, and indicators.

It sees the same model columns as the boosters. A number becomes a normal score (its quantile among the training values,
through the inverse normal distribution), and enters by itself, squared, and the main ones multiplied with
each other and with the genres; a value that is not known is 0 there and has a flag of its own. Everything is kept as JSON.
How the coefficients are found is in `linear_fit`.
"""

from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, Self

import numpy as np

KNOTS = 64  # of the way from a number to its normal score
FURTHEST = 2.5  # normal scores are cut here, so that no outlier decides
SUPPORT, FEWEST = (
    10,
    3,
)  # training movies that an indicator, a level or a flag needs on either side; of few movies a tenth
ROWS = 512  # whose terms fit into a core's cache: four times as fast as 50,000 at once
PRODUCT_SCALE = 0.5  # products enter with half the size
MAIN = ("votes", "rating", "score", "year")  # numbers that enter products: those whose name has one of these
CROSSED = "genre_"  # indicators that enter products with them


class Kind(StrEnum):
    """What a term is made of, in the order of the terms."""

    SCORE = "score"
    SQUARE = "square"
    FLAG = "flag"
    LEVEL = "level"
    INDICATOR = "indicator"
    PAIR = "pair"
    CROSSED = "crossed"


@dataclass(frozen=True)
class NormalScore:
    """A number's way to its normal score: straight lines between the knots, flat beyond them."""

    column: int
    knots: list[float]
    scores: list[float]

    @classmethod
    def fit(cls, column: int, values: np.ndarray) -> Self:
        """From the known values, which are at least two different ones; ties get the score of their middle."""
        from scipy.special import ndtri

        known, counts = np.unique(values, return_counts=True)
        middle = (np.cumsum(counts) - counts / 2) / counts.sum()
        scores = np.clip(ndtri(middle), -FURTHEST, FURTHEST)
        if len(known) > KNOTS:
            wanted = np.searchsorted(middle, np.linspace(0, 1, KNOTS)).clip(0, len(known) - 1)
            at = np.unique([0, *wanted, len(known) - 1])
            known, scores = known[at], scores[at]
        return cls(column, known.astype(np.float64).tolist(), scores.tolist())

    def __call__(self, values: np.ndarray) -> np.ndarray:
        """The score of each value, 0 where it is not known."""
        unknown = np.isnan(values)
        found = np.interp(np.where(unknown, 0, values), self.knots, self.scores)
        found[unknown] = 0
        return found


@dataclass(frozen=True)
class LinearMember:
    """A fitted logistic regression and the terms that it adds up.

    `numbers` are the ways to normal scores, `flags` the columns with a flag for what is not known, `levels` pairs of a
    category column and a code, `indicators` columns of 0 and 1; `main` places in `numbers` and `crossed`
    columns whose products count.
    `coefficients` follow the order of `terms`, `means` are those of the terms in training.
    """

    columns: int
    numbers: list[NormalScore]
    flags: list[int]
    levels: list[tuple[int, int]]
    indicators: list[int]
    main: list[int]
    crossed: list[int]
    coefficients: list[float]
    means: list[float]
    intercept: float

    @classmethod
    def unfitted(cls, values: np.ndarray, types: list[str], names: list[str]) -> Self:
        """The terms that these rows are enough to tell of, without coefficients; no label is looked at."""
        numbers, flags, levels, indicators = _sorted_columns(values, types)
        main = [at for at, one in enumerate(numbers) if any(word in names[one.column] for word in MAIN)]
        crossed = [column for column in indicators if names[column].startswith(CROSSED)]
        return cls(values.shape[1], numbers, flags, levels, indicators, main, crossed, [], [], 0.0)

    def with_coefficients(self, coefficients: np.ndarray, means: np.ndarray, intercept: float) -> Self:
        """The same terms with these coefficients and means, one a term."""
        return replace(self, coefficients=coefficients.tolist(), means=means.tolist(), intercept=intercept)

    def log_odds(self, values: np.ndarray) -> np.ndarray:
        """Log-odds, float64, shape (rows,), for model columns of shape (rows, columns).

        To the last bit the same whatever other rows are with it, which a product of matrices does not promise.
        """
        coefficients, found = np.array(self.coefficients, dtype=np.float64), np.empty(len(values))
        for start in range(0, len(values), ROWS):
            terms = np.ascontiguousarray(self.terms(values[start : start + ROWS]))
            terms *= coefficients
            found[start : start + ROWS] = terms.sum(axis=1) + self.intercept
        return found

    def contributions(self, values: np.ndarray) -> np.ndarray:
        """What each column adds to the log-odds, shape (rows, columns + 1); the last is the log-odds of the mean movie.

        A term adds its coefficient times what it is above its mean in training; a product's share goes half to each of
        its columns. The rows add up to `log_odds`.
        """
        coefficients, means = np.array(self.coefficients), np.array(self.means)
        added = (self.terms(values) - means) * coefficients
        found = np.zeros((len(values), self.columns + 1))
        for term, owners in enumerate(self.owners()):
            for column in owners:
                found[:, column] += added[:, term] / len(owners)
        found[:, -1] = self.intercept + float(coefficients @ means)
        return found

    def to_dict(self) -> dict[str, Any]:
        """Everything that `from_dict` needs, of JSON's types only."""
        return asdict(self)

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> Self:
        """What `to_dict` described.

        Raises
        ------
        KeyError, TypeError, ValueError
            It is none.
        """
        made = cls(
            **{
                **content,
                "numbers": [NormalScore(**one) for one in content["numbers"]],
                "levels": [(int(column), int(code)) for column, code in content["levels"]],
            }
        )
        if not made._fits_together():
            raise ValueError(
                "the linear member names columns or numbers that it does not have, or a figure that is none"
            )
        if not len(made.coefficients) == len(made.means) == len(made.owners()):
            raise ValueError(
                f"the linear member has {len(made.coefficients)} coefficients for {len(made.owners())} terms"
            )
        return made

    def _fits_together(self) -> bool:
        """Whether each place and each column that is named is there, and each figure is a number."""
        levels = [column for column, _ in self.levels]
        columns = [*(one.column for one in self.numbers), *self.flags, *levels, *self.indicators, *self.crossed]
        ways = [figure for one in self.numbers for figure in (*one.knots, *one.scores)]
        figures = np.array([*self.coefficients, *self.means, self.intercept, *ways], dtype=np.float64)
        return (
            all(0 <= column < self.columns for column in columns)
            and all(0 <= at < len(self.numbers) for at in self.main)
            and all(len(one.knots) == len(one.scores) > 0 for one in self.numbers)
            and bool(np.isfinite(figures).all())
        )

    def terms(self, values: np.ndarray) -> np.ndarray:
        """Scores, their squares, flags, levels, indicators, products of scores, products of scores and indicators."""
        rows = len(values)
        scores = np.column_stack([one(values[:, one.column].astype(np.float64)) for one in self.numbers] or [np.empty((rows, 0))])  # fmt: skip
        known = np.column_stack([~np.isnan(values[:, one.column]) for one in self.numbers] or [np.empty((rows, 0))])
        squares = np.where(known, (scores**2 - 1) / np.sqrt(2), 0.0)
        flags = np.isnan(values[:, self.flags])
        levels = np.column_stack([values[:, column] == code for column, code in self.levels] or [np.empty((rows, 0))])
        main = scores[:, self.main]
        first, second = np.triu_indices(len(self.main), 1)
        pairs = main[:, first] * main[:, second] * PRODUCT_SCALE
        # a candidate may lack what every training movie had
        indicators, genres = (np.nan_to_num(values[:, columns]) for columns in (self.indicators, self.crossed))
        crossed = genres[:, :, None] * main[:, None, :] * PRODUCT_SCALE
        parts = [scores, squares, flags, levels, indicators, pairs, crossed.reshape(rows, -1)]
        return np.hstack([part.astype(np.float64) for part in parts])

    @property
    def kinds(self) -> list[Kind]:
        """The kind of each term."""
        main = len(self.main)
        counts = {
            Kind.SCORE: len(self.numbers), Kind.SQUARE: len(self.numbers), Kind.FLAG: len(self.flags),
            Kind.LEVEL: len(self.levels), Kind.INDICATOR: len(self.indicators), Kind.PAIR: main * (main - 1) // 2,
            Kind.CROSSED: main * len(self.crossed),
        }  # fmt: skip
        return [kind for kind, count in counts.items() for _ in range(count)]

    def owners(self) -> list[tuple[int, ...]]:
        """The columns that each term is made from."""
        numbers = [one.column for one in self.numbers]
        main = [numbers[at] for at in self.main]
        first, second = np.triu_indices(len(main), 1)
        return [
            *((column,) for column in numbers),
            *((column,) for column in numbers),
            *((column,) for column in self.flags),
            *((column,) for column, _ in self.levels),
            *((column,) for column in self.indicators),
            *((main[one], main[other]) for one, other in zip(first, second, strict=True)),
            *((indicator, number) for indicator in self.crossed for number in main),
        ]


def _sorted_columns(
    values: np.ndarray, types: list[str]
) -> tuple[list[NormalScore], list[int], list[tuple[int, int]], list[int]]:
    """Numbers, flags, levels and indicators among the columns, as far as training movies are enough to tell of them."""
    numbers, flags, levels, indicators = [], [], [], []
    rows = len(values)
    support = max(FEWEST, min(SUPPORT, rows // 10))

    def enough(count: int) -> bool:
        return min(count, rows - count) >= support

    for column, kind in enumerate(types):
        found = values[:, column]
        unknown = np.isnan(found)
        if enough(int(unknown.sum())):
            flags.append(column)
        known = found[~unknown]
        if kind == "c":
            codes, counts = np.unique(known, return_counts=True)
            levels += [(column, int(code)) for code, count in zip(codes, counts, strict=True) if enough(int(count))]
        elif not unknown.any() and np.isin(known, (0, 1)).all():
            if enough(int(known.sum())):
                indicators.append(column)
        elif len(known) >= support and len(np.unique(known)) > 1:
            numbers.append(NormalScore.fit(column, known))
    return numbers, flags, levels, indicators
