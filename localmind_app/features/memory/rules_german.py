"""German statements about oneself. `rule.rule` says what the parts mean."""

# ruff: noqa: E501 -- a rule is a line

from __future__ import annotations

import re

from .rule import liking, named, person, place, plain, rule

LEAD_IN = re.compile(
    r"(?:(?:hallo|hi|hey|guten (?:tag|morgen|abend)|servus|moin|also|und|aber|übrigens|nebenbei|ach|ja|nein|ok|okay|zur info|zum hintergrund|"
    r"zu mir|danke|heute|gestern|kürzlich|neulich|endlich|noch etwas)\s*[,:!.–—-]*\s+)+",
    re.IGNORECASE,
)

_WHEN = (
    r"(?:(?:jetzt|nun|inzwischen|mittlerweile|derzeit|zurzeit|aktuell|momentan|gerade|seit [^,]{2,25}?|im [A-ZÄÖÜ]\w+|letzte[nrs]? \w+|vor \w+ \w+|"
    r"heute|gestern|kürzlich|neulich|früher|beruflich|privat|eigentlich|auch|am liebsten) )?"
)
_NOW = r"(?:(?:jetzt|nun|inzwischen|mittlerweile|derzeit|zurzeit|aktuell|momentan|gerade|noch|immer noch|auch|seit [^,.]{2,25}?|mit [^,.]{2,30}?|letzte[nrs]? \w+|vorige[nrs]? \w+|im [A-ZÄÖÜ]\w+|vor \w+ \w+|gestern|kürzlich|neulich|endlich|selbst|übrigens|leider|schon|dort|eigentlich|am liebsten|sehr|gern|gerne|total|wirklich) )*"


def _i(verb: str) -> str:
    """ "ich <verb>" in both orders: "Ich wohne …", "Seit März wohne ich …"."""
    return rf"(?:ich {verb}|{_WHEN}{verb} ich) {_NOW}"


_FAMILY = (
    r"(?:(?:ältere |jüngere |kleine |große |älterer |jüngerer |kleiner |großer |beste |bester )*(?:frau|mann|partner(?:in)?|freund(?:in)?|verlobte[r]?|sohn|tochter|kind|bruder|schwester|"
    r"mutter|mama|vater|papa|oma|großmutter|opa|großvater|tante|onkel|cousin[e]?|nichte|neffe|mitbewohner(?:in)?|nachbar(?:in)?|chef(?:in)?|"
    r"kolleg(?:e|in)|vermieter(?:in)?|ärztin|arzt|hausarzt|hausärztin|zahnarzt|zahnärztin|lehrer(?:in)?|trainer(?:in)?|tierarzt|tierärztin))"
)
_PET = r"(?:(?:neue |neuer |alte |alter )?(?:hund|hündin|welpe|katze|kater|papagei|wellensittich|hamster|kaninchen|pferd|pony|schildkröte|meerschweinchen|vogel|haustier))"
_MY = r"(?:mein|meine|meinen|unser|unsere) "
_COUNT = r"(?:ein|eine|einen|zwei|drei|vier|fünf|sechs|\d{1,2})"
_OCCUPATION = (
    r"(?:[A-ZÄÖÜ][\wäöüß-]*(?:lehrer|erzieher|pfleger|arzt|ärztin|ingenieur|entwickler|programmierer|informatiker|designer|anwalt|anwältin|richter|berater|manager|"
    r"architekt|tischler|schreiner|elektriker|mechaniker|mechatroniker|bäcker|koch|köchin|metzger|bauer|bäuerin|landwirt|gärtner|florist|friseur|schneider|autor|"
    r"journalist|redakteur|übersetzer|dolmetscher|bibliothekar|fotograf|maler|musiker|schauspieler|tänzer|sänger|pilot|fahrer|kapitän|soldat|polizist|"
    r"forscher|physiker|chemiker|biologe|biologin|mathematiker|techniker|sekretär|kellner|verkäufer|makler|banker|gründer|freiberufler|student|schüler|praktikant|"
    r"azubi|auszubildende|auszubildender|rentner|krankenschwester|hebamme|apotheker|psychologe|psychologin|therapeut|sozialarbeiter|steuerberater|schlosser|dachdecker|"
    r"imker|winzer|brauer|uhrmacher|töpfer|förster|historiker|buchhalter|kaufmann|kauffrau)(?:in)?|(?:Lehrer|Arzt|Ärztin|Koch|Köchin|Bäcker|Pilot|Student|Schüler|Ingenieur|"
    r"Anwalt|Anwältin|Richter|Gärtner|Maler|Musiker|Autor|Architekt|Polizist|Soldat|Rentner|Imker|Physiker|Chemiker|Biologe|Biologin|Krankenschwester|Hebamme|"
    r"Erzieher|Informatiker|Journalist|Fotograf|Landwirt|Tischler|Elektriker|Friseur|Apotheker|Förster)(?:in)?)"
)
_PLAYED = (
    r"(?:Klavier|Gitarre|Bass|Geige|Bratsche|Cello|Kontrabass|Flöte|Querflöte|Blockflöte|Klarinette|Oboe|Saxophon|Saxofon|Trompete|Posaune|Horn|Tuba|"
    r"Schlagzeug|Akkordeon|Harfe|Ukulele|Orgel|Keyboard|Mundharmonika|Fußball|Tennis|Tischtennis|Badminton|Squash|Basketball|Volleyball|Handball|"
    r"Hockey|Eishockey|Rugby|Golf|Schach|Skat|Poker|Darts)"
)


