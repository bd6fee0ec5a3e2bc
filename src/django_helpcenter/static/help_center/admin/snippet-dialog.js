// "Insert snippet": a dialog with a search over the snippets of the help center (a combobox with its
// list, WAI-ARIA 1.2). Tells the editor what to insert.

const DELAY_MS = 200;

class SnippetDialog {
  constructor(root) {
    this.root = root;
    this.textarea = root.querySelector("textarea");
    // Outside of the form of the page: its Enter key must not save the article.
    document.body.append(root.querySelector(".hc-snippet-template").content.cloneNode(true));
    this.dialog = document.body.lastElementChild;
    const find = (name) => this.dialog.querySelector(`[data-snippet-${name}]`);
    [this.query, this.list, this.status] = ["query", "list", "status"].map(find);
    this.texts = this.dialog.dataset;
    this.snippets = [];
    this.options = [];
    this.active = -1;
    this.listen(find);
  }

  listen(find) {
    this.root.addEventListener("help-center:tool", (event) => {
      if (event.detail.tool === "snippet") this.open();
    });
    this.dialog.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    find("cancel").addEventListener("click", () => this.dialog.close());
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
    this.selection = { start, end };
    this.query.value = "";
    this.show([]);
    this.status.textContent = "";
    this.dialog.showModal();
    this.load();
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
    const request = new AbortController();
    this.request = request;
    try {
      const response = await fetch(this.address(), {
        signal: request.signal,
        headers: { Accept: "application/json" },
      });
      if (!response.ok) throw new Error(`Snippets: ${response.status}`);
      const { snippets } = await response.json();
      if (request.signal.aborted || !this.dialog.open) return;
      this.show(snippets);
      this.tell(snippets.length);
    } catch {
      if (request.signal.aborted) return;
      this.show([]);
      this.status.textContent = this.texts.failed;
    }
  }

  address() {
    const url = new URL(this.root.dataset.snippetsUrl, location.href);
    url.searchParams.set("q", this.query.value.trim());
    const language = this.textarea.form.elements.language?.value;
    if (language) url.searchParams.set("language", language);
    return url;
  }

  tell(count) {
    const text = count ? this.texts.count : this.texts.none;
    this.status.textContent = text.replace("{count}", String(count));
  }

  show(snippets) {
    this.snippets = snippets;
    this.options = snippets.map((snippet, number) => this.makeOption(snippet, number));
    this.list.replaceChildren(...this.options);
    this.list.hidden = snippets.length === 0;
    this.query.setAttribute("aria-expanded", String(snippets.length > 0));
    this.setActive(-1);
  }

  makeOption(snippet, number) {
    const option = document.createElement("li");
    option.id = `${this.list.id}-${number}`;
    option.className = "hc-link__option";
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.append(
      this.makePart("hc-link__title", snippet.key),
      " ",
      this.makePart("hc-link__place", snippet.description || snippet.opening, snippet.language),
    );
    return option;
  }

  makePart(name, text, language) {
    const part = document.createElement("span");
    part.className = name;
    part.dir = "auto";
    if (language) part.lang = language;
    part.textContent = text;
    return part;
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

  submit() {
    if (this.options.length === 1) {
      this.choose(0);
    } else {
      this.status.textContent = this.texts.choose;
      this.query.focus();
    }
  }

  choose(number) {
    const text = this.snippets[number].reference;
    this.dialog.close();
    const detail = { text, ...this.selection };
    this.root.dispatchEvent(new CustomEvent("help-center:insert", { detail }));
  }
}

for (const root of document.querySelectorAll("[data-help-center-editor]")) {
  if (root.dataset.snippetsUrl) new SnippetDialog(root);
}
