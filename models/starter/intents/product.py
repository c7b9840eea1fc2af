"""What LocalMind is, how private it is, and how to get a larger model."""

from ..intent import Intent

FOLDER = "`$LOCALMIND_HOME/models`, by default `~/.local/share/localmind/models`"

INTENTS = (
    Intent(
        "localmind",
        (
            "what exactly is [localmind|this|this app|this program]",
            (
                "[could|can|would] you [explain|tell me|describe] [to me|] what [localmind|this app|this "
                "program|this] [is|does|is for|is about]"
            ),
            "[whats|what's|what is] localmind [for|about|good for|all about|exactly|then|anyway]",
            ("[i have never heard of|what do you know about|i know nothing about|give me information about] localmind"),
            "[so|and|ok] what [is|does] localmind [|do|exactly|actually|mean]",
            "what is localmind",
            "what's localmind",
            "[tell me|explain|can you tell me] [about|something about|what is|more about] localmind",
            "[explain|describe|introduce] localmind [|to me|briefly|in one sentence|in short]",
            "what is this [|app|program|site|page|tool|software|website|place|thing]",
            "where am i [|now|right now here]",
            "what [does|can] localmind [do|do for me|offer|mean]",
            "localmind",
            "what [is|are] [the purpose|the idea|the point|the goal|the benefits|the advantages] of localmind",
            "why [should i|would i|] use localmind",
            "what is localmind [for|good for|used for|about|made for]",
            "who [is localmind for|uses localmind|needs localmind]",
            (
                "[what does this app do|how does localmind work|how does this app work|what do i do here|info "
                "about localmind|about localmind]"
            ),
            "local mind",
            "what is a private ai workspace",
            "how is localmind different from {assistant}",
            "is localmind like {assistant}",
        ),
        (
            (
                "LocalMind is a private AI workspace. It runs language models on your own machine, so you can "
                "chat with them without sending your words to anyone."
            ),
            (
                "LocalMind is a private AI workspace, written in Python: you chat in the browser, and the "
                "language model runs on your own machine."
            ),
        ),
        ("private", "workspace", "your own machine"),
        weight=2.5,
    ),
    Intent(
        "larger_model",
        (
            (
                "how would [i|one|you] [go about|start] [getting|adding|installing|using|loading] [a|another] "
                "[bigger|larger|better|smarter|new|stronger] model"
            ),
            (
                "where [do i|should i|can i|must i] [put|place|save|copy|store|drop|move] [my|the|a] [gguf "
                "file|model file|gguf|gguf model|model|downloaded model|new model] [|so that you can use it|so "
                "that it works|so localmind finds it]"
            ),
            (
                "[i want|i need|i would like|i'd like|we need] a [smarter|better|bigger|larger|stronger|more "
                "powerful|real|proper|more capable] [model|ai|assistant|brain] [|how|, how|what do i do|how do "
                "i get it]"
            ),
            (
                "how [do|can] i [get|have|use|run|try|start] [a|] [smarter|better|bigger|larger|real|big|"
                "powerful|more capable] [model|ai|language model|assistant] [|here|in localmind|with localmind|"
                "on my machine]"
            ),
            (
                "[can|could|may] i [download|install|add|use|get|run] [a|] [better|bigger|larger|different|"
                "more powerful] model [for|in|with|inside|into] localmind"
            ),
            (
                "how to [instal|install|put|use|setup|set up|get] [a|] [larger|bigger|better|new] [model|modle|"
                "models|modell]"
            ),
            (
                "what [must|should|do] i do to [get|use|have|run|install] a [better|bigger|larger|smarter|"
                "different] model"
            ),
            (
                "how [do|can|could|should] i [get|add|install|download|use|load|put in|import|set up] [a|"
                "another|a new|my own|other|different|more] [|larger|bigger|better|stronger|smarter] [model|"
                "models|llm|ai]"
            ),
            (
                "[get|add|install|download|i want|i need|give me|use|load] [a|another|a new] [larger|bigger|"
                "better|stronger|smarter|different] [model|ai|llm] [|please]"
            ),
            "[bigger|larger|better|smarter] model [|please|how]",
            ("how [do|can|to] [i|you|] [upgrade|replace|improve|change] [you|the model|this model|starter|it|the ai]"),
            "how to [get|add|install|download|load|import] [a|] [larger|bigger|better|new|gguf|] model",
            (
                "can i [use|add|install|get|load|run] [a|another|my own|other|bigger|larger|better] [larger|] "
                "[model|models|llm|gguf model|gguf]"
            ),
            "how [do|can] i [make you|make localmind|make it] [smarter|better|more powerful|cleverer]",
            ("where [can|do] i [get|find|put|download] [a|] [bigger|larger|better|new|gguf] [model|models|gguf file]"),
            (
                "how do i run [llama|mistral|qwen|gemma|phi|deepseek|a big model|llama 3] [here|in localmind|"
                "locally|with localmind]"
            ),
            (
                "[i downloaded|i have] a [gguf|gguf file|model file|model], [what now|where do i put it|how do "
                "i use it|what do i do with it]"
            ),
            "where [does|do|should] [the|my|a] [gguf|gguf file|model|model file|models] go",
            "model [installation|download|setup|upgrade]",
            "what do i do with a gguf file",
            "how do i get something better than [you|starter|this]",
            "is there [a|any] [better|larger|bigger|other|smarter] [model|version|models] [of you|]",
            "add [a|] model",
            "tell me how to [get|install|add] [a|] [larger|bigger|better|] model",
            "i want [a better|a smarter|a bigger|another] [model|ai|assistant|bot]",
            "what do i need for a larger model",
            "steps to [add|install] a [|new|larger] model",
            "help me [get|install|add] a [bigger|larger|better|new] model",
        ),
        (
            "To get a larger model, put a GGUF file into the models folder of the LocalMind data folder: "
            + FOLDER
            + ". Then choose it in the model menu above the chat.",
            "It takes two steps:\n\n1. Put a GGUF file into the models folder: "
            + FOLDER
            + ".\n2. Choose the larger model in the model menu above the chat.",
        ),
        ("gguf", "LOCALMIND_HOME/models", "\\.local/share/localmind/models", "menu above the chat"),
        weight=3.5,
    ),
    Intent(
        "models_folder",
        (
            (
                "[which|what] folder [do|must|should|does] [the|my|a] [models|model|gguf files|gguf file] "
                "[belong|go|be|live|sit] [in|into|]"
            ),
            "[path|the path|way] to the [models|model] [folder|directory|files]",
            (
                "where [on my disk|on my computer|on disk|exactly] [are|does localmind keep|does localmind "
                "look for|is the folder for] [the|] models"
            ),
            "where is the [models|model] folder",
            (
                "[what|which] [folder|directory|path] [is|are|do|does] [the|] [models|model files|models go|"
                "gguf files|models live] [in|stored in|]"
            ),
            "where are [the|my] [models|model files|gguf files] [|stored|saved|kept|located]",
            "[path|location] of the [models|model] [folder|directory]",
            "[models|model] [folder|directory|path]",
            "what is [the|] LOCALMIND_HOME",
            "what does $LOCALMIND_HOME mean",
            "where is the [|localmind] data [folder|directory]",
            "where does localmind [store|keep|save] [its data|its files|data|models|everything]",
            "how do i [find|open|change|move] the [models|data] folder",
            "which folder do models [belong in|go into|go in]",
        ),
        (
            (
                "The models folder is `$LOCALMIND_HOME/models`. If you did not set `LOCALMIND_HOME`, the data "
                "folder is `~/.local/share/localmind`, so the models are in `~/.local/share/localmind/models`."
            ),
            (
                "Models are in `$LOCALMIND_HOME/models`, by default `~/.local/share/localmind/models`. "
                "`LOCALMIND_HOME` is the LocalMind data folder."
            ),
        ),
        ("LOCALMIND_HOME/models", "\\.local/share/localmind/models"),
        weight=1.6,
    ),
    Intent(
        "choose_model",
        (
            (
                "how [do|can|would] i [switch|change|move|go] [over|] to [another|a different|my other|a new|"
                "the new|the larger] model"
            ),
            (
                "where [is|can i find|do i see] the [model menu|menu for models|list of models|model selector] "
                "[|located|in the app]"
            ),
            (
                "can i [change|switch] [the|] model [in the middle of|during|inside|within] [a|this|the] [chat|"
                "conversation]"
            ),
            "how do i [tell localmind|say] which model to use",
            "how [do|can] i [choose|select|switch|change|pick] [the|a|another|between|my] [model|models]",
            "[switch|change|choose|select] [the|to another|a] model",
            "where [is|do i find] the model [menu|list|picker|selector|selection]",
            "how [do|can] i [switch|change] [to another|to a different|to my new|to the other] model",
            "[model menu|model selection|switching models|change model|other model]",
            "can i [switch|change|choose|select] [models|the model|between models] [|during a chat|in a chat]",
            "where [can|do] i [choose|select|switch|see|change] [the|my|which] model [|is used]",
            "which models [are there|do i have|are installed|are available|can i choose]",
            "my [new|] model [is not shown|does not appear|is missing] [in the menu|]",
            "i put the file there, [what now|and now|how do i use it]",
            "can i use [two|several|many] models",
        ),
        (
            (
                "Use the model menu above the chat: it lists every GGUF file in the models folder, and you "
                "choose one with a click."
            ),
            "The model menu above the chat shows all models in the models folder. Choose one there.",
        ),
        ("menu above the chat", "models folder"),
        weight=1.3,
    ),
    Intent(
        "which_model",
        (
            (
                "[which|what] [larger|bigger|better|] model [would|do|can] you [recommend|suggest|advise|"
                "propose] [|for my laptop|for my computer|for 8 gb|for a start|to me]"
            ),
            "how much [ram|memory] does [a|the] [larger|bigger|good|7b|3b] model [need|take|use|require]",
            (
                "[what|which] [model size|size of model|model] [is|would be] [good|right|best|ok] for "
                "[{number}|8|16] gb [of memory|of ram|ram|]"
            ),
            "what [hardware|computer|machine] do i need [|for larger models|for localmind]",
            "which model [should i|do you|would you|can i] [get|download|use|choose|recommend|take|install]",
            "[what|which] model is [the best|best|good|right for me|recommended]",
            "[recommend|suggest] [me|] a [|good|larger|better] model",
            "what [size|kind|sort|type] of model [do i need|should i get|fits|can my computer run|is good]",
            "how [large|big] [can|should|may] [the|a|my] model be",
            "how much [memory|ram] do i need [for a model|for a larger model|]",
            "can my [computer|laptop|machine] run a [large|larger|bigger|big] model",
            "[best model|model recommendation|recommended models|good models]",
            "do i need a [gpu|graphics card|fast computer]",
            "what are the [system|hardware] requirements",
            "which gguf [file|model|] should i [take|get|use|download]",
            "is a {number}b model too big",
        ),
        (
            (
                "Take an instruction-tuned GGUF model whose file fits into your free memory with some room to "
                "spare. With 8 GB of memory, a model of about 3 billion parameters is a good start."
            ),
            (
                "A good rule: the GGUF file must fit into free memory. For 8 GB, try an instruction-tuned "
                "model of about 3 billion parameters."
            ),
        ),
        ("gguf", "memory", "3 billion"),
        weight=1.3,
    ),
    Intent(
        "gguf",
        (
            "what does gguf [actually|really|] [mean|stand for]",
            "[whats|what's|what is] [a|the|this] gguf [file|format|model|thing] [|actually|exactly]",
            (
                "[which|what] [model|] [file|] [formats|types] [does localmind|can localmind|can i] [support|"
                "use|load|read|run|open]"
            ),
            "what is [gguf|a gguf|a gguf file|the gguf format]",
            "what does gguf [mean|stand for]",
            "explain gguf",
            "gguf",
            (
                "[which|what] [model formats|file formats|formats|file types] [are supported|does localmind "
                "support|can i use|work]"
            ),
            ("does localmind [support|run|load|read] [gguf|safetensors|onnx|pytorch models|gguf files|other formats]"),
            "[why|is it|do i need] gguf",
            "can i use [safetensors|onnx|pytorch|hugging face] [models|files]",
            "tell me about gguf",
        ),
        (
            (
                "GGUF is the file format of llama.cpp: one file holds the weights and the tokenizer of a "
                "model. LocalMind runs GGUF files."
            ),
            (
                "A GGUF file is one file with a whole language model inside, in the format of llama.cpp. "
                "LocalMind runs such files."
            ),
        ),
        ("gguf", "llama\\.cpp", "format"),
    ),
    Intent(
        "engine",
        (
            (
                "what [engine|software|program|library] [runs|loads|executes|drives] the [models|model] [|in "
                "localmind|here]"
            ),
            ("is localmind [made|built|written|programmed|coded] [with|in|using] [python|java|c++|rust|javascript|go]"),
            (
                "does localmind [run on|rely on|use|need] [llama.cpp|ollama|pytorch|python|docker] [|under the "
                "hood|inside|internally]"
            ),
            "what is llama.cpp",
            "[which|what] [engine|backend|runtime|inference engine] does localmind use",
            "does localmind use [llama.cpp|ollama|vllm|llama cpp|transformers]",
            "how does localmind run [models|the model|a model]",
            "[is localmind|is this] [based on|built on|using] [llama.cpp|ollama|python|llama cpp]",
            "llama.cpp",
            "what [runs|is running] the models",
            (
                "[what|which] [programming language|language|framework] is localmind [written|built|made|"
                "programmed] [in|with]"
            ),
            "what is localmind made of",
            "is localmind written in [python|rust|java]",
            "what technology does localmind use",
        ),
        (
            "LocalMind is written in Python and runs GGUF models with llama.cpp, directly on your machine.",
            "The engine is llama.cpp, driven from Python. It runs GGUF models on your machine.",
        ),
        ("llama\\.cpp", "python"),
    ),
    Intent(
        "privacy",
        (
            (
                "is [everything|all|anything|what] i [write|type|say|ask] [here|] [kept|] [private|secret|safe|"
                "confidential|stored|visible]"
            ),
            (
                "do you [send|give|forward|pass|transmit|hand] my [data|words|chats|messages|text] to [anybody|"
                "anyone|someone|others|a company|a server|the internet]"
            ),
            (
                "can [other people|others|somebody|someone else|anyone|strangers|companies|my boss] [read|see|"
                "look at|access|spy on] my [conversations|chats|messages|data|text]"
            ),
            "does [localmind|this app|it] have [any|] [telemetry|tracking|analytics|trackers|spyware|ads]",
            ("is my [privacy|data|information] [protected|respected|guaranteed|safe] [|here|with you|in localmind]"),
            ("what [happens|do you do] [to|with] [my|the] [data|chats|messages|words|conversations|things i write]"),
            (
                "is [my data|this|it|localmind|this chat|our chat|my chat|what i write] [private|safe|secure|"
                "confidential|protected]"
            ),
            "what about [privacy|my data|my privacy|data protection|my personal data]",
            (
                "[who|can anyone|can someone|can others|does anyone] [can|] [read|see|access] [my chats|my "
                "messages|what i write|my data|this|my conversations]"
            ),
            (
                "do you [send|share|sell|store|collect|save|leak|upload] my [data|messages|chats|words|"
                "information|conversations]"
            ),
            "where [is|are|does] my [data|chats|messages|conversations|information] [stored|saved|go|kept|]",
            (
                "does [localmind|this app|it] [collect|send|share|track|use|upload|store] [data|my data|me|"
                "anything|statistics|my chats]"
            ),
            "is there [telemetry|tracking|analytics|spyware|any tracking|a tracker|surveillance]",
            "[privacy|telemetry|data protection|gdpr|privacy policy|tracking|data privacy]",
            (
                "are my [chats|messages|conversations|data|secrets] [private|safe|stored|sent to the cloud|"
                "sent anywhere|secret|uploaded]"
            ),
            "do you [spy on|track|watch|listen to|record] me",
            ("does [my data|anything|any data|my text] leave [my|the|this] [machine|computer|laptop|device|network]"),
            "can i [trust|tell] [localmind|you|this app|you secrets|you a secret] [with my data|]",
            (
                "[how private is this|is this gdpr compliant|is anything uploaded|who gets my data|do you "
                "phone home|does it phone home]"
            ),
            "[does|can|will] {maker} [see|get|read|use] my [data|chats|messages]",
            "are you [spying on me|listening|recording this]",
            "will my [data|chats|words] be used [for training|to train ai|for advertising]",
            "how does localmind protect my privacy",
        ),
        (
            (
                "Everything stays on this machine: your chats, your models and your settings. LocalMind has no "
                "telemetry and sends nothing to anyone."
            ),
            (
                "It is private: everything stays on this machine, and there is no telemetry. Nobody else gets "
                "your words."
            ),
        ),
        ("stays on this machine", "no telemetry"),
        weight=2.5,
    ),
    Intent(
        "offline",
        (
            (
                "does [localmind|it|this|the chat] [also|still|] [work|function|run] [when|if] [i have no "
                "internet|i am offline|the network is down|there is no wifi]"
            ),
            (
                "do i need [wifi|the internet|a network|a connection|to be connected] [for this|for localmind|"
                "to chat|to use this|all the time]"
            ),
            (
                "can [it|localmind|you|the model] [run|work|be used] without [an internet connection|internet|"
                "the internet|a network|wifi]"
            ),
            "do [i|you] need [the internet|internet|a connection|wifi|an account|to be online]",
            (
                "does [localmind|it|this|this app] [work|run] [offline|without internet|without the internet|"
                "without a connection|on a plane]"
            ),
            "are you [|connected to] [the internet|online|offline]",
            "do you [have|need] [internet|internet access|network access|access to the internet]",
            "can i use [localmind|you|this|it] [offline|without internet|on a train|without wifi]",
            "[offline|offline mode|without internet|no internet|works offline]",
            "is an internet connection [required|needed|necessary]",
            "what if [i am offline|my internet is down|i have no internet]",
            "does [localmind|this] [use|need] [the cloud|cloud servers|a server|my internet]",
        ),
        (
            (
                "No internet is needed: LocalMind works offline, because the model runs on your machine. You "
                "only need a connection to download a larger model."
            ),
            "LocalMind works offline. The model runs on your own machine, so no internet is needed to chat.",
        ),
        ("offline", "no internet"),
        weight=1.2,
    ),
    Intent(
        "cost",
        (
            "[do|will|must] i [have to|need to|] pay [money|] [for|to use] [localmind|it|this|you|the app]",
            ("is [it|localmind|this] [an|] [open source|free|commercial|proprietary] [software|program|project|app]"),
            "[what|which] [license|licence] does [localmind|it|this|the app] [use|have|come with]",
            "[how much does|what does] [localmind|it|this|the app] cost",
            "is [localmind|it|this|this app] [free|open source|expensive|paid|free to use|open]",
            "do i [have to|need to|must i] pay [|for this|for localmind|anything]",
            "what is the [license|licence|price] [of localmind|of this|of starter|]",
            "[price|pricing|license|licence|cost|open source|subscription|free]",
            "[under|with] [what|which] license is [it|localmind|this] [released|published]",
            "is there a [subscription|premium version|paid plan|fee|trial|message limit]",
            "can i use [it|localmind|you] [commercially|at work|for free|in my company]",
            "can i see the source code [of localmind|]",
            "is the source code [public|open|available]",
        ),
        (
            ("LocalMind is free and open source, under the Apache-2.0 license. So am I. There is no subscription."),
            "It is free: LocalMind is open source under the Apache-2.0 license, with no subscription.",
        ),
        ("free", "open source", "apache"),
    ),
    Intent(
        "start",
        (
            "[i'm new|i am new|first time here|new user], how do i [get started|start|begin|use this]",
            "how do i use [localmind|this|it] [for the first time|as a beginner|properly|best]",
            ("can you give me [a|] [quick|short|small|] [tour|introduction|guide|start|overview of the first steps]"),
            "how do i [start|get started|begin|use this|use localmind|use this app|use it]",
            "how to [start|get started|begin|use localmind|use this]",
            "[getting started|first steps|tutorial|guide|quick start|manual|instructions|how does this work]",
            "i am new here [|what should i do|what now]",
            "[show|give] me [around|a tour|a tutorial|an introduction|the first steps]",
            "what [should|do] i do first",
            "[can you|please] [guide me|show me around|explain how to use this]",
            "it's my first time here",
            "how do i use [localmind|this program|the app]",
        ),
        (
            (
                "Start like this:\n\n1. Chat with me to see how it works.\n"
                "2. Put a GGUF file into `$LOCALMIND_HOME/models`.\n"
                "3. Choose the larger model in the model menu above the chat."
            ),
            (
                "First steps: chat with me, look at the settings, then put a GGUF file into "
                "`$LOCALMIND_HOME/models` and choose that larger model in the model menu above the chat."
            ),
        ),
        ("LOCALMIND_HOME/models", "larger model", "menu above the chat"),
    ),
    Intent(
        "slow",
        (
            "why is [my|the] [new|larger|big|bigger|other|] model [so|really|very|too|] slow",
            "can [i|you|we] [make|get] [the|] [answers|replies|responses|model] [faster|quicker] [|somehow]",
            "the [larger|big|new|other] model is [really|very|so|too] slow [|, why]",
            "why [are you|is it|is this|is the model|is my model] so [slow|fast|quick]",
            "[how fast are you|you are slow|you are fast|it is slow|this is slow|so slow|very slow|speed]",
            "how can i make [it|the model|you|localmind] faster",
            "my [larger|big|new|] model is [too|very|so|] slow",
            "why does [it|the answer|my model] take so long",
            "the answer [takes|took] [too long|forever]",
        ),
        (
            (
                "I am fast because I am tiny. Larger models are slower: the speed depends on the size of the "
                "model and on your machine. A smaller GGUF file is faster."
            ),
            (
                "Speed depends on the size of the model and on your machine. I am tiny and fast; a larger "
                "model takes longer."
            ),
        ),
        ("speed depends", "tiny"),
    ),
)
