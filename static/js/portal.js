// Small help on top of pages that work without it. No dependencies.

// One submit is one submit: the second click on a slow page does nothing. Coming back with the browser's arrow opens the form again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.getAttribute("method") !== "post" || event.defaultPrevented) return;
  if (form.getAttribute("aria-busy") === "true") { event.preventDefault(); return; }
  form.setAttribute("aria-busy", "true");
  setTimeout(() => form.removeAttribute("aria-busy"), 15000); // A file to save, or a lost line: never locked for good.
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[aria-busy]")) form.removeAttribute("aria-busy");
});

// A page that answers what was sent gets an address of its own in the browser's history: Back asks for the page there, which gives back what was half written, and never for what
// was sent, which no browser has kept.
const { answers } = document.body.dataset;
if (answers) history.replaceState(null, "", answers);

// A page that the browser takes out of its memory is shown to whoever it was made for, while that session stands, and to nobody else. It is put away hidden.
const { reader, stands, leave } = document.body.dataset;
addEventListener("pagehide", (event) => { if (reader && event.persisted) document.documentElement.hidden = true; });
addEventListener("pageshow", async (event) => {
  if (!reader || !event.persisted) return;
  const answer = await fetch(stands, { cache: "no-store" }).catch(() => null);
  if (answer?.ok && !answer.redirected && (await answer.text()) === reader) document.documentElement.hidden = false;
  else location.reload();
});

// What is half written is kept on the server for the writer, since the browser keeps none of these pages: when one leaves the page or puts it away, and a little after the
// last word. Another form on the page takes it along when it is sent. What saves itself is not left so, unless it could not be saved.
const written = (form) => { const text = new URLSearchParams(); for (const [name, value] of new FormData(form)) if (typeof value === "string" && name !== "kept_along" && !/password/i.test(name)) text.append(name, value); return text.toString(); };
const halves = new Map(), themselves = new Map();
for (const form of document.querySelectorAll("form[method=post]")) if (leave && form.elements.form_owner) halves.set(form, written(form));
const isHalf = (form) => form.isConnected && form.getAttribute("aria-busy") !== "true" && (themselves.get(form)?.unsaved() ?? written(form) !== halves.get(form));
let leaving, wasLeft = true;
const halfWritten = () => [...halves.keys()].filter((form) => isHalf(form) && !form.querySelector("[data-autosave]"));
async function leaveForms() {
  clearTimeout(leaving);
  const forms = halfWritten();
  if (!forms.length) return;
  const texts = forms.map(written), { form_owner: owner, csrfmiddlewaretoken: token } = forms[0].elements;
  const body = new URLSearchParams({ left_at: location.pathname, kept_along: JSON.stringify(texts), form_owner: owner.value, csrfmiddlewaretoken: token.value });
  const keepalive = body.toString().length < 60000; // More than that a browser does not send from a page that is gone.
  const answer = await fetch(leave, { method: "POST", body, keepalive, redirect: "manual", headers: { Accept: "application/json" } }).catch(() => null);
  wasLeft = Boolean(answer?.ok);
  if (wasLeft) forms.forEach((form, n) => { if (!themselves.has(form)) halves.set(form, texts[n]); });
}
document.addEventListener("input", (event) => { if (halves.has(event.target.form)) { clearTimeout(leaving); leaving = setTimeout(leaveForms, 15000); } });
document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-discard]")) halves.clear(); // Thrown away: not to be kept anew.
  const form = event.target, forms = halfWritten().filter((one) => one !== form);
  if (event.defaultPrevented || form.getAttribute("method") !== "post" || !form.closest("main") || !forms.length) return;
  clearTimeout(leaving);
  for (const [name, value] of [["left_at", location.pathname], ["kept_along", JSON.stringify(forms.map(written))], ["form_owner", forms[0].elements.form_owner.value]]) {
    const field = form.querySelector(`[name=${name}]`) ?? form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name }));
    field.value = value;
  }
});
addEventListener("pagehide", leaveForms);
addEventListener("online", leaveForms);
document.addEventListener("visibilitychange", () => { if (document.hidden) leaveForms(); });
addEventListener("beforeunload", (event) => { if ((!navigator.onLine || !wasLeft) && halfWritten().length) event.preventDefault(); });

