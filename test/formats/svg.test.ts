import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { svg } from '../../src/formats/svg/svg.js';
import { presetPolicy } from '../../src/policy/presets.js';
import { expectLaws, readBytes, readError, scrubUnder } from '../support/container.js';
import { flatten, policyOf } from '../support/payload.js';
import { buildSvg, rdfMetadata, svgText } from '../support/svg.js';

const strict = presetPolicy('strict').effectiveFor(undefined);
const balanced = presetPolicy('balanced').effectiveFor(undefined);
const policies = [strict, balanced, presetPolicy('location-only').effectiveFor(undefined)];
const clean = svgText();

const scrubbed = (text: string | Buffer, policy = strict): string => scrubUnder(svg, Buffer.from(text), policy).output.toString();

describe('what an SVG says besides what it draws', () => {
  it('is nothing where there is only the drawing', () => {
    expect(scrubbed(clean)).toBe(clean);
    expect(readBytes(svg, buildSvg()).picture).toMatchObject({ width: 64, height: 48 });
  });

  it.each([
    ['a comment', { inside: '<!-- CANARY -->' }],
    ['a title', { inside: '<title>CANARY</title>' }],
    ['metadata', { inside: '<metadata><any>CANARY</any></metadata>' }],
    ['RDF', { inside: rdfMetadata('<dc:title>CANARY</dc:title>') }],
    ['an attribute of an editor', { root: 'sodipodi:docname="CANARY.svg"' }],
    ['an element of an editor', { inside: '<sodipodi:namedview id="CANARY"><inkscape:grid/></sodipodi:namedview>' }],
    ['a script', { inside: '<script><![CDATA[CANARY]]></script>' }],
    ['an event', { root: 'onload="CANARY"' }],
    ['text that nothing draws', { inside: 'CANARY' }],
    ['a layer that is not shown', { inside: '<g style="fill:red; display:none"><text>CANARY</text></g>' }],
    ['an instruction', { after: '<?CANARY?>' }],
    ['a manifest', { inside: '<c2pa:manifest xmlns:c2pa="http://c2pa.org/manifest">CANARY</c2pa:manifest>' }],
    [
      'a page within',
      { inside: '<foreignObject><b xmlns="http://www.w3.org/1999/xhtml"><!--CANARY--><meta content="CANARY"/></b></foreignObject>' },
    ],
    ['a style comment', { inside: '<style>a{}/* CANARY */b{}</style>' }],
    ['an address in a style', { inside: '<style>a{fill:url(https://CANARY.example)}</style>' }],
    ['a stylesheet elsewhere', { prolog: '<?xml-stylesheet href="https://CANARY.example/a.css"?>' }],
    ['a style sheet that is called', { inside: '<style>@import url("https://CANARY.example/a.css");</style>' }],
    ['a title as an attribute', { inside: '<g title="CANARY"/>' }],
    ['a notation', { prolog: '<!DOCTYPE svg [<!NOTATION n SYSTEM "CANARY">]>' }],
    ['an element that only the document type knows', { prolog: '<!DOCTYPE svg [<!ELEMENT CANARY ANY>]>' }],
    ['a default that nothing is drawn by', { prolog: '<!DOCTYPE svg [<!ATTLIST g mine CDATA "CANARY" fill CDATA #FIXED "red">]>' }],
    ['data that nothing draws', { inside: '<image href="data:text/plain,CANARY"/><style>a{fill:url(data:,CANARY)}</style>' }],
    ['bytes behind the end', { after: 'CANARY' }],
    ['a title where a style counts', { inside: '<style>rect:nth-child(3){fill:red}</style><title>CANARY</title>' }],
  ])('goes under strict: %s', (_what, options) => {
    const text = svgText(options);
    expect(scrubbed(text)).not.toContain('CANARY');
    expectLaws(svg, Buffer.from(text), policies);
  });

  it.each([
    ['text that is drawn', '<text x="1">CANARY<tspan>CANARY</tspan></text>'],
    ['a layer that something refers to', '<g id="a" display="none"><path id="b"/></g><use href="#b"/>'],
    ['a layer that a style could show', '<style>#a{display:inline}</style><g id="a" display="none"><path/></g>'],
    ['a link within the document', '<use xlink:href="#x"/>'],
    ['an attribute that a style looks at', '<style>[data-x]{fill:red}</style><path data-x="1"/>'],
    ['a gradient by its address', '<path fill="url(#g)"/>'],
    ['a font', '<style>@font-face{src:url(data:font/woff2;base64,AAAA)}</style>'],
  ])('stays: %s', (_what, inside) => {
    const text = svgText({ inside });
    expect(scrubbed(text)).toBe(text);
  });

  it('leaves an empty element where a style counts elements', () => {
    const text = svgText({ inside: '<style>rect:nth-child(3){fill:red}</style><title>CANARY</title><metadata>CANARY</metadata>' });
    expect(scrubbed(text)).toBe(text.replace('<title>CANARY</title>', '<desc/>').replace('<metadata>CANARY</metadata>', '<metadata/>'));
  });

  it('keeps a title, a comment and an editor under balanced, and not a path of somebody', () => {
    const text = svgText({
      inside: '<title>A sunset</title><g inkscape:label="Layer 1"/>',
      root: 'inkscape:export-filename="/home/anna/a.png"',
    });
    const output = scrubbed(text, balanced);
    expect(output).toContain('A sunset');
    expect(output).toContain('Layer 1');
    expect(output).not.toContain('anna');
  });

  it('writes the work and its agents again by their own names', () => {
    const agent = '<dc:creator><cc:Agent><dc:title>A Team</dc:title></cc:Agent></dc:creator>';
    const work = `<cc:Work rdf:about="">${agent}<dc:identifier>CANARY</dc:identifier></cc:Work>`;
    const names = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:cc="http://creativecommons.org/ns#"';
    const rdf = `<rdf:RDF ${names} xmlns:dc="http://purl.org/dc/elements/1.1/">${work}</rdf:RDF>`;
    const output = scrubbed(svgText({ inside: `<metadata>${rdf}</metadata>` }), balanced);
    expect(output).toContain(agent);
    expect(output).toMatch(/<cc:Work [^>]*>.*<\/cc:Work><\/rdf:RDF>/);
    expect(output).not.toContain('CANARY');
    expect(scrubbed(output, balanced)).toBe(output);
  });

  it('decides RDF property by property', () => {
    const text = svgText({ inside: rdfMetadata('<dc:title>Sunset</dc:title><dc:date>2024-01-02</dc:date>') });
    const output = scrubbed(text, policyOf({ time: 'remove' }));
    expect(output).not.toContain('2024-01-02');
    expect(output).toContain('Sunset');
  });

  it('keeps the plain entities of Illustrator and drops what nothing refers to', () => {
    const prolog =
      '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" [<!ENTITY ns_svg "http://www.w3.org/2000/svg"><!ENTITY x "CANARY"><!--CANARY-->]>';
    const text = `${prolog}<svg xmlns="&ns_svg;" width="1" height="1"><rect/></svg>`;
    const output = scrubbed(text);
    expect(output).toContain('<!ENTITY ns_svg');
    expect(output).not.toContain('CANARY');
  });

  it('takes the name and the time out of a compressed document', () => {
    const packed = gzipSync(buildSvg());
    const named = Buffer.concat([
      packed.subarray(0, 3),
      Buffer.from([8]),
      Buffer.from([1, 2, 3, 4]),
      packed.subarray(8, 10),
      Buffer.from('CANARY.svg\0'),
      packed.subarray(10),
      Buffer.from('CANARY'),
    ]);
    expect(flatten(readBytes(svg, named).parts).map(({ path }) => path)).toEqual(['gzip', 'gzip/time', 'gzip/name', 'trailer']);
    const { output } = scrubUnder(svg, named, strict);
    expect(output.includes('CANARY')).toBe(false);
    expect(gunzipSync(output).equals(buildSvg())).toBe(true);
  });

  it.each(['utf16le', 'utf-16be'])('reads %s', (encoding) => {
    const text = Buffer.from(`\ufeff${svgText({ inside: '<!-- CANARY -->' }).replace('UTF-8', 'UTF-16')}`, 'utf16le');
    const bytes = encoding === 'utf16le' ? text : text.swap16();
    const { output } = scrubUnder(svg, bytes, strict);
    expect(output.length).toBe(bytes.length - 2 * '<!-- CANARY -->'.length);
    expectLaws(svg, bytes, policies);
  });
});

