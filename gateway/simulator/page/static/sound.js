// What is heard: key tones, ringing, and the voice of a call?
const ROWS = [697, 770, 852, 941], COLUMNS = [1209, 1336, 1477];
const PLACES = "123456789*0#";
let context = null, isOn = true, ringing = null;
const waiting = [];
let playing = null;

export function wake() {
  // Browsers let a page sound only after someone has touched it.
  context = context || new AudioContext();
  context.resume();
}

export function turn(on) {
  isOn = on;
  if (!on) { ring(false); hush(); }
}

export function keyTone(key) {
  const place = PLACES.indexOf(key);
  if (place >= 0) beep([ROWS[Math.floor(place / 3)], COLUMNS[place % 3]], 0, 0.14, 0.09);
}

export function newText() {
  beep([880], 0, 0.09, 0.06);
  beep([1175], 0.13, 0.12, 0.06);
}

export function ring(on) {
  if (on && !ringing && isOn) {
    ringing = setInterval(melody, 2400);
    melody();
  } else if (!on && ringing) {
    clearInterval(ringing);
    ringing = null;
  }
}

export function say(text, language) {
  const voice = isOn && "speechSynthesis" in window && voiceFor(language);
  if (!voice) return;
  const words = new SpeechSynthesisUtterance(text);
  words.voice = voice;
  words.lang = voice.lang;
  words.rate = 0.95;
  speechSynthesis.speak(words);
}

export function play(place) {
  // Recordings wait for each other, as a synthetic voice's sentences do.
  if (!isOn) return;
  waiting.push(place);
  if (!playing) next();
}

function next() {
  const now = playing = waiting.length ? new Audio(waiting.shift()) : null;
  if (!now) return;
  const over = () => { if (playing === now) next(); };
  now.addEventListener("ended", over);
  now.addEventListener("error", over);
  now.play().catch(over);
}

export function hush() {
  waiting.length = 0;
  if (playing) playing.pause();
  playing = null;
  if ("speechSynthesis" in window) speechSynthesis.cancel();
}

function voiceFor(language) {
  const wanted = language.toLowerCase(), voices = speechSynthesis.getVoices();
  const spoken = (voice) => voice.lang.toLowerCase().replace("_", "-");
  return voices.find((voice) => spoken(voice) === wanted) || voices.find((voice) => spoken(voice).split("-")[0] === wanted.split("-")[0]);
}

function melody() {
  [659, 784, 988, 784, 659, 784, 988].forEach((pitch, at) => beep([pitch], at * 0.13, 0.11, 0.07));
}

function beep(pitches, after, seconds, loudness) {
  if (!isOn || !context || context.state !== "running") return;
  const from = context.currentTime + after, volume = context.createGain();
  volume.gain.setValueAtTime(0, from);
  volume.gain.linearRampToValueAtTime(loudness, from + 0.01);
  volume.gain.linearRampToValueAtTime(0, from + seconds);
  volume.connect(context.destination);
  for (const pitch of pitches) {
    const tone = context.createOscillator();
    tone.frequency.value = pitch;
    tone.connect(volume);
    tone.start(from);
    tone.stop(from + seconds);
  }
}
