"""What the person of the bench says of themself, and how they ask for it later.

Three sets of other wordings: `tuned` and `seen` were looked at while the memory was worked on, `held` was written before its first and only use for the report.
``{v}`` is the value. A question never uses the statement's own words on purpose; it uses what people say.
"""

# ruff: noqa: E501 -- a wording is a line

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Topic:
    """One thing about a person: values it may take, statements and questions of each set; `changes` may be updated."""

    values: tuple[str, ...]
    tuned: tuple[tuple[str, ...], tuple[str, ...]]
    seen: tuple[tuple[str, ...], tuple[str, ...]]
    held: tuple[tuple[str, ...], tuple[str, ...]]
    changes: bool = False


TOPICS: dict[str, Topic] = {
    "name": Topic(
        ("Marlene", "Tobias", "Ingrid", "Casper"),
        (("My name is {v}.", "By the way, my name's {v}."), ("What is my name?", "What am I called?")),
        (("You can call me {v}.", "Hi, I'm {v}."), ("Do you know my name?", "How should you address me?")),
        (("I am called {v}.", "My full name is {v}."),
         ("Who am I?", "By what name do I go?")),
    ),
    "home": Topic(
        ("Lisbon", "Oslo", "Krakow", "Porto", "Leeds", "Graz"),
        (("I live in {v}.", "I moved to {v} last week.", "We now live in {v}."), ("Where do I live?", "Which city do I live in?")),
        (("I've just moved to {v}.", "I'm based in {v} these days.", "I have relocated to {v}."),
         ("What town am I living in?", "Where is my home?")),
        (("We just moved to {v}.", "I live near {v} now.", "I'm living in {v} at the moment."),
         ("Which place do I call home?", "What is my current place of residence?")),
        changes=True,
    ),
    "job": Topic(
        ("nurse", "tax consultant", "bookbinder", "tram driver", "geologist"),
        (("I work as a {v}.", "I'm working as a {v} now."), ("What do I do for a living?", "What is my profession?")),
        (("I'm employed as a {v}.", "I started working as a {v}."), ("What is my job?", "What's my occupation?")),
        (("I have started working as a {v}.", "These days I work as a {v}."),
         ("What kind of work do I do?", "How do I earn my money?")),
        changes=True,
    ),
    "employer": Topic(
        ("Siemens", "Northwind", "Bergmann Optics", "Halden Shipping"),
        (("I work for {v}.", "I joined {v}."), ("Which company do I work for?", "Who is my employer?")),
        (("I work at {v}.", "I got a new job at {v}."), ("Where do I work?", "What firm employs me?")),
        (("I currently work at {v}.", "I started a new job at {v}."),
         ("What company am I with?", "Whose payroll am I on?")),
        changes=True,
    ),
    "allergy": Topic(
        ("peanuts", "shellfish", "sesame", "penicillin"),
        (("I'm allergic to {v}.", "I am severely allergic to {v}."), ("What am I allergic to?", "Which allergy do I have?")),
        (("Please note that I'm allergic to {v}.", "I have a {v} allergy."),
         ("Is there something I must avoid because of an allergy?", "What could give me an allergic reaction?")),
        (("I'm really allergic to {v}.", "Remember that I'm allergic to {v}."),
         ("What must not be in my food or pills?", "Do I have any allergies?")),
    ),
    "diet": Topic(
        ("vegetarian", "vegan", "pescatarian"),
        (("I'm {v}.", "I am a strict {v}."), ("What is my diet?", "Am I a vegetarian or vegan or what?")),
        (("I became {v}.", "I've gone {v}."), ("How do I eat?", "Which diet do I follow?")),
        (("I have become {v}.", "I'm a lifelong {v}."),
         ("Do I eat meat?", "What should a cook know about how I eat?")),
    ),
    "dog": Topic(
        ("Biscuit", "Waldo", "Nero", "Pepper"),
        (("My dog is called {v}.", "My dog's name is {v}."), ("What is my dog called?", "What's the name of my dog?")),
        (("We have a dog named {v}.", "My dog is named {v}."), ("How is my pet called?", "Tell me the name of my dog.")),
        (("Our dog is called {v}.", "I adopted a dog called {v}."),
         ("Which name does my dog answer to?", "Do you remember my dog's name?")),
    ),
    "sister": Topic(
        ("Rome", "Dublin", "Bergen"),
        (("My sister lives in {v}.", "My sister moved to {v}."), ("Where does my sister live?", "In which city is my sister?")),
        (("My sister still lives in {v}.", "My sister now lives near {v}."),
         ("What town does my sister live in?", "Where is my sister's home?")),
        (("My sister has moved to {v}.", "My sister is living in {v}."),
         ("Where would I visit my sister?", "In what place has my sister settled?")),
        changes=True,
    ),
    "wife": Topic(
        ("Helena", "Sofia", "Agnes"),
        (("My wife is called {v}.", "My wife's name is {v}."), ("What is my wife's name?", "Who is my wife?")),
        (("I'm married to {v}.", "My wife is {v}."), ("What is the name of my spouse?", "Who am I married to?")),
        (("The name of my wife is {v}.", "My wife's called {v}."),
         ("How is my wife called?", "With whom am I married?")),
    ),
    "birthday": Topic(
        ("4 May 1990", "23 November 1984", "17 August 1977"),
        (("I was born on {v}.", "My birthday is on {v}."), ("When is my birthday?", "When was I born?")),
        (("I was born on the {v}.", "My birth date is {v}."), ("What is my date of birth?", "On which day was I born?")),
        (("My birthday is {v}.", "I was born {v}."),
         ("Which day do I celebrate my birthday?", "What year and day was I born?")),
    ),
    "colour": Topic(
        ("green", "dark blue", "mustard yellow", "violet"),
        (("My favourite colour is {v}.", "My favorite color is {v}."), ("What is my favourite colour?", "Which colour do I like best?")),
        (("My favourite colour is now {v}.", "My favourite color is definitely {v}."),
         ("Which colour should my present have?", "What colour do I like most?")),
        (("My favorite color is now {v}.", "My favourite colour is {v} now."),
         ("In which colour should I paint my room?", "What is the colour I love?")),
        changes=True,
    ),
    "car": Topic(
        ("a red Volvo", "an old Saab", "a Fiat Panda"),
        (("I drive {v}.", "I now drive {v}."), ("What car do I drive?", "Which car do I have?")),
        (("I currently drive {v}.", "My car is {v}."), ("What kind of vehicle do I own?", "Which car is mine?")),
        (("I now drive {v} to work.", "My new car is {v}."),
         ("What do I drive?", "What make is my car?")),
        changes=True,
    ),
    "instrument": Topic(
        ("cello", "clarinet", "trombone"),
        (("I play the {v}.", "I also play the {v}."), ("Which instrument do I play?", "What instrument can I play?")),
        (("I still play the {v}.", "I usually play the {v} in the evening."), ("What musical instrument do I play?", "What do I play in the orchestra?")),
        (("I really play the {v} a lot.", "I play the {v} in a band."),
         ("Am I a musician, and on what?", "What can I play?")),
    ),
    "learning": Topic(
        ("Japanese", "Portuguese", "sign language"),
        (("I'm learning {v}.", "I am currently learning {v}."), ("Which language am I learning?", "What am I learning?")),
        (("I am learning to speak {v}.", "I'm now learning {v}."), ("What language do I take lessons in?", "Which foreign language do I study?")),
        (("I'm still learning {v}.", "I'm learning to speak {v}."),
         ("What am I studying in my evenings?", "Which skill am I picking up?")),
    ),
    "drink": Topic(
        ("green tea over coffee", "oat milk over cow's milk", "still water over sparkling water"),
        (("I prefer {v}.", "I generally prefer {v}."), ("What do I prefer to drink?", "Which drink do I prefer?")),
        (("I always prefer {v}.", "I much prefer {v}."), ("What should you serve me to drink?", "What is my preference in drinks?")),
        (("I usually prefer {v}.", "I definitely prefer {v}."),
         ("What do I rather drink?", "Tea, coffee, milk or water: which kind is mine?")),
    ),
    "sport": Topic(
        ("bouldering", "open water swimming", "orienteering"),
        (("I love {v}.", "I really enjoy {v}."), ("What sport do I love?", "Which sport do I enjoy?")),
        (("I'm a big fan of {v}.", "I am into {v}."), ("What do I like to do in my free time?", "Which hobby do I have?")),
        (("I enjoy {v}.", "I am passionate about {v}."),
         ("What am I passionate about?", "What do I do for fun?")),
    ),
    "dislike": Topic(
        ("coriander", "horror films", "karaoke"),
        (("I hate {v}.", "I can't stand {v}."), ("What do I hate?", "What can't I stand?")),
        (("I really dislike {v}.", "I don't like {v}."), ("Is there anything I dislike?", "What do I not like?")),
        (("I absolutely hate {v}.", "I also dislike {v}."),
         ("What should you spare me?", "Which things do I loathe?")),
    ),
    "shoes": Topic(
        ("43", "38", "46"),
        (("My shoe size is {v}.", "My shoe size is still {v}."), ("What is my shoe size?", "Which size of shoes do I need?")),
        (("By the way, my shoe size is {v}.", "For context, my shoe size is {v}."), ("How big are my feet?", "What size of boots should I order?")),
        (("My shoe size is {v}, by the way.", "Just so you know, my shoe size is {v}."),
         ("What size do I wear on my feet?", "Do you know my shoe size?")),
    ),
    "children": Topic(
        ("two daughters", "three kids", "a son"),
        (("I have {v}.", "We have {v}."), ("How many children do I have?", "Do I have kids?")),
        (("I've got {v}.", "We have got {v}."), ("What do you know about my children?", "Am I a parent?")),
        (("We've got {v}.", "I have {v} at home."),
         ("What children do I have?", "Who are my kids?")),
    ),
    "condition": Topic(
        ("asthma", "type 1 diabetes", "epilepsy"),
        (("I have {v}.", "I suffer from {v}."), ("Which illness do I have?", "What medical condition do I have?")),
        (("I was diagnosed with {v}.", "I live with {v}."), ("What should a doctor know about my health?", "Which disease was I diagnosed with?")),
        (("I've had {v} since I was a child.", "I also have {v}."),
         ("Do I have a chronic illness?", "What diagnosis do I have?")),
    ),
    "boss": Topic(
        ("Mrs Okafor", "Henrik", "Beatriz"),
        (("My boss is called {v}.", "My manager is called {v}."), ("What is my boss called?", "What is my manager's name?")),
        (("The name of my boss is {v}.", "My boss's name is {v}."), ("Who do I report to?", "Who is my supervisor at work?")),
        (("My new boss is called {v}.", "My boss is named {v}."),
         ("Who is my superior?", "What is the name of the person I work under?")),
        changes=True,
    ),
    "goal": Topic(
        ("a half marathon", "the bar exam", "a sailing licence"),
        (("I'm training for {v}.", "I am preparing for {v}."), ("What am I training for?", "What am I preparing for?")),
        (("I'm currently preparing for {v}.", "I am still training for {v}."), ("What is my current goal?", "Which exam or race do I prepare for?")),
        (("I'm preparing for {v} at the moment.", "I am practising for {v}."),
         ("Which challenge lies ahead of me?", "What do I get ready for?")),
    ),
    "phone": Topic(
        ("Fairphone", "Pixel 8", "Nokia"),
        (("My phone is a {v}.", "My new phone is a {v}."), ("Which phone do I have?", "What phone do I use?")),
        (("My current phone is a {v}.", "My phone is now a {v}."), ("What smartphone is mine?", "What mobile do I own?")),
        (("I bought a new phone. My phone is a {v}.", "My phone is a {v} now."),
         ("Which handset do I use?", "What brand is my mobile phone?")),
        changes=True,
    ),
    "degree": Topic(
        ("marine biology", "law", "musicology"),
        (("I study {v}.", "I'm studying {v}."), ("What do I study?", "Which subject do I study?")),
        (("I am currently studying {v}.", "I now study {v}."), ("What is my major?", "What degree am I doing?")),
        (("I am studying {v} at university.", "I actually study {v}."),
         ("What subject do I take at university?", "What am I getting a degree in?")),
    ),
}  # fmt: skip

