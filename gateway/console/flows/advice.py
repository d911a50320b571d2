"""What are doctors advised to do, who approved it, and which of it is out of date?"""

from typing import Any

from flask import render_template

from gateway.console.doors import Visit, opens
from gateway.console.flows.desk import READS
from gateway.store.queries.advice import advice_of, newest_advice


@opens("/advice", *READS)
def page(at: Visit) -> Any:
    today = at.now.astimezone(at.tongue.zone).date()
    rows = [(version, advice_of(version)) for version in newest_advice(at.session)]
    return render_template("flows/advice.html", at=at, now=at.now, rows=rows, today=today)
