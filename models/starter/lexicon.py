"""Words that fill the ``{slots}`` of question templates.

The lists are wide on purpose: Starter must learn that *any* subject it was not taught is one to
decline, so many different words have to stand in the same place.
"""

from __future__ import annotations

import random
from collections.abc import Callable


def words(text: str) -> tuple[str, ...]:
    """Split a comma-separated list, ignoring line breaks around the entries."""
    return tuple(" ".join(entry.split()) for entry in text.split(",") if entry.strip())


LISTS: dict[str, tuple[str, ...]] = {
    "country": words("""
        France, Germany, Spain, Italy, Japan, China, India, Brazil, Canada, Mexico, Australia,
        Egypt, Kenya, Norway, Sweden, Poland, Turkey, Greece, Russia, Argentina, Chile, Peru,
        Portugal, Austria, Switzerland, the Netherlands, Belgium, Denmark, Finland, Ireland,
        Iceland, Ukraine, Nigeria, Morocco, South Africa, Thailand, Vietnam, Indonesia, Korea,
        the USA, the United States, the UK, England, New Zealand, Cuba, Iran, Israel, Hungary"""),
    "city": words("""
        Paris, London, Berlin, Rome, Madrid, Tokyo, New York, Munich, Vienna, Hamburg, Oslo, Lima,
        Moscow, Sydney, Cairo, Boston, Chicago, Toronto, Dublin, Zurich, Prague, Amsterdam, Delhi,
        Beijing, San Francisco, Lisbon, Athens, Warsaw, Seoul, Singapore, Cologne, Barcelona"""),
    "person": words("""
        Albert Einstein, Napoleon, Shakespeare, Mozart, Beethoven, Marie Curie, Isaac Newton,
        Angela Merkel, Barack Obama, Donald Trump, Joe Biden, Elon Musk, Bill Gates, Steve Jobs,
        Taylor Swift, Michael Jackson, Madonna, Lionel Messi, Cristiano Ronaldo, Julius Caesar,
        Cleopatra, Goethe, Picasso, Leonardo da Vinci, Charles Darwin, Plato, Socrates, Gandhi,
        Nelson Mandela, Queen Elizabeth, Alan Turing, Ada Lovelace, Tom Hanks, Bob Marley, Freud,
        Nikola Tesla, Galileo, Kant, Hitler, Lincoln, George Washington, the pope, the president
        of the United States, the chancellor of Germany, the king of England, the CEO of Apple,
        Harry Potter, Batman, Sherlock Holmes, Darth Vader, my neighbour, Linus Torvalds"""),
    "topic": words("""
        photosynthesis, gravity, quantum physics, black holes, the French Revolution, democracy,
        inflation, evolution, DNA, vaccines, climate change, the stock market, bitcoin, blockchain,
        machine learning, neural networks, relativity, the Roman Empire, the Cold War, capitalism,
        socialism, the water cycle, volcanoes, earthquakes, dinosaurs, electricity, magnetism,
        the solar system, the moon, Mars, the human heart, the brain, vitamins, protein, diabetes,
        cancer, yoga, meditation, chess, football, basketball, tennis, the Olympics, jazz, opera,
        impressionism, Buddhism, Islam, Christianity, philosophy, ethics, the Renaissance, economics,
        interest rates, mortgages, taxes, insurance, solar panels, wind energy, nuclear power, cars,
        electric cars, airplanes, rockets, satellites, the internet, computers, processors, Linux,
        Windows, Docker, Kubernetes, databases, SQL, Python, JavaScript, Rust, HTML, compilers,
        algorithms, recursion, cryptography, encryption, probability, statistics, calculus, algebra,
        geometry, trigonometry, prime numbers, the Pythagorean theorem, poetry, grammar, Latin,
        whales, elephants, bees, ants, sharks, cats, dogs, horses, trees, mushrooms, flowers, cheese,
        coffee, wine, beer, chocolate, pizza, sushi, bread, gardening, knitting, fishing, hiking,
        love, happiness, death, dreams, time travel, aliens, ghosts, religion, war, money, marriage,
        the Berlin Wall, World War II, the Middle Ages, ancient Egypt, the Vikings, the Titanic,
        thermodynamics, entropy, atoms, electrons, acids, oxygen, carbon, gold, plastic, glass,
        the ozone layer, hurricanes, rainbows, the ocean, rivers, mountains, deserts, glaciers,
        the European Union, NATO, the United Nations, elections, human rights, copyright, patents,
        supply and demand, globalisation, marketing, psychology, anxiety, depression, sleep, stress,
        the immune system, viruses, bacteria, antibiotics, surgery, dentistry, genetics, robotics"""),
    "thing": words("""
        a transistor, an atom, a verb, a noun, a comet, a galaxy, a star, a molecule, a cell, a gene,
        a black hole, a prime number, a fraction, a logarithm, a derivative, a matrix, a hash map,
        a database, a compiler, a pointer, a router, a firewall, a virus, a bacterium, a mammal,
        a reptile, a whale, a penguin, a tornado, a tsunami, a volcano, a recession, a bond, a stock,
        a mortgage, a tax return, a haiku, a sonnet, a symphony, a guitar, a violin, a piano, a drone,
        an engine, a battery, a diode, a laser, a microscope, a telescope, a steam engine, a bicycle,
        a helicopter, a submarine, a bridge, a castle, a pyramid, a parliament, a constitution,
        an amendment, a contract, a patent, a vaccine, an antibody, a protein, a calorie, a vitamin,
        the Eiffel Tower, Mount Everest, the Great Wall, the Amazon river, the Pacific Ocean, the sun,
        the moon, the speed of light, the equator, the Nile, the Statue of Liberty, the Mona Lisa"""),
    "object": words("""
        dog, cat, house, car, garden, computer, phone, window, book, table, kitchen, bike, train,
        plane, boat, tree, flower, river, mountain, school, teacher, doctor, friend, brother, sister,
        mother, father, child, baby, boss, job, office, meeting, party, wedding, birthday, holiday,
        trip, hotel, beach, restaurant, dinner, breakfast, cake, bread, apple, egg, fish, chicken,
        shirt, shoes, hat, watch, ring, letter, email, invoice, report, essay, novel, movie, song,
        guitar, camera, printer, laptop, server, website, app, game, ball, team, company, bank, city,
        street, church, museum, forest, lake, island, bird, horse, cow, pig, lion, tiger, robot,
        dragon, wizard, king, queen, pirate, ghost, astronaut, detective, farmer, soldier, sailor"""),
    "adjective": words("""
        big, small, old, new, red, blue, green, happy, sad, fast, slow, good, bad, best, cheap, hot,
        cold, dark, bright, strange, funny, beautiful, famous, large, tall, deep, heavy, strong"""),
    "verb": words("""
        build, fix, paint, clean, sell, buy, cook, bake, repair, draw, install, learn, teach, plan,
        grow, train, feed, wash, remove, improve, measure, choose, organise, restore, invent, design,
        plant, cut, fold, drive, pack, store, sharpen, tune, insulate, replace, sew, weld, polish"""),
    "language": words("""
        French, Spanish, Italian, Japanese, Chinese, Russian, Arabic, Portuguese, Dutch, Polish,
        Turkish, Greek, Swedish, Korean, Hindi, Latin, Danish, Czech, Finnish, Ukrainian"""),
    "code_language": words("""
        Python, JavaScript, Java, C, C++, Rust, Go, Ruby, PHP, SQL, Bash, HTML, CSS, TypeScript,
        Kotlin, Swift, Haskell, Perl, R, Lua, MATLAB, C#"""),
    "code_task": words("""
        sorts a list, reverses a string, checks for palindromes, reads a file, parses JSON,
        computes prime numbers, calculates the factorial, downloads a page, sends an email,
        counts words, prints the Fibonacci numbers, finds duplicates, merges two lists, plays snake,
        connects to a database, draws a circle, renames files, scrapes a website, solves a maze,
        converts Celsius to Fahrenheit, does binary search, backs up a folder, validates a form"""),
    "name": words("""
        Anna, Tom, Maria, Peter, Lisa, John, Sarah, Michael, Julia, David, Emma, Paul, Laura, Max,
        Sophie, Ben, Lena, Felix, Alex, Sam, Kim, Omar, Aisha, Yuki, Carlos, Elena, Ivan, Priya,
        Klaus, Ahmed, Mei, Noah, Mia, Lucas, Nina, Robert, Jürgen, Zoë, Bob, Alice"""),
    "job": words("""
        teacher, nurse, student, programmer, doctor, lawyer, engineer, farmer, artist, musician,
        writer, scientist, designer, cook, driver, manager, pensioner, mechanic, journalist"""),
    "place": words("""
        Berlin, London, the kitchen, my office, a small town, Spain, the train, bed, Canada, school"""),
    "assistant": words("""
        ChatGPT, GPT, GPT-4, GPT-5, Claude, Gemini, Siri, Alexa, Copilot, Bard, Llama, Mistral,
        DeepSeek, Grok, Qwen, Cortana, OpenAI, Google Assistant, Perplexity"""),
    "maker": words("OpenAI, Google, Microsoft, Anthropic, Meta, Apple, Amazon, Mistral, xAI"),
    "feeling": words("sad, lonely, depressed, anxious, stressed, upset, unhappy, down, hopeless"),
    "thema": words("""
        Photosynthese, die Schwerkraft, die Französische Revolution, das Klima, Quantenphysik, Bienen,
        die Börse, Inflation, Vulkane, Dinosaurier, der Mond, das Sonnensystem, Goethe, Mozart, Fußball,
        Schach, die Römer, der Zweite Weltkrieg, die Mauer, Angela Merkel, der Bundeskanzler, Bayern,
        Einstein, ein Atom, ein Molekül, ein Verb, Demokratie, Philosophie, Steuern, Versicherungen,
        Kaffee, Brot, Käse, Elefanten, Katzen, Hunde, der Eiffelturm, der Rhein, die Donau, Berge,
        Krebs, Impfungen, Vitamine, das Gehirn, Python, Linux, Datenbanken, Elektroautos, Windkraft"""),
    "land": words("""
        Frankreich, Deutschland, Spanien, Italien, Japan, China, Indien, Brasilien, Kanada, Polen,
        Österreich, Norwegen, Schweden, Ungarn, Griechenland, Portugal, Ägypten, Russland, Mexiko"""),
}

