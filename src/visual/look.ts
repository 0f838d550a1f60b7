import { detectCodes } from './detect/codes.js';
import { detectFaces } from './detect/faces.js';
import { sensitiveText } from './detect/sensitive-text.js';
import { type SeenLine, seeText } from './detect/text.js';
import type { Models } from './models/runtime.js';
import { grown } from './picture/boxes.js';
import type { Raster } from './picture/raster.js';
import { landmarkSignals, placeSignals } from './place.js';
import { backgroundToDo, undoneRegions } from './redact/done.js';
import type { LookRequest, Seen } from './request.js';
import { customPatterns } from './sensitive/custom.js';
import type { Detection } from './types.js';

/** Text that is there for certain: what is left of it fails a proof. */
const CERTAIN = 0.6;

/**
 * Runs the detectors that were asked for. `scale` looks at another size; `known` is what they found before, where they need not run
 * again. Throws `VisualError` where one cannot run.
 */
export async function lookAt(raster: Raster, request: LookRequest, models: Models, scale = 1, known?: readonly Detection[]): Promise<Seen> {
  const detections: Detection[] = [...(known ?? [])];
  const { width, height } = raster;
  const undone = { regions: undoneRegions(raster, request), background: await backgroundToDo(raster, request, models) };
  const seen: Seen = { width, height, detections, undone };
  if (known !== undefined) return seen;
  const faces = request.faces ? await detectFaces(raster, models, { scale }) : undefined;
  detections.push(...(faces ?? []));
  const codes = request.codes || request.place ? await detectCodes(raster, models, { scale }) : [];
  if (request.codes) detections.push(...codes);
  const wanted = request.text;
  let lines: SeenLine[] = [];
  if (wanted !== false || request.place) {
    // Every line is covered, whatever it says: the first look need not read them.
    const unread = wanted !== false && wanted.what === 'all' && scale === 1 && !request.place;
    lines = await seeText(raster, models, { scale, read: !unread });
    const sensitive =
      wanted !== false && wanted.what === 'all'
        ? lines.flatMap((line) => wholeLine(line, raster, scale !== 1))
        : await sensitiveText(raster, lines, await customPatterns(wanted === false ? [] : wanted.custom), models, faces);
    if (wanted !== false) detections.push(...sensitive);
    if (request.place) {
      const signals = placeSignals(lines, codes, sensitive);
      if (request.models.landmarks === undefined) return { ...seen, place: signals };
      const found = [...signals.found, ...(await landmarkSignals(raster, models))];
      return { ...seen, place: { found, notChecked: signals.notChecked.slice(1) } };
    }
  }
  return seen;
}

/** A second look counts what is text for certain; the first covers whatever may be. */
function wholeLine({ outline, confidence, letters }: SeenLine, raster: Raster, certain: boolean): Detection[] {
  if (certain && (confidence < CERTAIN || letters.length < 2)) return [];
  const pad = 0.12 * Math.min(outline.width, outline.height);
  const box = grown(outline, pad, pad, raster);
  return box === undefined ? [] : [{ kind: 'text', rule: 'text', box, confidence }];
}
