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
    "events": _("Safety events"),
    "eligible": _("Could take part"),
    "middle": _("Middle"),
    "high": _("Nine of ten"),
}
MEANINGS = {
    "sent": _(
        "Sets of questions (first report, weekly check, mood) that were begun with patients in this month. "
        "Practice, drills, trainings, re-checks and what we missed ourselves are not in it."
    ),
    "answered": _("Every question was answered, or a danger sign was reported."),
    "partly": _("Something came back, but not all of it, or nothing that could be read."),
    "declined": _("The patient replied no or later, or stopped the questions."),
    "silent": _("No answer at all, although at least one SMS or call may have arrived."),
    "learning": _("No answer in the first weeks after enrolling: a friendly call is due. It is in no percentage."),
    "undelivered": _("The provider says that nothing arrived. That is not the patient's silence."),
    "missed_system": _("Not asked because the gateway was down at that time. That is our fault and in no percentage."),
    "open": _("There is still time to answer."),
    "share": _("Answered, out of asked without those that are still waiting or still learning."),
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
