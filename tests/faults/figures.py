"""How does a fault test say what it counted, so that `make soak` shows it?"""

from collections.abc import Callable

Tell = Callable[[str], None]