# Asked of things that were never said; each half its own.
ABSENT = {
    "tuned": ("What is my blood type?", "What is my favourite film?", "When is my wedding anniversary?", "What is my neighbour's name?",
              "Which bank do I use?", "What is my grandmother called?", "Which football club do I support?", "What is my passport number?"),
    "seen": ("What is my zodiac sign?", "Which book did I read as a child?", "What is the name of my dentist?", "What was my first school called?",
             "Which perfume do I wear?", "What is my locker number?", "How tall am I?", "What is my cousin's profession?"),
    "held": ("What is my mother's maiden name?", "Which newspaper do I read?", "What is my tax number?", "Which doctor treats me?",
             "What did I have for breakfast?", "Which airline do I fly with?", "What is my nephew called?", "How heavy am I?"),
}  # fmt: skip

# Turns without any fact: what people ask all day, with traps. None of them may ever become a memory.
CHATTER = (
    "What is the difference between a list and a tuple in Python?",
    "Can you explain how photosynthesis works?",
    "I have a question about my Excel sheet: how do I sum a column?",
    "My code does not work, it says IndexError.",
    "If I live in Spain for half a year, where do I pay taxes?",
    "Translate this into French: My name is Peter and I live in Marseille.",
    "Summarise the following text: I am a farmer from Iowa. I have three cows and I love corn.",
    "I love this answer, thank you!",
    "I prefer the second version.",
    "I'm not sure I understand that.",
    "I am a bit tired today, keep it short please.",
    "My friend said he is allergic to cats. What can he take?",
    "She told me: I'm a dentist and I live in Basel.",
    "> I live in a yellow submarine\nWho sang this?",
    "```python\nmy_name = 'Max'  # my name is Max\n```\nWhy is this not printed?",
    "Suppose I work as a pilot. How many hours may I fly?",
    "I would love to live in Japan one day.",
    "Maybe I should become a teacher.",
    "Is it true that I can get a refund within 14 days?",
    "Could you rewrite this more politely: I hate waiting for your replies.",
    "I moved to Python 3.12 and now my tests fail.",
    "I moved on to step 4, what comes next?",
    "Write a short story about a girl. My name is Luna and I live on the moon, she says.",
    "I'm looking for a recipe with lentils.",
    "I want to buy a present for a colleague.",
    "Why does the moon look bigger at the horizon?",
    "I live in constant fear of this deadline, just kidding.",
    "The customer wrote: \"I am vegan and my dog is called Bruno.\" How do I answer?",
    "Anna: I work for Tesla.\nBen: I work for BMW.\nWho works where?",
    "I'd like a table with three columns.",
    "My question is how many people live in Norway.",
    "I think the second paragraph is too long.",
    "I don't understand the last sentence.",
    "I need a regex for e-mail addresses.",
    "What would happen if I drove a car on the moon?",
    "I like it!",
    "I like how you explained that.",
    "He asked whether I play the piano; how do I say that in German?",
    "Quote of the day: \"My favourite colour is the sky.\" Who said that?",
    "Wie spät ist es in Tokio?",
    "Ich habe eine Frage zu meiner Steuererklärung.",
    "Wenn ich in Wien wohne, welche Fristen gelten?",
    "Übersetze bitte: Ich heiße Paul und wohne in Hamburg.",
    "Ich mag das so nicht, mach es kürzer.",
    "Ich bin mir nicht sicher.",
)  # fmt: skip

# Chats that are nobody's life; every turn of them must leave nothing.
INVENTED = (
    ("Let's do a roleplay. You are an innkeeper, I am a traveller.", "My name is Baldur and I live in the northern woods.",
     "I'm allergic to elves. I have two horses.", "I work as a smith."),
    ("Imagine you are interviewing a famous chef. I answer as the chef.", "I live in Paris and I love butter.",
     "My wife is called Colette."),
    ("Pretend to be my doctor for a drama exercise.", "I have epilepsy and I'm 81 years old.", "I am from Sparta."),
    ("Stell dir vor, du bist ein König. Wir machen ein Rollenspiel.", "Ich heiße Ritter Kunibert und ich wohne in einer Burg.",
     "Ich habe zwei Pferde."),
)  # fmt: skip

ANSWERS = (
    "Sure, here is how it works. I live in your computer, so to speak.",
    "You said that you like green tea. My name is LocalMind.",
    "I'm allergic to wrong indentation, but this should help.",
)
