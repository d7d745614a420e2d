/** Words of forms: what is edited, steps of treatment and when they hold. A key that one language lacks does not compile. */
const en = {
  faces: "Form or YAML", form: "Form", yaml: "YAML", unsaved: "Not saved yet.", kept: "Saved.", leave: "Changes are not saved. Leave all the same?",
  stale: "Somebody changed this patient while you were editing. Load what is there now; Undo brings yours back.", reload: "Load what is there now",
  comments: "The form keeps every entry, but no comments of the YAML.",
  kinds: { dialysis: "Dialysis", give: "Drug", diet: "Diet", stop: "Stop a drug", surgery: "Procedure", transplant: "Transplant" },
  add_step: "Add", up: "Move up", down: "Move down", delete: "Delete", more: "More", unchanged: "as now", example: "e.g.",
  drug: "Drug", dose: "Dose", given: "Given", per_day: "by day or week", per_session: "at each session", operation: "Procedure",
  from: "From", until: "Until", at_start: "the start", open: "further notice", before: "before the record", to_now: "now", at_time: "a time", once: "a value is reached", time: "week or date",
  quantity: "quantity", relation: "relation", threshold: "threshold", join: "or, and", or: "or", and: "and", another: "+ condition", held: "held for", by: "at the latest",
  quantities: { calcium: "calcium", "corrected calcium": "corrected calcium", "ionised calcium": "ionised calcium", phosphate: "phosphate", PTH: "PTH", "alkaline phosphatase": "alkaline phosphatase", "mass volume": "mass volume" },
  titration: "Dose by laboratory", titrate_it: "+ Dose by laboratory", no_titration: "One dose instead",
  titrate: { every: "Judged every", doses: "Doses, low to high", raise_if: "Up if", lower_if: "Down if", hold_if: "Pause if", resume_if: "Resume if" },
  operations: { parathyroidectomy: "parathyroidectomy", "mass excision": "excision of a mass", "ethanol injection": "ethanol injection", "gland ablation": "ablation of glands", "corticosteroid injection": "corticosteroid injection", disarticulation: "disarticulation" },
  choices: { HD: "haemodialysis", HDF: "haemodiafiltration", rate: "spread over the day", tablets: "swallowed at once", removed: "removed", left: "left" },
  fields: {
    sessions: "Sessions a week", hours: "Hours a session", hours_per_week: "Hours a week", dialysate_calcium: "Dialysate calcium", modality: "Modality", dialysate_bicarbonate: "Dialysate bicarbonate",
    dialysate_magnesium: "Dialysate magnesium", dialysate_citrate: "Dialysate citrate", blood_flow: "Blood flow", dialysate_flow: "Dialysate flow", substitution_flow: "Substitution flow", missed: "Share missed",
    phosphorus: "Phosphorus", calcium: "Calcium", filtration: "Filtration", adherence: "Share really taken", as: "How taken", every: "One dose every", note: "Note", source: "Source",
    glands_left: "Glands left", tissue_left: "Tissue left", autograft: "Autograft", glands_treated: "Glands treated", destroyed: "Tissue destroyed", mass: "Mass", removed: "Share removed", capsule: "Capsule", quietened: "Cells quietened",
  },
};
const fr: typeof en = {
  faces: "Formulaire ou YAML", form: "Formulaire", yaml: "YAML", unsaved: "Pas encore enregistré.", kept: "Enregistré.", leave: "Des modifications ne sont pas enregistrées. Quitter quand même ?",
  stale: "Quelqu’un a modifié ce patient pendant que vous travailliez. Chargez l’état actuel ; Annuler ramène le vôtre.", reload: "Charger l’état actuel",
  comments: "Le formulaire garde chaque entrée, mais pas les commentaires du YAML.",
  kinds: { dialysis: "Dialyse", give: "Médicament", diet: "Régime", stop: "Arrêter un médicament", surgery: "Intervention", transplant: "Greffe" },
  add_step: "Ajouter", up: "Monter", down: "Descendre", delete: "Supprimer", more: "Plus", unchanged: "inchangé", example: "p. ex.",
  drug: "Médicament", dose: "Dose", given: "Donné", per_day: "par jour ou semaine", per_session: "à chaque séance", operation: "Intervention",
  from: "À partir de", until: "Jusqu’à", at_start: "du début", open: "nouvel ordre", before: "avant le dossier", to_now: "maintenant", at_time: "un moment", once: "une valeur atteinte", time: "semaine ou date",
  quantity: "grandeur", relation: "relation", threshold: "seuil", join: "ou, et", or: "ou", and: "et", another: "+ condition", held: "pendant", by: "au plus tard",
  quantities: { calcium: "calcium", "corrected calcium": "calcium corrigé", "ionised calcium": "calcium ionisé", phosphate: "phosphate", PTH: "PTH", "alkaline phosphatase": "phosphatases alcalines", "mass volume": "volume de la masse" },
  titration: "Dose selon le laboratoire", titrate_it: "+ Dose selon le laboratoire", no_titration: "Plutôt une seule dose",
  titrate: { every: "Jugée toutes les", doses: "Doses croissantes", raise_if: "Augmenter si", lower_if: "Diminuer si", hold_if: "Suspendre si", resume_if: "Reprendre si" },
  operations: { parathyroidectomy: "parathyroïdectomie", "mass excision": "exérèse d’une masse", "ethanol injection": "injection d’éthanol", "gland ablation": "ablation de glandes", "corticosteroid injection": "injection de corticoïde", disarticulation: "désarticulation" },
  choices: { HD: "hémodialyse", HDF: "hémodiafiltration", rate: "répartie sur le jour", tablets: "avalée d’un coup", removed: "enlevée", left: "laissée" },
  fields: {
    sessions: "Séances par semaine", hours: "Heures par séance", hours_per_week: "Heures par semaine", dialysate_calcium: "Calcium du dialysat", modality: "Modalité", dialysate_bicarbonate: "Bicarbonate du dialysat",
    dialysate_magnesium: "Magnésium du dialysat", dialysate_citrate: "Citrate du dialysat", blood_flow: "Débit sanguin", dialysate_flow: "Débit du dialysat", substitution_flow: "Débit de substitution", missed: "Part manquée",
    phosphorus: "Phosphore", calcium: "Calcium", filtration: "Filtration", adherence: "Part vraiment prise", as: "Prise", every: "Une dose toutes les", note: "Note", source: "Source",
    glands_left: "Glandes laissées", tissue_left: "Tissu laissé", autograft: "Autogreffe", glands_treated: "Glandes traitées", destroyed: "Tissu détruit", mass: "Masse", removed: "Part enlevée", capsule: "Capsule", quietened: "Cellules calmées",
  },
};
export const editing = { en, fr };
