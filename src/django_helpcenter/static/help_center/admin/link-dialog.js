// "Link to article": a search over the articles of the help center, which takes web addresses as
// well. Tells the editor what to insert.

class LinkDialog {
  constructor(root, { SearchDialog, makePart }, links) {
    this.root = root;
    this.links = links;
    this.makePart = makePart;
    this.dialog = new SearchDialog(root, "link", this);
    this.label = this.dialog.part("label");
  }

  begin() {
    const { start, end } = this.dialog.selection;
    const text = this.dialog.textarea.value;
    const link = this.links.linkAround({ text, start, end });
    const chosen = text.slice(start, end).replace(/\s+/g, " ").trim();
    const address = link?.address ?? this.links.asAddress(chosen);
    if (link) this.dialog.selection = { start: link.start, end: link.end };
    this.label.value = link?.label ?? (address ? "" : chosen);
    return address;
  }

  address(typed) {
    if (this.links.asAddress(typed)) return null;
    const url = new URL(this.root.dataset.findUrl, location.href);
    url.searchParams.set("q", typed);
    return url;
  }

  found({ articles }) {
    return articles;
  }

  describe({ title, language, category, badges }) {
    return [
      this.makePart("hc-link__title", title, language),
      this.makePart("hc-link__place", category),
      ...badges.map(({ text, tone }) => {
        const badge = document.createElement("span");
        badge.className = `hc-badge hc-badge--${tone}`;
        badge.textContent = text;
        return badge;
      }),
    ];
  }

  choose({ title, reference }) {
    this.insert(title, reference);
  }

  takeTyped() {
    const address = this.links.asAddress(this.dialog.query.value);
    if (address) this.insert(address, address);
    return Boolean(address);
  }

  insert(words, address) {
    this.dialog.send("link", { label: this.label.value.trim() || words, address });
  }
}

for (const root of document.querySelectorAll("[data-help-center-editor]")) {
  const ready = Promise.all([import(root.dataset.searchDialog), import(root.dataset.links)]).then(
    ([search, links]) => new LinkDialog(root, search, links),
  );
  root.addEventListener("help-center:tool", async (event) => {
    if (event.detail.tool === "link") (await ready).dialog.open();
  });
}
