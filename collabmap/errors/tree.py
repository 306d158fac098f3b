"""The errors of maps, files, exchange and people; the whole tree stands in the package."""

from typing import ClassVar


class CollabMapError(Exception):
    """What failed (`message`), which thing (`details`), what to do now (`hint`).

    code: stable word for scripts.  exit_code: of the command line (see docs/command-line.md).
    """

    code: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 1
    message: ClassVar[str] = "CollabMap could not do this."
    hint: ClassVar[str] = "Try again. If it happens again, send us the log file."

    def __init__(self, **details: object) -> None:
        self.details = details
        super().__init__(details)

    def __str__(self) -> str:
        return f"{self.message.format(**self.details)} {self.hint.format(**self.details)}"


# --- the project file -------------------------------------------------------------------------


class NotAProject(CollabMapError):
    code, exit_code = "not-a-project", 3
    message = "“{name}” is not a CollabMap map."
    hint = "Choose a file that ends in .collabmap, or a map you were given (.cmkit)."


class ProjectTooNew(CollabMapError):
    code, exit_code = "project-too-new", 3
    message = "“{name}” was made by a newer CollabMap."
    hint = "Install CollabMap {version} or later, then open it again. The file was not touched."


class ProjectTooOld(CollabMapError):
    code, exit_code = "project-too-old", 3
    message = "“{name}” was made with a trial version, from before the format was settled."
    hint = "It can only be opened with that version. The file was not touched."


class ProjectLocked(CollabMapError):
    code, exit_code = "project-locked", 4
    message = "“{name}” is already open in another window ({holder})."
    hint = "You can look at it here. To add places, close the other window first."


class ProjectDamaged(CollabMapError):
    code, exit_code = "project-damaged", 3
    message = "“{name}” is damaged and cannot be read whole."
    hint = "Keep the file. “collabmap doctor” saves what is whole in it; or open your last copy."


class ProjectUnrepairable(CollabMapError):
    code, exit_code = "project-unrepairable", 3
    message = "“{name}” is so damaged that not even its founding words can be read."
    hint = "It was kept as “{backup}”. Ask anybody who has this map for a copy and open that."


class ProjectReadOnly(CollabMapError):
    code, exit_code = "project-read-only", 4
    message = "“{name}” is open for looking only."
    hint = "To add places, close it elsewhere or copy it to a folder where you may write."


class ProjectGone(CollabMapError):
    code, exit_code = "project-gone", 5
    message = "“{name}” can no longer be reached."
    hint = "Was the stick pulled out? Put it back, then open the map again. What was saved is kept."


# --- folders and files ------------------------------------------------------------------------


class DiskFull(CollabMapError):
    code, exit_code = "disk-full", 5
    message = "There is no room left to write “{name}”."
    hint = "Make room or choose another folder, then try again. Your map is unchanged."


class FolderNotWritable(CollabMapError):
    code, exit_code = "folder-not-writable", 5
    message = "CollabMap may not write in the folder “{folder}”."
    hint = "Choose another folder, such as Documents or a USB stick."


class FolderGone(CollabMapError):
    code, exit_code = "folder-gone", 5
    message = "The folder “{folder}” cannot be reached."
    hint = "Is the drive connected, or its program running? Your map is unchanged; try again then."


class FileMissing(CollabMapError):
    code, exit_code = "file-missing", 5
    message = "“{name}” is not there."
    hint = "Check the name, or put the stick back and try again."


class FileExists(CollabMapError):
    code, exit_code = "file-exists", 5
    message = "“{name}” exists already."
    hint = "Choose another name. CollabMap never writes over a map."


class FileInUse(CollabMapError):
    code, exit_code = "file-in-use", 5
    message = "“{name}” is open in another program."
    hint = "Close it there, or choose another name, then try again."


# --- bundles ----------------------------------------------------------------------------------


class BundleDamaged(CollabMapError):
    code, exit_code = "bundle-damaged", 6
    message = "“{name}” arrived incomplete or changed on the way."
    hint = "{kept} of its contributions are whole and can be received. Ask for the file again."


class NotABundle(CollabMapError):
    code, exit_code = "not-a-bundle", 6
    message = "“{name}” is not a contribution file."
    hint = "Choose files that end in .cmbundle, or the folder that holds them."


class NotAKit(CollabMapError):
    code, exit_code = "not-a-kit", 3
    message = "“{name}” is not a map that was handed out, or it arrived incomplete."
    hint = "Ask the coordinator for the file again. It ends in .cmkit."


class BundleOfAnotherProject(CollabMapError):
    code, exit_code = "bundle-of-another-project", 6
    message = "“{name}” belongs to another map."
    hint = "Open that map first, then receive the file there. Nothing was taken from it."


class BundleTooNew(CollabMapError):
    code, exit_code = "bundle-too-new", 6
    message = "“{name}” was written by a newer CollabMap."
    hint = "Install the newer version, then receive it again. Nothing was taken from it."


