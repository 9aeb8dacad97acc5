/** Preemption: which less important pods make room for a pod that fits nowhere. */
export { type Candidate, compareHarm, pickCandidate } from './candidate.ts';
export { type CandidateLimits, candidatesWanted, type Evaluation, Evaluator } from './evaluator.ts';
export { Evictions } from './eviction.ts';
export { compareImportance } from './importance.ts';
