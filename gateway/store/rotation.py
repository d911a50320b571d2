"""How does all that is sealed come under the newest key, while the gateway runs and whatever ends it midway?"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, LargeBinary, and_, func, literal, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, Session

from gateway.store.database import Database
from gateway.store.sealing import PERSONAL, CannotOpen, Keys, place_of
from gateway.store.tables import ActionItem, Call, Inbound, Message, Person, Phone, User

BATCH = 100  # rows in one short transaction: a webhook waits for no more than that
Told = Callable[[str, int], object]
Rows = list[tuple[str, bytes]]


@dataclass(frozen=True)
class Sealed:
    """A column that holds something under the data key, and what its row is called."""

    row: InstrumentedAttribute[str]
    column: InstrumentedAttribute[bytes] | InstrumentedAttribute[bytes | None]

    @property
    def table(self) -> str:
        return str(self.row.class_.__tablename__)

    def place(self, row: str) -> str:
        return place_of(self.table, self.column.key, row)


# Words under a person's own key stay as they are: only that key is wrapped anew.
NUMBERS = Sealed(Phone.id, Phone.number)
UNDER_DATA_KEY = (
    Sealed(Person.id, Person.key),
    NUMBERS,
    Sealed(Message.id, Message.body),
    Sealed(Call.id, Call.last_reply),
    Sealed(Inbound.key, Inbound.body),
    Sealed(User.id, User.name),
    Sealed(User.id, User.second_step),
    Sealed(ActionItem.id, ActionItem.words),
)


@dataclass(frozen=True)
class Rotated:
    """`left`: rows still under an older key, by table; `lost`: rows that no key of ours opens."""

    renewed: int
    left: dict[str, int]
    lost: dict[str, int]


def rotate(database: Database, told: Told = lambda what, rows: None) -> Rotated:
    """Each row is under the old key or the new, and both open it: begun again, it goes on where it was.

    `told` hears what is looked at and how many rows were. Raises DatabaseAway.
    """
    renewed = 0
    for sealed in UNDER_DATA_KEY:
        for number, rows in _batches(database, sealed):
            renewed += _write(database, sealed, _renewed(database.keys, sealed, rows))
            told(sealed.table, number)
    for number, rows in _batches(database, NUMBERS):
        renewed += _index_anew(database, rows)
        told("phones by number", number)
    return Rotated(renewed, *_check(database))


def _batches(database: Database, sealed: Sealed) -> Iterator[tuple[int, Rows]]:
    """Short reads, so that nothing waits for us; with how many rows there were so far."""
    after, number = "", 0
    while True:
        with database.read() as session:
            wanted = select(sealed.row, sealed.column).where(sealed.row > after, _is_under_data_key(sealed))
            rows = [(row, old) for row, old in session.execute(wanted.order_by(sealed.row).limit(BATCH)) if old]
        number += len(rows)
        yield number, rows
        if len(rows) < BATCH:
            return
        after = rows[-1][0]


def _is_under_data_key(sealed: Sealed) -> ColumnElement[bool]:
    """What was erased is empty; what is under a person's key says so in its first byte."""
    first = func.substr(sealed.column, 1, 1, type_=LargeBinary)
    return and_(func.length(sealed.column) > 0, first != literal(bytes([PERSONAL]), LargeBinary))


def _renewed(keys: Keys, sealed: Sealed, rows: Rows) -> dict[str, tuple[bytes, bytes]]:
    """Row -> (before, after). What nobody can open stays as it is: the check at the end counts it."""
    changes = {}
    for row, old in rows:
        try:
            new = keys.renewed(old, sealed.place(row))
        except CannotOpen:
            continue
        if new is not None:
            changes[row] = (old, new)
    return changes


def _write(database: Database, sealed: Sealed, changes: dict[str, tuple[bytes, bytes]]) -> int:
    """A row that was changed or erased since it was read stays as it now is."""

    def work(session: Session) -> int:
        changed = 0
        for row, (old, new) in changes.items():
            mine = update(sealed.row.class_).where(sealed.row == row, sealed.column == old)
            done = mine.values({sealed.column.key: new}).returning(sealed.row)
            changed += len(session.execute(done, execution_options={"synchronize_session": False}).all())
        return changed

    return database.again(work) if changes else 0


def _index_anew(database: Database, rows: Rows) -> int:
    """Only where INDEX_KEY holds several: a phone then is found under each of them, and new ones under the first."""
    changed = 0
    for phone_id, number in rows:
        new = _lookup(database.keys, phone_id, number)
        if new is not None:
            changed += _set_lookup(database, phone_id, new)
    return changed


def _lookup(keys: Keys, phone_id: str, number: bytes) -> str | None:
    try:
        return keys.index(keys.open(number, NUMBERS.place(phone_id)).decode())
    except CannotOpen:
        return None


def _set_lookup(database: Database, phone_id: str, new: str) -> int:
    def work(session: Session) -> int:
        others = update(Phone).where(Phone.id == phone_id, Phone.lookup != new, func.length(Phone.number) > 0)
        done = others.values(lookup=new).returning(Phone.id)
        return len(session.execute(done, execution_options={"synchronize_session": False}).all())

    try:
        return database.again(work)
    except IntegrityError:  # a process that knew only one of the keys wrote the same number twice
        return 0


def _check(database: Database) -> tuple[dict[str, int], dict[str, int]]:
    """What would be lost if the older keys were taken away now, and what is lost already."""
    newest, left, lost = database.keys.newest, Counter[str](), Counter[str]()
    for sealed in UNDER_DATA_KEY:
        for _, rows in _batches(database, sealed):
            for row, words in rows:
                if not _opens(newest, sealed.place(row), words):
                    (left if _opens(database.keys, sealed.place(row), words) else lost)[sealed.table] += 1
    left["phones by number"] += _under_an_older_index(database)
    return dict(+left), dict(lost)


def _opens(keys: Keys, place: str, words: bytes) -> bool:
    try:
        keys.open(words, place)
    except CannotOpen:
        return False
    return True


def _under_an_older_index(database: Database) -> int:
    number = 0
    for _, rows in _batches(database, NUMBERS):
        right = {row: _lookup(database.keys, row, sealed) for row, sealed in rows}
        with database.read() as session:
            found = session.execute(select(Phone.id, Phone.lookup).where(Phone.id.in_(right))).all()
        number += sum(right[phone_id] not in (None, lookup) for phone_id, lookup in found)
    return number