def _german_place(value: str) -> bool:
    """ "In einer Beziehung" is no place, "in einer Kleinstadt" is."""
    return place(value) and (not value.lower().startswith(("einer ", "einem ")) or "stadt" in value.lower())


RULES = [
    rule(_MY + r"(?:voller |ganzer )?(?:vor)?name ist {NAME}", "name", case=True, check=person),
    rule(_i("heiße") + r"{NAME}", "name", case=True, check=person),
    rule(r"(?:bitte )?(?:nenn|nenne) mich {NAME}", "called", case=True, check=person),
    rule(_i("bin") + r"(?P<v>\d{1,3}) (?:Jahre|Jahr) alt", "age"),
    rule(
        r"(?:ich bin am|mein Geburtstag ist (?:am|der)?|ich habe am) ?(?P<v>\d{1,2}\. ?(?:\d{1,2}\.|[A-ZÄÖÜ]\w+)(?: ?\d{4})?)(?: geboren| geburtstag)?",
        "birthday",
    ),
    rule(_i("bin") + r"in {VALUE} (?:geboren|aufgewachsen)", "birthplace", check=place),
    rule(_i("komme") + r"(?:ursprünglich )?aus {VALUE}", "origin", check=place),
    rule(
        _i("bin")
        + r"(?P<v>verheiratet|geschieden|verwitwet|verlobt|ledig|single|in rente|arbeitslos|selbstständig|selbständig|schwanger)\b",
        "status",
    ),
    rule(
        _i("bin")
        + r"(?P<v>linkshänder(?:in)?|rechtshänder(?:in)?|farbenblind|gehörlos|schwerhörig|kurzsichtig|weitsichtig)\b",
        "condition",
        many=True,
    ),
    rule(_i("(?:wohne|lebe)") + r"(?:in|bei|auf|nahe|am) {VALUE}", "home", check=_german_place, timed=True),
    rule(
        _i("bin") + r"(?:von [\w ]{2,30}? )?nach (?P<v>[^,.;!?]{2,50}?) (?:um)?gezogen", "home", check=place, timed=True
    ),
    rule(_i("arbeite") + r"als {VALUE}", "job", timed=True),
    rule(
        _i("bin")
        + r"(?:von Beruf )?(?:eine? )?(?-i:(?P<v>"
        + _OCCUPATION
        + r"))(?: von Beruf)?(?=$|[,;.!]| (?:bei|in|an|am|und|von)\b)",
        "job",
    ),
    rule(_i("arbeite") + r"(?:bei|für|an der|am) (?:der |dem )?{VALUE}", "employer", check=named, timed=True),
    rule(_i("studiere") + r"{VALUE}", "studies", timed=True),
    rule(_i("bin") + r"(?:stark |sehr )?allergisch (?:gegen|auf) {LIST}", "allergy", many=True),
    rule(_i("bin") + r"gegen (?P<v>[^.;!?]{2,60}?) allergisch", "allergy", many=True),
    rule(_i("habe") + r"(?:eine )?(?:allergie gegen|unverträglichkeit gegen) {LIST}", "allergy", many=True),
    rule(
        _i("habe") + r"eine (?P<v>[\wäöüß-]+)(?:allergie|unverträglichkeit|-allergie|intoleranz)\b",
        "allergy",
        many=True,
    ),
    rule(_i("(?:esse|trinke|vertrage)") + r"kein(?:e|en)? {LIST}", "avoids", many=True),
    rule(
        _i("(?:bin|ernähre mich|lebe)")
        + r"(?:streng |strikt(?:er|e)? )?(?P<v>vegetarisch|vegan|Vegetarier(?:in)?|Veganer(?:in)?|Pescetarier(?:in)?)\b",
        "diet",
    ),
    rule(
        _i("habe")
        + r"(?P<v>Asthma|Diabetes|Epilepsie|Migräne|Zöliakie|Heuschnupfen|Arthrose|Rheuma|ADHS|Tinnitus|Bluthochdruck|Neurodermitis|Schuppenflechte)\b",
        "condition",
        many=True,
    ),
    rule(_MY + r"(?P<s>" + _FAMILY + "|" + _PET + r") heißt {NAME}", "name", subject="{s}", case=True, check=person),
    rule(
        r"der name mein(?:er|es) (?P<s>" + _FAMILY + "|" + _PET + r")e?s? ist {NAME}",
        "name",
        subject="{s}",
        case=True,
        check=person,
    ),
    rule(
        _MY + r"(?P<s>" + _FAMILY + r") (?:wohnt|lebt) " + _NOW + r"in {VALUE}",
        "home",
        subject="{s}",
        check=place,
        timed=True,
    ),
    rule(_MY + r"(?P<s>" + _FAMILY + r") arbeitet " + _NOW + r"(?:als|bei) {VALUE}", "job", subject="{s}", timed=True),
    rule(_MY + r"(?P<s>" + _FAMILY + r") ist (?-i:(?P<v>" + _OCCUPATION + r"))(?=$|[,;.!]| )", "job", subject="{s}"),
    rule(_MY + r"(?P<s>" + _FAMILY + "|" + _PET + r") ist (?P<v>\d{1,3}) (?:Jahre|Jahr) alt", "age", subject="{s}"),
    rule(
        _MY + r"(?P<s>" + _FAMILY + "|" + _PET + r") ist allergisch gegen {LIST}", "allergy", subject="{s}", many=True
    ),
    rule(
        _i("habe") + r"(?:(?:einen|eine|ein) )(?P<s>" + _PET + "|" + _FAMILY + r")(?: namens|, (?:der|die|das)) {NAME}",
        "name",
        subject="{s}",
        case=True,
        check=person,
    ),
    rule(
        _i("habe")
        + r"(?P<v>"
        + _COUNT
        + r" (?:[\wäöüß-]+ )?(?:"
        + _PET[3:-1]
        + r"|Hunde|Katzen|Pferde|Kinder|Söhne|Töchter|Brüder|Schwestern|Geschwister|Enkel|Garten|Schrebergarten|Motorrad|Wohnmobil|Boot))\b",
        "has",
        many=True,
    ),
    rule(
        _MY + r"(?P<s>Lieblings[\wäöüß-]+) (?:ist|sind|heißt) " + _NOW + r"(?:der |die |das |ein |eine )?{VALUE}",
        "is",
        subject="{s}",
        check=liking,
    ),
    rule(
        _MY
        + r"(?P<s>E-?Mail(?:-?Adresse)?|Telefonnummer|Handynummer|Adresse|Muttersprache|Schuhgröße|Kleidergröße|Blutgruppe|Größe|Gewicht|Zeitzone|Sternzeichen|Hobby|Beruf|Arbeitgeber|Firma|Auto|Handy|Kennzeichen|Kundennummer|Spitzname|Hochzeitstag|Nachname|Mädchenname|Geburtsort|Heimatstadt) (?:ist|lautet|heißt) "
        + _NOW
        + r"(?:der |die |das |ein |eine )?{VALUE}",
        "is",
        subject="{s}",
    ),
    rule(_i("fahre") + r"(?:einen|eine|ein) (?P<v>(?-i:[A-ZÄÖÜ])[^,;.!]{1,30})", "is", subject="car", timed=True),
    rule(_i("spreche") + r"(?:fließend )?(?-i:(?P<v>[A-ZÄÖÜ][^.;!?]{2,60}))", "languages", many=True),
    rule(_i("lerne") + r"(?-i:(?P<v>[A-ZÄÖÜ][^,.;!?]{2,40}))", "learning", many=True, check=liking),
    rule(_i("spiele") + r"(?P<v>" + _PLAYED + r")\b", "plays", many=True),
    rule(
        _i("bevorzuge")
        + r"(?P<v>[^,;.!?]{2,60}?)(?: (?:gegenüber|statt|anstatt|vor) (?P<s>[^,;.!?]{2,40}))?(?=$|[,;.!])",
        "preference",
        subject="{v}|{s}",
        check=liking,
    ),
    rule(
        _i("(?:trinke|esse|mag|nehme|höre|lese|sehe|fahre)")
        + r"lieber (?P<v>[^,;.!?]{2,40}?)(?: als (?P<s>[^,;.!?]{2,40}))?(?=$|[,;.!])",
        "preference",
        subject="{v}|{s}",
        check=liking,
    ),
    rule(
        _i("(?:liebe|mag)") + r"(?!kein|nicht)(?P<v>[^,;.!?]{2,40}?)(?: (?:sehr|gern|gerne|total))*(?=$|[,;.!])",
        "taste",
        subject="{v}",
        value="likes",
        check=lambda value: liking(value) and "nicht" not in value.split(),
    ),
    rule(_i("hasse") + r"{VALUE}", "taste", subject="{v}", value="dislikes", check=liking),
    rule(
        _i("mag") + r"(?P<v>[^,;.!?]{2,40}?) (?:überhaupt |gar )?nicht(?=$|[,;.!])",
        "taste",
        subject="{v}",
        value="dislikes",
        check=liking,
    ),
    rule(_i("mag") + r"kein(?:e|en)? {VALUE}", "taste", subject="{v}", value="dislikes", check=liking),
    rule(r"ich habe (?:große )?angst vor {VALUE}", "fear", many=True, check=liking),
    rule(_i("(?:wohne|lebe)") + r"nicht mehr (?:in|bei|auf|nahe|am) {VALUE}", "home", kind="ended"),
    rule(_i("arbeite") + r"nicht mehr als {VALUE}", "job", kind="ended"),
    rule(_i("arbeite") + r"nicht mehr (?:bei|für) (?:der |dem )?{VALUE}", "employer", kind="ended"),
    rule(_i("bin") + r"nicht mehr (?P<v>vegetarisch|vegan|Vegetarier(?:in)?|Veganer(?:in)?)\b", "diet", kind="ended"),
    rule(
        _i("(?:mag|liebe)") + r"(?P<v>[^,;.!?]{2,40}?) nicht mehr", "taste", subject="{v}", value="likes", kind="ended"
    ),
    rule(
        _i("spiele") + r"(?:nicht mehr|kein(?:e|en)?) (?P<v>" + _PLAYED + r")(?: mehr)?",
        "plays",
        kind="ended",
        when=r"\bmehr\b",
    ),
    rule(
        r"(?:früher habe ich|ich habe früher|bis \w+(?: \d+)? habe ich) in (?P<v>[^,.;!?]{2,40}?) (?:gewohnt|gelebt)",
        "home",
        kind="held",
        check=place,
    ),
    rule(
        r"(?:früher habe ich|ich habe früher) (?:als|bei) (?P<v>[^,.;!?]{2,40}?) gearbeitet",
        "job",
        kind="held",
        check=plain,
    ),
]
