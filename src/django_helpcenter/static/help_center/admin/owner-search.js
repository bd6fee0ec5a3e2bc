// Finds people by their names and offers them in the select of the owner.

const DELAY_MS = 250;
// Pages that are asked for while nobody is found on them.
const MAX_PAGES = 10;

class OwnerSearch {
  constructor(root) {
    this.select = root.querySelector("select");
    this.query = root.querySelector("input");
    this.status = root.querySelector("[role=status]");
    this.texts = root.dataset;
    // What is offered whatever is found: nobody, and whom the form began with.
    this.first = [...this.select.options];
    this.query.addEventListener("input", () => this.schedule());
    this.query.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      // Enter must not save the article.
      event.preventDefault();
      this.find().then(() => this.select.focus());
    });
    root.querySelector("[data-owner-search]").hidden = false;
  }

  schedule() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.find(), DELAY_MS);
  }

  async find() {
    clearTimeout(this.timer);
    this.asked?.abort();
    const asked = new AbortController();
    this.asked = asked;
    try {
      const people = await this.ask(this.query.value, asked.signal);
      if (this.asked === asked) this.offer(people);
    } catch {
      if (this.asked === asked) this.status.textContent = this.texts.failed;
    }
  }

  async ask(term, signal) {
    for (let page = 1; page <= MAX_PAGES; page += 1) {
      const address = new URL(this.texts.address, document.baseURI);
      address.searchParams.set("term", term);
      address.searchParams.set("page", page);
      const response = await fetch(address, { signal });
      if (!response.ok) throw new Error(response.statusText);
      const { results, pagination } = await response.json();
      if (results.length || !pagination.more) return results;
    }
    return [];
  }

  offer(people) {
    const chosen = this.select.selectedOptions[0];
    const kept = this.first.includes(chosen) ? this.first : [...this.first, chosen];
    const known = new Set(kept.map((option) => option.value));
    const found = people.filter((person) => !known.has(person.id));
    this.select.replaceChildren(
      ...kept,
      ...found.map((person) => new Option(person.text, person.id)),
    );
    chosen.selected = true;
    this.status.textContent = people.length
      ? this.texts.count.replace("{count}", people.length)
      : this.texts.none;
  }
}

for (const root of document.querySelectorAll("[data-help-center-owner]")) new OwnerSearch(root);
