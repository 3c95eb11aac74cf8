"""Scores tried on files whose outcomes are known, beside the rules that anyone could use instead."""
