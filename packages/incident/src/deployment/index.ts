export {
  begun,
  dueStages,
  ended,
  noProgress,
  planDeployment,
  progressSchema,
  refusal,
  removed,
  type Planned,
  type Progress,
} from './progress.ts';
export { planRemoval, removalRefusal, type OpenIncident, type Removal } from './removal.ts';
export { isOfIdentityCenter } from './rollout-settings.ts';
export {
  deploymentAccount,
  deploymentStages,
  upgradeOrder,
  type Deployed,
  type Stage,
  type StageAccount,
} from './stages.ts';
export { standingUsd } from './standing-cost.ts';
