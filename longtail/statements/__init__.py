"""A small, safe language of statements: what must hold in every scene (`require`), and which frames are looked for.

    weather.fog.visibility_m < 100 or lighting.sun_elevation_deg > 0
    weather.rain.rate_mm_h / 10 <= objects.pedestrian.count
    flood and night and count(person, visible > 0.5) >= 2

It is a small part of Python's expressions: values by their paths, numbers, words in quotes, true and false; + - * /,
comparisons, `in`, and, or, not; min, max, abs and present. `flood` is short for `"flood" in weather`, `night` for what
the light is called. Where there are labels, `count(person, visible > 0.5)` is how many things are as the second part
says, and `share(water)` how much of the picture's pixels a category has. Where quality is scored,
`flag(near_duplicate)` is true of frames with that flag, and `flag()` of those with any.

A parameter of a weather that does not occur is absent, and what is said of it neither true nor false (Kleene 1938). As
in SQL, a scene is refused where a statement is false, and a frame is found where it is true: what is undecided is
neither. `weather.fog.visibility_m < 100` says to `require` that fog is thick where there is fog, and nothing of clear
days; to a search it says foggy frames. `"fog" in weather` and `present(weather.fog)` ask for fog itself.
"""
