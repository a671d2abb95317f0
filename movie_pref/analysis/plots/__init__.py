"""Pictures of features and of how they go together, in one style; each is a matplotlib figure, drawn on no screen.

Belongs here: how numbers look. Does not belong here: where a picture is kept, and any verdict about what it shows.

Style: the colours of the flowcharts say of which family a feature is; the two labels differ in colour (Okabe and Ito's,
which the colour-blind can tell apart), in brightness and in hatch, so that they stay apart in print without colour.
Names stand as they are, a `$` or a character of any script included; a long one loses its middle.
"""

from movie_pref.analysis.plots.counts import category_bars, text_distinct_bars
from movie_pref.analysis.plots.matrices import heat_map, rectangular_map
from movie_pref.analysis.plots.pictures import contact_sheet, save
from movie_pref.analysis.plots.spread import histogram, text_length_violin, violin
from movie_pref.plot_style import png

__all__ = [
    "category_bars",
    "contact_sheet",
    "heat_map",
    "histogram",
    "png",
    "rectangular_map",
    "save",
    "text_distinct_bars",
    "text_length_violin",
    "violin",
]
