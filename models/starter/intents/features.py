"""Features LocalMind has today, one intent each, and features it does not have yet."""

from ..intent import Intent

INTENTS = (
    Intent(
        "features",
        (
            (
                "[which|what] features does [localmind|this app|the app|it] [offer|have|include|provide|"
                "support] [|today|right now|now|already]"
            ),
            (
                "[list|name|show|tell me] [every|each|all] [feature|features|function] [of|in] [localmind|the "
                "app|this app]"
            ),
            "what [functions|features] [does|has] [this app|localmind|the app] [have|got|] [|right now|today]",
            "what [features|functions] does [localmind|it|this app|the app] have",
            "what can [localmind|this app|the app|the program] do",
            ("[list|show|tell me|name|give me] [the|all|all the|localmind's|] features [|of localmind|of the app]"),
            "which features [are there|does localmind offer|exist|can i use]",
            "[features|feature list|functions of localmind|localmind features]",
            "what [can i do|is possible] [with|in] localmind",
            "what does [localmind|the app] offer",
            "tell me about the [features|functions] [|of localmind|of this app]",
            "what is [special|new] in localmind",
            "what can i do [in this app|here in the app|with this program]",
        ),
        (
            (
                "LocalMind has:\n\n- chat with streaming answers: stop, retry, edit\n"
                "- copy, export, search and pin chats\n- light, dark and high contrast themes\n"
                "- English and German\n- an OpenAI-compatible API at `/v1`\n- local GGUF models with llama.cpp"
            ),
            (
                "These features exist today:\n\n- streaming chat with stop, retry and edit\n"
                "- search, pin, copy and export of chats\n- themes: light, dark, high contrast\n"
                "- an interface in English and German\n- an API at `/v1`, compatible with OpenAI\n"
                "- GGUF models on your machine"
            ),
        ),
        ("streaming", "export", "high contrast", "german", "/v1", "gguf"),
        weight=1.6,
    ),
    Intent(
        "streaming",
        (
            (
                "[does|do|can] [the chat|you|localmind|the app] stream [its|your|the|] [answers|replies|text|"
                "output|words]"
            ),
            (
                "why do [the|] [words|letters|answers] [appear|come|show up] [one by one|slowly|one after "
                "another|bit by bit]"
            ),
            (
                "can i [read|see] the [answer|text] while [it's|it is|you are] [still|] [being written|writing|"
                "coming|generated]"
            ),
            "[what is|explain] streaming",
            "does [localmind|it|the answer|the chat] stream [answers|the answer|]",
            (
                "[why does|does] the [answer|text|reply] appear [word by word|slowly|bit by bit|token by token|"
                "letter by letter]"
            ),
            "are answers streamed",
            "[streaming|streaming answers|streamed replies]",
            "can i see the answer while it is [written|generated|being written]",
            "how do answers appear",
        ),
        (
            ("Answers are streamed: you see each word as soon as the model has made it, and you can stop at any time."),
            ("LocalMind streams its answers, so words appear as the model makes them. You can stop it at any time."),
        ),
        ("stream", "stop"),
    ),
    Intent(
        "stop",
        (
            (
                "how [can|do|could] i [stop|end|cut|break off|pause|halt] [a|the|this] [long|running|] [answer|"
                "reply|generation|output]"
            ),
            "where [do|can] i find [the|a] [stop|cancel] button",
            "how do i [cancel|stop|interrupt] the [generation|answer|writing|model|chat]",
            "can i [stop|interrupt] [you|it] [in the middle|while writing|halfway]",
            (
                "how [do|can] i [stop|cancel|interrupt|end|abort] [you|an answer|the answer|the model|it|"
                "generation|a reply|the output]"
            ),
            "[stop|cancel|interrupt|halt] [the answer|generation|generating|a reply|writing|]",
            "can i [stop|interrupt|cancel|abort] [you|it|an answer|a long answer|the model]",
            "where is the stop button",
            "[stop button|how to stop|stop please|please stop|stop it|stop talking]",
            "you [talk|write] too much, how do i stop you",
            "the answer is too long, can i [stop|cut] it",
            "is there a stop button",
        ),
        (
            "Press the stop button while an answer is being written. The text so far stays in the chat.",
            "Use the stop button: it ends the answer at once and keeps the text so far.",
        ),
        ("stop button", "text so far"),
    ),
    Intent(
        "retry",
        (
            "can [i have|you make] the answer [regenerated|again|once more|anew]",
            "how [to|do i|can i] [retry|regenerate|redo|renew] [an|the|your|this] [answer|reply|response]",
            "how do i [make|let] [it|you|the model] [try|answer] [again|once more|anew]",
            "how [do|can] i [retry|regenerate|redo|repeat] [an answer|the answer|a message|it|]",
            "[retry|regenerate|try again|another answer|again|once more|redo|repeat the answer]",
            "can i [get another answer|regenerate|retry|get a new answer|ask again|have a different answer]",
            "what does [retry|the retry button|regenerate] do",
            "where is the [retry|regenerate] button",
            "how do i get [a new|a different|another|a second] answer",
            "[give me|i want] [another|a different|a new] answer",
            "i don't like the answer, can i [get another|try again]",
        ),
        (
            "Use retry under the answer: the model then writes a new answer to the same message.",
            "With the retry button under an answer you get a new answer to the same message.",
        ),
        ("retry", "new answer"),
    ),
    Intent(
        "edit",
        (
            (
                "can i [edit|change|correct|alter] [a|the|my] [message|question|text] [i|that i] [already|] "
                "[sent|wrote|typed]"
            ),
            (
                "how [do|can] i [change|alter|edit|fix|correct] my [last|previous|first|old|earlier] [question|"
                "message|prompt|text]"
            ),
            "what is [a|the] branch [in a chat|of a chat|in localmind|here]",
            "how does [editing|branching] [work|work here]",
            (
                "how [do|can] i [edit|change|correct|modify|rewrite] [my|a|an old|the last|my last] [message|"
                "question|prompt]"
            ),
            "can i [edit|change|correct|fix] [my|a|an old|an earlier|a sent] [message|question|prompt]",
            "what is a branch",
            "what are branches",
            "[edit message|edit|branches|branching|branch|editing messages|edit a message]",
            "what happens [when|if] i [edit|change] a message",
            "i made a [typo|mistake] in my message, [what now|can i fix it|how do i fix it]",
            "does [localmind|the chat] have branches",
            "how do branches work",
            "is the old answer [lost|gone|kept] when i edit",
            "how do i [go back to|see] the [old version|other branch|previous version]",
        ),
        (
            (
                "You can edit a message you sent. This makes a new branch of the chat, so the old version is "
                "kept and you can go back to it."
            ),
            "Edit the message in the chat: LocalMind makes a branch with the new version and keeps the old one.",
        ),
        ("edit", "branch"),
        weight=1.2,
    ),
    Intent(
        "copy",
        (
            "how [do|can] i copy [an answer|a message|text|the reply] to [the|my] clipboard",
            "can i copy [your text|your answers|the answers|messages|this]",
            "[where's|where is|is there] [the|a] [button|way] to copy [a message|an answer|the text|answers]",
            "how [do|can] i copy [an answer|a message|the text|text|a reply|the answer|code]",
            "can i copy [an answer|a message|the text|your answer|a chat]",
            "where is the copy button",
            "[copy|copy text|copy answer|copy message|copying|clipboard|copy to clipboard]",
            "how do i get the [answer|text] into [word|my email|another program|the clipboard]",
        ),
        (
            "Every message has a copy button: it puts the text on the clipboard.",
            "Use the copy button at the message. The text is then on your clipboard.",
        ),
        ("copy button", "clipboard"),
    ),
    Intent(
        "export",
        (
            (
                "[how can i|how do i|is it possible to|can i|may i] [export|download|save|store|back up] [this|"
                "a|my|our|the] [chat|conversation|chats] [|to a file|as a file|on my disk|to my computer]"
            ),
            "[can i|how do i] get [a|this|my] chat as a [file|document|text file]",
            (
                "how [do|can] i [export|save|download|back up|backup] [a|my|this|the] [chat|chats|conversation|"
                "conversations|chat history]"
            ),
            "can i [export|save|download|keep|back up] [a|my|this|the|our] [chat|chats|conversation|history]",
            "[export|export chat|save chat|download chat|export a conversation|chat export]",
            "how do i get my chats out [|of localmind|of here]",
            "is there an export [function|feature|button|]",
            "save this conversation [to a file|as a file|]",
            "i want to [save|export|download|keep] [this|our|my] [chat|conversation]",
        ),
        (
            "You can export a chat: open the chat and choose export, and you get it as a file.",
            "Choose export in the chat, and LocalMind gives you the chat as a file.",
        ),
        ("export", "file"),
    ),
    Intent(
        "search",
        (
            "how [do|can] i search [through|in|] my [old|past|earlier|previous|] [chats|conversations|messages]",
            (
                "where can i [find|see|open] [an|my|the] [earlier|old|older|previous|last] [conversation|"
                "conversations|chat|chats]"
            ),
            ("is there a [way|possibility|button|field] to [search|find] [chats|conversations|old messages|a chat]"),
            (
                "how [do|can] i [search|find|look up|look for] [|in|through] [my|old|a|an old|earlier|past] "
                "[chat|chats|conversation|conversations]"
            ),
            "can i search [|in|through] [my|old] [chats|conversations|messages]",
            (
                "where [is|are] [my old chats|my earlier conversations|the search|the search box|my chat "
                "history|the history]"
            ),
            "[search chats|search my chats|chat search|find a chat|old chats|chat history|history]",
            "is there a [search|search function|search box|chat search|history]",
            "i can't find [my chat|an old chat|a conversation]",
            "how do i find something i wrote [last week|before|yesterday]",
            "[find|search] [old|past|previous] [chats|messages|conversations]",
        ),
        (
            "Use the search in the list of chats: type a word, and LocalMind shows the chats that hold it.",
            "Your chats are in the list beside the chat. Type a word into its search to find one.",
        ),
        ("search", "list", "type a word"),
    ),
    Intent(
        "pin",
        (
            (
                "[how do i|how can i|is it possible to|can i|may i] pin [an important chat|chats|a chat|this "
                "chat|conversations|several chats]"
            ),
            "can i [keep|hold|have|fix|put] a [chat|conversation] at the top [of the list|]",
            "is it possible to pin [chats|a conversation|a chat]",
            (
                "how [do|can] i [pin|keep|fix] [a|my|an important|this] [chat|conversation] [|on top|at the "
                "top|to the top]"
            ),
            "can i pin [a|my|this|important] [chat|chats|conversation]",
            "what does [pin|pinning|the pin] [do|mean]",
            "[pin|pin chat|pin a chat|pinned chats|pinning|pin this chat|favourites|favorite chats|unpin]",
            "how do i keep [a|an important|this] chat at the top",
            "can i mark [a chat|chats] as [favourite|important|favorite]",
            "how do i [unpin|remove a pin from] a chat",
        ),
        (
            "You can pin a chat in the list of chats: a pinned chat stays at the top.",
            "Pin the chat in the list, and it stays at the top until you unpin it.",
        ),
        ("pin", "top"),
    ),
    Intent(
        "theme",
        (
            (
                "[does|has] [localmind|it|the app|this app] [have|got|offer|support|] a [dark|night|light|high "
                "contrast] [mode|theme|look]"
            ),
            (
                "how [do|can|to] [i|] [turn on|switch on|get|activate|set|enable|select] [the|a|] [dark|light|"
                "high contrast|night] [theme|mode|colours]"
            ),
            "is there [a|any] [theme|mode|look] with [high contrast|dark colours|light colours|more contrast]",
            "how [do|can] i [change|switch|set|choose] the [theme|colours|colors|look|appearance|design]",
            (
                "[is there|does it have|do you have|does localmind have|can i have] [a|] [dark mode|dark theme|"
                "night mode|light mode|high contrast|high contrast theme|themes]"
            ),
            (
                "how [do|can] i [turn on|enable|activate|use|switch to|get] [dark mode|the dark theme|night "
                "mode|light mode|high contrast]"
            ),
            (
                "[dark mode|light mode|high contrast|themes|theme|night mode|dark theme|appearance|black "
                "background|dark]"
            ),
            "it is too [bright|dark|white], can i change it",
            "which themes [are there|does localmind have|can i choose]",
            "i [can't|can hardly] [read|see] [the text|this] [well|], [is there more contrast|can you help]",
            "make it [dark|darker|bright|light|black]",
            "is localmind accessible",
            "my eyes hurt, it is too bright",
        ),
        (
            "LocalMind has three themes: light, dark and high contrast. You choose one in the settings.",
            "Choose the theme in the settings: light, dark or high contrast.",
        ),
        ("light", "dark", "high contrast", "settings"),
        weight=1.3,
    ),
    Intent(
        "interface_language",
        (
            (
                "can i [switch|change|set|put|turn] the [interface|app|menu|ui|user interface|language] to "
                "[german|english|deutsch]"
            ),
            (
                "[what|which] languages does the [ui|interface|user interface|app|program|menu] [support|have|"
                "come in|offer]"
            ),
            (
                "[how|where] [do i|can i] [change|set|switch|choose|find] the [|interface|app|ui|display] "
                "language [|of the app|of localmind|setting]"
            ),
            "[which|what] languages does [localmind|the app|the interface|the menu] [have|support|speak|offer]",
            ("how [do|can] i [change|switch|set] the language [|of the app|of localmind|of the interface|of the menu]"),
            (
                "can i [use|have|get] [localmind|the app|the menus|the interface] in [german|english|"
                "{language}|my language]"
            ),
            "is [localmind|the app|the interface] [available|there] in [german|english|{language}]",
            (
                "[interface language|language setting|app language|change language|menu language|german "
                "interface|switch to german|language settings]"
            ),
            "is there a german [interface|version|translation] [|of localmind]",
            "the menu is in [german|english], can i change it",
            "where is the language setting",
            "does the [app|interface] speak {language}",
        ),
        (
            "The LocalMind interface is in English and German. You choose the language in the settings.",
            "English and German: choose the interface language in the settings.",
        ),
        ("english", "german", "settings"),
    ),
    Intent(
        "install_app",
        (
            (
                "[can i|how do i|how can i|is it possible to] install [localmind|it|this] [like an app|as an "
                "app|as a desktop app|as a program|as a pwa] [|on my desktop|on my phone|on my computer|on windows]"
            ),
            "is [this|it|localmind] [thing|really|] a pwa",
            (
                "[can|does] localmind [run|work|open] [as|like] [a|an] [app|desktop app|real app|program] [in "
                "its own window|]"
            ),
            (
                "[can|how do|how can] i install [localmind|this|it] [|as an app|on my desktop|as a program|on "
                "my home screen]"
            ),
            "is [localmind|it|this] [a|an installable] [pwa|app|progressive web app]",
            "what is a pwa",
            ("[pwa|install app|install as app|install as an app|progressive web app|desktop app|add to home screen]"),
            "is there [a desktop app|an app|a mobile app|a phone app|an installable version] [|of localmind]",
            "how do i [put|get|add] [localmind|it|an icon] [on|to] [my desktop|my home screen|the desktop]",
            "can i use [localmind|it|this] [like|as] [a normal|an|a real] [program|app]",
            "does localmind have an app",
            "own window for localmind",
        ),
        (
            (
                "LocalMind can be installed as an app (PWA): use the install icon or menu entry of your "
                "browser, and it opens in a window of its own."
            ),
            "Yes, as a PWA: choose install in your browser, and LocalMind becomes an app with its own window.",
        ),
        ("pwa", "browser", "app"),
    ),
    Intent(
        "api",
        (
            (
                "is there an api [i can use|to use|for developers|available|for programs] [from my own "
                "programs|from my code|with python|]"
            ),
            "does localmind have [an|some] [openai compatible|openai-compatible|openai|rest|http] api",
            (
                "can [i|my script|my program|another app|other software] [connect|talk|link|access] [my python "
                "script|my app|my program|] to localmind"
            ),
            (
                "how [do|can] [i|other programs|my scripts] [use|talk to|call|reach] [localmind|your models|"
                "the models|the server] [|from code|through the api]"
            ),
            (
                "[is there|does localmind have|do you have|does it have] an [api|rest api|openai api|http api|"
                "openai compatible api]"
            ),
            "how [do|can] i use the api",
            (
                "can i [call|use|connect to|access] [localmind|you|the model|it] from [python|another program|"
                "my code|my app|a script|other tools]"
            ),
            "[api|openai api|api endpoint|rest api|/v1|v1 api|openai compatible|base url]",
            "is [localmind|it|the api] [openai compatible|compatible with openai]",
            "what is the [api endpoint|api address|base url|endpoint|url of the api]",
            "how do i connect [my app|vs code|a script|other programs|another tool] to localmind",
            "can i use the openai [client|library|sdk|python package] with localmind",
            "tell me about the api",
            "where is the api",
        ),
        (
            (
                "Yes, LocalMind has an OpenAI-compatible API at `/v1`. Make an API key in the settings and "
                "give it to your program."
            ),
            "There is an API at `/v1`, compatible with OpenAI programs. You need an API key from the settings.",
        ),
        ("openai", "/v1", "api key", "settings"),
        weight=1.2,
    ),
    Intent(
        "api_key",
        (
            (
                "where [do|can|should] i [create|make|generate|get|find] [a new|a|an|the|my] [api key|key|api "
                "keys|api token]"
            ),
            "how [to|do i|can i] [get|make|create|add|obtain] [an|a new|my] api key",
            ("i need [a|the] key for [the|your|localmind's] api, [where is it|how do i get it|where do i find it]"),
            "how [do|can] i [get|create|make|generate|add|find] an [api key|api token|access key]",
            "where [do|can] i [get|find|create|see|make] [an|my|the] api [key|keys|token]",
            "[api key|api keys|create api key|new api key|api token|key for the api|access token]",
            "do i need an api key",
            "i need [an api key|a key for the api|an api token]",
            "how do i [delete|revoke|remove] an api key",
            "which key does the api need",
        ),
        (
            ("API keys are made in the settings of LocalMind. Your program then uses the key for the API at `/v1`."),
            "Open the settings and make an API key there. Use it for the API at `/v1`.",
        ),
        ("settings", "key", "/v1"),
    ),
    Intent(
        "documents",
        (
            (
                "can i upload [a pdf|my files|a document|text files|a book] [and|to] [ask about it|ask "
                "questions about it|chat with it|get a summary]"
            ),
            (
                "[can|do|could] you [read|open|see|analyse] [my|a|the|this] [documents|pdf|file|word file|text "
                "file|book]"
            ),
            "is it possible to [chat with|upload|attach|ask about|search in] [my|] [files|documents|pdfs|notes]",
            (
                "can [i|you] [upload|attach|read|open|summarise|load|analyse|import] [a|my|] [pdf|pdfs|"
                "documents|document|files|file|word file|excel file|spreadsheet|csv|pdf file]"
            ),
            (
                "[can you|does localmind|can localmind] [read|open|search|index|support|handle|understand] "
                "[documents|pdfs|files|my files|pdf files|word documents|spreadsheets|my notes|my emails]"
            ),
            (
                "[upload|attach|upload file|upload pdf|attach a file|documents|pdf|rag|knowledge base|file "
                "upload|chat with my documents]"
            ),
            "how do i [upload|attach|add] a [file|document|pdf]",
            "[chat|talk] with my [documents|files|pdfs]",
            "is there [rag|document search|file upload|a knowledge base]",
            "here is a [pdf|file|document], [read it|summarise it|what does it say]",
        ),
        (
            (
                "Documents are not there yet: LocalMind cannot read files or PDFs today. You can paste short "
                "text into the chat and use a larger model."
            ),
            "Not yet: LocalMind has no documents feature today, so it cannot read files.",
        ),
        ("not|no", "\\byet\\b", "document", "file"),
        weight=1.2,
    ),
    Intent(
        "images",
        (
            (
                "can you [generate|create|draw|make|paint] [an image|a picture|a drawing|a photo] of [a sunset|"
                "a {object}|{anything}|me|a {adjective} {object}]"
            ),
            (
                "[draw|paint|sketch] [me|for me|us|] [a|a nice|a small|a funny|some] [{object}|{object}s|"
                "{adjective} {object}]"
            ),
            "are you able to [look at|see|make|draw|understand|read] [pictures|images|photos|screenshots]",
            (
                "can you [see|draw|make|create|generate|understand|describe|paint|show|analyse|edit] [images|"
                "pictures|a picture|an image|photos|a photo|a {object}|art|a logo|videos|a video]"
            ),
            (
                "[can|does] localmind [create|make|generate|understand|support|read] [images|pictures|photos|"
                "video|videos|art]"
            ),
            (
                "[draw|paint|generate|create|make|show] [|me] [a picture|an image|a photo|a drawing|a logo|a "
                "video] [|of a {object}|of {anything}]"
            ),
            "[image|images|picture|photo|image generation|video|vision|upload image|stable diffusion]",
            "how do i [upload|send|add|attach] [an image|a picture|a photo|a screenshot]",
            "what is in this [picture|image|photo]",
            "look at this [picture|image|photo|screenshot]",
            "draw [a|me a] {object}",
            "is there image generation",
        ),
        (
            ("Images are not there yet: LocalMind cannot see or make pictures today. It is about text chat for now."),
            "Not yet: LocalMind works with text only and cannot see or draw images today.",
        ),
        ("not", "\\byet\\b", "image", "text"),
        weight=1.2,
    ),
    Intent(
        "voice",
        (
            (
                "can [i|we] [talk|speak] [to you|with you|] [using|with|through|over] [my|a|the] [microphone|"
                "voice|headset|mic|phone]"
            ),
            (
                "[is there|do you have|does localmind have] [a|some|any|] [voice chat|voice mode|voice|speech|"
                "speech output|voice assistant]"
            ),
            ("[could|can|would] you read [your answer|the answer|this|it|the text|your reply] [aloud|out loud|to me]"),
            (
                "can [i|you] [speak|talk|listen|hear me|speak to you|talk to you|read aloud|sing|speak aloud|"
                "read it out loud] [|with my voice|by voice|with a microphone|aloud]"
            ),
            (
                "[does localmind|do you|does it] [have|support|offer] [voice|a voice|voice input|speech|audio|"
                "a microphone|text to speech|speech recognition|dictation|voice chat]"
            ),
            "[voice|voice chat|speech|microphone|dictation|audio|text to speech|speech to text|voice input|tts]",
            "how do i use [the microphone|my voice|voice input|voice chat|speech]",
            "[read this|read it|say it|say that] [aloud|out loud]",
            "can you [transcribe|hear|play] [audio|music|a song|sound|a recording|my voice]",
            "is there [a voice mode|voice output|voice input|speech]",
            "where is the microphone",
        ),
        (
            "Voice is not there yet: LocalMind cannot listen or speak today. Please type your message.",
            "Not yet: there is no voice in LocalMind today. You type, and the model answers in text.",
        ),
        ("not", "\\byet\\b", "voice", "type"),
        weight=1.2,
    ),
    Intent(
        "web_search",
        (
            (
                "[can|could|are you able to] [you|] [search|browse|use|access|look on|surf] the [web|internet|"
                "net] [|for me|for {anything}]"
            ),
            (
                "[google|search|look up|find] [the best|a good|cheap|some|] [{object}|pizza|restaurant|{topic}|"
                "hotels] [in town|online|in {city}|on the web|on google]"
            ),
            "are you able to [browse|search|surf|use] the [internet|web]",
            (
                "can you [search|browse|google|access|surf|use|look at] [the web|the internet|google|online|"
                "websites|a website|wikipedia]"
            ),
            (
                "[does localmind|can localmind|does it] [have|search|browse|offer|support] [web search|the web|"
                "the internet|internet search|online search]"
            ),
            "[google|search for|look up|search the web for|search online for] {anything}",
            "[web search|internet search|browse|browsing|google it|search online|search the web|look it up]",
            (
                "[open|visit|read|summarise|go to] [https://{nonsense}.com|this website|this link|"
                "{nonsense}.org|this page|this url]"
            ),
            "is there web search",
            "can you [open|read|follow] [a link|links|a url|websites|web pages]",
            "find [information|something] [online|on the internet|on the web] [about {anything}|]",
        ),
        (
            "Web search is not there yet: LocalMind cannot look things up on the internet today.",
            "Not yet: there is no web search in LocalMind today, so I cannot look things up.",
        ),
        ("not", "\\byet\\b", "web search"),
        weight=1.2,
    ),
    Intent(
        "tools",
        (
            (
                "can [you|localmind|the model] use [any|] [tools|plugins|functions|apps|other programs] [or|"
                "and|] [plugins|tools|agents|]"
            ),
            (
                "[set|start|create|make] [a|an|me a] [timer|alarm|reminder|calendar entry] [for|at|in] "
                "[{number}|7 am|tomorrow|noon|{number} minutes]"
            ),
            ("does localmind [support|have|know|offer] [agents|plugins|tools|mcp|tool calling|automations|extensions]"),
            (
                "[can you|does localmind|can localmind] [run|use|call|support|execute|have] [tools|agents|"
                "plugins|code|functions|programs|mcp|extensions|a calculator|commands]"
            ),
            "[tools|agents|plugins|function calling|mcp|tool use|extensions|agent mode|automation|add-ons]",
            (
                "can you [send emails|set a reminder|set a timer|set an alarm|open programs|control my "
                "computer|order pizza|book a flight|make a call|call someone|play music|turn on the light]"
            ),
            "[set|start] [a timer|an alarm|a reminder] [|for {number} minutes]",
            "is there [a plugin system|tool calling|an agent|a plugin store]",
            "[remind me to|send an email to|call] [{verb} the {object}|{name}|my {object}]",
            "can you [do something on|control|change files on|access files on] my computer",
        ),
        (
            "Tools and plugins are not there yet: LocalMind can chat, but it cannot act for you today.",
            "Not yet: there are no tools in LocalMind today. A model can only write answers in the chat.",
        ),
        ("not", "\\byet\\b", "tools"),
    ),
    Intent(
        "unknown_feature",
        (
            ("how [do|can] i [delete|rename|archive|share|remove] [an|a|one|some] [old|] [chat|chats|conversation]"),
            (
                "can i [give this chat another name|give this chat a new title|change the title of a chat|"
                "throw a chat away|get rid of a chat|share a chat with a friend]"
            ),
            (
                "[where|how] [can|do] i [change|set|reset|find] [my|the] [password|profile|email|font|"
                "temperature|settings|account]"
            ),
            (
                "how [do|can] i [delete|rename|share|move|archive|print|sort|duplicate|tag|lock|hide] [a|my|"
                "this|the|all] [chat|chats|conversation|account|message|folder|profile]"
            ),
            (
                "can i [delete|rename|share|archive|print|tag|sort|lock|merge] [a|my|this|the] [chat|chats|"
                "conversation|message]"
            ),
            (
                "how [do|can] i [log out|log in|sign up|change my password|create an account|add a user|invite "
                "someone|reset my password|update localmind|uninstall localmind]"
            ),
            "[delete|rename|share|archive] [chat|this chat|a chat|my account|conversation]",
            (
                "where [is|are] the [settings|keyboard shortcuts|help page|documentation|log files|log out "
                "button|temperature setting|system prompt|profile|statistics]"
            ),
            (
                "how [do|can] i [change|set] the [temperature|system prompt|font size|font|context length|"
                "password|port|seed|user name|wallpaper]"
            ),
            (
                "[does localmind have|is there] [a calendar|a mobile version|folders|user accounts|keyboard "
                "shortcuts|backups|a forum|support|groups|a team version|updates|notifications]"
            ),
            (
                "[settings|shortcuts|keyboard shortcuts|documentation|log out|password|temperature|font size|"
                "support|update|users]"
            ),
            (
                "[i found a bug|report a bug|it crashed|the app is broken|there is an error|something is "
                "broken|i get an error message]"
            ),
            "can [several|two|many] [users|people] use localmind",
            "does localmind [run|work] on [windows|linux|mac|android|iphone|a raspberry pi|my phone|docker]",
        ),
        (
            (
                "I am not sure about that: I am tiny and know only the main features. Please look in the "
                "settings or in the documentation of LocalMind."
            ),
            (
                "That I do not know for sure, because I am tiny. The settings and the documentation of "
                "LocalMind will tell you."
            ),
        ),
        ("sure", "settings", "documentation"),
        weight=1.5,
    ),
)
