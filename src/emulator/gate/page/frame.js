// Draws what is around the list: tenant and clock, kinds, and what waits for a person.

import { byId, fill, make } from "./dom.js";
import { moment, number, speed } from "./words.js";

export function drawFrame(view, overview) {
  const { tenant, tenants, clock, kinds } = overview;
  fill(byId("tenant"), tenants.map(each => make("option", { value: each.domain }, each.name)));
  byId("tenant").value = tenant.domain;
  fill(byId("time"), make("b", {}, moment(clock.now)), " UTC ", make("small", {}, speed(clock.speed)));
  fill(byId("kinds"), kinds.map(each => make("button", {
    type: "button", "data-do": "kind", "data-kind": each.kind, "data-key": each.kind,
    "aria-current": each.kind === view.kind ? "page" : null,
  }, each.title, make("b", {}, number(each.count)))));
  document.title = `${tenant.name}: Graph tenant on this machine`;
}

/** What stands where the emulator is not to be reached. */
export function drawConnection(reached) {
  byId("dot").className = reached ? "" : "off";
  byId("dot").setAttribute("aria-label", reached ? "Live" : "The emulator does not answer");
}

export function drawPeople(people) {
  fill(byId("people"), people.map(each => make("option", { value: each.upn }, each.name)));
}

export function drawWaiting(signIns, approvals) {
  const rows = [...signIns.map(signIn), ...approvals.map(approval)];
  fill(byId("waiting"), rows.length ? make("section", { "aria-label": "Waiting for an administrator" },
    make("h2", {}, "Waiting for an administrator"), make("ul", {}, rows)) : null);
}

const decideAs = who => make("label", {}, "as ",
  make("input", { name: "user", list: "people", placeholder: who, autocomplete: "off" }));

const decide = (label, verdict) => make("button", { name: "verdict", value: verdict }, label);

function signIn(each) {
  return make("li", { "data-key": each.user_code }, make("form", { "data-do": "sign-in", "data-code": each.user_code },
    make("span", { class: "what" }, "Sign-in ", make("code", {}, each.user_code), make("small", {}, each.scope)),
    decideAs("the administrator"), decide("Approve", "approve"), decide("Decline", "decline")));
}

function approval(each) {
  return make("li", { "data-key": each.id }, make("form", { "data-do": "approval", "data-id": each.id },
    make("span", { class: "what" }, each.method, " ", make("code", {}, each.path), make("small", {}, each.user ? `${each.justification} (asked by ${each.user})` : each.justification)),
    decideAs("another administrator"), decide("Approve", "approve"), decide("Reject", "reject")));
}
