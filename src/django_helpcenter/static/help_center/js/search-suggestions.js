// Suggestions below the search field: an editable combobox with a list (WAI-ARIA 1.2). Without this
// module, or when anything in it fails, the field is the plain form that it was.

const DELAY_MS = 120;
const KEPT_ANSWERS = 30;

class SearchSuggestions {
  constructor(form) {
    this.form = form;
    this.input = form.querySelector("input[name=q]");
    this.texts = form.dataset;
    this.options = [];
    this.active = -1;
    this.answers = new Map();
    this.timer = 0;
    this.request = null;
    this.list = this.makeList();
    this.status = this.makeStatus();
    this.prepareInput();
    form.append(this.list, this.status);
    form.addEventListener("submit", () => this.close());
  }

  makeList() {
    const list = document.createElement("ul");
    list.id = `${this.input.id}-suggestions`;
    list.className = "hc-suggestions";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", this.texts.hcSuggestLabel);
    list.hidden = true;
    // The field keeps the focus, so that it does not close the list before the click.
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.open(option.dataset.url, event.ctrlKey || event.metaKey);
    });
    return list;
  }

  makeStatus() {
    const status = document.createElement("div");
    status.className = "hc-visually-hidden";
    status.setAttribute("role", "status");
    return status;
  }

  prepareInput() {
    const input = this.input;
    // A field of the type "search" must not be a combobox.
    input.type = "text";
    input.inputMode = "search";
    input.autocomplete = "off";
    const attributes = {
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.list.id,
    };
    for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);
    input.addEventListener("input", (event) => event.isComposing || this.schedule());
    input.addEventListener("compositionend", () => this.schedule());
    input.addEventListener("keydown", (event) => event.isComposing || this.press(event));
    input.addEventListener("blur", () => this.close());
  }

  get isOpen() {
    return !this.list.hidden;
  }

  get typed() {
    return this.input.value.trim();
  }

  schedule() {
    clearTimeout(this.timer);
    this.request?.abort();
    this.timer = setTimeout(() => this.load(), DELAY_MS);
  }

  async load() {
    const typed = this.typed;
    if (!typed) {
      this.close();
      return;
    }
    this.request?.abort();
    const request = new AbortController();
    this.request = request;
    try {
      const found = this.answers.get(typed) ?? (await this.ask(typed, request.signal));
      this.keep(typed, found);
      const isAsked = !request.signal.aborted && document.activeElement === this.input;
      if (isAsked) this.show(found);
    } catch {
      if (!request.signal.aborted) this.close();
    }
  }

  async ask(typed, signal) {
    const url = new URL(this.texts.hcSuggest, location.href);
    url.searchParams.set("q", typed);
    const response = await fetch(url, { signal, headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(`Suggestions: ${response.status}`);
    return (await response.json()).suggestions;
  }

  keep(typed, found) {
    this.answers.set(typed, found);
    if (this.answers.size > KEPT_ANSWERS) this.answers.delete(this.answers.keys().next().value);
  }

  show(found) {
    this.options = found.map((each, number) => this.makeOption(each, number));
    this.list.replaceChildren(...this.options);
    this.setActive(-1);
    this.list.hidden = found.length === 0;
    this.input.setAttribute("aria-expanded", String(this.isOpen));
    this.status.textContent = this.isOpen
      ? this.texts.hcSuggestCount.replace("{count}", String(found.length))
      : this.texts.hcSuggestNone;
  }

  makeOption(found, number) {
    const option = document.createElement("li");
    option.id = `${this.list.id}-${number}`;
    option.className = `hc-suggestions__item hc-suggestions__item--${found.kind}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.dataset.url = found.url;
    const text = document.createElement("span");
    text.className = "hc-suggestions__text";
    text.dir = "auto";
    text.textContent = found.text;
    if (found.language) text.lang = found.language;
    const note = document.createElement("span");
    note.className = "hc-suggestions__note";
    note.textContent = found.note;
    option.append(text, note);
    return option;
  }

  setActive(number) {
    this.options[this.active]?.setAttribute("aria-selected", "false");
    this.active = number;
    const option = this.options[number];
    if (!option) {
      this.input.removeAttribute("aria-activedescendant");
      return;
    }
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.id);
  }

  press(event) {
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in moves) {
      event.preventDefault();
      if (this.isOpen) this.move(moves[event.key]);
      else this.load();
    } else if (event.key === "Enter" && this.isOpen && this.active >= 0) {
      event.preventDefault();
      this.open(this.options[this.active].dataset.url, event.ctrlKey || event.metaKey);
    } else if (event.key === "Escape") {
      if (this.isOpen) event.preventDefault();
      this.close();
    }
  }

  // The field itself is a stop between the last suggestion and the first.
  move(step) {
    const stops = this.options.length + 1;
    this.setActive(((this.active + 1 + step + stops) % stops) - 1);
  }

  open(url, isNew) {
    if (isNew) window.open(url, "_blank", "noopener");
    else location.assign(url);
  }

  close() {
    clearTimeout(this.timer);
    this.request?.abort();
    this.list.hidden = true;
    this.setActive(-1);
    this.input.setAttribute("aria-expanded", "false");
    this.status.textContent = "";
  }
}

for (const form of document.querySelectorAll("form[data-hc-suggest]")) new SearchSuggestions(form);
