// What happens on the page: the clock runs, the phones live, the driver's buttons are pressed?
import * as sound from "./sound.js";
import { Phone } from "./phone.js";
import { date, fill, hourNumber, lang, span, time, words } from "./words.js";

const MOST_PHONES = 24;
const byId = (id) => document.getElementById(id);
const phones = new Map();
let version = -1, ahead = 0, nextDue = null, shownActions = "";

export async function post(name, body) {
  const answer = await fetch("/control/" + name, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  });
  return answer.ok ? answer.json() : null;
}

async function follow() {
  for (;;) {
    try {
      const answer = await fetch(`/control/phones?since=${version}&wait=10`);
      show(await answer.json());
    } catch {
      tell("is-away", words.away);
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}

function show(network) {
  version = network.seq;
  ahead = Date.parse(network.now) - Date.now();
  nextDue = network.next_due && Date.parse(network.next_due);
  tell(network.idle ? "" : "is-moving", network.idle ? words.quiet : words.moving);
  showActions(network.actions);
  if (network.phones) showPhones(network.phones.slice(0, MOST_PHONES));
  tick();
}

function showPhones(list) {
  const numbers = new Set(list.map((state) => state.number));
  for (const [number, phone] of phones) if (!numbers.has(number)) { phone.remove(); phones.delete(number); }
  for (const state of list) {
    if (!phones.has(state.number)) phones.set(state.number, new Phone(byId("phone"), byId("phones"), post));
    phones.get(state.number).show(state);
  }
  byId("empty").hidden = list.length > 0;
  sound.ring([...phones.values()].some((phone) => phone.rings));
}

function showActions(actions) {
  const text = JSON.stringify(actions);
  if (text === shownActions) return;
  shownActions = text;
  byId("actions").replaceChildren(...actions.map((action) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = lang.startsWith("zh") ? action.label_zh : action.label_en;
    button.addEventListener("click", () => post("actions/press", { id: action.id }));
    return button;
  }));
}

function tell(state, text) {
  document.querySelector(".state").className = "state " + state;
  if (byId("state").textContent !== text) byId("state").textContent = text;
}

function tick() {
  const now = Date.now() + ahead, at = hourNumber(now);
  byId("time").textContent = time(now);
  byId("date").textContent = date(now);
  for (const phone of phones.values()) phone.tick(now);
  byId("next").textContent = nextDue ? fill("next", span((nextDue - now) / 1000)) : words.nothing_next;
  document.body.className = at < 5 || at >= 21 ? "night" : at < 8 ? "dawn" : at < 18 ? "day" : "dusk";
}

byId("sound").addEventListener("click", (event) => {
  const on = event.currentTarget.getAttribute("aria-pressed") !== "true";
  event.currentTarget.setAttribute("aria-pressed", String(on));
  event.currentTarget.textContent = on ? words.sound_on : words.sound_off;
  sound.turn(on);
});
for (const touch of ["pointerdown", "keydown"]) document.addEventListener(touch, sound.wake, { once: true });
setInterval(tick, 1000);
follow();
