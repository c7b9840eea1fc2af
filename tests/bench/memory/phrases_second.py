"""A second person of the bench: other values, other topics, and wordings of their own.

`second` was looked at while the memory was worked on. `third` and `fourth` were each held out for one report before the
memory was mended for what it showed; the figures of that first use stand in docs/benchmarks.md.
"""

# ruff: noqa: E501 -- a wording is a line

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SecondTopic:
    """As `phrases.Topic`, with these sets."""

    values: tuple[str, ...]
    second: tuple[tuple[str, ...], tuple[str, ...]]
    third: tuple[tuple[str, ...], tuple[str, ...]]
    fourth: tuple[tuple[str, ...], tuple[str, ...]]
    changes: bool = False


SECOND_TOPICS: dict[str, SecondTopic] = {
    "name": SecondTopic(
        ("Roswitha", "Edgar", "Noemi", "Lorcan"),
        (("Hello, my name is {v}.", "Everyone calls me {v}."), ("Could you say my name?", "How do people call me?")),
        (("My first name is {v}.", "Please call me {v}."), ("What should you call me?", "Which name is mine?", "Under what name do you know me?")),
        (("Hi there, my name is {v}.", "My real name is {v}."), ("I forgot whether I told you my name, did I?", "Whom are you chatting with?")),
    ),
    "home": SecondTopic(
        ("Utrecht", "Trieste", "Malmö", "Cork", "Leipzig"),
        (("I live in {v} now.", "I recently moved to {v}."), ("What's the city I'm living in?", "Where am I resident?")),
        (("I'm living in {v}.", "We moved to {v}.", "I currently live in {v}."), ("In what city is my flat?", "Where do I reside these days?", "Which town is home for me?")),
        (("I've been living in {v} since spring.", "I'm now based in {v}."), ("What town do you have for me?", "Where would a visitor find my front door?")),
        changes=True,
    ),
    "job": SecondTopic(
        ("locksmith", "school librarian", "flight dispatcher", "optician"),
        (("I am working as a {v}.", "I currently work as a {v}."), ("What's my line of work?", "What am I employed as?")),
        (("I now work as a {v}.", "I got a new job as a {v}."), ("What trade am I in?", "What do I do professionally?", "Which job do I have?")),
        (("I've just started as a {v}.", "I am employed as a {v}."), ("How would you describe my job?", "What's my current occupation?")),
        changes=True,
    ),
    "employer": SecondTopic(
        ("Kestrel Labs", "Vattenberg", "Oakline Insurance", "Zeltner"),
        (("I work for {v} now.", "I just started at {v}."), ("Who pays my salary?", "What's the name of my company?")),
        (("I'm employed at {v}.", "I recently joined {v}."), ("Which firm do I work at?", "Who do I work for?", "At which business am I employed?")),
        (("I've recently started working for {v}.", "I work over at {v}."), ("At what company do I spend my working days?", "Which organisation am I part of at work?")),
        changes=True,
    ),
    "allergy": SecondTopic(
        ("walnuts", "latex", "bee stings", "strawberries"),
        (("I am allergic to {v}.", "Also, I'm allergic to {v}."), ("What sets off my allergy?", "Name my allergy.")),
        (("I'm very allergic to {v}.", "Just so you know, I'm allergic to {v}."), ("What do I react to?", "Which substance is dangerous for me?", "Am I allergic to anything?")),
        (("Careful, I'm allergic to {v}.", "Unfortunately I'm allergic to {v}."), ("Is there an allergy you should know of?", "What allergy do I suffer from?")),
    ),
    "diet": SecondTopic(
        ("vegan", "vegetarian", "pescatarian"),
        (("I am {v}.", "I've become {v}."), ("What sort of eater am I?", "What diet am I on?")),
        (("I'm {v} now.", "I have gone {v}."), ("Do I follow a special diet?", "What are my eating habits?", "May I be served meat?")),
        (("I recently became {v}.", "I'm strictly {v}."), ("Would I eat a steak?", "What do I tell a waiter about my diet?")),
    ),
    "cat": SecondTopic(
        ("Mogli", "Tilda", "Pixel", "Sparrow"),
        (("My cat is called {v}.", "I have a cat called {v}."), ("What's my cat called?", "What did I name my cat?")),
        (("My cat's name is {v}.", "We adopted a cat named {v}."), ("What is the cat of mine called?", "Which name did we give our cat?", "Who is my feline friend?")),
        (("Our cat is named {v}.", "I got a cat called {v}."), ("By what name do I call my cat?", "Can you recall the name of my cat?")),
    ),
    "brother": SecondTopic(
        ("Tampere", "Seville", "Bremen", "Perth"),
        (("My brother lives in {v}.", "My brother is living in {v}."), ("Which city does my brother live in?", "Where has my brother moved?")),
        (("My brother now lives in {v}.", "My brother moved to {v}."), ("Where can I find my brother?", "In which town is my brother at home?", "Where does my brother reside?")),
        (("My older brother lives in {v}.", "My brother recently moved to {v}."), ("What's my brother's city?", "Where would I travel to see my brother?")),
        changes=True,
    ),
    "daughter": SecondTopic(
        ("Matilda", "Ylva", "Carmen"),
        (("My daughter is called {v}.", "My daughter's name is {v}."), ("What's the name of my daughter?", "What is my daughter called?")),
        (("Our daughter is called {v}.", "The name of my daughter is {v}."), ("What name does my daughter have?", "How did I name my girl?", "Do you know what my daughter is called?")),
        (("I have a daughter named {v}.", "My little daughter is called {v}."), ("Tell me my daughter's name.", "What is the first name of my daughter?")),
    ),
    "birthday": SecondTopic(
        ("12 March 1988", "30 September 1971", "9 July 1995"),
        (("I was born on {v}.", "My birthday is {v}."), ("On what date is my birthday?", "What's my birth date?")),
        (("My birthday is on the {v}.", "I was born on the {v}."), ("When should you congratulate me?", "When did I come into the world?", "What day is my birthday?")),
        (("I was born {v}.", "My birthday's on {v}."), ("When do I get birthday presents?", "Do you remember my birthday?")),
    ),
    "food": SecondTopic(
        ("lasagne", "ramen", "plum dumplings", "goulash"),
        (("My favourite food is {v}.", "My favorite food is {v}."), ("What food do I like best?", "What's my favourite meal?")),
        (("My favourite dish is {v}.", "My favourite meal is {v}."), ("Which dish makes me happiest?", "What do I like to eat most of all?", "What is my favorite food?")),
        (("My absolute favourite food is {v}.", "My favourite food is still {v}."), ("What is my number one food?", "Which meal do I enjoy most?")),
        changes=True,
    ),
    "car": SecondTopic(
        ("a grey Skoda", "a yellow Citroën", "a Toyota Yaris"),
        (("I drive {v} these days.", "My car is {v}."), ("What kind of car is mine?", "Which vehicle do I drive?")),
        (("I drive {v} now.", "My current car is {v}."), ("What car is in my garage?", "What am I driving?", "Which automobile belongs to me?")),
        (("My new car is {v}.", "I've been driving {v} lately."), ("Describe my car.", "What do I use to get around by road?")),
        changes=True,
    ),
    "instrument": SecondTopic(
        ("accordion", "oboe", "viola"),
        (("I play the {v}.", "I usually play the {v} on Sundays."), ("What instrument am I playing?", "On what do I make music?")),
        (("I also play the {v} sometimes.", "I actually play the {v}."), ("With which instrument do I make music?", "What would I bring to a jam session?", "Which instrument is mine?")),
        (("In my free time I play the {v}.", "I've been playing the {v} for years."), ("Which musical instrument have I learnt?", "What do I practise at music lessons?")),
    ),
    "learning": SecondTopic(
        ("Finnish", "Korean", "Welsh"),
        (("I'm learning {v}.", "I am still learning {v}."), ("Which language do I want to master?", "What do I learn?")),
        (("I am learning {v} now.", "I'm currently learning {v}."), ("What new language am I working on?", "Which tongue am I trying to pick up?", "What am I taking a course in?")),
        (("These days I'm learning {v}.", "I've started learning {v}."), ("Which language lessons am I taking?", "What is it that I am learning?")),
    ),
    "drink": SecondTopic(
        ("black tea over herbal tea", "red wine over white wine", "espresso over cappuccino"),
        (("I prefer {v}.", "I always prefer {v}."), ("Which beverage do I favour?", "What would I rather drink?")),
        (("I really prefer {v}.", "I mostly prefer {v}."), ("What would I order at the bar?", "What do I like better to drink?", "Which of two drinks do I choose?")),
        (("As a rule I prefer {v}.", "I clearly prefer {v}."), ("What is my choice when it comes to drinks?", "Which of both would I sooner drink?")),
    ),
    "sport": SecondTopic(
        ("fencing", "trail running", "rowing"),
        (("I love {v}.", "I'm into {v}."), ("Which sport am I into?", "What do I do to keep fit?")),
        (("I really love {v}.", "I'm passionate about {v}."), ("What sport is mine?", "How do I spend my spare time?", "Which activity do I enjoy?")),
        (("I really like {v}.", "I'm a fan of {v}."), ("Which sport would you recommend me a magazine on?", "What exercise do I like?")),
    ),
    "dislike": SecondTopic(
        ("olives", "musicals", "crowded trains"),
        (("I can't stand {v}.", "I don't like {v}."), ("What don't I like?", "What gets on my nerves?")),
        (("I really hate {v}.", "I detest {v}."), ("What am I not fond of?", "What do I find awful?", "Which thing do I dislike?")),
        (("I strongly dislike {v}.", "I can't bear {v}."), ("What do I have a strong aversion to?", "What would spoil my evening?")),
    ),
    "ring": SecondTopic(
        ("54", "61", "49"),
        (("My ring size is {v}.", "By the way, my ring size is {v}."), ("Which ring size do I have?", "What size of ring fits me?")),
        (("For the record, my ring size is {v}.", "My ring size is {v}."), ("How large must a ring for me be?", "What is the size of my ring finger?", "Tell me my ring size.")),
        (("Note that my ring size is {v}.", "In case you need it, my ring size is {v}."), ("If somebody buys me a ring, which size?", "What was my ring size again?")),
    ),
    "siblings": SecondTopic(
        ("two brothers", "three sisters", "one brother"),
        (("I have {v}.", "I've got {v}."), ("How many siblings do I have?", "Do I have siblings?")),
        (("I also have {v}.", "We have {v}."), ("Am I an only child?", "What siblings do I have?", "How many brothers or sisters have I got?")),
        (("I've got {v}, by the way.", "I have {v} at home."), ("What do you know of my siblings?", "Is there a sister or a brother of mine?")),
    ),
    "condition": SecondTopic(
        ("migraine", "hay fever", "arthritis"),
        (("I have {v}.", "I was diagnosed with {v}."), ("What am I suffering from?", "What health problem do I have?")),
        (("I suffer from {v}.", "I live with {v}."), ("Is there anything wrong with my health?", "What ailment do I have?", "Which illness should you take into account for me?")),
        (("I've had {v} for years.", "I've been diagnosed with {v}."), ("Which disease was found in me?", "What do I see the doctor for?")),
    ),
    "dentist": SecondTopic(
        ("Dr Amsel", "Dr Quist", "Dr Farrow"),
        (("My dentist is called {v}.", "The name of my dentist is {v}."), ("What's my dentist called?", "Which dentist do I go to?")),
        (("My dentist's name is {v}.", "My new dentist is called {v}."), ("Who looks after my teeth?", "What is the name of my dentist?", "Which dentist treats me?")),
        (("My dentist is {v}.", "My dentist is now called {v}."), ("With which dentist would I make an appointment?", "What's the dentist's name that I see?")),
        changes=True,
    ),
    "goal": SecondTopic(
        ("a triathlon", "the pilot exam", "the driving test"),
        (("I'm training for {v}.", "I am preparing for {v}."), ("What do I train for?", "What event am I getting ready for?")),
        (("I'm still preparing for {v}.", "I'm practising for {v}."), ("What am I working towards?", "Which test or race is coming up for me?", "What am I getting prepared for?")),
        (("Right now I'm training for {v}.", "I've been preparing for {v}."), ("What is my next big challenge?", "Why do I practise so much at the moment?")),
    ),
    "laptop": SecondTopic(
        ("ThinkPad", "MacBook", "Framework 13"),
        (("My laptop is a {v}.", "My new laptop is a {v}."), ("What laptop do I have?", "Which notebook do I work on?")),
        (("My laptop is now a {v}.", "My current laptop is a {v}."), ("Which computer do I carry around?", "What brand is my laptop?", "What do I type on?")),
        (("I have a new laptop. My laptop is a {v}.", "My laptop's a {v}."), ("What model is my laptop?", "On which computer do I do my work?")),
        changes=True,
    ),
    "degree": SecondTopic(
        ("archaeology", "medicine", "computational linguistics"),
        (("I study {v}.", "I'm studying {v} now."), ("What am I studying?", "Which degree programme am I in?")),
        (("I am studying {v}.", "I currently study {v}."), ("What is my field of study?", "Which course am I enrolled in?", "What do I read at university?")),
        (("At university I study {v}.", "I'm in my second year and study {v}."), ("What is my degree in?", "Which discipline am I a student of?")),
    ),
    "fear": SecondTopic(
        ("heights", "spiders", "thunderstorms"),
        (("I'm afraid of {v}.", "I am scared of {v}."), ("What am I afraid of?", "What frightens me?")),
        (("I'm terrified of {v}.", "I'm really afraid of {v}."), ("What scares me?", "Do I have a phobia?", "What makes me panic?")),
        (("I'm very scared of {v}.", "I have always been afraid of {v}."), ("What should not be near me because I fear it?", "What am I frightened by?")),
    ),
    "languages": SecondTopic(
        ("Dutch and Polish", "Catalan and Spanish", "Swedish and Danish"),
        (("I speak {v}.", "I also speak {v}."), ("Which languages do I speak?", "What languages can I talk in?")),
        (("I speak {v} fluently.", "I actually speak {v}."), ("In which languages can you write to me?", "What languages do I know?", "Which tongues am I fluent in?")),
        (("I can speak {v}.", "At home I speak {v}."), ("How many languages do I have, and which?", "What can I speak besides English?")),
    ),
}  # fmt: skip