describe('a hostile SVG', () => {
  it.each([
    ['an external entity', '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>', '<text>&x;</text>', 'svg-entity'],
    ['entities within entities', '<!DOCTYPE svg [<!ENTITY a "l"><!ENTITY b "&a;&a;">]>', '<text>&b;</text>', 'svg-entity'],
    ['an entity with markup', '<!DOCTYPE svg [<!ENTITY a "<text/>">]>', '&a;', 'svg-entity'],
    ['an entity of no declaration', '', '<text>&nobody;</text>', 'svg-entity'],
    ['an element that is not closed', '', '<g>', 'svg-not-well-formed'],
    ['an attribute without quotes', '', '<g id=a/>', 'svg-not-well-formed'],
    ['a gradient within metadata', '', '<metadata><linearGradient id="g"/></metadata><path fill="url(#g)"/>', 'svg-drawn-metadata'],
    ['a picture that cannot be read', '', '<image href="data:image/png;base64,AAAA"/>', 'svg-embedded-picture'],
    ['elements a thousand deep', '', `${'<g>'.repeat(1000)}${'</g>'.repeat(1000)}`, 'limit-nestingDepth'],
  ])('with %s is refused', (_what, prolog, inside, code) => {
    expect(readError(svg, buildSvg({ prolog, inside }))?.code).toBe(code);
  });

  it.each([
    ['tags', '<a '],
    ['references', '&'],
    ['addresses', 'url('],
    ['comments', '<!--'],
    ['brackets', '<!DOCTYPE svg ['],
    ['nested styles', '<style>/*'],
    ['style comments', '/*'],
  ])('of a megabyte of %s is refused or read in linear time', (_what, piece) => {
    const started = process.cpuUsage();
    for (const megabytes of [1, 2]) readError(svg, buildSvg({ inside: piece.repeat((megabytes << 20) / piece.length) }));
    const { user } = process.cpuUsage(started);
    // A quadratic walk over two megabytes would take hours.
    expect(user / 1e6).toBeLessThan(20);
  });

  it('changed anywhere raises a reader error or holds to the laws', () => {
    const seed = buildSvg({
      prolog: '<!DOCTYPE svg [<!ENTITY a "b">]><!-- c -->',
      root: 'inkscape:version="1" onload="x"',
      inside: `<title>t</title>${rdfMetadata('<dc:title>s</dc:title>')}<g display="none"><path/></g><style>a{fill:url(http://x)}</style><x:y xmlns:x="urn:z"/>`,
      after: '<!-- end -->',
    });
    const changes = fc.array(
      fc.record({ at: fc.nat(), text: fc.constantFrom('<', '>', '"', "'", '&', '/', ' ', 'x', '!', '[', ']', '-->', '?>') }),
      {
        minLength: 1,
        maxLength: 2,
      },
    );
    let held = 0;
    fc.assert(
      fc.property(changes, fc.boolean(), (all, replaces) => {
        let bytes: Buffer = Buffer.from(seed);
        for (const { at, text } of all) {
          const place = at % bytes.length;
          bytes = Buffer.concat([bytes.subarray(0, place), Buffer.from(text), bytes.subarray(place + (replaces ? text.length : 0))]);
        }
        if (readError(svg, bytes) !== undefined) return;
        held++;
        expectLaws(svg, bytes, policies);
      }),
      { numRuns: 300 },
    );
    expect(held).toBeGreaterThan(20);
  });
});