class BundleTooOld(CollabMapError):
    code, exit_code = "bundle-too-old", 6
    message = "“{name}” was written by an early trial version of CollabMap."
    hint = "Ask for it again from an up-to-date CollabMap. Nothing was taken from it."


class NothingToReceive(CollabMapError):
    code, exit_code = "nothing-to-receive", 6
    message = "There is no contribution file in “{name}”."
    hint = "Contribution files end in .cmbundle. Choose the folder or the stick that holds them."


# --- receipts and clocks ----------------------------------------------------------------------


class ReceiptWrong(CollabMapError):
    code, exit_code = "receipt-wrong", 6
    message = "This is not a receipt that a computer of this map signed."
    hint = "Check it letter by letter, or scan it again. A receipt of another map opens there."


class ClockBehind(CollabMapError):
    code, exit_code = "clock-behind", 8
    message = "This computer’s clock says {now}, before this CollabMap was made ({built})."
    hint = "Set date and time. Until then what you write may count as older than what others wrote."


class ClockWentBack(CollabMapError):
    code, exit_code = "clock-went-back", 8
    message = "This computer’s clock says {now}, but this map knows words written on {newest}."
    hint = "Check date and time of this computer. What you write is kept in any case."


# --- what people enter, and may do ------------------------------------------------------------


class InputInvalid(CollabMapError):
    """What a person entered cannot be kept.  Subclasses say which rule."""

    code, exit_code = "input-invalid", 2
    message = "“{value}” cannot be used for {field}."
    hint = "Correct it, then save again."


class PositionOutOfRange(InputInvalid):
    code = "position-out-of-range"
    message = "The position {lng}, {lat} is not on the map."
    hint = "Longitude lies between −180 and 180, latitude between −85 and 85 degrees."


class ZoomOutOfRange(InputInvalid):
    code = "zoom-out-of-range"
    message = "There is no zoom {value}."
    hint = "Choose whole numbers from 0 (the world) to 22 (a doorway)."


class AreaInvalid(InputInvalid):
    code = "area-invalid"
    message = "The area {value} is not possible."
    hint = "Check the order: west, south, east, north, in degrees."


class TextTooLong(InputInvalid):
    code = "text-too-long"
    message = "This text is too long: {length} characters, {limit} at most."
    hint = "Shorten it. What you typed is still here."


class NameMissing(InputInvalid):
    code = "name-missing"
    message = "A name is missing."
    hint = "Write a few letters, for example “fountain on the square”."


class CategoryUnknown(InputInvalid):
    code = "category-unknown"
    message = "The category “{value}” is not on this map."
    hint = "Choose one of: {known}."


class GeometryUnreadable(InputInvalid):
    code = "geometry-unreadable"
    message = "This is not a shape that CollabMap can read: {found}."
    hint = "Points, lines and zones can be read, written as [longitude, latitude] in degrees."


class GeometryCollapsed(InputInvalid):
    code = "geometry-collapsed"
    message = "This shape has no extent: nothing would be drawn."
    hint = "A line needs two different points, a zone three that are not in a row."


class GeometryTooLarge(InputInvalid):
    code = "geometry-too-large"
    message = "This shape has {vertices} points, {limit} at most."
    hint = "Simplify it, or cut it into several places."


class PhotoUnreadable(InputInvalid):
    code = "photo-unreadable"
    message = "This file is not a photo that CollabMap can read, or it is damaged."
    hint = "Choose a picture: JPEG, HEIC, PNG or WebP. Your map is unchanged."


class PhotoHeicUnread(PhotoUnreadable):
    code = "photo-heic-unread"
    message = "This CollabMap was installed without what reads HEIC photos."
    hint = "Share the photo as JPEG from the phone, or install CollabMap with the extra “heic”."


class PhotoCut(PhotoUnreadable):
    code = "photo-cut"
    message = "This photo breaks off: a part of its file is missing."
    hint = "Copy it once more from the phone or the camera, then choose that copy."


class PhotosNotFound(InputInvalid):
    code = "photos-not-found"
    message = "There is no photo in “{folder}”."
    hint = "Choose the folder that holds them: JPEG, HEIC, PNG or WebP. Folders in it count too."


class PhotoFileTooLarge(InputInvalid):
    code = "photo-file-too-large"
    message = "This file is too large for a photo: {megabytes} MB, {limit} at most."
    hint = "Is it a film? Choose a photo, or make a smaller copy of it. Your map is unchanged."


class PhotoTooLarge(InputInvalid):
    code = "photo-too-large"
    message = "This photo is too large: {megapixels} megapixels, {limit} at most."
    hint = "Make a smaller copy of it, for example by sending it to yourself, and choose that."


class CodeWrong(InputInvalid):
    code = "code-wrong"
    message = "This code is not right."
    hint = "It has {letters} letters and digits, in groups of four. Compare it group by group."


class CodeMistyped(CodeWrong):
    """group: the first one to look at, counted from 1."""

    code = "code-mistyped"
    message = "A letter of this code is not right, probably in group {group}."
    hint = "Compare it with where you read it, group by group. O counts as 0, I and L as 1."


