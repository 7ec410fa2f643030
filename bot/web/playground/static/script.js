// Brings what someone does on the page to the local Slack, and shows what came of it.
// All that is shown is drawn by the server; here parts of a new page take the place of old ones.

const body = document.body;
let person = body.dataset.person;
const place = body.dataset.place;
let seen = body.dataset.seen;

const find = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

// --- Asking the server -------------------------------------------------------------------------------------

const GONE = "The playground has ended. Start it again: python -m bot playground";

/** Return whether it was answered, and with what. The part that this tab takes goes with each question. */
async function ask(address, asked = {}) {
  try {
    const answer = await fetch(address, { ...asked, headers: { "X-Person": person, ...asked.headers } });
    if (answer.status === 401) location.reload(); // Where another token is asked for by now.
    return { ok: answer.ok, text: await answer.text() };
  } catch {
    return { ok: false, text: GONE };
  }
}

let posting = 0;

/** Let the server act, and show what came of it; meanwhile `data-posting` says that more is to come. */
async function post(act, asked) {
  body.dataset.posting = ++posting;
  const headers = { "Content-Type": "application/json" };
  const { ok, text } = await ask(`/act/${act}`, { method: "POST", headers, body: JSON.stringify({ person, ...asked }) });
  const told = ok ? JSON.parse(text) : { told: text, isLost: true };
  tell(told.told);
  await refresh();
  if (!--posting) delete body.dataset.posting;
  return told;
}

// The browser has one cookie for all its tabs: it tells of the tab that was used last.
function stay() {
  document.cookie = `person=${person}; path=/; SameSite=Strict`;
}

for (const used of ["focus", "pointerdown", "keydown"]) window.addEventListener(used, stay, true);

const said = find("#told");
let forgetting = 0;

/** Tell something, within the window that lies before all else: what is behind it is not heard. */
function tell(text) {
  if (!text) return;
  const before = find("dialog[open]") || body;
  if (said.parentElement !== before) before.append(said);
  said.textContent = text;
  clearTimeout(forgetting);
  forgetting = setTimeout(() => (said.textContent = ""), 6000);
}

// --- Showing what changed ----------------------------------------------------------------------------------

const drawn = new Map(); // The HTML of each part as the server drew it, by its id.

function remember(within) {
  for (const part of all("[id]", within)) drawn.set(part.id, part.outerHTML);
}

/** Put the parts of *fresh* in the place of those that differ; the others stay as people left them. */
function follow(old, fresh) {
  const kept = new Map([...old.children].map((part) => [part.id, part]));
  let before = null;
  for (const part of [...fresh.children]) {
    const there = kept.get(part.id);
    kept.delete(part.id);
    let now = there;
    if (!there || drawn.get(part.id) !== part.outerHTML) {
      const html = part.outerHTML;
      if (there && "inside" in part.dataset) {
        const inside = find(".blocks", part);
        follow(find(`#${CSS.escape(inside.id)}`, there), inside);
        find("h2", there).textContent = find("h2", part).textContent;
        const foot = find(".foot", there);
        if (foot.outerHTML !== find(".foot", part).outerHTML) {
          const isHeld = foot.contains(document.activeElement);
          foot.replaceWith(find(".foot", part));
          if (isHeld) focusOn(there); // It is another window by now: its title is to be heard.
        }
      } else {
        now = document.adoptNode(part);
        remember(now);
        if (there) replace(there, now);
      }
      drawn.set(now.id, html);
    }
    const next = before ? before.nextElementSibling : old.firstElementChild;
    if (now !== next) old.insertBefore(now, next);
    before = now;
  }
  for (const gone of kept.values()) {
    const isHeld = gone.contains(document.activeElement) && !gone.matches("dialog");
    gone.remove();
    if (isHeld) focusOn(before || old);
  }
}

/** Put *now* in the place of *there*; who was in it with the keyboard stays there. */
function replace(there, now) {
  const active = document.activeElement;
  const isHeld = there.contains(active);
  there.replaceWith(now);
  if (!isHeld) return;
  const again = document.getElementById(idOf(active));
  focusOn(again || now);
  if (!again || !/^(text|textarea)$/.test(again.type)) return;
  again.value = active.value;
  again.setSelectionRange(active.selectionStart, active.selectionStart);
}

/** Return by what id an element is found again, or what it is part of: '' by none. */
const idOf = (element) => element?.closest("[id]")?.id || "";

/** Bring the keyboard to an element, to what opens it, or to its first box. */
function focusOn(element) {
  const there = (element.matches("details, fieldset") && find("input, summary", element)) || element;
  there.focus({ preventScroll: true });
  if (document.activeElement === there) return;
  there.tabIndex = -1;
  there.focus({ preventScroll: true });
}

