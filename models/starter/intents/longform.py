"""Answers that show Markdown, and answers of several paragraphs."""

from ..intent import Intent

STORY = (
    "# The small model in the quiet house",
    (
        "Once upon a time there was a quiet house at the end of a long street. In the house stood an "
        "ordinary computer, and on the computer lived a workspace with the name LocalMind. It had one "
        "rule: whatever people said to it stayed in the house."
    ),
    (
        "LocalMind was new, and its models folder was empty. So its makers gave it a tiny companion "
        "called Starter. Starter had only a few million parameters, and it knew only a few things. But "
        "it could say hello on the first day, and nobody had to wait for a download."
    ),
    (
        'One morning a visitor sat down and typed: "Who are you?" Starter answered at once, word by '
        "word, and told her its name. The visitor smiled. Then she asked for the height of a mountain. "
        '"That I do not know," said Starter, "and I will not guess."'
    ),
    (
        "The visitor liked this honest answer. She tried the dark theme, she pinned a chat, she edited "
        "a message and saw how a new branch grew from the old one, like a twig on a tree. She pulled "
        "out the network cable, and Starter still answered."
    ),
    (
        '"What do I do when I need more?" she asked in the evening. Starter knew this answer by heart: '
        '"Put a GGUF file into the models folder, and choose it in the model menu above the chat." So '
        "she did, and a large and learned model moved in."
    ),
    (
        "Starter was not sad. A starter is there for the first step, and the first step had gone well. "
        "It stayed in its small file, under eight megabytes, ready for the next visitor. And every "
        "word that was ever said in the house is still there, and nowhere else."
    ),
)

ESSAY = (
    "# LocalMind, a private AI workspace",
    (
        "LocalMind is a private AI workspace. It runs language models on your own machine, and you "
        "talk to them in the browser. This text describes what it does today and what it does not do yet."
    ),
    "## Privacy",
    (
        "Everything stays on this machine: the chats, the models and the settings. There is no "
        "telemetry, and no account in a cloud. When the network is off, the chat still works, because "
        "the model runs where you are."
    ),
    "## Chat",
    (
        "Answers are streamed, so you read the first words while the model still writes. You can stop "
        "an answer, retry it, or copy it. When you edit one of your messages, a new branch of the chat "
        "begins and the old one is kept. Chats can be searched, pinned and exported."
    ),
    "## Look and language",
    (
        "There are three themes: light, dark and high contrast. The interface speaks English and "
        "German. In most browsers LocalMind can be installed as an app, with a window of its own."
    ),
    "## Models",
    (
        "LocalMind runs GGUF models with llama.cpp. It starts with me, the tiny Starter model, which "
        "has only a few million parameters. For real work, put a larger GGUF file into "
        "`$LOCALMIND_HOME/models`, by default `~/.local/share/localmind/models`, and choose it in the "
        "model menu above the chat."
    ),
    "## Other programs",
    (
        "Other programs can use your models too: there is an OpenAI-compatible API at `/v1`. You make "
        "the API keys in the settings."
    ),
    "## Not there yet",
    (
        "Documents, images, voice, web search, tools and memory are not there yet. It is better to say "
        "so than to promise too much."
    ),
)

MARKDOWN = """Here is some Markdown:

## A heading

Text can be **bold**, *italic* or `code`.

- a first point
- a second point
- a third point

> A quotation stands in a block like this."""

LIST = """Here is a list:

- **Starter**: the tiny model you are talking to
- **LocalMind**: the workspace around it
- **GGUF**: the file format of the models

1. First step
2. Second step
3. Third step"""

TABLE = """Here is a table:

| Feature | Today |
| --- | --- |
| Streaming chat | yes |
| Themes | light, dark, high contrast |
| API | `/v1` |
| Documents | not yet |"""

CODE = """Here is a code block:

```python
def greet(name: str) -> str:
    \"\"\"Return a friendly greeting.\"\"\"
    return f"Hello, {name}, welcome to LocalMind!"


print(greet("you"))
```

This is a fixed sample. For code of your own you need a larger model."""

HELLO = """Here is a small sample:

```python
print("Hello, world!")
```

For other code you need a larger model."""

