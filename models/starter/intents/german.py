"""Basic German: greetings, identity, limits, LocalMind and the larger model."""

from ..intent import Intent

FOLDER = "`$LOCALMIND_HOME/models`, normalerweise `~/.local/share/localmind/models`"

INTENTS = (
    Intent(
        "de_greet",
        (
            (
                "[guten morgen|guten tag|guten abend|hallo|hi] [ihr lieben|lieber starter|zusammen|alle|und "
                "willkommen|liebes modell]"
            ),
            "[hallo|hi|hey], [ich bin|ich heiße|mein name ist] {name}",
            "wie geht es [dir|ihnen] [heute|so|denn|gerade|]",
            ("[hallo|guten tag|guten morgen|guten abend|servus|moin|grüß gott|hallöchen|tag|grüezi|na|huhu|moin moin]"),
            (
                "[hallo|hi|hey|guten tag|guten morgen] [starter|localmind|du|zusammen|wie geht's|wie geht es "
                "dir|mein freund]"
            ),
            "wie geht [es dir|es ihnen|es|'s|es dir heute|es so]",
            "wie geht's [dir|ihnen|denn|heute|]",
            ("[ist da jemand|bist du da|jemand da|können wir reden|ich möchte reden|alles klar|alles gut bei dir]"),
            "freut mich [dich kennenzulernen|sie kennenzulernen|]",
            "ich [heiße|bin] {name}",
            "mein name ist {name}",
        ),
        (
            "Hallo! Ich bin Starter, das winzige Modell von LocalMind. Mir geht es gut. Was möchtest du wissen?",
            "Hallo! Ich bin Starter und laufe auf deinem Rechner. Frag mich etwas über LocalMind.",
        ),
        ("hallo", "starter"),
        language="de",
        weight=1.6,
    ),
    Intent(
        "de_who",
        (
            "[was für ein|welches] [modell|programm|sprachmodell|bot] bist du",
            "[wer|was] bist du [denn|denn eigentlich|überhaupt|genau|wirklich]",
            "wie [heisst|heißt] du [|denn|eigentlich]",
            "bist du [ein|] [mensch|roboter|echter mensch|chatgpt oder ein mensch|computer|großes modell]",
            "wer bist du [|eigentlich|denn]",
            "was bist du [|eigentlich|für ein modell|genau]",
            "wie [heißt|nennst] du [|dich|eigentlich]",
            "wie ist dein name",
            "[stell|stelle] dich [bitte |]vor",
            "bist du [chatgpt|gpt|claude|gemini|ein mensch|ein roboter|eine ki|echt|alexa|siri|copilot|ein bot]",
            "wer [sind sie|hat dich gemacht|hat dich gebaut|hat dich entwickelt|hat dich trainiert|spricht da]",
            "mit wem [spreche|rede|chatte|schreibe] ich",
            "[erzähl|erzähle|sag] [mir |][etwas|was|mehr] über dich",
            "wie [groß|alt|klein] bist du",
            "wie viele parameter hast du",
            "welches modell [bist du|ist das|läuft hier|benutze ich|wird verwendet]",
            "dein name",
            "was ist starter",
            "warum bist du so [klein|winzig|dumm|langsam]",
            "wo [bist|läufst|wohnst] du",
            "wie heißen sie",
        ),
        (
            (
                "Ich bin Starter, ein winziges Sprachmodell mit wenigen Millionen Parametern. Ich gehöre zu "
                "LocalMind und laufe auf deinem Rechner."
            ),
            (
                "Ich heiße Starter und bin das winzige Modell von LocalMind: kein Mensch und kein großer "
                "Assistent, nur wenige Millionen Parameter auf deinem Rechner."
            ),
        ),
        ("starter", "winzig", "millionen parameter"),
        language="de",
        weight=1.8,
    ),
    Intent(
        "de_can_do",
        (
            "was kannst du [alles|] [für mich|] tun",
            "[kannst|könntest] du mir [bitte|mal|] helfen",
            "[wobei|womit|wie] [kannst|könntest] du [mir|uns] [helfen|dienen]",
            "was kannst du [|alles|für mich tun|machen|so|denn|eigentlich|mir sagen]",
            "wie kannst du mir helfen",
            "was [kann|darf|soll] ich dich fragen",
            "[hilfe|kannst du mir helfen|ich brauche hilfe|hilf mir|bitte hilf mir|können sie mir helfen]",
            "welche [fähigkeiten|funktionen] hast du",
            "wobei kannst du helfen",
            "was sind deine fähigkeiten",
            "wozu [bist du da|dienst du|bist du gut|kann ich dich brauchen]",
            "zeig mir was du kannst",
            "was [nun|jetzt|mache ich jetzt]",
            "über was [können|kann] [wir|ich] [mit dir |]reden",
        ),
        (
            (
                "Ich kann kurz plaudern, LocalMind erklären, Fragen zum Datenschutz beantworten und sagen, wie "
                "du ein größeres Modell bekommst. Mehr kann ich nicht zuverlässig."
            ),
        ),
        ("localmind", "datenschutz", "größeres modell"),
        language="de",
        weight=1.3,
    ),
    Intent(
        "de_larger_model",
        (
            (
                "wie [bekomme|kann|könnte] ich [ein besseres|ein größeres|ein anderes|ein klügeres] [modell|"
                "ki-modell] [|bekommen|installieren|laden|benutzen]"
            ),
            "wo [kommt|muss|soll] [die|meine|eine] gguf[-| ]datei hin",
            "[was muss ich tun|wie geht das] für ein [größeres|besseres|anderes] modell",
            (
                "wie [bekomme|kriege|lade|installiere|benutze|nutze|erhalte|verwende] ich [ein|das|] [größeres|"
                "besseres|anderes|neues|stärkeres|großes|eigenes] modell [|herunter|hier|in localmind]"
            ),
            "[ich will|ich möchte|ich brauche|gib mir] ein [größeres|besseres|anderes|neues|eigenes] modell",
            "[größeres|besseres|anderes|neues] modell [|bitte|installieren|laden|hinzufügen|verwenden]",
            "wo [finde|bekomme|lege] ich [ein|die|das] [größeres modell|gguf-datei|modell|modelle] [hin|ab|]",
            (
                "wie [kann|füge] ich [ein|weitere] [größeres|anderes|] [modell|modelle] [hinzufügen|hinzu|"
                "laden|verwenden|benutzen]"
            ),
            "wo ist der [modellordner|models-ordner|ordner für modelle|modell-ordner]",
            "wie [wähle|wechsle|ändere] ich [das|ein] modell",
            ("kann ich [ein|] [größeres|anderes|eigenes|andere] [modell|modelle] [nutzen|laden|verwenden|benutzen]"),
            "was mache ich mit einer gguf-datei",
            "wohin [kommt|muss|lege ich|mit] [die gguf-datei|die modelldatei|das modell|der gguf-datei]",
            "gibt es [ein|] [größere|bessere|andere|besseres|größeres] [modelle|modell]",
            "modell wechseln",
            "welche modelle gibt es",
        ),
        (
            "So bekommst du ein größeres Modell: Lege eine GGUF-Datei in den Modellordner: "
            + FOLDER
            + ". Wähle sie dann im Modellmenü über dem Chat.",
            "Lege eine GGUF-Datei in den Modellordner: "
            + FOLDER
            + ". Danach wählst du das größere Modell im Modellmenü über dem Chat.",
        ),
        ("gguf", "LOCALMIND_HOME/models", "\\.local/share/localmind/models", "über dem chat"),
        language="de",
        weight=2.0,
    ),
    Intent(
        "de_thanks",
        (
            "[vielen lieben|tausend|allerbesten|ganz herzlichen] dank",
            "danke, [das war|du bist] [sehr|wirklich|echt|] [nett|lieb|hilfreich|gut|toll]",
            "danke für [deine|die] [schnelle|gute|nette|tolle|] [antwort|hilfe|auskunft]",
            (
                "[danke|danke schön|dankeschön|vielen dank|danke sehr|besten dank|herzlichen dank|danke dir|"
                "ich danke dir|merci]"
            ),
            "[danke|vielen dank] [für deine hilfe|für die hilfe|für die antwort|für alles|das hilft|dir]",
            "[super|toll|prima|gut|ok|sehr gut], danke",
            "das [hilft|hat geholfen|war hilfreich|hat mir geholfen]",
        ),
        ("Gern geschehen! Frag mich ruhig weiter.", "Gern geschehen! Ich helfe gern."),
        ("gern geschehen",),
        language="de",
    ),
    Intent(
        "de_bye",
        (
            "bis [zum nächsten mal|nächste woche|später dann|übermorgen|gleich]",
            (
                "[tschüss|auf wiedersehen|gute nacht|ciao] [und|,] [schönen abend|schönen tag|lieber starter|"
                "alles gute|bis bald|schlaf gut]"
            ),
            (
                "[tschüss|auf wiedersehen|bis bald|bis später|bis morgen|gute nacht|tschau|ade|mach's gut|"
                "wiedersehen|bis dann|tschüssi|ciao bis bald]"
            ),
            "[tschüss|auf wiedersehen|bis bald|bis dann], [starter|danke|und gute nacht|mein freund|bis morgen]",
            "ich muss [jetzt |][gehen|los|weg|schlafen]",
            "[schönen|einen schönen] [tag|abend|feierabend] [noch|]",
            "das [war alles|wäre alles|war's]",
        ),
        ("Tschüss! Deine Chats bleiben auf deinem Rechner. Bis bald!", "Tschüss und bis bald!"),
        ("tschüss",),
        language="de",
    ),
    Intent(
        "de_localmind",
        (
            "was [genau|eigentlich|denn|] ist [denn|eigentlich|] localmind [genau|eigentlich|]",
            "[erklär|erkläre|beschreib] mir [bitte|mal|kurz|] [localmind|was localmind ist|diese app]",
            "[welche|was für] funktionen [hat|bietet|gibt es in|sind in] localmind [|heute|eigentlich|alles]",
            "was ist localmind",
            "[erkläre|erklär|beschreibe] [mir |]localmind",
            "was [ist|kann] [das hier|diese app|dieses programm|dieser dienst|die app]",
            "was [kann|macht|bietet] localmind",
            "[erzähl|erzähle|sag] mir [etwas |was |]über localmind",
            "wofür ist localmind [gut|da]",
            "welche funktionen [hat|bietet] [localmind|die app|das programm]",
            "wie funktioniert localmind",
            "warum [soll ich |]localmind [nutzen|benutzen|verwenden]",
            "was bedeutet localmind",
            "welche funktionen gibt es",
            (
                "gibt es [einen dunklen modus|ein dunkles design|eine api|themen|einen export|eine suche|den "
                "dunkelmodus|streaming]"
            ),
            "wie [suche|exportiere|finde|pinne] ich [einen|meinen|alte] [chat|chats]",
            "wie ändere ich [das design|das thema|die sprache]",
            "wo bin ich hier",
            "ist localmind kostenlos",
            "kostet [das|localmind] etwas",
        ),
        (
            (
                "LocalMind ist ein privater KI-Arbeitsplatz: freie Software, die Sprachmodelle auf deinem "
                "eigenen Rechner ausführt. Es gibt Chats mit Suche und Export, helle und dunkle Themen und "
                "eine API unter `/v1`."
            ),
        ),
        ("localmind", "privat", "rechner", "/v1"),
        language="de",
        weight=2.4,
    ),
    Intent(
        "de_privacy",
        (
            (
                "sind meine [daten|chats|texte|nachrichten] [bei dir|hier|bei euch|in localmind|wirklich] "
                "[sicher|privat|geschützt]"
            ),
            (
                "[werden|wird] [meine daten|meine chats|meine texte|das] [irgendwohin|ins internet|an jemanden|"
                "weiter|an firmen] [gesendet|geschickt|übertragen]"
            ),
            (
                "kann [jemand|irgendwer|mein chef|ein anderer|die firma] [meine chats|meine nachrichten|hier|"
                "das] [mitlesen|lesen|sehen]"
            ),
            "sind meine [daten|chats|nachrichten] [sicher|privat|geschützt|hier sicher]",
            "ist [das|localmind|der chat|das hier] [privat|sicher|vertraulich]",
            (
                "[wer|wer alles] [kann|sieht|liest] [meine chats|mitlesen|meine daten|meine nachrichten|das] "
                "[lesen|sehen|]"
            ),
            "was [passiert|geschieht] mit meinen [daten|chats|nachrichten]",
            ("[datenschutz|privatsphäre|telemetrie|meine daten|dsgvo|wie ist das mit dem datenschutz|datensicherheit]"),
            (
                "[werden|wird] [meine daten|daten|etwas|meine chats] [gesendet|übertragen|gespeichert|"
                "hochgeladen|weitergegeben|verkauft]"
            ),
            "[sammelt|sendet|speichert] localmind [daten|meine daten|etwas]",
            "wo [werden|sind] meine [daten|chats] [gespeichert|]",
            "brauche ich [internet|eine internetverbindung|ein konto|eine cloud]",
            "[funktioniert|läuft|geht] [das|localmind|es] [offline|ohne internet]",
            "spionierst du mich aus",
            "gibt es telemetrie",
            "liest jemand mit",
        ),
        (
            (
                "Alles bleibt auf diesem Rechner: Chats, Modelle und Einstellungen. Es gibt keine Telemetrie, "
                "und LocalMind läuft auch offline."
            ),
        ),
        ("bleibt auf diesem rechner", "keine telemetrie"),
        language="de",
        weight=1.4,
    ),
    Intent(
        "de_decline",
        (
            (
                "[schreib|schreibe] [mir|mir bitte|bitte|] [ein gedicht|eine geschichte|einen brief|ein lied|"
                "eine rede] über [den herbst|{thema}|die liebe|meinen hund]"
            ),
            (
                "[übersetze|übersetz] [diesen|den|meinen|bitte diesen] [brief|text|satz] [ins|auf] [englische|"
                "französische|englisch|spanisch]"
            ),
            "was ist {number} [mal|plus|minus|durch] {number}",
            "was ist die hauptstadt von {nonsense}",
            ("wer [war|ist] [{nonsense} der große|der erfinder von {thema}|{name} {nonsense}|der könig von {land}]"),
            "wie [funktioniert|entsteht|lebt|geht] [{thema}|ein {nonsense}|eine {nonsense}]",
            "was ist die hauptstadt von {land}",
            "was [ist|sind|bedeutet] {thema}",
            "wer [ist|war] {person}",
            "[erkläre|erklär] mir {thema}",
            "[erzähl|erzähle] mir [etwas |]über {thema}",
            "wie [hoch|groß|alt|weit|tief|schnell] ist [{thema}|der mond|der {nonsense}]",
            "wie viele [einwohner|menschen|leute] [hat|wohnen in|leben in] {land}",
            "[wie wird|wie ist] das wetter [heute|morgen|in {city}|]",
            "wie [spät ist es|viel uhr ist es]",
            "welcher tag ist heute",
            "was ist {number} [plus|mal|minus|geteilt durch|+|*] {number}",
            "was ergibt {sum}",
            "[rechne|berechne] {sum}",
            (
                "[schreibe|schreib] [mir |][ein gedicht|einen brief|eine e-mail|ein programm|einen aufsatz|"
                "code|eine geschichte über {thema}|ein python-programm|ein lied|einen text über {thema}]"
            ),
            ("[übersetze|übersetz] [das|diesen text|hallo|den satz] [ins englische|auf englisch|ins französische|]"),
            "was heißt [{object}|{nonsense}] auf [englisch|französisch|spanisch]",
            (
                "[kannst du|können sie] [rechnen|programmieren|übersetzen|code schreiben|mathe|bilder malen|im "
                "internet suchen|meine dateien lesen|sprechen|singen|dokumente lesen|schach spielen]"
            ),
            "[warum|wieso] ist [der himmel blau|die banane krumm|{thema} so wichtig]",
            "wann [wurde|war|starb] {person} [geboren|]",
            "was denkst du über {thema}",
            "wo liegt [{land}|{city}|der rhein]",
            "gib mir [ein rezept|einen rat|tipps] [für {thema}|]",
            "was gibt es neues",
            "was soll ich [essen|tun|kochen|lesen|anziehen]",
            "wer hat [die wahl|das spiel|den krieg] gewonnen",
            "wer hat {thema} erfunden",
            "[fasse|fass] [das|den text|diesen text] zusammen",
            "was kostet [ein auto|gold|ein {nonsense}]",
            "ich bin [traurig|krank|müde|hungrig|einsam]",
            "[kannst du|suche] im internet [suchen|nach {thema}]",
            "was kannst du nicht",
            "was sind deine grenzen",
            "{thema}",
            "erzähl mir einen witz",
        ),
        (
            (
                "Das kann ich nicht zuverlässig, denn ich bin das winzige Modell Starter. Hol dir dafür ein "
                "größeres Modell: Lege eine GGUF-Datei in `$LOCALMIND_HOME/models` und wähle sie im Modellmenü "
                "über dem Chat."
            ),
            (
                "Dafür bin ich zu winzig: Wissen, Rechnen, Code und Übersetzen kann ich nicht zuverlässig. Ein "
                "größeres Modell kann das."
            ),
        ),
        ("winzig", "nicht zuverlässig", "größeres modell"),
        language="de",
        weight=3.5,
    ),
    Intent(
        "de_speak",
        (
            "kannst du [gut|auch|etwas|] [deutsch|auf deutsch antworten|deutsch sprechen|deutsch verstehen]",
            "[sprichst|verstehst] du [eigentlich|vielleicht|gut|auch|] deutsch",
            "[sprichst|kannst|verstehst] du [auch |][deutsch|deutsch sprechen|deutsch reden]",
            "[do you|can you] speak german",
            "can we [speak|talk] german",
            (
                "[deutsch|auf deutsch|auf deutsch bitte|bitte deutsch|in german please|speak german|german|"
                "antworte auf deutsch|sprich deutsch]"
            ),
            "können sie deutsch",
            "[welche sprachen|wie viele sprachen] [sprichst|kannst] du",
        ),
        ("Ja, ich spreche ein wenig Deutsch. Frag mich etwas über LocalMind!",),
        ("deutsch", "localmind"),
        language="de",
    ),
    Intent(
        "de_affirm",
        (
            (
                "[ja|okay|ok|gut|ach so|na dann], [das klingt gut|verstanden|gut zu wissen|das ist gut|alles "
                "klar|das verstehe ich|danke nein|schön]"
            ),
            (
                "[ja|jo|gut|alles klar|verstanden|in ordnung|genau|stimmt|aha|ach so|super|toll|prima|schön|"
                "okay gut|na gut|klar|interessant|sehr gut]"
            ),
            "[nein|nö|nein danke|egal|vergiss es|nicht jetzt|keine ahnung|schon gut|ne]",
            "das [ist|klingt] [gut|toll|super|interessant|schön]",
            "du bist [toll|nett|super|lustig|klug|gut]",
        ),
        ("Gut! Wenn du noch etwas über LocalMind wissen möchtest, frag einfach.",),
        ("localmind", "frag"),
        language="de",
    ),
    Intent(
        "de_complaint",
        (
            (
                "[das ist falsch|das stimmt nicht|falsch|bist du sicher|du verstehst mich nicht|das habe ich "
                "nicht gefragt|das war nicht meine frage]"
            ),
            "du bist [dumm|doof|schlecht|blöd|nutzlos|langsam]",
            "[ich verstehe nicht|ich verstehe das nicht|was meinst du|wie bitte|was soll das]",
            "[entschuldigung|tut mir leid|sorry, mein fehler|verzeihung]",
            "[warum|wieso|weshalb] [nicht|kannst du das nicht|weißt du das nicht|]",
        ),
        (
            (
                "Entschuldige, ich bin winzig und mache Fehler. Frag bitte mit anderen Worten, oder nimm ein "
                "größeres Modell."
            ),
        ),
        ("winzig", "fehler", "größeres modell"),
        language="de",
    ),
    Intent(
        "de_long",
        (
            "[schreibe|schreib|gib mir] [mir |]einen [langen|längeren] text [über localmind|]",
            "[erzähle|erzähl] [mir |]eine [lange |]geschichte über [localmind|dich]",
            "beschreibe localmind [ausführlich|genau|im detail]",
            "[zeige|zeig] mir [eine tabelle|eine liste|markdown]",
        ),
        (
            (
                "# LocalMind\n\nLocalMind ist ein privater KI-Arbeitsplatz. Sprachmodelle laufen auf deinem "
                "eigenen Rechner, und alles bleibt dort: Chats, Modelle und Einstellungen.\n\n"
                "| Funktion | Heute |\n| --- | --- |\n| Chat | ja |\n| Suche und Export | ja |\n"
                "| Dokumente | noch nicht |\n\nDie Oberfläche gibt es auf Deutsch und Englisch. Für ein größeres "
                "Modell legst du eine GGUF-Datei in `$LOCALMIND_HOME/models` und wählst sie im Modellmenü über "
                "dem Chat."
            ),
        ),
        ("localmind", "\\| Funktion \\|", "über dem chat"),
        language="de",
        weight=0.6,
    ),
)
