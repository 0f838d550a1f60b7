import { describe, expect, it } from 'vitest';
import { toldInText } from '../../src/metadata/told-in-text.js';

describe('what a text tells besides', () => {
  it.each([
    'At 48.85837, 2.29448',
    'N 48.85837° E 2.29448°',
    '2.294481;48.858370',
    '+48.8583+002.2944/',
    '48°51\'30"N 2°17\'40"E',
    '48,51.5N',
    '{"lat": 48.8583}',
    'GPS: N48.8583',
    'Latitude=-33.8',
    'geo:48.85,2.29',
    'https://maps.app.goo.gl/abc',
    'https://www.google.com/maps/@48.8,2.2,17z',
    '8FW4V75V+8Q',
  ])('a place: %s', (text) => expect(toldInText(text, 'text')).toContain('location'));

  it.each(['mail me: jo.doe@example.com', '/Users/jo/Desktop/a.psd', '/home/jo/a.png', 'C:\\Users\\jo\\a.png', 'C:/Users/jo/a'])(
    'a person: %s',
    (text) => expect(toldInText(text, 'software')).toEqual(['person']),
  );

  it.each(['S/N 12345', 'serial: AB-90210', 'SerialNumber="3051234"', 'Model X, Serial No. 0042', 'saved to \\\\STATION7\\share'])(
    'a device: %s',
    (text) => expect(toldInText(text, 'camera')).toEqual(['device']),
  );

  it.each(['01234567-89ab-cdef-0123-456789abcdef', '00:1a:2b:3c:4d:5e'])('a device by its form: %s', (text) =>
    expect(toldInText(text, 'text')).toEqual(['device']),
  );

  it.each([
    'A castle at dawn',
    'Canon EOS 5D Mark IV',
    'Adobe Photoshop CC 2015.5 (Windows)',
    'digiKam-8.1.0',
    'f/2.8, 1/250 s, ISO 100, 24-70 mm',
    'EF24-70mm f/2.8L II USM',
    '2021:07:14 12:34:56',
    '12:34:56:78:90',
    'curve 0.123456, 0.654321',
    'A serial in ten parts',
    'https://example.com/home/about',
    'https://www.example.com/Users/guide',
    'Lavc58.54.100',
    'at home / Users welcome',
    'rgb 12.5, 13.5',
    'flat 3.5, long 2.5 metres',
  ])('nothing: %s', (text) => expect(toldInText(text, 'text')).toEqual([]));

  it('names nothing that the category says already, and no address of an author', () => {
    expect(toldInText('48.85837, 2.29448', 'location')).toEqual([]);
    expect(toldInText('(c) Jo Doe, jo@example.com', 'copyright')).toEqual([]);
  });
});
