import type { Divergence } from '../divergence.ts';
import { balancerDivergences } from './balancers.ts';
import { dataDivergences } from './data.ts';
import { diskDivergences } from './disks.ts';
import { flowLogDivergences } from './flow-logs.ts';
import { identityDivergences } from './identity.ts';
import { instanceDivergences } from './instances.ts';
import { keyDivergences } from './keys.ts';
import { networkDivergences } from './network.ts';
import { objectDivergences } from './objects.ts';
import { scalingDivergences } from './scaling.ts';
import { stackSetDivergences } from './stack-sets.ts';

/** Every known divergence. What differs and is not here fails; what is here and no longer differs fails too. */
export const DIVERGENCES: readonly Divergence[] = [
  ...identityDivergences,
  ...networkDivergences,
  ...instanceDivergences,
  ...diskDivergences,
  ...keyDivergences,
  ...objectDivergences,
  ...dataDivergences,
  ...flowLogDivergences,
  ...balancerDivergences,
  ...scalingDivergences,
  ...stackSetDivergences,
];
