// The search dialog of the Markdown editor: a combobox with its list (WAI-ARIA 1.2). What it
// searches for, and what a choice puts into the text, its owner says; the page gives the address of
// this module.

const DELAY_MS = 200;

/** Make a part of an option, whose text may be in any language. */
export function makePart(className, text, language = "") {
  const part = document.createElement("span");
  part.className = className;
  part.dir = "auto";
  if (language) part.lang = language;
  part.textContent = text;
  return part;
}

/**
 * The dialog of the tool `name`, for an `owner` with these methods:
 *
 * - begin(): what the field says when the dialog opens; "" searches at once
 * - address(typed): the URL that finds what fits, null when nothing is searched for
 * - found(answer): the items in its answer
 * - describe(item): the parts of the option for an item
 * - choose(item): put an item into the text
 * - takeTyped(): put in what was typed, where it is no search; whether it was
 */
export class SearchDialog {
  constructor(root, name, owner) {
    this.root = root;
    this.name = name;
    this.owner = owner;
    this.textarea = root.querySelector("textarea");
    // Outside of the form of the page: its Enter key must not save the article.
    document.body.append(root.querySelector(`.hc-${name}-template`).content.cloneNode(true));
    this.dialog = document.body.lastElementChild;
    [this.query, this.list, this.status] = ["query", "list", "status"].map((each) => this.part(each));
    this.texts = this.dialog.dataset;
    this.items = [];
    this.options = [];
    this.active = -1;
    this.listen();
  }

  part(name) {
    return this.dialog.querySelector(`[data-${this.name}-${name}]`);
  }

  listen() {
    this.dialog.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.part("cancel").addEventListener("click", () => this.dialog.close());
    this.dialog.addEventListener("close", () => this.close());
    this.query.addEventListener("input", (event) => event.isComposing || this.schedule());
    this.query.addEventListener("compositionend", () => this.schedule());
    this.query.addEventListener("keydown", (event) => event.isComposing || this.press(event));
    // The field keeps the focus.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.choose(this.options.indexOf(option));
    });
  }

  open() {
    const { selectionStart: start, selectionEnd: end } = this.textarea;
    /** What the choice replaces; the owner may widen it when it begins. */
    this.selection = { start, end };
    const typed = this.owner.begin();
    this.query.value = typed;
    this.show([]);
    this.status.textContent = "";
    this.dialog.showModal();
    this.query.select();
    if (!typed) this.load();
  }

  close() {
    clearTimeout(this.timer);
    this.request?.abort();
    this.textarea.focus();
  }

  /* Search */

  schedule() {
    clearTimeout(this.timer);
    this.request?.abort();
    this.status.textContent = "";
    this.timer = setTimeout(() => this.load(), DELAY_MS);
  }

  async load() {
    const address = this.owner.address(this.query.value.trim());
    if (!address) {
      this.show([]);
      return;
    }
    const request = new AbortController();
    this.request = request;
    try {
      const headers = { Accept: "application/json" };
      const response = await fetch(address, { signal: request.signal, headers });
      if (!response.ok) throw new Error(response.statusText);
      const items = this.owner.found(await response.json());
      if (request.signal.aborted || !this.dialog.open) return;
      this.show(items);
      this.tell(items.length);
    } catch {
      if (request.signal.aborted) return;
      this.show([]);
      this.status.textContent = this.texts.failed;
    }
  }

  tell(count) {
    const text = count ? this.texts.count : this.texts.none;
    this.status.textContent = text.replace("{count}", String(count));
  }

  show(items) {
    this.items = items;
    this.options = items.map((item, number) => this.makeOption(item, number));
    this.list.replaceChildren(...this.options);
    this.list.hidden = items.length === 0;
    this.query.setAttribute("aria-expanded", String(items.length > 0));
    this.setActive(-1);
  }

  makeOption(item, number) {
    const option = document.createElement("li");
    option.id = `${this.list.id}-${number}`;
    option.className = "hc-link__option";
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    const [first, ...others] = this.owner.describe(item);
    option.append(first, ...others.flatMap((part) => [" ", part]));
    return option;
  }

  /* Keyboard */

  press(event) {
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in moves && this.options.length) {
      event.preventDefault();
      const stops = this.options.length + 1;
      this.setActive(((this.active + 1 + moves[event.key] + stops) % stops) - 1);
    } else if (event.key === "Enter" && this.active >= 0) {
      event.preventDefault();
      this.choose(this.active);
    }
  }

  setActive(number) {
    this.options[this.active]?.setAttribute("aria-selected", "false");
    this.active = number;
    const option = this.options[number];
    if (!option) {
      this.query.removeAttribute("aria-activedescendant");
      return;
    }
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.query.setAttribute("aria-activedescendant", option.id);
  }

  /* Result */

  choose(number) {
    this.owner.choose(this.items[number]);
  }

  submit() {
    if (this.owner.takeTyped()) return;
    if (this.options.length === 1) {
      this.choose(0);
    } else {
      this.status.textContent = this.texts.choose;
      this.query.focus();
    }
  }

  /** Close, and tell the editor what to put in place of the selection. */
  send(event, detail) {
    this.dialog.close();
    const options = { detail: { ...detail, ...this.selection } };
    this.root.dispatchEvent(new CustomEvent(`help-center:${event}`, options));
  }
}
