"""Short questions whose meaning comes from the answer before them."""

from ..intent import Intent

DECLINED = ("fact", "maths", "code", "translate", "write", "advice", "opinion", "cannot_do", "languages")
ABSENT = ("documents", "images", "voice", "web_search", "tools")
IDENTITY = ("who_are_you", "name", "size", "why_small")
MODEL = ("larger_model", "models_folder", "choose_model", "start")

INTENTS = (
    Intent(
        "declined_why",
        (
            "why [|not|can't you|is that|so|don't you know]",
            "why [can|do]n't you [know|do|answer] [that|this|it]",
            "[but why|how come|why is that|for what reason|what is the reason|and why not]",
            "[you can't|you cannot|you don't know]",
            "[can you at least try|try it anyway|please try|just try|try it|do it anyway|come on]",
            "[but|] i [need|want] [it|an answer|that]",
        ),
        (
            (
                "Because I am tiny: a few million parameters cannot hold such knowledge, and a guess would "
                "mislead you. A larger model can do it."
            ),
            "I am too tiny for it: with a few million parameters I would only guess. Please use a larger model.",
        ),
        ("tiny", "few million parameters", "larger model"),
        after=DECLINED,
    ),
    Intent(
        "declined_how",
        (
            (
                "[how|how do i get one|how do i get it|how do i do that|how can i do that|and how|how does "
                "that work|how exactly]"
            ),
            "[where do i get one|where do i get it|where|where can i find one|which folder|where do i put it]",
            (
                "[ok, how|ok how do i get one|how do i get that larger model|then give me one|so what do i do|"
                "what should i do then|what can i do]"
            ),
            "[what do i have to do|tell me how|show me how|explain how|how do i get such a model|and then]",
        ),
        (
            (
                "Put a GGUF file into the models folder of the LocalMind data folder: "
                "`$LOCALMIND_HOME/models`, by default `~/.local/share/localmind/models`. Then choose it in the "
                "model menu above the chat."
            ),
        ),
        ("gguf", "LOCALMIND_HOME/models", "menu above the chat"),
        after=(*DECLINED, *IDENTITY, "can_do", "insult", "wrong"),
        weight=1.5,
    ),
    Intent(
        "model_more",
        (
            "[and then|what then|what next|and now|then what|next|is that all|what else|what after that]",
            "[how do i choose it|where is the menu|where is that menu|how do i select it|where do i choose it]",
            "[and after that|ok done, what now|done|i did that|it is there now|i have put it there|ok i did it]",
        ),
        (
            (
                "Then open the model menu above the chat and choose your new model from the models folder. The "
                "next answer comes from it."
            ),
        ),
        ("menu above the chat", "models folder"),
        after=MODEL,
    ),
    Intent(
        "model_which",
        (
            (
                "[which one|which file|which model|what kind|how big|which size|what size|which one do you "
                "recommend|any recommendation]"
            ),
            (
                "[where do i download it|where do i get the file|where do i find one|where do i get a gguf "
                "file|where can i download one]"
            ),
        ),
        (
            (
                "Take an instruction-tuned GGUF model whose file fits into your free memory. Many publishers "
                "of open models offer GGUF files for download; about 3 billion parameters is a good start with "
                "8 GB of memory."
            ),
        ),
        ("gguf", "memory", "3 billion"),
        after=MODEL,
    ),
    Intent(
        "absent_when",
        (
            (
                "[when|when will it come|when will that be there|when is it coming|will it come|will it be "
                "added|is it planned|soon|why not|why|any date]"
            ),
            "[that is a pity|what a pity|pity|too bad|sad|oh no|that's a shame]",
        ),
        ("It is not there yet, and I know no date. LocalMind shows a feature only when it truly works.",),
        ("not there yet", "date"),
        after=ABSENT,
    ),
    Intent(
        "identity_more",
        (
            (
                "[tell me more|more|go on|continue|more please|what else|and|more details|more about you|can "
                "you tell me more|explain more]"
            ),
            "[really|is that so|interesting, tell me more|oh, tell me more|and what else]",
        ),
        (
            (
                "I am a small Llama-style transformer in the file `starter.gguf`, under 8 MB. The LocalMind "
                "project trains me with its own script, and I run only on your machine."
            ),
        ),
        ("starter\\.gguf", "machine"),
        after=IDENTITY,
    ),
    Intent(
        "product_more",
        (
            (
                "[tell me more|more|go on|continue|more please|what else|more details|more about it|can you "
                "tell me more|explain more]"
            ),
            (
                "[what features does it have|what can it do|and what can it do|like what|for example|such as|"
                "what does it offer]"
            ),
        ),
        (
            (
                "LocalMind has:\n\n- chat with streaming answers: stop, retry, edit\n"
                "- copy, export, search and pin chats\n- light, dark and high contrast themes\n"
                "- English and German\n- an OpenAI-compatible API at `/v1`\n- local GGUF models with llama.cpp"
            ),
        ),
        ("streaming", "export", "high contrast", "/v1"),
        after=("localmind", "privacy", "offline", "cost", "engine"),
    ),
    Intent(
        "privacy_how",
        (
            (
                "[how|really|are you sure|how can i be sure|how do i know|can i check that|prove it|is that "
                "true|how so|can i trust that|how can that be]"
            ),
        ),
        (
            (
                "You can check it: LocalMind is open source, and it still works when you switch the network "
                "off. Everything stays on this machine, with no telemetry."
            ),
        ),
        ("open source", "network", "machine"),
        after=("privacy", "offline"),
    ),
    Intent(
        "more",
        (
            (
                "[tell me more|more|go on|continue|more please|more details|can you tell me more|explain more|"
                "elaborate|keep going|explain that|explain this|in more detail]"
            ),
        ),
        (
            (
                "That is all I know about it, because I am tiny. Ask me another question about LocalMind, or "
                "use a larger model."
            ),
        ),
        ("tiny", "larger model"),
        after=(
            "theme",
            "pin",
            "export",
            "edit",
            "api",
            "gguf",
            "cost",
            "streaming",
            "copy",
            "retry",
            "stop",
            "greet",
            "affirm",
            "thanks",
            "table",
            "list",
            "maker",
            "age",
            *DECLINED,
            *MODEL,
        ),
    ),
    Intent(
        "more_alone",
        (
            (
                "[tell me more|more|go on|continue|more please|why|why not|how|where|when|what|who|how so|"
                "which one|explain|explain that|what do you mean|like what|what is that|what is it|what about it]"
            ),
            (
                "[i have a question|can i ask you something|may i ask a question|i want to ask something|"
                "question|i need to know something|another question|one more thing]"
            ),
            (
                "[what do you mean by that|i don't understand|i do not understand|i did not understand that|"
                "huh|what|pardon me|come again]"
            ),
        ),
        (
            "Please ask me a full question, for example: What is LocalMind? Or: How do I get a larger model?",
            "Ask away, in a full question. For example: What can you do? Or: How do I get a larger model?",
        ),
        ("full question", "larger model"),
        after=("*",),
    ),
)
