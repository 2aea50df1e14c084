"""Bad weather between a client and a server: latency, requests to wait, answers of a gateway."""

import asyncio
import hashlib
import random
from collections import defaultdict

from starlette.types import ASGIApp, Receive, Scope, Send


def noisy(
    app: ASGIApp, seed: int, *, latency: float = 0.01, trouble: float = 0.15, in_a_row: int = 2
) -> ASGIApp:
    """
    Return an application behind random latency (seconds at most) and random trouble.

    Trouble is 429 or 503, each with or without Retry-After (0 or 1 second), before at most
    `in_a_row` answers to one request. What a request meets follows from the seed, the request and
    how often it was sent before, never from what is sent beside it.
    """
    sent: dict[bytes, int] = defaultdict(int)

    async def weather(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        body = await receive()
        key = repr((scope["method"], scope["path"], scope["query_string"], body["body"])).encode()
        key += repr(sorted(scope["headers"])).encode()
        chance = random.Random(hashlib.sha256(b"%d %d " % (seed, sent[key]) + key).digest())
        turn = sent[key] % (in_a_row + 1)
        sent[key] += 1
        await asyncio.sleep(chance.uniform(0, latency))
        if turn < in_a_row and chance.random() < trouble:
            await _trouble(send, chance)
            return

        async def again() -> dict[str, object]:
            return dict(body)

        await app(scope, again, send)

    return weather


async def _trouble(send: Send, chance: random.Random) -> None:
    headers = []
    status = chance.choice((429, 503))
    if chance.random() < 0.7:
        # Seldom a whole second: every thread waits for it.
        wait = b"1" if chance.random() < 0.04 else b"0"
        headers.append((b"retry-after", wait))
    elif status == 429:
        status = 503
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"later"})


def slow(app: ASGIApp, seconds: float) -> ASGIApp:
    """Return an application that takes its time over every answer."""

    async def waiting(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(seconds)
        await app(scope, receive, send)

    return waiting
