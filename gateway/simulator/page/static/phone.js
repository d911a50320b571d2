// How does one phone show its texts and calls, and what do its keys do?
import * as sound from "./sound.js";
import { fill, hour, minutes, ofPerson, roleName, words } from "./words.js";

const element = (tag, kind, text) => {
  const made = document.createElement(tag);
  if (kind) made.className = kind;
  if (text !== undefined) { made.textContent = text; made.dir = "auto"; }
  return made;
};

export class Phone {
  constructor(template, place, post) {
    this.post = post;
    this.node = template.content.firstElementChild.cloneNode(true);
    this.part = (name) => this.node.querySelector("." + name);
    this.state = null;
    this.spoken = 0;
    this.listen();
    place.append(this.node);
    const thread = this.part("thread");
    new ResizeObserver(() => { thread.scrollTop = thread.scrollHeight; }).observe(thread);
  }

  get rings() { return this.node.classList.contains("is-ringing"); }

  tick(now) { this.part("hour").textContent = hour(now); }

  remove() { this.node.remove(); }

  show(state) {
    const text = JSON.stringify(state);
    if (text === this.shown) return;
    const before = this.state;
    this.shown = text;
    this.state = state;
    this.showOwner();
    if (!before || JSON.stringify([before.thread, before.calls]) !== JSON.stringify([state.thread, state.calls])) this.showThread(before);
    this.showCall(before && before.call);
  }

  showOwner() {
    const { name, number, roles, kind, opted_out: isOut } = this.state;
    const owner = ofPerson(name) || number, isHand = kind === "by_hand";
    this.node.setAttribute("aria-label", fill("phone_of", owner));
    this.part("owner").textContent = owner;
    this.part("name").textContent = owner;
    this.part("roles").textContent = [...roles.map(roleName), ...(isOut ? [words.opted_out] : [])].join(" · ");
    this.part("number").textContent = owner === number ? "" : number;
    this.part("kind").textContent = isHand ? words.by_hand : words.acts_alone;
    this.part("kind").classList.toggle("hand", isHand);
  }

  showThread(before) {
    const { thread, calls } = this.state, box = this.part("thread");
    const items = [...thread.map((one) => [one.at, oneText(one)]), ...calls.map((one) => [one.since, pastCall(one)])];
    items.sort(([first], [second]) => (first < second ? -1 : first > second ? 1 : 0));
    box.replaceChildren(...(items.length ? items.map(([, node]) => node) : [element("p", "none", words.no_messages)]));
    box.scrollTop = box.scrollHeight;
    if (before && thread.length > before.thread.length && thread[thread.length - 1].direction === "to_phone") {
      this.node.classList.add("is-new");
      sound.newText();
    }
  }

  showCall(before) {
    const call = this.state.call, isRinging = call?.state === "ringing" && call.direction === "to_phone";
    this.node.classList.toggle("is-ringing", isRinging);
    this.node.classList.toggle("is-talking", Boolean(call) && !isRinging);
    this.part("talk").hidden = !call;
    this.part("thread").hidden = Boolean(call);
    this.part("answer").setAttribute("aria-label", isRinging ? words.answer : words.call);
    this.part("hangup").disabled = !call;
    if (call) this.showTalk(call, before);
    else { if (before) sound.hush(); this.spoken = 0; this.part("thread").scrollTop = this.part("thread").scrollHeight; }
  }

  showTalk(call, before) {
    const isTalking = call.state === "in_call";
    this.part("what").textContent = isTalking ? words.in_call : call.direction === "to_phone" ? words.incoming : words.calling;
    this.part("with").textContent = call.with;
    const lines = call.lines.map(oneLine);
    const isKeys = (line) => line.classList.contains("keyed");
    let at = lines.findLastIndex((line) => !isKeys(line));
    for (; at >= 0 && !isKeys(lines[at]); at -= 1) lines[at].classList.add("latest");
    this.part("said").replaceChildren(...lines);
    this.part("said").scrollTop = this.part("said").scrollHeight;
    this.showWaiting(call);
    if (this.state.kind === "by_hand") this.speak(call, call.spoken.length, before);
  }

  showWaiting(call) {
    const keys = element("b", "", call.waiting ? call.waiting.digits || "_" : "");
    const told = call.state !== "in_call" ? "" : call.waiting ? words.press_keys : words.listen;
    this.part("wait").replaceChildren(element("span", "", told), keys);
  }

  speak(call, count, before) {
    // Coming in the middle of a call, the page does not say all of it again.
    if (before === null && call.state === "in_call" && this.spoken === 0 && count > 2) this.spoken = count;
    for (const line of call.spoken.slice(this.spoken)) {
      if (line.sound) sound.play(line.sound);
      else sound.say(line.text, line.language);
    }
    this.spoken = count;
  }

  listen() {
    this.part("reply").addEventListener("submit", (event) => { event.preventDefault(); this.send(); });
    this.part("answer").addEventListener("click", () => this.answer());
    this.part("hangup").addEventListener("click", () => this.state.call && this.post("hangup", { call: this.state.call.sid }));
    for (const key of this.node.querySelectorAll("[data-key]")) key.addEventListener("click", () => this.press(key.dataset.key));
    this.node.addEventListener("keydown", (event) => this.typed(event));
    this.node.addEventListener("pointerdown", () => this.node.classList.remove("is-new"));
    this.node.addEventListener("focusin", () => this.node.classList.remove("is-new"));
  }

  send() {
    const box = this.part("reply").querySelector("input"), body = box.value;
    if (!body) return;
    box.value = "";
    this.post("sms", { from: this.state.number, body });
  }

  answer() {
    if (this.state.call) this.post("answer", { call: this.state.call.sid });
    else this.post("call", { from: this.state.number });
  }

  press(key) {
    sound.keyTone(key);
    if (this.state.call?.state === "in_call") {
      sound.hush();
      this.post("keys", { call: this.state.call.sid, digits: key });
    } else {
      this.part("reply").querySelector("input").value += key;
    }
  }

  typed(event) {
    // Keys typed anywhere on a phone but in its text box are keys of the phone.
    if (event.target.tagName === "INPUT" || event.ctrlKey || event.metaKey || event.altKey) return;
    const key = this.node.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!key) return;
    event.preventDefault();
    key.classList.add("is-down");
    setTimeout(() => key.classList.remove("is-down"), 120);
    this.press(event.key);
  }
}

function oneText(one) {
  const isMine = one.direction === "from_phone", node = element("div", "text" + (isMine ? " mine" : ""));
  if ([...one.body].length < 3) node.classList.add("lone");
  const form = one.characters === 1 ? "one_character" : "sms";
  const small = element("small", "", `${hour(Date.parse(one.at))} · ` + fill(form, one.segments, one.characters, one.encoding));
  node.append(element("p", "", one.body), small);
  return node;
}

function pastCall(call) {
  const isIn = call.direction === "to_phone", was = call.status === "completed";
  const node = element("details", "past"), key = isIn ? (was ? "call_in" : "missed") : "call_out";
  const how = was ? minutes(call.duration) : fill("status_" + call.status);
  node.append(element("summary", "", `${fill(key, call.with)} · ${how}`), ...call.lines.map((line) => oneLine(line)));
  return node;
}

function oneLine(line) {
  if (line.pressed === undefined) {
    const node = element("p", "", line.text);
    node.lang = line.language;
    return node;
  }
  const node = element("p", "keyed" + (line.heard ? "" : " unheard"), line.pressed);
  node.setAttribute("aria-label", fill("pressed", line.pressed));
  return node;
}
