"""An object store at an address that fsspec knows: objects named by what they hold, and the manifest that names them.

An object never changes and the manifest is written last, in one piece, so whoever reads sees one copy or the next, whole;
what a push that was killed had sent already is not named yet, and found again by the next.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from movie_pref.errors import UserError, cause
from movie_pref.files import whole_file
from movie_pref.object_store.manifest import Entry, Manifest

MANIFEST, OBJECTS = "manifest.json", "objects"
AT_ONCE = 16  # files on their way at a time
WITH_BUCKETS = ("s3", "s3a")
Tell = Callable[[int, int], object]
"""Is told how many files of how many are over."""


class ObjectStore:
    """What lies under an address.

    Raises
    ------
    UserError
        From every method: the store cannot be reached, read or written, its bucket is missing or its package.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        with self._sentences():
            from upath import UPath

            self.root = UPath(address, use_listings_cache=False)
            self._files = self.root.fs  # imports the package of its protocol

    def manifest(self) -> Manifest | None:
        """The manifest of the copy; None where there is none yet."""
        with self._sentences():
            try:
                content = self._files.cat_file(self._path(MANIFEST))
            except FileNotFoundError:
                if self.root.protocol in WITH_BUCKETS and not self._files.exists(self.root.path.split("/")[0]):
                    raise
                return None
        return Manifest.from_json(content.decode("utf-8", "replace"), f"{self.address}/{MANIFEST}")

    def missing(self, entries: Iterable[Entry]) -> dict[str, Entry]:
        """Those of the entries whose objects are not there, or not whole, by their hashes."""
        there = self._sizes()
        return {entry.sha256: entry for entry in entries if there.get(entry.sha256) != entry.bytes}

    def send(self, paths: Mapping[str, Path], tell: Tell) -> None:
        """Write objects: files by their hashes."""
        with self._sentences():
            self._files.makedirs(self._path(OBJECTS), exist_ok=True)
            done = 0
            for some in _parts(paths):
                here = [str(path) for _, path in some]
                there = [self._path(OBJECTS, sha256) for sha256, _ in some]
                self._files.put(here, there, batch_size=AT_ONCE)
                tell(done := done + len(some), len(paths))

    def fetch(self, targets: Mapping[str, Path], tell: Tell) -> None:
        """Read objects into files, by their hashes, and look whether they are what they should be."""
        done = 0
        for some in _parts(targets):
            with self._sentences():
                there = [self._path(OBJECTS, sha256) for sha256, _ in some]
                self._files.get(there, [str(path) for _, path in some], batch_size=AT_ONCE)
            for sha256, path in some:
                if Entry.of(path).sha256 != sha256:
                    raise UserError(
                        f"{self.address}/{OBJECTS}/{sha256} is damaged; write the copy anew with `movie-pref folder push` from a machine "
                        "that has the files, after deleting that object."
                    )
            tell(done := done + len(some), len(targets))

    def publish(self, manifest: Manifest) -> None:
        """Write the manifest, whole or not at all: from now on this is the copy."""
        content = manifest.as_json().encode()
        with self._sentences():
            if self.root.protocol in ("", "file", "local"):  # the others put an object whole or not at all
                with whole_file(Path(self._path(MANIFEST))) as temporary:
                    temporary.write_bytes(content)
            else:
                self._files.pipe_file(self._path(MANIFEST), content)

    def forget_all_but(self, *manifests: Manifest) -> int:
        """Remove the objects that none of these manifests names, and say how many those were."""
        named = {entry.sha256 for one in manifests for entry in one.files.values()}
        gone = [self._path(OBJECTS, sha256) for sha256 in self._sizes() if sha256 not in named]
        if gone:
            with self._sentences():
                self._files.rm(gone)
        return len(gone)

    def _sizes(self) -> dict[str, int]:
        """The bytes of each object that is there."""
        with self._sentences():
            found = self._files.find(self._path(OBJECTS), detail=True)
        return {path.rsplit("/", 1)[-1]: one["size"] for path, one in found.items()}

    def _path(self, *names: str) -> str:
        return "/".join([self.root.path.rstrip("/"), *names])

    @contextmanager
    def _sentences(self) -> Iterator[None]:
        """What the packages behind fsspec raise as a sentence; their own words name neither keys nor passwords."""
        try:
            yield
        except FileNotFoundError as error:
            raise UserError(
                f"There is nothing at {self.address} to write to or read from ({cause(error)}); make the bucket, or mend the setting 'object_store'."
            ) from None
        except PermissionError as error:
            raise UserError(
                f"{self.address} may not be read or written with the keys that there are ({cause(error)}); mend them where its package looks for "
                "them, for S3 in ~/.aws/credentials or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
            ) from None
        except ImportError as error:
            raise UserError(
                f"The setting 'object_store' was given {self.address!r}, which needs a package that is not here ({cause(error)}); "
                "for S3 install it with pip install 'movie-pref[object_store]'."
            ) from None
        except _unreachable() as error:
            raise UserError(
                f"{self.address} cannot be reached ({cause(error)}); look at the network and at the setting 'object_store', and try again."
            ) from None


def _parts(files: Mapping[str, Path]) -> Iterator[list[tuple[str, Path]]]:
    every = list(files.items())
    for start in range(0, len(every), AT_ONCE):
        yield every[start : start + AT_ONCE]


def _unreachable() -> tuple[type[Exception], ...]:
    """What is raised where a store does not answer, by the package below s3fs as well, where that is here."""
    try:
        from botocore.exceptions import BotoCoreError
    except ImportError:
        return (OSError, ValueError)
    return (OSError, ValueError, BotoCoreError)
