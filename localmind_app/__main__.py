"""`python3 -m localmind_app …`: runs on a bare Python, sets LocalMind up and hands over to its command line.

This file must parse on Pythons that are too old for everything else, so that they get a sentence and no traceback.
"""

import sys

if sys.version_info < (3, 11):
    sys.exit(
        "LocalMind needs Python 3.11 or newer; this is Python %d.%d (%s). "
        "Install a newer one and start it with that, for example: python3.11 -m localmind_app up"
        % (sys.version_info[0], sys.version_info[1], sys.executable)
    )

if __name__ == "__main__":
    from localmind_app.bootstrap.run import main

    sys.exit(main(sys.argv[1:]))
