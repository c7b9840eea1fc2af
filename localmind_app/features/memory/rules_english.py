"""English statements about oneself. `rule.rule` says what the parts mean."""

# ruff: noqa: E501 -- a rule is a line

from __future__ import annotations

import re

from .rule import branded, counted, liking, named, person, place, rule, workplace

LEAD_IN = re.compile(
    r"(?:(?:(?:in|at|on|during|by) (?:(?:my|the|our) )?(?!\w*(?:story|game|book|novel|film|movie|dream|role|play|character|text|poem|example|version|scene|world)\b)"
    r"(?:(?:spare|free|first|second|third|daily|private|professional|old|new|local) )?[a-z]+(?=,? (?:i|i'm|i've|my|we|our)\b)|"
    r"hi(?: there)?|hello(?: there)?|hey(?: there)?|well|so|also|and|but|actually|by the way|btw|fyi|just so you know|for the record|oh|yes|yeah|no|ok|okay|"
    r"anyway|for context|some background|about me|note that|fun fact|update|to be clear|good news|thanks|thank you|these days|nowadays|currently|now|"
    r"today|yesterday|recently|lately|finally|as of \w+(?: \d+)?|since [^,]{2,25}?|in (?:early |late |mid )?(?:\d{4}|[A-Z][a-z]+(?: \d{4})?)|"
    r"in case you [^,]{3,20},|right now|as a rule|as you know|in general|generally speaking|most of the time|(?:un)?fortunately|sadly|luckily|honestly|frankly|careful|"
    r"last (?:week|month|year|\w+day|spring|summer|autumn|fall|winter|[A-Z][a-z]+)|(?:\w+ ){1,3}ago|earlier this \w+|i (?:told|already told) you[^,]*)"
    r"\s*[,:!.–—-]*\s+)+",
    re.IGNORECASE,
)

_AM = r"(?:i am|i'm|im|i(?:'ve| have)(?: always)? been)(?: (?:now|currently|still|actually|also|really|just))?"
_I = r"i(?: (?:now|currently|still|actually|also|really|mostly|usually|always|generally|normally|typically|definitely|clearly|much|do))*"
_HAVE = r"(?:i|we)(?:'ve|have)?"
_COUNT = r"(?:an?|one|two|three|four|five|six|seven|\d{1,2})"
_FAMILY = (
    r"(?:(?:older |younger |little |big |elder |twin |step-?|half-?|best |late |eldest |youngest |new |current )*"
    r"(?:wife|husband|partner|spouse|girlfriend|boyfriend|fiancée?|son|daughter|child|kid|baby|brother|sister|sibling|mother|mom|mum|father|dad|"
    r"grandmother|grandma|grandfather|grandpa|aunt|uncle|cousin|niece|nephew|friend|roommate|flatmate|neighbou?r|boss|manager|supervisor|colleague|"
    r"landlord|landlady|doctor|dentist|therapist|teacher|tutor|coach|vet|hairdresser|accountant|lawyer))"
)
_PET = r"(?:(?:new |old |first |second |other )*(?:dog|puppy|cat|kitten|parrot|budgie|hamster|rabbit|horse|pony|turtle|tortoise|goldfish|fish|snake|guinea pig|bird|pet|ferret|gecko))"
_THING = (
    r"(?:(?:new |current |main |work |home |old )*(?:car|bike|bicycle|motorbike|motorcycle|boat|phone|laptop|computer|pc|tablet|camera|guitar|"
    r"house|flat|apartment|company|employer|startup|school|university|college|team|band|gym|bank|insurer|car|printer|router))"
)
_OWN = (
    r"(?:(?:e-?mail|email address|phone number|mobile number|address|home address|postcode|zip code|wedding anniversary|anniversary|hometown|home town|"
    r"native language|mother tongue|first language|shoe size|dress size|clothing size|ring size|blood type|blood group|height|weight|time ?zone|star sign|zodiac sign|"
    r"nationality|religion|hobby|main hobby|job|job title|profession|occupation|major|thesis topic|dream job|nickname|username|pronouns|license plate|number plate|"
    r"insurance number|membership number|customer number|locker number|flight number|budget|goal|middle name|maiden name|surname|last name|lucky number|bedtime|diet))"
)
_OCCUPATION = (
    r"(?:\w+ist|\w+ologist|(?:\w+[- ]){0,3}(?:engineer|developer|programmer|designer|teacher|lecturer|professor|nurse|doctor|surgeon|physician|vet|midwife|paramedic|"
    r"lawyer|judge|solicitor|accountant|auditor|consultant|manager|director|architect|carpenter|plumber|electrician|mechanic|baker|chef|cook|butcher|"
    r"farmer|gardener|florist|barber|hairdresser|tailor|writer|author|editor|translator|interpreter|librarian|photographer|painter|musician|composer|"
    r"actor|actress|dancer|singer|producer|filmmaker|pilot|driver|captain|sailor|soldier|officer|firefighter|policeman|policewoman|detective|"
    r"researcher|analyst|statistician|mathematician|physicist|technician|administrator|secretary|receptionist|clerk|cashier|waiter|waitress|bartender|"
    r"salesman|saleswoman|realtor|broker|banker|trader|investor|entrepreneur|founder|freelancer|student|pupil|intern|apprentice|trainee|pensioner|"
    r"social worker|care worker|caregiver|nanny|childminder|kindergarten teacher|coach|trainer|instructor|referee|welder|roofer|miner|fisherman|"
    r"beekeeper|brewer|winemaker|jeweller|jeweler|watchmaker|clockmaker|potter|blacksmith|glassblower|cartographer|surveyor))"
)
_PLAYED = (
    r"(?:the )?(?:piano|guitar|bass(?: guitar)?|violin|viola|cello|double bass|flute|clarinet|oboe|bassoon|saxophone|trumpet|trombone|horn|tuba|drums|"
    r"accordion|harp|ukulele|banjo|mandolin|organ|keyboard|harmonica|football|soccer|tennis|table tennis|badminton|squash|basketball|volleyball|"
    r"handball|hockey|ice hockey|rugby|cricket|baseball|golf|chess|go|bridge|poker|darts|water polo)"
)
_VERB_PART = r"(?:really |absolutely |totally |also |still |just |particularly |especially )*"

