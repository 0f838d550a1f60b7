import { type Command, Option } from 'commander';
import type { Terminal } from './terminal.js';

const EXAMPLES = `  exifence redact photo.jpg --faces --codes            cover faces and codes in place
  exifence redact shot.png --text --out clean.png      cover what rules know as sensitive text
  exifence redact shot.png --text all --pattern 'ACME-\\d+'
  exifence redact photo.jpg --boxes 120,40,300,80 --preview look.png
  exifence redact photo.jpg --boxes '0%,90%,100%,10%;40,40,200,60'
  exifence redact portrait.jpg --background blur
  exifence redact photo.jpg                            what the policy says under visual

After redaction the picture is looked at again, at other sizes; what is still found fails the run (exit code 3), and the
original stays. Detectors run on this machine, with models from packages: docs/visual.md says which to install.`;

/** `exifence redact`. */
export function addRedact(
  subcommand: (name: string, description: string, examples: string) => Command,
  policyOption: () => Option,
  formatOption: () => Option,
  done: (exitCode: number) => void,
  terminal: Terminal,
): void {
  subcommand('redact', 'cover what the picture itself shows: faces, text, codes, background, regions', EXAMPLES)
    .argument('<file>', 'one image: JPEG, PNG or WebP')
    .addOption(policyOption())
    .addOption(formatOption())
    .addOption(new Option('--faces [style]', 'faces, upright and turned').choices(['pixelate', 'blur', 'fill']))
    .addOption(new Option('--text [what]', 'text that rules know as sensitive, or all of it').choices(['sensitive', 'all']))
    .option('--pattern <regex...>', 'text that is sensitive too, in the syntax of RE2')
    .option('--codes', 'QR codes and barcodes')
    .option('--background <how>', 'everything that is no person: blur, fill, or a picture to put there')
    .option('--boxes <box...>', 'regions: x,y,width,height in pixels of the picture as shown, or in percent')
    .addOption(
      new Option('--style <style>', 'how regions are covered; inpaint is for things, not for secrets').choices([
        'fill',
        'pixelate',
        'blur',
        'inpaint',
      ]),
    )
    .option('--colour <hex>', 'colour of fills (default: 000000)')
    .option('-o, --out <file>', 'write the result there and leave the original as it is')
    .option('--preview <file>', 'write before and after side by side as PNG, boxes drawn; it shows the original')
    .option('-n, --dry-run', 'say what would be done, write nothing but the preview')
    .action(async (file: string, options) => {
      const { runRedact } = await import('./redact.js');
      done(await runRedact(file, options, terminal));
    });
}
