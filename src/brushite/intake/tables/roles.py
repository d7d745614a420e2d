"""The words by which tables call their columns, besides those for analytes."""

from collections.abc import Mapping
from types import MappingProxyType

ROLES: Mapping[str, str] = MappingProxyType(
    {
        "date": (
            r"(date|dt)( et| and)?( heure| time)?( (de|du|d|des|of))*( la|"
            r" l)?( (prelevements?|preleve|prelev|plvt|sang|bilans?|examens?|analyses?|seance|"
            r"dialyse|dosages?|sample|sampling|samples|collection|collected|drawn?|blood|test|"
            r"tests|lab|labs|measurement|visit|session|visite|specimen|mesure|heure|time))*|"
            r"dates|datetime|timestamp|preleve le|prelevement|collected( on| at)?|"
            r"collection date|collection time|(sample|sampling|specimen|test|lab|draw|visit|"
            r"session|measurement|blood|blood test) date|effective ?date( ?time)?|"
            r"date ?/? ?(heure|time)"
        ),
        "later date": (
            r"date( (de|du|d|of))*( la| l)?( (resultats?|results?|validation|reception|"
            r"edition|rendu|impression|received|reported|report))+|(result|report|received|"
            r"issued|validation) date"
        ),
        "visit": (
            r"visite?|(time ?points?|temps|echeance|suivi|follow ?up|visit name|periode?)|"
            r"(jours?|days?|semaines?|weeks?|mois|months?|annees?|years?)( n| no| number)?"
        ),
        "time": (r"heure|time|hour|heure (de |du )?prelevement|(sample|collection) time"),
        "patient": (
            r"patients?|(n|no|num|numero|id|ident|identifiant|code)?( (de|du))? ?(patients?|"
            r"dossier|sujet)|patient ?(id|no|number|name|n|code|identifier)|ipp|nip|nir|mrn|"
            r"iep|subject( id)?|record ?id|nom( (du )?patient)?|prenom|nom (et )?prenom|"
            r"nom de (naissance|famille)|surname|(first|last|family) name|"
            r"medical record number|usubjid|hospital (number|no|id)"
        ),
        "row number": (r"id|n|no|num|numero|index|row|ligne"),
        "test name": (
            r"(nom|name|libelle|code|type)?( (de|du|d|of))*( l| la| the)? ?(analyses?|tests?|"
            r"analytes?|parametres?|parameters?|examens?|dosages?|biologie|component|libelle|"
            r"investigation|laboratory test)( names?)?|lb ?test(cd)?|(test|analyte|"
            r"parameter) ?name|designation|intitule|bilan|determination|mesure|measure|"
            r"measurement|marker|marqueur|item|description|observation"
        ),
        "value": (
            r"(valeurs?|resultats?|values?|results?)( (du|de|of)( l| the)?)?( (test|analyse|"
            r"numeric|numerique|value|result|patient|mesuree?))?|(numeric|test) (value|"
            r"result)|lb ?orres|lb ?stresn|val|valeur resultat|quantity|measured value"
        ),
        "unit": (r"unites?|units?|uom|unit of measure|unites? (de )?mesure|lb ?orresu"),
        "lower limit": (
            r"(borne|limite|valeur|norme|ref|reference)?s?( de)?( la)?( normale|"
            r" reference)? ?(inf|inferieure|min|basse|minimum|minimale)|min|low|lower|lln|"
            r"ref(erence)? low|low(er)? (limit|ref|reference|normal)|(reference|normal|"
            r"ref)( range)? (low|min|lower)|lower limit of normal|norme min|range low|"
            r"low range"
        ),
        "upper limit": (
            r"(borne|limite|valeur|norme|ref|reference)?s?( de)?( la)?( normale|"
            r" reference)? ?(sup|superieure|max|haute|maximum|maximale)|max|high|upper|uln|"
            r"ref(erence)? high|(high|upper) (limit|ref|reference|normal)|(reference|normal|"
            r"ref)( range)? (high|max|upper)|upper limit of normal|norme max|range high|"
            r"high range"
        ),
        "normal range": (
            r"normes?|normales?|(valeurs?|intervalles?|fourchettes?|plages?|limites?) (de |"
            r"du )?(reference|reference labo|normales?|usuelles?|norme|ref)s?|(reference|"
            r"normal|ref)s?( (range|interval|values?|limits?))?s?|v ?n|vr|v ref|(valeurs|"
            r"val) (ref|normales|usuelles)|usuelles|range|lab range"
        ),
        "flag": (
            r"flags?|abnormal( flag)?|anomalie|alerte|drapeau|indicateur|hors norme|h l|"
            r"interpretation|abn|ind|result flag|statut"
        ),
        "comment": (r"commentaires?|comments?|remarques?|remarks?|rem|rq|notes?|observations?|obs"),
        "LOINC code": (r"(code )?loinc( code| num| number)?|loinc ?code"),
        "timing": (
            r"timing|(moment|timing)( (du|de|of|d))*( la)?( (prelevement|sample|seance|"
            r"dialyse))?|pre ?(/|ou|or)? ?post( (dialyse|dialysis|hd))?|avant ?(/|"
            r"ou)? ?apres( (dialyse|seance|hd))?|before ?(/|or)? ?after( (dialysis|session))?|"
            r"relation to dialysis|dialysis timing"
        ),
        "weight": (
            r"poids( (sec|de base|estime|corporel|cible|patient))?( kg)?|(dry|body|target|"
            r"estimated dry)? ?weight( kg)?|ps( kg)?|(pds|wt)( kg)?"
        ),
        "age": (r"age( (ans|years|annees|y))?"),
        "sex": (r"sexe?|gender|genre"),
        "specimen": (
            r"(nature|type)( (du|de|of))? ?(prelevement|specimen|echantillon|sample)|"
            r"specimens?( type)?|echantillon|milieu|matrice|matrix|sample( type)?|nature|"
            r"liquide|fluid"
        ),
        "assay": (r"methode|method|assay|technique|trousse|kit"),
        "birth": (
            r"(date|annee|jour) (de )?naissance|ddn|dob|(birth ?date|date of birth|birth|born|"
            r"ne le|nee le)"
        ),
    }
)
"""By role, what its names look like in lower case, without accents and marks."""
