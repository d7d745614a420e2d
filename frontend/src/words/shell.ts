/** Words of the frame around all pages. A key that one language lacks does not compile. */
const en = {
  patients: "Patients", cases: "Published cases", about: "What it rests on", patient: "Record", ct: "CT", fit: "Fit", plans: "Plans", compare: "Compare",
  skip: "Skip to the content", language: "Language", theme: "Appearance", auto: "As the system", light: "Light", dark: "Dark",
  disclaimer: "For research and teaching. It compares plans; it gives no orders and is no medical device.",
  loading: "Loading …", sign_in: "Sign in", sign_out: "Sign out", name: "Your name", password: "Password or token", main: "Pages", of_patient: "Pages of this patient",
  close: "Close", cancel: "Cancel", undo: "Undo", redo: "Redo", copy: "Copy", copied: "Copied", save: "Save", download: "Download", not_found: "There is no such page.", home: "To the patients",
  waiting: (before: number) => before === 0 ? "Waiting …" : `Waiting, ${before} before it …`,
};
const fr: typeof en = {
  patients: "Patients", cases: "Cas publiés", about: "Fondements", patient: "Dossier", ct: "Scanner", fit: "Ajustement", plans: "Plans", compare: "Comparer",
  skip: "Aller au contenu", language: "Langue", theme: "Apparence", auto: "Comme le système", light: "Clair", dark: "Sombre",
  disclaimer: "Pour la recherche et l’enseignement. Compare des plans ; ne donne pas d’ordre et n’est pas un dispositif médical.",
  loading: "Chargement …", sign_in: "Se connecter", sign_out: "Se déconnecter", name: "Votre nom", password: "Mot de passe ou jeton", main: "Pages", of_patient: "Pages de ce patient",
  close: "Fermer", cancel: "Annuler", undo: "Annuler", redo: "Rétablir", copy: "Copier", copied: "Copié", save: "Enregistrer", download: "Télécharger", not_found: "Cette page n’existe pas.", home: "Vers les patients",
  waiting: (before) => before === 0 ? "En attente …" : `En attente, ${before} avant …`,
};
export const shell = { en, fr };
