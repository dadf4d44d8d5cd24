"""An HTTP server with the text of an exporter, and answers that are none."""

from __future__ import annotations

import gzip
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

JMX = """\
# HELP kafka_server_KafkaRequestHandlerPool_OneMinuteRate Attribute exposed for management
# TYPE kafka_server_KafkaRequestHandlerPool_OneMinuteRate untyped
kafka_server_KafkaRequestHandlerPool_OneMinuteRate{name="BrokerRequestHandlerAvgIdlePercent"} 0.5
kafka_server_KafkaRequestHandlerPool_OneMinuteRate{name="RequestHandlerAvgIdlePercent"} 0.25
java_lang_OperatingSystem_CpuLoad 0.5
kafka_network_RequestChannel_Value{name="RequestQueueSize"} 7.0
kafka_network_RequestMetrics_99thPercentile{name="TotalTimeMs",request="FetchConsumer"} 15.0
kafka_network_RequestMetrics_99thPercentile{name="LocalTimeMs",request="Produce"} 900.0
kafka_network_RequestMetrics_99thPercentile{name="TotalTimeMs",request="Produce"} 6.0
kafka_network_RequestMetrics_Mean{name="TotalTimeMs",request="Produce"} 2.0
kafka_server_BrokerTopicMetrics_Count{name="BytesInPerSec"} 3000.0
kafka_server_BrokerTopicMetrics_Count{name="BytesInPerSec",topic="orders"} 2500.0
kafka_server_BrokerTopicMetrics_Count{name="BytesOutPerSec"} NaN
"""

ODD = {
    "/gzip": gzip.compress(JMX.encode()),
    "/members": gzip.compress(JMX[:99].encode()) + gzip.compress(JMX[99:].encode()),
    "/bomb": gzip.compress(bytes(50_000_000), 1),
    "/html": b"<!DOCTYPE html><html><body>Sign in</body></html>",
}
"""Answers that are not what was asked for, by path."""


GUARDED = {"Basic bWU6cGxhbnRlZA==": 200, "Bearer planted": 200, "Bearer only-look": 403}
"""What is answered to whom, by the header: the first is `me:planted`."""
ENDLESS = {
    "/endless": (b"HTTP/1.1 200 OK\r\n\r\n", b"up 1\n"),
    "/endless-line": (b"HTTP/1.1 200 OK\r\nX-Name: ", b"x"),
    "/endless-promise": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
}
"""How an answer begins, and what it goes on with for ever, by path."""
ECHOES = {
    "/echo-reason": "HTTP/1.1 500 you said {0}\r\n\r\n",
    "/echo-status": "{0}\r\n\r\n",
    "/echo-encoding": "HTTP/1.1 200 OK\r\nContent-Encoding: {0}\r\n\r\n",
    "/echo-flaw": "HTTP/1.1 200 OK\r\n\r\njava_lang_operatingsystem_cpuload {1}\n",
}
"""What says back to people as whom they ask, by path: the header, and its second word."""
_PACKED = gzip.compress(JMX.encode())
CUT = {
    "/cut": (b"Content-Length: %d" % len(JMX), JMX.encode()[:-9]),
    "/cut-gzip": (b"Content-Encoding: gzip", _PACKED[:-20]),
    "/cut-member": (b"Content-Encoding: gzip", _PACKED + _PACKED[:-20]),
    "/cut-chunk": (b"Transfer-Encoding: chunked", b"5\r\nup 1\n\r\n"),
}
"""A header, and a body that breaks off before its end, by path."""


class Answers(BaseHTTPRequestHandler):
    """A good endpoint, and some that are none."""

    let_go, is_slow = threading.Event(), threading.Event()

    def do_GET(self) -> None:
        if self.path in ENDLESS:
            return self.go_on(*ENDLESS[self.path])
        if self.path in ECHOES:
            given = self.headers.get("Authorization", "")
            self.wfile.write(ECHOES[self.path].format(given, given.partition(" ")[2]).encode())
            return None
        if self.path in CUT:
            header, half = CUT[self.path]
            self.wfile.write(b"HTTP/1.1 200 OK\r\n%s\r\n\r\n%s" % (header, half))
            return None
        self.send_response({"/gone": 404, "/failing": 500}.get(self.path, self.let_in()))
        if self.path in ("/gzip", "/members", "/bomb", "/br"):
            self.send_header("Content-Encoding", "br" if self.path == "/br" else "gzip")
        self.end_headers()
        good = dict.fromkeys(("/good", "/turns-slow", "/guarded"), JMX.encode())
        body = good | ODD | {"/broken": b'java_lang_operatingsystem_cpuload{a="} x\n'}
        self.wfile.write(body.get(self.path, b"\xff\x00 <html>\n" * 1000))
        if self.path == "/slow" or (self.path == "/turns-slow" and self.is_slow.is_set()):
            self.wfile.flush()
            self.let_go.wait()
        return None

    def let_in(self) -> int:
        """Whether somebody may read what is guarded, as a status."""
        given = self.headers.get("Authorization", "")
        return 200 if self.path != "/guarded" else GUARDED.get(given, 401)

    def go_on(self, begin: bytes, more: bytes) -> None:
        """A little more at a time, each in good time, until nobody reads any more."""
        with suppress(OSError):
            self.wfile.write(begin)
            while not self.let_go.wait(0.01):
                self.wfile.write(more)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving(context: ssl.SSLContext | None = None) -> Iterator[int]:
    """The port where they are given."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Answers.let_go.clear()
    Answers.is_slow.clear()
    try:
        yield server.server_port
    finally:
        Answers.let_go.set()
        server.shutdown()
        server.server_close()
