/** The package's version, put in by the bundler; absent when the sources run unbundled (tests). */
declare const __VERSION__: string | undefined;
