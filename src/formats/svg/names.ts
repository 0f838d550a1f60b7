export const NAMESPACE = Object.freeze({
  svg: 'http://www.w3.org/2000/svg',
  xlink: 'http://www.w3.org/1999/xlink',
  xml: 'http://www.w3.org/XML/1998/namespace',
  xhtml: 'http://www.w3.org/1999/xhtml',
  mathml: 'http://www.w3.org/1998/Math/MathML',
  rdf: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
  c2pa: 'http://c2pa.org/manifest',
});

/** Namespaces in which a viewer finds something to draw. */
export const DRAWN: ReadonlySet<string> = new Set([NAMESPACE.svg, NAMESPACE.xhtml, NAMESPACE.mathml, '']);

/** Namespaces of editors and of metadata: that they are declared tells no more than that the editor was used. */
const KNOWN = new RegExp(
  [
    '^http://www\\.w3\\.org/',
    '^http://purl\\.org/dc/',
    '^(?:http://creativecommons\\.org/ns#|http://web\\.resource\\.org/cc/)$',
    '^http://(?:www\\.inkscape\\.org/namespaces|sodipodi\\.sourceforge\\.net|inkscape\\.sourceforge\\.net)/',
    '^http://ns\\.adobe\\.com/[A-Za-z0-9./]+$',
    '^adobe:ns:meta/$',
    '^http://www\\.bohemiancoding\\.com/sketch/ns',
    '^https?://www\\.figma\\.com/figma/ns$',
    '^http://www\\.serif\\.com/$',
    '^http://vectornator\\.io$',
    '^https://boxy-svg\\.com$',
    '^https?://svgjs\\.(?:com|dev)/svgjs$',
    '^http://krita\\.org/namespaces/svg/krita$',
    '^http://www\\.corel\\.com/coreldraw/odm/2003$',
    '^http://schemas\\.microsoft\\.com/visio/',
    '^http://www\\.openswatchbook\\.org/uri/2009/osb$',
    '^http://xml\\.openoffice\\.org/svg/export$',
    '^http://sun\\.com/xmlns/staroffice/presentation$',
    '^http://c2pa\\.org/manifest$',
    '^urn:oasis:names:tc:opendocument:',
    '^http://penpot\\.app/xmlns$|^https://penpot\\.app/xmlns$',
    '^http://iptc\\.org/std/|^http://ns\\.useplus\\.org/|^http://cipa\\.jp/exif/',
  ].join('|'),
);

export function isKnownNamespace(uri: string): boolean {
  return KNOWN.test(uri);
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter((word) => word !== ''));

/** Elements of SVG 1.1 and SVG 2; those of fonts and filters are among them. */
export const SVG_ELEMENTS = words(`
  a altGlyph altGlyphDef altGlyphItem animate animateColor animateMotion animateTransform circle clipPath color-profile cursor defs desc
  discard ellipse feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight
  feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feImage feMerge feMergeNode feMorphology feOffset fePointLight
  feSpecularLighting feSpotLight feTile feTurbulence filter flowPara flowRegion flowRoot flowSpan flowDiv flowLine flowRegionExclude flowTref
  flowRegionBreak font font-face font-face-format font-face-name font-face-src font-face-uri foreignObject g glyph glyphRef
  handler hatch hatchpath hkern iframe image line linearGradient listener marker mask mesh meshgradient meshpatch meshrow metadata
  missing-glyph mpath multiImage page path pattern polygon polyline prefetch radialGradient rect script set solidColor solidcolor stop style
  subImage subImageRef svg switch symbol tbreak text textArea textPath title tref tspan unknown use video audio canvas source track view vkern`);

/** Elements whose character data is drawn, or read for how to draw. */
export const TEXT_ELEMENTS = words('text textArea flowRoot foreignObject style script font-face-name');

