// Draws the rows of one kind, with what is searched for, statuses, and pages.

import { byId, fill, make } from "./dom.js";
import { KINDS } from "./cells.js";
import { number } from "./words.js";

export function drawList(view, overview, part) {
  const { columns, none } = KINDS[part.kind];
  const kind = overview.kinds.find(each => each.kind === part.kind);
  fill(byId("title"), kind.title, make("small", { "data-live": "" }, number(kind.count)));
  drawStatuses(view, overview);
  byId("fleet").hidden = part.kind !== "devices";
  if (!part.rows.length) {
    fill(byId("rows"), make("p", { class: "none" }, kind.count && part.matching === 0 ? "Nothing is found." : none));
  } else {
    fill(byId("rows"), make("table", { "data-key": part.kind },
      make("thead", {}, make("tr", {}, columns.map(([title]) => make("th", { scope: "col" }, title)))),
      make("tbody", {}, part.rows.map(row => drawRow(row, columns, view)))));
  }
  drawPaging(part);
}

function drawRow(row, columns, view) {
  // Requests are no objects, so that there is nothing to open.
  const path = row.id ? row.path : null;
  const attributes = { "data-key": row.id, class: path && path === view.open ? "shown" : null, "data-path": path };
  return make("tr", attributes, columns.map(([title, cell]) => make("td", { "data-title": title }, cell(row))));
}

function drawStatuses(view, overview) {
  const one = (status, label, count) => make("button",
    { type: "button", "data-do": "status", "data-status": status, "aria-pressed": String(view.status === status) },
    label, make("b", { "data-live": "" }, number(count)));
  const all = overview.statuses.reduce((sum, each) => sum + each.count, 0);
  fill(byId("statuses"), one("", "All", all), overview.statuses.map(each => one(each.status, each.status, each.count)));
}

function drawPaging({ skip, top, matching, rows }) {
  const place = byId("paging");
  place.hidden = matching <= top && skip === 0;
  const to = (label, place, off) =>
    make("button", { type: "button", "data-do": "page", "data-skip": place, disabled: off }, label);
  const last = Math.floor(Math.max(matching - 1, 0) / top) * top;
  fill(place,
    to("First", 0, skip === 0), to("Previous", Math.max(skip - top, 0), skip === 0),
    make("span", { "data-live": "" }, rows.length ? `${number(skip + 1)} to ${number(skip + rows.length)} of ${number(matching)}` : `none of ${number(matching)}`),
    to("Next", skip + top, skip + top >= matching), to("Last", last, skip >= last));
}
