// The columns of each kind of rows, and what is said where there are none.

import { make } from "./dom.js";
import { count, minutes, moment, number, pill, targets, time, tone } from "./words.js";

const small = text => text ? make("small", {}, text) : null;
const code = text => make("code", {}, text);

/** The cell that opens an object. */
const opener = (row, text) => make("button", { type: "button", class: "open", "data-do": "open", "data-path": row.path }, text);

/** What a device is doing, below its status. */
const notes = row => [
  row.leaving ? "being deregistered" : "",
  row.updating ? "updating…" : "",
  row.failed ? "enrollment failed" : row.enrolled ? "enrolled" : "",
  row.blocked ? "blocked until it is allowed" : "",
].filter(Boolean).join(", ");

export const deviceStatus = row => [pill(row.status), small(notes(row))];

const named = (row, ...more) => [opener(row, row.name || row.id), ...more];
const words = type => type.replace(/^windows10?/, "Windows ").replace(/([a-z0-9])([A-Z])/g, "$1 $2").trim();
const policy = [
  ["Name", row => named(row, small(row.description))],
  ["Kind", row => row.type ? words(row.type) : ""],
  ["Assigned to", row => row.assignable ? targets(row.assigned_to) : ""],
];
const plain = [["Name", row => named(row)], ["Description", row => row.description]];

export const KINDS = {
  devices: {
    none: "No device is registered.",
    columns: [
      ["Serial number", row => [opener(row, row.serial_number), small(row.name)]],
      ["Model", row => [row.model, small(row.manufacturer)]],
      ["Group tag", row => row.group_tag],
      ["User", row => row.user],
      ["Profile", row => [row.profile ?? "", row.assigned_at ? make("small", { class: "date" }, time(row.assigned_at)) : null]],
      ["Status", deviceStatus],
    ],
  },
  imports: {
    none: "No import record.",
    columns: [
      ["Serial number", row => opener(row, row.serial_number ?? row.id)],
      ["Group tag", row => row.group_tag ?? ""],
      ["User", row => row.user ?? ""],
      ["Status", row => [pill(row.status), small(row.error)]],
    ],
  },
  associations: {
    none: "No device is associated.",
    columns: [
      ["Serial number", row => opener(row, row.serial_number)],
      ["Model", row => [row.model, small(row.manufacturer)]],
      ["User", row => row.user ?? ""],
      ["Policy", row => row.policy ?? ""],
      ["Status", row => [pill(row.status), small(time(row.at))]],
    ],
  },
  identifiers: { none: "No corporate identifier.", columns: plain },
  events: {
    none: "No laptop was switched on yet.",
    columns: [
      ["Serial number", row => opener(row, row.serial_number)],
      ["User", row => row.user],
      ["Profile", row => row.profile],
      ["Result", row => [pill(row.state), small(row.failure)]],
      ["When", row => [time(row.at), small(minutes(row.duration))]],
    ],
  },
  groups: {
    none: "No group.",
    columns: [
      ["Name", row => named(row, row.rule ? make("small", {}, code(row.rule)) : null)],
      ["Membership", row => row.dynamic ? ["dynamic", small(row.paused ? "paused" : "")] : "by hand"],
      ["Members", row => [number(row.members), small(row.names.join(", ") + (row.members > row.names.length ? ", …" : ""))]],
    ],
  },
  users: {
    none: "No user.",
    columns: [
      ["Name", row => named(row)], ["User name", row => row.upn],
      ["Department", row => [row.department ?? "", small(row.title)]],
    ],
  },
  objects: {
    none: "No device object.",
    columns: [
      ["Name", row => named(row)],
      ["Joined", row => row.joined ? "joined" : row.autopilot ? "made by Autopilot" : ""],
      ["Group tag", row => row.group_tag ?? ""],
      ["Enrollment profile", row => row.profile ?? ""],
      ["Registered", row => time(row.registered_at)],
    ],
  },
  profiles: {
    none: "No deployment profile.",
    columns: [
      ["Name", row => named(row, small(row.description))],
      ["Join", row => row.type.startsWith("activeDirectory") ? "hybrid" : "Microsoft Entra"],
      ["Assigned to", row => targets(row.assigned_to)],
      ["Devices", row => count(row.devices, "device")],
    ],
  },
  pages: {
    none: "No enrollment configuration.",
    columns: [
      ["Priority", row => row.default ? "default" : String(row.priority ?? "")],
      ["Name", row => named(row, small(row.description))],
      ["Kind", row => words(row.type)],
      ["Assigned to", row => row.default ? "everybody" : targets(row.assigned_to)],
    ],
  },
  policies: { none: "No policy.", columns: policy },
  apps: { none: "No app.", columns: policy },
  scripts: { none: "No script.", columns: [policy[0], policy[2]] },
  filters: { none: "No filter.", columns: plain },
  tags: { none: "No scope tag.", columns: plain },
  journal: {
    none: "Nobody has asked anything yet.",
    columns: [
      ["Time", row => code(moment(row.at).slice(11))],
      ["Method", row => row.method],
      ["Path", row => [code(row.path), small(row.in_batch ? "in a batch" : "")]],
      ["Answer", row => pill(row.status ? String(row.status) : "cut", tone(row.status))],
    ],
  },
};
