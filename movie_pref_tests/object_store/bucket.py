"""A real object store on this machine: moto's S3 server, with a bucket in it and keys in the environment."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

KEY, SECRET = "AKIAOFATEST", "a-secret-that-nobody-prints"


class Server:
    """An S3 server; `address` is a folder in its bucket."""

    address = "s3://movies/of/mine"

    def __init__(self, url: str) -> None:
        self.url = url

    def refuse_every_key(self) -> None:
        import requests

        requests.post(f"{self.url}/moto-api/reset-auth", data="0", timeout=10)

    def objects(self) -> dict[str, int]:
        """The bytes of all that is in the bucket, by its name there."""
        import boto3

        found = boto3.client("s3").list_objects_v2(Bucket="movies").get("Contents", [])
        return {one["Key"]: one["Size"] for one in found}


@contextmanager
def serving(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """An S3 server with the empty bucket `movies`."""
    moto = pytest.importorskip("moto.server")
    import boto3
    import requests
    import s3fs

    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"ACCESS_KEY_ID": KEY, "SECRET_ACCESS_KEY": SECRET, "DEFAULT_REGION": "us-east-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    found = Server(f"http://{host}:{port}")
    monkeypatch.setenv("AWS_ENDPOINT_URL", found.url)
    requests.post(f"{found.url}/moto-api/reset", timeout=10)
    requests.post(f"{found.url}/moto-api/reset-auth", data="Infinity", timeout=10)
    boto3.client("s3").create_bucket(Bucket="movies")
    s3fs.S3FileSystem.clear_instance_cache()  # it would go on talking to the server of the test before
    yield found
    server.stop()
