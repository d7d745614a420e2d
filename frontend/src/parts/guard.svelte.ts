/** Asks before a page with unsaved edits is left; call it while a component is set up. */
export function guard(is_changed: () => boolean, words: () => string) {
  $effect(() => {
    const ask = (event: BeforeUnloadEvent) => { if (is_changed()) event.preventDefault(); };
    const here = location.hash;
    const moved = (event: HashChangeEvent) => {
      if (!is_changed() || confirm(words())) return;
      event.stopImmediatePropagation();
      history.replaceState(null, "", here);
    };
    addEventListener("beforeunload", ask);
    addEventListener("hashchange", moved, { capture: true });
    return () => { removeEventListener("beforeunload", ask); removeEventListener("hashchange", moved, { capture: true }); };
  });
}
