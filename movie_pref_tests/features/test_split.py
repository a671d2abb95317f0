"""The split: stable, of the promised size, stratified, and clear about libraries that cannot be split."""

import hashlib

import numpy as np
import pandas as pd
import pytest

from movie_pref.errors import UserError
from movie_pref.features.split import fold_indices, partition, split, stratified_folds
from movie_pref.library.training_rows import encode_label

IDS = pd.Series([f"tt{number:07d}" for number in range(20_000)])


def labelled(liked, disliked, first=0):
    count = liked + disliked
    return pd.DataFrame(
        {
            "imdb_id": [f"tt{first + number:07d}" for number in range(count)],
            "label": ["would_watch"] * liked + ["would_not_watch"] * disliked,
        }
    )


def test_holdout_is_15_percent_of_all_and_validation_15_percent_of_the_rest():
    shares = partition(IDS).value_counts(normalize=True)

    # four standard errors of a share of 0.15 among 20,000 are 0.010
    assert shares["holdout"] == pytest.approx(0.15, abs=0.01)
    assert shares["validation"] == pytest.approx(0.85 * 0.15, abs=0.01)
    assert shares.sum() == 1


def test_other_shares_are_followed_too():
    shares = partition(IDS, holdout_share=0.3, validation_share=0.4).value_counts(normalize=True)

    assert shares["holdout"] == pytest.approx(0.3, abs=0.013)
    assert shares["validation"] == pytest.approx(0.28, abs=0.013)


@pytest.mark.parametrize(
    ("imdb_id", "side"),
    [
        ("tt0111161", "holdout"),  # 0.092 of the way through the hashes
        ("tt10872600", "validation"),  # 0.261: between 0.15 and 0.15 + 0.85 * 0.15 = 0.2775
        ("tt0068646", "train"),  # 0.494
    ],
)
def test_the_hash_never_changes(imdb_id, side):
    digest = hashlib.blake2b(imdb_id.encode(), digest_size=8, key=b"movie_pref.split").hexdigest()
    position = int(digest, 16) / 16**16
    by_hand = "holdout" if position < 0.15 else "validation" if position < 0.2775 else "train"

    assert by_hand == side
    assert partition(pd.Series([imdb_id])).tolist() == [side]


def test_fifty_new_labels_move_no_movie_to_another_side():
    before = split(labelled(60, 400))
    more = pd.concat([labelled(20, 30, first=5000), labelled(60, 400)], ignore_index=True)
    after = split(more, before=before)

    merged = before.merge(after, on="imdb_id", suffixes=("_before", "_after"))
    assert len(merged) == 460
    assert (merged["partition_before"] == merged["partition_after"]).all()


def test_a_corrected_label_moves_no_movie_to_another_side():
    rows = labelled(60, 400)
    before = split(rows)
    rows.loc[[5, 100], "label"] = ["would_not_watch", "would_watch"]

    assert (split(rows, before=before)["partition"] == before["partition"]).all()
    many = labelled(300, 2000)
    by_hash = split(many)["partition"]
    many.loc[[5, 100], "label"] = ["would_not_watch", "would_watch"]
    assert (split(many)["partition"] == by_hash).all()


def test_shuffled_rows_give_the_same_partitions_and_folds():
    rows = labelled(60, 400)
    shuffled = rows.sample(frac=1, random_state=5)

    expected = split(rows).set_index("imdb_id")
    found = split(shuffled).set_index("imdb_id")

    pd.testing.assert_frame_equal(found.sort_index(), expected.sort_index())
    assert found.index.tolist() == shuffled["imdb_id"].tolist()


def test_folds_lie_inside_train_and_hold_equal_parts_of_each_class():
    table = split(labelled(100, 1000))
    train = table[table["partition"] == "train"]

    assert table.loc[table["partition"] != "train", "fold"].isna().all()
    assert sorted(train["fold"].unique()) == [0, 1, 2, 3, 4]
    for label in (0, 1):
        counts = train.loc[train["label"] == label, "fold"].value_counts()
        assert counts.max() - counts.min() <= 1


def test_another_seed_gives_other_folds_and_the_same_partitions():
    one, other = split(labelled(60, 400), seed=0), split(labelled(60, 400), seed=1)

    assert (one["partition"] == other["partition"]).all()
    assert (one["fold"].dropna() != other["fold"].dropna()).any()


@pytest.mark.parametrize("label", ["would_watch", "would_not_watch"])
def test_a_library_of_one_class_is_one_sentence(label, one_sentence):
    with pytest.raises(UserError) as caught:
        split(labelled(100, 0).assign(label=label))

    one_sentence(caught, "'label'", f"only {label}", "100")


@pytest.mark.parametrize(("liked", "disliked"), [(6, 6), (2, 1000), (1000, 3), (7, 50)])
def test_too_few_of_a_class_is_one_sentence_with_the_counts(liked, disliked, one_sentence):
    with pytest.raises(UserError) as caught:
        split(labelled(liked, disliked))

    one_sentence(caught, "too few to learn from", f"{liked} liked and {disliked} disliked", "label more movies")


@pytest.mark.parametrize(("liked", "disliked"), [(8, 50), (12, 12), (19, 400)])
def test_a_library_too_small_to_hold_any_back_trains_on_all(liked, disliked):
    found = split(labelled(liked, disliked))
    assert set(found["partition"]) == {"train"} and found["by_need"].all()
    assert found["fold"].notna().all() and found["label"].groupby(found["fold"]).sum().min() >= 1


@pytest.mark.parametrize(("liked", "disliked"), [(20, 100), (25, 1000), (60, 60)])
def test_a_small_library_has_five_of_each_label_on_every_side(liked, disliked):
    found = split(labelled(liked, disliked))
    counts = pd.crosstab(found["partition"], found["label"])
    assert counts.shape == (3, 2) and counts.min(axis=None) >= 5
    assert counts.loc["train", 1] >= liked / 2


def test_a_side_by_need_is_kept_when_labels_arrive():
    before = split(labelled(25, 100))
    after = split(pd.concat([labelled(25, 100), labelled(300, 2000, first=5000)], ignore_index=True), before=before)
    both = before.merge(after, on="imdb_id", suffixes=("", "_after"))
    assert (both["partition"] == both["partition_after"]).all()
    assert pd.crosstab(after["partition"], after["label"]).min(axis=None) >= 30
    # with enough labels the others are the hash's again
    others = after[~after["by_need"]]
    assert (others["partition"] == partition(others["imdb_id"])).all()


def test_no_rows_at_all_is_one_sentence(one_sentence):
    with pytest.raises(UserError) as caught:
        split(labelled(1, 1).iloc[:0])

    one_sentence(caught, "'label'", "needs both would_watch and would_not_watch")


def test_fold_indices_are_complementary_positions():
    pairs = fold_indices(pd.Series([1, 0, 1, 2], index=[9, 8, 7, 6]))

    assert [(train.tolist(), test.tolist()) for train, test in pairs] == [
        ([0, 2, 3], [1]),
        ([1, 3], [0, 2]),
        ([0, 1, 2], [3]),
    ]


def test_stratified_folds_are_those_of_scikit_learn_on_sorted_identifiers():
    from sklearn.model_selection import StratifiedKFold

    rows = labelled(30, 90)
    label = encode_label(rows["label"])
    expected = np.zeros(120)
    splits = StratifiedKFold(4, shuffle=True, random_state=9).split(np.zeros(120), label)
    for number, (_, test) in enumerate(splits):
        expected[test] = number

    assert stratified_folds(rows["imdb_id"], label, folds=4, seed=9).tolist() == expected.tolist()
