import { serve } from './visual/worker/serve.js';

// The thread in which pictures are looked at: see src/visual/worker/thread-engine.ts.
serve();
