"""How are the words of our rows said on a page: states, levels, posts, why something ended?"""


def _(sentence: str) -> str:
    """Marks a sentence for the catalogs; it is translated when it is said."""
    return sentence


WORDS = {
    "post": {
        "administrator": _("Administrator"),
        "coordinator": _("Coordinator"),
        "clinician": _("Clinician"),
        "supervisor": _("Supervisor"),
        "flow editor": _("Flow editor"),
    },
    "may": {
        "administrator": _("lets people in, and brings in sites and people"),
        "coordinator": _("runs the day: patients, cases, people"),
        "clinician": _("sees patients and cases, takes cases over"),
        "supervisor": _("sees everything, changes nothing"),
        "flow editor": _("will write the questions; no patient is shown"),
    },
    "access": {
        "first administrator": _("made the first account"),
        "signed in": _("signed in"),
        "signed out": _("signed out"),
        "sign-in refused": _("was refused at signing in"),
        "password by code": _("chose a password with a code"),
        "second step set up": _("set up the second step"),
        "second step ended": _("ended the second step"),
        "other browsers signed out": _("signed out other browsers"),
        "account made": _("made an account"),
        "account blocked": _("blocked an account"),
        "account opened again": _("opened an account again"),
        "post given": _("gave a post"),
        "post taken back": _("took a post back"),
        "signed out by an administrator": _("signed somebody out"),
        "code given": _("gave a code"),
        "code at the machine": _("was given a code at the machine"),
        "read a text": _("marked a text as read"),
    },
    "case state": {
        "held": _("waits for one more answer, or for duty"),
        "told": _("nobody has accepted"),
        "accepted": _("%(who)s has accepted"),
        "overdue": _("%(who)s has accepted, no contact was noted in time"),
        "contacted": _("%(who)s has noted a contact"),
        "better, to be called": _("better at the re-check, nobody has phoned yet"),
        "plan in place": _("a plan is in place: told again when it is worse, or on its date"),
        "left to a person": _("left to a person: only somebody here can end it"),
        "closed": _("closed"),
    },
    "next action": {
        "release": _("the doctor is told"),
        "tier": _("the next tier is told"),
        "coordinator": _("coordinators are told again"),
        "contact": _("a contact is due"),
        "result": _("a re-check or report is due"),
        "plan": _("the plan ends"),
        "referral": _("a referral waits for its receipt"),
        "nobody to tell": _("no coordinator can be told"),
        "none": _("nothing: somebody must look"),
    },
    "read as": {
        "free text": _("nothing had been asked"),
        "unknown": _("a number on no list"),
        "unreadable to us": _("the gateway failed at it"),
    },
    "level": {"now": _("Now"), "red": _("Red"), "amber": _("Amber")},
    "weak": {
        "short": _(
            "The password needs at least 12 characters. Four ordinary words that don't belong together are good."
        ),
        "long": _("The password is longer than 200 characters."),
        "simple": _("The password repeats the same few characters. Take other words."),
        "name": _("The password holds your name. Take other words."),
    },
}
