"""Made-up names: about 2,000 last and 500 first names that share endings as real ones do."""

from __future__ import annotations

from itertools import product

_STEMS_TEXT = (
    "Ander Peter John Wil Rob Har Mar Carl Thom Dan Hen Eri Jen Ol Gus Nel Lar Mor Pat Sam Ben Jack Ferr Gonz Rodr "
    "Hern Mart Lop Sanch Ram Torr Riv Gom Dia Cruz Mend Val Cast Ort Ramir Kim Park Choi Nguy Tran Pham Ivan Petr "
    "Smirn Kuzn Popov Volk Soko Lebed Novik Moroz Kowal Wisni Dabrow Zielin Szyman Wozn Schmid Schneid Fisch Web "
    "Wagn Beck Hoff Schul Koch Baue Richt Klein Wolf Schrod Neum Schwar Zimm Bra Krug Hart Lang Werner Krau Lehm "
    "Ross Ferrar Espos Bianch Roman Colomb Ricc Marin Grec Brun Gall Cont Luc Costa Giord Mancin Rizz Lomb"
)
_ENDINGS_TEXT = "son sen s ez ov ski er mann i o ard ley ton field worth man ings ell ett by"
_FIRST_STEMS_TEXT = (
    "Al An Bel Car Dan El Em Fer Gab Hel Is Jan Jo Kar Lau Li Lu Ma Mar Mi Nat Ni Ol Pa Ra Ro Sa San Ste Ta Te Va "
    "Vi Wil Xa Ya Zo Ad Ben Cla Da Ed Fran Ge Har In Jul Ken Leo Max"
)
_FIRST_ENDINGS_TEXT = "a ia o as ine ette ie an el us"

# Ordered so that neighbours differ: the loader draws low numbers most often.
LAST = [stem + ending for ending, stem in product(_ENDINGS_TEXT.split(), _STEMS_TEXT.split())]
FIRST = [stem + ending for ending, stem in product(_FIRST_ENDINGS_TEXT.split(), _FIRST_STEMS_TEXT.split())]
# Area codes of real places, so that the numbers pass for valid.
_AREAS_TEXT = (
    "212 305 312 404 415 503 512 602 617 619 702 713 720 808 813 816 832 901 904 916 "
    "917 919 925 941 949 951 954 972 978 980 202 206 207 214 215 216 253 303 310 314"
)
AREAS = _AREAS_TEXT.split()
