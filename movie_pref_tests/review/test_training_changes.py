"""The champion beside the one before it, from the files of two models."""

from movie_pref.review.training_changes import Figure, compared_figures, model_state


def test_the_members_and_the_parameters_that_differ_stand_side_by_side(made):
    figures = {one.what: one for one in compared_figures(made, model_state(made, 0.35))}

    assert figures["recall at 0.35"].now.startswith("0.950") and figures["recall at 0.35"].was.startswith("0.900")
    assert figures["boosters"] == Figure("boosters", "1 with 25 trees", "1 with 10 trees")
    assert figures["logistic regression"].now == "none"
    assert figures["n estimators"] == Figure("n estimators", "25", "10")
    assert "max depth" not in figures  # the same in both


def test_a_folder_without_a_model_has_no_figures(tmp_path):
    assert compared_figures(tmp_path, model_state(tmp_path, 0.35)) == []
