#!/usr/bin/env python3
"""Loads an engine, or asks it in rounds.

    measure.py load ENGINE FOLDER PATH     FOLDER is what convert.py wrote; prints figures as JSON
    measure.py ask ENGINE PATH QUESTIONS   reads commands on standard input, one JSON object a line:
        {"workload": W, "seconds": S}      asks for so long; prints latencies in nanoseconds
        {"workload": W, "answers": N}      asks the first N once; prints what each counted

A round's workers are processes of their own, each with the index open, so that none waits for
another's interpreter.
"""

import ctypes
import itertools
import json
import multiprocessing
import signal
import sys
import time

from engines import ENGINES, objects


def worker(pipe, engine, path, callers, workloads, number, count):
    # Ends with whoever asks, however that ends (PR_SET_PDEATHSIG).
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    store = ENGINES[engine](path, callers)
    pipe.send(None)
    while True:
        name, limit = pipe.recv()
        workload = workloads[name]
        questions, caller = workload["questions"], workload["caller"]
        place = len(questions) * number // count
        latencies = []
        clock = time.perf_counter_ns
        end = clock() + int(limit * 1e9)
        before = clock()
        while before < end:
            store.ask(questions[place], caller)
            after = clock()
            latencies.append(after - before)
            before = after
            place = (place + 1) % len(questions)
        pipe.send(latencies)


def ask(engine, path, questions):
    # An orderly end takes the workers along.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with open(questions, encoding="utf-8") as file:
        told = json.load(file)
    callers, workloads = told["callers"], told["workloads"]
    count = 2
    pipes = []
    for number in range(count):
        here, there = multiprocessing.Pipe()
        arguments = (there, engine, path, callers, workloads, number, count)
        multiprocessing.Process(target=worker, args=arguments, daemon=True).start()
        # Held by the worker alone, so that its end is told.
        there.close()
        here.recv()
        pipes.append(here)
    store = ENGINES[engine](path, callers)
    print("{}", flush=True)
    for line in sys.stdin:
        command = json.loads(line)
        name = command["workload"]
        if "answers" in command:
            some = workloads[name]["questions"][: command["answers"]]
            print(json.dumps([store.ask(q, workloads[name]["caller"]) for q in some]), flush=True)
            continue
        chosen = pipes[: min(count, workloads[name]["threads"])]
        start = time.perf_counter()
        for pipe in chosen:
            pipe.send((name, command["seconds"]))
        latencies = [value for pipe in chosen for value in pipe.recv()]
        wall = time.perf_counter() - start
        print(json.dumps({"wall": wall, "latencies": latencies}), flush=True)


def load(engine, folder, path):
    start = time.perf_counter()
    figures = ENGINES[engine].load(folder, path)
    figures["seconds"] = round(time.perf_counter() - start, 3)
    figures["per_second"] = round(figures["objects"] / figures["seconds"], 1)
    # How much of that is reading the input in Python: what has no share in the engine.
    start, some = time.perf_counter(), 0
    for some, _ in enumerate(itertools.islice(objects(folder), 20_000), 1):
        pass
    share = (time.perf_counter() - start) * figures["objects"] / max(1, some)
    figures["input_seconds"] = round(share, 3)
    print(json.dumps(figures))


if __name__ == "__main__":
    {"load": load, "ask": ask}[sys.argv[1]](*sys.argv[2:])
