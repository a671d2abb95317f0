"""Coverage-guided inputs for the readers that are written in Python: settings, catalogue, exports. By hand, where atheris installs:

    pip install atheris
    python -m movie_pref_tests.bad_input.fuzz FOLDER -max_total_time=600 -max_len=4000

FOLDER keeps the inputs that reached new code, and begins with whole files; what escaped is written as `crash-…` beside.
"""

import logging
import sys
import tempfile
import warnings
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["movie_pref", "tomllib", "yaml", "csv", "json", "zipfile"]):
    from movie_pref_tests.bad_input.readers import outcome
    from movie_pref_tests.bad_input.seeds import SEEDS, whole

KINDS = ["settings", "catalogue", "export"]


def main(corpus: Path) -> None:
    """Try inputs, of which the first byte says whose file it is, until the time is over or one escapes."""
    corpus.mkdir(parents=True, exist_ok=True)
    for kind, name in SEEDS:
        content = whole(kind, name) if kind in KINDS else b""
        if isinstance(content, bytes) and content:
            (corpus / f"{kind} {name}").write_bytes(bytes([KINDS.index(kind)]) + content)
    with tempfile.TemporaryDirectory() as folder:

        def one(data: bytes) -> None:
            if len(data) > 1:
                outcome(KINDS[data[0] % len(KINDS)], data[1:], Path(folder))

        atheris.Setup(sys.argv, one)
        atheris.Fuzz()


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    main(Path(sys.argv[1]))