class CodeOfAnotherKind(CodeWrong):
    code = "code-of-another-kind"
    message = "This code is whole, but it is for something else."
    hint = "Codes of laptops, invitations and recovery keys look alike: look for the right one."


# --- who may do what --------------------------------------------------------------------------


class RecoveryWrong(CollabMapError):
    code, exit_code = "recovery-wrong", 8
    message = "This is not the recovery key of “{name}”."
    hint = "Was it written down for another map? Each map has a key of its own."


class InvitationClosed(CollabMapError):
    code, exit_code = "invitation-closed", 8
    message = "This invitation to “{name}” is closed."
    hint = "Ask a coordinator for a new one, or show them the code of this computer."


class InvitationOfAnotherMap(CollabMapError):
    code, exit_code = "invitation-of-another-map", 8
    message = "This invitation is not for “{name}”."
    hint = "Open the map that it is for, and use it there."


class DeviceUnknown(CollabMapError):
    code, exit_code = "device-unknown", 8
    message = "This map knows no computer “{value}”."
    hint = "Give the code that stands in the list of computers, or the long code of that computer."


class DeviceUnclear(CollabMapError):
    code, exit_code = "device-unclear", 2
    message = "Several computers answer to “{value}”."
    hint = "Say which one by its code: {codes}."


class NotSenior(CollabMapError):
    code, exit_code = "not-senior", 8
    message = "You cannot change what this computer may do: it is not below yours."
    hint = "The founder of the map can, or whoever has its recovery key on paper."


class RoleTakenAway(CollabMapError):
    code, exit_code = "role-taken-away", 8
    message = "A coordinator of “{name}” has closed this computer’s access to the map."
    hint = "You can look at it. Speak with a coordinator: they can admit this computer again."


class NotAllowed(CollabMapError):
    code, exit_code = "not-allowed", 8
    message = "Only a coordinator can do this."
    hint = "Send your contribution: a coordinator will see it."


class NobodyHere(CollabMapError):
    code, exit_code = "nobody-here", 8
    message = "CollabMap does not know who is adding this."
    hint = "Say your name first: a first name or a nickname is enough."


class NotInvited(CollabMapError):
    code, exit_code = "not-invited", 8
    message = "This copy of “{name}” came without an invitation."
    hint = "Ask the coordinator for the map as a .cmkit file and open that to add to it."


class PlaceUnknown(CollabMapError):
    code, exit_code = "place-unknown", 8
    message = "There is no place “{value}” on this map."
    hint = "Give its name, or the number that stands beside it in the list."


class ClaimUnknown(CollabMapError):
    code, exit_code = "claim-unknown", 8
    message = "Nobody has taken the part “{value}”, or it was given back."
    hint = "Look at who has taken what: it may have changed with the last merge."


class UndoOvertaken(CollabMapError):
    code, exit_code = "undo-overtaken", 8
    message = "Somebody else has changed this place since."
    hint = "Their words are kept, so nothing was undone. You can edit the place again."


class RedoOvertaken(CollabMapError):
    code, exit_code = "redo-overtaken", 8
    message = "Somebody else has changed this place since it was undone."
    hint = "Their words are kept, so nothing was done again. You can edit the place again."


class NothingToRedo(CollabMapError):
    code, exit_code = "nothing-to-redo", 8
    message = "There is nothing to do again."
    hint = "Only what was undone just before, on this computer, can be done again."


class NothingToUndo(CollabMapError):
    code, exit_code = "nothing-to-undo", 8
    message = "There is nothing to undo."
    hint = "Only what was done on this computer can be undone here."


class NothingToWithdraw(CollabMapError):
    code, exit_code = "nothing-to-withdraw", 8
    message = "Nothing of yours is waiting here."
    hint = "What was accepted can be changed, or you can suggest to delete it."


class NothingToRestore(CollabMapError):
    code, exit_code = "nothing-to-restore", 8
    message = "There is nothing to bring back here."
    hint = "The list of what was deleted says what can be brought back."


class MergeUnknown(CollabMapError):
    code, exit_code = "merge-unknown", 8
    message = "No merge {value} is remembered on this computer."
    hint = "The list of merges says which ones are."


class MergeCannotBeUndone(CollabMapError):
    code, exit_code = "merge-cannot-be-undone", 8
    message = "This merge brought nothing but what was written on this computer."
    hint = "What you did yourself is undone by itself, or deleted."


class PersonUnknown(CollabMapError):
    code, exit_code = "person-unknown", 8
    message = "Nobody on this map is called “{value}”."
    hint = "Write the name as it stands beside that person’s places."


class PersonUnclear(CollabMapError):
    code, exit_code = "person-unclear", 2
    message = "Several people are called “{value}”."
    hint = "Say which one by number: {ids}."


class PlaceUnclear(CollabMapError):
    code, exit_code = "place-unclear", 2
    message = "Several places are called “{value}”."
    hint = "Say which one by its number: {ids}."


class Cancelled(CollabMapError):
    code, exit_code = "cancelled", 9
    message = "Stopped at your request."
    hint = "Nothing was half done: start again whenever you like."
