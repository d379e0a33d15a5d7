import type { ResourceRemoval, Service } from '../../core/operation.ts';
import { arnHere, needs } from '../removal-checks.ts';
import { trailState } from './state.ts';

/** What it wrote stays in its bucket. https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DeleteTrail.html */
const trail: ResourceRemoval = {
  checks: (_resource, { ref }, on) =>
    needs(['cloudtrail:DeleteTrail'], arnHere(on, 'cloudtrail', `trail/${ref}`)),
  remove: (_resource, { ref }, { world, account }) => {
    world.of(trailState, account, '').trails.delete(ref);
    return undefined;
  },
};

/** How trails of templates are taken away. */
export const cloudtrailResourceRemoval: NonNullable<Service['resourceRemoval']> = {
  'AWS::CloudTrail::Trail': trail,
};