/** Attributes of SVG 1.1, SVG 2 and Tiny 1.2 that bear no prefix, presentation attributes among them. */
export const SVG_ATTRIBUTES = words(`
  accent-height accumulate additive alignment-baseline allowReorder alphabetic amplitude arabic-form ascent attributeName attributeType
  autoReverse azimuth baseFrequency baseProfile baseline-shift bbox begin bias by calcMode cap-height clip clip-path clip-rule clipPathUnits
  color color-interpolation color-interpolation-filters color-profile color-rendering content-visibility contentScriptType
  contentStyleType crossorigin cursor cx cy d decelerate decoding descent diffuseConstant direction display divisor dominant-baseline download dur
  dx dy edgeMode editable elevation enable-background end event exponent externalResourcesRequired fetchpriority fill fill-opacity fill-rule filter
  filterRes filterUnits flood-color flood-opacity focusHighlight focusable font font-family font-feature-settings font-kerning
  font-size font-size-adjust font-stretch font-style font-synthesis font-variant font-variant-alternates font-variant-caps
  font-variant-east-asian font-variant-ligatures font-variant-numeric font-variant-position font-variation-settings font-weight format
  fr from fx fy g1 g2 glyph-name glyph-orientation-horizontal glyph-orientation-vertical glyphRef gradientTransform gradientUnits handler
  hanging height href hreflang horiz-adv-x horiz-origin-x horiz-origin-y ideographic image-rendering in in2 initialVisibility inline-size
  intercept isolation k k1 k2 k3 k4 kernelMatrix kernelUnitLength kerning keyPoints keySplines keyTimes lang lengthAdjust letter-spacing
  lighting-color limitingConeAngle line-height line-increment local marker marker-end marker-mid marker-start markerHeight markerUnits
  markerWidth mask mask-border mask-clip mask-composite mask-image mask-mode mask-origin mask-position mask-repeat mask-size mask-type maskContentUnits
  maskUnits mathematical max media mediaCharacterEncoding mediaContentEncodings mediaSize mediaTime method min mix-blend-mode mode name
  nav-down nav-left nav-next nav-prev nav-right nav-up numOctaves observer offset opacity operator order orient orientation
  origin overflow overlay overline-position overline-thickness paint-order panose-1 part path pathLength patternContentUnits
  patternTransform patternUnits phase ping playbackOrder playbackorder pointer-events points pointsAtX pointsAtY pointsAtZ preserveAlpha
  preserveAspectRatio primitiveUnits propagate r radius refX refY referrerpolicy rel rendering-intent repeatCount repeatDur
  requiredExtensions requiredFeatures requiredFonts requiredFormats restart result rotate role rx ry scale scope seed shape-image-threshold
  shape-inside shape-margin shape-padding shape-rendering shape-subtract side slope snapshotTime solid-color solid-opacity spacing
  specularConstant specularExponent spreadMethod startOffset stdDeviation stemh stemv stitchTiles stop-color stop-opacity
  strikethrough-position strikethrough-thickness string stroke stroke-alignment stroke-dashadjust stroke-dasharray
  stroke-dashcorner stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity stroke-width style
  surfaceScale syncBehavior syncBehaviorDefault syncMaster syncTolerance syncToleranceDefault systemLanguage tabindex tableValues
  target targetX targetY text-align text-align-all text-align-last text-anchor text-decoration text-decoration-color
  text-decoration-fill text-decoration-line text-decoration-stroke text-decoration-style text-indent text-orientation text-overflow
  text-rendering text-underline-position textLength timelineBegin timelinebegin title to transform transform-box transform-origin
  transformBehavior type u1 u2 underline-position underline-thickness unicode unicode-bidi unicode-range units-per-em
  v-alphabetic v-hanging v-ideographic v-mathematical values vector-effect version vert-adv-y vert-origin-x vert-origin-y viewBox
  viewTarget viewport-fill viewport-fill-opacity visibility white-space width widths word-spacing writing-mode x x-height x1 x2
  xChannelSelector y y1 y2 yChannelSelector z zoomAndPan hatchContentUnits hatchUnits pitch background background-color block-progression
  font-stretch text-decoration-skip-ink z-index rotate isolation mesh-type solid-opacity id class`);

/** XLink's attributes that say something about where a link leads, and not where. */
export const XLINK_TEXT = words('title role arcrole');
