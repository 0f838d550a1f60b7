/**
 * What a file name's extension claims, as a family. `other` is every picture type that is known and not read: it is never passed
 * as clean. A name is a claim only: bytes decide what a file is.
 */
const FAMILY_EXTENSIONS = {
  jpeg: 'jpg jpeg jpe jfif jif mpo jps',
  png: 'png apng',
  webp: 'webp',
  heif: 'heic heif hif heics heifs avif avifs avci avcs',
  gif: 'gif',
  tiff: 'tif tiff btf tf8',
  raw: 'dng cr2 nef nrw arw sr2 srf pef rw2 orf srw 3fr fff iiq kdc dcr mos mef erf rwl raf crw x3f cr3 gpr',
  jxl: 'jxl',
  jp2: 'jp2 j2k jpf jpx jpm j2c jph jhc mj2',
  svg: 'svg svgz',
  bmp: 'bmp dib',
  ico: 'ico cur',
  psd: 'psd psb',
  pdf: 'pdf ai',
  video: 'mp4 mov m4v qt 3gp 3g2 insv lrv webm mkv avi',
  other: 'jxr wdp hdp exr dpx dds qoi bpg flif xcf dcm dicom fits icns eps emf wmf pnm pbm pgm ppm pam pcx tga djvu',
} as const;

/** Every extension that claims a picture, in lower case. */
export const IMAGE_EXTENSIONS: readonly string[] = Object.values(FAMILY_EXTENSIONS).flatMap((extensions) => extensions.split(' '));

export type ImageFamily = keyof typeof FAMILY_EXTENSIONS;

const FAMILY_OF = new Map<string, ImageFamily>();
for (const [family, extensions] of Object.entries(FAMILY_EXTENSIONS)) {
  for (const extension of extensions.split(' ')) FAMILY_OF.set(extension, family as ImageFamily);
}

/** Longest extension in the table; a longer one is no claim. */
const LONGEST_EXTENSION = 5;

/** The family that the name's last extension claims, any case. `undefined` where it claims none of ours. */
export function claimedFamily(name: Uint8Array | string): ImageFamily | undefined {
  const length = name.length;
  for (let size = 1; size <= LONGEST_EXTENSION && size < length; size++) {
    const at = length - size - 1;
    if ((typeof name === 'string' ? name.charCodeAt(at) : name[at]) !== 0x2e) continue;
    const extension = typeof name === 'string' ? name.slice(at + 1) : String.fromCharCode(...name.subarray(at + 1));
    return FAMILY_OF.get(extension.toLowerCase());
  }
  return undefined;
}

/** True where the name says that the file is a picture or a video of a kind we know. */
export function mayBeImageName(name: Uint8Array | string): boolean {
  return claimedFamily(name) !== undefined;
}
