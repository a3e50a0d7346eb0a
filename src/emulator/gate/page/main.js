// What is looked at, kept in the address; asks for it again and again while somebody looks; does what is clicked.

import { ask, tell } from "./ask.js";
import { drawDetail } from "./detail.js";
import { byId } from "./dom.js";
import { drawConnection, drawFrame, drawPeople, drawWaiting } from "./frame.js";
import { drawList } from "./list.js";
import { count } from "./words.js";

const TOP = 50;
const PAUSE = 1000;
const DEVICE = "/beta/deviceManagement/windowsAutopilotDeviceIdentities/";

const view = { tenant: "", kind: "devices", search: "", status: "", skip: 0, open: "" };

function readAddress() {
  const given = new URLSearchParams(location.hash.slice(1));
  for (const name of Object.keys(view)) view[name] = given.get(name) ?? (name === "kind" ? "devices" : "");
  view.skip = Number(view.skip) || 0;
  byId("search").value = view.search;
}

/** Looks at something else. What is typed replaces the entry of the history, what is clicked makes one. */
function look(changes, typed = false) {
  Object.assign(view, changes);
  const kept = Object.entries(view).filter(([name, value]) => value && !(name === "kind" && value === "devices"));
  const address = `#${new URLSearchParams(kept)}`;
  if (typed) history.replaceState(null, "", address);
  else history.pushState(null, "", address);
  return refresh();
}

let turn = 0;
let timer = 0;
let peopleOf = null;

async function refresh() {
  const mine = ++turn;
  clearTimeout(timer);
  const started = performance.now();
  try {
    const { tenant, kind, search, status, skip, open } = view;
    const id = open.startsWith(DEVICE) ? open.slice(DEVICE.length) : null;
    const [overview, part, signIns, approvals, object, device, people] = await Promise.all([
      ask("overview", { tenant }),
      ask("browse", { tenant, kind, search, status: kind === "devices" ? status : "", skip, top: TOP }),
      ask("sign_ins"), ask("approvals"),
      open ? ask("object", { tenant, path: open }) : null,
      id ? ask("browse", { tenant, kind: "devices", id }) : null,
      peopleOf === tenant ? null : ask("browse", { tenant, kind: "users", top: 100 }),
    ]);
    // Something else is looked at by now.
    if (mine !== turn) return;
    drawConnection(true);
    drawFrame(view, overview);
    drawWaiting(signIns.sign_ins, approvals.approvals.filter(each => each.status === "needsApproval"));
    drawList(view, overview, part);
    drawDetail(object, device?.rows[0]);
    if (people) {
      drawPeople(people.rows);
      peopleOf = tenant;
    }
  } catch (error) {
    if (mine !== turn) return;
    drawConnection(false);
    if (!(error instanceof TypeError)) say(error.message, true);
  }
  // A large tenant is asked less often, so that others are served too. Nobody looks, nothing is asked.
  const took = performance.now() - started;
  if (!document.hidden) timer = setTimeout(refresh, Math.max(PAUSE, 5 * took));
}

let saying = 0;

function say(text, wrong = false) {
  const place = byId("said");
  place.textContent = text;
  place.className = wrong ? "wrong" : "";
  place.classList.add("seen");
  clearTimeout(saying);
  saying = setTimeout(() => place.classList.remove("seen"), 5000);
}

/** Does something to the tenant, says what came of it, and shows it. */
async function act(path, body, done) {
  try {
    say(done(await tell(path, body)));
  } catch (error) {
    say(error.message, true);
  }
  await refresh();
}

const FAILURES = {
  enrollment: "The device could not be enrolled.",
  device_setup: "An app of the device did not install.",
  account_setup: "An app of the user did not install.",
};
const STEPS = { 60: "a minute", 600: "ten minutes", 3600: "an hour", 86400: "a day" };

const CLICKS = {
  kind: ({ kind }) => {
    byId("search").value = "";
    return look({ kind, search: "", status: "", skip: 0, open: "" });
  },
  status: ({ status }) => look({ status, skip: 0 }),
  page: ({ skip }) => look({ skip: Number(skip) }),
  open: async ({ path }) => {
    await look({ open: path });
    byId("subject")?.focus();
  },
  close: async () => {
    const path = view.open;
    await look({ open: "" });
    [...document.querySelectorAll("button.open")].find(each => each.dataset.path === path)?.focus();
  },
  copy: async () => {
    await navigator.clipboard.writeText(byId("json").textContent);
    say("Copied.");
  },
  step: ({ seconds }) => act("clock", { advance_seconds: Number(seconds) }, () => `It is ${STEPS[seconds]} later.`),
  hardware: ({ serial, repairable }) => act("hardware_change",
    { tenant: view.tenant || null, serial_number: serial, repairable: repairable === "true" },
    () => repairable === "true" ? `The hardware of ${serial} changed: Intune repairs it at the next check-in.`
      : `The hardware of ${serial} changed: register the device anew.`),
};

const FORMS = {
  search: (_, fields) => look({ search: byId("search").value, skip: 0 }, Boolean(fields)),
  enroll: (data, fields) => {
    const serial = data.serial ?? fields.get("serial");
    const phase = fields.get("phase");
    const body = { tenant: view.tenant || null, serial_number: serial };
    if (fields.get("user")) body.user = fields.get("user");
    if (phase) body.failure = { phase, details: FAILURES[phase] };
    if (fields.get("technician")) body.technician = true;
    return act("enroll", body, () => phase ? `${serial} was switched on. ${FAILURES[phase]}` : `${serial} was switched on.`);
  },
  plant: (_, fields) => {
    const wanted = Number(fields.get("count"));
    const device = { serialNumber: fields.get("serialNumber"), model: fields.get("model"), groupTag: fields.get("groupTag") };
    if (wanted > 1) device.count = wanted;
    return act("seed", { tenant: view.tenant || null, devices: [device] }, ({ devices }) => `${count(devices.length, "laptop")} registered.`);
  },
  "sign-in": ({ code }, fields) => {
    const body = { user_code: code, decline: fields.get("verdict") === "decline" };
    if (fields.get("user")) body.user = fields.get("user");
    return act("sign_ins", body, () => body.decline ? "The sign-in was declined." : "The sign-in was approved.");
  },
  approval: ({ id }, fields) => {
    const body = { id, reject: fields.get("verdict") === "reject" };
    if (fields.get("user")) body.user = fields.get("user");
    return act("approvals", body, () => body.reject ? "The request was rejected." : "The request was approved.");
  },
};

document.addEventListener("click", event => {
  const button = event.target.closest("button[data-do]");
  if (button) return CLICKS[button.dataset.do](button.dataset);
  const row = event.target.closest("tr[data-path]");
  if (row && !getSelection().toString()) CLICKS.open(row.dataset);
});
document.addEventListener("submit", event => {
  event.preventDefault();
  FORMS[event.target.dataset.do](event.target.dataset, new FormData(event.target, event.submitter));
});
document.addEventListener("keydown", event => {
  const writing = event.target.closest("input, select, textarea");
  if (event.key === "Escape" && view.open && !writing) CLICKS.close();
  if (event.key === "/" && !writing) {
    event.preventDefault();
    byId("search").focus();
  }
});
byId("search").addEventListener("input", () => look({ search: byId("search").value, skip: 0 }, true));
byId("tenant").addEventListener("change", () => look({ tenant: byId("tenant").value, skip: 0, open: "" }));
addEventListener("popstate", () => {
  readAddress();
  refresh();
});
addEventListener("visibilitychange", () => document.hidden ? clearTimeout(timer) : refresh());

readAddress();
refresh();
