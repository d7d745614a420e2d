/** Asks before a page with unsaved edits is left; call it while a component is set up. */
import { place } from "../router.svelte";

export function guard(is_changed: () => boolean, words: () => string) {
  $effect(() => {
    const ask = (event: BeforeUnloadEvent) => { if (is_changed()) event.preventDefault(); };
    const may_leave = () => !is_changed() || confirm(words());
    addEventListener("beforeunload", ask);
    place.may_leave = may_leave;
    return () => {
      removeEventListener("beforeunload", ask);
      if (place.may_leave === may_leave) place.may_leave = () => true;
    };
  });
}
