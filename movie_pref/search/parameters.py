"""What the experimental design says of each hyperparameter, in its own words: its row of the grid, and its explanation.

Belongs here: the words, and the tables that show them beside a model's values. The values that are tried are the grid's
(`movie_pref/search/grid.py`).
"""

from typing import Any, NamedTuple

import pandas as pd


class Parameter(NamedTuple):
    """One hyperparameter: the columns of the design's grid, then those of its hyperparameters explained."""

    default: Any
    range_type: tuple[str, ...]
    purpose: str
    impact_on_model: str
    priority: str
    justification: str
    full_name: str
    definition: str
    formula: str
    explanation: str

    @property
    def range_in_words(self) -> str:
        """How far the tested values reach, as `Low, Medium, High`."""
        return ", ".join(self.range_type)


GRID_COLUMNS = ("default", "range_type", "purpose", "impact_on_model", "priority", "justification")
EXPLAINED = ("full_name", "definition", "formula", "explanation")

PARAMETERS = {
    "scale_pos_weight": Parameter(
        default=1,
        range_type=("Low", "High"),
        purpose="Handle class imbalance",
        impact_on_model="Prediction accuracy for minority class",
        priority="High",
        justification="Critical for 10:1 class imbalance in movie preferences; ensures model doesn't default to majority class",
        full_name="Scale Positive Weight",
        definition="Balances positive class weight relative to negative class",
        formula="pos_weight = (sum of negative instances) / (sum of positive instances)",
        explanation='Tells the model "pay X times more attention to positive examples" - critical when you have way more negatives than positives',
    ),
    "max_depth": Parameter(
        default=6,
        range_type=("Low", "Medium", "High"),
        purpose="Control tree complexity",
        impact_on_model="Feature interaction depth",
        priority="High",
        justification="Captures complex interactions (RT score + IMDB votes + genre) while preventing overfitting on limited preference data",
        full_name="Maximum Tree Depth",
        definition="Maximum number of splits from root to leaf in each tree",
        formula="Tree levels: root (0) → ... → leaf (max_depth)",
        explanation='How many "questions" each tree can ask - deeper trees catch complex patterns but can memorize noise',
    ),
    "n_estimators": Parameter(
        default=100,
        range_type=("Low", "Medium", "High"),
        purpose="Number of boosting rounds",
        impact_on_model="Model capacity and training time",
        priority="High",
        justification="Balances learning capacity with computational efficiency; more trees = better pattern recognition",
        full_name="Number of Estimators",
        definition="Total number of boosting rounds (trees) to build",
        formula="Final prediction = Σ(tree_i predictions) for i=1 to n_estimators",
        explanation='How many "experts" (trees) vote on each prediction - more experts usually = better performance but slower training',
    ),
    "min_child_weight": Parameter(
        default=1,
        range_type=("Low", "Medium", "High"),
        purpose="Minimum leaf sample weight",
        impact_on_model="Leaf node reliability",
        priority="High",
        justification="Prevents unreliable predictions from small sample sizes, critical with 10:1 class imbalance",
        full_name="Minimum Child Weight",
        definition="Minimum sum of instance weights needed in a leaf node",
        formula="sum(weights) in leaf ≥ min_child_weight",
        explanation="Prevents trees from making decisions based on too few examples - like requiring at least X people to agree before making a rule",
    ),
    "learning_rate": Parameter(
        default=0.3,
        range_type=("Low", "Medium", "High"),
        purpose="Step size for updates",
        impact_on_model="Convergence speed vs accuracy",
        priority="Medium",
        justification="Conservative rates prevent overshooting optimal solutions for nuanced preference patterns",
        full_name="Learning Rate / Eta",
        definition="Step size for each boosting iteration",
        formula="new_prediction = old_prediction + learning_rate × tree_prediction",
        explanation='How much each new tree "corrects" previous mistakes - smaller = more careful learning, larger = faster but riskier',
    ),
    "gamma": Parameter(
        default=0,
        range_type=("None", "Low", "Medium"),
        purpose="Minimum split loss",
        impact_on_model="Tree pruning aggressiveness",
        priority="Medium",
        justification="Prevents overfitting to personal quirks while maintaining genuine preference patterns",
        full_name="Gamma / Min Split Loss",
        definition="Minimum loss reduction required to make a split",
        formula="split_happens if loss_reduction > gamma",
        explanation="How much improvement required to add complexity - higher gamma = more conservative tree building",
    ),
    "reg_alpha": Parameter(
        default=0,
        range_type=("None", "Low", "Medium", "High"),
        purpose="L1 regularization",
        impact_on_model="Automatic feature selection",
        priority="Medium",
        justification="Feature selection among movie metadata; removes irrelevant features automatically",
        full_name="L1 Regularization Alpha",
        definition="L1 penalty on leaf weights",
        formula="penalty = alpha × Σ(|weight_i|)",
        explanation="Pushes leaf weights toward zero, automatically removing weak features - like spring cleaning for your model",
    ),
    "subsample": Parameter(
        default=1.0,
        range_type=("High", "Full"),
        purpose="Training sample fraction",
        impact_on_model="Overfitting control",
        priority="Medium",
        justification="Regularization technique; especially important with limited personal training data",
        full_name="Subsample Ratio",
        definition="Fraction of training samples used per tree",
        formula="samples_per_tree = subsample × total_training_samples",
        explanation="Randomly uses only X% of data per tree - prevents overfitting by forcing trees to learn from different subsets",
    ),
    "max_delta_step": Parameter(
        default=0,
        range_type=("None", "Low", "Medium"),
        purpose="Maximum delta step",
        impact_on_model="Imbalanced class handling",
        priority="Low",
        justification="Additional control for extreme class imbalance; secondary to scale_pos_weight",
        full_name="Maximum Delta Step",
        definition="Maximum delta step allowed for each leaf's weight",
        formula="|weight_update| ≤ max_delta_step",
        explanation="Caps how much each tree can change predictions - useful for extremely imbalanced data to prevent wild swings",
    ),
    "colsample_bytree": Parameter(
        default=1.0,
        range_type=("High", "Full"),
        purpose="Feature sampling per tree",
        impact_on_model="Feature selection and overfitting",
        priority="Low",
        justification="Secondary regularization; less critical given strong feature relevance in movie metadata",
        full_name="Column Sample by Tree",
        definition="Fraction of features randomly sampled per tree",
        formula="features_per_tree = colsample_bytree × total_features",
        explanation="Each tree sees only X% of features - like having specialists instead of generalists",
    ),
    "colsample_bylevel": Parameter(
        default=1.0,
        range_type=("High", "Full"),
        purpose="Feature sampling per level",
        impact_on_model="Additional regularization",
        priority="Low",
        justification="Tertiary regularization dimension; minimal impact on movie preference modeling",
        full_name="Column Sample by Level",
        definition="Fraction of features randomly sampled at each tree level",
        formula="features_per_level = colsample_bylevel × available_features",
        explanation="Further randomizes feature selection within each tree level - adds another layer of regularization",
    ),
    "enable_categorical": Parameter(
        default=False,
        range_type=("Fixed",),
        purpose="Categorical feature handling",
        impact_on_model="Genre and language processing",
        priority="Low",
        justification="Required for proper handling of movie genres/languages, but no tuning needed",
        full_name="Enable Categorical Features",
        definition="Direct handling of categorical variables without encoding",
        formula="N/A",
        explanation="Lets XGBoost understand categories (like genres) directly instead of converting to numbers first",
    ),
}


def grid_row(name: str) -> dict[str, Any]:
    """A parameter's row of the design's grid, without the values; empty for one that the design does not name."""
    if name not in PARAMETERS:
        return {}
    known = PARAMETERS[name]
    return {column: getattr(known, column) for column in GRID_COLUMNS} | {"range_type": known.range_in_words}


def explained(values: pd.DataFrame) -> pd.DataFrame:
    """Hyperparameters and their values, with what the design explains of each beside them.

    Parameters
    ----------
    values
        `parameter`, and a column for each model's values.

    Returns
    -------
    The same rows with `full_name`, `definition`, `formula`, `explanation` added; null for a parameter that the design
    does not name.
    """
    words = {name: [getattr(known, column) for column in EXPLAINED] for name, known in PARAMETERS.items()}
    return values.join(pd.DataFrame.from_dict(words, orient="index", columns=list(EXPLAINED)), on="parameter")
