"""How are the month's figures called on a page, and what does each of them count?"""

from gateway.console.words import _

FATES = {
    "sent": _("Asked"),
    "answered": _("Answered"),
    "partly": _("Answered in part"),
    "declined": _("Said no or later"),
    "silent": _("Silent"),
    "learning": _("Silent, still learning"),
    "undelivered": _("Not delivered"),
    "broken": _("Broken off"),
    "missed_system": _("Missed by us"),
    "open": _("Still waiting"),
}
FIGURES = {
    **FATES,
    "share": _("Answered, in percent"),
    "cases": _("Cases"),
    "told": _("Until told"),
    "accepted": _("Until accepted"),
    "contact": _("Until contact"),
    "in time": _("Contact in time"),
    "late": _("Contact late"),
    "waits": _("Contact not due yet"),
    "not needed": _("No contact needed"),
    "off duty": _("Outside hours"),
    "still open": _("Open"),
    "told of": _("Told of"),
    "taken on": _("Taken on"),
    "replies in time": _("Replies in time"),
    "contacts": _("Contacts"),
    "rank": _("Rank"),
    "reports": _("Finished reports"),
    "steps": _("Steps for a finished report"),
    "most steps": _("Steps, nine of ten"),
    "parts": _("SMS parts sent"),
    "cost": _("Cost of SMS"),
    "call minutes": _("Minutes of calls"),
    "parts a case": _("SMS parts for each case"),
    "contacts a case": _("Contacts for each case"),
    "connected a case": _("Connected minutes for each case"),
    "events": _("Safety events"),
    "eligible": _("Could take part"),
    "middle": _("Middle"),
    "high": _("Nine of ten"),
}
MEANINGS = {
    "sent": _(
        "Sets of questions (first report, weekly check, mood) that were begun with patients in this month. "
        "Practice, drills, trainings, re-checks, what a patient began by a word and what we missed ourselves are not "
        "in it."
    ),
    "answered": _("Every question was answered, or a danger sign was reported."),
    "partly": _("Something came back, but not all of it, or nothing that could be read."),
    "declined": _("The patient replied no or later, asked for a pause, or stopped the questions."),
    "silent": _("No answer at all, although at least one SMS or call may have arrived."),
    "learning": _("No answer in the first weeks after enrolling: a friendly call is due. It is in no percentage."),
    "undelivered": _("The provider says that nothing arrived. That is not the patient's silence."),
    "broken": _(
        "Ended before its time: the patient was paused, in hospital, had moved or died, the number was another "
        "person's, or the flow was stopped. It is in no percentage."
    ),
    "missed_system": _("Not asked because the gateway was down at that time. That is our fault and in no percentage."),
    "open": _("There is still time to answer."),
    "share": _("Answered, out of asked without those that are still waiting, broken off or still learning."),
    "cases": _("Cases opened in this month, by the level at which they opened. Drills and practice are not in it."),
    "told": _("Minutes from the opening until the first clinician was told: the middle one of all cases (median)."),
    "accepted": _("Minutes from the opening until a clinician first took the case on (median)."),
    "contact": _("Minutes from the opening until a call or visit was first noted (median)."),
    "in time": _("The first contact was noted within the time that the case's own rules gave."),
    "late": _("The first contact was noted after that time, or not at all. Amber cases need none."),
    "off duty": _("A clinician did something for the case outside the hours of duty that were set at that time."),
    "still open": _("Nobody has closed the case yet."),
    "told of": _("Cases of which this clinician was told, or which they took on from somebody else."),
    "taken on": _("Cases that this clinician accepted, and the minutes until then (median)."),
    "replies in time": _("Replies and contacts for which there was a time to keep, and how many kept it."),
    "contacts": _("Calls and visits that this clinician noted."),
    "rank": _("By the part of replies in time. Nobody is ranked on fewer than ten cases: by so few, chance decides."),
    "reports": _(
        "First reports, weekly checks and mood questions of this month that a patient answered to the end. "
        "What somebody took down for her is not in it."
    ),
    "steps": _(
        "What a patient sent and pressed from the first question to the last: the middle one of all finished "
        "reports (median)."
    ),
    "most steps": _("Nine of ten finished reports took no more than this."),
    "parts": _(
        "Parts of SMS that the provider took in this month, to whomever; where not every site is shown, those about "
        "patients there. A long SMS has several parts."
    ),
    "cost": _("SMS parts times the price of one (SMS_PRICE). A dash: no price is set. Calls have no price here."),
    "call minutes": _("Minutes of calls, as the provider told them."),
    "parts a case": _("Parts of SMS about this month's cases, divided by these cases."),
    "contacts a case": _("Calls and visits that were noted in this month's cases, divided by these cases."),
    "connected a case": _(
        "Minutes on calls that the gateway put through, divided by this month's cases. Minutes on a clinician's own "
        "telephone are not known."
    ),
    "events": _(
        "A red case or danger sign without a contact in time, an SMS to a clinician that did not arrive, "
        "nobody on duty, nobody to tell, or questions that we missed."
    ),
    "eligible": _(
        "Whoever was noted on the page Enrol in this month: takes part, declined, or was not offered it. "
        "The reasons are kept without a name."
    ),
    "middle": _("Half of that week's reports were at this number or below it (median)."),
    "high": _("Nine of ten of that week's reports were at this number or below it."),
}
EVENTS = {
    "an SMS to a clinician did not arrive": _("An SMS to a clinician did not arrive"),
    "nobody on duty": _("Nobody was on duty"),
    "no coordinator could be told": _("No coordinator could be told"),
    "everybody there had too many cases": _("Everybody there had too many cases"),
    "late now: no contact noted in time": _("Danger sign: no contact noted in time"),
    "late red: no contact noted in time": _("Red: no contact noted in time"),
    "missed_system": _("Questions missed by us"),
}
WORDS = {"figure": FIGURES, "meaning": MEANINGS, "safety event": EVENTS}
