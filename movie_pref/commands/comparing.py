"""`movie-pref compare`: what was chosen, beside what could have been."""

from typing import TYPE_CHECKING

import typer

from movie_pref.commands.pipeline import print_failures
from movie_pref.commands.terminal import in_sentences, note, plain, say, show
from movie_pref.data_folder import DataFolder
from movie_pref.errors import UserError

if TYPE_CHECKING:
    from movie_pref.settings import Settings


@in_sentences
def compare() -> None:
    """Compare policies and algorithms on the library of the last run; takes a few minutes.

    What each policy of the feature selection costs, how other algorithms do beside XGBoost, and which beliefs about
    them hold.
    """

    from movie_pref.commands.runs import execute
    from movie_pref.settings import load_settings

    settings = load_settings()
    if not DataFolder(settings.data).asset("data_split").exists():
        raise UserError(f"There is nothing to compare in {settings.data} yet; run `movie-pref run` first.")
    outcome = execute("compare", settings)
    if outcome.success:
        found = DataFolder(settings.data).made("selection_ablation")
        show(
            "\nAverage precision on the folds, features selected inside them",
            headings := ("policy", "columns", "average precision", "difference to none"),
            [
                (
                    row.policy,
                    f"{row.columns:.0f}",
                    f"{row.average_precision:.4f} ± {row.standard_error:.4f}",
                    f"{row.difference:+.4f} ± {row.paired_error:.4f}",
                )
                for row in found.itertuples()
            ],
            right=headings[1:],
        )
        note(
            f"± is one standard error over {settings.folds} folds drawn {settings.ablation_repeats} times, paired for the difference."
        )
        _print_algorithms(settings)
        _print_labels(settings)
    print_failures(outcome)
    raise typer.Exit(outcome.exit_code)


def _print_algorithms(settings: "Settings") -> None:
    found, beliefs = (DataFolder(settings.data).made(name) for name in ("algorithm_comparison", "algorithm_beliefs"))
    measured = found.dropna(subset=["average_precision"])
    headings = ("algorithm", "average precision", "recall at 15 %", "log loss", "difference to XGBoost", "seconds")
    rows = [
        (
            row.algorithm,
            f"{row.average_precision:.4f} ± {row.standard_error:.4f}",
            f"{row.recall_looking_at_15_percent:.3f}",
            f"{row.log_loss:.3f}",
            "" if row.algorithm == "XGBoost" else f"{row.difference:+.4f} ({row.low:+.4f} to {row.high:+.4f})",
            f"{row.fit_seconds:.2f}",
        )
        for row in measured.itertuples()
    ]
    title = "\nAlgorithms on the same folds, features selected and settings chosen inside them"
    show(title, headings, rows, right=headings[1:])
    note(
        f"± is one standard error over {settings.folds} folds drawn {settings.comparison_repeats} times; in brackets the "
        "paired 95 % interval. Recall is what one finds by looking at the best 15 % of the movies; seconds are of one "
        "core, for one fit."
    )
    for row in found[found["average_precision"].isna()].itertuples():
        say(f"{row.algorithm} was left out: {plain(row.note)}")
    colours = {"confirmed": "green", "refuted": "red"}
    told = [
        (
            row.algorithm,
            plain(row.belief),
            plain(row.measured),
            f"[{colours.get(row.verdict, 'yellow')}]{row.verdict}[/]" + (" *" if row.stands else ""),
        )
        for row in beliefs.itertuples()
    ]
    title = "\nWhat the design believes, and what was measured"
    show(title, ("algorithm", "belief", "measured", "verdict"), told, lined=True)
    judged = int(beliefs["adjusted_p"].notna().sum())
    note(
        "A verdict follows from the paired 95 % interval of its own belief; * marks those that stand corrected for all "
        f"{judged} that were judged (Holm) as well."
    )
    say(f"Picture: {DataFolder(settings.data).plot('algorithm_comparison')}")


def _print_labels(settings: "Settings") -> None:
    from movie_pref.evaluation.label_comparison import MEASURES

    found = DataFolder(settings.data).made("label_comparison")
    if found.empty:
        return  # two labels, as most libraries have
    headings = ("how three labels are learnt", *MEASURES.values())
    rows = [(row["name"], *(f"{row[measure]:.3f}" for measure in MEASURES)) for row in found.to_dict("records")]
    show("\nThree labels against two, on the same folds", headings, rows, right=headings[1:])
    say(f"Picture: {DataFolder(settings.data).plot('label_comparison')}")
