"""A real transmission-daemon that knows nobody, with torrents of files that are there already."""

import hashlib
import json
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

transmission_rpc = pytest.importorskip("transmission_rpc", reason="the extra transmission is not installed")

USER, PASSWORD = "owner", "p@ss/w%rd"
PIECE = 16384


def bencoded(value: Any) -> bytes:
    if isinstance(value, int):
        return b"i%de" % value
    if isinstance(value, bytes):
        return b"%d:%s" % (len(value), value)
    if isinstance(value, str):
        return bencoded(value.encode())
    if isinstance(value, list):
        return b"l" + b"".join(map(bencoded, value)) + b"e"
    return b"d" + b"".join(bencoded(key) + bencoded(value[key]) for key in sorted(value)) + b"e"


class Daemon:
    """A transmission-daemon that knows nobody, and the folder that its torrents are in."""

    def __init__(self, folder: Path) -> None:
        self.downloads, self.port = folder / "downloads", free_port()
        self.downloads.mkdir(parents=True)
        self.address = f"http://127.0.0.1:{self.port}/transmission/rpc"
        off = ("dht-enabled", "lpd-enabled", "pex-enabled", "utp-enabled", "port-forwarding-enabled")
        settings = {
            **dict.fromkeys(off, False),
            "download-dir": str(self.downloads),
            "peer-port": free_port(),
            "bind-address-ipv4": "127.0.0.1",
            "rpc-bind-address": "127.0.0.1",
            "rpc-port": self.port,
            "rpc-authentication-required": True,
            "rpc-username": USER,
            "rpc-password": PASSWORD,
        }
        config = folder / "config"
        config.mkdir()
        (config / "settings.json").write_text(json.dumps(settings))
        command = ["transmission-daemon", "--foreground", "--config-dir", str(config), "--log-error"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.client = self._client()

    def _client(self) -> Any:
        until = time.monotonic() + 30
        while True:
            try:
                return transmission_rpc.Client(port=self.port, username=USER, password=PASSWORD)
            except transmission_rpc.TransmissionConnectError:
                assert self.process.poll() is None and time.monotonic() < until
                time.sleep(0.05)

    def end(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def add(self, name: str, *files: str, complete: bool = True) -> str:
        """Add a torrent of files that are there already (or of which nothing is), and wait for it; returns its hash."""
        content = {file: file.encode() * (20 if "sample" in file else 1000) for file in files or (f"{name}.mkv",)}
        whole = b"".join(content.values())
        pieces = b"".join(hashlib.sha1(whole[at : at + PIECE]).digest() for at in range(0, len(whole), PIECE))
        listed = [{"length": len(data), "path": path.split("/")} for path, data in content.items()]
        info = {"files": listed, "name": name, "piece length": PIECE, "pieces": pieces, "private": 1}
        for path, data in content.items():
            target = self.downloads / name / path
            target.parent.mkdir(parents=True, exist_ok=True)
            if complete:
                target.write_bytes(data)
        made = self.client.add_torrent(bencoded({"info": info})).hash_string
        until = time.monotonic() + 30
        while complete and self.client.get_torrent(made, arguments=("percentDone",)).percent_done < 1:
            assert time.monotonic() < until
            time.sleep(0.05)
        return made

    def names(self) -> set[str]:
        return {torrent.name for torrent in self.client.get_torrents(arguments=("name",))}

    def files(self) -> list[str]:
        return sorted(str(path.relative_to(self.downloads)) for path in self.downloads.rglob("*") if path.is_file())

    def empty(self) -> None:
        for torrent in self.client.get_torrents(arguments=("name",)):
            self.client.remove_torrent(torrent.hash_string, delete_data=True)
        until = time.monotonic() + 30
        while self.names():
            assert time.monotonic() < until
            time.sleep(0.05)
        shutil.rmtree(self.downloads)
        self.downloads.mkdir()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
