"""What falls when the network throws its dice?"""

from hashlib import blake2b

_HIGHEST = 1 << 64


def fall(seed: int, *what: object) -> float:
    """From 0 up to 1, drawn from the seed and from what is asked alone: the order in which threads ask does not
    matter."""
    text = "/".join(map(str, (seed, *what)))
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big") / _HIGHEST
