import fc from 'fast-check';

/** One seed for a run, so that a red run can be had again: `FC_SEED=508843869 npm test` looks elsewhere. */
fc.configureGlobal({ seed: Number(process.env.FC_SEED ?? 20261123) });
