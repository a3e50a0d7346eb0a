// How numbers, times, statuses and assignments are said.

import { make } from "./dom.js";

export const number = value => value.toLocaleString("en");

/** "1 device", "2 devices". */
export const count = (value, one, many = one + "s") => `${number(value)} ${value === 1 ? one : many}`;

/** A time to the minute; nothing for none. */
export const time = text => text && !text.startsWith("0001") ? text.slice(0, 16).replace("T", " ") : "";

/** A time to the second. */
export const moment = text => text.slice(0, 19).replace("T", " ");

/** How fast a clock runs. */
export function speed(times) {
  if (times === 0) return "stands still";
  return times === 1 ? "real time" : `${number(times)} times as fast`;
}

/** An ISO 8601 duration of minutes. */
export const minutes = text => {
  const found = /^PT(\d+)M$/.exec(text ?? "");
  return found ? count(Number(found[1]), "minute") : "";
};

const TONES = {
  "Assigned": "good", "Assigning": "wait", "Fix pending": "wait", "Attention required": "bad", "Failed": "bad", "Not assigned": "",
  "Associated": "good", "Preassociated": "wait", "Pending removal": "wait", "Complete": "good", "Waiting": "wait", "Refused": "bad", "success": "good", "failure": "bad", "inProgress": "wait",
};

/** A status with its colour. */
export const pill = (text, tone = TONES[text] ?? "") => make("span", { class: `pill ${tone}`, "data-live": "" }, text);

/** The colour of a status of HTTP. */
export const tone = status => status >= 500 || !status ? "bad" : status >= 400 ? "wait" : "good";

/** Whom something is assigned to. */
export function targets(list) {
  if (!list.length) return make("small", {}, "nobody");
  return list.map(({ name, excluded, filter, intent }) => make("span", { class: excluded ? "target not" : "target" },
    excluded ? "not in " : "", name,
    filter ? make("small", {}, filter.mode === "exclude" ? ` except ${filter.name}` : ` only ${filter.name}`) : null,
    intent ? make("small", {}, ` ${intent}`) : null));
}
