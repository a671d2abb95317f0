"""Where movies come from: exports of other sites, and what public sources know of a movie.

Belongs here: reading what others wrote. What a library is stands in `library`, what a label is in `labels`.
"""
