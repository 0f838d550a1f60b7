/** One input of the Action: `action.yml`, its documentation and its validation come from here. */
export interface InputRow {
  readonly name: string;
  readonly help: string;
  readonly fallback: string;
  /** What it may say, where that is a list of words. */
  readonly words?: readonly string[];
  /** Filled in by the runner; not for workflows to set. */
  readonly isInternal?: boolean;
}

export const MODES = ['check', 'fix', 'suggest'] as const;
export const SCOPES = ['diff', 'all', 'history'] as const;
export const FAIL_ON = ['any', 'violations', 'never'] as const;
const YES_NO = ['true', 'false'] as const;

/** What the runner fills in. */
function expression(of: string): string {
  return `\${{ ${of} }}`;
}

export const INPUTS = [
  {
    name: 'policy',
    help: 'a policy file in the repository, or a preset (balanced, strict, location-only). Left out: the nearest .privacyrc.yaml of each image, else balanced. Always as the base of the change has it',
    fallback: '',
  },
  {
    name: 'mode',
    help: 'check reports; fix commits clean versions to the branch; suggest writes a patch with them. fix becomes suggest where the branch is another repository’s',
    fallback: 'check',
    words: MODES,
  },
  {
    name: 'scope',
    help: 'diff: what the commits of the pull request or push bring in; all: every file of the head; history: every file of every commit',
    fallback: 'diff',
    words: SCOPES,
  },
  {
    name: 'fail-on',
    help: 'any: violations, and what could not be checked; violations: the first alone; never: only report',
    fallback: 'any',
    words: FAIL_ON,
  },
  { name: 'annotate', help: 'whether files are annotated, worst first, within GitHub’s budget', fallback: 'true', words: YES_NO },
  { name: 'summary', help: 'whether a summary of the job is written', fallback: 'true', words: YES_NO },
  { name: 'sarif-file', help: 'where to write SARIF 2.1.0 for code scanning, within the workspace', fallback: '' },
  {
    name: 'comment',
    help: 'whether one comment is kept up to date on the pull request (needs pull-requests: write)',
    fallback: 'false',
    words: YES_NO,
  },
  { name: 'commit-message', help: 'first lines of the commit that mode fix makes', fallback: 'Remove private metadata from images' },
  { name: 'working-directory', help: 'a folder within the workspace: only what lies below it is looked at', fallback: '.' },
  { name: 'token', help: 'for comments, and for pushes where no credentials are kept', fallback: expression('github.token') },
  { name: 'job-total', help: 'how many jobs the matrix has', fallback: expression('strategy.job-total'), isInternal: true },
] as const satisfies readonly InputRow[];

export type InputName = (typeof INPUTS)[number]['name'];

const OUTPUTS = [
  {
    name: 'status',
    help: 'clean, fixed, violations, could-not-check, whether or not the run fails for it, or error: the others are empty then',
  },
  { name: 'violations', help: 'how many images violate the policy' },
  { name: 'files-scanned', help: 'how many files were looked at' },
  { name: 'fixed', help: 'how many images were cleaned in the commit or in the patch' },
  { name: 'could-not-check', help: 'how many images could not be proven clean' },
  { name: 'sarif-file', help: 'path of the SARIF file, if one was asked for' },
  { name: 'report-json', help: 'path of the whole report as JSON, without private values' },
  { name: 'patch-path', help: 'path of the patch that modes suggest and fix write where they cannot push' },
] as const;

export type OutputName = (typeof OUTPUTS)[number]['name'];
export const OUTPUT_NAMES: readonly OutputName[] = OUTPUTS.map(({ name }) => name);

const HEAD = `# Written by "npm run generate" from src/doors/action/metadata.ts.
name: Exifence
description: Images that tell where, with what and by whom they were taken do not get in
branding: { icon: shield, color: blue }
`;

/** The text of `action.yml`. */
export function actionYaml(): string {
  const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
  const inputs = INPUTS.map(
    ({ name, help, fallback, ...row }) =>
      `  ${name}:\n    description: ${quoted('words' in row ? `${help} (${row.words.join(', ')})` : help)}\n    required: false\n    default: ${quoted(fallback)}\n`,
  );
  const outputs = OUTPUTS.map(({ name, help }) => `  ${name}:\n    description: ${quoted(help)}\n`);
  return `${HEAD}inputs:\n${inputs.join('')}outputs:\n${outputs.join('')}runs:\n  using: node24\n  main: dist/action.cjs\n`;
}

/** The tables of inputs and outputs for the documentation, as Markdown. */
export function actionTables(): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  const rows = INPUTS.filter((row) => !('isInternal' in row)).map(({ name, help, fallback, ...row }) => {
    const words = 'words' in row ? row.words.map((word) => `\`${word}\``).join(', ') : '';
    return `| \`${name}\` | ${fallback === '' ? '' : `\`${cell(fallback)}\``} | ${words === '' ? '' : `${words}. `}${cell(help)} |`;
  });
  const outputs = OUTPUTS.map(({ name, help }) => `| \`${name}\` | ${cell(help)} |`);
  return `| input | default | what it does |\n| --- | --- | --- |\n${rows.join('\n')}\n\n| output | what it says |\n| --- | --- |\n${outputs.join('\n')}\n`;
}
