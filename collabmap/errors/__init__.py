"""Every error that can happen to an innocent person, as one tree.

    CollabMapError
      NotAProject  ProjectTooNew  ProjectTooOld  ProjectLocked  ProjectDamaged  ProjectReadOnly
      ProjectGone
      ProjectUnrepairable
      DiskFull  FolderNotWritable  FolderGone  FileMissing  FileExists  FileInUse
      BundleDamaged  BundleOfAnotherProject  BundleTooNew  BundleTooOld  NotABundle
      NotAKit  NothingToReceive
      KitIncomplete  KitOfAnotherTheme  KitMapUnreadable  KitCannotSend  KitTooLargeForSticks
      CopyDiffers
      TilesUnreadable  TilesEmpty  TilesVector  TilesNotAligned
      PictureUnreadable  PictureTooLarge
      BaseMapUnknown  BaseMapListed  BaseMapChanged  KitMapDamaged  KitMapsNotSigned
      AreaNotCovered  TooManyTiles  BaseMapExists  BaseMapGone
      ExtractUnreadable
        ExtractIncomplete  ExtractOfAnotherKind
      InputInvalid
        PositionOutOfRange  TextTooLong  NameMissing  CategoryUnknown
        GeometryUnreadable  GeometryCollapsed  GeometryTooLarge  ZoomOutOfRange  AreaInvalid
        CutMissesLine  CutMissesZone  PointNotSplit
        TracksUnreadable  TracksEmpty  TracksTooLarge  WalkTooShort
        PhotoUnreadable
          PhotoCut  PhotoHeicUnread
        PhotoTooLarge  PhotoFileTooLarge  PhotosNotFound
        FieldUnknown
        ValueInvalid
          NumberUnreadable  NumberTooSmall  NumberTooLarge  NumberOutside
          UnitUnknown  UnitUncalledFor  OptionUnknown  YesNoUnreadable
          DayUnreadable  MomentUnreadable  HoursUnreadable  RatingOutside
          LinkUnreadable  EmailUnreadable  PhoneUnreadable  ReferenceUnknown
        ThemeInvalid  ThemeUnreadable  ThemeTooNew  ThemeUnknown
        LinkTypeUnknown  LinkToItself  LinkUnknown
        ReadingTimeImpossible  ReadingsUnreadable  ReadingsTooLarge  NothingMeasured
        ReadingsUnclear
        EventCodeShort  EventCodeWrong  EventCodeTooSoon
        LayerUnknown  WorldFileUnreadable  PointsTooFew  PointsInLine
        CodeWrong
          CodeMistyped  CodeOfAnotherKind
      ReceiptWrong  ClockBehind  ClockWentBack  PersonUnknown  PersonUnclear
      RecoveryWrong  InvitationClosed  InvitationOfAnotherMap  DeviceUnknown  DeviceUnclear
      NotAllowed  NotSenior  NobodyHere  NotInvited  RoleTakenAway  UndoOvertaken
      NothingToUndo  RedoOvertaken  NothingToRedo  NothingToWithdraw  NothingToRestore
      PlaceUnknown  PlaceUnclear  ClaimUnknown
      MergeUnknown  MergeCannotBeUndone
      Cancelled

`message` says what failed, `hint` what it means and what to do now; both are English templates
that `app/words.py` translates and fills.  Anything that is not a CollabMapError is a bug.
"""

from collabmap.errors.base_maps import *  # noqa: F403
from collabmap.errors.evening import *  # noqa: F403
from collabmap.errors.kits import *  # noqa: F403
from collabmap.errors.links import *  # noqa: F403
from collabmap.errors.readings import *  # noqa: F403
from collabmap.errors.shapes import *  # noqa: F403
from collabmap.errors.themes import *  # noqa: F403
from collabmap.errors.tree import *  # noqa: F403
from collabmap.errors.values import *  # noqa: F403
