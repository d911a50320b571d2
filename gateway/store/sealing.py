"""How names, numbers and words stay unreadable: sealed to table, column and row, and found by a keyed index."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.orm import Session

from gateway.store.tables import Person

NONCE = 12
PERSONAL = 0  # the first byte of what is sealed under a person's key; else it names the data key
CACHED_KEYS = 256


class Erased(Exception):
    """The person's key is gone, or the words themselves: nothing is left that could ever be read."""


class CannotOpen(Exception):
    """No key of ours opens this here: it was moved, changed, or its data key is no longer in DATA_KEYS."""


@dataclass(frozen=True, eq=False)
class Keys:
    """`data_keys` newest first, 32 bytes each: the first one seals, all of them open. So are several index keys."""

    data_keys: tuple[bytes, ...] = field(repr=False)
    index_key: bytes | tuple[bytes, ...] = field(repr=False)

    def index(self, e164: str) -> str:
        """Finds a phone without its number being readable. Whoever holds `index_key` can try every number."""
        return self.indexes(e164)[0]

    def indexes(self, e164: str) -> list[str]:
        """Under the newest index key, and under those that are being replaced."""
        index_keys = self.index_key if isinstance(self.index_key, tuple) else (self.index_key,)
        return [hmac.new(key, e164.encode(), hashlib.sha256).hexdigest() for key in index_keys]

    @property
    def newest(self) -> "Keys":
        """What is left once the old keys are taken away."""
        return Keys(self.data_keys[:1], self.index_key[:1] if isinstance(self.index_key, tuple) else self.index_key)

    def renewed(self, sealed: bytes, place: str) -> bytes | None:
        """The same under the newest data key; None where it is already. Raises CannotOpen."""
        name = _name(self.data_keys[0])
        if sealed[0] == name:
            try:
                _unlock(self.data_keys[0], sealed, place)
            except CannotOpen:  # of another key with the same name
                pass
            else:
                return None
        return _lock_up(self.data_keys[0], name, self.open(sealed, place), place)

    def new_person_key(self, person_id: str) -> bytes:
        return self.wrap(secrets.token_bytes(32), person_id)

    def wrap(self, key: bytes, person_id: str) -> bytes:
        return _lock_up(self.data_keys[0], _name(self.data_keys[0]), key, place_of("people", "key", person_id))

    def unwrap(self, wrapped: bytes, person_id: str) -> bytes:
        return self.open(wrapped, place_of("people", "key", person_id))

    def open(self, sealed: bytes, place: str) -> bytes:
        """With whichever data key has the name in the first byte; two keys may share a name."""
        for key in self.data_keys:
            if _name(key) == sealed[0]:
                try:
                    return _unlock(key, sealed, place)
                except CannotOpen:
                    continue
        raise CannotOpen(place)


def seal(session: Session, text: str, *, table: str, column: str, row: str, person: Person | None) -> bytes:
    """Under the person's own key, else under the newest data key. Raises Erased."""
    keys = keys_of(session)
    place = place_of(table, column, row)
    if person is None:
        return _lock_up(keys.data_keys[0], _name(keys.data_keys[0]), text.encode(), place)
    return _lock_up(_person_key(keys, person), PERSONAL, text.encode(), place)


def unseal(session: Session, sealed: bytes, *, table: str, column: str, row: str, person: Person | None) -> str:
    """Raises Erased, or CannotOpen when it was sealed for another place or person."""
    keys = keys_of(session)
    place = place_of(table, column, row)
    if not sealed:
        raise Erased(place)
    if sealed[0] != PERSONAL:
        return keys.open(sealed, place).decode()
    if person is None:
        raise CannotOpen(f"{place} is sealed under a person's key")
    return _unlock(_person_key(keys, person), sealed, place).decode()


def place_of(table: str, column: str, row: str) -> str:
    """What is sealed opens here and nowhere else."""
    return f"{table}|{column}|{row}"


def keys_of(session: Session) -> Keys:
    keys = session.info["keys"]
    assert isinstance(keys, Keys)
    return keys


def _person_key(keys: Keys, person: Person) -> bytes:
    if person.key is None:
        raise Erased(person.id)
    return _unwrapped(keys, person.id, person.key)


@lru_cache(CACHED_KEYS)
def _unwrapped(keys: Keys, person_id: str, wrapped: bytes) -> bytes:
    """An erased person's key may stay here, yet cannot be asked for: its wrapping is gone."""
    return keys.unwrap(wrapped, person_id)


def _name(key: bytes) -> int:
    """1 to 255, the same wherever the key stands in DATA_KEYS."""
    return hashlib.sha256(b"name of a data key" + key).digest()[0] % 255 + 1


def _lock_up(key: bytes, name: int, plain: bytes, place: str) -> bytes:
    nonce = secrets.token_bytes(NONCE)
    return bytes([name]) + nonce + AESGCM(key).encrypt(nonce, plain, f"{place}|{name}".encode())


def _unlock(key: bytes, sealed: bytes, place: str) -> bytes:
    nonce, locked = sealed[1 : 1 + NONCE], sealed[1 + NONCE :]
    try:
        return AESGCM(key).decrypt(nonce, locked, f"{place}|{sealed[0]}".encode())
    except InvalidTag:
        raise CannotOpen(place) from None
