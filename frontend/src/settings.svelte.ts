/** What one user prefers, kept in this browser, and whether the server wants to know who it is. */
import type { Language } from "./types";

const kept = (key: string) => { try { return localStorage.getItem(`brushite.${key}`); } catch { return null; } };
const keep = (key: string, value: string) => { try { localStorage.setItem(`brushite.${key}`, value); } catch { /* a private window forgets it */ } };

export type Theme = "auto" | "light" | "dark";

class Settings {
  language = $state<Language>((kept("language") as Language | null) ?? (navigator.language.startsWith("fr") ? "fr" : "en"));
  theme = $state<Theme>((kept("theme") as Theme | null) ?? "auto");
  needs_sign_in = $state(false);
  is_protected = $state(false);
  who = $state<string | null>(null);

  choose(language: Language) { this.language = language; keep("language", language); document.documentElement.lang = language; }
  paint(theme: Theme) { this.theme = theme; keep("theme", theme); document.documentElement.dataset.theme = theme; }
  start() { this.choose(this.language); this.paint(this.theme); }
}

export const settings = new Settings();

/** The words of a catalogue in the language of now: `const say = words(shell)`, then `say().patients`. */
export const words = <W>(catalogue: { en: W; fr: W }) => (): W => catalogue[settings.language];
