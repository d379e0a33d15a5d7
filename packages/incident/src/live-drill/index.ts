export { drillCosts } from './costs.ts';
export { DECOY } from './decoy.ts';
export { outlookOf, type DrillPlace, type Outlook } from './outlook.ts';
export {
  endRefusal,
  judgeLiveDrill,
  PHASES,
  reachedPhases,
  type DrillVerdict,
  type Phase,
  type Reached,
  type SeenDrill,
  type SeenIncident,
} from './progress.ts';