RULES = [
    # Who it is
    rule(r"my (?:full |real |first )?name(?:'s| is) {NAME}", "name", case=True, check=person),
    rule(r"my (?:first )?name(?:'s| is) (?P<v>[a-zäöüß]+)(?=$|[,;.!])", "name", check=person),
    rule(r"(?:please |you can |everyone )?call(?:s)? me {NAME}", "called", case=True, check=person),
    rule(_AM + r" called {NAME}", "name", case=True, check=person),
    rule(_AM + r" {NAME}(?=$)", "name", case=True, check=named, when=r"^(?:hi|hello|hey)\b"),
    rule(_AM + r" (?P<v>\d{1,3}) years? old", "age"),
    rule(r"i(?:'ve| have)? (?:just |recently )?turned (?P<v>\d{1,3})\b", "age"),
    rule(
        r"(?:i was born|my birthday(?: is|'s)|my birth date(?: is|'s)) (?:on |in )?(?:the )?(?P<v>(?=[^,.]*\d|(?:january|february|march|april|may|june|july|august|september|october|november|december)\b)[^.;!()\n]{2,40})",
        "birthday",
    ),
    rule(r"i was born (?:and raised |and grew up )?in {VALUE}", "birthplace", check=place),
    rule(r"i grew up (?:in|on|near) {VALUE}", "grew up", check=place),
    rule(r"(?:" + _AM + r"|i come) (?:originally )?from {VALUE}", "origin", check=named),
    rule(
        _AM
        + r" (?P<v>married|divorced|widowed|engaged|single|retired|unemployed|self-employed|pregnant)(?: to [A-Z]\w+)?(?=$|[,;.! ])",
        "status",
    ),
    rule(
        _AM
        + r" (?P<v>left-handed|right-handed|colou?r-?\s?blind|deaf|hard of hearing|dyslexic|diabetic|short-sighted|nearsighted|far-sighted)(?=$|[,;.! ])",
        "condition",
        many=True,
    ),
    # Where
    rule(
        r"(?:i|we)(?: (?:now|currently|still|actually|just|both|all))*(?:'m|'re| am| are)? (?:live|living|reside|based|settled)(?: (?:now|currently|alone|together|happily))*(?: with (?:my|our) [\w ]{3,30}?)? (?:in|at|on|near|outside|just outside) {VALUE}",
        "home",
        check=place,
        timed=True,
    ),
    rule(
        r"(?:i|we)(?:'ve| have)?(?: (?:just|recently|finally|now|also|already))*(?:'ve| have)? (?:moved|relocated)(?: back| house| away)?(?: from [^,.]{2,30}?)? to {VALUE}",
        "home",
        check=place,
        timed=True,
    ),
    rule(_HAVE + r" ?(?:been living|lived) in {VALUE}", "home", check=place, timed=True, when=r"\b(?:since|for)\b"),
    # Work
    rule(
        r"(?:"
        + _I
        + r" work|"
        + _AM
        + r" (?:working|employed)|i(?:'ve| have) been (?:working|employed)|i(?:'ve| have)?(?: (?:just|recently))* (?:started|got|took|began|begun|accepted)(?: a)?(?: new)?(?: job| position| work| working)?) as (?:an? |the )?{VALUE}",
        "job",
        timed=True,
    ),
    rule(
        _AM
        + r" an? (?P<v>(?:[\w-]+ ){0,2}?"
        + _OCCUPATION
        + r")(?=$|[,;.!]| (?:at|in|for|from|by|with|and|who|living|based)\b)",
        "job",
    ),
    rule(
        r"(?:" + _I + r" work|" + _AM + r" (?:working|employed))(?: over)? (?:at|for|by) {VALUE}",
        "employer",
        check=workplace,
        timed=True,
    ),
    rule(
        r"i(?:'ve| have)?(?: (?:just|recently|also|finally))* (?:started(?: (?:a new job|a job|working|work))?|got a(?: new)? job|took a(?: new)? job|joined|switched jobs|changed jobs)(?: over)? (?:at|with|to|for)? ?{VALUE}",
        "employer",
        check=named,
        timed=True,
    ),
    rule(_I + r" study {VALUE}", "studies", timed=True),
    rule(_AM + r" studying (?!for |the |this |that ){VALUE}", "studies", timed=True),
    # Food and health
    rule(_AM + r" (?:\w+ly )?allergic to {LIST}", "allergy", many=True),
    rule(r"i have (?:an? )?(?:\w+ )?(?P<v>(?!an?\b)[\w-]+) (?:allergy|intolerance)", "allergy", many=True),
    rule(_AM + r" (?P<v>(?:lactose|gluten|fructose|histamine)[ -]intolerant)", "allergy", many=True),
    rule(
        r"i (?:can't|cannot|can not|mustn't|must not|don't|do not|never) (?:eat|drink|tolerate) {LIST}",
        "avoids",
        many=True,
    ),
    rule(
        _AM
        + r" (?:an? )?(?:strict |lifelong )?(?P<v>vegetarian|vegan|pescatarian|pescetarian|flexitarian|omnivore|teetotal(?:ler)?|halal|kosher)(?=$|[,;.! ])",
        "diet",
    ),
    rule(
        r"i(?:'ve| have)?(?: (?:recently|just|now))* (?:gone|went|turned|became|become|been) (?P<v>vegetarian|vegan|pescatarian|keto)\b",
        "diet",
        timed=True,
    ),
    rule(
        r"(?:i've (?:had|got)|"
        + _I
        + r" (?:have|have had|suffer from|live with)|i(?:'ve been| have been| was)(?: recently| just)? diagnosed with) (?P<v>asthma|diabetes(?: type \d)?|type \d diabetes|epilepsy|migraines?|celiac disease|coeliac disease|hay fever|arthritis|adhd|autism|tinnitus|high blood pressure|hypertension|insomnia|eczema|psoriasis|crohn's disease|anxiety|a pacemaker|sleep apn[o]?ea|a bad back|a bad knee)",
        "condition",
        many=True,
    ),
    rule(
        _I
        + r" take (?P<v>[^,;:!?()\n]{2,60}?) (?:every day|daily|each morning|every morning|every evening|for my [\w ]+)",
        "takes",
        many=True,
    ),
    # Family, friends, animals, things
    rule(
        r"(?:my|our) (?P<s>"
        + _FAMILY
        + "|"
        + _PET
        + r")(?:'s name is|'s called| is called| is named|'s named| goes by) {NAME}",
        "name",
        subject="{s}",
        case=True,
        check=person,
    ),
    rule(
        r"the name of my (?P<s>" + _FAMILY + "|" + _PET + r") is {NAME}", "name", subject="{s}", case=True, check=person
    ),
    rule(r"my (?P<s>" + _FAMILY + r")(?:'s| is) {NAME}(?=$)", "name", subject="{s}", case=True, check=named),
    rule(
        r"my (?P<s>"
        + _FAMILY
        + r") (?:now |currently |still )?(?:lives|is (?:living|based)|(?:has )?(?:moved|relocated)) (?:in|to|near) {VALUE}",
        "home",
        subject="{s}",
        check=place,
        timed=True,
    ),
    rule(
        r"my (?P<s>" + _FAMILY + r") (?:now |currently )?works (?:as (?:an? )?|at |for ){VALUE}",
        "job",
        subject="{s}",
        timed=True,
    ),
    rule(
        r"my (?P<s>"
        + _FAMILY
        + r")(?:'s| is) an? (?P<v>(?:[\w-]+ ){0,2}?"
        + _OCCUPATION
        + r")(?=$|[,;.!]| (?:at|in|for)\b)",
        "job",
        subject="{s}",
    ),
    rule(
        r"my (?P<s>" + _FAMILY + "|" + _PET + r")(?:'s| is) (?:\w+ly )?allergic to {LIST}",
        "allergy",
        subject="{s}",
        many=True,
    ),
    rule(r"my (?P<s>" + _FAMILY + "|" + _PET + r")(?:'s| is) (?P<v>\d{1,3}) years? old", "age", subject="{s}"),
    rule(
        r"my (?P<s>"
        + _FAMILY
        + "|"
        + _PET
        + r")(?: was born on|'s birthday is)(?: on)? (?:the )?(?P<v>(?=[^,.]*(?:\d|january|february|march|april|may|june|july|august|september|october|november|december))[^.;!()\n]{2,40})",
        "birthday",
        subject="{s}",
    ),
    rule(
        r"my (?P<s>" + _FAMILY + "|" + _PET + r") (?:\w+ly )?(?:loves|likes|adores|enjoys) {VALUE}",
        "likes",
        subject="{s}",
        many=True,
        check=liking,
    ),
    rule(
        _HAVE
        + r" ?(?:have|'ve got|have got|got|own|adopted|bought|keep)? (?P<v>"
        + _COUNT
        + r" (?:[\w-]+ ){0,3}?(?:"
        + _PET[3:-1]
        + r"|horses|dogs|cats|kids?|child(?:ren)?|sons?|daughters?|brothers?|sisters?|siblings|twins|grandchild(?:ren)?|motorbike|campervan|boat|allotment|garden|tattoos?)s?)(?=$|[,;.!]| (?:called|named|who|that|which|and|at home|from|in)\b)",
        "has",
        many=True,
        check=counted,
        when=r"\b(?:have|'ve|got|own|adopted|bought|keep)\b",
    ),
    rule(
        _HAVE
        + r" ?(?:have|have got|got|own|adopted|bought)? (?:just |recently )?(?:have |got |own |adopted |bought )?an? (?:[\w-]+ ){0,2}?(?P<s>"
        + _PET
        + "|"
        + _FAMILY
        + r") (?:called|named) {NAME}",
        "name",
        subject="{s}",
        case=True,
        check=person,
    ),
    rule(
        r"my (?P<s>"
        + _THING
        + r")(?:'s| is) (?:now |still |currently |actually )*(?:an? |the )?(?:called |named )?{VALUE}",
        "is",
        subject="{s}",
        check=branded,
    ),
    rule(
        r"my (?:absolute |all-time |very |number one |personal |new )*(?P<s>favou?rite [\w ]{2,30}?) (?:is|are|'s|was always|has always been) (?:now |still |called |probably |definitely )*{VALUE}",
        "is",
        subject="{s}",
        check=liking,
    ),
    rule(r"my (?P<s>" + _OWN + r") (?:is|are|'s) (?:now |still |on |at )*{VALUE}", "is", subject="{s}"),
    rule(r"(?:" + _I + r" drive|" + _AM + r" driving) an? {VALUE}", "is", subject="car", timed=True),
    rule(
        r"i(?:'ve| have)?(?: (?:just|recently))* bought (?P<v>an? (?:\w+ ){0,2}(?:car|bike|house|flat|boat|motorbike|campervan|piano|guitar)\b[^,;.!]{0,30})",
        "bought",
        many=True,
        timed=True,
    ),
    # What they do and like
    rule(
        r"(?:" + _I + r"|i can(?: also| still)?) speak {LIST}",
        "languages",
        many=True,
        check=lambda value: value[:1].isupper() or value.startswith(("a little", "some", "fluent")),
    ),
    rule(_AM + r" fluent in {LIST}", "languages", many=True, check=lambda value: value[:1].isupper()),
    rule(
        r"(?:"
        + _AM
        + r" learning|i(?:'ve| have)? (?:started|begun|began) (?:learning|to learn)) (?:to (?:play |speak )?|how to )?{VALUE}",
        "learning",
        many=True,
        check=liking,
    ),
    rule(
        r"(?:(?:" + _I + r"|i can(?: also| still)?) play|" + _AM + r" playing) (?P<v>" + _PLAYED + r")\b",
        "plays",
        many=True,
    ),
    rule(
        _AM + r" (?:training|preparing|practising|practicing) for (?P<v>(?:an?|the|my) [^,;.!]{3,40})",
        "goal",
        many=True,
    ),
    rule(
        _I
        + r" prefer (?P<v>[^,;.!?]{2,60}?)(?: (?:over|to|than|rather than|instead of) (?P<s>[^,;.!?]{2,40}))?(?=$|[,;.!])",
        "preference",
        subject="{v}|{s}",
        check=liking,
    ),
    rule(
        _I + r" (?P<s>" + _VERB_PART + r"(?:love|like|enjoy|adore)) {VALUE}",
        "taste",
        subject="{v}",
        value="likes",
        check=liking,
    ),
    rule(
        _I
        + r" (?P<s>"
        + _VERB_PART
        + r"(?:hate|dislike|detest|can't stand|cannot stand|don't like|do not like|can't bear)) {VALUE}",
        "taste",
        subject="{v}",
        value="dislikes",
        check=liking,
    ),
    rule(
        r"i(?: (?:really|absolutely|also))? ?(?:can't stand|cannot stand|don't like|do not like|can't bear) {VALUE}",
        "taste",
        subject="{v}",
        value="dislikes",
        check=liking,
    ),
    rule(
        _AM + r" (?:a (?:big |huge |great )?fan of|into|passionate about|interested in|fond of) {VALUE}",
        "taste",
        subject="{v}",
        value="likes",
        check=liking,
    ),
    rule(_AM + r" (?:terribly |really |very )?(?:afraid|scared|terrified) of {VALUE}", "fear", many=True, check=liking),
    rule(
        _I + r" (?:collect|brew|keep) (?P<v>(?!this|that|it|my|the|your|all|them|data)[^,;.!]{3,40})",
        "hobby",
        many=True,
        check=liking,
    ),
    # What has ended, and what was once
    rule(
        r"i (?:no longer|don't|do not) (?:live|reside) (?:in|at|near) {VALUE}",
        "home",
        kind="ended",
        when=r"\b(?:no longer|any ?more)\b",
    ),
    rule(
        r"i (?:no longer|don't|do not) work (?:as (?:an? )?){VALUE}",
        "job",
        kind="ended",
        when=r"\b(?:no longer|any ?more)\b",
    ),
    rule(
        r"i (?:no longer|don't|do not) work (?:at|for) {VALUE}",
        "employer",
        kind="ended",
        when=r"\b(?:no longer|any ?more)\b",
    ),
    rule(r"i(?:'ve| have)? (?:left|quit) my job (?:at|with) {VALUE}", "employer", kind="ended"),
    rule(
        r"(?:i'm|i am) (?:no longer|not) (?:an? )?(?P<v>vegetarian|vegan|pescatarian)\b",
        "diet",
        kind="ended",
        when=r"\b(?:no longer|any ?more)\b",
    ),
    rule(
        r"(?:i'm|i am) (?:no longer|not) allergic to {VALUE}",
        "allergy",
        kind="ended",
        when=r"\b(?:no longer|any ?more)\b",
    ),
    rule(
        r"i (?:no longer|don't|do not) (?:like|love|enjoy) {VALUE}",
        "taste",
        subject="{v}",
        value="likes",
        kind="ended",
        when=r"\b(?:no longer|any ?more)\b",
    ),
    rule(
        r"i (?:no longer|don't|do not) play (?P<v>" + _PLAYED + r")\b",
        "plays",
        kind="ended",
        when=r"\b(?:no longer|any ?more)\b",
    ),
    rule(
        r"i(?:'ve| have)? (?:stopped|quit|given up|gave up) (?:learning|playing) (?:the )?{VALUE}",
        "plays",
        kind="ended",
    ),
    rule(r"i used to live (?:in|on|near) {VALUE}", "home", kind="held", check=place),
    rule(r"i used to work (?:as (?:an? )?){VALUE}", "job", kind="held"),
    rule(r"i used to work (?:at|for) {VALUE}", "employer", kind="held"),
    rule(r"i used to (?:have|own|keep) (?P<v>an? [^,;.!]{2,40})", "has", kind="held"),
    rule(r"i used to (?:play|do|love|drive|speak) {VALUE}", "once", kind="held", check=liking),
]
