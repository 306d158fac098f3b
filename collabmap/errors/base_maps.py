"""The errors of base maps: tiles, extracts, plans, and the files that travel with a map."""

from collabmap.errors.tree import CollabMapError, FileExists, InputInvalid


class TilesUnreadable(CollabMapError):
    code, exit_code = "tiles-unreadable", 7
    message = "The base map “{name}” cannot be read."
    hint = "Copy the file again from where it came, or make a new base map. Places still work."


class BaseMapGone(CollabMapError):
    code, exit_code = "base-map-gone", 7
    message = "The base map “{name}” is out of reach."
    hint = (
        "The map of the world takes its place. Put the stick back in, or the file where it was:"
        " the base map comes back by itself."
    )


class TilesEmpty(CollabMapError):
    code, exit_code = "tiles-empty", 7
    message = "The base map “{name}” holds no picture."
    hint = "Choose another file, or make a new base map. Places still work without one."


class TilesVector(CollabMapError):
    code, exit_code = "tiles-vector", 7
    message = "The base map “{name}” holds vector tiles, which CollabMap does not draw."
    hint = "Choose a raster file (PNG, JPEG or WebP), or make one from an OpenStreetMap extract."


class TilesNotAligned(CollabMapError):
    code, exit_code = "tiles-not-aligned", 7
    message = "The base map “{name}” is cut along another grid than the one of web maps."
    hint = "Convert it first: “collabmap basemap convert” paints it anew as one that fits."


class PictureUnreadable(CollabMapError):
    code, exit_code = "picture-unreadable", 7
    message = "“{name}” is not a picture that CollabMap can read, or it is damaged."
    hint = "Save the plan as PNG, JPEG or WebP and choose that file."


class PictureTooLarge(CollabMapError):
    code, exit_code = "picture-too-large", 7
    message = "“{name}” is too large: {megapixels} megapixels, {limit} at most for its kind."
    hint = "Save it as an ordinary JPEG, which is read piece by piece, or at half its size."


class ExtractUnreadable(CollabMapError):
    code, exit_code = "extract-unreadable", 7
    message = "“{name}” is not an OpenStreetMap extract that CollabMap can read."
    hint = "Choose a file that ends in .osm.pbf or .osm."


class AreaNotCovered(CollabMapError):
    code, exit_code = "area-not-covered", 7
    message = "The extract “{name}” holds nothing in the area you asked for."
    hint = "Check the order: west, south, east, north, in degrees."


class BaseMapUnknown(CollabMapError):
    code, exit_code = "base-map-unknown", 7
    message = "This map has no base map “{value}”."
    hint = "“collabmap maps list” says what each base map is called."


class BaseMapListed(CollabMapError):
    code, exit_code = "base-map-listed", 7
    message = "This base map is on the list already, as “{title}”."
    hint = "Nothing was copied. Tick it in the list to see it."


class BaseMapChanged(CollabMapError):
    code, exit_code = "base-map-changed", 7
    message = "The base map “{title}” is not the file that was put on the list."
    hint = "If you changed it yourself, accept it as it is; else copy it again, or leave it out."


class KitMapDamaged(CollabMapError):
    code, exit_code = "kit-map-damaged", 7
    message = "The base map “{title}” arrived incomplete or changed on the way, and was left out."
    hint = "The map and its places are all there. Ask the coordinator for the file again."


class KitMapsNotSigned(CollabMapError):
    code, exit_code = "kit-maps-not-signed", 7
    message = "No coordinator signed the base maps in “{name}”: they were left out."
    hint = "The map and its places are all there. Ask the coordinator for the file again."


class ExtractIncomplete(ExtractUnreadable):
    code = "extract-incomplete"
    message = "The extract “{name}” breaks off: it did not arrive whole."
    hint = "Copy or download it again, and compare its size with the original."


class ExtractOfAnotherKind(ExtractUnreadable):
    code = "extract-of-another-kind"
    message = "“{name}” is a file of another kind ({kind}), not an OpenStreetMap extract."
    hint = "Choose a file that ends in .osm.pbf, .osm, .osm.gz or .osm.bz2."


class TooManyTiles(CollabMapError):
    code, exit_code = "too-many-tiles", 2
    message = "This base map would have {count} tiles: more than {limit}, hours of work."
    hint = "Choose a smaller area or leave out the nearest zoom; or confirm that you want all this."


class BaseMapExists(FileExists):
    code = "base-map-exists"
    message = "The base map “{name}” exists already."
    hint = "Choose another name, or confirm that it may be replaced. It was not touched."


class LayerUnknown(InputInvalid):
    code = "layer-unknown"
    message = "The file “{name}” has no layer of tiles called “{value}”."
    hint = "It has: {known}."


class WorldFileUnreadable(InputInvalid):
    code = "world-file-unreadable"
    message = "“{name}” does not say where the picture lies."
    hint = "A world file has six lines with a number each. Or place the picture with three points."


class PointsTooFew(InputInvalid):
    code = "points-too-few"
    message = "A picture cannot be placed by so few points: {count}."
    hint = "Give at least three spots that you find on the picture and on the map."


class PointsInLine(InputInvalid):
    code = "points-in-line"
    message = "The points lie on one line, or at one spot, so the picture cannot be placed."
    hint = "Choose spots far apart, for example near three corners of the picture."
