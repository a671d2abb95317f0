"""A library that is a table of PostgreSQL, beside other programs that read and write it.

What comes in is read in one snapshot into files of the data folder, which everything else reads as it reads any library.
What goes out are the predictions, the engineered features, and the labels that the person gave. No table is made here, and
nothing else of the database is touched. `docs/postgresql.md` says which tables and which rights.
"""
