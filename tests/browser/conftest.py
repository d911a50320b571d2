"""The browser of a file's tests."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.seats import a_browser


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with a_browser() as browser:
        yield browser
