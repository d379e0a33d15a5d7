import type { Step } from '../step.ts';
import { balancerSteps } from './balancers.ts';
import { diskSteps } from './disks.ts';
import { flowLogSteps } from './flow-logs.ts';
import { identitySteps } from './identity.ts';
import { endingSteps, instanceSteps } from './instances.ts';
import { itemSteps } from './items.ts';
import { keySteps } from './keys.ts';
import { messageSteps } from './messages.ts';
import { networkSteps } from './network.ts';
import { objectSteps } from './objects.ts';
import { organizationSteps } from './organization.ts';
import { pathSteps } from './paths.ts';
import { scalingSteps } from './scaling.ts';
import { securityGroupSteps } from './security-groups.ts';
import { stackSetSteps } from './stack-sets.ts';

/** All steps in the order in which they are made: later ones use what earlier ones made. */
export const STEPS: readonly Step[] = [
  ...organizationSteps,
  ...identitySteps,
  ...networkSteps,
  ...securityGroupSteps,
  ...instanceSteps,
  ...pathSteps,
  ...diskSteps,
  ...endingSteps,
  ...keySteps,
  ...objectSteps,
  ...itemSteps,
  ...messageSteps,
  ...flowLogSteps,
  ...balancerSteps,
  ...scalingSteps,
  ...stackSetSteps,
];
