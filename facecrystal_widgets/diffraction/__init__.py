"""The two-dimensional diffraction fingerprint: eq. 1 and 2 of the paper.

The folder is called ``diffraction`` because ``facecrystal_widgets.fingerprint`` is a function.
"""
