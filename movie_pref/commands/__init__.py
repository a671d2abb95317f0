"""What the commands of `movie-pref` do: a module for each thing a person may be about, and what all of them print with."""
