"""Words that say what kind of thing a place is: French, English, German, Italian, Spanish.

And the values of OpenStreetMap's tags, as maps are imported with them.  What they are for, and how
they are read: kinds.py.
"""

from collections.abc import Mapping

# family -> (usual size in metres, kinds).  A kind is its words, each without accents, parted by
# commas.  Kinds of one family are mixed up easily, unless they are parted by EXCLUSIVE below.
FAMILIES: Mapping[str, tuple[float, tuple[str, ...]]] = {
    "eat": (
        20.0,
        (
            "restaurant, resto, brasserie, bistro, bistrot, pizzeria, trattoria, ristorante,"
            " restaurante, pizza place, creperie, gasthaus, food court",
            "fast food, snack, kebab, burger, imbiss, sandwicherie, friterie",
            "cafe, coffee shop, coffee, caffe, salon de the, tea room, kaffee, cafeteria",
            "bar, pub, biergarten, cave a vin, wine bar, taverne, tavern, nightclub, discotheque",
            "glacier, ice cream, gelateria, heladeria, eisdiele",
        ),
    ),
    "lodging": (
        30.0,
        (
            "hotel, motel, albergo",
            "auberge, gite, chambre d hote, chambres d hotes, guest house, guesthouse, hostel,"
            " auberge de jeunesse, pension, pensione, jugendherberge",
            "camping, camp site, caravan site, campingplatz, campeggio",
            "refuge, abri, shelter, alpine hut, wilderness hut, rifugio, hutte",
        ),
    ),
    "food": (
        20.0,
        (
            "boulangerie, bakery, patisserie, pastry, backerei, panificio, panaderia, boulanger",
            "boucherie, butcher, charcuterie, metzgerei, macelleria, carniceria, boucher",
            "supermarche, supermarket, hypermarche, supermercato, supermercado, supermarkt",
            "epicerie, convenience, alimentation, superette, grocery, greengrocer, primeur",
            "caviste, wine shop, alcohol",
        ),
    ),
    "shop": (
        20.0,
        (
            "coiffeur, coiffure, hairdresser, salon de coiffure, friseur, parrucchiere, peluqueria",
            "fleuriste, florist, blumen, fiorista",
            "librairie, bookshop, books, buchhandlung, libreria, presse, newsagent",
            "tabac, tobacco, tabacchi, kiosque, kiosk",
            "garage, car repair, autowerkstatt, autofficina",
            "pressing, laverie, laundry, dry cleaning",
            "opticien, optician, ottica, optiker",
            "bijouterie, jewelry, gioielleria, juwelier",
            "boutique, magasin, shop, store, gift, cadeaux, negozio, tienda, laden",
            "centre commercial, mall, shopping centre, galerie marchande",
            "ressourcerie, recyclerie, second hand, charity shop",
            "marche, marketplace, market, mercato, mercado, markt, halles, marche couvert",
        ),
    ),
    "fuel": (
        30.0,
        (
            "station service, fuel, fuel station, gas station, petrol station, tankstelle,"
            " carburant, distributore, gasolinera, essence",
            "borne de recharge, charging station, ladestation",
        ),
    ),
    "money": (
        20.0,
        ("banque, bank, banca, banco, credit, sparkasse, stadtsparkasse", "atm, distributeur"),
    ),
    "post": (
        30.0,
        (
            "poste, post office, bureau de poste, post, la poste, correos, posta",
            "boite aux lettres, boite a lettres, post box, letter box, briefkasten",
        ),
    ),
    "civic": (
        40.0,
        (
            "mairie, hotel de ville, townhall, town hall, rathaus, ayuntamiento, municipio, city"
            " hall",
            "police, poste de police, commissariat, gendarmerie, polizei, polizia, police"
            " municipale",
            "caserne de pompiers, pompiers, fire station, sapeurs pompiers, feuerwehr",
            "tribunal, courthouse, palais de justice",
            "office de tourisme, office du tourisme, tourist information, tourist office,"
            " syndicat d initiative, information, point info tourisme, info tourisme",
            "ambassade, embassy, consulat, consulate",
        ),
    ),
    "hall": (
        40.0,
        (
            "salle des fetes, salle polyvalente, community centre, maison des associations, foyer"
            " rural, salle communale, centre social, social centre, espace culturel,"
            " maison de quartier, mjc",
        ),
    ),
    "worship": (
        40.0,
        (
            "place of worship",
            "eglise, church, kirche, chiesa, iglesia, paroisse, cathedrale, cathedral, basilique,"
            " basilica, dom",
            "chapelle, chapel, kapelle, cappella, capilla",
            "mosquee, mosque, moschee, masjid",
            "synagogue, synagoge",
            "temple, tempel",
            "monastere, couvent, abbaye, abbey, monastery, kloster, prieure",
        ),
    ),
    "cemetery": (
        150.0,
        ("cimetiere, cemetery, grave yard, graveyard, friedhof, cimitero, cementerio, cemetary",),
    ),
    "school": (
        60.0,
        (
            "ecole, school, schule, scuola, escuela, groupe scolaire",
            "ecole primaire, primaire, ecole elementaire, elementaire, primary school, grundschule",
            "ecole maternelle, maternelle, kindergarten, nursery school, kita, jardin d enfants",
            "creche, nursery, childcare, halte garderie, micro creche",
            "college, secondary school, gesamtschule",
            "lycee, high school, gymnasium, liceo",
            "universite, university, faculte, universitat, universita, campus",
        ),
    ),
    "culture": (
        40.0,
        (
            "bibliotheque, library, mediatheque, bucherei, biblioteca, bibliothek",
            "boite a livres, public bookcase, cabane a livres, offener bucherschrank",
            "musee, museum, museo, gallery, galerie, galleria",
            "theatre, theater, teatro, opera",
            "cinema, kino, cine",
            "conservatoire, ecole de musique, music school",
            "arts centre, centre culturel",
        ),
    ),
    "heritage": (
        40.0,
        (
            "monument, memorial, monument aux morts, denkmal, war memorial, stele",
            "statue, sculpture, artwork, buste",
            "chateau, castle, schloss, castello, castillo, manoir, palais, palace",
            "ruines, ruins, archaeological site, vestiges",
            "lavoir, wash house, washhouse",
            "four a pain, four banal",
            "pigeonnier, colombier",
            "moulin, mill, muhle, windmill, watermill",
            "calvaire, croix, wayside cross, wayside shrine, oratoire",
            "tour, tower, turm, torre",
            "porte, city gate, tor",
            "attraction, viewpoint, point de vue, belvedere, panorama",
        ),
    ),
    "health": (
        30.0,
        (
            "pharmacie, pharmacy, apotheke, farmacia, chemist",
            "medecin, docteur, doctor, doctors, arzt, medico, cabinet medical",
            "dentiste, dentist, zahnarzt, dentista",
            "hopital, hospital, krankenhaus, ospedale, clinique, clinic, klinik, chu",
            "laboratoire, laboratory, labor",
            "veterinaire, veterinary, tierarzt",
            "kinesitherapeute, kine, physiotherapist",
            "ehpad, maison de retraite, nursing home, residence seniors",
            "defibrillateur, defibrillator, dae",
        ),
    ),
    "stop": (
        15.0,
        (
            "arret, arret de bus, bus stop, abribus, haltestelle, fermata, parada, platform,"
            " stop position, stop",
            "tram stop, tramway, station de tram",
        ),
    ),
    "station": (
        100.0,
        (
            "gare, station, railway station, train station, bahnhof, hauptbahnhof, stazione,"
            " estacion, halt",
            "subway entrance, metro, bouche de metro, u bahn, light rail, subway",
            "gare routiere, bus station, busbahnhof",
            "embarcadere, ferry terminal, pier, ponton",
        ),
    ),
    "parking": (
        40.0,
        (
            "parking, car park, parc de stationnement, parkplatz, parkhaus, parcheggio,"
            " aparcamiento, stationnement",
            "entree de parking, parking entrance, parking space",
            "parking velo, bicycle parking, stationnement velo, arceaux velos, garage a velos",
            "station velo, bicycle rental, velos en libre service",
            "aire de covoiturage, covoiturage, carpool",
        ),
    ),
    "green": (
        100.0,
        (
            "parc, park, parco, parque",
            "jardin, garden, garten, giardino, jardins, jardin public",
            "jardin partage, jardins partages, community garden, jardins familiaux, allotments",
            "square",
            "verger, orchard, vigne, vineyard",
            "bois, foret, forest, wood, wald, bosco",
        ),
    ),
    "play": (
        25.0,
        (
            "aire de jeux, playground, jeux pour enfants, jeux enfant, jeux, spielplatz, parco"
            " giochi",
            "skatepark, skate park",
        ),
    ),
    "sport": (
        60.0,
        (
            "stade, stadium, stadion, stadio, estadio",
            "gymnase, sports hall, sports centre, complexe sportif, palais des sports, turnhalle,"
            " salle de sport, fitness centre, gym",
            "piscine, swimming pool, schwimmbad, piscina, centre aquatique",
            "tennis, court de tennis, terrain de tennis",
            "terrain de sport, pitch, terrain, sportplatz, terrain de football, city stade",
            "boulodrome, petanque, terrain de boules",
        ),
    ),
    "water": (
        100.0,
        (
            "plage, beach, strand, spiaggia, playa",
            "port, harbour, harbor, marina, hafen, porto, puerto",
            "mare, pond, bassin",
            "lac, lake, etang, see, lago, plan d eau",
            "riviere, river, ruisseau, stream, fleuve, canal",
            "source, spring, quelle",
        ),
    ),
    "tap": (
        12.0,
        (
            "fontaine, fountain, brunnen, fontana, fuente",
            "point d eau, drinking water, eau potable, borne fontaine",
            "toilettes, toilets, wc, sanisette, toiletten",
        ),
    ),
    "furniture": (
        6.0,
        (
            "banc, bench, panchina, sitzbank",
            "arbre, tree, baum, albero",
            "table de pique nique, picnic table, aire de pique nique, picnic site",
            "lampadaire, street lamp",
        ),
    ),
    "waste": (
        15.0,
        (
            "poubelle, waste basket, corbeille",
            "conteneur, recycling, point d apport volontaire, point tri, borne a verre",
            "composteur, compost, composteur collectif",
        ),
    ),
    "street": (
        60.0,
        (
            "place, placette, placa, piazza, plaza, platz, parvis",
            "rue, street, strasse, via, calle, road, carrer",
            "avenue, avinguda, avenida, allee",
            "boulevard, cours",
            "chemin, sentier, lane, path, cami, camino, weg",
            "impasse, cul de sac",
            "route, carretera",
            "ruelle, venelle, traverse, montee, passage, alley",
            "promenade, esplanade, quai",
            "pont, bridge, brucke, ponte, puente, passerelle, viaduc",
            "escalier, escaliers, steps, stairs",
            "rond point, roundabout, carrefour giratoire",
            "tunnel",
        ),
    ),
    "settlement": (
        300.0,
        (
            "village, town, hamlet, hameau, locality, lieu dit, populated, populated place, dorf,"
            " isolated dwelling, place village",
            "city, ville",
            "quartier, suburb, neighbourhood, quarter, stadtteil",
        ),
    ),
    "housing": (
        40.0,
        (
            "residence, lotissement, immeuble, apartments, apartment building, wohnanlage",
            "maison, house, villa, haus, casa",
        ),
    ),
    "relief": (150.0, ("col, pass, saddle", "pic, peak, mont, sommet, summit", "grotte, cave")),
    "work": (
        25.0,
        (
            "association, club, amicale, verein",
            "mutuelle, assurance, assurances, insurance, versicherung, assicurazioni",
            "agence immobiliere, immobilier, estate agent, immobilien, immobiliare",
            "bureau, office, agence, agency",
            "entreprise, company, usine, factory, works, industrial",
            "ferme, farm, exploitation agricole, bauernhof",
        ),
    ),
}
# Kinds of one family that are never the same: each by one of its words.
EXCLUSIVE = (
    "ecole primaire, ecole maternelle, creche, college, lycee, universite",
    "eglise, mosquee, synagogue",
    "pharmacie, medecin, dentiste, hopital, veterinaire, defibrillateur",
    "bibliotheque, boite a livres, musee, cinema",
    "boulangerie, boucherie, supermarche, caviste",
    "mairie, police, pompiers, tribunal, ambassade",
    "place, rue, avenue, boulevard, chemin, impasse, route, ruelle, promenade, pont, escalier,"
    " rond point, tunnel",
    "parking, parking velo, entree de parking, station velo",
    "banc, arbre, table de pique nique, lampadaire",
    "poubelle, conteneur, composteur",
    "fontaine, toilettes",
)
# Kinds that contain another: who says the wider word may mean the narrower.
WIDER = (
    ("ecole", "ecole primaire, ecole maternelle, college, lycee, conservatoire, groupe scolaire"),
    ("place of worship", "eglise, chapelle, mosquee, synagogue, temple, monastere"),
    ("parc", "jardin, square, aire de jeux, jardin partage"),
    ("jardin", "jardin partage"),
    ("restaurant", "fast food, cafe, bar"),
    ("bar", "tabac"),
)
# Families whose things are mixed up, or stand at one address.
RELATED_FAMILIES = (
    "eat food",
    "eat lodging",
    "eat shop",
    "food shop",
    "shop work",
    "stop station",
    "green play",
    "green heritage",
    "play sport",
    "heritage culture",
    "heritage worship",
    "heritage tap",
    "heritage civic",
    "culture hall",
    "culture school",
    "hall civic",
    "money post",
    "fuel station",
    "work civic",
)
