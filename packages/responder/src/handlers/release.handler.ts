import { releaseInput, releaseOutput } from '@cordon/incident';
import { lambda } from '../lambda.ts';
import { release } from '../release/release.ts';

/** Called by `cordon-operator`, for people whom AWS authenticated. */
export const handler = lambda(releaseInput, releaseOutput, release);
