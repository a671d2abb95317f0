"""movie_pref: movies you have not seen, ranked by the probability that you would watch them."""
