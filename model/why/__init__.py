"""The why-log: what happened, what caused it, and what an organisation lost its land and fighters to."""
