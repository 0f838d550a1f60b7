import type { Tags } from './exiftool.js';

/** Groups that ExifTool makes up itself or that describe the file, not its content. */
const NOT_CONTENT = /^(?:File|ExifTool|System|Composite)(?::|$)/;

const LOCATION =
  /(?:^|:)(?:GPS\w*|Sub-?location|City|Province-State|State|Country\w*|Country-PrimaryLocation\w+|Location(?:Shown|Created|Name)?\w*|CiAdr(?:City|Region|Country|ExtAdr|PcCode)|Hometown\w*|WorldTimeLocation|DestinationCity\w*|ContentLocation\w+|LocationInfo|Geo\w+|World(?:File|Region))$/i;

const DEVICE =
  /(?:^|:)(?:\w*SerialNumber\w*|ImageUniqueID|HostComputer|CameraID|DeviceID|DeviceName|MediaUniqueID|RunTimeValue|ContentIdentifier|DocumentID|InstanceID|OriginalDocumentID|DocumentAncestors\w*|DerivedFrom\w*|UniqueDocumentID|OwnerID|LensID\w*Serial\w*|BurstUUID|ImageCaptureRequestID|PhotoIdentifier)$/i;

/** Tags that tell place or device, by the names that ExifTool gives them. Maker notes tell a device by being there. */
export function residueOf(tags: Tags): { location: string[]; device: string[] } {
  const names = Object.keys(tags).filter((name) => !NOT_CONTENT.test(name));
  return {
    location: names.filter((name) => LOCATION.test(name)),
    device: names.filter((name) => DEVICE.test(name) || name.startsWith('MakerNotes:')),
  };
}

/** Orientation as a viewer takes it from Exif's first directory; 1 where there is none. */
export function orientationOf(tags: Tags): string {
  const name = Object.keys(tags).find((key) => /^EXIF:IFD0:.*Orientation$/.test(key));
  return name === undefined ? 'Horizontal (normal)' : String(tags[name]);
}