let refreshing = Promise.resolve();

function refresh() {
  refreshing = refreshing.then(load, load);
  return refreshing;
}

async function load() {
  const { ok, text } = await ask(location.href);
  if (!ok) return;
  const fresh = new DOMParser().parseFromString(text, "text/html");
  body.dataset.seen = seen = fresh.body.dataset.seen;
  const isAtEnd = atEnd();
  for (const id of ["messages", "replies", "home", "modals", "channels"]) {
    const old = document.getElementById(id);
    const now = fresh.getElementById(id);
    if (!old || !now) continue;
    if (id === "home" && now.dataset.place) old.dataset.place = now.dataset.place;
    follow(old, now);
  }
  find("#clock time").replaceWith(find("#clock time", fresh));
  const head = find("#head", fresh);
  if (find("#head").outerHTML !== head.outerHTML) replace(find("#head"), head);
  openModal();
  markUnread();
  if (isAtEnd) toEnd();
}

const scroll = find("#scroll");

function atEnd() {
  return scroll && scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
}

/** Show the last message from its beginning, where it is longer than the window. */
function toEnd() {
  const last = find("#messages > :last-child");
  if (!last) return;
  scroll.scrollTop = Math.min(last.offsetTop - scroll.offsetTop - 8, scroll.scrollHeight);
  if (last.offsetHeight < scroll.clientHeight) scroll.scrollTop = scroll.scrollHeight;
}

async function watch() {
  for (;;) {
    const { ok, text } = await ask(`/changes?seen=${encodeURIComponent(seen)}`);
    if (!ok) {
      tell(GONE);
      await new Promise((go) => setTimeout(go, 3000));
    } else {
      seen = text;
      await refresh(); // Also where nothing changed: the clock goes on.
    }
  }
}

// What arrived in a channel since this tab saw it last stands out.
function markUnread() {
  for (const link of all("#nav a[data-newest]")) {
    const key = `read ${person} ${link.pathname}`;
    const newest = link.dataset.newest;
    if (link.getAttribute("aria-current") || sessionStorage.getItem(key) === null) {
      sessionStorage.setItem(key, newest);
    }
    const isNew = newest > sessionStorage.getItem(key);
    link.classList.toggle("unread", isNew);
    link.setAttribute("aria-label", link.textContent.trim() + (isNew ? ", new messages" : ""));
  }
}

// --- What is used in messages, Home and modals -------------------------------------------------------------

const placeOf = (element) => element.closest("[data-place]:not(body)")?.dataset.place;
const viewOf = (element) => placeOf(element)?.replace("view:", "");
const isField = (element) => Boolean(element.closest(".field"));

/** Return what stands in an element, as the server is told of it. */
function choiceOf(element) {
  const type = element.dataset.type;
  if (type === "checkboxes" || type === "multi_static_select") {
    return all("input:checked", element).map((box) => Number(box.value));
  }
  if (type === "radio_buttons") {
    const box = find("input:checked", element);
    return box ? Number(box.value) : null;
  }
  if (element.value === "" || element.value === undefined) return null;
  if (type === "static_select") return Number(element.value);
  return element.value;
}

async function use(element, choice) {
  if (!placeOf(element)) return; // It was taken away meanwhile.
  if (element.dataset.confirm && !(await confirmed(JSON.parse(element.dataset.confirm)))) return;
  element.setAttribute("aria-busy", "true");
  await post("use", { place: placeOf(element), at: element.dataset.at, choice });
  element.removeAttribute("aria-busy");
}

function confirmed(asks) {
  const dialog = find("#confirm");
  find("h2", dialog).textContent = asks.title;
  find("p", dialog).textContent = asks.text;
  find("[value=no]", dialog).textContent = asks.no;
  find("[value=yes]", dialog).textContent = asks.yes;
  find("[value=yes]", dialog).classList.toggle("danger", asks.is_danger);
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((tellAnswer) => {
    dialog.addEventListener("close", () => tellAnswer(dialog.returnValue === "yes"), { once: true });
  });
}

document.addEventListener("click", async (event) => {
  const target = event.target.closest("button, summary, a");
  closeMenus(event.target);
  if (!target) return;
  const given = target.dataset;
  const menu = target.closest(".choices")?.parentElement;
  if (menu) {
    menu.open = false;
    focusOn(menu);
  }
  if (given.choice) await use(menu, Number(given.choice));
  else if (given.type === "button") await use(target, null);
  else if (given.clock) await move(target);
  else if (given.shortcut) {
    await post("shortcut", { callback: given.shortcut, place: target.closest(".message")?.dataset.place });
  } else if ("dismiss" in given) await post("dismiss", { place: placeOf(target) });
  else if (given.invite) await post("invite", { channel: given.invite });
  else if (given.copy) await copy(given.copy);
  else if (given.try) await say(find("#typed").form, given.try);
  else if ("attach" in given) find("input[type=file]", target.form).click();
  else if ("close" in given) await closeModal(target.closest("dialog"));
});

