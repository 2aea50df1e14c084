"""How much of an answer is taken from a server that may be hostile."""

import time
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import httpx

_ANY = 47
"""zlib's word for: gzip or zlib, as the data say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """
    The limits of one run.

    `body` bytes after decoding, `timeout` seconds for one answer from first to last byte,
    `attempts` for one idempotent request, `patience` seconds that Retry-After may cost one request.
    Of a streamed file, `line` bytes for one line, `file` bytes and `file_timeout` seconds for all.
    """

    body: int = 32 * 1024 * 1024
    timeout: float = 35.0
    attempts: int = 3
    patience: float = 60.0
    line: int = 16 * 1024 * 1024
    file: int = 8 * 1024 * 1024 * 1024
    file_timeout: float = 1800.0


class BoundPassedError(Exception):
    """The answer went past a bound; the text is our own sentence."""


class TooSlowError(Exception):
    """The answer was still arriving when its time was up."""


def read_body(response: httpx.Response, bounds: Bounds, started: float) -> bytes:
    """
    Read and decode a streamed body.

    Decoding is ours, since a library that inflates a whole chunk at once has no bound. Raises
    BoundPassedError or TooSlowError.
    """
    coding = response.headers.get("content-encoding", "").strip().lower()
    if coding in ("", "identity"):
        return _collect(response.iter_raw(), bounds, started)
    if coding not in ("gzip", "x-gzip", "deflate"):
        raise BoundPassedError("the body has a content coding that was not asked for")
    return _collect(_inflate(response.iter_raw(), bounds), bounds, started)


def pour_lines(response: httpx.Response, bounds: Bounds, started: float) -> Iterator[bytes]:
    """
    Yield the lines of a streamed body, decoded, without their ends, as they arrive.

    Raises BoundPassedError for a line that is too long, TooSlowError when its time is up.
    """
    coding = response.headers.get("content-encoding", "").strip().lower()
    chunks: Iterable[bytes] = response.iter_raw()
    if coding in ("gzip", "x-gzip", "deflate"):
        chunks = _inflate(chunks, bounds)
    elif coding not in ("", "identity"):
        raise BoundPassedError("the body has a content coding that was not asked for")
    pending, taken = bytearray(), 0
    for chunk in chunks:
        if time.monotonic() - started > bounds.file_timeout:
            raise TooSlowError
        taken += len(chunk)
        if taken > bounds.file:
            raise BoundPassedError(f"the file is larger than {bounds.file} bytes")
        # Only what came last can end a line: a long one is not searched again and again.
        first, *others = chunk.split(b"\n")
        pending += first
        for line in others:
            if len(pending) > bounds.line:
                break
            yield bytes(pending)
            pending = bytearray(line)
        if len(pending) > bounds.line:
            raise BoundPassedError(f"a line is longer than {bounds.line} bytes")
    if pending:
        yield bytes(pending)


def _collect(chunks: Iterable[bytes], bounds: Bounds, started: float) -> bytes:
    taken = bytearray()
    for chunk in chunks:
        taken += chunk
        if len(taken) > bounds.body:
            raise BoundPassedError(f"the body is larger than {bounds.body} bytes")
        if time.monotonic() - started > bounds.timeout:
            raise TooSlowError
    return bytes(taken)


def _inflate(chunks: Iterable[bytes], bounds: Bounds) -> Iterator[bytes]:
    """
    Decode a body of one or more members (RFC 1952 2.2); an empty one needs no decoding.

    Never inflates more than a chunk beyond the bound, whatever the ratio.
    """
    inflater, begun = zlib.decompressobj(_ANY), False
    try:
        for chunk in chunks:
            pending, begun = chunk, begun or bool(chunk)
            while pending:
                if inflater.eof:
                    inflater = zlib.decompressobj(_ANY)
                yield inflater.decompress(pending, 1 << 20)
                pending = inflater.unused_data if inflater.eof else inflater.unconsumed_tail
        yield inflater.flush()
    except zlib.error:
        raise BoundPassedError(
            "the body is not in the content coding that its header names"
        ) from None
    if begun and not inflater.eof:
        raise BoundPassedError("the compressed body is cut")
