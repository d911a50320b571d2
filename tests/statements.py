"""How many statements did a piece of work send to the database?"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

from gateway.store.database import Database


@contextmanager
def count_statements(where: Database | Engine) -> Iterator[list[str]]:
    """Fills the list as they are sent: `with count_statements(database) as sent: ...; assert len(sent) <= 10`."""
    engine = where.engine if isinstance(where, Database) else where
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)
