/** The drugs that a plan may name, asked for once. */
import * as api from "../api";

const EXAMPLES: Record<string, string> = { "g/day": "2 g/day", "mg/day": "30 mg/day", "ug/day": "1 µg/day", "IU/day": "1000 IU/day", "mg/session": "5 mg", "g/session": "12.5 g" };

class Drugs {
  all = $state.raw<{ name: string; unit: string }[]>([]);
  constructor() { api.drugs().then((found) => (this.all = found), () => { /* the field takes any name all the same */ }); }
  hint(name: string) { return EXAMPLES[this.all.find((drug) => drug.name === name)?.unit ?? ""] ?? "2 g/day"; }
}
export const drugs = new Drugs();
