"""The states of the USA and their districts and territories by name, as two letters."""

from __future__ import annotations

_TEXT = """
AL Alabama;AK Alaska;AZ Arizona;AR Arkansas;CA California;CO Colorado;CT Connecticut;DE Delaware;
DC District of Columbia;FL Florida;GA Georgia;HI Hawaii;ID Idaho;IL Illinois;IN Indiana;IA Iowa;KS Kansas;
KY Kentucky;LA Louisiana;ME Maine;MD Maryland;MA Massachusetts;MI Michigan;MN Minnesota;MS Mississippi;
MO Missouri;MT Montana;NE Nebraska;NV Nevada;NH New Hampshire;NJ New Jersey;NM New Mexico;NY New York;
NC North Carolina;ND North Dakota;OH Ohio;OK Oklahoma;OR Oregon;PA Pennsylvania;RI Rhode Island;
SC South Carolina;SD South Dakota;TN Tennessee;TX Texas;UT Utah;VT Vermont;VA Virginia;WA Washington;
WV West Virginia;WI Wisconsin;WY Wyoming;PR Puerto Rico;GU Guam;VI U.S. Virgin Islands;AS American Samoa;
MP Northern Mariana Islands
"""
_PAIRS = [pair.strip().split(" ", 1) for pair in _TEXT.replace("\n", "").split(";")]

# By the folded name, and by the letters themselves in any case.
STATES = {name.casefold(): code for code, name in _PAIRS} | {code.casefold(): code for code, _ in _PAIRS}
