"""Articles of our own, with the defects of pages that people copy."""

BLOG = """Harbour Towns Turn to Tidal Power

Tide and Table
7 min readMar 3, 2023


Photo by Anna Vogel on Unsplash

Why small ports bet on turbines under water

Key Points:

1. Saltmouth runs 14 turbines on its sea wall.

2. The turbines feed 2,300 homes.

The harbour town of Saltmouth has installed fourteen tidal turbines along its sea wall since 2021, and they feed 2,300 homes. The “slow river” scheme, as fishermen call it, cost 41.5 million crowns, of which the regional fund paid 60 per cent. Engineers chose a low-speed rotor because seals rest on the wall in winter.

What Drives the Boom

Three forces push the ports:

Cheap Steel: Rotor frames cost a third less than in 2019, because two shipyards now cast them in series.

Patient Money: The Coastal Bank lends for thirty years at a fixed rate.

Old Skills: Welders who once built trawlers now build rotors.

As the tide turns, the question remains who will repair the machines in twenty years. We invite readers to share their views on tidal power. What do you think of it? Join the conversation in the comments below.

Portions of this article were inspired by and sourced from:

Tide and Table

Telling the stories of small ports since the last flood."""

PULL_QUOTES = """As the lighthouse service modernises its lamps, it closes a chapter of three centuries. The service keeps 212 towers on the northern coast, and each now has a lamp of its own making.
The last keeper of Grey Skerry left the tower on a stormy morning, carrying nothing but the log book
In 1998 the service began to automate. The last keeper of Grey Skerry left the tower on a stormy morning, carrying nothing but the log book. Since then the lamps have been watched from a room in Port Elgin, where six people follow 212 towers on a wall of screens.
A short paragraph on the fog horn follows, which sounded every 90 seconds until 2004 and was sold to a museum in the capital.
Disclaimer: The opinions expressed in this article are solely those of the author."""

BROKEN_LISTS = """Welcome to our long look at the ferries of the northern islands, where we follow the timetable, the crews and the quarrels over the new piers that have kept the council busy for most of the year. Join us on board!
Ferries Between the Northern Islands
The ferry company runs nine routes. Several things keep the routes alive.
-
Subsidy:
The council pays 4.2 million crowns a year for the two routes that no shipping line would serve by itself.
-
Crew School:
Every spring forty deckhands finish the school at Port Elgin, and most of them stay with the company for at least five years.
This mix keeps fares low.
FAQ
Who owns the ferries?
When does the last boat leave?
How does the company save fuel?
- Slower crossings at night
- Hulls cleaned every spring
- Shore power in both ports"""

MARKDOWN = """---
title: The seed vault at Greyfell
publisher: Northern Notes
author: M. Olsen
date: 2024-05-09
url: https://example.org/vault
topics: [talent]
---

The vault at Greyfell keeps 41,000 samples of barley and oats at minus 18 degrees. Twice a year two botanists open the steel door, count the boxes and replace the batteries of the loggers.

## Who pays

The vault costs 310,000 crowns a year:

1. The agriculture ministry pays for the electricity, which comes to a third of the whole.
2. The university of Port Elgin pays the two botanists.

## What was lost

In 2016 meltwater ran eleven metres into the tunnel and froze; nothing was lost, but the door was moved.
"""
