"""Texts as a few numbers: TF-IDF and truncated SVD (latent semantic analysis), by scikit-learn, saved as JSON."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

VOCABULARY = 2000


@dataclass(frozen=True)
class TextEmbedding:
    """A vocabulary with its weights, and the directions that texts are projected on.

    `terms` and `idf` have length v, `components` shape (k, v).
    """

    terms: list[str]
    idf: np.ndarray
    components: np.ndarray

    @classmethod
    def fit(cls, texts: Iterable[str], components: int, seed: int = 0) -> Self | None:
        """Learn from texts; None where they have fewer terms in common than components."""
        from sklearn.decomposition import TruncatedSVD

        vectorizer = _vectorizer()
        try:
            weights = vectorizer.fit_transform(texts)
        except ValueError:  # scikit-learn's word for an empty vocabulary
            return None
        if weights.shape[1] <= components:
            return None
        svd = TruncatedSVD(components, random_state=seed).fit(weights)
        return cls(vectorizer.get_feature_names_out().tolist(), vectorizer.idf_, svd.components_)

    def transform(self, texts: Iterable[str]) -> np.ndarray:
        """The components of each text, shape (texts, k)."""
        vectorizer = _vectorizer(vocabulary=self.terms)
        vectorizer.idf_ = self.idf
        return vectorizer.transform(texts) @ self.components.T

    def to_dict(self) -> dict[str, Any]:
        return {"terms": self.terms, "idf": self.idf.tolist(), "components": self.components.tolist()}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Self:
        return cls(list(content["terms"]), np.array(content["idf"]), np.array(content["components"]))


def _vectorizer(**options: Any) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(
        stop_words="english",
        min_df=2 if not options else 1,
        max_features=None if options else VOCABULARY,
        sublinear_tf=True,
        **options,
    )
