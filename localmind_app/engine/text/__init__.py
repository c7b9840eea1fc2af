"""Language models through llama.cpp: the child process of one model, and what it is made of."""
