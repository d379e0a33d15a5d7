import type { InspectInput, InspectOutput, LocateInput, LocateOutput } from '@cordon/incident';
import type { Services } from '../../services.ts';
import { inspect } from './inspect.ts';
import { locateInstance } from './locate.ts';

/** The two things that the inspect duty is asked: gather facts and plan, or find an instance. */
export const inspectOrLocate = (
  input: InspectInput | LocateInput,
  services: Services,
): Promise<InspectOutput | LocateOutput> =>
  'locate' in input ? locateInstance(input, services) : inspect(input, services);
