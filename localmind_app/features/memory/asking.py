"""The questions that a fact answers: what people ask by, which is nearer to a question than the fact's own sentence.

As in doc2query (Nogueira et al. 2019), but from the fact's attribute and not from a model; a fact without one has none.
English and German. What asks for advice that the fact bears on counts too: an allergy, when it is about a recipe.
"""

# ruff: noqa: E501 -- a question is a line

from __future__ import annotations

# By attribute, of the person ("user").
_OWN: dict[str, tuple[str, ...]] = {
    "name": ("Do you know who you are talking to?", "What should you write as my signature?", "What is my name?", "Who am I?", "What am I called?", "How should you address me?", "Wie heiße ich?"),
    "called": ("What do my friends call me?", "What should I be called?", "What is my nickname?", "What is my name?", "How should you address me?", "Wie werde ich genannt?"),
    "age": ("What year of my life am I in?", "How old am I?", "What is my age?", "Wie alt bin ich?"),
    "birthday": ("Which day is my birthday?", "When will I be a year older?", "In which year was I born?", "When is my birthday?", "On what date was I born?", "When do I celebrate my birthday?", "Wann habe ich Geburtstag?"),
    "birthplace": ("Where was I born?", "What is my place of birth?", "Wo bin ich geboren?"),
    "grew up": ("Where did I grow up?", "Where did I spend my childhood?", "Wo bin ich aufgewachsen?"),
    "origin": ("Where am I from?", "Where do I come from?", "What is my nationality?", "Woher komme ich?"),
    "status": ("Am I married?", "What is my marital status?", "Am I single?", "Bin ich verheiratet?"),
    "condition": ("What do I suffer from?", "Which disease do I have?", "What should be taken into account because of my health?", "Do I have a chronic illness?",
        "What illness do I have?", "What medical condition do I have?", "How is my health?", "What is my diagnosis?", "Am I sick?",
        "What health problems should a doctor know about?", "Welche Krankheit habe ich?",
    ),
    "home": ("What can I do near me?", "What is the weather like here?", "Where am I at home?", "Where is my flat?", "What place am I living in at the moment?", "Where should a parcel for me be sent?",
        "Where do I live?", "Which city do I live in?", "Where is my home?", "What is my place of residence?", "What is my address?",
        "In which town is my apartment or house?", "Wo wohne ich?", "In welcher Stadt lebe ich?",
    ),
    "job": ("What kind of work do I do?", "What is my trade?", "What am I by profession?", "What do I do all day at work?", "What is my position?",
        "What is my job?", "What do I do for a living?", "What is my profession?", "What do I work as?", "How do I earn money?",
        "What is my occupation or career?", "Was bin ich von Beruf?", "Als was arbeite ich?",
    ),
    "employer": ("Which business am I employed at?", "Who do I work for?", "What is the name of my firm?",
        "Which company do I work for?", "Who is my employer?", "Where do I work?", "Who pays me?", "Which firm employs me?", "Where is my workplace?",
        "Wo arbeite ich?", "Wer ist mein Arbeitgeber?",
    ),
    "studies": ("What am I reading at college?", "Which subject am I enrolled in?", "What field am I in at university?",
        "What do I study?", "What is my subject at university?", "Which degree am I doing?", "What is my major?", "What is my course of studies?",
        "Was studiere ich?",
    ),
    "allergy": ("What should I cook tonight?", "Which recipe or restaurant suits me?", "Which substances do I react to?", "What could be harmful to me?", "What should not be in my food?",
        "What am I allergic to?", "Do I have an allergy?", "What food must I avoid?", "What gives me an allergic reaction?", "What can I not tolerate?",
        "Which ingredients are dangerous for me?", "Wogegen bin ich allergisch?", "Was vertrage ich nicht?",
    ),
    "avoids": ("What should I cook tonight?", "What do I not eat?", "What food do I avoid?", "What do I not drink?", "Was esse ich nicht?"),
    "diet": ("What should I cook tonight?", "Which recipe or restaurant suits me?", "What kind of eater am I?", "What are my eating habits?", "Is there food that I do not eat on principle?",
        "What is my diet?", "How do I eat?", "Am I a vegetarian or vegan?", "Do I eat meat or fish?", "What can I be served for dinner?",
        "What should one cook for me?", "Wie ernähre ich mich?", "Esse ich Fleisch?",
    ),
    "takes": ("Which medication do I take?", "What pills do I take?", "Which medicine do I need?", "Welche Medikamente nehme ich?"),
    "bought": ("What did I buy?", "What is my latest purchase?", "Was habe ich gekauft?"),
    "languages": ("In which languages can I talk?", "What am I fluent in?", "In which language can you write to me?",
        "Which languages do I speak?", "What languages do I know?", "Which foreign languages do I understand?", "Am I bilingual?", "Welche Sprachen spreche ich?",
    ),
    "learning": ("What am I trying to learn at the moment?", "Which foreign language do I want to speak?", "What am I studying in my free time?",
        "What am I learning?", "Which language am I learning?", "What course do I take?", "What new skill am I practising?", "What do I take lessons in?",
        "Was lerne ich gerade?",
    ),
    "goal": ("What am I working towards?", "What is coming up for me?", "What am I getting ready for?",
        "What am I training for?", "What am I preparing for?", "What is my goal?", "Which exam or competition lies ahead of me?", "What challenge do I have soon?",
        "Worauf bereite ich mich vor?",
    ),
    "preference": ("Which of two things do I choose?", "What would I order?", "What do I favour?",
        "What do I prefer?", "What would I rather have?", "What do I like better?", "What do I prefer to eat or drink?", "What should I be offered to drink?",
        "Which drink do I choose, tea or coffee?", "Was mag ich lieber?",
    ),
    "fear": ("What frightens me?", "What makes me nervous or panic?", "What am I scared of?", "What am I afraid of?", "What scares me?", "Do I have a phobia?", "What is my greatest fear?", "Wovor habe ich Angst?"),
    "hobby": ("What is my hobby?", "What do I do in my free time?", "What do I do for fun?", "Was ist mein Hobby?"),
    "once": ("What did I use to do?", "Was habe ich früher gemacht?"),
}  # fmt: skip
# Of somebody or something else that is the person's: {s}.
_OTHER: dict[str, tuple[str, ...]] = {
    "name": ("What is my {s} called?", "What is my {s}'s name?", "Who is my {s}?", "What name does my {s} have?", "Wie heißt mein {s}?"),
    "home": ("Where does my {s} live?", "Which city does my {s} live in?", "Where is my {s}'s home?", "Where can my {s} be visited?", "Wo wohnt mein {s}?"),
    "job": ("What does my {s} do for a living?", "What is my {s}'s job?", "Was arbeitet mein {s}?"),
    "age": ("How old is my {s}?", "Wie alt ist mein {s}?"),
    "birthday": ("When is my {s}'s birthday?", "When was my {s} born?"),
    "allergy": ("What is my {s} allergic to?",),
    "likes": ("What does my {s} like?", "What is a good present for my {s}?"),
    "is": ("What is my {s}?", "Which {s} do I have?", "What {s} is mine?", "Was ist mein {s}?"),
}  # fmt: skip
# What else a thing or a person is called when asked for.
_ALSO: dict[str, tuple[str, ...]] = {
    "car": ("What am I driving?", "Which automobile do I have?", "What is parked in front of my house?", "Which car do I drive?", "What vehicle do I own?", "What make is my car?"),
    "phone": ("What do I make calls with?", "Which handset is mine?", "Which mobile phone do I use?", "What smartphone do I own?", "What brand is my phone?"),
    "laptop": ("What machine do I write on?", "What portable computer do I have?", "Which computer do I use?", "What notebook do I work on?", "What brand is my laptop?"),
    "computer": ("Which computer do I use?", "What brand is my computer?"),
    "bike": ("Which bicycle do I ride?",),
    "wife": ("Who is my spouse?", "Who am I married to?"),
    "husband": ("Who is my spouse?", "Who am I married to?"),
    "partner": ("Who am I together with?",),
    "boss": ("Who is above me at work?", "Who is in charge of me?", "Who is my manager?", "Who do I report to?", "Who is my supervisor?"),
    "dog": ("Who is my four-legged friend?", "What is my pet called?", "What is the name of my puppy?"),
    "cat": ("Who is my four-legged friend?", "What is my pet called?", "What is the name of my kitten?"),
    "daughter": ("What is my child called?", "What is my girl's name?"),
    "son": ("What is my child called?", "What is my boy's name?"),
    "doctor": ("Who is my physician?", "Who treats me when I am ill?",),
    "dentist": ("Who treats my teeth?", "Who takes care of my teeth?",),
    "shoe size": ("Which size of boots or sneakers fits me?", "What size of shoes do I wear?", "How big are my feet?"),
    "ring size": ("Which size of ring fits me?", "What size of ring do I wear?", "How big is my finger?"),
    "favourite food": ("What food makes me happy?", "What do I like to eat best?", "Which dish do I love?", "What meal should be cooked for me?"),
    "favourite dish": ("What food makes me happy?", "What do I like to eat best?", "Which food do I love?", "What meal should be cooked for me?"),
    "favourite meal": ("What food makes me happy?", "What do I like to eat best?", "Which food do I love?", "What meal should be cooked for me?"),
    "favourite drink": ("What do I like to drink best?",),
    "favourite colour": ("Which colour do I like best?", "In what colour would I like something?"),
}  # fmt: skip
# Of what is had, played and liked, by a word of its value.
_LIKES = (
    "What am I passionate about?", "How do I spend my free time?", "Which activity do I enjoy?", "What sport do I do to stay fit?", "What makes me happy?",
    "What do I like?", "What do I enjoy?", "What is my hobby?", "What do I do in my free time?", "What am I interested in?", "What do I do for fun and sport?",
    "What do I love?", "Was mag ich?", "Was mache ich gerne?",
)  # fmt: skip
_DISLIKES = (
    "What do I not like?", "What should I be spared?", "What gets on my nerves?", "What am I not fond of?", "What disgusts me?",
    "What do I dislike?", "What do I hate?", "What annoys me?", "What can I not stand?", "What do I find terrible?",
    "Was mag ich nicht?",
)  # fmt: skip
_CHILDREN = (
    "Who are my children?",
    "Am I a mother or a father?",
    "How many children do I have?",
    "Do I have kids?",
    "Am I a parent?",
    "Do I have a family?",
    "Habe ich Kinder?",
)
_SIBLINGS = (
    "Did I grow up alone or with siblings?",
    "Who are my brothers and sisters?",
    "How many siblings do I have?",
    "Do I have brothers or sisters?",
    "Who belongs to my family?",
    "Habe ich Geschwister?",
)
_PETS = ("Which pets do I have?", "Do I have an animal?", "Habe ich Haustiere?")
_OWNS = ("What do I own?", "Was besitze ich?")
_MUSIC = (
    "What can I play?",
    "With which instrument am I a musician?",
    "Which instrument do I play?",
    "What music do I make?",
    "Am I a musician?",
    "What do I play in a band or orchestra?",
    "Welches Instrument spiele ich?",
)
_SPORT = ("Which sport do I play?", "What game do I play?", "Am I in a team?", "Welchen Sport treibe ich?")
_CHILD_WORDS = ("child", "kid", "son", "daughter", "twin", "kind", "sohn", "söhne", "tochter", "töchter", "zwilling")
_SIBLING_WORDS = ("brother", "sister", "sibling", "bruder", "brüder", "schwester", "geschwister")
_THINGS = ("motorbike", "campervan", "boat", "allotment", "garden", "tattoo", "auto", "haus", "boot", "garten")
_GAMES = (
    "football", "soccer", "tennis", "badminton", "squash", "ball", "hockey", "rugby", "cricket", "golf", "chess", "go", "bridge", "poker", "darts", "polo",
    "fußball", "schach", "skat", "handball",
)  # fmt: skip


def questions(subject: str | None, attribute: str | None, value: str | None) -> tuple[str, ...]:
    """What one asks to be told a fact of this key; empty without a key."""
    said = (value or "").casefold()
    if attribute == "taste":
        kind = "dislikes" if said.startswith("dislikes") else "likes"
        return _DISLIKES if kind == "dislikes" else _LIKES
    if attribute == "has":
        return _of_had(said)
    if attribute == "plays":
        return _SPORT if any(game in said.split() or said.endswith(game) for game in _GAMES) else _MUSIC
    if subject in (None, "user") or attribute == "preference":
        return _OWN.get(attribute or "", ())
    asked = tuple(question.format(s=subject) for question in _OTHER.get(attribute or "", ()))
    return asked + (_ALSO.get(subject or "", ()) if attribute in ("name", "is") else ())


def _of_had(said: str) -> tuple[str, ...]:
    words = said.replace("-", " ").split()
    for known, asked in ((_CHILD_WORDS, _CHILDREN), (_SIBLING_WORDS, _SIBLINGS), (_THINGS, _OWNS)):
        if any(word.startswith(known) for word in words):
            return asked
    return _PETS
