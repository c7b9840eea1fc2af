"""Answers with proof: numbered passages for a model, quotations without one, and the check of every sentence.

Not here: finding passages (`knowledge.search`) and writing the answer (chat).
"""
