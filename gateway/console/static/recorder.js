// A sentence spoken into this browser becomes a WAV file in the form beside it, and goes the road of an uploaded file.
// As a telephone carries it: one channel, 8,000 samples of 16 bits a second. Without this script the form takes files.
const RATE = 8000;
const SHORTEST = 0.3; // seconds; what is shorter is a slip of the finger
const SILENT = 0.01; // of full loudness: the wrong microphone, or none

const words = document.querySelector("[data-record]")?.dataset;
const canRecord = navigator.mediaDevices?.getUserMedia && window.MediaRecorder && window.isSecureContext;
let running = null; // one microphone: who begins a recording ends the one before

if (words && canRecord) document.querySelectorAll("form.voice").forEach(addTo);

function addTo(form) {
  const button = made("button", { type: "button", className: "second record" }, words.record);
  const told = made("span", { className: "hint record-told" });
  told.setAttribute("role", "status");
  form.append(button, told);
  button.addEventListener("click", () => (running?.form === form ? running.recorder.stop() : begin(form, button, told)));
}

async function begin(form, button, told) {
  running?.recorder.stop();
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    const recorder = new MediaRecorder(stream), parts = [];
    recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
    recorder.addEventListener("stop", () => end(form, button, told, stream, new Blob(parts)));
    running = { form, recorder, limit: setTimeout(() => recorder.stop(), Number(words.longest) * 1000) };
    recorder.start();
    button.textContent = words.stop;
    button.setAttribute("aria-pressed", "true");
    told.textContent = words.running;
  } catch {
    told.textContent = words.refused;
  }
}

async function end(form, button, told, stream, heard) {
  clearTimeout(running.limit);
  running = null;
  stream.getTracks().forEach((track) => track.stop());
  button.textContent = words.again;
  button.setAttribute("aria-pressed", "false");
  let sound = null;
  try {
    sound = await asATelephoneHears(await heard.arrayBuffer());
  } catch {
    // nothing was recorded that this browser can read
  }
  if (!sound || sound.duration < SHORTEST) return void (told.textContent = words.short);
  const samples = sound.getChannelData(0);
  if (samples.every((sample) => Math.abs(sample) < SILENT)) return void (told.textContent = words.silent);
  put(form, wav(samples));
  told.textContent = words.ready.replace("{seconds}", sound.duration.toFixed(1));
  const listen = form.querySelector(".listen") ?? form.insertBefore(made("button", { type: "button", className: "plain listen" }, words.listen), told);
  listen.onclick = () => play(sound);
}

async function asATelephoneHears(bytes) {
  const decoded = await new OfflineAudioContext(1, 1, RATE).decodeAudioData(bytes);
  const page = new OfflineAudioContext(1, Math.max(Math.ceil(decoded.duration * RATE), 1), RATE);
  const source = new AudioBufferSourceNode(page, { buffer: decoded });
  source.connect(page.destination);
  source.start();
  return page.startRendering();
}

function put(form, file) {
  const carried = new DataTransfer();
  carried.items.add(new File([file], "recording.wav", { type: "audio/wav" }));
  form.querySelector("input[type=file]").files = carried.files;
}

function play(sound) {
  const context = new AudioContext();
  const source = new AudioBufferSourceNode(context, { buffer: sound });
  source.connect(context.destination);
  source.addEventListener("ended", () => context.close());
  source.start();
}

function wav(samples) {
  const view = new DataView(new ArrayBuffer(44 + samples.length * 2));
  const text = (at, letters) => [...letters].forEach((letter, place) => view.setUint8(at + place, letter.charCodeAt(0)));
  text(0, "RIFF");
  view.setUint32(4, 36 + samples.length * 2, true);
  text(8, "WAVEfmt ");
  [[16, 16, 4], [20, 1, 2], [22, 1, 2], [24, RATE, 4], [28, RATE * 2, 4], [32, 2, 2], [34, 16, 2]].forEach(([at, number, bytes]) =>
    bytes === 4 ? view.setUint32(at, number, true) : view.setUint16(at, number, true));
  text(36, "data");
  view.setUint32(40, samples.length * 2, true);
  samples.forEach((sample, place) => view.setInt16(44 + place * 2, Math.max(-1, Math.min(1, sample)) * 0x7fff, true));
  return view.buffer;
}

function made(name, values, text = "") {
  return Object.assign(document.createElement(name), values, { textContent: text });
}
