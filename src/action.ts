import { run } from './doors/action/run.js';

// What goes wrong is reported within: nothing is left to catch.
void run();
