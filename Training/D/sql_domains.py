"""The schemas that SQL exemplars are composed for, and the words for their columns.

A domain has one or two tables, parents first. A line gives a table's name, its singular, and its
columns; every table also has an `id`. A singular that ends in `*` is a person.

    name            text, the label of the row      colour=red/blue   text, one of the values
    price$5-80      a whole number that measures    seats#2-9         a number of things
    rating.1-5      a measure with decimals         built@            a date
    vegan!          0 or 1                          note?             text that may be NULL
    sold@?          a date that may be NULL         shop_id>shops     the key of another table
"""
import re

TEXT = """
bakery
bakeries bakery name town=Bergen/Lyon/Porto/Graz opened@
loaves loaf bakery_id>bakeries name flour=rye/wheat/spelt price$2-60 weight$300-1500 vegan! baked@

harbour
harbours harbour name country=Norway/Italy/Greece depth$3-40
boats boat harbour_id>harbours name type=sloop/ketch/yawl length$5-60 berths#1-20 built@ insurance?

garden
beds bed name soil=clay/sand/loam area$2-60
plants plant bed_id>beds name colour=red/white/yellow height$10-250 planted@ note?

museum
museums museum name town=Bonn/Basel/Leeds founded@
paintings painting museum_id>museums title style=baroque/modern/gothic width$20-300 value$100-9000 bought@ restored@?

hospital
wards ward name floor=ground/first/top capacity#10-80
patients patient* ward_id>wards name gender=female/male/other age$1-95 arrived@ allergy?

cinema
films film title genre=comedy/drama/horror minutes#60-220 rating.1-10 released@
showings showing film_id>films code hall=north/south/east price$6-60 visitors#0-300 starts_on@

garage
drivers driver* name city=Turin/Gdansk/Cork joined@
vans van driver_id>drivers plate fuel=diesel/petrol/electric mileage$5000-200000 seats#2-30 inspected@ damage?

football
clubs club name country=Spain/Wales/Poland founded@
players player* club_id>clubs name position=goalkeeper/defender/striker goals#0-60 salary$900-9000 born@ injury?

warehouse
shelves shelf label zone=north/south/cold capacity#10-200
crates crate shelf_id>shelves label content=tea/rice/soap weight$5-300 received@ shipped@?

orchard
farms farm name region=Tyrol/Kent/Jura area$3-90
trees tree farm_id>farms name fruit=apple/pear/plum height$150-900 planted@ disease?

theatre
theatres theatre name city=Vienna/Prague/Dublin seats#80-900
plays play theatre_id>theatres title genre=comedy/tragedy/musical acts#1-15 price$12-90 written@

observatory
telescopes telescope name site=Tenerife/Atacama/Hawaii diameter$1-40
sightings sighting telescope_id>telescopes object brightness.1-20 observed@ comment?

rental
tenants tenant* name email? joined@
flats flat tenant_id>tenants street rooms#1-14 rent$400-3000 furnished! renovated@?

podcast
hosts host* name country=Kenya/Chile/Japan
episodes episode host_id>hosts title topic=science/history/food minutes#8-140 downloads#10-9000 published@

gym
trainers trainer* name level=junior/senior/head wage$15-90
workouts workout trainer_id>trainers title sport=yoga/boxing/rowing minutes#20-140 places#4-40 started@

aquarium
tanks tank name water=fresh/salt/brackish litres#50-5000
fish_kinds kind name colour=blue/silver/orange length$1-90 price$2-90

kiosk
magazines magazine title language=Dutch/Czech/Irish price$2-70 pages#20-300 printed@
subscriptions subscription magazine_id>magazines street months#1-40 ordered@ cancelled@?

parcels
couriers courier* name city=Oslo/Ghent/Split joined@
parcels parcel courier_id>couriers code status=open/lost/returned weight$1-60 sent@ delivered@?

school_lab
labs lab name building=east/west/annex
microscopes microscope lab_id>labs model maker=Zeiss/Leica/Nikon price$200-9000 bought@ repaired@?

mine
mines mine name metal=copper/zinc/silver depth$50-900 opened@
workers worker* mine_id>mines name shift=day/night/late wage$12-90 hired@ phone?

airport
airlines airline name country=Malta/Latvia/Ghana founded@
planes plane airline_id>airlines model engines#2-14 seats#40-500 range$800-14000 built@

radio
stations station name language=Welsh/Basque/Danish frequency.88-108
songs song station_id>stations title genre=folk/jazz/punk seconds#90-500 plays#0-900 released@

bees
beekeepers beekeeper* name village=Arnau/Seefeld/Lienz
hives hive beekeeper_id>beekeepers label colour=green/white/yellow frames#5-40 yield$0-60 inspected@

chess
players player* name country=India/Cuba/Norway rating$900-2800 born@
games game opening result=white/black/draw moves#10-120 played@ comment?

vineyard
vineyards vineyard name region=Douro/Rioja/Mosel slope$1-60
wines wine vineyard_id>vineyards name grape=merlot/riesling/syrah price$5-120 strength.8-16 bottled@

zoo_shop
toys toy name material=wood/felt/plastic price$3-90 stock$0-80 safe! ordered@?

tickets
agents agent* name team=billing/network/mobile
tickets ticket agent_id>agents subject priority=low/normal/urgent replies#0-40 opened@ closed@?

print_shop
printers printer name floor=ground/first/top colour=grey/black/white speed$10-90
jobs job printer_id>printers title pages#1-400 copies#1-50 printed@?

choir
choirs choir name town=Riga/Derry/Trier founded@
singers singer* choir_id>choirs name voice=alto/tenor/bass age$16-80 joined@ email?

ski
resorts resort name country=Austria/France/Slovenia altitude$700-3000
lifts lift resort_id>resorts name type=chair/gondola/drag length$200-3000 seats#1-20 opened@

recycling
depots depot name district=harbour/station/castle
bins bin depot_id>depots street material=glass/paper/metal volume$60-1200 emptied@?

cheese
dairies dairy name canton=Uri/Bern/Zug
cheeses cheese dairy_id>dairies name milk=cow/goat/sheep age$1-48 price$8-80 organic!

weaver
looms loom name width$60-240 built@
rugs rug loom_id>looms title pattern=striped/plain/floral length$80-400 price$40-900 sold@?

quiz
topics topic name language=German/French/English
questions question topic_id>topics text level=easy/medium/hard points#1-40 written@ hint?

tram
lines line name colour=red/green/violet length$4-60
stops stop line_id>lines name zone=inner/outer/rural platforms#1-12 covered! opened@

charity
donors donor* name country=Ireland/Brazil/Canada email?
gifts gift donor_id>donors label purpose=school/well/clinic amount$5-900 received@ thanked@?

festival
stages stage name capacity#100-9000 covered!
concerts concert stage_id>stages title genre=rock/soul/metal price$15-150 fans#50-9000 announced@

software
projects project name licence=MIT/GPL/BSD started@
bugs bug project_id>projects title severity=minor/major/critical votes#0-90 reported@ fixed@?

pharmacy
pharmacies pharmacy name district=old town/riverside/docks
remedies remedy pharmacy_id>pharmacies name form=pill/cream/syrup price$2-90 stock$0-300 expires@

taxi
taxis taxi plate fuel=petrol/electric/hybrid seats#4-12 bought@
rides ride taxi_id>taxis street distance$1-60 fare$4-120 tip? driven@

scouts
troops troop name village=Alma/Brook/Thorn
hikes hike troop_id>troops route difficulty=easy/steep/alpine distance$4-60 walkers#3-40 planned@ cancelled@?
"""

