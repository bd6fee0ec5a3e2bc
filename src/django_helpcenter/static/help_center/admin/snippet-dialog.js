// "Insert snippet": a search over the snippets of the help center. Tells the editor what to insert.

class SnippetDialog {
  constructor(root, { SearchDialog, makePart }) {
    this.root = root;
    this.makePart = makePart;
    this.dialog = new SearchDialog(root, "snippet", this);
  }

  begin() {
    return "";
  }

  address(typed) {
    const url = new URL(this.root.dataset.snippetsUrl, location.href);
    url.searchParams.set("q", typed);
    const language = this.dialog.textarea.form.elements.language?.value;
    if (language) url.searchParams.set("language", language);
    return url;
  }

  found({ snippets }) {
    return snippets;
  }

  describe({ key, description, opening, language }) {
    return [
      this.makePart("hc-link__title", key),
      this.makePart("hc-link__place", description || opening, language),
    ];
  }

  choose({ reference }) {
    this.dialog.send("insert", { text: reference });
  }

  takeTyped() {
    return false;
  }
}

for (const root of document.querySelectorAll("[data-help-center-editor]")) {
  if (!root.dataset.snippetsUrl) continue;
  const ready = import(root.dataset.searchDialog).then((search) => new SnippetDialog(root, search));
  root.addEventListener("help-center:tool", async (event) => {
    if (event.detail.tool === "snippet") (await ready).dialog.open();
  });
}