// What saves itself tells the truth: "saved" is said of exactly the text that stands there, "not saved" stands until it is, and one is asked before the page is left with it.
// `words` says what is written, `stored` what the server says that it has of it.
globalThis.savesItself = ({ form, url, words, body, line, begun, delay, stored }) => {
  let kept = begun, saving = false, stopped = false, along = false, wait;
  const unsaved = () => words() !== kept, later = (time) => { clearTimeout(wait); wait = setTimeout(save, time); };
  const say = (text, trouble) => {
    line.textContent = text;
    line.classList.toggle("ds-alert", Boolean(trouble)); line.classList.toggle("quiet", !trouble);
    if (trouble) line.dataset.color = "warning";
    if (trouble?.go) line.append(" ", Object.assign(document.createElement("a"), { href: trouble.go, textContent: trouble.word }));
  };
  const send = (more) => fetch(url, { method: "POST", body: body(), redirect: "manual", headers: { Accept: "application/json" }, ...more }).catch(() => null);
  async function save() {
    clearTimeout(wait);
    if (saving || stopped || form.getAttribute("aria-busy") === "true" || !unsaved()) return;
    saving = true;
    const text = words(), answer = await send({ signal: AbortSignal.timeout(20000) });
    const told = answer?.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json().catch(() => null) : null;
    saving = false;
    if (answer?.ok && told) {
      kept = stored(text, told);
      if (unsaved()) { say(""); later(delay); } else say(told.said); // Written on while it was saved: that is not saved yet.
    } else if (told) { // Refused, and why; where the session is over, whether the text is kept until one is back.
      stopped = answer.status === 409;
      if (told.kept) kept = text;
      say(told.said, told);
    } else { say(line.dataset.failed, {}); later(10000); }
  }
  form.addEventListener("input", () => { if (!line.classList.contains("ds-alert")) say(""); stopped &&= form.matches("[data-rich-form]"); later(delay); });
  addEventListener("online", save);
  addEventListener("beforeunload", (event) => { if (!along && form.getAttribute("aria-busy") !== "true" && unsaved()) event.preventDefault(); });
  addEventListener("pageshow", () => { along = false; });
  if (unsaved()) later(delay);
  const itself = { unsaved, send, goesAlong: () => { along = true; }, isAlong: () => along };
  themselves.set(form, itself);
  return itself;
};

