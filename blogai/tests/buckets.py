"""A bucket on loopback: as much of S3's API as backups use, with the refusals that real stores have.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
"""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.etree import ElementTree
from xml.sax.saxutils import escape

KEY = {"region": "eu-central-1", "access_key_id": "a-key", "secret_access_key": "a-secret"}
SMALLEST_PART = 5 * 1024 * 1024
"""Bytes of every part but the last."""


@contextmanager
def bucket(name: str) -> Iterator[dict[str, str]]:
    """How to reach a bucket of that name, as BACKUP_S3 has it."""
    server = Server(name)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield {"endpoint": f"http://127.0.0.1:{server.server_port}", **KEY}
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, bucket: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.bucket = bucket
        self.objects: dict[str, bytes] = {}
        self.uploads: dict[str, dict[int, bytes]] = {}


class Refused(Exception):
    """The status and S3's code for it."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def log_message(self, *_: object) -> None:
        """Nothing."""

    def _handle(self) -> None:
        parts = urlsplit(self.path)
        self.query = {name: values[0] for name, values in parse_qs(parts.query, True).items()}
        bucket, _, self.key = unquote(parts.path).lstrip("/").partition("/")
        self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            if f"Credential={KEY['access_key_id']}/" not in self.headers.get("Authorization", ""):
                raise Refused(403, "AccessDenied")
            if bucket != self.server.bucket:
                raise Refused(404, "NoSuchBucket")
            self._answer(200, getattr(self, f"_{self.command.lower()}")())
        except Refused as refused:
            status, code = refused.args
            self._answer(status, f"<Error><Code>{code}</Code></Error>".encode())

    do_GET = do_PUT = do_POST = do_DELETE = _handle

    def _answer(self, status: int, body: bytes) -> None:
        if status == 200 and self.headers.get("Range"):
            first, last = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers["Range"]).groups()  # type: ignore[union-attr]
            whole, body, status = len(body), body[int(first) : int(last) + 1], 206
        self.send_response(status)
        if status == 206:
            self.send_header("Content-Range", f"bytes {first}-{int(first) + len(body) - 1}/{whole}")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", '"an-etag"')
        self.send_header("Last-Modified", "Sat, 28 Nov 2026 05:00:00 GMT")
        self.end_headers()
        self.wfile.write(body)

    def _get(self) -> bytes:
        if "list-type" in self.query:
            return self._list()
        if self.key not in self.server.objects:
            raise Refused(404, "NoSuchKey")
        return self.server.objects[self.key]

    def do_HEAD(self) -> None:
        found = self.server.objects.get(unquote(urlsplit(self.path).path).split("/", 2)[2])
        self.send_response(404 if found is None else 200)
        self.send_header("Content-Length", str(len(found or b"")))
        self.send_header("ETag", '"an-etag"')
        self.send_header("Last-Modified", "Sat, 28 Nov 2026 05:00:00 GMT")
        self.end_headers()

    def _list(self) -> bytes:
        found = "".join(
            f"<Contents><Key>{escape(name)}</Key><Size>{len(content)}</Size><ETag>an-etag</ETag>"
            "<LastModified>2026-11-28T05:00:00.000Z</LastModified></Contents>"
            for name, content in sorted(self.server.objects.items())
            if name.startswith(self.query.get("prefix", ""))
        )
        return f"<ListBucketResult><IsTruncated>false</IsTruncated>{found}</ListBucketResult>".encode()

    def _put(self) -> bytes:
        if "uploadId" in self.query:
            self.server.uploads[self.query["uploadId"]][int(self.query["partNumber"])] = self.body
        else:
            self.server.objects[self.key] = self.body
        return b""

    def _post(self) -> bytes:
        if "uploads" in self.query:
            upload = f"upload-{len(self.server.uploads)}"
            self.server.uploads[upload] = {}
            return (
                f"<InitiateMultipartUploadResult><Bucket>{self.server.bucket}</Bucket><Key>{escape(self.key)}"
                f"</Key><UploadId>{upload}</UploadId></InitiateMultipartUploadResult>"
            ).encode()
        asked = ElementTree.fromstring(self.body)  # noqa: S314 # of our own client
        if "delete" in self.query:
            names = [each.text or "" for each in asked.iter() if each.tag.endswith("Key")]
            for name in names:
                self.server.objects.pop(name, None)
            gone = "".join(f"<Deleted><Key>{escape(name)}</Key></Deleted>" for name in names)
            return f"<DeleteResult>{gone}</DeleteResult>".encode()
        uploaded = self.server.uploads.pop(self.query["uploadId"])
        wanted = [int(each.text or 0) for each in asked.iter() if each.tag.endswith("PartNumber")]
        parts = [uploaded[number] for number in wanted]
        if wanted != sorted(uploaded) or any(len(part) < SMALLEST_PART for part in parts[:-1]):
            raise Refused(400, "InvalidPart")
        self.server.objects[self.key] = b"".join(parts)
        return (
            f"<CompleteMultipartUploadResult><Key>{escape(self.key)}</Key><ETag>an-etag</ETag>"
            "</CompleteMultipartUploadResult>"
        ).encode()

    def _delete(self) -> bytes:
        self.server.objects.pop(self.key, None)
        return b""
