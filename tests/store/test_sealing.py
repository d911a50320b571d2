"""What is sealed opens in its own place, with its own key, and nowhere else."""

import pytest
from sqlalchemy.orm import Session

from gateway.store.sealing import CannotOpen, Erased, Keys, seal, unseal
from gateway.store.tables import Person
from tests.village import AMINA, BARAKA

NEW, OLD, OTHER = b"n" * 32, b"o" * 32, b"x" * 32
PLACE = {"table": "turns", "column": "words", "row": "1"}


def session_with(*data_keys: bytes) -> Session:
    return Session(info={"keys": Keys(data_keys, b"i" * 32)})


def person_of(session: Session, person_id: str = "amina") -> Person:
    return Person(id=person_id, key=session.info["keys"].new_person_key(person_id))


def test_what_is_sealed_can_be_opened() -> None:
    session = session_with(NEW)
    amina = person_of(session)
    for person in (None, amina):
        sealed = seal(session, "疼 7", **PLACE, person=person)
        assert "疼 7".encode() not in sealed
        assert unseal(session, sealed, **PLACE, person=person) == "疼 7"


def test_the_same_words_never_look_the_same_twice() -> None:
    session = session_with(NEW)
    assert len({seal(session, "yes", **PLACE, person=None) for _ in range(100)}) == 100


@pytest.mark.parametrize("moved", [{"table": "answers"}, {"column": "raw"}, {"row": "2"}])
@pytest.mark.parametrize("personal", [True, False])
def test_what_was_moved_cannot_be_opened(moved: dict[str, str], personal: bool) -> None:
    session = session_with(NEW)
    person = person_of(session) if personal else None
    sealed = seal(session, "pain 7", **PLACE, person=person)
    with pytest.raises(CannotOpen):
        unseal(session, sealed, **PLACE | moved, person=person)


def test_what_was_changed_cannot_be_opened() -> None:
    session = session_with(NEW)
    sealed = seal(session, "pain 7", **PLACE, person=None)
    for place in range(len(sealed)):
        changed = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        with pytest.raises(CannotOpen):
            unseal(session, changed, **PLACE, person=None)


def test_another_persons_key_does_not_open() -> None:
    session = session_with(NEW)
    amina, baraka = person_of(session), person_of(session, "baraka")
    sealed = seal(session, "pain 7", **PLACE, person=amina)
    with pytest.raises(CannotOpen):
        unseal(session, sealed, **PLACE, person=baraka)
    with pytest.raises(CannotOpen):
        unseal(session, sealed, **PLACE, person=None)
    baraka.key = amina.key  # a wrapped key put into another's row
    with pytest.raises(CannotOpen):
        unseal(session, sealed, **PLACE, person=baraka)


def test_an_erased_person_is_gone_also_for_a_process_that_knew_the_key() -> None:
    session = session_with(NEW)
    amina = person_of(session)
    sealed = seal(session, "pain 7", **PLACE, person=amina)
    assert unseal(session, sealed, **PLACE, person=amina) == "pain 7"
    amina.key = None
    with pytest.raises(Erased):
        unseal(session, sealed, **PLACE, person=amina)
    with pytest.raises(Erased):
        seal(session, "more", **PLACE, person=amina)


def test_while_rotating_the_new_key_seals_and_both_open() -> None:
    before, during, after = session_with(OLD), session_with(NEW, OLD), session_with(NEW)
    old, amina = seal(before, "old", **PLACE, person=None), person_of(before)
    words = seal(before, "hers", **PLACE, person=amina)
    assert unseal(during, old, **PLACE, person=None) == "old"
    assert unseal(during, words, **PLACE, person=amina) == "hers"
    new = seal(during, "new", **PLACE, person=None)
    assert unseal(after, new, **PLACE, person=None) == "new"
    with pytest.raises(CannotOpen):
        unseal(before, new, **PLACE, person=None)
    with pytest.raises(CannotOpen):
        unseal(after, old, **PLACE, person=None)


def test_a_persons_key_is_wrapped_anew_without_sealing_her_words_anew() -> None:
    before, during, after = session_with(OLD), session_with(NEW, OLD), session_with(NEW)
    amina = person_of(before)
    words = seal(before, "hers", **PLACE, person=amina)
    assert amina.key is not None
    keys: Keys = during.info["keys"]
    amina.key = keys.wrap(keys.unwrap(amina.key, amina.id), amina.id)
    assert unseal(after, words, **PLACE, person=amina) == "hers"


def test_two_data_keys_of_one_name_both_open() -> None:
    """The name is one byte: among 256 keys two share it."""
    names: dict[int, bytes] = {}
    for number in range(300):
        key = number.to_bytes(32, "big")
        name = seal(session_with(key), "words", **PLACE, person=None)[0]
        if name in names:
            sealed = seal(session_with(key), "words", **PLACE, person=None)
            assert unseal(session_with(names[name], key), sealed, **PLACE, person=None) == "words"
            return
        names[name] = key
    raise AssertionError("no two keys shared a name")


def test_the_index_finds_a_number_and_needs_the_key() -> None:
    keys = Keys((NEW,), b"i" * 32)
    assert keys.index(AMINA) == keys.index(AMINA)
    assert keys.index(AMINA) != keys.index(BARAKA)
    assert keys.index(AMINA) != Keys((NEW,), b"j" * 32).index(AMINA)
    assert len(keys.index(AMINA)) == 64


def test_keys_are_not_shown() -> None:
    assert "nnn" not in repr(Keys((NEW,), OTHER))