# For measures: verbs for more and less, orders descending and ascending, both superlatives.
MEASURE_WORDS = {
    "price": ("cost more than {}", "cost less than {}", "most expensive first", "cheapest first",
              "most expensive", "cheapest"),
    "weight": ("weigh more than {}", "weigh less than {}", "heaviest first", "lightest first",
               "heaviest", "lightest"),
    "length": ("are longer than {}", "are shorter than {}", "longest first", "shortest first",
               "longest", "shortest"),
    "minutes": ("last longer than {} minutes", "last less than {} minutes", "longest first",
                "shortest first", "longest", "shortest"),
    "seconds": ("last longer than {} seconds", "last less than {} seconds", "longest first",
                "shortest first", "longest", "shortest"),
    "height": ("are higher than {}", "are lower than {}", "tallest first", "lowest first",
               "tallest", "lowest"),
    "width": ("are wider than {}", "are narrower than {}", "widest first", "narrowest first",
              "widest", "narrowest"),
    "age": ("are older than {}", "are younger than {}", "oldest first", "youngest first",
            "oldest", "youngest"),
    "salary": ("earn more than {}", "earn less than {}", "best paid first", "worst paid first",
               "best paid", "worst paid"),
    "wage": ("earn more than {}", "earn less than {}", "best paid first", "worst paid first",
             "best paid", "worst paid"),
    "depth": ("are deeper than {}", "are less deep than {}", "deepest first", "shallowest first",
              "deepest", "shallowest"),
    "area": ("are larger than {}", "are smaller than {}", "largest first", "smallest first",
             "largest", "smallest"),
    "distance": ("are longer than {}", "are shorter than {}", "longest first", "shortest first",
                 "longest", "shortest"),
    "value": ("are worth more than {}", "are worth less than {}", "most valuable first",
              "least valuable first", "most valuable", "least valuable"),
    "slope": ("are steeper than {}", "are less steep than {}", "steepest first",
              "least steep first", "steepest", "least steep"),
    "brightness": ("are brighter than {}", "are less bright than {}", "brightest first",
                   "faintest first", "brightest", "faintest"),
    "altitude": ("lie above {}", "lie below {}", "highest first", "lowest first",
                 "highest", "lowest"),
}