async function move(button) {
  const buttons = all("#clock button");
  for (const one of buttons) one.disabled = true;
  tell("The clock moves on, and what falls due is sent.");
  const told = await post("clock", { to: button.dataset.clock });
  for (const one of all("#clock button")) one.disabled = false;
  if (!told.told) tell(`It is ${find("#clock time").textContent}.`);
  button.focus();
}

async function copy(address) {
  const { ok, text } = await ask(address);
  try {
    if (ok) await navigator.clipboard.writeText(text);
    tell(ok ? "The blocks are copied." : text);
  } catch {
    window.open(address, "_blank", "noopener"); // Where the browser lets no page copy.
  }
}

document.addEventListener("change", async (event) => {
  const [file] = event.target.files || [];
  if (!file) return;
  const form = event.target.form;
  const asked = new URLSearchParams({ person, channel: form.dataset.channel, name: file.name });
  const { ok, text } = await ask(`/upload?${asked}`, { method: "POST", body: file });
  if (!ok) tell(text);
  event.target.value = "";
  await refresh();
  toEnd();
});

// A choice by arrow keys is made when it is left or Enter is pressed: each step is not meant.
let isStepping = false;

document.addEventListener("change", (event) => {
  const element = event.target.closest("[data-at]");
  if (!element || "suggests" in element.dataset || isStepping) return;
  changed(element);
});

function changed(element) {
  nameMany(element);
  const tells = element.closest("[data-tells]");
  if (tells) fill(element);
  else if (!isField(element)) use(element, choiceOf(element));
}

function nameMany(element) {
  const summary = element.dataset.type === "multi_static_select" && find("summary", element);
  if (!summary) return;
  const names = all("input:checked", element).map((box) => box.parentElement.textContent.trim());
  summary.textContent = names.join(", ") || summary.getAttribute("aria-label");
}

let filling = 0;

function fill(element) {
  clearTimeout(filling);
  filling = setTimeout(() => {
    const view = viewOf(element); // None, if it was closed meanwhile.
    if (view) post("fill", { view, at: element.dataset.at, choice: choiceOf(element) });
  }, 200);
}

document.addEventListener("input", async (event) => {
  const element = event.target;
  if ("suggests" in element.dataset) {
    const options = all("option", element.list);
    if (options.some((option) => option.value === element.value)) {
      changed(element);
      return;
    }
    const told = await post("suggest", {
      view: viewOf(element),
      at: element.dataset.at,
      text: element.value,
    });
    const fresh = (told.options || []).map((text) => Object.assign(document.createElement("option"), { value: text }));
    document.getElementById(element.getAttribute("list")).replaceChildren(...fresh);
  } else if (element.closest("[data-tells]") && element.type === "text") fill(element);
  else if (element.matches(".composer textarea")) suggest(element);
});

document.addEventListener("keydown", (event) => {
  const select = event.target.closest("select[data-at]");
  if (!select || isField(select)) return;
  if (/^Arrow|^Home$|^End$|^.$/.test(event.key)) isStepping = true;
  if (event.key === "Enter" && isStepping) {
    isStepping = false;
    changed(select);
  }
});

document.addEventListener("focusout", (event) => {
  if (isStepping && event.target.matches("select[data-at]")) {
    isStepping = false;
    if (event.target.value) changed(event.target);
  }
});

document.addEventListener("pointerdown", () => (isStepping = false));

// --- Menus and modals --------------------------------------------------------------------------------------

function closeMenus(target) {
  for (const menu of all("details.menu[open]")) if (!menu.contains(target)) menu.open = false;
}

// What opens below the edge of what scrolls is brought into sight.
document.addEventListener(
  "toggle",
  ({ target }) => target.matches("details.menu[open]") && find(".choices", target).scrollIntoView({ block: "nearest" }),
  true,
);

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest("details.menu[open]");
  if (menu && event.key === "Escape") {
    menu.open = false;
    find("summary", menu).focus();
    event.preventDefault();
  }
});

let opener = "";

function openModal() {
  const modal = find("#modals dialog");
  if (!modal) {
    if (!said.isConnected) body.append(said);
    if (opener) focusOn(document.getElementById(opener) || find("#main"));
    opener = "";
    return;
  }
  if (modal.open) return;
  opener ||= idOf(document.activeElement);
  modal.showModal();
  (find(".blocks input, .blocks select, .blocks textarea, .blocks button, .blocks summary", modal) || modal).focus();
  modal.addEventListener("cancel", (event) => {
    event.preventDefault();
    if (!find("details.menu[open]", modal)) closeModal(modal);
  });
}

