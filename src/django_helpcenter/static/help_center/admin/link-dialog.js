// "Link to article": a dialog with a search over the articles of the help center (a combobox with
// its list, WAI-ARIA 1.2), which takes web addresses as well. Tells the editor what to insert.

const DELAY_MS = 200;

class LinkDialog {
  constructor(root, links) {
    this.root = root;
    this.links = links;
    this.textarea = root.querySelector("textarea");
    // Outside of the form of the page: its Enter key must not save the article.
    document.body.append(root.querySelector(".hc-link-template").content.cloneNode(true));
    this.dialog = document.body.lastElementChild;
    const find = (name) => this.dialog.querySelector(`[data-link-${name}]`);
    [this.target, this.label, this.list, this.status] = ["target", "label", "list", "status"].map(find);
    this.texts = this.dialog.dataset;
    this.options = [];
    this.active = -1;
    this.listen(find);
  }

  listen(find) {
    this.root.addEventListener("help-center:tool", (event) => {
      if (event.detail.tool === "link") this.open();
    });
    this.dialog.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    find("cancel").addEventListener("click", () => this.dialog.close());
    this.dialog.addEventListener("close", () => this.close());
    this.target.addEventListener("input", (event) => event.isComposing || this.schedule());
    this.target.addEventListener("compositionend", () => this.schedule());
    this.target.addEventListener("keydown", (event) => event.isComposing || this.press(event));
    // The field keeps the focus.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.choose(this.options.indexOf(option));
    });
  }

  open() {
    const { value: text, selectionStart: start, selectionEnd: end } = this.textarea;
    const link = this.links.linkAround({ text, start, end });
    const chosen = text.slice(start, end).replace(/\s+/g, " ").trim();
    const address = link?.address ?? this.links.asAddress(chosen);
    this.selection = link ? { start: link.start, end: link.end } : { start, end };
    this.target.value = address;
    this.label.value = link?.label ?? (address ? "" : chosen);
    this.show([]);
    this.status.textContent = "";
    this.dialog.showModal();
    this.target.select();
    if (!address) this.load();
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
    const typed = this.target.value.trim();
    if (this.links.asAddress(typed)) {
      this.show([]);
      return;
    }
    const request = new AbortController();
    this.request = request;
    try {
      const url = new URL(this.root.dataset.findUrl, location.href);
      url.searchParams.set("q", typed);
      const headers = { Accept: "application/json" };
      const response = await fetch(url, { signal: request.signal, headers });
      if (!response.ok) throw new Error(`Articles: ${response.status}`);
      const { articles } = await response.json();
      if (request.signal.aborted || !this.dialog.open) return;
      this.show(articles);
      this.tell(articles.length);
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

  show(articles) {
    this.articles = articles;
    this.options = articles.map((article, number) => this.makeOption(article, number));
    this.list.replaceChildren(...this.options);
    this.list.hidden = articles.length === 0;
    this.target.setAttribute("aria-expanded", String(articles.length > 0));
    this.setActive(-1);
  }

  makeOption(article, number) {
    const option = document.createElement("li");
    option.id = `${this.list.id}-${number}`;
    option.className = "hc-link__option";
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    const title = document.createElement("span");
    title.className = "hc-link__title";
    title.dir = "auto";
    title.lang = article.language;
    title.textContent = article.title;
    const place = document.createElement("span");
    place.className = "hc-link__place";
    place.dir = "auto";
    place.textContent = article.category;
    option.append(title, " ", place);
    for (const { text, tone } of article.badges) {
      const badge = document.createElement("span");
      badge.className = `hc-badge hc-badge--${tone}`;
      badge.textContent = text;
      option.append(" ", badge);
    }
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
      this.target.removeAttribute("aria-activedescendant");
      return;
    }
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.target.setAttribute("aria-activedescendant", option.id);
  }

  /* Result */

  choose(number) {
    const { title, reference } = this.articles[number];
    this.insert(this.label.value.trim() || title, reference);
  }

  submit() {
    const address = this.links.asAddress(this.target.value);
    if (address) {
      this.insert(this.label.value.trim() || address, address);
    } else if (this.options.length === 1) {
      this.choose(0);
    } else {
      this.status.textContent = this.texts.choose;
      this.target.focus();
    }
  }

  insert(label, address) {
    this.dialog.close();
    const detail = { label, address, ...this.selection };
    this.root.dispatchEvent(new CustomEvent("help-center:link", { detail }));
  }
}

for (const root of document.querySelectorAll("[data-help-center-editor]")) {
  import(root.dataset.links).then((links) => new LinkDialog(root, links));
}