# For categories: what follows the rows' plural when the value is known.
CATEGORY_WORDS = {
    "town": "are in {}", "city": "are in {}", "village": "are in {}", "country": "are from {}",
    "colour": "are {}", "region": "are in {}", "site": "are in {}", "status": "are {}",
    "flour": "are made of {}", "material": "are made of {}", "grape": "are made of {}",
    "maker": "are made by {}", "milk": "are made of {} milk", "pattern": "are {}",
    "canton": "are in the canton {}", "team": "are in the team {}", "metal": "have the metal {}",
    "zone": "are in the zone {}", "licence": "have the licence {}", "severity": "are {}",
    "style": "are of the style {}", "genre": "have the genre {}", "type": "are of the type {}",
    "district": "are in the district {}", "building": "are in the building {}",
    "purpose": "are for the purpose {}", "fuel": "use {}", "voice": "have the voice {}",
    "floor": "are on the {} floor", "shift": "work in the {} shift", "position": "have the position {}",
}

# Dates that the rows do themselves; all others are done to them ("were built").
ACTIVE = {"joined": "joined", "arrived": "arrived", "started": "started",
          "starts_on": "start", "expires": "expire"}
UNCOUNTED = {"damage", "insurance"}
NAMES = ("Alba Bruno Carla Dario Elin Fritz Greta Hugo Ines Jonas Karin Luis Marta Nils Olga Pavel "
         "Quinn Rosa Stefan Tilda Ulla Viktor Wanda Xenia Yara Zoran").split()
WORDS = ("amber birch cedar delta ember fjord grove heron iris jade lake maple north olive pearl "
         "quartz river stone tulip umber valley willow").split()


class Column:
    def __init__(self, text):
        match = re.fullmatch(r"(\w+?)(?:([=$#.>])(.+)|(@\??|!|\?))?", text)
        self.name, mark, rest, flag = match.groups()
        self.kind = {"=": "category", "$": "measure", "#": "count", ".": "decimal", ">": "key",
                     "@": "date", "@?": "date", "!": "flag", "?": "text", None: "label"}[mark or flag]
        self.may_be_null = (flag or "").endswith("?")
        self.word = self.name.replace("_", " ")
        self.values = rest.split("/") if mark == "=" else None
        self.parent = rest if mark == ">" else None
        if self.kind in ("measure", "count", "decimal"):
            self.low, self.high = map(int, rest.split("-"))
        self.number = self.kind in ("measure", "count", "decimal")
        self.type = ("INTEGER" if self.kind in ("measure", "count", "key", "flag") else
                     "REAL" if self.kind == "decimal" else "DATE" if self.kind == "date" else "TEXT")

    @property
    def has(self):
        return "last" if self.name in ("minutes", "seconds") else "have"

    @property
    def measured(self):
        """The words for the number itself."""
        return f"number of {self.word}" if self.kind == "count" else self.word


class Table:
    def __init__(self, line):
        self.name, one, *columns = line.split(" ")
        self.person = one.endswith("*")
        self.one = one.rstrip("*").replace("_", " ")
        self.many = "kinds of fish" if self.name == "fish_kinds" else self.name
        if self.name == "fish_kinds":
            self.one = "kind of fish"
        joined = re.sub(r"old town", "old_town", " ".join(columns))
        self.columns = [Column(c) for c in joined.split(" ")]
        for column in self.columns:
            if column.values:
                column.values = [v.replace("_", " ") for v in column.values]
        self.label = next((c for c in self.columns if c.kind == "label"), None)
        self.key = next((c for c in self.columns if c.kind == "key"), None)
        self.who = "who" if self.person else "that"

    def __getitem__(self, name):
        return next(c for c in self.columns if c.name == name)

    def of(self, *kinds):
        return [c for c in self.columns if c.kind in kinds]


class Domain:
    def __init__(self, name, tables):
        self.name, self.tables = name, tables
        self.by_name = {t.name: t for t in tables}
        children = [t for t in tables if t.key]
        self.child = children[0] if children else None
        self.parent = self.by_name[self.child.key.parent] if self.child else None

    def schema(self, style):
        """The schema as it stands above in a file: one line a table, many lines, or a comment."""
        if style == "comment":
            return "\n".join(f"-- {t.name}(id, {', '.join(c.name for c in t.columns)})"
                             for t in self.tables)
        parts = []
        for t in self.tables:
            columns = ["id INTEGER PRIMARY KEY"]
            for c in t.columns:
                text = f"{c.name} {c.type}"
                if c.kind == "label" and style == "long":
                    text += " NOT NULL"
                if c.kind == "key":
                    text += f" REFERENCES {c.parent}(id)"
                columns.append(text)
            parts.append(f"CREATE TABLE {t.name} (\n  " + ",\n  ".join(columns) + "\n);"
                         if style == "long" else f"CREATE TABLE {t.name} ({', '.join(columns)});")
        return ("\n\n" if style == "long" else "\n").join(parts)


def domains():
    found = []
    for block in TEXT.replace("old town", "old_town").strip().split("\n\n"):
        name, *lines = block.split("\n")
        found.append(Domain(name.replace("_", "-"), [Table(line) for line in lines]))
    return found
