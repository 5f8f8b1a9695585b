"""httpx as a client under measurement: takes a job as JSON, prints its figures as JSON, as worker.ts does."""

import asyncio
import gc
import json
import resource
import sys
import time

import httpx


async def run(client, job, count):
    started = 0

    async def one():
        nonlocal started
        url = job["origin"] + job["path"]
        while started < count:
            started += 1
            if job["use"] == "stream":
                length = 0
                async with client.stream("GET", url) as response:
                    async for chunk in response.aiter_bytes():
                        length += len(chunk)
            else:
                response = await client.get(url)
                length = len(response.text if job["use"] == "get" else response.content)
            if length != job["length"]:
                raise RuntimeError(f"{length} octets instead of {job['length']}")

    await asyncio.gather(*(one() for _ in range(job["concurrency"])))


def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


async def main(job):
    collecting = 0.0
    since = 0.0

    def on_gc(phase, _info):
        nonlocal collecting, since
        if phase == "start":
            since = time.perf_counter()
        else:
            collecting += time.perf_counter() - since

    limits = httpx.Limits(max_connections=job["connections"], max_keepalive_connections=job["connections"])
    async with httpx.AsyncClient(limits=limits, timeout=httpx.Timeout(5, pool=60)) as client:
        await run(client, job, job["warmup"])
        gc.callbacks.append(on_gc)
        cpu_before, thread_before, started = cpu(), time.thread_time(), time.perf_counter()
        await run(client, job, job["requests"])
        elapsed = time.perf_counter() - started
        each = 1e6 / job["requests"]
        print(
            json.dumps(
                {
                    "cpu": (cpu() - cpu_before) * each,
                    "thread": (time.thread_time() - thread_before) * each,
                    "gc": collecting * each,
                    "perSecond": job["requests"] / elapsed,
                    "peakRSS": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
                }
            )
        )


asyncio.run(main(json.loads(sys.argv[1])))
