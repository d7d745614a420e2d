/** Where the user is: the part of the address behind #, as `#/patients/abc/compare?weeks=52`. */

class Place {
  path = $state<string[]>([]);
  query = $state<Record<string, string>>({});

  /** Asked before another address is taken; with false the old one stays. */
  may_leave = () => true;
  #here = "";

  constructor() { this.read(); addEventListener("hashchange", () => { if (this.may_leave()) this.read(); else history.replaceState(null, "", this.#here); }); }
  read() {
    this.#here = location.hash;
    const [path = "", query = ""] = location.hash.replace(/^#\/?/, "").split("?");
    this.path = path.split("/").filter(Boolean).map(decodeURIComponent);
    this.query = Object.fromEntries(new URLSearchParams(query));
  }
  /** Changes the state in the address without a step back in the browser's history. */
  note(changes: Record<string, string | null>) {
    const query = new URLSearchParams(this.query);
    for (const [key, value] of Object.entries(changes)) value === null ? query.delete(key) : query.set(key, value);
    history.replaceState(null, "", link(this.path, Object.fromEntries(query)));
    this.read();
  }
}

export const place = new Place();

export function link(path: string[], query: Record<string, string> = {}): string {
  const tail = new URLSearchParams(query).toString();
  return `#/${path.map(encodeURIComponent).join("/")}${tail ? `?${tail}` : ""}`;
}
export const go = (path: string[], query: Record<string, string> = {}) => { location.hash = link(path, query); };
