"""Files that people bring: uploads that survive a restart, whose they are, how much room they may take, previews.

Not here: what is in them (`knowledge`), and the files of the API's batches (`batches`).
"""