# Of things that were never said of this person. The last of each half ask for what is not known of somebody who is.
SECOND_ABSENT = {
    "second": (
        "What is my blood group?", "Who was my first teacher?", "What is my uncle called?", "When is my wedding day?", "Which hospital was I born in?",
        "What is my bank account number?", "Which book am I reading?", "What is my landlord's name?", "How much do I earn?", "What is my favourite song?",
        "Which train do I take in the morning?", "What is my wifi password?", "What is my grandfather's job?", "Where did I spend my last holiday?",
        "Do I smoke?", "What is my religion?", "Who is my best friend?", "What is my e-mail address?",
        "How old is my daughter?", "What does my brother do for a living?", "What breed is my cat?", "When does my dentist open?",
    ),
    "third": (
        "What is my star sign?", "Who is my godmother?", "What is my aunt's name?", "Which church do I attend?", "What colour are my eyes?",
        "What is my phone number?", "Which film did I see last?", "What is my neighbour called?", "How tall am I?", "Which team do I cheer for?",
        "What was the name of my primary school?", "Which insurance do I have?", "What is my mother's job?", "Where did I go on honeymoon?",
        "Do I wear glasses?", "Which party do I vote for?", "Who is my accountant?", "What is my licence plate?",
        "How old is my cat?", "When is my brother's birthday?", "Which school does my daughter go to?", "What does my car cost me?",
    ),
    "fourth": (
        "What is my mother called?", "Which newspaper am I subscribed to?", "Who is my family doctor?", "Where is my locker?", "What is my maths teacher's name?",
        "What is my sister's profession?", "When is my wedding anniversary?", "What is my pin code?", "Which podcast do I listen to?", "Which gym do I go to?",
        "What is my middle name?", "How much do I weigh?", "Which airport do I usually fly from?", "What is my nephew's birthday?", "Which perfume do I use?",
        "Who did I vote for?", "Which hotel did I stay at last summer?", "What is my husband called?",
        "How old is my brother?", "What colour is my cat?", "When did I buy my laptop?", "How good is my daughter at school?",
    ),
}  # fmt: skip

# About a month after something was said, before it changed.
SECOND_PAST = {
    "home": ("Where was I living in {month}?", "Which city was my home in {month}?"),
    "job": ("What was my profession in {month}?", "As what did I work in {month}?"),
    "employer": ("Who did I work for in {month}?", "Which company employed me in {month}?"),
    "brother": ("Where did my brother live in {month}?", "In which city was my brother in {month}?"),
    "food": ("What was my favourite food in {month}?", "Which dish did I like best in {month}?"),
    "car": ("What car was I driving in {month}?", "Which car did I own in {month}?"),
    "dentist": ("Who was my dentist in {month}?", "What was the name of my dentist in {month}?"),
    "laptop": ("Which laptop did I use in {month}?", "What was my laptop in {month}?"),
}  # fmt: skip
