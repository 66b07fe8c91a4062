"""Ramkoll in LibreOffice Calc: a thin host of the engine. Python 3.8, standard library and uno."""