// Text areas grow with the text where the style sheet cannot do it (field-sizing).
const grows = CSS.supports("field-sizing", "content");
function grow(area) {
  if (grows) { area.style.fieldSizing = "content"; area.style.minBlockSize = `calc(${area.rows}lh + 1.5rem)`; return; } // its own size forgets the rows
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight + area.offsetHeight - area.clientHeight}px`;
}
// A counter for what is left, said aloud only when little is left or too much is written.
function count(area) {
  const line = document.querySelector(`[data-counter-for="${CSS.escape(area.id)}"]`);
  if (!line) return;
  const left = area.dataset.limit - [...area.value].length;
  line.hidden = false;
  line.classList.toggle("over", left < 0);
  line.setAttribute("aria-live", left < 50 ? "polite" : "off");
  line.textContent = (left < 0 ? line.dataset.over : line.dataset.left).replace("{n}", Math.abs(left));
}
for (const area of document.querySelectorAll("textarea[data-grow]")) {
  // The limit warns instead of cutting what is pasted; the server refuses what is too long and keeps the text.
  if (area.maxLength > 0) { area.dataset.limit = area.maxLength; area.removeAttribute("maxlength"); }
  grow(area); count(area);
  area.addEventListener("input", () => { grow(area); count(area); });
}
// On the way back the browser fills in what was written after this has run, without a word.
addEventListener("pageshow", () => { for (const area of document.querySelectorAll("textarea[data-grow]")) { grow(area); count(area); } });

// Errors first: `autofocus` is not obeyed when the address has a fragment.
document.querySelector("[data-error-summary]")?.focus();
// Escape closes the menu and hands focus back.
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest?.(".menu[open]");
  if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
});

// While a title is written: what others have proposed that is like it. Without JavaScript it is shown on the next page.
for (const place of document.querySelectorAll("[data-similar]")) {
  const title = document.getElementById(place.dataset.similarTo);
  let wait, asked = "";
  title?.addEventListener("input", () => {
    clearTimeout(wait);
    wait = setTimeout(async () => {
      const words = title.value.trim();
      if (words === asked) return;
      asked = words;
      const answer = words.length < 4 ? null : await fetch(`${place.dataset.similar}?title=${encodeURIComponent(words.slice(0, 120))}`).catch(() => null);
      if (words !== asked) return; // Something newer has been written meanwhile.
      place.innerHTML = answer?.ok ? await answer.text() : "";
    }, 500);
  });
}

// The votes of one party or part in one press: the buttons send the form without JavaScript, and set the radio buttons with it.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-vote-groups] button");
  if (!button) return;
  event.preventDefault();
  const choice = button.value.split(":")[1];
  for (const member of button.dataset.members.split(",")) {
    const radio = button.form.querySelector(`[name$="-${CSS.escape(member)}"][value="${CSS.escape(choice)}"]`);
    if (radio) radio.checked = true;
  }
});

// Following a meeting: asks for its middle part now and then, with the version it has; nothing new is answered with nothing.
for (const place of document.querySelectorAll("[data-follow]")) {
  const lost = document.querySelector("[data-follow-lost]");
  document.querySelector("[data-follow-manual]")?.setAttribute("hidden", "");
  const ask = async () => {
    if (!document.hidden) {
      const answer = await fetch(place.dataset.follow, { headers: { "If-None-Match": place.dataset.etag }, cache: "no-store" }).catch(() => null);
      if (lost) lost.hidden = Boolean(answer && answer.status < 500);
      if (answer?.status === 200 && !answer.redirected) { place.innerHTML = await answer.text(); place.dataset.etag = answer.headers.get("ETag"); }
      else if (answer?.status === 404 || answer?.redirected) { location.reload(); return; }
    }
    setTimeout(ask, 1000 * place.dataset.every);
  };
  setTimeout(ask, 1000 * place.dataset.every);
}

// What is being written of a case is kept as a draft on the server while it is written; the button puts it in the minutes.
for (const area of document.querySelectorAll("textarea[data-autosave]")) {
  const form = area.form, plain = (text) => text.replace(/\r\n?/g, "\n").normalize("NFC").trim();
  const body = () => { const sent = new URLSearchParams(new FormData(form)); sent.set("left_at", location.pathname); return sent; };
  const stored = (text, told) => {
    if (plain(text) === plain(told.stored)) return text;
    if (area.value === text) area.value = told.stored; // Signs that are not taken in: what stands there is what is stored.
    return told.stored;
  };
  const itself = savesItself({ form, url: area.dataset.autosave, words: () => area.value, body, line: form.querySelector("[data-autosave-line]"), begun: area.dataset.unsaved ? null : area.value, delay: 2000, stored });
  // Another button on the page takes the text along; a link to another page leaves it as a draft.
  document.addEventListener("submit", (event) => {
    const other = event.target;
    if (event.defaultPrevented || other.getAttribute("method") !== "post" || !other.closest("main")) return;
    itself.goesAlong();
    if (other === form) return;
    const along = other.querySelector("[name=treatment]") ?? other.appendChild(Object.assign(document.createElement("textarea"), { name: "treatment", hidden: true }));
    along.value = area.value;
    for (const [name, value] of [["treatment_page", form.elements["discussion-page"]], ["treatment_began", form.elements["discussion-began"]], ["form_owner", form.elements.form_owner]]) {
      const mark = other.querySelector(`[name=${name}]`) ?? other.appendChild(Object.assign(document.createElement("input"), { name, type: "hidden" }));
      mark.value = value?.value ?? "";
    }
  });
  addEventListener("pagehide", () => { if (!itself.isAlong() && itself.unsaved()) itself.send({ keepalive: true }); });
}

// Another language: what is half written comes along. Most forms travel by way of the server (docs/look.md); this is for the others, in the same tab, for the
// next page alone, and never for passwords, codes and files.
const CARRIED = "trepart.carried", NEVER = ["password", "file", "hidden", "submit", "button", "reset"];
function filled() {
  const found = [];
  document.querySelectorAll("main form[method=post]").forEach((form, f) => [...form.elements].forEach((field, n) => {
    if (field.name && !NEVER.includes(field.type) && field.autocomplete !== "one-time-code") found.push([`${f}.${n}.${field.name}`, field]);
  }));
  return found;
}
document.querySelector("form.languages")?.addEventListener("submit", () => {
  const values = Object.fromEntries(filled().map(([key, field]) => [key, /radio|checkbox/.test(field.type) ? field.checked : field.multiple ? [...field.selectedOptions].map((o) => o.value) : field.value]));
  try { sessionStorage.setItem(CARRIED, JSON.stringify({ page: location.pathname + location.search, at: Date.now(), values })); } catch { /* Full or forbidden: the page opens empty. */ }
});
try {
  const carried = JSON.parse(sessionStorage.getItem(CARRIED));
  sessionStorage.removeItem(CARRIED);
  if (carried && carried.page === location.pathname + location.search && Date.now() - carried.at < 60000) {
    for (const [key, field] of filled()) {
      const value = carried.values[key];
      if (value === undefined) continue;
      if (/radio|checkbox/.test(field.type)) field.checked = value;
      else if (field.multiple) for (const option of field.options) option.selected = value.includes(option.value);
      else field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }
} catch { /* Storage is forbidden: nothing was carried. */ }

// An agenda can be dragged into order; the buttons Up and Down do the same without it.
for (const list of document.querySelectorAll("[data-drag]")) {
  const save = document.getElementById(list.dataset.drag);
  let held = null, before = "";
  const order = () => [...list.querySelectorAll("[data-item]")].map((line) => line.dataset.item).join(",");
  for (const line of list.querySelectorAll("[data-item]")) {
    line.draggable = true;
    line.addEventListener("dragstart", (event) => { held = line; before = order(); event.dataTransfer.effectAllowed = "move"; line.classList.add("held"); });
    line.addEventListener("dragend", () => {
      line.classList.remove("held"); held = null;
      if (order() === before) return;
      save.form.elements.order.value = order();
      save.form.requestSubmit(save);
    });
  }
  list.addEventListener("dragover", (event) => {
    const over = event.target.closest("[data-item]");
    if (!held || !over) return;
    event.preventDefault();
    if (over === held) return;
    const box = over.getBoundingClientRect();
    over[event.clientY > box.top + box.height / 2 ? "after" : "before"](held);
  });
}

// One's own highlights: painted over the text without changing it. Notes work without; highlights need a browser that can paint them.
const place = document.querySelector("[data-mark]");
if (place && CSS.highlights) {
  const block = (name) => document.querySelector(`[data-paper="${CSS.escape(name)}"]`);
  const point = (root, at) => {
    const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(), left = at; node; node = walk.nextNode()) {
      if (left <= node.length) return [node, left];
      left -= node.length;
    }
    return null;
  };
  const painted = new Highlight();
  for (const one of document.querySelectorAll("[data-highlight]")) {
    const root = block(one.dataset.highlight), words = one.textContent.trim();
    if (!root) continue;
    const all = root.textContent, given = Number(one.dataset.start);
    const start = all.startsWith(words, given) ? given : all.indexOf(words); // The text may have changed a little.
    const from = start < 0 ? null : point(root, start), to = start < 0 ? null : point(root, start + words.length);
    if (!from || !to) continue;
    const range = new Range();
    range.setStart(...from); range.setEnd(...to);
    painted.add(range);
  }
  CSS.highlights.set("own", painted);
  document.querySelector("[data-highlights]").hidden = false;
  const form = document.querySelector("[data-note]");
  let found = null;
  document.addEventListener("selectionchange", () => {
    const selected = getSelection(), root = selected.rangeCount && !selected.isCollapsed && selected.anchorNode?.parentElement?.closest("[data-paper]");
    if (!root || !root.contains(selected.focusNode)) return;
    const range = selected.getRangeAt(0), before = new Range();
    before.setStart(root, 0); before.setEnd(range.startContainer, range.startOffset);
    const text = range.toString(), words = text.trim();
    if (!words || words.length > 2000) return;
    found = { quote: words, block: root.dataset.paper, start: before.toString().length + text.indexOf(words) };
    place.hidden = false;
  });
  place.querySelector("button").addEventListener("click", () => {
    if (!found) return;
    for (const [name, value] of Object.entries(found)) form.elements[name].value = value;
    form.requestSubmit();
  });
}
