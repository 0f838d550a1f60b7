/** How much of a text is looked at, in characters: a prompt says what it is long before that. */
const LOOK_CHARACTERS = 64 * 1024;

/** One way to tell the settings of an image generator from other text. */
export interface AiPromptRule {
  readonly name: string;
  /** Every quantifier is bounded, so that a text is looked at in linear time. */
  readonly pattern: RegExp;
  /** Where given, the text must match this as well, anywhere. */
  readonly also?: RegExp;
  /** What the rule exists for. */
  readonly flags: readonly string[];
  /** What looks alike, but is text that people write. */
  readonly passes: readonly string[];
}

/** A key of a JSON object, also where the JSON is itself a JSON string and its quotes are escaped. */
function jsonKey(names: string): string {
  return `\\\\{0,3}"(?:${names})\\\\{0,3}"\\s{0,8}:`;
}

const SETTING_KEYS =
  'seed|steps|sampler|sampler_name|scheduler|uc|cfg|cfg_?scale|cfgscale|guidance_?scale|num_inference_steps|' +
  'negative_?prompt|negativeprompt|request_type|denoising_strength|model_hash|loras?|base_model|positive_prompt';

export const AI_PROMPT_RULES: readonly AiPromptRule[] = Object.freeze([
  {
    name: 'stable-diffusion-webui',
    pattern:
      /\b(?:steps:\s{0,4}\d{1,5}\s{0,4},[\s\S]{0,400}?\b(?:sampler|cfg scale|seed|size|model|model hash|schedule type)\s?:|negative prompt:|cfg scale:\s{0,4}\d|model hash:\s{0,4}[0-9a-f]{6})/i,
    flags: [
      'a castle\nNegative prompt: blurry\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 42, Size: 512x512',
      'a castle\nSteps: 28, Sampler: DPM++ 2M, Seed: 1',
      'Negative prompt: bad hands',
    ],
    passes: ['Steps: 3, then turn left', 'The steps of the temple', 'Seed: poppy, sown in May'],
  },
  {
    name: 'comfyui',
    pattern: new RegExp(`${jsonKey('class_type|last_node_id|last_link_id|widgets_values')}|^\\s{0,8}(?:prompt|workflow)\\s?:\\s?\\{`, 'i'),
    flags: ['{"3": {"inputs": {}, "class_type": "KSampler"}}', 'workflow:{"nodes":[]}', 'Prompt:{"1":{}}', '"{\\"class_type\\": \\"X\\"}"'],
    passes: ['Our workflow: shoot, cull, edit', 'class_type of the ship'],
  },
  {
    name: 'generator-json',
    pattern: new RegExp(jsonKey('prompt|c|v4_prompt|inputs?')),
    also: new RegExp(jsonKey(SETTING_KEYS), 'i'),
    flags: [
      '{"prompt": "a castle", "steps": 28, "sampler": "k_euler", "seed": 1, "uc": "lowres"}',
      '{"c":"a castle","steps":20,"seed":7,"model":"sdxl"}',
      '{"seed": 7, "prompt": "a castle"}',
    ],
    passes: ['{"description": "a castle", "width": 10}', '{"seed": 7, "width": 10}'],
  },
  {
    name: 'generator-settings',
    pattern: new RegExp(
      jsonKey(
        'uc|negative_?prompt|positive_prompt|num_inference_steps|cfg_?scale|guidance_?scale|sd_model_name|use_stable_diffusion_model',
      ),
      'i',
    ),
    flags: ['{"negative_prompt": "blurry"}', '{"cfgScale": 7}'],
    passes: ['{"scale": 7}'],
  },
  {
    name: 'invokeai',
    pattern: new RegExp(
      `${jsonKey('generation_mode|invokeai_metadata|invokeai_graph|invokeai_workflow|core_metadata')}|\\bsd-metadata\\b|"\\s{0,4}-s\\s?\\d{1,4} -S\\s?\\d`,
    ),
    flags: ['{"generation_mode": "txt2img"}', '"a castle" -s 50 -S 12345 -W 512 -H 512 -C 7.5 -A k_lms'],
    passes: ['"Ahoy" -said the captain'],
  },
  {
    name: 'fooocus',
    pattern: new RegExp(`${jsonKey('metadata_scheme|prompt_expansion|fooocus_v2_expansion|full_prompt')}|\\bfooocus v\\d`, 'i'),
    flags: ['{"metadata_scheme": "fooocus"}', 'Version: Fooocus v2.5.5'],
    passes: ['The focus was on the castle'],
  },
  {
    name: 'swarmui',
    pattern: new RegExp(jsonKey('sui_image_params|sui_extra_data|sui_models|swarm_version'), 'i'),
    flags: ['{"sui_image_params": {"model": "x"}}'],
    passes: ['sui generis'],
  },
  {
    name: 'midjourney',
    pattern:
      /(?:^|\s)--(?:v \d|niji(?: \d|\s|$)|ar \d{1,5}:\d|aspect \d{1,5}:\d|stylize \d|chaos \d|sref \S|cref \S|oref \S|iw \d|weird \d)|\bjob id:\s?[0-9a-f]{8}-/i,
    flags: ['a castle at dawn --ar 16:9 --v 6', 'a castle --niji 5', 'a castle Job ID: 01234567-89ab-cdef-0123-456789abcdef'],
    passes: ['a castle -- very old', 'Job ID: 42', 'cwebp --version'],
  },
  {
    name: 'dall-e',
    pattern: /\bDALL[·•‧.-]?E\s{0,2}(?:\d{4}-\d\d-\d\d|[23]\b|prompt)|\brevised_prompt\b/i,
    flags: ['DALL·E 2024-02-03 10.00.00 - a castle', 'DALL-E 3: a castle', '{"revised_prompt": "a castle"}'],
    passes: ['Dalle de verre', 'Robot dall with E'],
  },
  {
    name: 'firefly',
    pattern: /\b(?:adobe )?firefly\b[\s\S]{0,80}?\b(?:prompt|seed)\b\s{0,4}["':=]|\bclio:(?:prompt|seed)\b/i,
    flags: ['Adobe Firefly: prompt: a castle', 'firefly {"seed": 1}'],
    passes: ['A firefly over a seed bed', 'Firefly at dusk'],
  },
  {
    name: 'prompt-line',
    pattern: /(?:^|\n)\s{0,8}(?:positive |full |image |ai |original |user )?prompt\s?[:=]/i,
    flags: ['Prompt: a castle', 'Model: x\nPositive prompt: a castle', 'prompt=a castle'],
    passes: ['A prompt answer: yes', 'Prompt service'],
  },
  {
    name: 'lora',
    pattern: /<(?:lora|lyco|hypernet):[^<>\n]{1,200}:-?[\d.]{1,8}>/i,
    flags: ['a castle <lora:gothic_v2:0.8>'],
    passes: ['<lora> was here'],
  },
  {
    name: 'civitai',
    pattern: /\bcivitai (?:resources|metadata)\s?:/i,
    flags: ['Civitai resources: [{"type":"checkpoint"}]'],
    passes: ['Civita resources: a guide'],
  },
]);

/** True where the rule holds for the text. */
export function matches({ pattern, also }: AiPromptRule, text: string): boolean {
  return pattern.test(text) && (also === undefined || also.test(text));
}

/** True where the text holds a prompt, a seed or a workflow of an image generator. Looks at the first 64 Ki characters. */
export function looksLikeAiPrompt(text: string): boolean {
  const looked = text.length > LOOK_CHARACTERS ? text.slice(0, LOOK_CHARACTERS) : text;
  return AI_PROMPT_RULES.some((rule) => matches(rule, looked));
}

/** Keywords of PNG text chunks, in lower case, under which image generators store their settings. */
export const AI_PROMPT_KEYWORDS: ReadonlySet<string> = new Set(
  (
    'parameters|prompt|positive_prompt|negative_prompt|negative prompt|workflow|postprocessing|extras|' +
    'invokeai_metadata|invokeai_graph|invokeai_workflow|invokeai|sd-metadata|dream|' +
    'fooocus_scheme|fooocus|metadata_scheme|sui_image_params|sui_extra_data|sui_models|generation_data|generation data|' +
    'generation_time|generation time|sdmetadata|sd_metadata|ai_metadata|ai-prompt|ai_prompt|civitai_metadata|' +
    'comfyui|comfy|a1111|novelai|steps|sampler|seed|cfg scale|cfg_scale|model hash|model_hash|' +
    'guidance_scale|num_inference_steps|scheduler|lora|loras|aigc|dalle|midjourney|chara|ccv3'
  ).split('|'),
);

/** True where the keyword of a PNG text chunk is one under which image generators store their settings. */
export function isAiPromptKeyword(keyword: string): boolean {
  return AI_PROMPT_KEYWORDS.has(keyword.trim().toLowerCase());
}
