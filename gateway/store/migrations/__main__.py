"""`python -m gateway.store.migrations "Add a colour"`: drafts the next migration from what tables.py says now."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command
from alembic.script import ScriptDirectory

from gateway.store import schema
from gateway.store.engines import engine_for


def draft(words: str) -> Path:
    """Compares a database that has every migration so far with the tables. Read what it wrote before you keep it."""
    number = len(list(ScriptDirectory.from_config(schema.configuration()).walk_revisions())) + 1
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/draft.db"
        schema.upgrade(url)
        engine = engine_for(url)
        with engine.begin() as connection:
            script = command.revision(
                schema.configuration(connection), message=words, autogenerate=True, rev_id=f"{number:04}"
            )
        engine.dispose()
    assert script is not None
    assert not isinstance(script, list)
    return Path(script.path)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit('usage: python -m gateway.store.migrations "Say what changes"')
    print(draft(sys.argv[1]))