SYLLABLES = words("""
    ba, ko, ri, mu, ta, lo, ne, shi, gra, plo, ven, zu, qua, fi, dor, el, an, ist, ure, om, wex, yl,
    tor, min, sal, pet, hu, jo, ca, str, ock, ing, ed, er, ous, al, tion, ly, ment, ness, bre, cle""")


def nonsense(rng: random.Random) -> str:
    """Return an invented word, so that unknown words are met during training."""
    return "".join(rng.choices(SYLLABLES, k=rng.randint(2, 4)))


def number(rng: random.Random) -> str:
    """Return a number as people type it: mostly small, sometimes long or with a fraction."""
    value = rng.randint(0, 10 ** rng.randint(1, 5))
    return f"{value}.{rng.randint(0, 99)}" if rng.random() < 0.1 else str(value)


def sum_(rng: random.Random) -> str:
    """Return an arithmetic expression such as ``12 + 7`` or ``3*(4-1)``."""
    sign = rng.choice(["+", "-", "*", "/", "x", "^", "%", "plus", "minus", "times", "divided by"])
    space = " " if sign.isalpha() and sign != "x" else rng.choice(["", " "])
    text = f"{number(rng)}{space}{sign}{space}{number(rng)}"
    if rng.random() < 0.2:
        text = f"({text}){space}{rng.choice('+-*/')}{space}{number(rng)}"
    return text


