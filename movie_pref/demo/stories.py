"""What the demonstration library is written with: the vocabulary, and the few functions that turn it into text.

Belongs here: word lists, story themes, the title words of other languages, and the functions that
compose titles, taglines, overviews and company names from them. Every name is invented; a title that
exists is a coincidence. Does not belong here: numbers, labels, and anything that knows pandas
(`movie_pref.demo.library`).

A phrase may hold slots in braces. Within one movie a slot keeps its word, so the town or the person of
a title comes back in the overview. Lists are written as `"one | two | three"`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


def _split(text: str) -> tuple[str, ...]:
    return tuple(" ".join(part.split()) for part in text.split("|"))


@dataclass(frozen=True)
class Theme:
    """A kind of story within a genre: who, what sets it off, what must be done, what stands in the way."""

    jobs: tuple[str, ...]
    sparks: tuple[str, ...]
    quests: tuple[str, ...]
    troubles: tuple[str, ...]
    nouns: tuple[str, ...]
    taglines: tuple[str, ...]


def _theme(*, jobs: str, sparks: str, quests: str, troubles: str, nouns: str, taglines: str) -> Theme:
    return Theme(*map(_split, (jobs, sparks, quests, troubles, nouns, taglines)))


THEMES: dict[str, tuple[Theme, ...]] = {
    "Action": (
        _theme(
            jobs="convoy driver | smuggler pilot | army mechanic | motorcycle courier | harbour tug captain",
            sparks="a border closes at midnight | a fuel depot goes up in flames | a shipment of vaccine is hijacked"
            " | the only bridge out of {town} is mined | a militia seizes the coast road",
            quests="must bring {number} trucks through a war zone {deadline} | takes the wheel of an armoured bus"
            " nobody expects to arrive | races {relative} and a private army to a wreck in the desert | has to"
            " outrun a mercenary convoy with a broken gearbox | agrees to one last run through {town}",
            troubles="the cargo is not what the papers say | someone on the radio keeps giving away the route | every"
            " road leads past the same checkpoint | the client would rather see the load burn",
            nouns="Convoy | Overdrive | Roadblock | Payload | Fuel Line | Crossfire",
            taglines="No brakes. No border. No way back. | Drive until the road runs out. | Some loads are worth"
            " dying for.",
        ),
        _theme(
            jobs="special forces medic | double agent | bodyguard | bomb disposal officer | counter-terror instructor",
            sparks="an embassy goes dark | a list of agents is put up for sale | a prison transport disappears in"
            " {town} | a general is killed with a weapon that does not exist",
            quests="must clear a stolen name {deadline} | hunts a former unit across {number} cities | is sent to"
            " protect the one witness everybody wants dead | goes back under cover in the militia that took"
            " {relative} | has {number} hours to find a bomb under the old stadium",
            troubles="the order to kill came from inside the agency | the target was the only friend left | every"
            " safe house has already been burned | the handler is playing both sides",
            nouns="Protocol | Reprisal | Strike Team | Kill Order | Safe House | Detonator",
            taglines="Trained to vanish. Born to return. | The agency made one mistake. | They should have checked"
            " the pulse.",
        ),
        _theme(
            jobs="prizefighter | night porter | dock foreman | martial arts teacher | tower crane operator",
            sparks="gunmen take over a half-built skyscraper | a gang claims the last free street of {town}"
            " | a fighting tournament turns into a death trap | {relative} is taken for a debt",
            quests="fights floor by floor to reach the roof | has to win {number} bouts in one night | turns a"
            " condemned hotel into a fortress | takes on the syndicate that runs the port | goes after the men in"
            " the black vans with bare hands",
            troubles="the police have been told to stay away | the ringleader knows every move in advance | there is"
            " one bullet left and a long way down | an old injury will not hold much longer",
            nouns="Knuckle | Siege | Floor Thirty | Ironworks | Last Round | Vengeance",
            taglines="One building. One way up. | He never learned to stay down. | Pay in blood or not at all.",
        ),
    ),
    "Adventure": (
        _theme(
            jobs="cartographer | mountain guide | botanist | balloonist | river pilot",
            sparks="a map surfaces in a dead man's violin | a glacier gives back a ship | the rains uncover a road"
            " no atlas shows | an expedition to {town} stops sending letters",
            quests="leads an expedition into a valley no map admits to | follows a lost river to its source"
            " | sets out for the summit where {relative} vanished | crosses {number} kingdoms on foot to return"
            " an idol | must find the hidden pass {deadline}",
            troubles="a rival expedition has better guides and fewer scruples | the guide has been here before and"
            " lied about it | the mountain does not want them | half the map is missing",
            nouns="Expedition | Meridian | Hidden Valley | Compass | Headwaters | Summit",
            taglines="The map ends here. | Farther than anyone came back from. | Every river begins somewhere.",
        ),
        _theme(
            jobs="salvage diver | ship's cook | island schoolteacher | navigator | pearl trader",
            sparks="a galleon is sighted under clear ice | a bottle carries the same message twice | a hurricane"
            " uncovers a harbour of wrecks | a chart of the {town} reefs is stolen",
            quests="sails for an island that shows itself once in {years} years | dives for a treasure with a bad"
            " reputation | is shipwrecked with the pirate who sank the ship | must cross the southern ocean in a"
            " borrowed schooner | races a fleet to a sunken city",
            troubles="the crew has counted the shares and found one too many | the treasure is guarded by people who"
            " need it more | a storm follows them like a debt | the compass points the wrong way",
            nouns="Schooner | Sunken Crown | Reef | Castaway | Trade Winds | Pearl Coast",
            taglines="Gold sinks. Greed floats. | Beyond the reef, no law. | Set every sail.",
        ),
    ),
    "Animation": (
        _theme(
            jobs="hedgehog | city pigeon | otter | lighthouse cat | barn owl",
            sparks="the park of {town} is fenced off for the winter | the moon fails to rise | the last oak in the"
            " city is marked with a cross | a circus train loses one wagon",
            quests="leads a band of strays across the rooftops of {town} | sets out to ask the sea for its tide back"
            " | must learn to fly south {deadline} | befriends the machine that is clearing the forest | promises to"
            " bring home a star that fell in the duck pond",
            troubles="the crows have a plan of their own | winter comes early | nobody believes in wolves until one"
            " knocks | the map was drawn by a goldfish",
            nouns="Burrow | Feather Parade | Acorn | Moonpond | Whiskers | Treehouse",
            taglines="Small paws. Big plans. | The wildest way home. | Every feather counts.",
        ),
        _theme(
            jobs="wind-up robot | paper doll | trainee cloud | pocket dragon | apprentice inventor",
            sparks="the clock that winds the world stops | a toyshop is sold | colours begin to fade from {town}"
            " | a door appears in a painting",
            quests="travels through {number} paintings to find its maker | must win the kite race of {town}"
            " | teaches a lonely giant how to whistle | goes looking for the key that starts the sun | enrols in a"
            " school where everybody else can breathe fire",
            troubles="the key has been swallowed | rust is setting in | the shadow under the stairs wants a name"
            " | somebody is collecting all the laughter",
            nouns="Clockwork | Paper Kingdom | Kite | Wind-Up Heart | Puddle | Tin Dragon",
            taglines="Wind up. Hold on. | Some assembly required. | Colour outside the lines.",
        ),
    ),
    "Comedy": (
        _theme(
            jobs="wedding planner | caterer | wedding DJ | marriage counsellor | toastmaster",
            sparks="the bride and the cake disappear on the same morning | two weddings are booked into one barn"
            " | the groom's {number} ex-wives are seated at one table | the ring turns up inside a goose",
            quests="has one weekend to save a wedding | pretends to be married for the sake of a sour aunt | must"
            " give a speech about a friend nobody likes | hires actors to play the family | invites {relative} by"
            " mistake and cannot say so",
            troubles="the mother-in-law has found the guest list | the band only knows funeral marches | everybody at"
            " the table has met before, in court | the lie has already had a baby shower",
            nouns="Wedding Crush | Seating Plan | Bouquet | Plus Nobody | Cold Feet | Toast",
            taglines="Till lunch do us part. | The cake is the least of it. | Speak now. Please.",
        ),
        _theme(
            jobs="office temp | human resources manager | mall security guard | call centre trainee | doorbell"
            " inventor",
            sparks="a photocopier is elected employee of the year | the company is bought by its cleaning staff |"
            " an email meant for one goes to {number} thousand | the boss joins the night class",
            quests="accidentally becomes head of the company | must fake an entire department {deadline} | challenges"
            " the rival shop to a bake-off | swaps desks with a twin nobody knew of | tries to get fired and is"
            " promoted instead",
            troubles="the auditors arrive early | the parrot in accounts repeats everything | the Christmas party"
            " has no exit | the new intern owns the building",
            nouns="Overtime | Casual Friday | Employee | Lunch Break | Paper Jam | Notice Period",
            taglines="Work hard. Hide harder. | Out of office. Out of luck. | Somebody has to be promoted.",
        ),
        _theme(
            jobs="puppeteer | driving instructor | tour bus guide | ex-child star | sofa surfer",
            sparks="a camper van is inherited by {number} cousins | a lottery ticket is left in {town} | grandmother"
            " breaks out of the retirement home | a road trip playlist starts a fight",
            quests="drives an ice cream van across the country to collect a debt | takes three in-laws and a goat on"
            " holiday | has to share a one-room flat with {relative} | crashes a school reunion under a false name"
            " | bets the house on a crazy golf tournament",
            troubles="the goat has a passport and they do not | the police are looking for a very similar van"
            " | the flat belongs to somebody else | nobody remembered to pack the ashes",
            nouns="Camper | Goat Trip | Flatmate | Detour | Sunburn | Roof Rack",
            taglines="Are we there yet? No. | Family: it gets worse at speed. | Bring snacks. Bring bail.",
        ),
        _theme(
            jobs="village mayor | party magician | choir leader | brass band trombonist | pub quiz champion",
            sparks="{town} is twinned with the wrong city | a meteorite lands on the bowling green | the village"
            " is left out of the new road map | a television crew mistakes {town} for paradise",
            quests="must pass the village off as a spa | enters the world cheese-rolling cup | turns the town hall"
            " into a casino for one night | hides a stolen elephant from the whole county | forms the worst"
            " football team in the league",
            troubles="the neighbours have the same idea and a bigger marquee | the elephant is homesick | the"
            " vicar is a born gambler | the inspector stays for supper",
            nouns="Parade | Village Idol | Big Cheese | Marquee | Town Fool | Brass Band",
            taglines="Small town. Enormous fib. | It takes a village to hide an elephant. | Second prize is last"
            " prize.",
        ),
    ),
    "Crime": (
        _theme(
            jobs="safecracker | forger | getaway driver | casino dealer | locksmith",
            sparks="a bank vault is emptied without a door being opened | a diamond courier vanishes in {town}"
            " | an old crew gets a postcard from a dead man | a mobster's ledger is auctioned by mistake",
            quests="plans a heist in the one bank that cannot be robbed | assembles a crew to steal back a painting"
            " {deadline} | must crack {number} safes in a night to pay a debt | agrees to one last heist for the sake"
            " of {relative} | robs the mob with the mob's own money",
            troubles="somebody in the crew is talking to the police | the vault holds something worse than money"
            " | the heist has been planned once before, by the victim | the getaway car has been sold",
            nouns="Vault | Heist | Counterfeit | Safecracker | Ledger | Inside Man",
            taglines="Every lock has a price. | Steal it before they do. | The plan was perfect. The people were not.",
        ),
        _theme(
            jobs="mob accountant | prison guard | loan shark | undertaker to the gangs | dockside bookmaker",
            sparks="the old boss dies at Sunday lunch | a truce between {number} families is broken by a wedding"
            " photograph | a container of cash washes up in {town} | a killer asks for a receipt",
            quests="inherits a gang and its enemies | keeps two sets of books and one escape route | must choose"
            " between {relative} and the family business | tries to leave the mob {deadline} | settles a gang war"
            " with a game of cards",
            troubles="the books no longer balance in anyone's favour | the heir is seventeen and angry | loyalty"
            " has a waiting list | the police chief is family",
            nouns="Syndicate | Bookmaker | Blood Money | Kingpin | Dockside | Undertaker",
            taglines="Family is the longest sentence. | Nobody retires. | Count the money. Count the dead.",
        ),
        _theme(
            jobs="homicide detective | harbour police sergeant | crime reporter | police sketch artist | coroner",
            sparks="the same fingerprint turns up at {number} murders | a confession arrives before the crime | a"
            " body is found in the reservoir above {town} | a cold case is posted through a letterbox",
            quests="reopens the murder that ended a career | has to catch a killer who only strikes in fog | works a"
            " case that leads to the precinct's own basement | follows a trail of pawn tickets to a murderer | must"
            " question {relative} about a killing",
            troubles="the evidence has been very carefully tidied | the killer reads the case notes | the town would"
            " rather not know | the only suspect has been dead for {years} years",
            nouns="Cold Case | Confession | Reservoir | Witness | Pawn Ticket | Precinct",
            taglines="The dead keep better notes. | Fog hides everything but guilt. | Everyone is asked. No one"
            " answers.",
        ),
    ),
    "Documentary": (
        _theme(
            jobs="instrument maker | lighthouse keeper | village baker | shipwright | sign painter",
            sparks="a shipyard that built {number} ferries came to close | a forgotten craft survived in {town}"
            " | a family kept one workshop for {years} years | hands remember what books forget",
            quests="is the last to know a craft | passes on a trade nobody wants to learn | builds one boat a year"
            " without a drawing | keeps a workshop open against all arithmetic | returns to {town} to teach",
            troubles="interviews and home movies tell of pride, debt and sawdust | the rent doubles halfway"
            " through filming | an apprentice arrives and stays for one winter | the tools themselves become the"
            " witnesses",
            nouns="Workshop | Apprentice | By Hand | Shipwrights | Last Trade | Sawdust",
            taglines="What hands know. | A craft, a town, a closing door. | Made once. Made well.",
        ),
        _theme(
            jobs="glaciologist | beekeeper | marine biologist | seed collector | bird ringer",
            sparks="{number} wolves changed a valley | a river was given back to its salmon | the ice of one lake is"
            " disappearing | migrating birds find {town} every spring",
            quests="has counted the same colony for {years} years | follows a whale along a poisoned coast | records"
            " the sound of a forest before it is felled | spends a winter alone with the wolves | maps the"
            " reefs that are left",
            troubles="the footage is patient, and the figures are not | fishermen and scientists learn to share a"
            " harbour | the season comes three weeks early | what is found there changes the law",
            nouns="Wetland | Ice Diary | Wingbeat | Salmon Year | Seed Bank | Living River",
            taglines="Listen while it lasts. | One valley. Every season. | Counting what is left.",
        ),
        _theme(
            jobs="war photographer | punk drummer | chess prodigy | long-distance runner | investigative reporter",
            sparks="a strike in {town} was erased from the newspapers | {number} women built a computer | one concert"
            " outlived a government | a wrongful conviction was undone",
            quests="opens an archive nobody was to see | tells the story the label would not print | goes back to the"
            " square where it happened | speaks for the first time in {years} years | tracks down the members"
            " of a lost team",
            troubles="the tapes contradict everyone, the speaker included | letters, police files and rehearsal"
            " tapes fill the gaps | old friends disagree in front of the camera | the official record has pages"
            " missing",
            nouns="Archive | Untold Season | On the Record | Contact Sheet | Encore Years | Testimony",
            taglines="The tape kept running. | Everyone was there. No one spoke. | The story behind the silence.",
        ),
    ),
    "Drama": (
        _theme(
            jobs="piano tuner | estate agent | surgeon | ferry captain | translator",
            sparks="a farmhouse has to be sold | a father's funeral brings {number} strangers | a letter arrives"
            " {years} years late | the family orchard fails",
            quests="comes home to {town} to bury a parent and open a drawer | moves back in with {relative} after a"
            " long silence | must decide who gets the house by the water | tends a dying mother and an unfinished"
            " quarrel | returns for one summer and stays for the truth",
            troubles="what was left unsaid has grown children of its own | the brother who stayed has his own version"
            " | grief turns out to be a matter of furniture | nobody agrees on what happened that night",
            nouns="Orchard | Inheritance | Long Summer | Homecoming | Empty Rooms | Salt House",
            taglines="Home is where it hurt. | Some doors were never locked. | What we keep, we carry.",
        ),
        _theme(
            jobs="night nurse | village teacher | public defender | parish priest | union clerk",
            sparks="a pupil stops speaking | a verdict splits {town} | a mill closes with a week's notice | an"
            " accident at the crossing leaves {number} families grieving",
            quests="takes on a case the whole town wants forgotten | risks everything for one pupil | leads a"
            " strike that cannot be won | must testify against {relative} | keeps a promise made to a dying"
            " stranger",
            troubles="doing right costs more than anyone had said | old loyalties turn into evidence | the truth"
            " would ruin the wrong people | the neighbours stop greeting",
            nouns="Verdict | Promise | Night Shift | Classroom | Testament | Picket Line",
            taglines="Everyone is guilty of something small. | The hardest word is yes. | One voice against a town.",
        ),
        _theme(
            jobs="dressmaker | refugee | seasonal picker | kitchen porter | trawler hand",
            sparks="the border is moved overnight | wages go unpaid in the greenhouses of {town} | a boat is"
            " turned back | a work permit runs out",
            quests="starts over in a city that has no room | crosses {number} borders with a child and a sewing"
            " machine | takes a dead woman's name to keep a job | sends home money and never the truth | looks for"
            " {relative} among the missing",
            troubles="kindness comes with conditions | the papers say one thing and the mirror another | a love"
            " affair makes hiding harder | winter is longer than the savings",
            nouns="Border Light | Harvest Hands | Permit | Far Kitchen | Passage | Unsent Letters",
            taglines="A long way to a small room. | She carried what she could. | Home is a word in another language.",
        ),
        _theme(
            jobs="swimming coach | jockey | chess player | distance runner | ballet dancer",
            sparks="an injury ends a season | a scholarship goes to the wrong twin | the rowing club of {town}"
            " loses its boat house | an old record falls",
            quests="trains a stubborn teenager for one last race | returns to the ring for a daughter's tuition |"
            " has to choose between the team and {relative} | learns to lose in public | comes back to the sport"
            " {years} years after the fall",
            troubles="the body keeps its own score | talent proves easier to forgive than ambition | the sponsor"
            " wants a miracle by spring | the rival is the only one who understands",
            nouns="Stopwatch | Deep Lane | Comeback | Second Wind | Barre | Final Length",
            taglines="The last mile is the longest. | Nobody swims alone. | Losing takes practice.",
        ),
    ),
    "Family": (
        _theme(
            jobs="farmhand | stable hand | chess-club captain | village postman | trainee vet",
            sparks="a lame pony is sent to auction | a stray dog follows the school bus | a seal pup is washed up"
            " at {town} | the animal shelter runs out of money",
            quests="hides a runaway pony in the church hall | enters a mongrel in the county dog show | walks a"
            " donkey to the sea | must find homes for {number} puppies {deadline} | raises an orphaned fox in"
            " secret",
            troubles="the dog catcher has a soft spot and a deadline | grandfather says no, at first | the owner"
            " comes back | the pony has ideas of its own",
            nouns="Pony Summer | Best Dog | Biscuit | Stable Door | Wagging Tales | Foundling",
            taglines="Big heart. Muddy paws. | Some friends find you. | Sit. Stay. Forever.",
        ),
        _theme(
            jobs="summer camper | school magician | junior scout | summer-holiday detective | newspaper carrier",
            sparks="the summer camp is to become a car park | a treasure map is found behind the school stage | the"
            " holidays are cancelled | Christmas comes to {town} without any snow",
            quests="starts a secret club in the attic | builds a raft to save the summer | swaps places with a cousin"
            " | must save the holiday fair {deadline} | follows {relative} into a very tall tale",
            troubles="grown-ups are no help at all | the twins are no longer speaking | the raft floats the wrong way"
            " | the head teacher is on the trail",
            nouns="Secret Club | Raft | Snow Day | Attic Gang | Camp Cricket | Holiday Fair",
            taglines="Bedtime can wait. | The summer nobody told the teachers about. | Wish carefully.",
        ),
    ),
    "Fantasy": (
        _theme(
            jobs="apprentice witch | banished heir | dragon keeper | gravedigger's apprentice | royal cartographer",
            sparks="the river of {town} runs backwards | a crown falls from a clear sky | the {number} moons align"
            " | the last dragon lays an egg",
            quests="must carry a sleeping god across the marshes | steals a spell from a blind sorcerer | is chosen"
            " by a sword that was looking for somebody else | rides north to wake the giants {deadline} | bargains"
            " with the queen of winter for {relative}",
            troubles="magic has to be paid for in memories | the prophecy was written by the enemy | the throne is"
            " cursed and comfortable | the forest has started to walk",
            nouns="Ember Crown | Spellwright | Dragonkeeper | Thornwood | Runes | Moonblade",
            taglines="Every spell has its price. | The forest remembers. | Crowns are made of fire.",
        ),
        _theme(
            jobs="museum guard | clockmaker | night librarian | ferryman | tarot reader",
            sparks="a statue leaves its plinth | a mirror returns the wrong reflection | time stops for everybody"
            " else in {town} | a book begins to answer back",
            quests="finds a door to the day before yesterday | falls under a curse meant for {relative} | guards a"
            " key that opens every dream | must break a spell cast {years} years ago | ferries the dead and keeps"
            " one back",
            troubles="the curse can only be given away | the other world is running out of night | whoever crosses"
            " over leaves a shadow behind | the book has skipped to the end",
            nouns="Hourglass | Curse | Dream Ferry | Mirror Hour | Enchanter | Lost Hours",
            taglines="Turn the page. Lose a year. | Not every door leads out. | Midnight, again and again.",
        ),
    ),
    "History": (
        _theme(
            jobs="court painter | royal physician | pamphlet printer | court musician | junior ambassador",
            sparks="the king falls ill on the eve of a treaty | bread runs out in the capital | a queen refuses to"
            " sign | the guilds of {town} rise",
            quests="is drawn into a plot against the crown | prints the pamphlet that starts a revolution | must"
            " marry for peace and live with it | carries a secret treaty across {number} provinces | defends a"
            " heretic at court",
            troubles="the palace has more ears than doors | yesterday's allies hold today's knives | history would"
            " prefer another ending | the regent is patient",
            nouns="Regent | Treaty | Crown Council | Pamphlet | Royal Physician | Uprising",
            taglines="A crown weighs more at night. | One signature. One war. | History is written in whispers.",
        ),
        _theme(
            jobs="astronomer | railway engineer | pamphleteer | telegraph operator | colonial surveyor",
            sparks="a comet divides the academy | the tunnel under {town} collapses | women are barred from the"
            " laboratory | plague reaches the harbour",
            quests="fights the academy over a discovery | drives a railway through mountains and ministers | maps"
            " a coast that belongs to others | spends {years} years proving one equation | smuggles a banned book"
            " to the printers",
            troubles="credit goes to a man with a title | each mile costs lives | the empire needs another answer"
            " | the proof is in the wrong handwriting",
            nouns="Observatory | Iron Road | Equation | Telegraph | Surveyor | Quarantine",
            taglines="She was right too early. | The century would not wait. | Based on a stubborn life.",
        ),
    ),
    "Horror": (
        _theme(
            jobs="ghost-story writer | house restorer | hospice nurse | boarding-house lodger | estate auctioneer",
            sparks="a nursery is found behind the wallpaper | the house on the hill is sold for one coin | the"
            " lights of {town} go out every night at three | a child speaks in a dead woman's voice",
            quests="moves into a house that keeps its tenants | has to spend {number} nights in the sealed wing"
            " | unearths the evil under the cellar stairs | tries to free {relative} from something in the walls"
            " | listens to a haunted tape until it answers",
            troubles="the haunting began long before the house | the doors only lock from outside | something"
            " wears the faces of the family | whatever is upstairs has learned their names",
            nouns="Nursery | Cellar | Seance | Whispering House | Tenant | Wallpaper",
            taglines="It has been waiting upstairs. | Do not answer. | The house remembers you.",
        ),
        _theme(
            jobs="park ranger | cave diver | film student | truck driver | livestock vet",
            sparks="campers vanish from the pine woods | cattle are found bled dry near {town} | a drill breaks"
            " into a sealed cave | the fog does not lift",
            quests="is hunted through the woods by something that mimics voices | leads {number} friends into a cave"
            " that has no second exit | must survive until sunrise in a snowed-in diner | follows the blood to an"
            " abandoned mine | radios for help and hears the creature reply",
            troubles="it hunts by breath | one of the group came back wrong | the trees stand closer every night"
            " | daylight no longer helps",
            nouns="Burial Wood | Feeding Hour | Hollow Skin | Bonecave | Carrion | Pine Teeth",
            taglines="Hold your breath. | It is hungry. You are lost. | The woods are calling back.",
        ),
        _theme(
            jobs="wedding guest | census taker | theology student | social worker | wedding photographer",
            sparks="a village celebrates a holiday no calendar knows | a preacher promises {town} a second sun |"
            " {number} children are born on one night | a cult leaves its door open",
            quests="is welcomed by a cult that has been expecting a guest | must get out before the harvest rite |"
            " infiltrates the congregation that took {relative} | finds the sacrifice has a familiar name | is"
            " invited to the feast",
            troubles="everyone smiles at the wrong moment | leaving is a sin here | the mark will not wash off | the"
            " bonfire has already been built",
            nouns="Congregation | Harvest Rite | Black Psalm | Feast | Unholy Guest | Ash Choir",
            taglines="You were always expected. | Say grace. | Leave before the singing starts.",
        ),
    ),
    "Music": (
        _theme(
            jobs="bass player | wedding singer | roadie | jingle writer | teenage drummer",
            sparks="a demo tape is found in a charity shop | the singer walks out on the eve of the tour | a"
            " rehearsal room in {town} is to be demolished | a forgotten song goes to number one",
            quests="gets the band back together for a single night | writes a hit for the rival | tours {number}"
            " towns in a bread van | must finish the album {deadline} | sings under {relative}'s name",
            troubles="the drummer has found religion | fame arrives without a ticket | the label owns every note"
            " | the best song is about the worst of them",
            nouns="Encore | Backbeat | B-Side | Feedback | Tour Van | Loud Summer",
            taglines="Turn it up. Make it up. | One last song. Then another. | Play it like nobody paid.",
        ),
        _theme(
            jobs="deaf conductor | choir master | jazz trumpeter | opera understudy | street cellist",
            sparks="the opera house of {town} burns down | a lost symphony turns up in an attic | the prison forms"
            " a choir | the soloist loses a finger",
            quests="rehearses an orchestra of beginners for a gala | teaches a young thief to play the cello"
            " | has to sing the role of a lifetime unprepared | goes in search of a vanished composer | conducts a"
            " concert in a city under curfew",
            troubles="the score has a page missing | pride is the loudest instrument | hearing is going and the"
            " premiere is near | the patron wants silence",
            nouns="Understudy | Overture | Cello | Blue Trumpet | Choir of Thieves | Lost Symphony",
            taglines="Silence comes first. | Every note a risk. | The music chose her.",
        ),
    ),
    "Mystery": (
        _theme(
            jobs="ferry inspector | archivist | retired teacher | lighthouse keeper | insurance investigator",
            sparks="a girl missing for {years} years walks into {town} | a village photograph shows one face too"
            " many | the organist vanishes between two hymns | a hotel register lists a guest who never was",
            quests="searches for a missing twin on an island that denies it | must solve a disappearance {deadline}"
            " | pieces a life together from {number} lost suitcases | returns to the town where {relative} was last"
            " seen | unravels a riddle left in the parish books",
            troubles="each answer has been burned at the edges | someone keeps moving the clues | the missing do"
            " not want to be found | the diary is in the investigator's own hand",
            nouns="Vanishing | Lost Register | Suitcase | Tide Clock | Riddle | Missing Hour",
            taglines="Somebody saw. | Nobody disappears by accident. | The last clue is you.",
        ),
        _theme(
            jobs="parlour detective | country doctor | paid companion | butler | mystery novelist",
            sparks="the host is found dead at his own birthday | a will is read to {number} strangers | a blizzard"
            " cuts off the manor | the portrait gallery loses one ancestor",
            quests="has one night to name a murderer among the guests | is framed for a poisoning at dinner |"
            " opens the locked room nobody could have left | finds a body where the punch bowl should be | matches"
            " wits with a killer who leaves crosswords",
            troubles="each guest has an alibi and a motive | the butler is the victim | the second body complicates"
            " the first | someone has read the last chapter",
            nouns="Manor | Alibi | Locked Study | Poisoned Hour | Thirteenth Guest | Crossword",
            taglines="Dinner is served. So is justice. | Trust no guest. | Everyone had a reason.",
        ),
    ),
    "Romance": (
        _theme(
            jobs="florist | radio host | bookshop owner | pastry chef | city lawyer",
            sparks="a wrong number becomes a nightly call | a snowstorm strands two rivals in {town} | an old love"
            " letter is delivered by mistake | the inn is double-booked for the holidays",
            quests="falls in love with the rival from across the street | pretends to be engaged to {relative}'s best"
            " friend | has until New Year to save the inn and a heart | answers love letters meant for another"
            " | meets the same stranger in {number} cities",
            troubles="one of them is leaving in spring | the engagement ring is already on a finger | honesty was"
            " never part of the plan | the past books the room next door",
            nouns="Love Letters | Mistletoe Inn | Second Kiss | Flower Shop | Valentine | Slow Dance",
            taglines="Love takes the scenic route. | Wrong number. Right voice. | Check in. Fall hard.",
        ),
        _theme(
            jobs="marine biologist | dance teacher | wine grower | violin repairer | travel writer",
            sparks="a summer affair ends at the railway station | a vineyard near {town} needs one more pair of hands"
            " | two lovers agree to meet again in {years} years | a marriage of convenience turns inconvenient",
            quests="finds the first love engaged to somebody else | spends one summer with a man who never stays |"
            " learns to tango and to lie | crosses an ocean for a kiss | must choose between a proposal and a"
            " promise",
            troubles="time zones are the least of it | love arrives with luggage | a secret child has the same smile"
            " | the harvest will be over in a week",
            nouns="Vineyard | Last Tango | Tide of Us | Distant Heart | Honeymoon | Midsummer Vow",
            taglines="Some summers never end. | Love, returned to sender. | Meet me where we parted.",
        ),
    ),
    "Science Fiction": (
        _theme(
            jobs="cargo pilot | ship's doctor | deep-space welder | navigator | terraforming engineer",
            sparks="a colony ship wakes {years} years too early | a signal arrives from a dead moon | the airlock"
            " opens from outside | a star goes out ahead of schedule",
            quests="must land a freighter that has learned to say no | answers a distress call sent by the same"
            " ship | crosses the dark between {number} stations with one lung of air | is the only crew member"
            " awake | brings a stowaway lifeform to orbit",
            troubles="oxygen is for {number} and there is one more | the captain has been replaced | the planet"
            " below is breathing | earth stopped answering a while ago",
            nouns="Airlock | Freighter | Dead Orbit | Perihelion | Cryosleep | Station Nine",
            taglines="Air for one. | The dark answers back. | Far from help. Farther from home.",
        ),
        _theme(
            jobs="memory broker | robot psychologist | drone mechanic | android nanny | quantum physicist",
            sparks="machines begin to dream | a city leases its citizens' memories | a copy files for custody |"
            " tomorrow's newspaper is printed in {town}",
            quests="hunts an android that has her own memories | has to switch off the mind that runs the city"
            " | is sent back {years} years to prevent an invention | smuggles an illegal robot child across the"
            " wall | wakes up in a body on lease",
            troubles="the machine has foreseen it | each jump erases a friend | the original is not the one who"
            " survived | the future has lawyers",
            nouns="Simulacrum | Memory Lease | Automaton | Paradox Engine | Null City | Second Copy",
            taglines="Remember who owns you. | Upgrade or vanish. | Tomorrow was yesterday's mistake.",
        ),
        _theme(
            jobs="water rationer | dome farmer | storm chaser | border biologist | scavenger",
            sparks="the rain returns after {years} years | an alien seed sprouts in {town} | the domes fail one by"
            " one | a shadow covers half the moon",
            quests="leads {number} survivors over a dry ocean | makes first contact with something that speaks in"
            " weather | guards the last orchard on the planet | looks for {relative} in the quarantine zone | must"
            " decode an alien lullaby {deadline}",
            troubles="the visitors have come for the water | the cure changes everybody it saves | the wall was"
            " built to keep them in | the sky has begun to fall in pieces",
            nouns="Dry Ocean | Quarantine Zone | First Signal | Dome Seven | Afterlight | Seedfall",
            taglines="The sky is not empty. | After the end, a harvest. | They came with the rain.",
        ),
    ),
    "Thriller": (
        _theme(
            jobs="alarm engineer | jewel thief | insurance assessor | bank clerk | vault designer",
            sparks="a heist goes wrong by eleven seconds | the museum of {town} is robbed of one worthless vase |"
            " a vault is opened with a dead man's voice | hostages ask for more time",
            quests="is forced to plan a heist for the people holding {relative} | must rob the vault he built"
            " {deadline} | has one night to undo a perfect heist | negotiates with robbers who already have the"
            " money | finds proof that the robbery was a rehearsal",
            troubles="one of the hostages is in on it | the alarm has been silent for a reason | the heist is only"
            " the diversion | whoever is on the phone can see them",
            nouns="Eleven Seconds | Time Lock | Hostage Hour | Second Heist | Silent Alarm | Dead Drop",
            taglines="The vault was the easy part. | Steal time. Or run out of it. | Nobody leaves with everything.",
        ),
        _theme(
            jobs="wiretap technician | data analyst | court interpreter | air traffic controller | speechwriter",
            sparks="a conversation is recorded that has not happened yet | {number} whistle-blowers die in one"
            " week | an election in {town} is won by a dead man | a plane lands with nobody aboard",
            quests="overhears a conspiracy on the night shift | must keep a witness alive until the hearing |"
            " decodes a list of names and finds {relative}'s | goes on the run with the files | has to trust the"
            " man who tapped the phone",
            troubles="the conspiracy pays better than the law | every camera in the city is looking | the source"
            " has been the enemy's all along | the newspaper has been bought",
            nouns="Wiretap | Redacted | Night Frequency | False Witness | Blind Copy | Surveillance",
            taglines="They are listening. Say nothing. | The truth is classified. | Trust is a trail.",
        ),
        _theme(
            jobs="night-shift surgeon | single parent | rideshare driver | swimming teacher | sleep therapist",
            sparks="a child is taken from a locked car | a stranger moves into the flat across the yard | a"
            " missing woman calls home | the perfect neighbour has {number} names",
            quests="has until morning to pay a kidnapper nobody else believes in | is stalked by a patient who died"
            " | searches the suburbs of {town} for an abducted daughter | finds a room in the house that is not on"
            " the plan | must play along with a captor {deadline}",
            troubles="the police suspect the wrong parent | the stalker has a key | the ransom is not about money"
            " | memory cannot be trusted after dark",
            nouns="Captor | Nice Neighbour | Blind Stairs | Locked Car | Insomnia Street | Ransom Call",
            taglines="He has your key. | Count to ten. Run. | Some neighbours never sleep.",
        ),
    ),
    "War": (
        _theme(
            jobs="field surgeon | tank gunner | army chaplain | stretcher bearer | despatch rider",
            sparks="a platoon is ordered to hold a worthless hill | the armistice is {number} hours away | a field"
            " hospital is cut off near {town} | a whole regiment goes silent",
            quests="must carry an order to stop the attack {deadline} | holds a bridge with {number} men and one"
            " gun | buries the enemy's dead between two trenches | leads deserters home through the front | nurses"
            " the soldier who shot {relative}",
            troubles="the order has been withdrawn, and nobody knows | the guns do not read calendars | mercy"
            " counts as treason | winter takes the rest",
            nouns="Armistice | Trench Road | Hill Sixty-Two | Field Surgeon | Last Platoon | Mud Psalm",
            taglines="The last day of the war is the longest. | Hold the bridge. | They were ordered to be heroes.",
        ),
        _theme(
            jobs="railway clerk | cabaret singer | schoolteacher | radio operator | village doctor",
            sparks="the occupiers requisition the school of {town} | a pilot falls into an orchard | a list of"
            " {number} names is posted | the radio goes silent",
            quests="joins the resistance by mistake | hides a downed airman above the officers' club | forges"
            " papers for {number} children | carries messages in a cello case | must find out who betrayed the"
            " cell",
            troubles="the informer sits at the same table | each train leaves with neighbours on it | love is the"
            " worst cover | the border guide wants more than money",
            nouns="Resistance | Forged Papers | Occupied Hearts | Signal House | Partisan Winter | Safe Attic",
            taglines="Courage was an ordinary word. | Trust the wrong face. | They whispered, and won.",
        ),
    ),
    "Western": (
        _theme(
            jobs="homesteader | circuit judge | cattle drover | frontier doctor | stagecoach driver",
            sparks="the railroad wants the water of {town} | a herd is driven off at night | a wanted poster shows"
            " the sheriff | the gold runs out",
            quests="defends a ranch against a cattle baron | drives {number} hundred head through the badlands |"
            " brings a prisoner to the gallows and begins to doubt | must hold the town until the judge arrives |"
            " rides after the men who burned the homestead",
            troubles="every gun for hire is already hired | the law is two days' ride away | the prisoner is"
            " telling the truth | the well has been poisoned",
            nouns="Badlands Judge | Homestead | Cattle Baron | Dry Gulch | Spur | Stagecoach Widow",
            taglines="The law rode out yesterday. | Dust settles. Debts do not. | One well. Two graves.",
        ),
        _theme(
            jobs="gunslinger | bounty hunter | train robber | horse thief | saloon pianist",
            sparks="an outlaw rides back into {town} unarmed | the gang is betrayed over a card game | a bounty is"
            " put on a dead man | a preacher hires a killer",
            quests="hunts the outlaw who was once a brother | robs the payroll train for the last time | teaches a"
            " farmer's widow to shoot | escorts a wagon of silver to the border | settles a {years}-year-old score"
            " at noon",
            troubles="the fastest hand in the county is shaking | there is a price on both their heads | revenge has"
            " children now | the silver is lead",
            nouns="Bounty | Sundown Card | Outlaw Hymn | Silver Wagon | Gunslinger | Widow Creek",
            taglines="Noon comes once. | The bounty was the bait. | Ride out. Ride on.",
        ),
    ),
}
THEMES["TV Movie"] = THEMES["Romance"] + THEMES["Thriller"][2:] + THEMES["Family"][1:]

_SLOTS: dict[str, tuple[str, ...]] = {
    "trait": _split(
        "a stubborn | an ageing | a disgraced | a newly widowed | a penniless | a restless | a soft-spoken | a"
        " sleepless | an overworked | a gifted | a sharp-tongued | an unlucky | a cautious | a homesick | a rookie"
        " | a proud | an idealistic | a once famous | a grieving | a young | an exiled | a half-blind | a reckless"
        " | a lonely | an obsessive"
    ),
    "light_trait": _split(
        "a stubborn | a shy | a restless | a sleepless | a gifted | a sharp-tongued | an unlucky | a cautious | a"
        " homesick | a proud | a lonely | a reckless | a curious | a daydreaming | a clumsy | an overconfident |"
        " an absent-minded | a hopelessly truthful | a fearless | a forgetful | a cheerful | a bad-tempered | a"
        " nosy | a kind-hearted"
    ),
    "relative": _split(
        "a brother | a sister | a daughter | a son | a lost cousin | a twin | an old friend | a former partner"
        " | a godfather | an estranged wife | a first husband | a stepson"
    ),
    "deadline": _split(
        "before dawn | before the last ferry leaves | in a single night | by the end of the week | before the snow"
        " closes the pass | before the auction | in three days | before the river rises | by Sunday | while the"
        " city sleeps"
    ),
    "number": _split("two | three | four | five | six | seven | eight | nine | eleven | twelve"),
    "years": _split("six | seven | nine | ten | twelve | fifteen | twenty | thirty | forty"),
    "place": _split(
        "a harbour city | a mining valley | a border town | a hill village | a parish with one telephone | a"
        " drowned suburb | a spa town out of season | a company town | a desert outpost | a cathedral city | a"
        " fishing port | a snowed-in resort | a railway town | the old quarter of {town} | the hills above {town}"
        " | the port of {town}"
    ),
    "era": _split(
        "On the eve of the spring flood | In the last week of summer | During the coldest winter in {years} years"
        " | {Years} years after the fire | In the days after the funeral | At the height of the heatwave"
        " | On the longest night of the year | Between two elections | In the first year of peace"
    ),
    "light_turn": _split(
        "Nothing that follows goes to plan, and all of it goes better | By the time the truth comes out, half of"
        " {town} has a stake in the lie | Friends turn up where they are least expected | It takes a small miracle"
        " and a large ladder to put things right | Somewhere between the second mistake and the third, everybody"
        " grows up a little | The only way out is to tell the truth, loudly | Help comes from {relative} with a"
        " borrowed van | What begins as an excuse becomes the best week of the year | And then the rain starts | A"
        " rival, a recipe and a runaway bus do the rest | Nobody in {town} will ever hear the end of it | Luckily,"
        " {first} has a worse idea"
    ),
    "dark_turn": _split(
        "As the night wears on, the price keeps rising | Soon it is no longer clear who is hunting whom | Old"
        " debts come due in {town} | What is found there cannot be put back | There is one way out, and it leads"
        " through {relative} | The truth, when it comes, spares nobody | Time is running out, and trust went first"
        " | Somebody has to pay, and {first} knows who | With {number} days left, a choice has to be made | The"
        " past is nearer than it looks | A stranger offers help that cannot be refused | Before it is over, {town}"
        " will have a new name for courage"
    ),
    "quiet_turn": _split(
        "Old debts come due in {town} | What is said there cannot be unsaid | The truth, when it comes, spares"
        " nobody | Somebody has to give way, and {first} knows who | With {number} days left, a choice has to be"
        " made | Before it is over, {town} will have a new name for courage | The past is nearer than it looks |"
        " By the first frost, nobody in {town} is quite the same | It takes {relative} to say what everyone has"
        " known | A small kindness turns out to be the hardest thing of all | {first} has one more letter to write"
        " | What remains is a question of forgiveness | And {town} looks on | Slowly, and at some cost, a life"
        " takes shape"
    ),
    "film_turn": _split(
        "The result is an intimate film about time | It premiered to a full house in {town} | Narrated by {first}"
        " {last} | Shot on {number} cameras, most of them borrowed | The film asks who gets to be remembered |"
        " Along the way, {first} {last} changes sides | It is as much about {town} as about the people who left it"
    ),
    "season": _split("spring | summer | autumn | winter | Christmas | Easter | weekend | Sunday"),
    "light_line": _split(
        "Welcome to {town}. Bring a coat | This {season}, {town} has only itself to blame | {Number} friends. One"
        " {noun} | {first} has a plan. Run | Nobody tells {town} what to do | Meet {first}. Hide the {noun} | From"
        " {town} with apologies | It all began with {relative} and a ladder | {Job} by day. Trouble by night |"
        " {Years} years late, and counting | {Number} reasons to stay in {town} | Never lend {first} a van |"
        " Everybody in {town} is in on it | This {season}, say yes | {first} {last} would like a word | Not every"
        " {job} wears a cape | {town}: population falling over | Ask {first}. On second thoughts, don't"
    ),
    "dark_line": _split(
        "Welcome to {town}. Stay close | This {season}, {town} goes dark | {Number} strangers. One {noun} |"
        " {first} knows. {first} ran | Nobody leaves {town} | {Years} years of silence end tonight | Before"
        " {town}, there was {first} | Everything ends {deadline} | {Number} days. No witnesses | What happened in"
        " {town}? | Pray for {first} {last} | {Job}. Liar. Survivor | The road to {town} is one-way | {first}"
        " {last} was never here | {Years} years. One secret. {town} | Somewhere in {town}, a light goes out |"
        " Every {job} has a breaking point | Find the {noun} {deadline}"
    ),
    "quiet_line": _split(
        "In {town}, everyone remembers | This {season}, {town} learns to forgive | {Number} letters. One answer"
        " | {Years} years is a long silence | {first} {last} came home | {Number} lives. One {season}"
        " | Before {town}, there was hope | What would {first} have done? | {Job} by trade. Stranger by nature"
        " | Nobody in {town} said a word | {town}, {years} years on | Some things only {relative} can say"
        " | {first} stayed. The others left | It began with {relative} | The {season} that changed {town}"
        " | {Number} days in {town} | Somewhere in {town}, a light is on | A {season} to remember {first} by"
    ),
    "film_line": _split(
        "{Years} years. One story | {town}, as it was | The {season} nobody filmed | {Number} voices from {town}"
        " | Meet {first} {last} | A true story from {town} | {Years} years in the making | What {town} forgot"
        " | {first} {last} remembers everything | {Number} reels. No script | The other side of {town}"
        " | A {season} in {town} | {Job}, witness, neighbour | Nobody asked {first} {last} | Every {job} has a story"
    ),
    "first": _split(
        "Ada | Bram | Callum | Delphine | Edda | Fergus | Greta | Hollis | Imogen | Jonas | Kit | Leonie | Magnus"
        " | Nell | Orla | Percy | Quentin | Rosalind | Silas | Tamsin | Ursula | Verity | Wendell | Xanthe |"
        " Yvette | Zeb | Abel | Beatrix | Conrad | Dinah | Elsbeth | Florian | Gideon | Harriet | Ivo | Juno |"
        " Lorcan | Mabel | Ned | Ottilie | Phoebe | Rufus | Saskia | Thaddeus | Una | Vaughn"
    ),
    "last": _split(
        "Calloway | Pemberwick | Thorncastle | Ashgrove | Marchbanks | Okonjo-Reed | Vandermere | Quillfeather |"
        " Harrowgate | Brannock | Silverlake | Tolliver | Wexcombe | Dunmarrow | Fairweather | Kestrel |"
        " Lovelace-Finn | Mossman | Northcott | Pellinore | Ravensworth | Stillwater | Underhay | Varga-Cole |"
        " Whitlow | Yarrow | Abernethy-Cross | Birdsall | Crowhurst | Delacourt | Emberly | Foxglove | Greycastle"
        " | Hollowell | Inkpen | Jessamy | Larkspur | Merriweather | Nightingale-Shaw | Oakhanger"
    ),
    "adjective": _split(
        "Borrowed | Crooked | Seventh | Salted | Paper | Amber | Unlit | Velvet | Rusted | Tin | Gilded | Drowned"
        " | Hollow | Patient | Painted | Copper | Scarlet | Wandering | Frozen | Whispering | Unfinished | Stolen"
        " | Faithful | Burning | Sleepless | Secondhand | Careless | Northern | Feathered | Marble | Runaway |"
        " Inherited | Unwritten | Lopsided | Quarrelsome | Winter | Barefoot | Emerald | Threadbare | Homemade"
    ),
    "tail": _split(
        "Before Morning | Under Glass | in the Rain | After Hours | at Low Tide | Without Witness | on Credit | in"
        " Plain Sight | Past Midnight | for Beginners | Across the Water | by Candlelight | Out of Season | in"
        " Reverse | at World's End | Beyond the Pines | for Sale | Among Strangers | in Two Movements | on Loan"
    ),
    "gerund": _split(
        "Leaving | Finding | Remembering | Losing | Mending | Borrowing | Crossing | Waking | Burning | Outrunning"
        " | Forgiving | Stealing | Haunting | Saving | Escaping"
    ),
    "town_head": _split(
        "Corran | Marlow | Ashen | Pell | Tarn | Wick | Dunmore | Fallow | Grim | Harker | Ketter | Lowen | Mercy"
        " | Nettle | Osprey | Pike | Quarry | Rook | Sable | Thistle | Umber | Vesper | Winnow | Yarrow | Cinder |"
        " Drummond | Elder | Foxley | Gantry | Hallow | Juniper | Kirk | Linden | Mallory | Orchard | Plover"
    ),
    "town_tail": _split(
        "Bay | Hollow | Ridge | Crossing | Point | Falls | Harbour | Heath | Landing | Ford | Quay | Mills | Junction"
        " | Sound | Gap | Green"
    ),
    "title": _split(
        "The {noun} of {town} | The {adjective} {noun} | {first} and the {noun} | {town} {noun} | The {noun}"
        " {tail} | {last}'s {noun} | {gerund} {town} | {first}'s {noun} | {gerund} {first} {last} | {adjective}"
        " {noun} | {noun} {tail} | The {noun} on {town_head} Street | {adjective} Night in {town} | {first}"
        " {last}, {job_title}"
    ),
    "opening": _split(
        "{Hero} {quest} | When {spark}, {hero} {quest} | {first} {last}, {hero}, {quest} | In {place}, {hero} {quest}"
        " | {era}, {hero} {quest} | {Spark}, and {hero} {quest}"
    ),
    "named_opening": _split(
        "{first} {last}, {hero}, {quest} | When {spark}, {first} {last} {quest} | In {place}, {first} {last},"
        " {hero}, {quest} | {Spark}, and {first} {last}, {hero}, {quest}"
    ),
    "film_opening": _split(
        "{Hero} {quest}, and lets the camera stay | A portrait of {hero} who {quest} | Over {years} years, a small"
        " crew follows {hero} who {quest} | From {place} comes the story of how {spark} | This documentary asks"
        " how {spark} | {first} {last}, {hero}, {quest}"
    ),
    "link": _split(
        "But {trouble} | {Trouble} | Then {first} learns that {trouble} | Unfortunately, {trouble} | Meanwhile,"
        " {trouble}"
    ),
    "film_link": _split("{Trouble} | Along the way, {trouble} | As {trouble}, the film finds its real subject"),
}
# The manner of closing sentences, posters and traits; any other genre is dark.
_TONES = dict.fromkeys(("Animation", "Comedy", "Family", "Music", "Romance", "TV Movie"), "light")
_TONES |= dict.fromkeys(("Drama", "History", "War"), "quiet")
_TONES["Documentary"] = "film"


@dataclass(frozen=True)
class Tongue:
    """Titles, names and companies of one language; `heads` and `tails` run parallel to the English ones."""

    heads: tuple[str, ...]
    tails: tuple[str, ...]
    names: tuple[tuple[str, str], ...]
    surnames: tuple[str, ...]
    towns: tuple[str, ...]
    companies: tuple[str, ...]
    phrase: str
    pair: str


def _tongue(
    *,
    heads: str,
    tails: str,
    names: str,
    surnames: str,
    towns: str,
    companies: str,
    phrase: str = "{head} {tail}",
    pair: str = "{one} and {other}",
) -> Tongue:
    written = [name.partition("=") for name in _split(names)]
    both = tuple((latin, native or latin) for latin, _, native in written)
    return Tongue(
        _split(heads), _split(tails), both, _split(surnames), _split(towns), _split(companies), phrase=phrase, pair=pair
    )


HEADS = _split(
    "The Lighthouse | The Garden | The Letter | The Journey | The House | The Secret | The Song | The Mirror | The"
    " Bridge | The Stranger | The Dream | The Road | The Shadow | The Village | The Sky | The Wedding | The Room |"
    " The Silence"
)
TAILS = _split(
    "of Winter | by the Sea | Without a Name | of My Father | at Midnight | of the Moon | After the Rain"
    " | of the Mountain | of Tomorrow | by the River | of the Children | Under the Snow | of the City"
    " | of the Three Sisters | of Dawn | of September"
)
TONGUES: dict[str, Tongue] = {
    "fr": _tongue(
        heads="Le Phare | Le Jardin | La Lettre | Le Voyage | La Maison | Le Secret | La Chanson | Le Miroir | Le"
        " Pont | L'Inconnu | Le Rêve | La Route | L'Ombre | Le Village | Le Ciel | Le Mariage | La Chambre | Le"
        " Silence",
        tails="de l'hiver | au bord de la mer | sans nom | de mon père | à minuit | de la lune | après la pluie"
        " | de la montagne | de demain | au bord de la rivière | des enfants | sous la neige | de la ville"
        " | des trois sœurs | de l'aube | de septembre",
        names="Claire | Mathilde | Bastien | Odile | Luc | Élise | Théo | Solange | Aurélien | Margaux",
        surnames="Vauquelin | Destrée | Morvan | Lachenal | Brisson | Kermadec | Tavernelle | Aubrac",
        towns="Saint-Aubrac | Montelaine | Port-Vallon | Lyon | Marseille | Valmorel-sur-Orne",
        companies="Films | Productions | Images | Cinéma",
        pair="{one} et {other}",
    ),
    "es": _tongue(
        heads="El faro | El jardín | La carta | El viaje | La casa | El secreto | La canción | El espejo | El"
        " puente | El desconocido | El sueño | El camino | La sombra | El pueblo | El cielo | La boda | La"
        " habitación | El silencio",
        tails="del invierno | junto al mar | sin nombre | de mi padre | a medianoche | de la luna | después de la"
        " lluvia | de la montaña | de mañana | junto al río | de los niños | bajo la nieve | de la ciudad | de las"
        " tres hermanas | del alba | de septiembre",
        names="Lucía | Inés | Mateo | Rocío | Joaquín | Alma | Tomás | Pilar | Nicolás | Candela",
        surnames="Villarreal | Escudero | Montalvo | Arrieta | Quiroga | Belmonte | Salvatierra | Luján",
        towns="Villaluz | Puerto Amparo | Sevilla | San Telmo del Río | Valdeolmos | Guadalajara",
        companies="Producciones | Films | Cine | Audiovisual",
        pair="{one} y {other}",
    ),
    "it": _tongue(
        heads="Il faro | Il giardino | La lettera | Il viaggio | La casa | Il segreto | La canzone | Lo specchio |"
        " Il ponte | Lo sconosciuto | Il sogno | La strada | L'ombra | Il villaggio | Il cielo | Il matrimonio |"
        " La stanza | Il silenzio",
        tails="d'inverno | sul mare | senza nome | di mio padre | a mezzanotte | della luna | dopo la pioggia"
        " | della montagna | di domani | sul fiume | dei bambini | sotto la neve | della città | delle tre sorelle"
        " | dell'alba | di settembre",
        names="Chiara | Bruna | Matteo | Ornella | Ettore | Silvia | Dario | Fiamma | Nino | Livia",
        surnames="Castellani | Brambati | Serafini | Moretta | Valtorta | Delfino | Roncari | Bellandi",
        towns="Montefalcone | Porto Sereno | Trieste | Borgo San Vito | Bari | Valleoscura",
        companies="Cinematografica | Film | Produzioni",
        pair="{one} e {other}",
    ),
    "de": _tongue(
        heads="Der Leuchtturm | Der Garten | Der Brief | Die Reise | Das Haus | Das Geheimnis | Das Lied | Der"
        " Spiegel | Die Brücke | Der Fremde | Der Traum | Die Straße | Der Schatten | Das Dorf | Der Himmel | Die"
        " Hochzeit | Das Zimmer | Das Schweigen",
        tails="des Winters | am Meer | ohne Namen | meines Vaters | um Mitternacht | des Mondes | nach dem Regen"
        " | des Berges | von morgen | am Fluss | der Kinder | unter dem Schnee | der Stadt | der drei Schwestern"
        " | der Morgendämmerung | im September",
        names="Anneliese | Jannik | Frieda | Ruben | Ilse | Korbinian | Marlene | Thies | Wiebke | Lorenz",
        surnames="Brandecker | Hohenfeld | Steinbrück | Lindwasser | Kästnau | Oberwald | Reuthen | Falkenried",
        towns="Grünhafen | Oberlindach | Bremen | Sankt Eberhard | Leipzig | Tannenrode",
        companies="Filmproduktion | Film | Medien",
        pair="{one} und {other}",
    ),
    "pt": _tongue(
        heads="O Farol | O Jardim | A Carta | A Viagem | A Casa | O Segredo | A Canção | O Espelho | A Ponte | O"
        " Estranho | O Sonho | A Estrada | A Sombra | A Aldeia | O Céu | O Casamento | O Quarto | O Silêncio",
        tails="do Inverno | à Beira-Mar | sem Nome | do Meu Pai | à Meia-Noite | da Lua | Depois da Chuva | da"
        " Montanha | de Amanhã | à Beira do Rio | das Crianças | sob a Neve | da Cidade | das Três Irmãs | da"
        " Aurora | de Setembro",
        names="Inês | Benedita | Tiago | Jandira | Caetano | Lurdes | Davi | Graça | Rui | Marisol",
        surnames="Figueira | Alvorada | Monteverde | Sampaio Reis | Carvalhal | Pedrosa | Valadão | Teixeirinha",
        towns="Porto Velhinho | Ouro Claro | Salvador | Vila Serena | Braga | Santa Rita do Mar",
        companies="Filmes | Produções | Cinema",
        pair="{one} e {other}",
    ),
    "nl": _tongue(
        heads="De vuurtoren | De tuin | De brief | De reis | Het huis | Het geheim | Het lied | De spiegel | De"
        " brug | De vreemdeling | De droom | De weg | De schaduw | Het dorp | De hemel | De bruiloft | De kamer |"
        " De stilte",
        tails="van de winter | aan zee | zonder naam | van mijn vader | om middernacht | van de maan | na de regen"
        " | van de berg | van morgen | aan de rivier | van de kinderen | onder de sneeuw | van de stad"
        " | van de drie zussen | van de dageraad | in september",
        names="Femke | Joris | Liesbeth | Bas | Tineke | Sander | Hanne | Wouter | Mieke | Ruud",
        surnames="van Oosterwijk | Duinkerk | de Roover | Zandstra | Kuipersma | Haverkamp | Meerman | Terlouwe",
        towns="Oosterkade | Duinhaven | Gent | Rotterdam | Sint-Joris | Waterlanden",
        companies="Film | Producties | Pictures",
        pair="{one} en {other}",
    ),
    "sv": _tongue(
        heads="Fyren | Trädgården | Brevet | Resan | Huset | Hemligheten | Sången | Spegeln | Bron | Främlingen |"
        " Drömmen | Vägen | Skuggan | Byn | Himlen | Bröllopet | Rummet | Tystnaden",
        tails="om vintern | vid havet | utan namn | efter min far | vid midnatt | under månen | efter regnet | på"
        " berget | i morgon | vid floden | för barnen | under snön | i staden | för tre systrar | i gryningen | i"
        " september",
        names="Ebba | Torsten | Linnea | Sixten | Majken | Gösta | Alva | Birger | Stina | Folke",
        surnames="Lindwall | Sjöhed | Ekestrand | Norrby | Hallonqvist | Granfors | Stenmark | Ljungdal",
        towns="Norrhamn | Lillsjön | Göteborg | Björkdalen | Umeå | Vintervik",
        companies="Film | Filmproduktion",
        pair="{one} och {other}",
    ),
    "ja": _tongue(
        heads="灯台 | 庭 | 手紙 | 旅 | 家 | 秘密 | 歌 | 鏡 | 橋 | 旅人 | 夢 | 道 | 影 | 村 | 空 | 結婚式 | 部屋 | 沈黙",
        tails="冬の | 海辺の | 名もなき | 父の | 真夜中の | 月の | 雨上がりの | 山の | 明日の | 川辺の |"
        " 子どもたちの | 雪の下の | 都会の | 三姉妹の | 夜明けの | 九月の",
        names="Haru=ハル | Sayuri=さゆり | Kenta=健太 | Midori=みどり | Shun=俊 | Akane=茜 | Daichi=大地 | Nao=直"
        " | Yuzu=柚子 | Ren=蓮",
        surnames="Kuroshima | Asahina | Tokiwa | Minamori | Shirakawa | Hoshizaki | Onodera | Mizuhara",
        towns="Aomori | Minamihama | Kanazawa | Hoshimura | Nagasaki | Yukigawa",
        companies="Eiga | Film Partners | Pictures",
        phrase="{tail}{head}",
        pair="{one}と{other}",
    ),
    "ko": _tongue(
        heads="등대 | 정원 | 편지 | 여행 | 집 | 비밀 | 노래 | 거울 | 다리 | 이방인 | 꿈 | 길 | 그림자 | 마을 |"
        " 하늘 | 결혼식 | 방 | 침묵",
        tails="겨울의 | 바닷가의 | 이름 없는 | 아버지의 | 한밤의 | 달의 | 비 온 뒤의 | 산속의 | 내일의 | 강가의 |"
        " 아이들의 | 눈 속의 | 도시의 | 세 자매의 | 새벽의 | 구월의",
        # with the particle for "and", which depends on the last sound
        names="Su-jin=수진과 | Min-ho=민호와 | Ji-woo=지우와 | Eun-seo=은서와 | Tae-yang=태양과 | Ha-neul=하늘과"
        " | Do-yun=도윤과 | So-ra=소라와 | Jae-min=재민과 | Bo-ram=보람과",
        surnames="Hwang | Seo | Noh | Baek | Cheon | Ma | Eom | Gil",
        towns="Busan | Haeundong | Jeonju | Solmaru | Incheon | Dalbit-ri",
        companies="Pictures | Film | Entertainment",
        phrase="{tail} {head}",
        pair="{one} {other}",
    ),
    "zh": _tongue(
        heads="灯塔 | 花园 | 信 | 旅程 | 房子 | 秘密 | 歌 | 镜子 | 桥 | 陌生人 | 梦 | 路 | 影子 | 村庄 | 天空 |"
        " 婚礼 | 房间 | 沉默",
        tails="冬天的 | 海边的 | 无名的 | 父亲的 | 午夜的 | 月亮的 | 雨后的 | 山上的 | 明天的 | 河边的 | 孩子们的"
        " | 雪下的 | 城市的 | 三姐妹的 | 黎明的 | 九月的",
        names="Xiaoyu=小雨 | Jianguo=建国 | Meiling=美玲 | Haoran=浩然 | Qing=青 | Lan=兰 | Yifan=一帆 | Shu=舒"
        " | Tianming=天明 | Yun=云",
        surnames="Shen | Luo | Qiao | Fang | Xie | Mo | Yan | Bai",
        towns="Qingshan | Suzhou | Baihe | Chongqing | Yuehai | Lanxi",
        companies="Pictures | Film Group | Culture Media",
        phrase="{tail}{head}",
        pair="{one}与{other}",
    ),
    "hi": _tongue(
        heads="प्रकाशस्तंभ | बगीचा | ख़त | सफ़र | घर | राज़ | गीत | आईना | पुल | अजनबी | सपना | रास्ता | साया |"
        " गाँव | आसमान | विवाह | कमरा | सन्नाटा",
        tails="सर्दियों का | समुद्र किनारे का | बेनाम | मेरे पिता का | आधी रात का | चाँद का | बारिश के बाद का |"
        " पहाड़ों का | कल का | नदी किनारे का | बच्चों का | बर्फ़ के नीचे का | शहर का | तीन बहनों का | भोर का |"
        " सितंबर का",
        names="Meera=मीरा | Arjun=अर्जुन | Kavya=काव्या | Rohan=रोहन | Nandini=नंदिनी | Vikram=विक्रम | Tara=तारा"
        " | Ishaan=ईशान | Leela=लीला | Dev=देव",
        surnames="Malhotri | Chandel | Raghavan | Deshmane | Thakkar | Bhardwan | Saxenia | Kulkarne",
        towns="Chandrapur Road | Jaipur | Nilgarh | Rampuri | Lucknow | Sonbagh",
        companies="Films | Talkies | Movies",
        phrase="{tail} {head}",
        pair="{one} और {other}",
    ),
}
_ABROAD: dict[str, tuple[str, ...]] = {
    "first": _split(
        "Mira | Anton | Selin | Dario | Ilka | Tomasz | Yara | Emeka | Nadia | Ravi | Leila | Bence | Aino |"
        " Stellan | Kiran | Zofia | Omar | Petra | Sunan | Ivana"
    ),
    "last": _split(
        "Kovarik | Demirsoy | Adeyinka | Halvorsen | Petrescu | Suryadi | Nowakiewicz | Nyberg | Azizi | Karamanis"
        " | Thapar | Hrubec | Lahtinen | Marashi | Bondarov | Reyes-Luna"
    ),
    "town": _split(
        "Velina | Tarsk | Orsova | Karou | Lomnica | Sarandel | Bintaro | Havnvik | Kestane | Puttara | Amarel"
    ),
}

_COMPANY_WORDS = _split(
    "Harbour | Lantern | Juniper | Copperfield Lane | Northgate | Tidewater | Brass | Wren | Hazel | Marigold |"
    " Granite | Foxtrail | Lamplight | Saltbox | Paperboat | Ironbell | Longshore | Bluebell | Quarry | Starling |"
    " Thimble | Nightjar | Driftwood | Gable | Heron | Ivory Gate | Kingsferry | Larkfield | Moonstone | Nettle |"
    " Oakheart | Pinwheel | Quicksilver | Redwing | Sandglass | Tallow | Upland | Violet Hour | Windmill | Yellow"
    " Door | Zephyr | Almanac | Bookend | Cartwheel | Dovetail | Evergreen | Flint | Goldfinch | Hearth | Inkwell"
)
_COMPANY_KINDS = _split(
    "Pictures | Films | Productions | Entertainment | Film Company | Media | Studios | Motion Pictures | Cinema"
    " | Film Partners | Features | Arts"
)
STUDIOS = _split(
    "Harbour Lantern Pictures | Crown Meridian Studios | Twelve Oaks International | Ninth Avenue Films"
    " | Grand Pavilion Pictures | Silver Orchard Entertainment | Continental Lyric | Redwater Brothers"
    " | Tall Ship Pictures | Evening Star Studios"
)


def stream(floats: Callable[[int], Sequence[float]]) -> Iterator[float]:
    """Endless uniform numbers in [0, 1) from `floats(count)`, drawn in blocks because single draws are slow."""
    while True:
        yield from floats(8192)


def pick(draws: Iterator[float], words: Sequence[T]) -> T:
    """One of `words`."""
    return words[int(next(draws) * len(words))]


class _Tale(dict[str, str]):
    """The slots of one movie: filled on first use, kept afterwards. A capital asks for a capital."""

    def __init__(self, draws: Iterator[float], theme: Theme, tone: str):
        super().__init__()
        self.draws, self.theme, self.tone = draws, theme, tone

    def __missing__(self, slot: str) -> str:
        if slot[0].isupper():
            text = self[slot.lower()]
            return text[0].upper() + text[1:]
        self[slot] = text = self._fill(slot)
        return text

    def _fill(self, slot: str) -> str:
        if slot == "hero":
            return self.compose("{light_trait} {job}" if self.tone == "light" else "{trait} {job}")
        if slot == "job_title":
            return self["job"].title().replace("'S", "'s")
        if slot == "town":
            return self.compose("{town_head} {town_tail}")
        own = {
            "job": self.theme.jobs,
            "spark": self.theme.sparks,
            "quest": self.theme.quests,
            "trouble": self.theme.troubles,
            "noun": self.theme.nouns,
        }
        return self.compose(pick(self.draws, own.get(slot) or _SLOTS[slot]))

    def compose(self, phrase: str) -> str:
        return phrase.format_map(self)


def _overview(tale: _Tale) -> str:
    """One to three sentences in the tone of the tale. Only a person who is introduced is called by name."""
    film = "film_" if tale.tone == "film" else ""
    parts = ["film_opening" if film else "named_opening" if "first" in tale else "opening"]
    if next(tale.draws) < 0.95:
        parts.append(f"{film}link")
    if next(tale.draws) < 0.75:
        parts.append(f"{tale.tone}_turn")
    sentences = []
    for part in parts:
        known = "first" in tale
        phrases = [phrase for phrase in _SLOTS[part] if known or "{first}" not in phrase.replace("{first} {last}", "")]
        sentences.append(tale.compose(pick(tale.draws, phrases)))
    return " ".join(f"{sentence[0].upper()}{sentence[1:]}." for sentence in sentences)


def _tagline(tale: _Tale) -> str:
    """A line for the poster: the theme's, one that names a person or place, or both."""
    kind = next(tale.draws)
    own = pick(tale.draws, tale.theme.taglines)
    line = tale.compose(pick(tale.draws, _SLOTS[f"{tale.tone}_line"]))
    line = line if line[-1] in "?!" else f"{line}."
    return own if kind < 0.2 else line if kind < 0.65 else f"{own} {line}"


