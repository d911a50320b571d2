"""A village with three tiers and the shipped flows, on either database."""

import pytest

from gateway.store.database import Database
from tests.cases.story import Story, begin


@pytest.fixture
def story(database: Database) -> Story:
    return begin(database)
