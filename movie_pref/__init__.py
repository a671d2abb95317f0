"""movie_pref: movies you have not seen, ranked by the probability that you would watch them."""

import os

# Arrow reads it when it is imported; its own pool takes up to 1 GB for itself before anything is asked of it
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
