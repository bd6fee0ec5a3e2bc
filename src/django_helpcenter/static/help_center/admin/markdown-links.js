// Links and images of the Markdown editor: what is inserted, and what may be one. Nothing here
// touches the page; states and edits are those of markdown-edits.js.

const LINK = /\[((?:\\.|[^\]\\])*)\]\(([^()\s]*)\)/g;

const edit = (from, to, insert, start, end) => ({ from, to, insert, start, end });

/** Put an image in place of the selection, which becomes its description. */
export function insertImage(state, placeholders) {
  const { text, start, end } = state;
  const chosen = escapeLabel(text.slice(start, end).replace(/\s+/g, " ").trim());
  const label = chosen || placeholders.description;
  const from = start + 2;
  const address = from + label.length + 2;
  const insert = `![${label}](${placeholders.address})`;
  return chosen
    ? edit(start, end, insert, address, address + placeholders.address.length)
    : edit(start, end, insert, from, from + label.length);
}

/** Put a link in place of the selection. */
export function insertLink({ start, end }, label, address) {
  const insert = `[${escapeLabel(label)}](${escapeAddress(address)})`;
  return edit(start, end, insert, start + insert.length, start + insert.length);
}

/** Return the link that the selection lies in: { start, end, label, address }, or null. */
export function linkAround({ text, start, end }) {
  const from = start > 0 ? text.lastIndexOf("\n", start - 1) + 1 : 0;
  const [line] = text.slice(from).split("\n", 1);
  for (const found of line.matchAll(LINK)) {
    const place = from + found.index;
    const isWithin = start >= place && end <= place + found[0].length;
    if (!isWithin || text[place - 1] === "!") continue;
    const label = found[1].replace(/\\([\\[\]])/g, "$1");
    return { start: place, end: place + found[0].length, label, address: found[2] };
  }
  return null;
}

function escapeLabel(label) {
  return label.replace(/[\\[\]]/g, "\\$&").replace(/\s*\n\s*/g, " ");
}

function escapeAddress(address) {
  const codes = { "(": "%28", ")": "%29", "<": "%3C", ">": "%3E", "\\": "%5C" };
  return address.replace(/[()<>\\]/g, (found) => codes[found]).replace(/\s/g, "%20");
}

/** Return the address that somebody typed as a link may carry it, "" for what is none. */
export function asAddress(typed) {
  const address = typed.trim();
  if (/^(?:https?:\/\/\S|mailto:\S|tel:\S|article:\d)/i.test(address)) return address;
  if (/^(?:\/(?!\/)|#)\S/.test(address)) return address;
  return /^www\.\S+\.\S/i.test(address) ? `https://${address}` : "";
}