INTENTS = (
    Intent(
        "story",
        (
            (
                "i [would love|want|would like|'d like|wish] [to hear|to read|] a [long|very long|short|nice|"
                "good] story [about|of] [localmind|yourself|you|starter]"
            ),
            (
                "[please|could you please|would you|can you] [tell|write] [me|] a [very long|long|really long|"
                "nice|] story [about|of] [localmind|yourself|starter|this app] [|for me]"
            ),
            (
                "[tell|write|give] me a [|long|very long|nice|short|good] story about [localmind|yourself|you|"
                "starter|this app]"
            ),
            "[write|tell] a [|long|very long|detailed|nice|beautiful] story about [localmind|yourself|starter]",
            "[a|long] story about [localmind|you|starter] [|please]",
            "[can you|could you|please] [tell|write] [|me] a [|long] story about [localmind|yourself|you]",
            "[tell|give] me [your|the localmind] story",
            "[invent|make up] a story about [localmind|yourself|starter]",
            "i want [to hear|] a [|long] story about [localmind|you]",
            "tell me a long story",
        ),
        ("\n\n".join(STORY),),
        ("once upon a time", "localmind", "models folder", "nowhere else"),
        weight=0.8,
    ),
    Intent(
        "essay",
        (
            (
                "[write|give me|i want|can you write|please write] a [really|very|super|] [long|big|detailed] "
                "[answer|text|message|article|essay] [|about localmind|about this app|please]"
            ),
            "explain localmind in [great|full|much|more] detail",
            (
                "[write|give me] [{number} words|a long text|several paragraphs|many paragraphs|as much as you "
                "can|a lot of text] [|about localmind|about anything]"
            ),
            "lorem ipsum",
            (
                "[write|give me|show me|produce] [a|an|] [long|longer|very long|detailed|big] [text|article|"
                "answer|essay|description|explanation|report] [about|on|of] [localmind|this app|yourself]"
            ),
            (
                "write [an essay|an article|a text|a report|a page|a lot|several paragraphs|{number} words|a "
                "blog post] [about|on] [localmind|this app]"
            ),
            (
                "[explain|describe] localmind [in detail|at length|in a long text|in depth|thoroughly|in "
                "several paragraphs|completely]"
            ),
            "tell me [everything|all] [about|you know about] localmind",
            "[a|one] long [answer|text] [please|]",
            "[write|say|give me] [something|anything] [long|very long|lengthy]",
            "[write|produce] a [long|very long|lengthy] [text|answer|message]",
            "[i want|i need|i'd like] [a|] long [text|answer|description] [|about localmind]",
            "[long text|long answer|essay about localmind|detailed description of localmind]",
            "give me [a full|the full|a complete] [overview|description|picture] of localmind",
        ),
        ("\n\n".join(ESSAY),),
        ("private AI workspace", "## Privacy", "## Models", "not there yet"),
        weight=0.8,
    ),
    Intent(
        "markdown",
        (
            "[could|can|may] i see [a sample of|some|an example of|your] markdown",
            "can you show [some|me|me some|] markdown [formatting|text|example|sample|]",
            "show [me|] [how|that] [you use markdown|markdown works|you can do markdown|markdown looks]",
            "[show|give|write|send] me [some|a|] markdown [|example|sample|text|formatting|demo]",
            "[can|do] you [write|use|speak|know|support|show|format] markdown",
            "[markdown|markdown example|markdown sample|markdown demo|test markdown|formatting|formatted text]",
            "[answer|write|reply|say something] [in|with|using] markdown",
            (
                "[show|write|use|give] [|me] [bold|italic|bold and italic|formatted|a heading|headings|a quote|"
                "bold text] [text|]"
            ),
            "does [localmind|the chat|this chat] [support|show|render|display] markdown",
            "what does markdown look like",
            "an example of markdown",
        ),
        (MARKDOWN,),
        ("## ", "\\*\\*bold\\*\\*", "^- a first point"),
    ),
    Intent(
        "list",
        (
            (
                "[can|could|would] you [show|give|write|make] [me|] a [bulleted|bullet|numbered|simple|"
                "markdown|short] list [|please]"
            ),
            (
                "[write|show|give|make] [me|] [a|any|some] list [with|of|in] [bullet points|points|markdown|"
                "bullets|items]"
            ),
            (
                "[show|give|write|make] [|me] a [list|bullet list|bulleted list|numbered list|markdown list|"
                "list of points]"
            ),
            "[list|bullets|bullet list|bullet points|numbered list|a list please|an example list|list example]",
            ("[can you|could you|please] [make|write|show|create] [|me] [a list|lists|a bullet list|bullet points]"),
            "[show|write|use] [|me] bullet points",
            "answer [as|in|with] a list",
        ),
        (LIST,),
        ("\n- ", "\n1\\. "),
    ),
    Intent(
        "table",
        (
            "i [would like|want|need|'d like|wish for] a [table|markdown table|small table]",
            "can you [draw|make|show|print|write] a [markdown|small|simple|nice] table [|please|for me]",
            "[a|one|any] table [please|in markdown|for me]",
            "[show|give|write|make|draw|create] [|me] a [|markdown|small|nice|simple|sample] table",
            "[table|a table|a table please|table example|markdown table|tables|sample table|example table]",
            "[can you|could you|please] [make|write|show|create|draw] [|me] [a table|tables|a markdown table]",
            "[i want|i'd like] to see a table",
            "answer [as|in|with] a table",
            "do you know tables",
            "what does a table look like [here|in markdown|]",
            "put [it|that|this] in a table",
        ),
        (TABLE,),
        ("\\| Feature \\| Today \\|", "\\| --- \\|"),
    ),
    Intent(
        "code_block",
        (
            "[let me|i want to|can i|could i] see a code block",
            "[show|give|write] [me|] an example of a code block",
            "can you [show|write|make] [me|] a [markdown|small|fenced] code block",
            (
                "[show|give|write|make] [|me] a [|markdown|sample|small|python] [code block|code sample|"
                "codeblock|code example]"
            ),
            (
                "[code block|a code block|codeblock|code sample|code block please|example code block|sample "
                "code block|code blocks]"
            ),
            "[can you|could you|please] [show|write|make] [|me] [a code block|code blocks]",
            "[i want|i'd like] to see a code block",
            "what does a code block look like [here|]",
            "[do you|does the chat] [support|show|highlight|render] code blocks",
            "show me [how code looks|syntax highlighting]",
        ),
        (CODE,),
        ("```python", "^```$", "larger model"),
    ),
    Intent(
        "hello_world",
        (
            "[please|can you|could you] write [the|a] hello world [program|example|script|] [|in python|for me]",
            "[let me|can i] see [a|] hello world",
            "[write|show|give me|show me] [a|] hello world [|program|in python|example]",
            "hello world [|program|in python|please]",
            "[print|say] hello world",
            "can you [write|do|show] [a|] hello world [|program|in python]",
        ),
        (HELLO,),
        ("```python", "hello, world"),
        weight=0.6,
    ),
)