def _foreign_title(draws: Iterator[float], tongue: Tongue, name: tuple[str, str]) -> tuple[str, str]:
    """The same title in English and in `tongue`."""
    head, tail = int(next(draws) * len(HEADS)), int(next(draws) * len(TAILS))
    ours, theirs = HEADS[head], tongue.heads[head]
    if next(draws) < 0.6:
        return f"{ours} {TAILS[tail]}", tongue.phrase.format(head=theirs, tail=tongue.tails[tail])
    ours, theirs = (title[0].lower() + title[1:] for title in (ours, theirs))  # the article, mid-title
    return f"{name[0]} and {ours}", tongue.pair.format(one=name[1], other=theirs)


def story(draws: Iterator[float], genre: str, language: str, taken: set[str]) -> tuple[str, str, str, str]:
    """(title, original title, tagline, overview) of one movie; the title joins `taken`.

    A title already in `taken` is drawn again, a few times; after that it stays, as remakes do.
    """
    for _ in range(12):
        theme = pick(draws, THEMES[genre])
        tale = _Tale(draws, theme, _TONES.get(genre, "dark"))
        if language == "en":
            title = original = tale.compose(pick(draws, _SLOTS["title"]))
        elif language in TONGUES:
            tongue = TONGUES[language]
            name = pick(draws, tongue.names)
            tale.update(last=pick(draws, tongue.surnames), town=pick(draws, tongue.towns))
            title, original = _foreign_title(draws, tongue, name)
            tale["first"] = name[0]
        else:
            tale.update({slot: pick(draws, words) for slot, words in _ABROAD.items()})
            title = original = tale.compose(pick(draws, _SLOTS["title"]))
        if title not in taken:
            break
    taken.add(title)
    overview = _overview(tale)
    return title, original, _tagline(tale), overview


def companies(draws: Iterator[float], count: int, language: str, popular: bool) -> list[str]:
    """`count` production companies, all different; a popular movie usually has one of the big studios first."""
    chosen: dict[str, None] = {}
    if language == "en" and next(draws) < (0.6 if popular else 0.04):
        chosen[pick(draws, STUDIOS)] = None
    while len(chosen) < count:
        if language in TONGUES and next(draws) < 0.6:
            tongue = TONGUES[language]
            chosen[f"{pick(draws, tongue.surnames)} {pick(draws, tongue.companies)}"] = None
        else:
            # Squares of the draws favour the first words: a few prolific companies, a long tail of single movies.
            first, second = (_COMPANY_WORDS[int(next(draws) ** 1.6 * len(_COMPANY_WORDS))] for _ in range(2))
            kind = _COMPANY_KINDS[int(next(draws) ** 1.6 * len(_COMPANY_KINDS))]
            if first != second:
                chosen[f"{first} {second} {kind}"] = None
    return list(chosen)
