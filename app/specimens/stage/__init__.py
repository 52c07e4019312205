"""A scene in three dimensions before a camera, to present heads, prints and screens in it.

Nothing here knows how presence is judged: bodies have a shape in centimetres, light falls on them,
and a pinhole camera projects them. `app.specimens.head` is a warp of one picture, quick enough for
a browser's fake camera; this is what error rates are measured on.
"""
