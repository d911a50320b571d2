"""Some histories without pytest: `python -m tests.cases 0 500` plays these seeds and names each one that breaks."""

import gc
import logging
import sys
import tempfile
from pathlib import Path

from gateway.store.sealing import Keys
from tests import servers
from tests.cases.memory import Memory
from tests.cases.playing import Tally, play

EACH = 25  # histories between two lines


def main(first: int, last: int) -> int:
    run = servers.begin_run()
    memory = Memory(Path(tempfile.mkdtemp()), Keys(data_keys=(b"d" * 32,), index_key=b"i" * 32))
    servers.end_run(run)
    logging.disable(logging.CRITICAL)
    gc.freeze()
    gc.set_threshold(50_000)
    tally = Tally()
    for number, seed in enumerate(range(first, last), 1):
        play(memory.fresh(), seed, tally)
        if seed in tally.broken:
            print(f"seed {seed}: {tally.broken[seed]}", flush=True)
        if number % EACH == 0 or seed == last - 1:
            print(tally.line(), flush=True)
    return 1 if tally.broken else 0


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]), int(sys.argv[2])))
