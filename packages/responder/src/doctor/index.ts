export type { Connection } from '../aws/connection.ts';
export { readFacts, type ReadFacts, type ReadOptions } from './read-facts.ts';
export type { WantedPolicies } from './read-evidence.ts';
export type { AttachedPolicy } from './read-organization.ts';
export type { Viewer } from './stage.ts';
