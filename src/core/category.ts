/** What a part of an image file can tell a stranger. Policies speak in these words. */
export const CATEGORIES = [
  'location',
  'device',
  'camera',
  'person',
  'copyright',
  'time',
  'text',
  'ai-prompt',
  'software',
  'preview',
  'provenance',
  'hidden',
  'rendering',
] as const;

export type Category = (typeof CATEGORIES)[number];

/**
 * A refinement belongs to a wider category: a policy layer that sets the wider one sets the refinement too,
 * unless the same layer names the refinement as well.
 */
export const REFINES: Readonly<Partial<Record<Category, Category>>> = Object.freeze({
  copyright: 'person',
  'ai-prompt': 'text',
});

/** One line per category for help texts, `explain` and the JSON Schema. */
export const CATEGORY_HELP: Readonly<Record<Category, string>> = Object.freeze({
  location: 'where the picture was taken: GPS in any carrier, place names, map coordinates',
  device: 'what singles out one device: serial numbers, unique and document ids, host names, maker notes',
  camera: 'make, model, lens and exposure: a model, not one device',
  person: 'people: owner, contacts, persons shown, named face regions',
  copyright: 'authorship: artist, by-line, copyright, credit, licence, creator contact (part of person)',
  time: 'any timestamp, offset or time zone',
  text: 'descriptions, comments, captions, keywords, titles',
  'ai-prompt': 'prompts, seeds and workflows of image generators (part of text)',
  software: 'software, edit history, host paths',
  preview: 'thumbnails, previews, second images, depth and gain maps, motion-photo video',
  provenance: 'C2PA/JUMBF manifests and signatures',
  hidden: 'bytes past the end, unknown or unreferenced data, private chunks',
  rendering: 'orientation, colour profile, resolution, colour transforms: kept so that the picture looks the same',
});
