// How are words, times and spans written in the language of the page?
export const words = JSON.parse(document.body.dataset.words);
export const lang = document.body.dataset.lang;
const zone = document.body.dataset.zone || undefined;

export const fill = (key, ...values) => (words[key] ?? key).replace(/\{(\d)\}/g, (_, at) => values[at]);
export const ofPerson = (name) => name[lang.slice(0, 2)] || name.en || Object.values(name)[0] || "";
export const roleName = (role) => words["role_" + role] || role;

const form = (options) => {
  const make = (timeZone) => new Intl.DateTimeFormat(lang, { ...options, timeZone, hourCycle: "h23" });
  try { return make(zone); } catch { return make(undefined); }
};
const hourForm = form({ hour: "2-digit", minute: "2-digit" });
const timeForm = form({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
const dateForm = form({ weekday: "short", day: "numeric", month: "long", year: "numeric" });
const onlyHour = form({ hour: "numeric" });

export const hour = (moment) => hourForm.format(moment);
export const time = (moment) => timeForm.format(moment);
export const date = (moment) => dateForm.format(moment);
export const hourNumber = (moment) => parseInt(onlyHour.format(moment), 10);

export function span(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  const parts = [[Math.floor(whole / 86400), "days"], [Math.floor(whole / 3600) % 24, "hours"], [Math.floor(whole / 60) % 60, "minutes"], [whole % 60, "seconds"]];
  const first = Math.max(0, parts.findIndex(([count]) => count > 0));
  const gap = lang.startsWith("zh") ? "" : "\u00a0";
  return whole === 0 ? `0${gap}${words.seconds}` : parts.slice(first, first + 2).filter(([count]) => count > 0)
    .map(([count, unit]) => `${count}${gap}${words[unit]}`).join(" ");
}

export const minutes = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.round(seconds) % 60).padStart(2, "0")}`;
