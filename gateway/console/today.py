"""Today: what waits for a person, and what goes out by itself."""

from typing import Any

from flask import redirect, render_template, url_for

from gateway.console.doors import EVERYBODY, LOOKS, Visit, opens
from gateway.store.tables import Post


@opens("/", *EVERYBODY)
def today(at: Visit) -> Any:
    if not at.holds(*LOOKS):
        return redirect(url_for("console.accounts_page" if at.holds(Post.ADMINISTRATOR) else "console.account_page"))
    return render_template("today.html", at=at)
