import { describe, expect, it } from 'vitest';
import { CATEGORIES } from '../../src/core/category.js';
import { namespaceOf, namespaces, propertyInfo } from '../../src/metadata/xmp/properties.js';
import { XMP_NS } from '../support/xmp.js';

const all = [...namespaces()].flatMap(([uri, { prefix, names }]) => [...names].map(([local, info]) => ({ uri, prefix, local, info })));

describe('the table of XMP properties', () => {
  it('is large, and names each namespace once', () => {
    expect(namespaces().size).toBeGreaterThan(80);
    expect(all.length).toBeGreaterThan(1000);
    const prefixes = [...namespaces().values()].map(({ prefix }) => prefix);
    expect(new Set(prefixes).size).toBe(prefixes.length);
  });

  it('uses the words of policies alone', () => {
    const words = all.flatMap(({ info }) => [info.category, ...info.alsoReveals]);
    expect([...new Set(words)].filter((word) => !(CATEGORIES as readonly string[]).includes(word))).toEqual([]);
  });

  it('holds names that XML allows, and prefixes too', () => {
    for (const { local, prefix } of all) {
      expect(local).toMatch(/^(?:\*|[A-Za-z][\w.-]*)$/);
      expect(prefix).toMatch(/^[A-Za-z][\w-]*$/);
    }
  });

  it('takes all that tells a place for a place', () => {
    const places = all.filter(({ local }) => /^(?:GPS|Gps)(?!Version)|^(?:City|Country|CountryCode|State|Sublocation)$/.test(local));
    expect(places.length).toBeGreaterThan(40);
    for (const { prefix, local, info } of places) expect([`${prefix}:${local}`, info.category]).toEqual([`${prefix}:${local}`, 'location']);
  });

  it('takes all serial numbers and ids of documents for a device', () => {
    const devices = all.filter(({ local }) => /SerialNumber$|^(?:Original)?DocumentID$|^InstanceID$|UniqueID$/.test(local));
    expect(devices.length).toBeGreaterThan(12);
    for (const { prefix, local, info } of devices) expect([`${prefix}:${local}`, info.category]).toEqual([`${prefix}:${local}`, 'device']);
  });

  it('finds a namespace with and without the separator at its end', () => {
    expect(namespaceOf('http://ns.microsoft.com/photo/1.0')).toBe(namespaceOf('http://ns.microsoft.com/photo/1.0/'));
    expect(namespaceOf('http://ns.google.com/photos/dd/1.0/camera/')?.prefix).toBe('Device');
    expect(propertyInfo(XMP_NS.crs, 'NeverHeardOf')).toMatchObject({ category: 'software', isNumber: true });
    expect(propertyInfo(XMP_NS.dc, 'constructor')).toBeUndefined();
    expect(propertyInfo('__proto__', 'toString')).toBeUndefined();
  });
});
