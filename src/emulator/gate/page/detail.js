// Draws one object: of a device its state and what can be done to it, of everything the JSON that Graph answers.

import { byId, fill, make } from "./dom.js";
import { deviceStatus } from "./cells.js";
import { time } from "./words.js";

/** Longer JSON is shown without colours, which would cost an element for each word. */
const COLOURED = 60_000;

const ASSOCIATED = "/beta/deviceManagement/tenantAssociatedDevices/";

export function drawDetail(object, device) {
  const place = byId("detail");
  place.hidden = !object;
  document.body.classList.toggle("opened", Boolean(object));
  if (!object) return fill(place);
  const body = object.body ?? {};
  const title = device?.serial_number ?? body.displayName ?? body.name ?? body.deviceSerialNumber ?? body.serialNumber ?? "Not found";
  fill(place,
    make("header", {}, make("h2", { tabindex: "-1", id: "subject" }, title || body.id),
      make("button", { type: "button", "data-do": "close", "aria-label": "Close" }, "✕")),
    device ? [facts(device), play(device.serial_number, device.user, true)] : null,
    object.path.startsWith(ASSOCIATED) && body.serialNumber ? play(body.serialNumber, body.assignedToUserPrincipalName, false) : null,
    make("section", { "data-key": "json" }, make("h3", {}, "As Graph shows it"),
      make("p", { class: "path" }, make("code", {}, `GET ${object.path}`), make("small", {}, object.status === 200 ? "" : ` ${object.status}`)),
      make("button", { type: "button", "data-do": "copy", class: "copy" }, "Copy JSON"),
      make("pre", { id: "json", tabindex: "0", role: "region", "aria-label": "JSON" }, coloured(JSON.stringify(object.body, null, 2)))));
}

function facts(device) {
  const list = [
    ["Status", make("span", { class: "status" }, deviceStatus(device))],
    ["Profile", device.profile ? `${device.profile}, since ${time(device.assigned_at)}` : "none"],
    ["Assigned user", device.user || "none"], ["Group tag", device.group_tag || "none"],
    ["Model", `${device.manufacturer} ${device.model}`], ["Last contact", time(device.last_contact) || "never"],
  ];
  return make("dl", {}, list.map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, value))));
}

/** The forms of a device: to be switched on, and if it is registered to change its hardware. */
function play(serial, user, registered) {
  return make("section", { class: "play" },
    make("h3", {}, "Switch it on"), switchOn(serial, user),
    registered ? [make("h3", {}, "Change its hardware"), make("div", { class: "buttons" },
      hardware(serial, true, "Intune can repair it"), hardware(serial, false, "Intune cannot"))] : null);
}

function switchOn(serial, user) {
  const option = (value, label) => make("option", { value }, label);
  return make("form", { "data-do": "enroll", "data-serial": serial },
    make("label", {}, "Who signs in", make("input", { name: "user", list: "people", placeholder: user || "nobody in particular", autocomplete: "off" })),
    make("label", {}, "How it goes", make("select", { name: "phase" },
      option("", "It works"), option("enrollment", "It does not enroll"),
      option("device_setup", "An app of the device fails"), option("account_setup", "An app of the user fails"))),
    make("label", { class: "check" }, make("input", { name: "technician", type: "checkbox" }), "A technician prepares it"),
    make("button", {}, "Switch on"));
}

const hardware = (serial, repairable, label) => make("button",
  { type: "button", "data-do": "hardware", "data-serial": serial, "data-repairable": String(repairable) }, label);

function coloured(text) {
  if (text.length > COLOURED) return text;
  const parts = text.split(/("(?:[^"\\]|\\.)*"(?:\s*:)?)/);
  return parts.map(part => !part.startsWith('"') ? part : make("span", { class: part.endsWith(":") ? "key" : "text" }, part));
}