async function closeModal(modal) {
  await post("close", { view: viewOf(modal) });
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.closest("#confirm") || form.id === "who") return;
  event.preventDefault();
  if (form.matches(".composer")) await say(form, find("textarea", form).value);
  else await submit(form.closest("dialog"));
});

async function submit(modal) {
  clearTimeout(filling); // All that stands in the form goes with it.
  const fields = all(".field [data-at]", modal);
  for (const field of fields) complain(field, "");
  const empty = fields.filter((field) => ("needed" in field.dataset || field.hasAttribute("required")) && isEmpty(choiceOf(field)));
  for (const field of empty) complain(field, "Please complete this required field.");
  if (empty.length) return lead(empty[0]);
  const values = Object.fromEntries(fields.map((field) => [field.dataset.at, choiceOf(field)]));
  const told = await post("submit", { view: viewOf(modal), values });
  for (const [block, text] of Object.entries(told.errors || {})) {
    const field = find(`.field [data-at="${block}.0"]`, modal);
    if (field) complain(field, text);
  }
  const first = find("[aria-invalid]", modal);
  if (first) lead(first);
}

function lead(field) {
  focusOn(field);
  field.scrollIntoView({ block: "nearest" });
}

const isEmpty = (choice) => choice === null || choice.length === 0;

function complain(field, text) {
  const error = document.getElementById(`${field.id}-error`);
  if (!error) return;
  error.textContent = text;
  error.hidden = !text;
  if (text) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
}

// --- Typing ------------------------------------------------------------------------------------------------

async function say(form, text) {
  if (!text.trim()) return;
  const box = find("textarea", form);
  box.value = "";
  suggest(box);
  const told = await post("say", { channel: form.dataset.channel, thread: form.dataset.thread || "", text });
  if (told.isLost && !box.value) box.value = text;
  if (!form.dataset.thread) toEnd();
  box.focus();
}

const SUGGESTED = 8;
const ways = all("#ways li").map((way) => [way.dataset.text, way.textContent]);

/** Show the commands that go on from what was typed. */
function suggest(box) {
  box.rows = Math.min(8, box.value.split("\n").length);
  const list = find(".ways", box.form);
  if (!list) return;
  const typed = box.value.toLowerCase();
  const found = typed.startsWith("/") ? ways.filter(([text]) => text.toLowerCase().startsWith(typed)).slice(0, SUGGESTED) : [];
  list.replaceChildren(
    ...found.map(([text, what], at) => {
      const option = Object.assign(document.createElement("li"), { id: `${list.id}-${at}`, role: "option" });
      option.setAttribute("aria-selected", "false");
      const strong = Object.assign(document.createElement("strong"), { textContent: text });
      option.append(strong, Object.assign(document.createElement("span"), { textContent: what }));
      option.addEventListener("mousedown", (event) => {
        event.preventDefault();
        take(box, text);
      });
      return option;
    }),
  );
  list.hidden = !found.length;
  box.removeAttribute("aria-activedescendant");
}

function take(box, text) {
  box.value = text;
  suggest(box);
  find(".ways", box.form).hidden = true;
}

document.addEventListener("keydown", (event) => {
  const box = event.target.closest(".composer textarea");
  if (!box || event.isComposing) return;
  const list = find(".ways", box.form);
  const options = list && !list.hidden ? all("li", list) : [];
  const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (options.length && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    const next = options[(at + (event.key === "ArrowDown" ? 1 : -1) + options.length + (at < 0 && event.key === "ArrowUp" ? 1 : 0)) % options.length];
    for (const option of options) option.setAttribute("aria-selected", String(option === next));
    box.setAttribute("aria-activedescendant", next.id);
    next.scrollIntoView({ block: "nearest" });
  } else if (options.length && event.key === "Escape") {
    list.hidden = true;
  } else if (options.length && (event.key === "Tab" || event.key === "Enter") && at >= 0) {
    event.preventDefault();
    take(box, find("strong", options[at]).textContent);
  } else if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    box.form.requestSubmit();
  }
});

find("#person").addEventListener("change", (event) => {
  person = event.target.value;
  stay();
  location.href = place.startsWith("D") ? "/" : location.pathname; // Direct messages are each one's own.
});

// --- Beginning ---------------------------------------------------------------------------------------------

remember(body);
openModal();
markUnread();
if (scroll && !location.hash) toEnd();
if (place === "home") post("home", {});
watch();
