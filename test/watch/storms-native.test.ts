// The same tests over the other backend.
process.env.EXIFENCE_TEST_BACKEND = 'native';
await import('./storms.test.js');