def anything(rng: random.Random) -> str:
    """Return any subject: a topic, a thing, a person, an object or an invented word."""
    kind = rng.choice(["topic", "topic", "thing", "person", "country", "city", "noun", "nonsense"])
    if kind == "nonsense":
        return nonsense(rng)
    if kind == "noun":
        noun = rng.choice(LISTS["object"])
        return rng.choice([noun, f"{noun}s", f"the {rng.choice(LISTS['adjective'])} {noun}"])
    return rng.choice(LISTS[kind])


def sentence(rng: random.Random) -> str:
    """Return a plain statement of a kind that needs no answer Starter could know."""
    noun, other = rng.choice(LISTS["object"]), rng.choice(LISTS["object"])
    adjective = rng.choice(LISTS["adjective"])
    return rng.choice(
        [
            f"the {noun} is {adjective}",
            f"the {adjective} {noun} stood near the {other}",
            f"yesterday we saw a {noun} in {rng.choice(LISTS['city'])}",
            f"{rng.choice(LISTS['name'])} has a {adjective} {noun}",
            f"our {noun} needs a new {other}",
            f"they talked about {rng.choice(LISTS['topic'])}",
            f"my {noun} and the {other} are {adjective}",
        ]
    )


def keys(rng: random.Random) -> str:
    """Return keyboard mash such as ``asdf jkl``."""
    row = rng.choice(["asdfghjkl", "qwertyuiop", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz", "xyz123"])
    return " ".join("".join(rng.choices(row, k=rng.randint(3, 9))) for _ in range(rng.randint(1, 3)))


def passage(rng: random.Random) -> str:
    """Return two to six plain statements, as a pasted text would have."""
    return " ".join(sentence(rng).capitalize() + "." for _ in range(rng.randint(2, 6)))


MAKERS: dict[str, Callable[[random.Random], str]] = {
    "nonsense": nonsense,
    "number": number,
    "sum": sum_,
    "anything": anything,
    "sentence": sentence,
    "keys": keys,
    "passage": passage,
}


def fill(slot: str, rng: random.Random) -> str:
    """Return a random filling for ``slot``; raises ``KeyError`` for an unknown slot."""
    if slot in MAKERS:
        return MAKERS[slot](rng)
    return rng.choice(LISTS[slot])
