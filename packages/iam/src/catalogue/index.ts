/** What AWS publishes of its actions, for tests and proofs. Nothing that is deployed may import this. */
export { contractProblems, keysNotGiven, type ContractCheck } from './contract.ts';
export { deviations, deviationsOfCases, type Deviation } from './deviations.ts';
export {
  openCatalogue,
  type Catalogue,
  type CatalogueAction,
  type ResourceTypeUse,
} from './open-catalogue.ts';
