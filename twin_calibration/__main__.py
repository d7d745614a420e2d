"""Fit many patients whose truth is known, two at a time, and print how honest the twin is."""

import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict

from brushite.population import Population
from twin_calibration.judged import judged
from twin_calibration.people import known


def one(args):
    number, seed, name = args

    pop = Population.named(name)
    t = time.time()
    k = known(number, pop, seed)
    if k is None:
        return None
    j = judged(number, k, pop, draws=200, seed=seed)
    return {**asdict(j), "seconds": time.time() - t}


if __name__ == "__main__":
    n, seed, out = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    with ProcessPoolExecutor(2) as p, open(out, "w") as f:
        for r in p.map(one, [(i, seed, "haemodialysis") for i in range(n)]):
            if r is None:
                print("none", flush=True)
                continue
            f.write(json.dumps(r) + "\n")
            f.flush()
