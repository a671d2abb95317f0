"""A copy of the data folder in an object store: what is in it, and which of the two is ahead.

Belongs here: the form of the copy (`manifest`), talking to the store (`store`), and deciding what goes which way (`mirror`).
Does not belong here: which files are copied (`movie_pref.data_folder`), and when (`movie_pref.defs`, `movie_pref.commands`).
"""
