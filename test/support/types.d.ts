declare module 'exiftool-vendored.pl' {
  /** Path of the ExifTool script. */
  const path: string;
  export default path;
}
